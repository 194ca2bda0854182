"""What the notebooks have published, read back from the registers.

For a paper, which adds nothing of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from egovstudy.errors import ArgumentError, EgovstudyError, listed, nearest
from egovstudy.paths import published_dir
from egovstudy.publish.papers.store import said
from egovstudy.publish.style import LANGUAGES, VENUES
from egovstudy.publish.words import MANIFEST, NUMBERS, read_numbers, read_rows, resolve, sha256

KINDS = ("figures", "tables", "numbers")
NUMBER_COLUMNS = ("shown", "unit", "notebook", "description")
SIZES = ("width_mm", "height_mm", "min_pt")
COLUMNS = ("notebook", "caption", *SIZES, "rows", "digest", "cites", "flaws")


def published(
    kind: str = "figures", *, language: str = "en", folder: Path | str | None = None
) -> pd.DataFrame:
    """List figures, tables or numbers that the notebooks have published, with their flaws.

    It reads what is committed, never what is being published beside it: a notebook that uses it
    shows the same whichever notebooks run before, beside or after it. ``egovstudy reproduce
    --update`` runs such a notebook last and lets it read the new results.

    Parameters
    ----------
    kind : str
        ``"figures"``, ``"tables"`` or ``"numbers"``.
    language : str
        Language of captions, ``"en"`` or ``"id"``; English stands in where one is missing.
    folder : path, optional
        A folder that notebooks published into; by default the ``figures/`` of the checkout.

    Returns
    -------
    DataFrame
        Of figures and tables one row per name, with ``notebook``, ``caption``, ``width_mm``,
        ``height_mm`` and ``min_pt`` (smallest text, pt; empty for tables), ``rows`` of data,
        ``digest`` of the data, ``cites``, and ``flaws``: empty if every file has the SHA-256 on
        record, every keyed number in caption, alternative text and note is the kept one, and the
        figure is as wide, as high and as legible as its venue asks. Of numbers one row per key,
        with ``shown``, ``unit``, ``notebook`` and ``description``, all text.

    Raises
    ------
    ArgumentError
        If ``kind`` or ``language`` is unknown.
    EgovstudyError
        If nothing was published there, or this is no checkout.

    Examples
    --------
    >>> published("numbers").loc["00.waves", ["shown", "notebook"]].tolist()
    ['12', '00']
    >>> published("figures").loc["fig01a-egdi-path", ["notebook", "flaws"]].tolist()
    ['01', '']
    """
    for word, value, allowed in (("kind", kind, KINDS), ("language", language, LANGUAGES)):
        if value not in allowed:
            raise ArgumentError(
                f"{word}={value!r} is none of"
                f" {listed(allowed)}.{nearest(str(value), list(allowed))}"
            )
    where = published_dir() if folder is None else Path(folder)
    register = where / (NUMBERS if kind == "numbers" else MANIFEST)
    if not register.is_file():
        raise EgovstudyError(
            f"{where} holds no {register.name}. Name a folder that notebooks published into, or"
            " work in a checkout."
        )
    numbers = read_numbers(where / NUMBERS)
    if kind == "numbers":
        rows = {key: [row[name] for name in NUMBER_COLUMNS] for key, row in numbers.items()}
        return pd.DataFrame.from_dict(
            rows, orient="index", columns=list(NUMBER_COLUMNS)
        ).rename_axis("key")
    rows = {
        name: _record(row, where, numbers, language)
        for name, row in read_rows(register).items()
        if f"{row['kind']}s" == kind
    }
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS)).rename_axis("name")
    return frame.astype({**dict.fromkeys(SIZES, "float"), "rows": "int"})


def _record(
    row: Mapping[str, str], folder: Path, numbers: dict[str, dict[str, str]], language: str
) -> list[Any]:
    path = folder / f"{row['name']}.json"
    content = path.read_bytes() if path.is_file() else b"{}"
    about: dict[str, Any] = json.loads(content)
    flaws = list(_flaws(about, folder, numbers)) if about else [f"{path.name} is missing"]
    if about and sha256(content) != row["sha256"]:
        flaws.insert(0, f"{path.name} is not the one on record")
    caption = said(about, "caption", language) if about else row["caption"]
    sizes = [about.get(name) for name in SIZES]
    return [
        row["notebook"],
        caption,
        *sizes,
        int(row["rows"]),
        row["data_digest"],
        row["cites"],
        "; ".join(flaws),
    ]


def _flaws(
    about: Mapping[str, Any], folder: Path, numbers: dict[str, dict[str, str]]
) -> Iterator[str]:
    """Say what does not hold of a sidecar.

    Its files, the numbers in its texts, and whether it can be read in print.
    """
    for ending, digest in about["sha256"].items():
        file = folder / f"{about['name']}.{ending}"
        if not file.is_file():
            yield f"{file.name} is missing"
        elif sha256(file.read_bytes()) != digest:
            yield f"{file.name} is not the one on record"
    for part in ("caption", "alt", "note"):
        for language, keyed in about.get(f"{part}_keyed", {}).items():
            try:
                if resolve(keyed, numbers) != about[part][language]:
                    yield f"its {part} ({language}) shows another number than the one kept"
            except ArgumentError as error:
                yield f"its {part} ({language}): {error}"
    if "width_mm" in about:
        yield from _unprintable(about)


def _unprintable(about: Mapping[str, Any]) -> Iterator[str]:
    if not about["alt"].get("en"):
        yield "it has no alternative text"
    venue = VENUES.get(about["venue"])
    if venue is None:  # a size of the author's own, which nothing here knows
        return
    if about["width_mm"] not in venue.widths_mm.values():
        yield f"it is {about['width_mm']:g} mm wide, which {venue.name} does not take"
    if about["height_mm"] > venue.max_height_mm:
        yield f"it is {about['height_mm']:g} mm high; {venue.name} takes {venue.max_height_mm:g} mm"
    if about["min_pt"] < venue.min_pt:
        yield f"it has text of {about['min_pt']:g} pt; {venue.name} asks for {venue.min_pt:g} pt"

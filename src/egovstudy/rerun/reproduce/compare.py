"""Compare what a notebook has just published with what is committed."""

from __future__ import annotations

import csv
import json
import math
import platform
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from egovstudy.data.egdi import file_digest
from egovstudy.errors import listed
from egovstudy.publish.words import read_rows
from egovstudy.rerun.reproduce.notebooks import Run, read_notebook

RTOL = 1e-6  # relative tolerance of keyed numbers and plotted data
ATOL = 1e-12  # below this a difference is rounding noise around zero
IMAGES = (".pdf", ".svg", ".png")
# One row per number and per figure, of all notebooks together.
REGISTERS = (
    "numbers.csv",
    "manifest.csv",
)
PACKAGES = (
    "egovstudy",
    "jupyter",
    "matplotlib",
    "nbclient",
    "numpy",
    "pandas",
    "pillow",
    "scipy",
    "seaborn",
    "statsmodels",
)
ENVIRONMENT_FILE = "environment.json"


@dataclass(frozen=True)
class Comparison:
    """The verdict on one thing that was compared.

    Attributes
    ----------
    notebook : str
        The notebook that publishes it.
    kind : str
        ``run``, ``text``, ``number``, ``data`` (plotted data or a table), ``image`` or ``caption``.
    item : str
        Cell, key or file.
    holds : bool or None
        None if it cannot be compared here; ``detail`` says why.
    detail : str
        What differs and by how much.
    """

    notebook: str
    kind: str
    item: str
    holds: bool | None
    detail: str = ""


def compare_run(
    run: Run, committed: Path, figures: Path, images_comparable: str | None
) -> list[Comparison]:
    """Compare one executed notebook with the project.

    Parameters
    ----------
    run : Run
        The fresh run.
    committed : Path
        The committed notebook file.
    figures : Path
        The committed figures folder.
    images_comparable : str or None
        None if image bytes must be equal here; else the reason why they need not be.

    Returns
    -------
    list of Comparison
        One per text cell, number, data file, caption and image.
    """
    if run.error:
        return [Comparison(run.name, "run", run.name, False, run.error)]
    return _texts(run, read_notebook(committed)) + compare_published(
        run.name, run.figures, figures, images_comparable
    )


def compare_published(
    notebook: str, fresh: Path, figures: Path, images_comparable: str | None
) -> list[Comparison]:
    """Compare what a notebook has just published with what is committed of it.

    Parameters
    ----------
    notebook : str
        Its file name without ending; the first two digits tell its numbers, figures and tables.
    fresh, figures : Path
        The folder that it published into, and the committed one.
    images_comparable : str or None
        None if image bytes must be equal here; else the reason why they need not be.

    Returns
    -------
    list of Comparison
        One per number, data file, caption and image.
    """
    found = _numbers(notebook, fresh, figures)
    own = notebook[:2]
    names = {
        path.name
        for folder in (figures, fresh)
        for path in folder.glob("*")
        if path.name[3:5] == own and path.name[:3] in ("fig", "tab")
    }
    for name in sorted(names):
        found.append(_file(notebook, name, figures / name, fresh / name, images_comparable))
    return found


def rows_after(
    before: Mapping[str, dict[str, str]], ran: Mapping[str, Path], register: str
) -> dict[str, dict[str, str]]:
    """Give a register's rows with those of the notebooks that ran in the place of their old ones.

    Parameters
    ----------
    before : mapping
        Rows by key, as they stood.
    ran : mapping
        By the two digits of a notebook the folder that it published into.
    register : str
        File name of the register.
    """
    rows = {key: row for key, row in before.items() if row["notebook"] not in ran}
    for folder in ran.values():
        rows |= read_rows(folder / register)
    return dict(sorted(rows.items()))


def folders_of(runs: Iterable[Run]) -> dict[str, Path]:
    """Give the folder that each run published into, by the two digits of its notebook."""
    return {run.name[:2]: run.figures for run in runs}


def _texts(run: Run, committed: Any) -> list[Comparison]:
    found = []
    for number, (fresh, old) in enumerate(zip(run.notebook.cells, committed.cells, strict=True)):
        if fresh.cell_type != "code":
            continue
        now, before = text_outputs(fresh), text_outputs(old)
        if fresh.execution_count != old.execution_count:
            count = (
                f"execution count {old.execution_count} is committed, {fresh.execution_count} came"
            )
            found.append(Comparison(run.name, "text", f"cell {number}", False, count))
        elif now or before:
            found.append(
                Comparison(
                    run.name,
                    "text",
                    f"cell {number}",
                    now == before,
                    _first_difference(before, now),
                )
            )
    return found


def text_outputs(cell: Any) -> list[tuple[str, str]]:
    """All outputs of a cell that are text, as (kind, text).

    Pictures are compared by their own files.
    """
    outputs: list[tuple[str, str]] = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            if (
                outputs and outputs[-1][0] == output.name
            ):  # how a stream is cut into pieces depends on timing
                outputs[-1] = (output.name, outputs[-1][1] + output.text)
            else:
                outputs.append((output.name, output.text))
        elif output.output_type == "error":
            outputs.append(("error", f"{output.ename}: {output.evalue}"))
        else:
            outputs += [
                (kind, text)
                for kind, text in sorted(output.data.items())
                if kind.startswith("text/")
            ]
    return outputs


def _first_difference(before: list[tuple[str, str]], now: list[tuple[str, str]]) -> str:
    if before == now:
        return ""
    old = "\n".join(text for _, text in before).splitlines()
    new = "\n".join(text for _, text in now).splitlines()
    for was, came in zip(old, new, strict=False):
        if was != came:
            return f"committed {was[:100]!r}, came {came[:100]!r}"
    return f"{len(old)} lines are committed, {len(new)} came"


def _numbers(notebook: str, fresh: Path, figures: Path) -> list[Comparison]:
    own = notebook[:2]
    before = {key: row for key, row in read_rows(figures / "numbers.csv").items() if key[:2] == own}
    now = read_rows(fresh / "numbers.csv")
    found = []
    for key in sorted(before.keys() | now.keys()):
        if key not in before or key not in now:
            word = (
                "is committed but was not published again"
                if key in before
                else "is published but not committed"
            )
            found.append(Comparison(notebook, "number", key, False, word))
            continue
        old, new = before[key], now[key]
        gap = _gap(old["value"], new["value"])
        holds = gap is not None and gap <= RTOL and old["shown"] == new["shown"]
        detail = (
            ""
            if holds
            else f"committed {old['value']} ({old['shown']}), came {new['value']} ({new['shown']})"
        )
        words = [name for name in ("unit", "notebook", "description") if old[name] != new[name]]
        if holds and words:
            detail = f"differs in {words[0]}: committed {old[words[0]]!r}, came {new[words[0]]!r}"
        found.append(Comparison(notebook, "number", key, holds and not words, detail))
    return found


def _gap(before: str, now: str) -> float | None:
    """Relative distance of two cells: 0 for equal text, None if they are not comparable."""
    if before == now:
        return 0.0
    try:
        old, new = float(before), float(now)
    except ValueError:
        return None
    if math.isnan(old) or math.isnan(new):
        return None
    if abs(old - new) <= ATOL:
        return 0.0
    return abs(old - new) / max(abs(old), abs(new))


def _file(
    notebook: str, name: str, before: Path, now: Path, images_comparable: str | None
) -> Comparison:
    kind = "image" if before.suffix in IMAGES else "data" if before.suffix == ".csv" else "caption"
    if not before.exists() or not now.exists():
        word = (
            "is committed but was not published again"
            if before.exists()
            else "is published but not committed"
        )
        return Comparison(notebook, kind, name, False, word)
    if kind == "data":
        holds, detail = _table_gap(before, now)
        return Comparison(notebook, kind, name, holds, detail)
    if kind == "caption" and before.suffix == ".json":
        return _sidecar(notebook, name, before, now)
    if before.read_bytes() == now.read_bytes():
        return Comparison(notebook, kind, name, True)
    if kind == "image" and images_comparable:
        return Comparison(notebook, kind, name, None, images_comparable)
    return Comparison(notebook, kind, name, False, "the file's bytes differ")


def _sidecar(notebook: str, name: str, before: Path, now: Path) -> Comparison:
    """Compare captions, alternative texts and sizes.

    The hashes and digests in a sidecar are left out: images are compared by their files, data and
    marks by their numbers and with a tolerance.
    """
    old, new = (json.loads(path.read_text(encoding="utf-8")) for path in (before, now))
    for one in (old, new):
        for hashed in ("sha256", "data_digest", "marks_digest"):
            one.pop(hashed, None)
    differing = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    if not differing:
        return Comparison(notebook, "caption", name, True)
    # Under its mark a text moves with its number; the plain one says what a reader sees.
    key = next((key for key in differing if not key.endswith("_keyed")), differing[0])
    was, came = old.get(key), new.get(key)
    if isinstance(was, dict) and isinstance(came, dict):
        apart = [
            language
            for language in was.keys() | came.keys()
            if was.get(language) != came.get(language)
        ]
        key, was, came = f"{key} ({min(apart)})", was.get(min(apart)), came.get(min(apart))
    detail = f"differs in {', '.join(differing)}; {key}: committed {was!r}, came {came!r}"
    return Comparison(notebook, "caption", name, False, detail)


def _table_gap(before: Path, now: Path) -> tuple[bool, str]:
    with (
        before.open(encoding="utf-8", newline="") as one,
        now.open(encoding="utf-8", newline="") as two,
    ):
        old, new = list(csv.reader(one)), list(csv.reader(two))
    if len(old) != len(new) or old[:1] != new[:1]:
        return (
            False,
            f"{len(old) - 1} rows of {', '.join(old[0])} are committed, {len(new) - 1} rows came",
        )
    largest, place = 0.0, ""
    for number, (was, came) in enumerate(zip(old, new, strict=True), start=1):
        for column, first, second in zip(old[0], was, came, strict=False):
            gap = _gap(first, second)
            if gap is None or gap > RTOL:
                what = f"committed {first!r}, came {second!r}"
                return False, f"row {number}, column {column}: {what}"
            if gap > largest:
                largest, place = (
                    gap,
                    f"largest relative difference {gap:.1e} in row {number}, column {column}",
                )
    return True, place


def image_environment(project: Path) -> dict[str, str]:
    """Everything that decides an image's bytes.

    Pins, system, and the zlib that packs PDF and PNG.
    """
    return {
        "lock": file_digest(project / "requirements.lock"),
        "system": f"{platform.system()} {platform.machine()}",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def why_images_may_differ(project: Path) -> str | None:
    """Say why image bytes need not be equal here; None if they must be.

    Parameters
    ----------
    project : Path
        Root of the checkout.
    """
    path = project / "figures" / ENVIRONMENT_FILE
    committed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    here = image_environment(project)
    other = [name for name in here if committed.get(name) != here[name]]
    unpinned = _unpinned(project)
    if unpinned:
        return (
            f"not comparable: {listed(unpinned, 5)} not at the pinned version; the plotted data are"
            " compared"
        )
    if other:
        return (
            f"not comparable: made with another {', '.join(other)}; the plotted data are compared"
        )
    return None


def installed(name: str) -> str:
    """Give the version of a package, or say that it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _unpinned(project: Path) -> list[str]:
    pins = {}
    for line in (project / "requirements.lock").read_text(encoding="utf-8").splitlines():
        name, equals, rest = line.partition("==")
        if equals and not line.startswith((" ", "#")):
            pins[name] = rest.split()[0]
    return [name for name in PACKAGES if name in pins and installed(name) != pins[name]]

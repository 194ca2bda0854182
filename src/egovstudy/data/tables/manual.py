"""The tables inside the coding manuals.

Code lists, rulings and worked examples, written from the data.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from egovstudy.data.tables import schema
from egovstudy.data.tables.loading import load
from egovstudy.errors import EgovstudyError
from egovstudy.paths import data_dir

BLOCK = re.compile(
    r"<!-- (codes|rulings|example)(?::([a-z0-9-]+))? -->\n(?:.*?\n)??<!-- /\1 -->", re.DOTALL
)
WORDS = {
    "en": {
        "code": "code",
        "label": "label",
        "means": "means",
        "ruling": "ruling",
        "variable": "variable",
        "value": "coded",
    },
    "id": {
        "code": "kode",
        "label": "label",
        "means": "arti",
        "ruling": "aturan",
        "variable": "variabel",
        "value": "kode",
    },
}
SHOWN = (
    *(
        "date",
        "date_basis",
        "partner_id",
        "body_id",
        "instrument",
        "stage",
        "act_status",
        "level",
        "learning",
    ),
    *("term_end", "retrospective", "confidence"),
)


def manuals() -> dict[Path, str]:
    """Give the coding manuals of the checkout that holds the data, by path with their language."""
    docs = data_dir().parent / "docs"
    named = {docs / "coding-manual.md": "en", docs / "coding-manual.id.md": "id"}
    return {path: language for path, language in named.items() if path.is_file()}


def render(text: str, language: str) -> str:
    r"""Fill the marked blocks of a manual.

    Parameters
    ----------
    text : str
        The manual, with blocks between ``<!-- codes:stage -->``, ``<!-- rulings -->`` or ``<!--
        example:ID -->`` and their closing marks.
    language : {"en", "id"}
        Language of labels and rulings; definitions of codes exist in both.

    Returns
    -------
    str

    Raises
    ------
    EgovstudyError
        If a block names an event that does not exist.

    Examples
    --------
    >>> text = "<!-- codes:act-status -->\n<!-- /codes -->"
    >>> "announced" in render(text, "en")
    True
    """

    def fill(found: re.Match[str]) -> str:
        kind, name = found.group(1), found.group(2)
        lines = {"codes": _codes, "rulings": _rulings, "example": _example}[kind](
            name, WORDS[language], language
        )
        opening = f"<!-- {kind}{f':{name}' if name else ''} -->"
        return "\n".join([opening, *lines, f"<!-- /{kind} -->"])

    return BLOCK.sub(fill, text)


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _codes(name: str, words: dict[str, str], language: str) -> list[str]:
    definition = "definition" if language == "en" else "definition_id"
    lines = [_row(words["code"], words["label"], words["means"]), "|---|---|---|"]
    return lines + [
        _row(f"`{row['code']}`", row[f"label_{language}"], row[definition])
        for _, row in load(f"{schema.CODES}{name}").iterrows()
    ]


def _rulings(_: str | None, words: dict[str, str], language: str) -> list[str]:
    lines = [_row("", words["variable"], words["ruling"]), "|---|---|---|"]
    return lines + [
        _row(
            row["ruling"],
            f"`{row['variable']}`",
            f"**{row[f'question_{language}']}** {row[f'answer_{language}']}",
        )
        for _, row in load("rulings").iterrows()
    ]


def _example(event_id: str, words: dict[str, str], _: str) -> list[str]:
    events = load("events").set_index("event_id")
    if event_id not in events.index:
        raise EgovstudyError(
            f"the coding manual shows {event_id!r}, which is no event. Name another one."
        )
    event, themes = events.loc[event_id], load("event_themes")
    values = {name: event[name] for name in SHOWN if pd.notna(event[name])}
    values["themes"] = "; ".join(themes.loc[themes["event_id"].eq(event_id), "theme"].astype("str"))
    lines = [_row(words["variable"], words["value"]), "|---|---|"]
    return lines + [_row(f"`{name}`", _shown(value)) for name, value in values.items()]


def _shown(value: object) -> str:
    return (
        str(value).lower()
        if isinstance(value, bool) or str(value) in ("True", "False")
        else str(value)
    )

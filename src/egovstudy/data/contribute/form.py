"""The form of a contribution: one row is one event with its themes and up to two sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from egovstudy.data.contribute.spreadsheets import export_tables
from egovstudy.data.events import WEEKDAYS
from egovstudy.data.tables import load, schema

SECOND = "second_"
SOURCE_FIELDS = (
    "source_url",
    "source_title",
    "source_publisher",
    "source_date",
    "source_kind",
    "source_press_text",
)
PRINTED_FIELDS = ("printed_date", "printed_weekday")
WITNESS = (*SOURCE_FIELDS, *PRINTED_FIELDS)
DATES = ("date", "date_end", "term_end", "source_date", f"{SECOND}source_date")
REGISTERS = {"partner_id": "partners", "body_id": "bodies", "country_of_event": "countries"}
BOOLEANS = ("true", "false")
ROWS_WITH_LISTS = 1000


def columns() -> list[str]:
    """Columns of the form: those of ``events``, the themes, a source and a second one.

    Examples
    --------
    >>> [name for name in columns() if name.endswith("printed_weekday")]
    ['printed_weekday', 'second_printed_weekday']
    """
    return [*schema.fields("events"), "themes", *WITNESS, *(f"{SECOND}{name}" for name in WITNESS)]


def needed() -> list[str]:
    """Columns that every row fills; an event id is made where none is given."""
    limits = {name: field.get("constraints", {}) for name, field in schema.fields("events").items()}
    return [
        *(name for name in limits if limits[name].get("required") and name != "event_id"),
        "themes",
    ]


def codes() -> dict[str, list[str]]:
    """Give the allowed codes by column, in the order of their lists."""
    lists = {column: load(name)["code"].tolist() for column, name in code_lists().items()}
    lists |= {column: list(WEEKDAYS) for column in ("printed_weekday", f"{SECOND}printed_weekday")}
    return lists | {"retrospective": list(BOOLEANS)}


def code_lists() -> dict[str, str]:
    """Columns of the form that take their codes from a code list, with its name."""
    kinds = {column: "codes-source-kind" for column in ("source_kind", f"{SECOND}source_kind")}
    return schema.code_list_of("events") | {"themes": "codes-theme"} | kinds


def home(column: str) -> tuple[str, str]:
    """Table and column of the data package in which a column of the form ends up.

    Examples
    --------
    >>> home("second_source_url"), home("printed_date"), home("themes")
    (('sources', 'url'), ('event_sources', 'printed_date'), ('event_themes', 'theme'))
    """
    name = column.removeprefix(SECOND)
    if name in SOURCE_FIELDS:
        return "sources", {"source_press_text": "press_text_id"}.get(
            name, name.removeprefix("source_")
        )
    if name in PRINTED_FIELDS:
        return "event_sources", name
    return ("event_themes", "theme") if name == "themes" else ("events", name)


def write_template(path: Path) -> Path:
    """Write an empty form: as XLSX with a tab of codes and lists to choose from, as CSV its header alone.

    Parameters
    ----------
    path : Path
        Ends in ``.xlsx`` or ``.csv``; must not be there yet.

    Returns
    -------
    Path
        The same path.

    Raises
    ------
    ArgumentError
        If the file is there already or has another ending.

    Examples
    --------
    >>> import tempfile
    >>> path = write_template(Path(tempfile.mkdtemp()) / "mine.csv")
    >>> path.read_text(encoding="utf-8").startswith("event_id,date,")
    True
    """
    listing = _listing()
    empty = pd.DataFrame(columns=columns(), dtype="str")
    return export_tables(
        path, {"events": empty, "codes": listing}, lambda book: _add_lists(book, listing)
    )


def _listing() -> pd.DataFrame:
    """Every code that the form allows: code lists, weekdays, and the registers of partners, bodies and countries."""
    parts = [
        load(name)[["code", "label_en", "label_id", "definition"]].assign(column=column)
        for column, name in code_lists().items()
        if not column.startswith(SECOND)
    ]
    words = {"printed_weekday": WEEKDAYS, "retrospective": BOOLEANS}
    parts += [
        pd.DataFrame({"code": list(values), "column": column}) for column, values in words.items()
    ]
    for column, table in REGISTERS.items():
        register = load(table)
        names = {"bodies": ("name_en", "name_id")}.get(table, ("name", "name"))
        key = schema.primary_key(table)[0]
        parts.append(
            pd.DataFrame(
                {
                    "code": register[key],
                    "label_en": register[names[0]],
                    "label_id": register[names[1]],
                }
            ).assign(column=column, definition=register["note"])
        )
    return pd.concat(parts, ignore_index=True)[
        ["column", "code", "label_en", "label_id", "definition"]
    ]


def _add_lists(book: Any, listing: pd.DataFrame) -> None:
    """Add lists to choose from, where one cell takes one code (themes take several)."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, name in enumerate(columns(), start=1):
        rows = listing.index[listing["column"].eq(name.removeprefix(SECOND))]
        if name == "themes" or rows.empty:
            continue
        choice = DataValidation(
            type="list", formula1=f"codes!$B${rows[0] + 2}:$B${rows[-1] + 2}", allow_blank=True
        )
        choice.errorTitle, choice.error = (
            name,
            "Choose one of the codes; the tab codes says what they mean.",
        )
        choice.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{ROWS_WITH_LISTS}")
        book["events"].add_data_validation(choice)

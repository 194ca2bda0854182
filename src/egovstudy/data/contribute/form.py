"""The form of a contribution: one row is one event with its themes and up to two sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from egovstudy.data.contribute.spreadsheets import export_tables
from egovstudy.data.events import SECOND, WEEKDAYS, WITNESS
from egovstudy.data.tables import load, schema

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
    required = [
        name
        for name, field in schema.fields("events").items()
        if field.get("constraints", {}).get("required") and name != "event_id"
    ]
    return [*required, "themes"]


def codes() -> dict[str, list[str]]:
    """Give the allowed codes by column, in the order of their lists."""
    lists = {column: load(name)["code"].tolist() for column, name in code_lists().items()}
    lists |= {column: list(WEEKDAYS) for column in ("printed_weekday", f"{SECOND}printed_weekday")}
    return lists | {"retrospective": list(BOOLEANS)}


def code_lists() -> dict[str, str]:
    """Columns of the form that take their codes from a code list, with its name."""
    kinds = {column: "codes-source-kind" for column in ("source_kind", f"{SECOND}source_kind")}
    return schema.code_list_of("events") | {"themes": "codes-theme"} | kinds


def write_template(path: Path) -> Path:
    """Write an empty form: as XLSX with a tab of codes and lists to choose from, as CSV a header.

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
    """Every code that the form allows, with its meaning: code lists, weekdays, and registers."""
    parts = [
        load(name).assign(column=column)
        for column, name in code_lists().items()
        if not column.startswith(SECOND)
    ]
    for column, values in {"printed_weekday": WEEKDAYS, "retrospective": BOOLEANS}.items():
        parts.append(pd.DataFrame({"code": list(values), "column": column}))
    for column, table in REGISTERS.items():
        english, indonesian = ("name_en", "name_id") if table == "bodies" else ("name", "name")
        register = load(table)
        listed = {
            "code": register[schema.primary_key(table)[0]],
            "label_en": register[english],
            "label_id": register[indonesian],
            "definition": register["note"],
        }
        parts.append(pd.DataFrame(listed).assign(column=column))
    listing = pd.concat(parts, ignore_index=True)
    return listing[["column", "code", "label_en", "label_id", "definition"]]


def _add_lists(book: Any, listing: pd.DataFrame) -> None:
    """Add lists to choose from, where one cell takes one code (themes take several)."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for place, name in enumerate(columns(), start=1):
        rows = listing.index[listing["column"].eq(name.removeprefix(SECOND))]
        if name == "themes" or rows.empty:
            continue
        choice = DataValidation(
            type="list",
            formula1=f"codes!$B${rows[0] + 2}:$B${rows[-1] + 2}",
            allow_blank=True,
            errorTitle=name,
            error="Choose one of the codes; the tab codes says what they mean.",
        )
        letter = get_column_letter(place)
        choice.add(f"{letter}2:{letter}{ROWS_WITH_LISTS}")
        book["events"].add_data_validation(choice)

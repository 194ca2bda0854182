"""A contribution that holds, to be spoilt in one place, and sheets made of such rows."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from egovstudy.data.contribute import form

CLEAN = {
    "date": "2017-05-09",
    "date_precision": "day",
    "date_basis": "printed",
    "partner_id": "kor-mois",
    "partner_detail": "MOI",
    "body_id": "panrb",
    "indonesian_lead": "Minister of PANRB (Asman Abnur)",
    "instrument": "visit",
    "stage": "contact",
    "act_status": "done",
    "level": "minister",
    "learning": "receives",
    "city": "Jakarta",
    "country_of_event": "IDN",
    "summary": (
        "A delegation of the Korean ministry explained its complaint portal to the minister."
    ),
    "confidence": "high",
    "retrospective": "false",
    "themes": "spbe_architecture; training",
    "source_url": "https://example.org/news/a",
    "source_title": "Portal dijelaskan",
    "source_publisher": "Example Daily",
    "source_date": "2017-05-10",
    "source_kind": "news",
    "printed_date": "Selasa (9/5/2017)",
    "printed_weekday": "tuesday",
    "second_source_url": "https://example.com/b",
    "second_source_title": "Portal explained",
    "second_source_publisher": "Example Ministry",
    "second_source_date": "2017-05-11",
    "second_source_kind": "official_page",
    "second_printed_date": "9 May 2017",
}


def table(*rows: dict[str, Any]) -> list[list[Any]]:
    """Header and rows of the form; columns that it does not have come last."""
    names = [*form.columns(), *(name for row in rows for name in row if name not in form.columns())]
    return [names, *([row.get(name, "") for name in names] for row in rows)]


def write_csv(
    path: Path, lines: list[list[Any]], *, delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(lines)
    return path


def workbook(lines: list[list[Any]]) -> Workbook:
    """A workbook as a person fills it: what looks like a formula becomes one."""
    book = Workbook()
    for line in lines:
        book.active.append([None if cell == "" else cell for cell in line])
    return book


def place(column: str, row: int = 2) -> str:
    """Address of a cell of the form, such as B2."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(form.columns().index(column) + 1)}{row}"

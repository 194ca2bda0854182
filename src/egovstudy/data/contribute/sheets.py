"""Spreadsheets that people hand in: read as text, everything odd named by row and column.

A formula is never worked out and a date never guessed. What cannot be read as a table at all is one
error.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from egovstudy.data.contribute.spreadsheets import HEADER_SOUGHT, Cell, Rows, rows_of, tidy
from egovstudy.errors import Finding, listed, nearest

MOST_COLUMNS = 100  # more than twice the columns of the form: a sheet this wide is not the form
FIRST_MENDED = "The rows are checked once the header holds."
LONGEST = 2000  # characters in a cell: a sentence or a remark, no article
FORMULA_STARTS = ("=", "+", "-", "@")
# Days from 1954 to 2064, as spreadsheets count them from 1900; four digits are years.
SERIAL, SERIALS = re.compile(r"(\d{5})(\.\d+)?"), range(20_000, 60_001)
FIRST_SERIAL = dt.date(1899, 12, 30)
FROM_1904 = dt.timedelta(days=1462)
HTML = re.compile(r"<\s*/?\s*[A-Za-z!][^<>]*>|&(?:[a-z]+|#\d+);")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd-\uffff]")
AS_TEXT = "Format the column as text and type it again"
# What cells of a kind are told, whatever stands in them: the check, and the reason.
KINDS_REFUSED = {
    "formula": ("formula", "{shown!r} is a formula. Write its result in its place, as text."),
    "error": ("formula", "the cell shows the error {shown}. Write the value in its place."),
    "month": (
        "spreadsheet date",
        f"the cell shows a month but holds the day {{shown}}. {AS_TEXT}: {{shown:.7}}, or the day.",
    ),
    "moment": (
        "spreadsheet date",
        f"the cell holds the moment {{shown}}. {AS_TEXT}: the day without a time.",
    ),
}


@dataclass(frozen=True)
class Sheet:
    """A sheet as text.

    Attributes
    ----------
    file : str
        Its name.
    cells : DataFrame
        Strings, the empty string where a cell is blank; the index holds the row numbers that the
        spreadsheet shows. Blank rows are left out.
    findings : tuple of Finding
        What could not be taken as it stands.
    unread : frozenset of tuple
        ``(row, column)`` of the cells behind those findings; they are blank in ``cells``.
    """

    file: str
    cells: pd.DataFrame
    findings: tuple[Finding, ...]
    unread: frozenset[tuple[int, str]]


def read_sheet(
    path: Path, columns: Sequence[str], *, needed: Collection[str] = (), dates: Collection[str] = ()
) -> Sheet:
    r"""Read a CSV or XLSX file whose first row names the columns.

    A CSV file may be separated by commas, semicolons or tabs and may begin with a byte-order mark;
    an apostrophe that :mod:`egovstudy.data.contribute.spreadsheets` put before a text goes. Of a
    workbook the tab ``events`` is read, or else the first. White space around a text is trimmed,
    blank rows and columns are passed over.

    Parameters
    ----------
    path : Path
        The file; what it is shows in its bytes, not in its name.
    columns : sequence of str
        Columns of the form; any other is a finding.
    needed : collection of str
        Those without which no row can be read.
    dates : collection of str
        Those that hold partial ISO dates: cells that a spreadsheet turned into days are read back
        or named.

    Returns
    -------
    Sheet

    Raises
    ------
    ArgumentError
        If it is no table at all: missing, empty, of another format, with a password, damaged or too
        large.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> _ = path.write_text("date;instrument\n;\n2016-03;mou\n", encoding="utf-8")
    >>> read_sheet(path, ["date", "instrument"]).cells.to_dict("index")
    {3: {'date': '2016-03', 'instrument': 'mou'}}
    """
    rows, merged = rows_of(path, columns)
    header = {place: tidy(cell.text) for place, cell in enumerate(rows.get(1, [])) if cell.filled}
    own = {place: name for place, name in header.items() if name in columns}
    findings: list[Finding] = []
    unread: set[tuple[int, str]] = set()

    def find(check: str, words: str, row: int, column: str | None = None) -> None:
        findings.append(Finding(path.name, check, words, row, column))

    holds = _header_holds(header, rows, columns, needed, find)
    below = {number: row for number, row in rows.items() if number > 1} if holds else {}
    for area in merged:
        covered = [number for number in below if area.min_row <= number <= area.max_row]
        names = [own[at] for at in own if area.min_col <= at + 1 <= area.max_col]
        unread |= {(number, name) for number in covered for name in names}
        if covered:
            find(
                "merged cells",
                f"the cells {area.coord} are merged. Unmerge them and fill each row by itself.",
                area.min_row,
                header.get(area.min_col - 1),
            )
    texts: dict[int, dict[str, str]] = {}
    for number, row in below.items():
        loose = [cell for place, cell in enumerate(row) if cell.filled and place not in header]
        if loose:
            find(
                "cells",
                f"{tidy(loose[0].text)[:40]!r} stands under no column name. Is a comma unquoted, or"
                " a name missing? The row is checked once this is mended.",
                number,
            )
            continue
        texts[number] = dict.fromkeys(own.values(), "")
        for place, column in own.items():
            if (number, column) in unread or place >= len(row):
                continue
            wrong = fault(row[place], column, column in dates)
            if wrong:
                find(*wrong, number, column)
                unread.add((number, column))
            else:
                texts[number][column] = tidy(row[place].text)
    names = list(dict.fromkeys(own.values()))
    cells = pd.DataFrame(list(texts.values()), list(texts), names, dtype="str")
    return Sheet(path.name, cells, tuple(findings), frozenset(unread))


def _header_holds(
    header: dict[int, str],
    rows: Rows,
    columns: Sequence[str],
    needed: Collection[str],
    find: Callable[..., None],
) -> bool:
    """Say what is wrong with the names of the columns, and whether the rows below can be read."""
    names, form = list(header.values()), set(columns)
    filled = [place for row in rows.values() for place, cell in enumerate(row) if cell.filled]
    width = max(filled, default=0) + 1
    if width > MOST_COLUMNS:
        find(
            "header",
            f"the sheet is {width} columns wide, the form has {len(columns)}. Copy those to a new"
            f" sheet. {FIRST_MENDED}",
            1,
        )
        return False
    if not form & set(names):
        lower = [
            number
            for number, row in rows.items()
            if number <= HEADER_SOUGHT and len(form & {tidy(cell.text) for cell in row}) > 1
        ]
        words = (
            "row 1 holds no column name of the form; `egovstudy event-template FILE` writes an"
            f" empty form. Columns: {listed(columns, most=40)}."
        )
        if lower:
            words = "the column names stand here; they must be row 1. Delete what is above."
            words = f"{words} {FIRST_MENDED}"
        find("header", words, lower[0] if lower else 1)
        return False
    missing = [name for name in needed if name not in names]
    twice = sorted({name for name in names if names.count(name) > 1 and name in form})
    for place, name in header.items():
        if name not in form:
            near = nearest(name, missing or [one for one in columns if one not in names])
            find(
                "header",
                f"unknown column {name!r} ({letter(place)}).{near} It is not read.",
                1,
                name,
            )
    for name in twice:
        places = ", ".join(letter(place) for place, one in header.items() if one == name)
        find(
            "header",
            f"the column stands more than once ({places}). Keep one. {FIRST_MENDED}",
            1,
            name,
        )
    for name in missing:
        find("header", f"the column is missing. {FIRST_MENDED}", 1, name)
    return not (missing or twice)


def letter(place: int) -> str:
    """Letter of a column, counted from 0, as spreadsheets show it.

    Examples
    --------
    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def fault(cell: Cell, column: str, is_date: bool) -> tuple[str, str] | None:
    """Name the check and the reason why a cell cannot be taken as text, or None.

    Parameters
    ----------
    cell : Cell
        As the file holds it.
    column : str
        The column it stands in.
    is_date : bool
        Whether the column holds partial ISO dates.

    Examples
    --------
    >>> fault(Cell("42431", "number"), "date", True)[0]
    'spreadsheet date'
    """
    if cell.kind in KINDS_REFUSED:
        check, words = KINDS_REFUSED[cell.kind]
        return check, words.format(shown=cell.text[:80])
    words = _made_of_a_date(cell, column, is_date)
    return ("spreadsheet date", words) if words else _fault_of_text(tidy(cell.text))


def _made_of_a_date(cell: Cell, column: str, is_date: bool) -> str:
    shown = cell.text
    made = f"{shown} of what was typed. {AS_TEXT}"
    if cell.kind == "day" and not is_date:
        return f"the spreadsheet made the day {made}, as the source prints it."
    serial = SERIAL.fullmatch(shown) if is_date else None
    if serial and int(serial[1]) in SERIALS:
        day = FIRST_SERIAL + dt.timedelta(days=int(serial[1]))
        other = f"{day + FROM_1904} if it counts from 1904"
        return f"{shown} is a spreadsheet's number for the day {day} ({other}). {AS_TEXT}."
    if cell.kind == "number" and "." in shown and (is_date or "printed_date" in column):
        return f"the spreadsheet made the number {made}."
    return ""


def _fault_of_text(text: str) -> tuple[str, str] | None:
    if text.startswith(FORMULA_STARTS):
        words = f"{text[:80]!r} begins with {text[0]!r}, which a spreadsheet takes for a formula."
        advice = "Begin with a letter or digit; leave the cell empty where there is nothing to say."
        return "formula", f"{words} {advice}"
    html, control = HTML.search(text), CONTROL.search(text)
    words = ""
    if html:
        words = f"HTML in the cell: {html.group()[:40]!r}. Paste it without formatting."
    elif control:
        mark = f"U+{ord(control.group()):04X}"
        words = f"an invisible control character ({mark}) in the cell. Type it again."
    elif len(text) > LONGEST:
        words = (
            f"{len(text):,} characters in one cell; at most {LONGEST:,}. Use your own words, in"
            " short."
        )
    return ("text form", words) if words else None

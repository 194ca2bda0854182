"""Spreadsheets that people hand in, CSV or XLSX: read as text, everything odd named by row and column.

A formula is never worked out and a date never guessed. What cannot be read as a table at all is one
error.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from egovstudy.data.contribute.sheet_cells import Cell, tidy
from egovstudy.data.contribute.sheet_files import HEADER_SOUGHT, Rows, rows_of
from egovstudy.errors import Finding, listed, nearest

MOST_COLUMNS = 100  # more than twice the columns of the form: a sheet this wide is not the form
FIRST_MENDED = "The rows are checked once the header holds."


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
    header, findings, holds = _header(path.name, rows, columns, needed)
    below = {number: row for number, row in rows.items() if number > 1} if holds else {}
    own = {place: name for place, name in header.items() if name in columns}
    texts: dict[int, dict[str, str]] = {}
    unread: set[tuple[int, str]] = set()
    for area in merged if below else []:
        covered = {
            (number, own.get(place))
            for number in below
            for place in range(area.min_col - 1, min(area.max_col, MOST_COLUMNS))
            if area.min_row <= number <= area.max_row
        }
        unread |= {place for place in covered if place[1] is not None}
        if covered:
            words = f"the cells {area.coord} are merged. Unmerge them and fill each row by itself."
            findings.append(
                Finding(
                    path.name, "merged cells", words, area.min_row, header.get(area.min_col - 1)
                )
            )
    for number, row in below.items():
        loose = [cell for place, cell in enumerate(row) if cell.filled and place not in header]
        if loose:
            words = (
                f"{tidy(loose[0].text)[:40]!r} stands under no column name. Is a comma unquoted, or"
                " a name missing?"
            )
            findings.append(
                Finding(
                    path.name, "cells", f"{words} The row is checked once this is mended.", number
                )
            )
            continue
        texts[number] = dict.fromkeys(own.values(), "")
        for place, column in own.items():
            cell = row[place] if place < len(row) else Cell("")
            fault = cell.fault(column, column in dates) if (number, column) not in unread else None
            if fault:
                findings.append(Finding(path.name, fault[0], fault[1], number, column))
                unread.add((number, column))
            if (number, column) not in unread:
                texts[number][column] = tidy(cell.text)
    cells = pd.DataFrame(
        list(texts.values()),
        index=list(texts),
        columns=list(dict.fromkeys(own.values())),
        dtype="str",
    )
    return Sheet(path.name, cells, tuple(findings), frozenset(unread))


def _header(
    file: str, rows: Rows, columns: Sequence[str], needed: Collection[str]
) -> tuple[dict[int, str], list[Finding], bool]:
    """Names by place in the row, what is wrong with them, and whether the rows below can be read."""
    named = _names(rows.get(1, []))
    findings: list[Finding] = []

    def wrong(words: str, column: str | None = None, row: int = 1) -> None:
        findings.append(Finding(file, "header", words, row, column))

    width = max(
        (place + 1 for row in rows.values() for place, cell in enumerate(row) if cell.filled),
        default=0,
    )
    if width > MOST_COLUMNS:
        words = (
            f"the sheet is {width} columns wide, the form has {len(columns)}. Copy those to a new"
            " sheet."
        )
        wrong(f"{words} {FIRST_MENDED}")
        return named, findings, False
    if not set(named.values()) & set(columns):
        lower = {number: set(_names(row).values()) & set(columns) for number, row in rows.items()}
        found = [
            number for number, names in lower.items() if len(names) > 1 and number <= HEADER_SOUGHT
        ]
        if found:
            words = "the column names stand here; they must be row 1. Delete what is above."
            wrong(f"{words} {FIRST_MENDED}", row=found[0])
        else:
            words = (
                "row 1 holds no column name of the form; `egovstudy event-template FILE` writes an"
                " empty form."
            )
            wrong(f"{words} Columns: {listed(columns, most=40)}.")
        return named, findings, False
    names = list(named.values())
    missing = [name for name in needed if name not in names]
    for place, name in named.items():
        if name not in columns:
            near = nearest(name, missing or [one for one in columns if one not in names])
            wrong(f"unknown column {name!r} ({letter(place)}).{near} It is not read.", name)
    twice = sorted({name for name in names if names.count(name) > 1 and name in columns})
    for name in twice:
        places = ", ".join(letter(place) for place, one in named.items() if one == name)
        wrong(f"the column stands more than once ({places}). Keep one. {FIRST_MENDED}", name)
    for name in missing:
        wrong(f"the column is missing. {FIRST_MENDED}", name)
    return named, findings, not (missing or twice)


def _names(row: Sequence[Cell]) -> dict[int, str]:
    return {place: tidy(cell.text) for place, cell in enumerate(row) if cell.filled}


def letter(place: int) -> str:
    """Letter of a column, counted from 0, as spreadsheets show it.

    Examples
    --------
    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)

"""The one way in which tables leave as CSV or XLSX for spreadsheets: text stays text, no cell can be a live formula.

In XLSX every cell is written as a string with the quote prefix and the number format *text*. CSV
knows no types: there a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return
(after any apostrophes) gets one more apostrophe in front, which :func:`unescape` takes away again.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from egovstudy.errors import ArgumentError, nearest
from egovstudy.paths import FIXED_MOMENT, write_safely

FORMATS = (".csv", ".xlsx")
LIVE = re.compile(r"'*[=+\-@\t\r]")
LONGEST_IN_XLSX = 32_767
NOT_IN_XLSX = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
TEXT = "@"


def escape(text: str) -> str:
    """Make a text safe for a CSV cell.

    Examples
    --------
    >>> escape("=1+1"), escape("MoU"), unescape(escape("'=1"))
    ("'=1+1", 'MoU', "'=1")
    """
    return f"'{text}" if LIVE.match(text) else text


def unescape(text: str) -> str:
    """Take away the apostrophe that :func:`escape` put in front, and no other."""
    return text[1:] if text.startswith("'") and LIVE.match(text) else text


def export_tables(
    path: Path, tables: Mapping[str, pd.DataFrame], finish: Callable[[Any], None] | None = None
) -> Path:
    r"""Write tables for a spreadsheet.

    Parameters
    ----------
    path : Path
        Its ending decides: ``.xlsx`` (each table is a tab) or ``.csv`` (the first table). It must
        not be there.
    tables : mapping from str to DataFrame
        Frames of strings by name; missing values leave a cell blank.
    finish : callable, optional
        Adds to the openpyxl ``Workbook`` what is no cell, such as lists to choose from.

    Returns
    -------
    Path
        The same path.

    Raises
    ------
    ArgumentError
        If the ending is another, the file is there already, or a text cannot stand in a workbook.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.csv"
    >>> export_tables(path, {"events": pd.DataFrame({"summary": ["=1+1"]})}).read_bytes()
    b"summary\r\n'=1+1\r\n"
    """
    ending = path.suffix.lower()
    if ending not in FORMATS:
        near = nearest(ending, FORMATS)
        raise ArgumentError(
            f"{path.name} ends in {ending or 'nothing'}. Allowed: {', '.join(FORMATS)}.{near}"
        )
    if path.exists():
        raise ArgumentError(
            f"{path} is there already and is not written over. Give another name or move it away."
        )
    texts = {name: _texts(frame) for name, frame in tables.items()}
    return write_safely(
        path, _csv(next(iter(texts.values()))) if ending == ".csv" else _xlsx(texts, finish)
    )


def _texts(frame: pd.DataFrame) -> list[list[str]]:
    filled = frame.astype("str").where(frame.notna(), "")
    return [list(frame.columns), *filled.to_numpy().tolist()]


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(
        [[escape(text) for text in row] for row in rows]
    )
    return out.getvalue()


def _xlsx(
    tables: Mapping[str, Sequence[Sequence[str]]], finish: Callable[[Any], None] | None
) -> bytes:
    from openpyxl import Workbook  # a quarter of a second to import
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    moment = dt.datetime.fromtimestamp(int(FIXED_MOMENT), dt.UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = moment
    for name, rows in tables.items():
        tab = book.create_sheet(name)
        tab.freeze_panes = "A2"
        for place in range(1, len(rows[0]) + 1):
            tab.column_dimensions[
                get_column_letter(place)
            ].number_format = TEXT  # holds for cells still blank
        for number, row in enumerate(rows, start=1):
            for place, text in enumerate(row, start=1):
                if text:
                    _write(tab.cell(number, place), text)
    if finish is not None:
        finish(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(cell: Any, text: str) -> None:
    found = NOT_IN_XLSX.search(text)
    if found or len(text) > LONGEST_IN_XLSX:
        why = f"the character U+{ord(found.group()):04X}" if found else f"{len(text):,} characters"
        raise ArgumentError(
            f"cell {cell.coordinate} holds {why}, which a workbook cannot. Write a .csv file"
            " instead."
        )
    cell.value, cell.data_type = (
        text,
        "s",
    )  # set after the value: openpyxl takes "=..." for a formula
    cell.number_format, cell.quotePrefix = TEXT, True

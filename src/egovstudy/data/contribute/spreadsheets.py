"""CSV and XLSX files opened and written safely: within limits, and no cell can be a live formula.

In XLSX every cell is written as a string with the quote prefix and the number format *text*. CSV
knows no types: there a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return
(after any apostrophes) gets one more apostrophe in front, which :func:`unescape` takes away again.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
MOST_BYTES, MOST_UNPACKED = 50_000_000, 500_000_000
MOST_ROWS, MOST_CELLS = 100_000, 5_000_000
EVENTS_TAB = "events"
HEADER_SOUGHT = 20  # rows in which a header that has slipped down is looked for
HEAD = 100_000  # characters of a CSV file in which they stand
DELIMITERS = (",", ";", "\t")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="([A-Z0-9:]+)"')
OLE2, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
NEW_COPY = "Save it as .xlsx or as CSV (UTF-8) and give that."
NEW_SHEET = "Copy the events into a new sheet."
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\ufeff]")


@dataclass(frozen=True)
class Cell:
    """A cell as the file holds it.

    Attributes
    ----------
    text : str
        Its content in words; empty if blank.
    kind : str
        ``text``, ``number``, ``formula``, ``error``, ``day`` (a date that the cell shows to the
        day), ``month`` (one that it does not) or ``moment`` (with a time of day).
    """

    text: str
    kind: str = "text"

    @property
    def filled(self) -> bool:
        """Whether anything but white space stands in it."""
        return bool(tidy(self.text))


Rows = dict[int, list[Cell]]


def tidy(text: str) -> str:
    r"""Trim a text and make every run of white space one space; marks that come with pasting go.

    Examples
    --------
    >>> tidy("\u00a0Rini\u00a0Widyantini \n")
    'Rini Widyantini'
    """
    return re.sub(r"[^\S\x1c-\x1f]+", " ", INVISIBLE.sub("", text)).strip(" ")


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
    texts = {
        name: frame.astype("str").where(frame.notna(), "").astype("object")
        for name, frame in tables.items()
    }
    if ending == ".xlsx":
        return write_safely(path, _workbook(texts, finish))
    first = next(iter(texts.values()))
    return write_safely(path, first.map(escape).to_csv(index=False, lineterminator="\r\n"))


def _workbook(tables: Mapping[str, pd.DataFrame], finish: Callable[[Any], None] | None) -> bytes:
    from openpyxl import Workbook  # a quarter of a second to import
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    moment = dt.datetime.fromtimestamp(int(FIXED_MOMENT), dt.UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = moment
    for name, frame in tables.items():
        tab = book.create_sheet(name)
        tab.freeze_panes = "A2"
        for place in range(1, len(frame.columns) + 1):  # holds for cells still blank
            tab.column_dimensions[get_column_letter(place)].number_format = TEXT
        for number, row in enumerate([list(frame.columns), *frame.to_numpy().tolist()], start=1):
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
    cell.value = text
    cell.data_type = "s"  # set after the value: openpyxl takes "=..." for a formula
    cell.number_format, cell.quotePrefix = TEXT, True


def rows_of(path: Path, columns: Sequence[str]) -> tuple[Rows, list[Any]]:
    """Read the rows of a file that are not blank, and the merged ranges of a workbook.

    Parameters
    ----------
    path : Path
        The file; what it is shows in its bytes, not in its name.
    columns : sequence of str
        Names looked for in the first line of a CSV file, to see what separates its cells.

    Returns
    -------
    rows : dict
        Cells by row number as a spreadsheet shows it.
    merged : list of openpyxl ``CellRange``

    Raises
    ------
    ArgumentError
        If it is no table at all: missing, empty, of another format, with a password, damaged or too
        large.
    """
    raw = _bytes_of(path)
    if raw.startswith(ZIP):
        _hold_archive(path, raw)
        rows, merged = _xlsx(path, raw)
    else:
        rows, merged = dict(_csv(path, raw, columns)), []
    return {number: row for number, row in rows.items() if any(cell.filled for cell in row)}, merged


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise ArgumentError(f"{path} is a folder. Give the spreadsheet in it.")
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ArgumentError(
                f"{path.name} has {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read."
            )
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise ArgumentError(f"there is no file {path}. Check the name and the folder.") from error
    except OSError as error:
        raise ArgumentError(f"{path} cannot be read ({error.strerror}).") from error
    if not raw.strip():
        raise ArgumentError(
            f"{path.name} is empty. `egovstudy event-template FILE` writes a sheet to start from."
        )
    if raw.startswith(OLE2):
        locked = "EncryptedPackage".encode("utf-16-le") in raw
        what = "is protected by a password. Take it off" if locked else "is in the old .xls format"
        raise ArgumentError(f"{path.name} {what}. {NEW_COPY}")
    return raw


def _csv(path: Path, raw: bytes, columns: Sequence[str]) -> Iterator[tuple[int, list[Cell]]]:
    text = _decoded(path, raw)
    csv.field_size_limit(MOST_BYTES)
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text, columns), strict=True
    )
    number = cells = 0
    try:
        for number, record in enumerate(lines, start=1):
            cells += len(record)
            _hold_size(path, number, cells)
            yield number, [Cell(unescape(word)) for word in record]
    except csv.Error as error:
        words = f"after row {number} the cells cannot be told apart ({error})."
        raise ArgumentError(f"{path.name}: {words} Is a quotation mark not closed?") from error


def _decoded(path: Path, raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ArgumentError(f"{path.name} is UTF-16 ('Unicode text'). {NEW_COPY}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = f"{path.name} is neither text nor a spreadsheet. {NEW_COPY}"
        if b"\x00" not in raw:
            line = raw.count(b"\n", 0, error.start) + 1
            words = (
                f"{path.name}: byte {raw[error.start]:#04x} in line {line} is not UTF-8; it was"
                " probably saved as Windows-1252. In a spreadsheet choose 'CSV UTF-8'."
            )
        raise ArgumentError(words) from error


def _delimiter(text: str, columns: Sequence[str]) -> str:
    """Take what makes the most column names of one of the first lines; else a comma."""
    lines = text[:HEAD].splitlines()[:HEADER_SOUGHT]

    def names(one: str) -> int:
        cut = [{name.strip(' "') for name in line.split(one)} for line in lines]
        return max((len(found & set(columns)) for found in cut), default=0)

    return max(DELIMITERS, key=names)


def _hold_size(path: Path, row: int, cells: int) -> None:
    if row > MOST_ROWS or cells > MOST_CELLS:
        limits = f"at most {MOST_ROWS:,} rows and {MOST_CELLS:,} cells are read, formatted blank"
        raise ArgumentError(f"{path.name} is too large: {limits} ones included. {NEW_SHEET}")


def _hold_archive(path: Path, raw: bytes) -> None:
    """Say what a zip archive is, before anything in it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {one.filename: one for one in archive.infolist()}
            locked = any(one.flag_bits & 1 for one in parts.values())
            kind = b"" if locked or "mimetype" not in parts else archive.open("mimetype").read(100)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise ArgumentError(
            f"{path.name} is a damaged spreadsheet or archive ({error}). {NEW_COPY}"
        ) from error
    refusals = {
        "is protected by a password. Take it off.": locked,
        "is an OpenDocument file (.ods).": b"opendocument" in kind,
        "is a binary workbook (.xlsb).": "xl/workbook.bin" in parts,
        "is a zip archive and no spreadsheet.": "xl/workbook.xml" not in parts,
    }
    for words, refused in refusals.items():
        if refused:
            raise ArgumentError(f"{path.name} {words} {NEW_COPY}")
    size = sum(one.file_size for one in parts.values())
    if size > MOST_UNPACKED:
        words = f"it unpacks to {size / 1e6:,.0f} MB; at most {MOST_UNPACKED / 1e6:.0f} MB are read"
        raise ArgumentError(f"{path.name} is too large: {words}. {NEW_SHEET}")


def _xlsx(path: Path, raw: bytes) -> tuple[Rows, list[Any]]:
    """Read a workbook through once, so that a sheet that is too large is never held in memory."""
    from openpyxl import load_workbook  # a quarter of a second to import
    from openpyxl.worksheet.cell_range import CellRange

    rows, cells = {}, 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about features of a workbook that nothing here uses
        try:
            tab = _tab(load_workbook(io.BytesIO(raw), read_only=True))
            tab.reset_dimensions()  # what the file says of its own size may be wrong
            for number, row in enumerate(tab.iter_rows(), start=1):
                cells += len(row)
                filled = [place for place, cell in enumerate(row) if cell.value is not None]
                _hold_size(path, number if filled else 0, cells)
                if filled:
                    rows[number] = [_xlsx_cell(cell) for cell in row[: filled[-1] + 1]]
            # A tab that is only read through does not know its merged ranges: the file does.
            with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                merged = MERGED.findall(archive.read(tab._worksheet_path))
        except ArgumentError:
            raise
        except Exception as error:  # a damaged part leads openpyxl to any kind of error
            words = f"it cannot be opened ({type(error).__name__}: {error})"
            raise ArgumentError(
                f"{path.name} is a damaged spreadsheet: {words}. {NEW_COPY}"
            ) from error
    return rows, [CellRange(one.decode()) for one in merged]


def _tab(book: Any) -> Any:
    named = [tab for tab in book.worksheets if tab.title.strip().lower() == EVENTS_TAB]
    return [*named, *book.worksheets][0]


def _xlsx_cell(cell: Any) -> Cell:
    """Read a cell of openpyxl; a formula is not worked out."""
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "f":
        return Cell(str(getattr(value, "text", None) or value), "formula")
    if cell.data_type == "e":
        return Cell(str(value), "error")
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return Cell(value.date().isoformat(), "day" if _shows_day(cell.number_format) else "month")
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return Cell(str(value), "moment")
    if isinstance(value, bool):
        return Cell(str(value).lower())
    if isinstance(value, int | float):
        return Cell(str(int(value)) if float(value).is_integer() else repr(value), "number")
    return Cell(str(value))


def _shows_day(number_format: str) -> bool:
    return "d" in re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format).lower()

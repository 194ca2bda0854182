"""CSV and XLSX files opened safely: what each file is, its rows as cells, limits before anything is unpacked."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from egovstudy.data.contribute.sheet_cells import Cell, xlsx_cell
from egovstudy.data.contribute.spreadsheets import unescape
from egovstudy.errors import ArgumentError

MOST_BYTES, MOST_UNPACKED = 50_000_000, 500_000_000
MOST_ROWS, MOST_CELLS = 100_000, 5_000_000
EVENTS_TAB = "events"
HEADER_SOUGHT, HEAD = (
    20,
    100_000,
)  # rows and characters in which a header that has slipped down is looked for
DELIMITERS = (",", ";", "\t")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?\bref="([A-Z0-9:]+)"')
OLE2, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
NEW_COPY = "Save it as .xlsx or as CSV (UTF-8) and give that."

Rows = dict[int, list[Cell]]


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
    rows, merged = _xlsx(path, raw) if raw.startswith(ZIP) else (_csv(path, raw, columns), [])
    return {number: row for number, row in rows if any(cell.filled for cell in row)}, merged


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ArgumentError(f"{path} is a folder. Give the spreadsheet in it.")
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
    delimiter = _delimiter(text, columns)
    csv.field_size_limit(MOST_BYTES)
    number = cells = 0
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
        ):
            cells += len(record)
            _hold_size(path, number, cells)
            yield number, [Cell(unescape(word)) for word in record]
    except csv.Error as error:
        words = (
            f"after row {number} the cells cannot be told apart ({error}). Is a quotation mark not"
            " closed?"
        )
        raise ArgumentError(f"{path.name}: {words}") from error


def _decoded(path: Path, raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ArgumentError(f"{path.name} is UTF-16 ('Unicode text'). {NEW_COPY}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\x00" in raw:
            raise ArgumentError(
                f"{path.name} is neither text nor a spreadsheet. {NEW_COPY}"
            ) from error
        line = raw.count(b"\n", 0, error.start) + 1
        where = f"byte {raw[error.start]:#04x} in line {line} is not UTF-8"
        words = "it was probably saved as Windows-1252. In a spreadsheet choose 'CSV UTF-8'."
        raise ArgumentError(f"{path.name}: {where}; {words}") from error


def _delimiter(text: str, columns: Sequence[str]) -> str:
    """Take what makes the most column names of one of the first lines; a comma where nothing does."""
    lines = text[:HEAD].splitlines()[:HEADER_SOUGHT]

    def names(one: str) -> int:
        return max(
            (len({name.strip(' "') for name in line.split(one)} & set(columns)) for line in lines),
            default=0,
        )

    return max(DELIMITERS, key=names)


def _hold_size(path: Path, row: int, cells: int) -> None:
    if row > MOST_ROWS or cells > MOST_CELLS:
        limits = (
            f"at most {MOST_ROWS:,} rows and {MOST_CELLS:,} cells are read, formatted blank ones"
            " included"
        )
        raise ArgumentError(
            f"{path.name} is too large: {limits}. Copy the events into a new sheet."
        )


def _xlsx(path: Path, raw: bytes) -> tuple[Iterator[tuple[int, list[Cell]]], list[Any]]:
    _hold_archive(path, raw)

    def take(book: Any) -> tuple[Rows, list[Any]]:
        tab = _tab(book)
        tab.reset_dimensions()  # what the file says of its own size may be wrong
        rows, cells = {}, 0
        for number, row in enumerate(tab.iter_rows(), start=1):
            cells += len(row)
            filled = [place for place, cell in enumerate(row) if cell.value is not None]
            _hold_size(path, number if filled else 0, cells)
            if filled:
                rows[number] = [xlsx_cell(cell) for cell in row[: filled[-1] + 1]]
        return rows, _merged(raw, tab)

    rows, merged = _opened(path, raw, take)
    return iter(rows.items()), merged


def _merged(raw: bytes, tab: Any) -> list[Any]:
    """Find the merged ranges in the file itself: a tab that is only read through does not know them."""
    from openpyxl.worksheet.cell_range import CellRange

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        found = MERGED.findall(archive.read(tab._worksheet_path))
    return [CellRange(one.decode()) for one in found]


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
    unpacked = sum(one.file_size for one in parts.values())
    if locked:
        raise ArgumentError(f"{path.name} is protected by a password. Take it off. {NEW_COPY}")
    if b"opendocument" in kind:
        raise ArgumentError(f"{path.name} is an OpenDocument file (.ods). {NEW_COPY}")
    if "xl/workbook.bin" in parts:
        raise ArgumentError(f"{path.name} is a binary workbook (.xlsb). {NEW_COPY}")
    if "xl/workbook.xml" not in parts:
        raise ArgumentError(f"{path.name} is a zip archive and no spreadsheet. {NEW_COPY}")
    if unpacked > MOST_UNPACKED:
        words = (
            f"it unpacks to {unpacked / 1e6:,.0f} MB; at most {MOST_UNPACKED / 1e6:.0f} MB are read"
        )
        raise ArgumentError(f"{path.name} is too large: {words}. Copy the events into a new sheet.")


def _opened(path: Path, raw: bytes, use: Callable[[Any], Any]) -> Any:
    """Use a workbook that is read through once, so that a sheet that is too large is never held in memory."""
    from openpyxl import load_workbook  # a quarter of a second to import

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about features of a workbook that nothing here uses
        try:
            return use(load_workbook(io.BytesIO(raw), read_only=True))
        except ArgumentError:
            raise
        except Exception as error:  # a damaged part leads openpyxl to any kind of error
            words = f"it cannot be opened ({type(error).__name__}: {error})"
            raise ArgumentError(
                f"{path.name} is a damaged spreadsheet: {words}. {NEW_COPY}"
            ) from error


def _tab(book: Any) -> Any:
    named = [tab for tab in book.worksheets if tab.title.strip().lower() == EVENTS_TAB]
    return [*named, *book.worksheets][0]

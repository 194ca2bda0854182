"""Spreadsheets as people hand them in: findings by row and column; exports that stay text."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill
from support.forms import CLEAN, place, table, workbook, write_csv

import egovstudy as eg
from egovstudy.data.contribute import form, spreadsheets
from egovstudy.data.contribute.sheets import Sheet, read_sheet
from egovstudy.data.contribute.spreadsheets import LIVE, export_tables

JUNE = CLEAN | {
    "date": "2017-06-13",
    "source_url": "https://example.org/news/june",
    "source_date": "2017-06-14",
    "printed_date": "Selasa (13/6/2017)",
    "second_source_url": "https://example.com/june",
    "second_source_date": "2017-06-15",
    "second_printed_date": "13 June 2017",
}
YEAR = {
    "date": "2017",
    "instrument": "award",
    "date_precision": "year",
    "date_basis": "period",
    "confidence": "medium",
} | {column: "" for column in CLEAN if column.endswith(("printed_date", "printed_weekday"))}


def changed(book: Workbook, column: str, value: object, row: int = 2) -> Workbook:
    book.active[place(column, row)].value = value
    return book


def two(**cells: object) -> Workbook:
    """Two events; cells of the second changed."""
    return workbook(table(CLEAN, JUNE | cells))


def merged() -> Workbook:
    book = two()
    book.active.merge_cells(f"{place('partner_id')}:{place('partner_id', 3)}")
    return book


def trailing_blanks() -> Workbook:
    book = two(city="Jakarta \u00a0 ", level=" minister\u00a0")
    for row in range(4, 60):
        book.active.cell(row, 3).value = "  "
        book.active.cell(row, len(form.columns()) + 4).fill = PatternFill("solid", fgColor="FFFF00")
    return book


def two_date_formats() -> Workbook:
    return two(date="13/06/2017", second_source_date="6/7/2017")


def serial_dates() -> Workbook:
    return changed(two(date="42899"), "date", 42864)


def curly_quotes() -> Workbook:
    return two(instrument="\u201cvisit\u201d", partner_id="\u2018kor-mois\u2019")


def formulas() -> Workbook:
    book = two(city='=CONCATENATE("Jakarta"," Pusat")', date_note="@SUM(A1:A3)")
    book.active[place("date_note", 3)].data_type = "s"
    return changed(book, "term_end", "#REF!")


def hyperlinks() -> Workbook:
    return two(source_url='=HYPERLINK("https://example.org/news/june","news")')


def html_in_a_name() -> Workbook:
    return two(
        indonesian_lead="Minister (<b>Asman Abnur</b>)",
        partner_detail="MOI&nbsp;<script>alert(1)</script>",
    )


def wide() -> Workbook:
    lines = table(CLEAN, JUNE)
    return workbook([line + [f"c{number}" for number in range(300 - len(line))] for line in lines])


def header_in_row_3() -> Workbook:
    return workbook([["Contributions of our group"], [], *table(CLEAN, JUNE)])


def floats_and_blank_rows() -> Workbook:
    lines = table(CLEAN, JUNE | YEAR)
    book = workbook([lines[0], lines[1], [], [], lines[2]])
    changed(book, "date", 2017.0, row=5)
    changed(book, "date_end", 2017.5, row=5)
    return changed(book, "level", 3.0, row=5)


def dates_that_a_spreadsheet_made() -> Workbook:
    book = changed(two(), "date", dt.datetime(2017, 5, 9))  # shown to the day: taken
    changed(book, "source_date", dt.datetime(2017, 6, 14, 9, 30), row=3)
    changed(book, "printed_date", dt.datetime(2017, 6, 13), row=3)
    changed(book, "second_source_date", dt.datetime(2017, 6, 1), row=3)
    book.active[place("second_source_date", 3)].number_format = "mmm-yy"
    return book


BAD_SHEETS: dict[str, tuple[Callable[[], Workbook], list[tuple[int, str | None, str, str]]]] = {
    "merged cells": (merged, [(2, "partner_id", "merged cells", "Unmerge")]),
    "trailing blanks": (trailing_blanks, []),
    "two date formats": (
        two_date_formats,
        [
            (3, "date", "date form", "2016-03-02"),
            (3, "second_source_date", "date form", "cannot be told apart"),
        ],
    ),
    "serial dates": (
        serial_dates,
        [
            (2, "date", "spreadsheet date", "2017-05-09"),
            (3, "date", "spreadsheet date", "2017-06-13"),
        ],
    ),
    "curly quotes": (
        curly_quotes,
        [
            (3, "instrument", "code", "write visit"),
            (3, "partner_id", "register", "Nearest: 'kor-mois'"),
        ],
    ),
    "formulas": (
        formulas,
        [
            (2, "term_end", "formula", "#REF!"),
            (3, "date_note", "formula", "begins with '@'"),
            (3, "city", "formula", "is a formula"),
        ],
    ),
    "=HYPERLINK": (hyperlinks, [(3, "source_url", "formula", "HYPERLINK")]),
    "HTML in a name": (
        html_in_a_name,
        [(3, "partner_detail", "text form", "&nbsp;"), (3, "indonesian_lead", "text form", "<b>")],
    ),
    "300 columns": (wide, [(1, None, "header", "300 columns wide")]),
    "header in row 3": (header_in_row_3, [(3, None, "header", "must be row 1")]),
    "floats and blank rows": (
        floats_and_blank_rows,
        [(5, "date_end", "spreadsheet date", "2017.5"), (5, "level", "code", "'3'")],
    ),
    "dates that a spreadsheet made": (
        dates_that_a_spreadsheet_made,
        [
            (3, "source_date", "spreadsheet date", "moment"),
            (3, "printed_date", "spreadsheet date", "as the source prints it"),
            (3, "second_source_date", "spreadsheet date", "2017-06"),
        ],
    ),
}


@pytest.mark.parametrize("name", BAD_SHEETS)
def test_a_bad_spreadsheet_gives_exactly_its_findings(
    name: str, tmp_path: Path, command: Callable
) -> None:
    make, expected = BAD_SHEETS[name]
    path = tmp_path / "mine.xlsx"
    make().save(path)
    told = command("check-events", str(path), "--json")
    assert told.stderr == ""
    found = json.loads(told.stdout)
    assert sorted((one["row"], str(one["column"]), one["check"]) for one in found) == sorted(
        (row, str(column), check) for row, column, check, _ in expected
    )
    for row, column, _, words in expected:
        message = next(
            one["message"] for one in found if (one["row"], one["column"]) == (row, column)
        )
        assert words in message
    assert told.returncode == (1 if expected else 0)


def zipped(**parts: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def damaged() -> bytes:
    """A workbook whose sheet is cut off in the middle."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(two()))) as whole, zipfile.ZipFile(out, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            archive.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    return out.getvalue()


OLE2 = spreadsheets.OLE2 + b"\x00" * 512
NO_TABLES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "password": (
        "mine.xlsx",
        lambda: OLE2 + "EncryptedPackage".encode("utf-16-le"),
        "protected by a password",
    ),
    "old format": ("mine.xls", lambda: OLE2, "old .xls format"),
    "OpenDocument": (
        "mine.ods",
        lambda: zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
        "OpenDocument",
    ),
    "binary workbook": (
        "mine.xlsb",
        lambda: zipped(**{"xl/workbook.bin": b"x"}),
        "binary workbook",
    ),
    "renamed archive": (
        "mine.xlsx",
        lambda: zipped(**{"photo.txt": "hello"}),
        "zip archive and no spreadsheet",
    ),
    "garbage": (
        "mine.xlsx",
        lambda: b"\x00\xff\x13garbage" * 100,
        "neither text nor a spreadsheet",
    ),
    "cut off": ("mine.xlsx", lambda: saved(two())[:-700], "damaged"),
    "damaged part": ("mine.xlsx", damaged, "damaged spreadsheet"),
    "nothing in it": (
        "mine.xlsx",
        lambda: zipped(**{"xl/workbook.xml": "<workbook/>"}),
        "damaged spreadsheet",
    ),
    "empty": ("mine.csv", lambda: b" \n", "is empty"),
    "Windows-1252": (
        "mine.csv",
        lambda: ",".join(form.columns()).encode() + b"\ncaf\xe9\n",
        "byte 0xe9 in line 2 is not UTF-8; it was probably saved as Windows-1252",
    ),
    "UTF-16": ("mine.csv", lambda: "date,stage\n".encode("utf-16"), "UTF-16"),
    "open quotation mark": (
        "mine.csv",
        lambda: b'date,stage\n"2016,visit\n',
        "quotation mark not closed",
    ),
}


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table_is_said_in_one_line(name: str, tmp_path: Path) -> None:
    file, make, words = NO_TABLES[name]
    path = tmp_path / file
    path.write_bytes(make())
    with pytest.raises(eg.ArgumentError, match="^mine") as caught:
        read_sheet(path, form.columns())
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["password", "garbage"])
def test_what_is_no_table_ends_the_command_with_2(
    name: str, tmp_path: Path, command: Callable
) -> None:
    file, make, words = NO_TABLES[name]
    (tmp_path / file).write_bytes(make())
    told = command("check-events", str(tmp_path / file))
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("egovstudy: mine")
    assert words in told.stderr
    assert "Traceback" not in told.stderr


def test_folders_and_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(eg.ArgumentError, match="is a folder"):
        read_sheet(tmp_path, form.columns())
    with pytest.raises(eg.ArgumentError, match="there is no file"):
        read_sheet(tmp_path / "gone.xlsx", form.columns())


def read(path: Path) -> Sheet:
    return read_sheet(path, form.columns(), needed=form.needed(), dates=form.DATES)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_any_plain_csv_is_read(delimiter: str, encoding: str, tmp_path: Path) -> None:
    lines = table(CLEAN, JUNE | {"summary": "Rini; Meutya, and a\tthird — 한국"})
    path = write_csv(
        tmp_path / "mine.csv",
        [lines[0], lines[1], [], lines[2]],
        delimiter=delimiter,
        encoding=encoding,
    )
    sheet = read(path)
    assert sheet.findings == ()
    assert sheet.cells.index.tolist() == [2, 4]
    assert sheet.cells.loc[4, "summary"] == "Rini; Meutya, and a third — 한국"


def test_the_tab_named_events_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["notes"])
    for line in table(CLEAN):
        (book["Events"] if "Events" in book else book.create_sheet("Events")).append(line)
    book.save(tmp_path / "mine.xlsx")
    assert read(tmp_path / "mine.xlsx").cells["date"].tolist() == ["2017-05-09"]


HEADERS = {
    "misspelt": (
        ["date", "instrment"],
        [("instrment", "Nearest: 'instrument'"), ("instrument", "is missing")],
    ),
    "twice": (["date", "instrument", "instrument"], [("instrument", "more than once (B, C)")]),
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers_are_named(name: str, tmp_path: Path) -> None:
    header, expected = HEADERS[name]
    path = write_csv(tmp_path / "mine.csv", [header, ["2016"] * len(header)])
    sheet = read_sheet(path, form.columns(), needed=["instrument"])
    assert [(one.column, one.row, one.check) for one in sheet.findings] == [
        (one, 1, "header") for one, _ in expected
    ]
    for finding, (_, words) in zip(sheet.findings, expected, strict=True):
        assert words in finding.message
    assert sheet.cells.empty
    assert sheet.cells.columns.is_unique


def test_a_stray_comma_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("date,summary\n2016,A talk, and a visit\n2017,A talk\n", encoding="utf-8")
    sheet = read_sheet(path, ["date", "summary"])
    assert [(one.row, one.check) for one in sheet.findings] == [(2, "cells")]
    assert sheet.cells.index.tolist() == [3]


def test_too_large_sheets_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.xlsx"
    changed(two(), "date", "2017", row=100_001).save(path)
    with pytest.raises(eg.ArgumentError, match="at most 100,000 rows"):
        read(path)
    write_csv(tmp_path / "mine.csv", table(CLEAN, JUNE))
    monkeypatch.setattr(spreadsheets, "MOST_CELLS", 2 * len(form.columns()))
    with pytest.raises(eg.ArgumentError, match="too large"):
        read(tmp_path / "mine.csv")
    monkeypatch.setattr(spreadsheets, "MOST_BYTES", 100)
    with pytest.raises(eg.ArgumentError, match="at most 0 MB"):
        read(tmp_path / "mine.csv")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(zipped(**{"xl/workbook.xml": b"0" * 6_000_000}))
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(spreadsheets, "MOST_UNPACKED", 5_000_000)
    with pytest.raises(eg.ArgumentError, match="unpacks to 6 MB; at most 5 MB are read"):
        read(path)


def test_a_merge_over_the_whole_sheet_is_harmless(tmp_path: Path) -> None:
    """A range of 17 thousand million cells is never gone through."""
    raw = saved(two())
    path = tmp_path / "mine.xlsx"
    with zipfile.ZipFile(io.BytesIO(raw)) as whole, zipfile.ZipFile(path, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            extra = (
                b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
            )
            archive.writestr(name, content.replace(b"</sheetData>", extra))
    assert [(one.check, one.row) for one in read(path).findings] == [("merged cells", 1)]


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
STARTS = st.sampled_from(
    ["", "=", "+", "-", "@", "\t", "\r", "'", "'=", "''+", '=HYPERLINK("x","y")', "\n=", " ="]
)
TEXTS = st.builds(str.__add__, STARTS, ANY_TEXT)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_exported_text_is_read_back_and_never_a_formula(texts: list[str]) -> None:
    frame = pd.DataFrame({"key": "k", "text": texts})
    folder = Path(tempfile.mkdtemp())
    for ending in ("csv", "xlsx"):
        path = folder / f"out.{ending}"
        try:
            export_tables(path, {"events": frame})
        except eg.ArgumentError:  # what XML cannot carry: said, and tested below
            continue
        rows, _ = spreadsheets.rows_of(path, ["key", "text"])
        assert [row[1].text if len(row) > 1 else "" for row in rows.values()] == ["text", *texts]
        assert all(cell.kind == "text" for row in rows.values() for cell in row)
        if ending == "csv":
            with path.open(encoding="utf-8", newline="") as lines:
                assert not any(
                    cell[:1] in tuple("=+-@\t\r") and cell
                    for row in csv.reader(lines)
                    for cell in row
                )
        else:
            cells = [
                cell
                for row in load_workbook(path)["events"].iter_rows()
                for cell in row
                if cell.value is not None
            ]
            assert all(
                cell.data_type == "s" and cell.quotePrefix and cell.number_format == "@"
                for cell in cells
            )


def test_exports_refuse_what_would_be_lost(tmp_path: Path) -> None:
    frame = pd.DataFrame({"text": ["a\x00b"]})
    with pytest.raises(eg.ArgumentError, match=r"cell A2 holds the character U\+0000"):
        export_tables(tmp_path / "out.xlsx", {"events": frame})
    with pytest.raises(eg.ArgumentError, match=r"ends in \.xls\. Allowed: \.csv, \.xlsx"):
        export_tables(tmp_path / "out.xls", {"events": frame})
    export_tables(tmp_path / "out.csv", {"events": frame})
    with pytest.raises(eg.ArgumentError, match="is there already"):
        export_tables(tmp_path / "out.csv", {"events": frame})
    assert LIVE.match("'=1")
    assert not LIVE.match("'tis")

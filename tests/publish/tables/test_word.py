"""Word tables: real tables with their heading repeated, the same bytes on any day."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn

from egovstudy import save_table
from egovstudy.publish.tables.grid import make_grid
from egovstudy.publish.tables.word import document_bytes, word_table, write_table

FRAME = pd.DataFrame(
    {"country": ["IDN", "KOR & <co>"], "gap": [-0.0825, float("nan")], "n": [1200, 20_000]}
)


def grid(frame=FRAME, caption="Gaps \x0b& <gaps>.", note="A note.", language="en"):
    return make_grid(frame, "tab99a-gaps", caption, note, 3, language)


def opened(raw: bytes):
    return Document(io.BytesIO(raw))


def texts(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_table_reads_back_as_it_is_shown():
    document = opened(word_table(grid()))
    (table,) = document.tables
    assert texts(table) == [
        ["country", "gap", "n"],
        ["IDN", "−0.083", "1,200"],
        ["KOR & <co>", "", "20,000"],
    ]
    caption, note = document.paragraphs
    assert (caption.style.name, caption.text) == ("Caption", "Table 1. Gaps & <gaps>.")
    assert (note.style.name, note.text) == ("Table note", "A note.")
    assert [cell.paragraphs[0].alignment for cell in table.rows[1].cells] == [0, 2, 2]
    body = list(document.element.body)
    assert [body.index(part) for part in (caption._p, table._tbl, note._p)] == [0, 1, 2]


def test_the_heading_row_repeats_and_the_rules_are_booktabs():
    (table,) = opened(word_table(grid())).tables
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    borders = table._tbl.tblPr.find(qn("w:tblBorders"))
    assert [(rule.tag, rule.get(qn("w:sz"))) for rule in borders] == [
        (qn("w:top"), "8"),
        (qn("w:bottom"), "8"),
    ]
    rules = [[cell._tc.tcPr.find(qn("w:tcBorders")) for cell in row.cells] for row in table.rows]
    assert [rule.find(qn("w:bottom")).get(qn("w:sz")) for rule in rules[0]] == ["4"] * 3
    assert rules[1] == [None] * 3
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Gaps & <gaps>."


def test_properties_stand_in_the_order_that_word_wants():
    (table,) = opened(word_table(grid())).tables
    wanted = [
        "tblStyle",
        "tblW",
        "jc",
        "tblBorders",
        "tblLayout",
        "tblCellMar",
        "tblLook",
        "tblCaption",
    ]
    order = [wanted.index(part.tag.split("}")[1]) for part in table._tbl.tblPr]
    assert order == sorted(order)
    cell = [part.tag.split("}")[1] for part in table.rows[0].cells[0]._tc.tcPr]
    assert cell == ["tcW", "tcBorders", "vAlign"]


def test_a_rule_within_the_table_and_a_gap_between_terms():
    frame = FRAME.copy()
    frame.attrs = {"rules": [1], "gaps": [1]}
    (table,) = opened(word_table(grid(frame))).tables
    assert table.rows[2].cells[0]._tc.tcPr.find(qn("w:tcBorders")).find(qn("w:top")) is not None
    assert table.rows[2].cells[0].paragraphs[0].paragraph_format.space_before.pt == 4
    assert table.rows[1].cells[0]._tc.tcPr.find(qn("w:tcBorders")) is None


def test_the_language_is_the_documents():
    document = opened(word_table(grid(caption="Selisih.", language="id")))
    assert document.paragraphs[0].text == "Tabel 1. Selisih."
    assert {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))} == {"id-ID"}
    assert document.core_properties.language == "id-ID"


def test_tables_in_one_document_are_counted_on():
    document = Document()
    write_table(document, grid())
    write_table(document, grid(note=""))
    captions = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    assert captions == ["Table 1. Gaps & <gaps>.", "Table 2. Gaps & <gaps>."]
    assert [style.name for style in document.styles].count("Table text") == 1


@pytest.mark.parametrize(("columns", "wide"), [(3, False), (20, True)])
def test_the_table_fits_its_page_and_a_wide_one_turns_it(columns, wide):
    frame = pd.DataFrame([[-12.345] * columns] * 2).add_prefix("c")
    document = opened(word_table(grid(frame)))
    section = document.sections[0]
    assert (section.page_width > section.page_height) == wide
    room = section.page_width - section.left_margin - section.right_margin
    assert sum(column.width for column in document.tables[0].columns) <= room


def test_long_text_wraps_within_the_page():
    frame = pd.DataFrame(
        {"wave": [2012], "what": ["Every word of a long text that goes on and on. " * 10]}
    )
    document = opened(word_table(grid(frame)))
    assert (
        sum(column.width for column in document.tables[0].columns) / 12700 <= 165 / 25.4 * 72 + 0.2
    )


def test_dates_and_names_are_fixed():
    raw = word_table(grid())
    about = opened(raw).core_properties
    moment = datetime(2000, 1, 1, tzinfo=UTC)
    assert (about.created, about.modified, about.author, about.title) == (
        moment,
        moment,
        "egovstudy",
        "Gaps & <gaps>.",
    )
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert parts.testzip() is None


def test_saving_again_changes_no_byte_and_spares_an_authors_properties():
    document = Document()
    document.core_properties.author = "An author"
    document.core_properties.modified = datetime(2024, 5, 6, tzinfo=UTC)
    first = document_bytes(document)
    again = opened(first)
    assert document_bytes(again) == first
    assert (again.core_properties.author, again.core_properties.modified.year) == (
        "An author",
        2024,
    )


@pytest.mark.parametrize(("export", "there"), [("", False), ("word/full/en", True)])
def test_only_an_export_writes_word(tmp_path, monkeypatch, export, there):
    monkeypatch.setenv("EGOVSTUDY_FIGURES", str(tmp_path))
    monkeypatch.setenv("EGOVSTUDY_EXPORT", export)
    save_table(FRAME, "tab99a-gaps", caption="Gaps.", note="")
    assert (tmp_path / "tab99a-gaps.docx").exists() == there
    assert ('"docx"' in (tmp_path / "tab99a-gaps.json").read_text()) == there

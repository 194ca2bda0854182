"""Word pieces: documents whose bytes do not move with the day, and real tables in them."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENTATION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell

from egovstudy.paths import FIXED_MOMENT
from egovstudy.publish.style import VENUES
from egovstudy.publish.tables.grid import MM, Grid, fit

# Text sizes in pt, and the space at each side of a cell that goes with them.
SIZES = ((9, 4), (8, 3), (7, 2))
PAGE_MM = (210, 297)
FACE = "Arial"
LABELS = {"en": "Table", "id": "Tabel"}
LANGUAGE_TAGS = {"en": "en-GB", "id": "id-ID"}
# Up to here a table is kept on one page.
TOGETHER = 25
# Widths of rules in eighths of a point: booktabs' heavy and light ones.
HEAVY, LIGHT = 8, 4
MOMENT = datetime.fromtimestamp(int(FIXED_MOMENT), UTC)


def document_bytes(document: WordDocument) -> bytes:
    """Save a python-docx document so that the same content is the same bytes on any day and system.

    Parameters
    ----------
    document : docx.document.Document
        What to save; its author and dates stay as they are.

    Returns
    -------
    bytes
        The ``.docx`` file.

    Examples
    --------
    >>> from docx import Document
    >>> document_bytes(Document()) == document_bytes(Document())
    True
    """
    saved, fixed = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as parts, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as out:
        for part in parts.infolist():
            # A new entry for each: the old one carries the time and the system of its saving.
            entry = zipfile.ZipInfo(part.filename, MOMENT.timetuple()[:6])
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            out.writestr(entry, parts.read(part), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def word_table(grid: Grid) -> bytes:
    """Write a grid as a Word file of its own: a page as wide as the venue ``word``, with one table.

    Returns
    -------
    bytes
        The ``.docx`` file.
    """
    document = Document()
    _set_up(document, grid)
    write_table(document, grid)
    return document_bytes(document)


def write_table(document: WordDocument, grid: Grid) -> None:
    """Add a table at the end of a document: numbered caption above, booktabs' rules, note below.

    The heading row is repeated on each page. The styles ``Caption``, ``Table text`` and ``Table
    note`` rule the looks; the last two are added where they are missing.

    Parameters
    ----------
    document : docx.document.Document
        Where.
    grid : Grid
        What.
    """
    section = document.sections[-1]
    fitted = fit(grid, [_room(section)], SIZES)
    _add_styles(document, fitted.size)
    _add_caption(document, grid)
    table = document.add_table(rows=len(grid.cells) + 1, cols=len(grid.heads))
    widths = [Pt(round(width + 2 * fitted.side, 1)) for width in fitted.widths]
    _set_looks(table, grid, fitted.side)
    heads = ["\n".join(lines) for lines in fitted.heads]
    last = len(grid.cells)
    for number, (row, texts) in enumerate(zip(table.rows, [heads, *grid.cells], strict=True)):
        row._tr.get_or_add_trPr().append(_xml("<w:cantSplit/>"))
        together = number == 0 or (last <= TOGETHER and (number < last or bool(grid.note)))
        for cell, text, width, right in zip(row.cells, texts, widths, grid.right, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.style = "Table text"
            paragraph.add_run(text)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
            paragraph.paragraph_format.keep_with_next = together or None
            if number - 1 in grid.gaps:
                paragraph.paragraph_format.space_before = Pt(4)
            if number - 1 in grid.rules:
                _rule(cell, "top")
    head = table.rows[0]
    head._tr.trPr.append(_xml("<w:tblHeader/>"))
    for cell in head.cells:
        _rule(cell, "bottom")
        cell.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
    if grid.note:
        document.add_paragraph(grid.note, style="Table note")


def _room(section: Section) -> float:
    """Width of a section's text in pt."""
    page, left, right = section.page_width, section.left_margin, section.right_margin
    return ((page or 0) - (left or 0) - (right or 0)) / Pt(1)


def _xml(text: str) -> BaseOxmlElement:
    """Make an element of WordprocessingML, which has the prefix ``w``."""
    return parse_xml(re.sub(r"(?=[ />])", f" {nsdecls('w')}", text, count=1))


def _rule(cell: _Cell, side: str) -> None:
    rule = f'<w:{side} w:val="single" w:sz="{LIGHT}" w:space="0" w:color="auto"/>'
    cell._tc.get_or_add_tcPr().append(_xml(f"<w:tcBorders>{rule}</w:tcBorders>"))


def _set_looks(table: Table, grid: Grid, side: float) -> None:
    """Give a table its heavy rules, its space in cells and its name for screen readers."""
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    looks = table._tbl.tblPr
    # In this order, or Word calls the file damaged.
    layout = looks.find(qn("w:tblLayout"))
    heavy = f'w:val="single" w:sz="{HEAVY}" w:space="0" w:color="auto"'
    layout.addprevious(_xml(f"<w:tblBorders><w:top {heavy}/><w:bottom {heavy}/></w:tblBorders>"))
    space = f'w:w="{round(20 * side)}" w:type="dxa"'
    layout.addnext(_xml(f"<w:tblCellMar><w:left {space}/><w:right {space}/></w:tblCellMar>"))
    looks.append(_xml(f'<w:tblCaption w:val="{html.escape(grid.caption)}"/>'))


def _add_caption(document: WordDocument, grid: Grid) -> None:
    """Write "Table N. Caption", where N is a field that Word counts on."""
    label = LABELS[grid.language]
    code = rf" SEQ {label} \* ARABIC "
    codes = [one.text for one in document.element.body.iter(qn("w:instrText"))]
    paragraph = document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(f"{label} ").bold = True
    for part in (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve">{code}</w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{codes.count(code) + 1}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        run = paragraph.add_run()
        run.bold = True
        run._r.append(_xml(part))
    paragraph.add_run(". ").bold = True
    paragraph.add_run(grid.caption)


def _add_styles(document: WordDocument, size: float) -> None:
    for name, points, before, after in (("Table text", size, 1, 1), ("Table note", 8, 3, 12)):
        if name not in document.styles:
            style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = document.styles["Normal"]
            style.font.size = Pt(points)
            looks = style.paragraph_format
            looks.space_before, looks.space_after, looks.line_spacing = Pt(before), Pt(after), 1


def _set_up(document: WordDocument, grid: Grid) -> None:
    """Make python-docx's template a plain A4 page with fixed dates and one face.

    The page is turned for a table too wide for it.
    """
    section = document.sections[0]
    margin = (PAGE_MM[0] - VENUES["word"].widths_mm["full"]) / 2
    section.left_margin = section.right_margin = Mm(margin)
    section.page_width, section.page_height = map(Mm, PAGE_MM)
    turned_room = (PAGE_MM[1] - 2 * margin) * MM
    if fit(grid, [_room(section), turned_room], SIZES).turned:
        section.orientation = WD_ORIENTATION.LANDSCAPE
        section.page_width, section.page_height = map(Mm, PAGE_MM[::-1])
    for name in ("Normal", "Caption"):
        document.styles[name].font.name = FACE
    caption = document.styles["Caption"]
    caption.font.size, caption.font.bold, caption.font.color.rgb = Pt(9), False, RGBColor(0, 0, 0)
    caption.paragraph_format.space_after = Pt(4)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE_TAGS[grid.language])
    about = document.core_properties
    about.title, about.author, about.comments = grid.caption[:250], "egovstudy", ""
    about.language = LANGUAGE_TAGS[grid.language]
    about.created = about.modified = MOMENT

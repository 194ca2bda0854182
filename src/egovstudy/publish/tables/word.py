"""Word pieces: documents whose bytes do not move with the day, and real tables in them."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import UTC, datetime
from typing import Any

from egovstudy.paths import FIXED_MOMENT
from egovstudy.publish.style import VENUES
from egovstudy.publish.tables.grid import MM, Grid, fit, fits

# Text sizes in pt, and the space at each side of a cell that goes with them.
SIZES = ((9, 4), (8, 3), (7, 2))
PAGE_MM = (210, 297)
FACE = "Arial"
LABELS = {"en": "Table", "id": "Tabel"}
LANGUAGE_TAGS = {"en": "en-GB", "id": "id-ID"}
# Up to here a table is kept on one page.
TOGETHER = 25
# Widths of rules in eighths of a point: booktabs' heavy and light ones.
HEAVY = {"val": "single", "sz": 8, "space": 0, "color": "auto"}
LIGHT = {"val": "single", "sz": 4, "space": 0, "color": "auto"}


def document_bytes(document: Any) -> bytes:
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
            # A new entry for each: the old one carries the time of saving and the system that saved
            # it.
            entry = zipfile.ZipInfo(part.filename, time.gmtime(int(FIXED_MOMENT))[:6])
            entry.compress_type, entry.create_system, entry.external_attr = (
                zipfile.ZIP_DEFLATED,
                3,
                0o644 << 16,
            )
            out.writestr(entry, parts.read(part))
    return fixed.getvalue()


def word_table(grid: Grid) -> bytes:
    """Write a grid as a Word file of its own: a page as wide as the venue ``word``, with one real table.

    Returns
    -------
    bytes
        The ``.docx`` file.
    """
    from docx import Document

    document = Document()
    _set_up(document, grid)
    write_table(document, grid)
    return document_bytes(document)


def write_table(document: Any, grid: Grid) -> None:
    """Add a table at the end of a document: numbered caption above, rules as in booktabs, note below.

    The heading row is repeated on each page. The styles ``Caption``, ``Table text`` and ``Table
    note`` rule the looks; the last two are added where they are missing.

    Parameters
    ----------
    document : docx.document.Document
        Where.
    grid : Grid
        What.
    """
    from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    section = document.sections[-1]
    fitted = fit(
        grid, (section.page_width - section.left_margin - section.right_margin) / Pt(1), SIZES
    )
    _add_styles(document, fitted.size)
    _caption(document, grid)
    table = document.add_table(rows=0, cols=len(grid.heads))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    widths = [Pt(round(width + 2 * fitted.side, 1)) for width in fitted.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    heads = ["\n".join(lines) for lines in fitted.heads]
    last = len(grid.cells)
    for number, texts in enumerate([heads, *grid.cells]):
        row = table.add_row()
        for cell, text, width, right in zip(row.cells, texts, widths, grid.right, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.style = "Table text"
            paragraph.add_run(text)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
            if number == 0 or (last <= TOGETHER and (number < last or grid.note)):
                paragraph.paragraph_format.keep_with_next = True
            if number - 1 in grid.gaps:
                paragraph.paragraph_format.space_before = Pt(4)
            if number == 0 or number - 1 in grid.rules:
                side = "bottom" if number == 0 else "top"
                cell._tc.get_or_add_tcPr().append(_element("tcBorders", _element(side, **LIGHT)))
            if number == 0:
                cell.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
        properties = row._tr.get_or_add_trPr()
        properties.append(_element("cantSplit"))
        if number == 0:
            properties.append(_element("tblHeader"))
    _table_looks(table, grid, fitted.side)
    if grid.note:
        document.add_paragraph(grid.note, style="Table note")


def _element(tag: str, *children: Any, **attributes: object) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    element.extend(children)
    return element


def _table_looks(table: Any, grid: Grid, side: float) -> None:
    """Give the table its heavy rules, its space in cells and its name for screen readers, in the order Word wants."""
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(
        _element("tblBorders", _element("top", **HEAVY), _element("bottom", **HEAVY))
    )
    space = {"w": round(20 * side), "type": "dxa"}
    layout.addnext(_element("tblCellMar", _element("left", **space), _element("right", **space)))
    properties.append(_element("tblCaption", val=grid.caption))


def _caption(document: Any, grid: Grid) -> None:
    """Write "Table N. Caption", where N is a field that Word counts on."""
    from docx.oxml.ns import qn

    label = LABELS[grid.language]
    code = f" SEQ {label} \\* ARABIC "
    before = sum(one.text == code for one in document.element.body.iter(qn("w:instrText")))
    paragraph = document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(f"{label} ").bold = True
    instruction = _element("instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = code
    begin, separate, end = (
        _element("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end")
    )
    number = _element("t")
    number.text = str(before + 1)
    for part in (begin, instruction, separate, number, end):
        run = paragraph.add_run()
        run.bold = True
        run._r.append(part)
    paragraph.add_run(". ").bold = True
    paragraph.add_run(grid.caption)


def _add_styles(document: Any, size: float) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    for name, before, after in (("Table text", 1, 1), ("Table note", 3, 12)):
        if name not in document.styles:
            style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = document.styles["Normal"]
            style.font.size = Pt(size if name == "Table text" else 8)
            style.paragraph_format.space_before, style.paragraph_format.space_after = (
                Pt(before),
                Pt(after),
            )
            style.paragraph_format.line_spacing = 1


def _set_up(document: Any, grid: Grid) -> None:
    """Make python-docx's own template a plain A4 page, turned for a wide table, with fixed dates and one face."""
    from docx.enum.section import WD_ORIENTATION
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    section = document.sections[0]
    margin = (PAGE_MM[0] - VENUES["word"].widths_mm["full"]) / 2
    upright = fits(grid, (PAGE_MM[0] - 2 * margin) * MM, SIZES)
    section.orientation = WD_ORIENTATION.PORTRAIT if upright else WD_ORIENTATION.LANDSCAPE
    section.page_width, section.page_height = map(Mm, PAGE_MM if upright else PAGE_MM[::-1])
    section.left_margin = section.right_margin = Mm(margin)
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
    about.created = about.modified = datetime.fromtimestamp(int(FIXED_MOMENT), UTC)

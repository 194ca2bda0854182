"""Pictures and tables in a Word file.

What stands there, in words that can be compared, and how it is put there.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from egovstudy.publish.papers.store import Picture
from egovstudy.publish.papers.word_xml import words_of
from egovstudy.publish.words import sha256

EMU_PER_MM = 36_000
FIGURE, TABLE = "figure:", "table:"


def picture_words(picture: Picture) -> str:
    """Describe a picture that should stand there."""
    return _described(picture.width_mm, picture.height_mm, picture.file.read_bytes(), picture.alt)


def pictures(root: Any) -> list[tuple[str, Any]]:
    """List the pictures that were put in, with the name of the figure.

    Each carries it as its own name.
    """
    named = (
        (about.get("name", ""), about.getparent().getparent())
        for about in root.iter(qn("wp:docPr"))
    )
    return [
        (name.removeprefix(FIGURE), drawing) for name, drawing in named if name.startswith(FIGURE)
    ]


def found_picture(part: Any, drawing: Any) -> str:
    """Describe the picture that stands there."""
    blip = next(drawing.iter(qn("a:blip")), None)
    image = None if blip is None else part.related_parts.get(blip.get(qn("r:embed")))
    if image is None:
        return "no picture"
    extent, about = drawing[0].find(qn("wp:extent")), drawing[0].find(qn("wp:docPr"))
    width_mm, height_mm = (int(extent.get(side)) / EMU_PER_MM for side in ("cx", "cy"))
    return _described(width_mm, height_mm, image.blob, about.get("descr", ""))


def _described(width_mm: float, height_mm: float, blob: bytes, alt: str) -> str:
    return (
        f"picture {sha256(blob)[:8]}, {width_mm:.2f} x {height_mm:.2f} mm, alternative text: {alt}"
    )


def new_drawing(part: Any, picture: Picture) -> Any:
    """Make a picture in the line of the text, at its exact size, with name and words."""
    inline = part.new_pic_inline(str(picture.file), Mm(picture.width_mm), Mm(picture.height_mm))
    about = inline.find(qn("wp:docPr"))
    about.set("name", FIGURE + picture.file.stem)
    about.set("descr", picture.alt)
    drawing = OxmlElement("w:drawing")
    drawing.append(inline)
    return drawing


def redraw(part: Any, drawing: Any, picture: Picture) -> None:
    """Change a picture where it stands, so that it stays as the author has placed it."""
    blip = next(drawing.iter(qn("a:blip")))
    before = blip.get(qn("r:embed"))
    now, _ = part.get_or_add_image(str(picture.file))
    blip.set(qn("r:embed"), now)
    if before != now and before not in part.element.xpath("//@r:*"):
        part.rels.pop(before, None)  # or the file would keep every picture it ever held
    for size in (drawing[0].find(qn("wp:extent")), *drawing.iter(qn("a:ext"))):
        if size.get("cx") is not None:  # a:ext is also the name of extensions
            size.set("cx", str(Mm(picture.width_mm)))
            size.set("cy", str(Mm(picture.height_mm)))
    drawing[0].find(qn("wp:docPr")).set("descr", picture.alt)


def tables(root: Any) -> list[tuple[str, Any]]:
    """List the tables that were put in, with their name; each carries it as its description."""
    named = ((_description(table), table) for table in root.iter(qn("w:tbl")))
    return [(name.removeprefix(TABLE), table) for name, table in named if name.startswith(TABLE)]


def _description(table: Any) -> str:
    one = table.find(f"{qn('w:tblPr')}/{qn('w:tblDescription')}")
    return "" if one is None else one.get(qn("w:val"), "")


def table_words(table: Any) -> str:
    """Describe a table by what stands in its cells; how it looks is the author's own."""
    rows = [[words_of(cell) for cell in row.iter(qn("w:tc"))] for row in table.iter(qn("w:tr"))]
    return f"table of {len(rows)} rows, content {sha256(repr(rows))[:8]}"


def exported_table(file: Path) -> tuple[Any, list[Any]]:
    """Read the table of an exported Word file, with the styles of its paragraphs."""
    document = Document(str(file))
    table = deepcopy(next(document.element.iter(qn("w:tbl"))))
    name = OxmlElement("w:tblDescription")
    name.set(qn("w:val"), TABLE + file.stem)
    table.tblPr.append(name)
    used = {style.get(qn("w:val")) for style in table.iter(qn("w:pStyle"))}
    return table, [style for style in document.styles.element if style.get(qn("w:styleId")) in used]


def add_styles(part: Any, styles: list[Any]) -> None:
    """Add paragraph styles that a document lacks."""
    own = part.document.styles.element
    there = {style.get(qn("w:styleId")) for style in own}
    own.extend(deepcopy(style) for style in styles if style.get(qn("w:styleId")) not in there)

"""``egovstudy fill``: marks in Markdown, Word and LaTeX, filled, refreshed and checked."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from PIL import Image

from egovstudy.errors import ArgumentError, EgovstudyError
from egovstudy.publish.papers.filling import fill_files
from egovstudy.publish.papers.store import EXPORT_RECORD
from egovstudy.publish.words.numbers import keep_number

Command = Callable[..., subprocess.CompletedProcess[str]]
FIGURE = "fig01a-path"
EMU = 36_000


def keep(key: str, shown: str, unit: str = "") -> None:
    keep_number(key, 1, shown=shown, unit=unit, description="A number.")


def draw(folder: Path, colour: str = "navy") -> None:
    """A figure as ``save_figure`` leaves it: its picture and its sidecar."""
    Image.new("RGB", (140, 80), colour).save(folder / f"{FIGURE}.png")
    about = {
        "name": FIGURE,
        "width_mm": 140,
        "height_mm": 80.0,
        "caption": {"en": "The path.", "id": "Jalurnya."},
        "alt": {"en": "A line.", "id": "Garis."},
    }
    (folder / f"{FIGURE}.json").write_text(json.dumps(about), encoding="utf-8")


@pytest.fixture(autouse=True)
def figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project-figures"
    monkeypatch.setenv("EGOVSTUDY_FIGURES", str(folder))
    keep("01.rank", "64")
    keep("01.rise", "−0.273", "points")
    draw(folder)
    return folder


def saved(document: WordFile, folder: Path, name: str = "paper.docx") -> Path:
    document.save(str(folder / name))
    return folder / name


def typed(folder: Path, *pieces: str) -> Path:
    """A paragraph whose text Word has cut into these runs, each italic."""
    document = Document()
    paragraph = document.add_paragraph()
    for piece in pieces:
        paragraph.add_run(piece).italic = True
    return saved(document, folder)


def shown(path: Path) -> list[str]:
    """The text of every paragraph, with what stands in controls, which python-docx leaves out."""
    root = Document(str(path)).element
    return [
        "".join(text.text or "" for text in one.iter(qn("w:t"))) for one in root.iter(qn("w:p"))
    ]


def tags(path: Path) -> list[str]:
    return [one.get(qn("w:val")) for one in Document(str(path)).element.iter(qn("w:tag"))]


# --- Markdown and LaTeX ---


def test_markdown_is_filled_and_nothing_else_moves(tmp_path: Path) -> None:
    path = tmp_path / "text.md"
    raw = (
        "\ufeffRank <!--{{number:01.rank}}-->1<!--/-->,\r\nrise"
        " <!--{{number:01.rise}}--><!--/-->.\r\n"
    )
    path.write_bytes(raw.encode("utf-8"))
    (filled,) = fill_files([path], check=True)
    assert path.read_bytes() == raw.encode("utf-8")
    assert [str(mark) for mark in filled.wrong] == [
        "line 1: number:01.rank: '1' stands there, '64' is right",
        "line 2: number:01.rise: '' stands there, '−0.273' is right",
    ]
    fill_files([path])
    assert path.read_bytes().decode("utf-8") == raw.replace("-->1<", "-->64<").replace(
        "--><!--/", "-->−0.273<!--/"
    )
    assert fill_files([path])[0].content is None


def test_a_mark_in_code_is_an_example(tmp_path: Path) -> None:
    path = tmp_path / "text.md"
    path.write_text(
        "Write `<!--{{number:NN.key}}-->1<!--/-->`: <!--{{number:01.rank}}-->1<!--/-->.",
        encoding="utf-8",
    )
    fill_files([path])
    filled = "Write `<!--{{number:NN.key}}-->1<!--/-->`: <!--{{number:01.rank}}-->64<!--/-->."
    assert path.read_text(encoding="utf-8") == filled


def test_a_mark_without_its_end_swallows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "text.md"
    raw = (
        "One.\nRank <!--{{number:01.rank}}-->64 and all this text, rise"
        " <!--{{number:01.rise}}-->1<!--/-->."
    )
    path.write_text(raw, encoding="utf-8")
    with pytest.raises(ArgumentError, match="mark in line 2 has no end"):
        fill_files([path])
    assert path.read_text(encoding="utf-8") == raw


def test_latex_names_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "paper.tex"
    good = (
        "\\newcommand{\\n}[1]{\\egovnumber{01.#1}}\n\\egovnumber{01.rank} 50\\%"
        " \\egovcaption{fig01a-path}\n"
    )
    path.write_text(good + "% \\egovnumber{01.old}\n", encoding="utf-8")
    assert str(fill_files([path])[0]).endswith(
        "2 marks, every name is kept. LaTeX takes the texts from numbers.tex and captions.tex."
    )
    path.write_text(
        good + "\\\\% \\egovnumber{01.old}\n 5\\% \\egovnumber{01.rnk}\\egovalt{fig01b-path}",
        encoding="utf-8",
    )
    wrong = [str(mark) for mark in fill_files([path], check=True)[0].wrong]
    assert wrong == [
        "line 4: there is no number '01.rnk'. Nearest: '01.rank'.",
        "line 4: there is no figure or table 'fig01b-path'. Nearest: 'fig01a-path'.",
    ]


# --- Word ---


@pytest.mark.parametrize(
    "pieces",
    [
        ["Rank {{number:01.rank}} and {{number:01.rise}}."],
        ["Rank {", "{num", "ber:01.", "rank", "}} and {{number:01.rise", "}}."],
        ["Rank ", "{{number:01.rank}}", " and ", "{{number:01.rise}}", "."],
        ["Rank {{ Number: 01.rank }} and {{number:01.rise}", "}", "."],
    ],
)
def test_typed_marks_become_controls_however_word_cuts_them(
    tmp_path: Path, pieces: list[str]
) -> None:
    path = typed(tmp_path, *pieces)
    fill_files([path])
    assert shown(path) == ["Rank 64 and −0.273."]
    assert tags(path) == ["number:01.rank", "number:01.rise"]
    for run in Document(str(path)).element.iter(qn("w:r")):
        assert run.find(f"{qn('w:rPr')}/{qn('w:i')}") is not None, "the run lost its formatting"
        assert run.find(qn("w:t")).text


def test_a_control_is_refreshed_and_checked(tmp_path: Path) -> None:
    path = typed(tmp_path, "Rank {{number:01.rank}}.")
    fill_files([path])
    first = path.read_bytes()
    assert fill_files([path])[0].content is None
    assert path.read_bytes() == first
    keep("01.rank", "63")
    (mark,) = fill_files([path], check=True)[0].wrong
    assert (
        str(mark)
        == "text, paragraph 1 \"Rank 64.\": number:01.rank: '64' stands there, '63' is right"
    )
    fill_files([path])
    assert shown(path) == ["Rank 63."]
    assert tags(path) == ["number:01.rank"]
    keep("01.rank", "64")
    fill_files([path])
    assert path.read_bytes() == first


def test_formatting_breaks_and_neighbours_stay(tmp_path: Path) -> None:
    document = Document()
    run = document.add_paragraph("Before ").add_run("a\tb {{number:01.rank}} c\nd")
    run.bold, run.font.size = True, Pt(9)
    path = saved(document, tmp_path)
    before = Document(str(path)).paragraphs[0].text
    fill_files([path])
    again = Document(str(path)).paragraphs[0]
    root = again._p
    assert "".join(
        one.text or {"br": "\n", "tab": "\t"}[one.tag.split("}")[1]]
        for one in root.iter(qn("w:t"), qn("w:tab"), qn("w:br"))
    ) == before.replace("{{number:01.rank}}", "64")
    bold = [
        one for one in root.iter(qn("w:r")) if one.find(f"{qn('w:rPr')}/{qn('w:b')}") is not None
    ]
    assert "".join(text.text for one in bold for text in one.iter(qn("w:t"))) == "ab 64 cd"


def with_footnotes(document: WordFile, words: str) -> None:
    note = f"<w:footnote w:id='2'><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:footnote>"
    xml = f"<w:footnotes {nsdecls('w')}>{note}</w:footnotes>"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, xml.encode("utf-8"), document.part.package)
    document.part.relate_to(part, RT.FOOTNOTES)


def test_tables_headers_footnotes_links_and_text_boxes(tmp_path: Path) -> None:
    document = Document()
    document.add_table(1, 1).cell(0, 0).text = "{{number:01.rank}}"
    document.sections[0].header.paragraphs[0].text = "{{number:01.rank}}"
    document.sections[0].footer.paragraphs[0].text = "{{number:01.rise}}"
    with_footnotes(document, "{{number:01.rise}}")
    linked = (
        f"<w:hyperlink {nsdecls('w')}"
        " w:anchor='x'><w:r><w:t>{{number:01.rank}}</w:t></w:r></w:hyperlink>"
    )
    box = (
        f"<w:r {nsdecls('w')}"
        " xmlns:v='urn:schemas-microsoft-com:vml'><w:pict><v:shape><v:textbox><w:txbxContent>"
        "<w:p><w:r><w:t>{{number:01.rise}}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    paragraph = document.add_paragraph()
    for one in (linked, box):
        paragraph._p.append(parse_xml(one))
    path = saved(document, tmp_path)
    (filled,) = fill_files([path])
    assert len(filled.marks) == 6
    again = Document(str(path))
    stories = {
        part.partname: part.blob.decode("utf-8")
        for part in again.part.package.iter_parts()
        if part.partname.endswith(".xml")
    }
    assert "−0.273" in stories["/word/footnotes.xml"]
    assert "64" in stories["/word/header1.xml"]
    assert "−0.273" in stories["/word/footer1.xml"]
    assert stories["/word/document.xml"].count(">64<") == 2
    assert "{{" not in "".join(stories.values())
    assert [mark.place.split(",")[0] for mark in filled.marks] == [
        "text",
        "text",
        "text",
        "header",
        "footer",
        "footnotes",
    ]
    assert fill_files([path])[0].content is None


def test_what_the_author_does_to_a_control(tmp_path: Path) -> None:
    """Word splits edits over runs, marks deletions, shows prompts, wraps paragraphs."""
    path = typed(tmp_path, "{{number:01.rank}}")
    fill_files([path])
    contents = {
        "split": "<w:r><w:t>6</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>5</w:t></w:r>",
        "deleted": "<w:del w:id='1' w:author='A'><w:r><w:delText>65</w:delText></w:r></w:del>",
        "empty": "",
        "prompt": (
            "<w:r><w:rPr><w:rStyle w:val='PlaceholderText'/></w:rPr><w:t>Click here.</w:t></w:r>"
        ),
    }
    for name, inside in contents.items():
        document = Document(str(path))
        control = next(document.element.iter(qn("w:sdt")))
        content = control.find(qn("w:sdtContent"))
        content.clear()
        content.extend(parse_xml(f"<w:x {nsdecls('w')}>{inside}</w:x>"))
        if name == "prompt":
            control.find(qn("w:sdtPr")).append(parse_xml(f"<w:showingPlcHdr {nsdecls('w')}/>"))
        spoiled = saved(document, tmp_path, f"{name}.docx")
        fill_files([spoiled])
        assert shown(spoiled) == ["64"], name
        xml = next(Document(str(spoiled)).element.iter(qn("w:sdt")))
        assert not list(xml.iter(qn("w:showingPlcHdr"), qn("w:rStyle"))), name
        (run,) = [one for one in xml.iter(qn("w:r")) if one.find(qn("w:t")) is not None]
        assert run.getparent().tag == qn("w:sdtContent"), name


def picture(path: Path) -> tuple[float, float, str, bytes]:
    document = Document(str(path))
    (drawing,) = document.element.iter(qn("w:drawing"))
    inline = drawing[0]
    image = document.part.related_parts[next(inline.iter(qn("a:blip"))).get(qn("r:embed"))]
    extent, about = inline.find(qn("wp:extent")), inline.find(qn("wp:docPr"))
    return int(extent.get("cx")) / EMU, int(extent.get("cy")) / EMU, about.get("descr"), image.blob


def test_a_figure_stands_at_its_exact_width_and_is_refreshed(tmp_path: Path, figures: Path) -> None:
    path = typed(tmp_path, "{{figure:fig01a-path}}", " {{caption:fig01a-path}}")
    fill_files([path])
    first = path.read_bytes()
    assert picture(path) == (140, 80, "A line.", (figures / f"{FIGURE}.png").read_bytes())
    assert shown(path) == [" The path."]
    assert fill_files([path])[0].content is None

    document = Document(str(path))
    next(document.element.iter(qn("wp:extent"))).set("cx", str(Mm(120)))
    document.element.body.append(parse_xml(f"<w:p {nsdecls('w')}/>"))
    resized = saved(document, tmp_path, "resized.docx")
    (mark,) = fill_files([resized], check=True)[0].wrong
    assert "120.00 x 80.00 mm" in mark.found
    fill_files([resized])
    assert picture(resized)[0] == 140

    draw(figures, "red")
    fill_files([path])
    assert picture(path)[3] == (figures / f"{FIGURE}.png").read_bytes()
    images = [
        part
        for part in Document(str(path)).part.package.iter_parts()
        if part.partname.startswith("/word/media")
    ]
    assert len(images) == 1, "the old picture stayed in the file"
    draw(figures)
    fill_files([path])
    assert path.read_bytes() == first


def exported_table(figures: Path, *cells: str) -> None:
    """A table as an export leaves it: its Word file and its sidecar."""
    document = Document()
    document.add_paragraph("Caption of the file, which the paper does not take.")
    document.styles.add_style("Table text", 1).font.size = Pt(8)
    table = document.add_table(1, len(cells))
    for cell, text in zip(table.rows[0].cells, cells, strict=True):
        cell.paragraphs[0].text, cell.paragraphs[0].style = text, "Table text"
    document.save(str(figures / "tab01a-ranks.docx"))
    about = {"name": "tab01a-ranks", "caption": {"en": "Ranks."}, "note": {"en": "Source: UN."}}
    (figures / "tab01a-ranks.json").write_text(json.dumps(about), encoding="utf-8")


def test_a_table_comes_with_its_style_and_is_refreshed(tmp_path: Path, figures: Path) -> None:
    document = Document()
    marks = ("{{caption:tab01a-ranks}}", "{{table:tab01a-ranks}}", "{{note:tab01a-ranks}}")
    for words in marks:
        document.add_paragraph(words)
    path = saved(document, tmp_path)
    with pytest.raises(ArgumentError, match="no figure or table 'tab01a-ranks'"):
        fill_files([path])
    exported_table(figures, "IDN", "64")
    fill_files([path])
    assert shown(path) == ["Ranks.", "IDN", "64", "Source: UN."]
    assert "Table text" in Document(str(path)).styles
    first = path.read_bytes()
    assert fill_files([path])[0].content is None
    exported_table(figures, "IDN", "63")
    (mark,) = fill_files([path], check=True)[0].wrong
    assert mark.name == "table:tab01a-ranks"
    fill_files([path])
    assert shown(path) == ["Ranks.", "IDN", "63", "Source: UN."]
    exported_table(figures, "IDN", "64")
    fill_files([path])
    assert path.read_bytes() == first


def test_a_table_stands_alone_on_its_line(tmp_path: Path, figures: Path) -> None:
    exported_table(figures, "IDN")
    with pytest.raises(ArgumentError, match="must stand alone"):
        fill_files([typed(tmp_path, "See {{table:tab01a-ranks}}.")])
    (figures / "tab01a-ranks.docx").unlink()
    with pytest.raises(ArgumentError, match="Fill it in a folder that was exported"):
        fill_files([typed(tmp_path, "{{table:tab01a-ranks}}")])


def test_a_control_without_its_tag_is_known_by_its_title(tmp_path: Path) -> None:
    path = typed(tmp_path, "{{number:01.rank}}")
    fill_files([path])
    document = Document(str(path))
    for tag in list(document.element.iter(qn("w:tag"))):  # as LibreOffice leaves it
        tag.getparent().remove(tag)
    keep("01.rank", "63")
    path = saved(document, tmp_path)
    fill_files([path])
    assert shown(path) == ["63"]


def test_an_exported_folder_serves_its_own_numbers_and_language(tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    (paper / "figures").mkdir(parents=True)
    (paper / "numbers.csv").write_text("key,shown\n01.rank,enam\n", encoding="utf-8")
    (paper / EXPORT_RECORD).write_text('{"about": {"language": "id"}}', encoding="utf-8")
    draw(paper / "figures")
    (paper / "draft").mkdir()
    path = typed(
        paper / "draft", "{{number:01.rank}} {{caption:fig01a-path}}{{figure:fig01a-path}}"
    )
    fill_files([path])
    assert shown(path) == ["enam Jalurnya."]
    assert picture(path)[2] == "Garis."
    (paper / EXPORT_RECORD).write_text("{", encoding="utf-8")
    with pytest.raises(EgovstudyError, match="is damaged"):
        fill_files([path])


# --- Bad input: clear words, nothing lost ---


def test_one_bad_mark_and_no_file_is_written(tmp_path: Path) -> None:
    good = tmp_path / "good.md"
    good.write_text("<!--{{number:01.rank}}-->1<!--/-->", encoding="utf-8")
    bad = typed(tmp_path, "{{number:01.rnk}} {{figure:fig01a-pth}} {{number:01.rank")
    before = bad.read_bytes()
    with pytest.raises(ArgumentError) as caught:
        fill_files([good, bad])
    words = str(caught.value)
    assert "there is no number '01.rnk'. Nearest: '01.rank'." in words
    assert "there is no figure or table 'fig01a-pth'. Nearest: 'fig01a-path'." in words
    assert "'{{number:01.rank' has no end" in words
    assert "Nothing was written." in words
    assert bad.read_bytes() == before
    assert "-->1<" in good.read_text(encoding="utf-8")


def test_a_figure_in_a_footnote_is_refused(tmp_path: Path) -> None:
    document = Document()
    with_footnotes(document, "{{figure:fig01a-path}}")
    with pytest.raises(ArgumentError, match="cannot stand in the footnotes"):
        fill_files([saved(document, tmp_path)])


def test_files_that_cannot_be_filled(tmp_path: Path) -> None:
    cases = {
        "notes.txt": (b"", r"ends in .txt. Allowed: .md, .docx, .tex"),
        "old.doc": (b"", r"Save it as .docx"),
        "broken.docx": (b"PK\x03\x04 no zip", "cannot be read as a Word file"),
        "locked.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "without a password"),
        "latin.md": ("Größe".encode("latin-1"), "is not UTF-8"),
    }
    for name, (raw, words) in cases.items():
        (tmp_path / name).write_bytes(raw)
        with pytest.raises(EgovstudyError, match=words):
            fill_files([tmp_path / name])
        assert (tmp_path / name).read_bytes() == raw
    with pytest.raises(EgovstudyError, match="there is no such file"):
        fill_files([tmp_path / "absent.md"])
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(EgovstudyError, match="cannot be read"):
        fill_files([tmp_path / "folder.md"])


def test_an_excel_file_under_a_word_name(tmp_path: Path) -> None:
    from openpyxl import Workbook

    out = io.BytesIO()
    Workbook().save(out)
    (tmp_path / "table.docx").write_bytes(out.getvalue())
    with pytest.raises(EgovstudyError, match="cannot be read as a Word file"):
        fill_files([tmp_path / "table.docx"])


@pytest.mark.parametrize("lock", ["~$per.docx", ".~lock.paper.docx#"])
def test_a_file_open_in_a_word_processor_is_left_alone(tmp_path: Path, lock: str) -> None:
    path = typed(tmp_path, "{{number:01.rank}}")
    before = path.read_bytes()
    (tmp_path / lock).write_bytes(b"")
    with pytest.raises(EgovstudyError, match="is open in a word processor"):
        fill_files([path])
    assert path.read_bytes() == before
    assert len(fill_files([path], check=True)[0].wrong) == 1


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "text.md"
    path.write_text("<!--{{number:01.rank}}-->1<!--/-->", encoding="utf-8")
    path.chmod(0o444)
    with pytest.raises(EgovstudyError, match="is read-only"):
        fill_files([path])
    assert "-->1<" in path.read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="needs links and file modes")
def test_links_and_modes_stay(tmp_path: Path) -> None:
    path = tmp_path / "real.md"
    path.write_text("<!--{{number:01.rank}}-->1<!--/-->", encoding="utf-8")
    path.chmod(0o600)
    (tmp_path / "link.md").symlink_to(path)
    fill_files([tmp_path / "link.md"])
    assert (tmp_path / "link.md").is_symlink()
    assert "-->64<" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_numbers_anywhere(tmp_path: Path, figures: Path) -> None:
    shutil.rmtree(figures)
    (tmp_path / "text.md").write_text("", encoding="utf-8")
    with pytest.raises(EgovstudyError, match="holds no numbers.csv"):
        fill_files([tmp_path / "text.md"])


def test_the_command(tmp_path: Path, command: Command) -> None:
    path = typed(tmp_path, "Rank {{number:01.rank}}.")
    result = command("fill", str(path), "--check")
    assert result.returncode == 1
    assert "paper.docx, text, paragraph 1" in result.stdout
    assert "'{{number:01.rank}}' stands there, '64' is right" in result.stdout
    result = command("fill", str(path))
    assert (result.returncode, result.stdout) == (0, f"{path}: 1 mark, 1 filled anew.\n")
    result = command("fill", str(path), "--check")
    assert (result.returncode, result.stdout) == (0, f"{path}: 1 mark, all as they should be.\n")
    result = command("fill", str(tmp_path / "absent.md"))
    assert result.returncode == 1
    assert result.stderr.startswith("egovstudy: ")
    assert "Traceback" not in result.stderr

"""The example papers: LaTeX compiles at exact widths, Word is filled and read."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader, Transformation
from pypdf.generic import ContentStream
from support.commands import run_egovstudy

from egovstudy import save_table
from egovstudy.publish.papers.macros import captions_tex, numbers_tex
from egovstudy.publish.words.numbers import read_numbers
from egovstudy.publish.words.prose import typed_numbers
from egovstudy.rerun.export.paper_folder import FOLDERS, _joint
from egovstudy.rerun.export.parcel import carry_out, make_plan, read_record

PROJECT = Path(__file__).resolve().parents[3]
TEMPLATE = PROJECT / "docs" / "paper-template"
MM = 72 / 25.4
EMU = 36_000
FIGURES = (
    "fig01a-egdi-path",
    "fig02a-decomposition",
    "fig08a-paths",
    "fig09a-placebos",
    "fig10a-event-time",
)
TABLES = ("tab14b-estimates",)


def run(*words: str, cwd: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A paper's folder with both examples in it.

    A fresh export of notebook 01, and what the others have committed.

    To run them all would take minutes here; that a fresh run gives what is committed is the check
    of each of them."""
    folder = tmp_path_factory.mktemp("paper")
    for name in ("paper.tex", "paper.docx"):
        shutil.copy(TEMPLATE / name, folder)
    result = run_egovstudy("export", "--venue", "giq", "--only", "01", "--to", str(folder))
    assert result.returncode == 0, result.stdout + result.stderr
    record = read_record(folder)
    files = committed(folder) | {
        name: (folder / name).read_bytes()
        for name in record.files
        if name.startswith(("figures/", "tables/"))
    }
    files |= _joint(
        files, read_numbers(PROJECT / "figures" / "numbers.csv"), record.about, "a test"
    )
    carry_out(folder, files, make_plan(folder, files, record), record, record.about)
    return folder


def committed(folder: Path) -> dict[str, bytes]:
    """What the project holds of notebooks not exported, with a Word file of each table."""
    files = {
        f"{FOLDERS[path.name[:3]]}/{path.name}": path.read_bytes()
        for path in sorted((PROJECT / "figures").glob("???[01][0-9]*"))
        if path.name[:3] in FOLDERS
        and path.name[3:5] != "01"
        and not path.name.endswith(".marks.csv")
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EGOVSTUDY_FIGURES", str(folder / "made"))
        patch.setenv("EGOVSTUDY_EXPORT", "giq/full/en")
        for name in TABLES:
            about = json.loads(files[f"tables/{name}.json"])
            frame = pd.read_csv(
                io.BytesIO(files[f"tables/{name}.csv"]), dtype=str, keep_default_na=False
            )
            save_table(frame, name, caption=about["caption"], note=about["note"])
            files[f"tables/{name}.docx"] = (folder / "made" / f"{name}.docx").read_bytes()
    shutil.rmtree(folder / "made")
    return files


def cited(kind: str) -> set[str]:
    """Names or keys that an example cites."""
    if kind == "tex":
        text = (TEMPLATE / "paper.tex").read_text(encoding="utf-8")
        return set(
            re.findall(r"\\egov(?:number|caption|alt)\{([^}]+)\}|\\input\{tables/([^}]+)\}", text)
        )
    words = Document(str(TEMPLATE / "paper.docx")).element.itertext()
    return set(re.findall(r"\{\{(?:number|caption|figure|table|note):([^}]+)\}\}", "".join(words)))


@pytest.fixture(scope="module")
def pdflatex() -> str:
    found = shutil.which("pdflatex")
    if found is None and os.environ.get("CI"):
        pytest.fail(
            "pdflatex is not installed; CI needs it (Debian: texlive-latex-base"
            " texlive-latex-recommended)"
        )
    if found is None:
        pytest.skip(
            "pdflatex is not installed (Debian: texlive-latex-base texlive-latex-recommended)"
        )
    return found


def compiled(pdflatex: str, folder: Path, stem: str) -> subprocess.CompletedProcess[str]:
    return run(pdflatex, "-interaction=nonstopmode", "-halt-on-error", stem, cwd=folder)


def placed_widths(pdf: Path) -> Iterator[float]:
    """Width in mm of each picture on the pages: its own box times the matrices that place it."""
    reader = PdfReader(pdf)
    for page in reader.pages:
        objects = page["/Resources"].get("/XObject", {})
        matrix, stack = Transformation(), []
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"q":
                stack.append(matrix)
            elif operator == b"Q":
                matrix = stack.pop()
            elif operator == b"cm":
                matrix = Transformation(tuple(map(float, operands))).transform(matrix)
            elif operator == b"Do":
                form = objects[operands[0]]
                own = Transformation(
                    tuple(map(float, form.get("/Matrix", (1, 0, 0, 1, 0, 0))))
                ).transform(matrix)
                left, _, right, _ = map(float, form["/BBox"])
                yield (own.apply_on((right, 0))[0] - own.apply_on((left, 0))[0]) / MM


def test_the_latex_example(paper: Path, pdflatex: str) -> None:
    assert compiled(pdflatex, paper, "paper").returncode == 0, (paper / "paper.log").read_text(
        errors="replace"
    )[-2000:]
    assert run("bibtex", "paper", cwd=paper).returncode == 0
    for _ in range(2):
        assert compiled(pdflatex, paper, "paper").returncode == 0
    log = (paper / "paper.log").read_text(encoding="utf-8", errors="replace")
    assert not re.search(r"undefined|Overfull|multiply defined", log), re.findall(
        r".*(?:undefined|Overfull).*", log
    )
    widths = list(placed_widths(paper / "paper.pdf"))
    assert widths == pytest.approx([140] * len(FIGURES), abs=0.01)
    assert len(PdfReader(paper / "paper.pdf").pages) <= 6
    text = " ".join(
        " ".join(page.extract_text() for page in PdfReader(paper / "paper.pdf").pages).split()
    )
    shown = {
        key: row["shown"] for key, row in read_numbers(PROJECT / "figures" / "numbers.csv").items()
    }
    assert f"rank {shown['01.rank_2024']} of {shown['01.ranked_2024']}" in text
    assert f"floor {shown['09.joint_floor']}" in text
    assert "UN E-Government Knowledgebase" in text


def test_a_scaled_figure_would_be_noticed(paper: Path, pdflatex: str) -> None:
    text = "\\documentclass{article}\\usepackage{graphicx}\\begin{document}\\includegraphics"
    text += "[width=139.9mm]{figures/fig01a-egdi-path}\\end{document}"
    (paper / "scaled.tex").write_text(text, encoding="utf-8")
    assert compiled(pdflatex, paper, "scaled").returncode == 0
    assert list(placed_widths(paper / "scaled.pdf")) == pytest.approx([139.9], abs=0.01)


def test_macros_in_titles_formulas_and_captions(tmp_path: Path, pdflatex: str) -> None:
    """Whatever packages make of the signs in keys, and wherever LaTeX moves its arguments."""
    numbers = {"01.fall_x": {"shown": "−1,234.5"}, "01.share": {"shown": "50 %"}}
    words = {"en": "A & B_c: 5 % [of $3] “quoted” – ≥ 2."}
    (tmp_path / "numbers.tex").write_text(numbers_tex(numbers), encoding="utf-8")
    (tmp_path / "captions.tex").write_text(
        captions_tex([{"name": "fig01a-x", "caption": words, "alt": words}], "en"), encoding="utf-8"
    )
    text = r"""\documentclass{article}
\usepackage[english]{babel}\usepackage{hyperref}
\input{numbers}\input{captions}
\begin{document}\tableofcontents\listoffigures
\section{It fell by \egovnumber{01.fall_x}}
$x=\egovnumber{01.fall_x}$ and \egovnumber{01.share}; \egovalt{fig01a-x}
\begin{figure}x\caption{\egovcaption{fig01a-x}}\end{figure}
MORE\end{document}
"""
    (tmp_path / "t.tex").write_text(text.replace("MORE", ""), encoding="utf-8")
    for _ in range(2):
        result = compiled(pdflatex, tmp_path, "t")
        assert result.returncode == 0, result.stdout[-1500:]
    found = "".join(
        "".join(page.extract_text() for page in PdfReader(tmp_path / "t.pdf").pages).split()
    )
    assert found.count("−1,234.5") == 3
    assert found.count("5%[of") == 3
    (tmp_path / "t.tex").write_text(
        text.replace("MORE", r"\egovnumber{01.fal_x}"), encoding="utf-8"
    )
    result = compiled(pdflatex, tmp_path, "t")
    assert result.returncode != 0
    assert "There is no number '01.fal_x' in this export" in result.stdout


def test_the_word_example(paper: Path) -> None:
    path = paper / "paper.docx"
    shutil.copy(TEMPLATE / "paper.docx", path)
    assert run_egovstudy("fill", str(path)).returncode == 0
    document = Document(str(path))
    text = "\n".join(
        "".join(one.text for one in part.iter(qn("w:t")))
        for part in document.element.iter(qn("w:p"))
    )
    shown = {
        key: row["shown"] for key, row in read_numbers(PROJECT / "figures" / "numbers.csv").items()
    }
    assert f"at rank {shown['01.rank_2024']} of {shown['01.ranked_2024']}." in text
    assert "{{" not in text
    for name in FIGURES:
        about = json.loads((paper / "figures" / f"{name}.json").read_text(encoding="utf-8"))
        assert about["caption"]["en"] in text
        (picture,) = [
            one
            for one in document.element.iter(qn("wp:docPr"))
            if one.get("name") == f"figure:{name}"
        ]
        assert picture.get("descr") == about["alt"]["en"]
        extent = picture.getparent().find(qn("wp:extent"))
        assert int(extent.get("cx")) / EMU == pytest.approx(140, abs=0.01)
        assert int(extent.get("cy")) / EMU == pytest.approx(about["height_mm"], abs=0.01)
    (table,) = document.tables
    assert [cell.text for cell in table.columns[0].cells][:2] == ["what", "OSI of 2024, from 2003"]
    assert "donors uncoded, not untreated" in text
    before = path.read_bytes()
    result = run_egovstudy("fill", "--check", str(path), str(paper / "paper.tex"))
    assert result.returncode == 0, result.stdout
    assert path.read_bytes() == before


def test_both_examples_cite_the_same_and_nothing_that_notebook_14_does_not_hold() -> None:
    tex = {one for pair in cited("tex") for one in pair if one}
    assert tex == cited("docx")
    assert {one for one in tex if one[:3] in ("fig", "tab")} == {*FIGURES, *TABLES}
    notebook = (PROJECT / "notebooks" / "14-paper.ipynb").read_text(encoding="utf-8")
    code = "\n".join(
        "".join(cell["source"])
        for cell in json.loads(notebook)["cells"]
        if cell["cell_type"] == "code"
    )
    assert {one for one in tex if not re.search(rf"\b{re.escape(one)}\b", code)} == set()


def test_no_number_in_the_examples_is_typed() -> None:
    text = (TEMPLATE / "paper.tex").read_text(encoding="utf-8").partition(r"\maketitle")[2]
    text = re.sub(r"(?m)^%.*$", "", text)
    prose = re.sub(
        r"\\(?:egov\w+|ref|label|citep|input|includegraphics)(?:\[[^]]*\])?\{[^}]*\}", "", text
    )
    prose = re.sub(r"includegraphics\[.*?\]\{[^}]*\}", "", prose)
    assert typed_numbers(prose) == []
    words = [one.text for one in Document(str(TEMPLATE / "paper.docx")).paragraphs]
    assert [typed_numbers(re.sub(r"\{\{.*?\}\}", "", one)) for one in words] == [[]] * len(words)


def test_the_guide_names_what_is_there() -> None:
    text = (TEMPLATE / "README.md").read_text(encoding="utf-8")
    keys = set(re.findall(r"\b\d\d\.[a-z0-9_]+\b", text))
    assert keys <= set(read_numbers(PROJECT / "figures" / "numbers.csv"))
    names = set(re.findall(r"\b(?:fig|tab)\d\d[a-z]?-[a-z0-9-]+", text))
    assert names <= {path.stem for path in (PROJECT / "figures").glob("*.json")}
    assert keys
    assert names

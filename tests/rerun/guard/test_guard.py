"""The rules of the guard, each on a small notebook that breaks this rule alone."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from support.tiny import (
    README,
    add_code,
    assign,
    build,
    change,
    code,
    insert,
    markdown,
    output,
    plain,
    replace,
)

from egovstudy.rerun.guard import plugin as guard
from egovstudy.rerun.guard.findings import Guarded
from egovstudy.rerun.guard.prose import EFFECT
from egovstudy.rerun.guard.rules import OF_NOTEBOOKS, check_notebook, check_page
from egovstudy.rerun.reproduce.compare import compare_published


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("made")
    build(project)
    return project


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project"))


def found(project: Path, name: str = "97-tiny.ipynb") -> dict[str, str]:
    """What each rule on stored notebooks finds, as its lines.

    Rules that find nothing are left out.
    """
    notebook = Guarded(project / "notebooks" / name)
    lines = {
        rule: "\n".join(map(str, check_notebook(rule, notebook)))
        for rule in OF_NOTEBOOKS
        if rule != "published"
    }
    return {rule: text for rule, text in lines.items() if text}


def swap_counts(notebook: Any) -> None:
    notebook.cells[1].execution_count, notebook.cells[3].execution_count = 3, 1


def other_picture(notebook: Any) -> None:
    png = base64.b64decode(notebook.cells[4].outputs[0].data["image/png"])
    notebook.cells[4].outputs[0].data["image/png"] = base64.b64encode(png + b"x").decode()


def drop_picture(notebook: Any) -> None:
    del notebook.cells[4].outputs[0].data["image/png"]
    notebook.cells[4].outputs[0].metadata = {}


def other_digest(word: str) -> Callable[[Any], None]:
    def act(notebook: Any) -> None:
        data = notebook.cells[4].outputs[0].data
        data["text/plain"] = re.sub(
            rf"{word} digest \w+", f"{word} digest 0123456789ab", data["text/plain"]
        )

    return act


def without_marks(notebook: Any) -> None:
    data = notebook.cells[4].outputs[0].data
    data["text/plain"] = data["text/plain"].split(" | marks")[0]


STDERR = output("stream", name="stderr", text="FutureWarning: old\n")
PICTURE = output("display_data", data={"image/png": "AAAA", "text/plain": "<Figure size 640x480>"})
# name: (rule, what its finding says, the change)
BROKEN: dict[str, tuple[str, str, Callable[[Any], None]]] = {
    "un-run": (
        "counts",
        "cell 1: was never run (it has no execution count)",
        assign(1, execution_count=None),
    ),
    "shuffled": ("counts", "cell 1: has execution count 3, 1 is right", swap_counts),
    "a gap": ("counts", "cell 7: has execution count 9, 7 is right", assign(7, execution_count=9)),
    "an empty cell": ("counts", "cell 7: is an empty code cell", add_code("")),
    "another run's output": (
        "counts",
        "cell 6: shows the output of run 3, and the cell itself is run 6",
        lambda notebook: notebook.cells[6].outputs[0].update(execution_count=3),
    ),
    "no printed output": (
        "outputs",
        "cell 7: has no stored output, though it prints",
        assign(7, outputs=[]),
    ),
    "no number": (
        "outputs",
        "cell 6: has no stored output, though it calls keep_number",
        assign(6, outputs=[]),
    ),
    "no value": (
        "outputs",
        "cell 7: has no stored output, though its last line is a value",
        add_code("frame"),
    ),
    "no printing in a loop": (
        "outputs",
        "cell 7: has no stored output, though it prints",
        add_code("for wave in (2022, 2024):\n    print(wave)"),
    ),
    "no picture": (
        "outputs",
        "cell 4: stores no picture, though it calls save_figure",
        drop_picture,
    ),
    "an error": (
        "errors",
        "cell 7: stores an error (ValueError: no)",
        add_code("x = 1", output("error", ename="ValueError", evalue="no", traceback=[])),
    ),
    "a warning": (
        "errors",
        "cell 7: stores output on stderr (FutureWarning: old)",
        add_code("x = 1", STDERR),
    ),
    "an ignore marker": (
        "markers",
        "holds the marker NBVAL_IGNORE_OUTPUT",
        replace(3, "frame", "# NBVAL_IGNORE_OUTPUT\nframe"),
    ),
    "a skip marker": (
        "markers",
        "holds the marker NBVAL_SKIP",
        replace(3, "frame", "#NBVAL_SKIP\nframe"),
    ),
    "an old marker": (
        "markers",
        "holds the marker PYTEST_VALIDATE_IGNORE_OUTPUT",
        replace(3, "frame", "# PYTEST_VALIDATE_IGNORE_OUTPUT\nframe"),
    ),
    "a directive": (
        "markers",
        "holds the marker #| eval: false",
        replace(3, "frame", "#| eval: false\nframe"),
    ),
    "a skip tag": (
        "markers",
        "cell 3: carries the tag 'nbval-skip'",
        assign(3, metadata={"tags": ["nbval-skip"]}),
    ),
    "a raises tag": (
        "markers",
        "carries the tag 'raises-exception'",
        assign(3, metadata={"tags": ["raises-exception"]}),
    ),
    "a hiding tag": (
        "markers",
        "carries the tag 'remove-cell'",
        assign(0, metadata={"tags": ["remove-cell"]}),
    ),
    "skipping metadata": (
        "markers",
        "has metadata 'nbval'",
        assign(3, metadata={"nbval": {"x": 1}}),
    ),
    "hidden source": (
        "markers",
        "has metadata 'source_hidden'",
        assign(3, metadata={"jupyter": {"source_hidden": True}}),
    ),
    "errors allowed": (
        "markers",
        "the notebook has metadata 'allow_errors'",
        lambda notebook: notebook.metadata.update(execution={"allow_errors": True}),
    ),
    "a raw cell": (
        "markers",
        "cell 7: is a raw cell, which nothing runs",
        insert(7, nbformat.v4.new_raw_cell("x = 1")),
    ),
    "a stray picture": (
        "digests",
        "cell 7: shows a picture that save_figure did not write",
        add_code("x = 1", PICTURE),
    ),
    "a picture in HTML": (
        "digests",
        "shows a picture that save_figure did not write",
        add_code("x = 1", output("display_data", data={"text/html": "<img src='a'>"})),
    ),
    "a picture in prose": (
        "digests",
        "cell 8: holds a picture in its text",
        replace(8, "Much.", "![x](a)"),
    ),
    "no digest shown": (
        "digests",
        "cell 7: calls save_table for 'tab97b-more' and shows no digest of it",
        add_code('more = eg.save_table(frame, "tab97b-more", caption="More.", note="")'),
    ),
    "no digest under a computed name": (
        "digests",
        "cell 7: calls save_figure and shows no digest of it",
        add_code("x = eg.save_figure(ax, name)"),
    ),
    "no marks digest": (
        "digests",
        "cell 4: shows fig97a-path without a marks digest",
        without_marks,
    ),
    "another data digest": (
        "digests",
        "cell 4: shows the data digest 0123456789ab of fig97a-path, and its sidecar says",
        other_digest("data"),
    ),
    "another marks digest": (
        "digests",
        "shows the marks digest 0123456789ab of fig97a-path",
        other_digest("marks"),
    ),
    "another picture": (
        "digests",
        "cell 4: stores a picture of fig97a-path that is not figures/fig97a-path.png",
        other_picture,
    ),
    "another alt text": (
        "digests",
        "cell 4: stores an alt text with fig97a-path that is not its sidecar's",
        lambda notebook: notebook.cells[4].outputs[0].metadata["image/png"].update(alt="Else."),
    ),
    "no sidecar": (
        "digests",
        "cell 7: shows the digest of tab97b-more, which has no sidecar",
        add_code("x = 1", plain("tab97b-more | 2 rows | data digest 0123456789ab")),
    ),
    "no question": (
        "shape",
        'cell 0: the first heading does not end in "?" (Does it hold.)',
        replace(0, "hold?", "hold."),
    ),
    "two first headings": (
        "shape",
        "has 2 headings of the first level, one is right",
        replace(8, "Yes.", "# Yes?"),
    ),
    "no first heading": (
        "shape",
        "has 0 headings of the first level",
        replace(0, "# Does", "## Does"),
    ),
    "no answer in short": (
        "shape",
        'cell 0: lacks "**In short.**"',
        replace(0, "**In short.**", "In short."),
    ),
    "no run time": (
        "shape",
        'cell 0: lacks "**Run time:**"',
        replace(0, "**Run time:**", "It takes"),
    ),
    "no data": ("shape", 'cell 0: lacks "**Data:**"', replace(0, "**Data:**", "Data:")),
    "no check of the data": (
        "shape",
        "cell 2: does not end with eg.check_data()",
        assign(2, source="import egovstudy as eg", outputs=[]),
    ),
    "no import": (
        "shape",
        "cell 2: does not import egovstudy",
        replace(2, "import egovstudy as eg", "import egovstudy"),
    ),
    "a late import": ("shape", "cell 7: imports after the opening cell", add_code("import math")),
    "untagged parameters": ("shape", "cell 1: does not import egovstudy", assign(1, metadata={})),
    "late parameters": (
        "shape",
        "cell 3: carries the tag parameters and is not the first code cell",
        assign(3, metadata={"tags": ["parameters"]}),
    ),
    "computed parameters": (
        "shape",
        "cell 1: sets more than parameters",
        replace(1, '"IDN"', 'input("?")'),
    ),
    "a long cell": (
        "shape",
        "cell 7: has 21 lines of code, 20 are allowed",
        add_code("\n".join(["x = 1"] * 21)),
    ),
    "many cells": (
        "shape",
        "the notebook has 41 cells, 40 are allowed",
        lambda notebook: [insert(7, markdown("Word."))(notebook) for _ in range(32)],
    ),
    "a function": (
        "shape",
        "cell 7: uses def, which notebooks do not",
        add_code("def f():\n    return 1"),
    ),
    "a class": ("shape", "uses class, which notebooks do not", add_code("class A:\n    pass")),
    "a hidden try": (
        "shape",
        "uses try, which notebooks do not",
        add_code("try:\n    x = 1\nexcept Exception:\n    pass"),
    ),
    "a silenced warning": (
        "shape",
        "uses filterwarnings",
        add_code('pd.warnings.filterwarnings("ignore")'),
    ),
    "a suppressed error": (
        "shape",
        "uses suppress",
        add_code("with contextlib.suppress(Exception):\n    x = 1"),
    ),
    "another folder": ("shape", "uses chdir", add_code('os.chdir("..")')),
    "a shell command": (
        "shape",
        "cell 7: uses a magic (!pip), which notebooks do not",
        add_code("!pip install x"),
    ),
    "a cell magic": ("shape", "uses a magic (%%capture)", add_code("%%capture\nx = 1")),
    "a line magic": ("shape", "uses a magic (%matplotlib)", add_code("%matplotlib inline")),
    "broken code": ("shape", "cell 7: is not plain Python", add_code("x = (")),
    "hidden code": ("shape", "uses exec", add_code('exec("x = 1")')),
    "a library that is patched": (
        "shape",
        "cell 7: changes eg.check_data, which notebooks do not",
        add_code("eg.check_data = print"),
    ),
    "a module's name for something else": (
        "shape",
        "changes eg, which notebooks do not",
        add_code("eg = 1"),
    ),
    "another place to publish": (
        "shape",
        "uses environ",
        add_code('os.environ["EGOVSTUDY_FIGURES"] = "x"'),
    ),
    "a file of its own": ("shape", "uses to_csv", add_code('frame.to_csv("x.csv")')),
    "other closing sections": (
        "shape",
        "the closing sections are What this cannot say, Answer, Try it, not Answer",
        assign(
            8,
            source=(
                "## What this cannot say\n\n## Answer\n\n## Try it\n\n1. One.\n2. Two.\n3. Three."
            ),
        ),
    ),
    "two exercises": (
        "shape",
        "cell 8: Try it has 2 exercises, three are right",
        replace(8, "\n3. Three.", ""),
    ),
    "something after the end": (
        "shape",
        "cell 9: cells follow the closing sections",
        insert(9, code("x = 1")),
    ),
    "a word of effect": (
        "words",
        "cell 8: says 'led to', a word of effect",
        replace(8, "Yes.", "It led to a rise."),
    ),
    "a cause": (
        "words",
        "cell 8: says 'Impacts', a word of effect",
        replace(8, "Yes.", "Impacts of it."),
    ),
    "an Indonesian word of effect": (
        "words",
        "says 'menyebabkan'",
        replace(8, "Yes.", "Itu menyebabkan kenaikan."),
    ),
    "a typed number": (
        "prose",
        "cell 8: types the number '64' (... ## Answer Rank 64. ## What this",
        replace(8, "Yes.", "Rank 64."),
    ),
    "an unrounded float": (
        "floats",
        "cell 7: shows the unrounded number 0.123457",
        add_code("x = 1", plain("0.123457")),
    ),
    "an unrounded float in HTML": (
        "floats",
        "shows the unrounded number −12.3456789",
        add_code("x = 1", output("display_data", data={"text/html": "<td>−12.3456789</td>"})),
    ),
    "a computer's number": (
        "floats",
        "shows the unrounded number 2.220446e-16",
        add_code("x = 1", plain("2.220446e-16")),
    ),
    "a large computer's number": (
        "floats",
        "shows the unrounded number 3.1e+06",
        add_code("x = 1", plain("3.1e+06")),
    ),
    "a home folder": (
        "paths",
        "cell 7: holds the machine path '/home/jane/egdi.csv'",
        add_code("x = 1", plain("/home/jane/egdi.csv")),
    ),
    "a Windows folder": (
        "paths",
        r"holds the machine path 'C:\\Users\\jane'",
        add_code("x = 1", plain(r"C:\Users\jane")),
    ),
    "a folder in code": ("paths", "holds the machine path '/tmp/x'", add_code('x = "/tmp/x"')),
    "a user's name": (
        "paths",
        "holds the machine path 'jane@laptop:~/egov",
        add_code("x = 1", plain("jane@laptop:~/egov")),
    ),
    "an address in memory": (
        "paths",
        "holds the machine path '0x7f0a1b2c3d4e'",
        add_code("x = 1", plain("<A at 0x7f0a1b2c3d4e>")),
    ),
}


def test_a_clean_notebook_passes(project: Path) -> None:
    assert found(project) == {}


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_finds_its_own_flaw_alone(name: str, project: Path) -> None:
    rule, words, act = BROKEN[name]
    change(project, act)
    told = found(project)
    assert list(told) == [rule], told
    assert told[rule].startswith("notebooks/97-tiny.ipynb")
    assert words in told[rule]
    assert "Cure: " in told[rule]


INNOCENT: dict[str, Callable[[Any], None]] = {
    "tiny numbers": add_code(
        "x = 1", plain("1e-09, 2.5e-06, 0.79911, 12.345, 7380082e3a26, 10.1234567/doi")
    ),
    "a float in an address or a style": add_code(
        "x = 1",
        output(
            "display_data",
            data={
                "text/html": "<style>a {width: 0.1234567em}</style><td>https://x.org/1.2345678</td>"
            },
        ),
    ),
    "a page called home": add_code('url = "https://www.worldbank.org/home/data"'),
    "because": replace(
        8,
        "Yes.",
        "It carries a flag because a figure is missing; the effectiveness index, efektif.",
    ),
    "an unfinished loop": add_code("for wave in ():\n    x = 1\nlist.append([], 1)"),
    "a call that shows nothing": add_code("rows = []\nrows.append(1)"),
    "an unseen branch": add_code('if country == "VNM":\n    print(country)'),
    "a lambda": add_code("double = lambda x: 2 * x"),
    "no parameters": lambda notebook: (
        insert(1, markdown("Word."))(notebook)
        or notebook.cells.pop(2)
        and insert(1, markdown("x"))(notebook)
    ),
    "editor's metadata": assign(
        3, metadata={"editable": True, "slideshow": {"slide_type": ""}, "tags": []}
    ),
    "a heading in a code block": replace(8, "Yes.", "Yes.\n\n```\n# comment\n```"),
}


@pytest.mark.parametrize("name", INNOCENT)
def test_no_false_alarm(name: str, project: Path) -> None:
    change(project, INNOCENT[name])
    assert found(project) == {}


def test_stripped_outputs_of_a_figure_are_two_flaws(project: Path) -> None:
    change(project, assign(4, outputs=[]))
    told = found(project)
    assert set(told) == {"outputs", "digests"}
    assert "cell 4: has no stored output, though it calls save_figure" in told["outputs"]
    assert (
        "cell 4: calls save_figure for 'fig97a-path' and shows no digest of it" in told["digests"]
    )


def test_outputs_are_held_against_the_fresh_run(project: Path) -> None:
    fresh = [None, None, None, None, None, [output("stream", name="stdout", text="x")], None]
    notebook = Guarded(project / "notebooks" / "97-tiny.ipynb", fresh)
    assert "cell 6: lacks stdout, which the fresh run shows" in str(
        *check_notebook("outputs", notebook)
    )
    change(project, assign(6, source="x = 1", outputs=[]))
    notebook = Guarded(project / "notebooks" / "97-tiny.ipynb", fresh)
    assert "cell 6: has no stored output, though the fresh run shows some" in str(
        *check_notebook("outputs", notebook)
    )


def test_words_of_effect_are_earned_in_their_notebooks(project: Path) -> None:
    path = project / "notebooks" / "97-tiny.ipynb"
    earned = path.rename(path.with_name("08-tiny.ipynb"))
    change(
        project,
        replace(8, "Yes.", "The effect is small beside the p-value floor and the pre-fit."),
        earned.name,
    )
    assert "minimum detectable gap" in found(project, earned.name)["words"]
    change(project, replace(8, "pre-fit.", "pre-fit and the minimum detectable gap."), earned.name)
    assert "words" not in found(project, earned.name)
    other = earned.rename(path)
    assert "says 'effect'" in found(project, other.name)["words"]


INDONESIAN = """
efek efeknya dampak berdampak terdampak pengaruh berpengaruh dipengaruhi terpengaruh
mempengaruhi memengaruhi akibat akibatnya mengakibatkan menyebabkan disebabkan penyebab
berkat gara-gara dikarenakan memicu dipicu pemicu konsekuensinya
"""


@pytest.mark.parametrize(
    "word", [*INDONESIAN.split(), "hasil dari", "didorong oleh", "terdorong oleh"]
)
def test_indonesian_words_of_effect(word: str) -> None:
    assert EFFECT.fullmatch(word)


@pytest.mark.parametrize(
    "word", ["efektif", "sebab", "karena", "hasil", "didorong", "picu", "bergerak bersama"]
)
def test_indonesian_words_that_may_stand(word: str) -> None:
    assert not EFFECT.search(word)


def test_the_name_of_the_file(project: Path) -> None:
    (project / "notebooks" / "97-tiny.ipynb").rename(project / "notebooks" / "try.ipynb")
    assert "does not begin with two digits" in found(project, "try.ipynb")["shape"]


def sidecar(project: Path, **fields: Any) -> None:
    path = project / "figures" / "fig97a-path.json"
    path.write_text(
        json.dumps(json.loads(path.read_text(encoding="utf-8")) | fields), encoding="utf-8"
    )


FILES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "figures/fig97a-path.svg: has not the SHA-256 that its sidecar says": (
        lambda folder: (folder / "fig97a-path.svg").write_text("<svg/>")
    ),
    "figures/fig97a-path.pdf: is missing": lambda folder: (folder / "fig97a-path.pdf").unlink(),
    "figures/fig97b-old.pdf: belongs to no figure or table": (
        lambda folder: (folder / "fig97b-old.pdf").write_text("x")
    ),
    "figures/fig97a-path.json: is not the sidecar in manifest.csv": lambda folder: sidecar(
        folder.parent, min_pt=1
    ),
    "figures/fig97a-path.json: has another caption in manifest.csv": (
        lambda folder: (folder / "manifest.csv").write_text(
            (folder / "manifest.csv").read_text().replace("Path. Source", "Way. Source")
        )
    ),
    "figures/tab97a-path.json: has no row in manifest.csv": (
        lambda folder: (folder / "manifest.csv").write_text(
            "".join((folder / "manifest.csv").read_text().splitlines(True)[:2])
        )
    ),
}


@pytest.mark.parametrize("words", FILES)
def test_files_are_what_the_registers_say(words: str, project: Path) -> None:
    FILES[words](project / "figures")
    told = found(project)
    assert list(told) == ["files"], told
    assert words in told["files"]


def test_a_row_without_its_sidecar(project: Path) -> None:
    for path in (project / "figures").glob("tab97a*"):
        path.unlink()
    assert (
        "figures/tab97a-path.json: has a row in manifest.csv and no sidecar"
        in found(project)["files"]
    )


def test_captions_are_prose(project: Path) -> None:
    sidecar(
        project,
        caption={"en": "Rank 64."},
        caption_keyed={"en": "Rank {{number:97.rank}}."},
        alt_keyed={"id": "Peringkat 64."},
    )
    told = found(project)
    assert "figures/fig97a-path.json, alt (id): types the number '64'" in told["prose"]
    assert "caption" not in told["prose"]
    sidecar(project, alt_keyed={"en": "A rise due to it."})
    assert "figures/fig97a-path.json, alt (en): says 'due to'" in found(project)["words"]


def page(project: Path, rule: str) -> str:
    return "\n".join(map(str, check_page(rule, project / "README.md", project)))


def test_pages(project: Path) -> None:
    assert [page(project, rule) for rule in ("notebooks", "numbers", "prose")] == ["", "", ""]
    path = project / "README.md"
    path.write_text(
        README.replace("-->64<", "-->63<") + "Rank 64.\n<!--{{number:97.rnk}}-->1<!--/-->\n",
        encoding="utf-8",
    )
    numbers = page(project, "numbers")
    assert "README.md, line 5: 97.rank: '63' stands there, '64' is right. Cure: " in numbers
    assert (
        "README.md, line 7: 97.rnk: no such number is kept. Nearest: '97.rank'. Cure: " in numbers
    )
    assert page(project, "prose").startswith("README.md, line 6: types the number '64'")
    path.write_text(README.replace("Does it hold?", "Does it?"), encoding="utf-8")
    assert (
        'README.md, line 3: asks "Does it?", and notebooks/97-tiny.ipynb asks "Does it hold?"'
        in page(project, "notebooks")
    )
    (project / "notebooks" / "conftest.py").write_text("collect_ignore = []\n", encoding="utf-8")
    assert "notebooks/conftest.py: is no notebook" in page(project, "notebooks")
    notebook = project / "notebooks" / "97-tiny.ipynb"
    notebook.rename(notebook.with_name("96-tiny.ipynb"))
    told = page(project, "notebooks")
    assert "README.md, line 3: lists notebooks/97-tiny.ipynb, which is not there" in told
    assert "README.md: does not list notebooks/96-tiny.ipynb" in told
    assert "figures/fig97a-path.pdf: belongs to no notebook" in told


def test_what_the_data_write_into_a_manual_is_no_prose(project: Path) -> None:
    path = project / "README.md"
    path.write_text("<!-- rulings -->\n| 12 |\n<!-- /rulings -->\n", encoding="utf-8")
    assert page(project, "prose") == ""


@pytest.mark.parametrize(("share", "holds"), [(1e-9, True), (1e-4, False)])
def test_noise_passes_and_a_change_does_not(
    share: float, holds: bool, project: Path, tmp_path: Path
) -> None:
    fresh = Path(shutil.copytree(project / "figures", tmp_path / "fresh"))
    for name, value in (
        ("fig97a-path.csv", 0.79911),
        ("fig97a-path.marks.csv", 0.79911),
        ("numbers.csv", 64),
    ):
        path = fresh / name
        assert f",{value}" in path.read_text(encoding="utf-8"), name
        path.write_text(
            path.read_text(encoding="utf-8").replace(
                f",{value}", f",{value * (1 + share):.10g}", 1
            ),
            encoding="utf-8",
        )
    judged = {
        one.item: one.holds
        for one in compare_published("97-tiny", fresh, project / "figures", None)
    }
    for item in ("fig97a-path.csv", "fig97a-path.marks.csv", "97.rank"):
        assert judged.pop(item) is holds, item
    assert all(judged.values())


def test_a_number_is_more_than_its_value(project: Path, tmp_path: Path) -> None:
    fresh = Path(shutil.copytree(project / "figures", tmp_path / "fresh"))
    path = fresh / "numbers.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Rank in 2024.", "Rank in 2018."), encoding="utf-8"
    )
    [told] = [
        one.detail
        for one in compare_published("97-tiny", fresh, project / "figures", None)
        if not one.holds
    ]
    assert told == "differs in description: committed 'Rank in 2024.', came 'Rank in 2018.'"


def test_the_rules_of_the_plugin_are_the_rules() -> None:
    assert list(OF_NOTEBOOKS) == list(guard.NOTEBOOK_RULES)

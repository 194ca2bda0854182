"""Read, run and fill the solutions in ``docs/exercises.md``.

``python tests/exercises.py`` writes what they print.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pandas as pd

import egovstudy as eg

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "exercises.md"
NOTEBOOK = re.compile(r"^## Notebook (\d\d): (.+)$", re.MULTILINE)
EXERCISE = re.compile(r"^### (\d+)\. .+$", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ITEM = re.compile(r"^(\d+)\.[ \t]+(\S.*)$", re.MULTILINE)
SHOWN = (
    "display.width",
    110,
    "display.max_columns",
    20,
    "display.max_rows",
    60,
    "display.max_colwidth",
    60,
)
EXERCISES = {"1", "2", "3"}


@dataclass
class Solution:
    """One exercise as the page has it: its words, the code, and what the code is said to print."""

    asked: str
    code: str
    printed: str
    blocks: list[str]
    read: str


@dataclass
class Section:
    """The solutions of one notebook, with the code that they share."""

    question: str
    setup: str = ""
    solutions: dict[str, Solution] = field(default_factory=dict)
    twice: list[str] = field(default_factory=list)


def read_page(text: str) -> dict[str, Section]:
    """Read the page: sections by number of notebook, solutions by number of exercise."""
    sections: dict[str, Section] = {}
    for head, body in _parts(NOTEBOOK, text):
        intro = EXERCISE.split(body)[0]
        section = Section(
            head[2], "".join(code for kind, code in BLOCK.findall(intro) if kind == "python")
        )
        for own, rest in _parts(EXERCISE, body):
            blocks = BLOCK.findall(rest)
            asked = " ".join(line[1:].strip() for line in rest.splitlines() if line.startswith(">"))
            told, kinds = dict(blocks), [kind for kind, _ in blocks]
            words = re.sub(
                r"^>.*$", "", BLOCK.sub("", re.sub(r"<!--.*?-->", "", rest)), flags=re.MULTILINE
            ).strip()
            solution = Solution(asked, told.get("python", ""), told.get("text", ""), kinds, words)
            if own[1] in section.solutions:
                section.twice.append(own[1])
            section.solutions[own[1]] = solution
        if head[1] in sections:
            section.twice.append("the whole section")
        sections[head[1]] = section
    return sections


def read_notebook(path: Path) -> tuple[str, dict[str, str]]:
    """Read the question of a notebook and its exercises by number."""
    texts = [
        cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
    ]
    question = re.search(r"^# (.+)$", texts[0], re.MULTILINE)[1]
    return question, dict(ITEM.findall(texts[-1].partition("## Try it")[2]))


def compare(
    sections: dict[str, Section], notebooks: dict[str, tuple[str, dict[str, str]]]
) -> Iterator[str]:
    """Say what the page lacks, has too much, or words otherwise than the notebooks."""
    for number in sorted(sections.keys() - notebooks.keys()):
        yield f"notebook {number} is in the page and not there"
    for number, (question, exercises) in sorted(notebooks.items()):
        if exercises.keys() != EXERCISES:
            yield (
                f"notebook {number} numbers its exercises {', '.join(exercises) or 'not at all'},"
                " not 1 to 3"
            )
        if number not in sections:
            yield f"notebook {number} has no section in the page"
            continue
        section = sections[number]
        if section.question != question:
            yield f"notebook {number} asks {question!r}, the page says {section.question!r}"
        yield from (f"notebook {number} is answered twice: {one}" for one in section.twice)
        for one in sorted(section.solutions.keys() | exercises.keys()):
            yield from (
                f"notebook {number}, exercise {one}: {flaw}"
                for flaw in _flaws(section, exercises, one)
            )


def _flaws(section: Section, exercises: dict[str, str], one: str) -> Iterator[str]:
    if one not in exercises:
        yield "is solved and not asked"
    elif one not in section.solutions:
        yield "has no solution"
    else:
        solution = section.solutions[one]
        if solution.asked != exercises[one]:
            yield f"asks {exercises[one]!r}, the page says {solution.asked!r}"
        if solution.blocks != ["python", "text"]:
            yield (
                "needs one python and one text block, in this order, and has"
                f" {solution.blocks or 'none'}"
            )
        if not solution.read:
            yield "has no sentence on how to read it"


def run(section: Section) -> dict[str, str]:
    """Run the solutions of one notebook in one namespace, from the folder of the notebooks.

    Figures go nowhere.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    printed = {}
    with _aside():
        _printed(section.setup, names)
        for number, solution in section.solutions.items():
            printed[number] = _printed(solution.code, names)
            plt.close("all")
    return printed


def _printed(code: str, names: dict[str, Any]) -> str:
    """Run a block as a cell is run: what it prints, then the value of its last line."""
    tree, last = ast.parse(code), None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pd.option_context(*SHOWN):
        exec(compile(tree, "<solution>", "exec"), names)
        value = eval(compile(last, "<solution>", "eval"), names) if last else None
        if value is not None:
            print(value)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().rstrip().splitlines())


@contextlib.contextmanager
def _aside() -> Iterator[None]:
    """Stand in the notebooks' folder, publish into one that goes away, and put everything back."""
    before, here = dict(os.environ), Path.cwd()
    backend = plt.get_backend()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EGOVSTUDY_FIGURES"] = folder
        plt.switch_backend("Agg")
        os.chdir(PROJECT / "notebooks")
        try:
            yield
            assert not list(Path(folder).iterdir()), (
                "a solution publishes a figure, a table or a number"
            )
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(before)
            eg.use_venue()
            plt.close("all")
            plt.switch_backend(backend)


def _parts(heading: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str]]:
    found = list(heading.finditer(text))
    ends = [*(one.start() for one in found[1:]), len(text)]
    yield from ((one, text[one.end() : end]) for one, end in zip(found, ends, strict=False))


def fill(text: str, wanted: set[str]) -> str:
    """Write what the solutions print into their text blocks."""
    for number, section in read_page(text).items():
        if wanted and number not in wanted:
            continue
        printed = run(section)
        for one, solution in section.solutions.items():
            old = f"```python\n{solution.code}```\n\n```text\n{solution.printed}```"
            assert text.count(old) == 1, (
                f"notebook {number}, exercise {one}: a text block must follow the code"
            )
            text = text.replace(old, f"```python\n{solution.code}```\n\n```text\n{printed[one]}```")
    return text


if __name__ == "__main__":
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8"), set(sys.argv[1:])), encoding="utf-8")

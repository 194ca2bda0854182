"""Mutations of the visual language in the library: who has which colour, marker, hatch and name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

from egovstudy.publish.style.look import NAMES, WORDS

from .figure_files import owner
from .kinds import Mutation, failed, kind, ruled
from .tables import Row, read

PUBLISH = "src/egovstudy/publish"
WORD = r"[A-Z]?[a-z][a-z ]{2,}"
# Marks that carry data; rules, axes and legends are drawn around them.
OF_DATA = ("line", "points", "bar", "segment", "shape")


def _figures(project: Path) -> Iterator[tuple[str, list[Row]]]:
    """Every published figure and the marks that it draws."""
    for file in sorted((project / "figures").glob("fig*.marks.csv")):
        yield file.name.removesuffix(".marks.csv"), read(file)[1]


def _modules(project: Path) -> list[Path]:
    """Modules that say how something looks."""
    folder = project / PUBLISH
    return [folder / "style" / "look.py", *sorted((folder / "plots").glob("*.py"))]


def _redrawn(project: Path, figure: str, what: str) -> Mutation:
    """Expect another digest in some cell, and the figure's marks to differ from those published."""
    path = owner(project, figure)
    return Mutation(
        what,
        (path,),
        (failed(path, r"Cell \d+"), *ruled(path, "published", rf"{figure}\.marks\.csv: ")),
    )


@kind("library")
def colours_swapped(project: Path, rng: Random) -> Mutation:
    """Swap two colours of the library that a figure draws its data in."""
    known = {
        hue.lower()
        for file in _modules(project)
        for hue in re.findall(r"#[0-9A-Fa-f]{6}", file.read_text("utf-8"))
    }
    drawn = {
        figure: sorted({row["colour"] for row in marks if row["mark"] in OF_DATA} & known)
        for figure, marks in _figures(project)
    }
    figure = rng.choice([name for name, colours in drawn.items() if len(colours) > 1])
    one, other = rng.sample(drawn[figure], 2)
    for file in _modules(project):
        text = file.read_text(encoding="utf-8")
        swapped = re.sub(
            f"(?i){one}|{other}", lambda hue: other if hue[0].lower() == one else one, text
        )
        file.write_text(swapped, encoding="utf-8")
    return _redrawn(
        project, figure, f"the library's colours {one} and {other}, both in {figure}, are swapped"
    )


def _constants(file: Path) -> list[ast.Constant]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def replace_nodes(file: Path, changes: dict[ast.AST, str]) -> None:
    """Put other code in the place of parts of a module."""
    lines = file.read_bytes().split(b"\n")
    for node, code in sorted(
        changes.items(), key=lambda one: (one[0].lineno, one[0].col_offset), reverse=True
    ):
        before, after = (
            lines[node.lineno - 1][: node.col_offset],
            lines[node.end_lineno - 1][node.end_col_offset :],
        )
        lines[node.lineno - 1 : node.end_lineno] = [before + code.encode() + after]
    file.write_bytes(b"\n".join(lines))


@kind("library")
def marks_swapped(project: Path, rng: Random) -> Mutation:
    """Swap two markers or two hatches of the library that a figure draws its data with."""
    known = {node.value for file in _modules(project) for node in _constants(file)}
    drawn = [
        (figure, column, looks)
        for figure, marks in _figures(project)
        for column in ("marker", "hatch")
        for looks in [
            sorted(
                {row[column].split(" ")[0] for row in marks if row["mark"] in OF_DATA}
                & known - {""}
            )
        ]
        if len(looks) > 1
    ]
    figure, column, looks = rng.choice(drawn)
    one, other = rng.sample(looks, 2)
    for file in _modules(project):
        swap = {
            node: other if node.value == one else one
            for node in _constants(file)
            if node.value in (one, other)
        }
        replace_nodes(file, {node: repr(look) for node, look in swap.items()})
    return _redrawn(
        project,
        figure,
        f"the library's {column} {one!r} becomes {other!r} and the other way round, both in"
        f" {figure}",
    )


@kind("library")
def word_changed(project: Path, rng: Random) -> Mutation:
    """Change a word or a country's name that the library writes on a figure."""
    look = project / PUBLISH / "style" / "look.py"
    # What only another language draws is no change of these figures.
    english = {*WORDS["en"].values(), *NAMES["en"].values()}
    words = [
        node
        for node in _constants(look)
        if node.value in english and re.fullmatch(WORD, node.value)
    ]
    texts = [(figure, {row["text"] for row in marks}) for figure, marks in _figures(project)]
    shown = [(figure, node) for figure, there in texts for node in words if node.value in there]
    figure, node = rng.choice(shown)
    at = rng.randrange(1, len(node.value))
    other = node.value[:at] + "q" + node.value[at + 1 :]
    replace_nodes(look, {one: repr(other) for one in words if one.value == node.value})
    return _redrawn(
        project,
        figure,
        f"the library writes {other!r} for {node.value!r}, which stands in {figure}",
    )

"""Mutations of a notebook's code.

What hides a failure, and what draws or says something else than is published.
"""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path
from random import Random
from typing import Any

from .cells import calls, is_code, published_name, spots, statements
from .kinds import Mutation, kind, ruled
from .library_code import module_with

HIDING = (
    ("try:\n{body}\nexcept Exception:\n    pass", "try"),
    ("import contextlib\n\nwith contextlib.suppress(Exception):\n{body}", "suppress"),
)
FORBIDDEN = (
    ("def helper(value):\n    return value", "def"),
    ("class Helper:\n    pass", "class"),
    ("import warnings\n\nwarnings.filterwarnings('ignore')", "filterwarnings"),
    ("import warnings\n\nwarnings.simplefilter('ignore')", "simplefilter"),
    ("%matplotlib inline", "a magic"),
    ("%pip install --quiet --help", "a magic"),
    ("!true", "a magic"),
    ("get_ipython().run_line_magic('matplotlib', 'inline')", "get_ipython"),
    ("import os\n\nos.chdir('.')", "chdir"),
)
HOMES = ("/home/ana/study/egdi.csv", "/Users/ana/study/egdi.csv", "C:\\\\Users\\\\ana\\\\egdi.csv")


@kind("notebooks")
def failure_hidden(project: Path, rng: Random) -> Mutation:
    spot = rng.choice(spots(project, is_code))
    inside = rng.choice(statements(spot.cell))
    form, word = rng.choice(HIDING)
    lines = spot.cell.source.split("\n")
    body = textwrap.indent("\n".join(lines[inside.lineno - 1 : inside.end_lineno]), "    ")
    lines[inside.lineno - 1 : inside.end_lineno] = form.format(body=body).split("\n")
    spot.cell.source = "\n".join(lines)
    return spot.breaks("shape", f"{word} around a statement", f"uses {word}, ")


@kind("notebooks")
def code_forbidden(project: Path, rng: Random) -> Mutation:
    spot = rng.choice(spots(project, is_code))
    code, words = rng.choice(FORBIDDEN)
    place = rng.choice(statements(spot.cell)).lineno - 1
    lines = spot.cell.source.split("\n")
    spot.cell.source = "\n".join([*lines[:place], *code.split("\n"), *lines[place:]])
    return spot.breaks("shape", f"{code.splitlines()[-1]!r} is added", f"uses ({words})")


@kind("notebooks")
def output_unfit(project: Path, rng: Random) -> Mutation:
    """Print what nobody should read, and store it, so that the rerun shows the same."""
    spot = rng.choice(spots(project, is_code))
    bottom = rng.choice((3, 7, 9, 11, 13))
    top = bottom * rng.randint(0, 9) + rng.randint(1, bottom - 1)
    home = rng.choice(HOMES)
    number = rng.random() < 0.5
    code, shown = (
        (f"print({top} / {bottom})", str(top / bottom)) if number else (f'print("{home}")', home)
    )
    shown = shown.replace("\\\\", "\\") + "\n"
    spot.cell.source = code + "\n" + spot.cell.source
    _print_first(spot.cell, shown)
    rule, words = ("floats", "unrounded number") if number else ("paths", "machine path")
    return spot.breaks(rule, f"{code} and its output are added", words)


def _print_first(cell: Any, text: str) -> None:
    from nbformat.v4 import new_output

    printed = [output for output in cell.outputs if output.get("name") == "stdout"]
    if printed:
        printed[0].text = text + printed[0].text
    else:
        cell.outputs.insert(0, new_output("stream", text=text))


@kind("notebooks")
def seed_changed(project: Path, rng: Random) -> Mutation:
    """Change a seed whose intervals are published, in a notebook or where the library draws."""
    seed = re.compile(r"seed=(\d+)(?=\)\.table)")
    spot = rng.choice(
        spots(project, lambda cell: is_code(cell) and seed.search(cell.source) is not None)
    )
    if rng.random() < 0.5:
        other = rng.choice(
            [number for number in range(100) if str(number) != seed.search(spot.cell.source)[1]]
        )
        spot.cell.source = seed.sub(f"seed={other}", spot.cell.source)
        spot.save()
        what = f"{spot.file.stem}, cell {spot.index}: seed {other}"
    else:
        home = module_with(project, "data/events", "default_rng(seed)")
        text = home.read_text(encoding="utf-8")
        step = rng.randint(1, 99)
        home.write_text(
            text.replace("default_rng(seed)", f"default_rng(seed + {step})"), encoding="utf-8"
        )
        what = f"{home.name} draws from seed + {step}"
    name = published_name(spot.cell)
    return Mutation(
        what, (spot.path,), (spot.differs(), *ruled(spot.path, "published", rf"{name}\.csv"))
    )


def _caption_or_alt(project: Path, rng: Random, part: str) -> Mutation:
    places = [
        (spot, keyword, found)
        for spot in spots(project, lambda cell: bool(calls(cell, "save_")))
        for call in calls(spot.cell, "save_")
        for keyword in call.keywords
        if keyword.arg == part
        for found in _words(_shown(spot.cell.source, keyword.value))
    ]
    spot, keyword, found = rng.choice(places)
    old = ast.get_source_segment(spot.cell.source, keyword.value)
    new = f"{old[: found.start()]}otherwise{old[found.end() :]}"
    spot.cell.source = spot.cell.source.replace(old, new, 1)
    spot.save()
    return Mutation(
        f"{spot.file.stem}, cell {spot.index}: {found[0]!r} becomes 'otherwise' in the {part}",
        (spot.path,),
        ruled(spot.path, "published", rf"{published_name(spot.cell)}\.json: .*{part}"),
    )


def _shown(source: str, value: ast.expr) -> str:
    """Give an expression without what stands after ``else``.

    Words for other countries, which no rerun shows.
    """
    code = ast.get_source_segment(source, value)
    for node in ast.walk(value):
        if isinstance(node, ast.IfExp):
            other = ast.get_source_segment(source, node.orelse)
            code = code.replace(other, " " * len(other))
    return code


def _words(code: str) -> list[re.Match[str]]:
    """Words of prose in the string literals of an expression.

    Not what an f-string or a mark fills in.
    """
    literal = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"")
    inside = [(text.start(), text.end()) for text in literal.finditer(code)]
    filled = [(hole.start(), hole.end()) for hole in re.finditer(r"\{+[^{}\"]*\}+", code)]
    return [
        word
        for word in re.finditer(r"(?<![\w'\"-])[A-Za-z]{5,}(?![\w'\"-])", code)
        if any(a < word.start() and word.end() < b for a, b in inside)
        and not any(a < word.start() < b for a, b in filled)
    ]


@kind("notebooks")
def caption_changed(project: Path, rng: Random) -> Mutation:
    return _caption_or_alt(project, rng, "caption")


@kind("notebooks")
def alt_changed(project: Path, rng: Random) -> Mutation:
    return _caption_or_alt(project, rng, "alt")

"""Mutations of a notebook's prose and shape, and of its being there."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from egovstudy.publish.words.numbers import MARKED

from .cells import Spot, calls, is_code, is_prose, spots
from .kinds import Mutation, change_digit, kind, ruled

TYPED = (
    "Of these, {number} were looked at by hand.",
    "That is {number} per cent of all.",
    "The difference is {number} points.",
    "Some {number} countries stand above the line.",
)
EFFECT = (
    "The partnership caused the rise.",
    "The effect is large.",
    "Its impact can be seen in every wave.",
    "Cooperation had an effect on the index.",
    "The centre's impacts are plain.",
)
CLOSING = ("Answer", "What this cannot say", "Try it")
LONGEST_CELL = 20  # lines
A_YEAR = re.compile(r"(19|20)\d\d")  # a bare year may be typed


def typed_sentence(rng: Random) -> tuple[str, str]:
    """Give a sentence with a number that no key keeps, and that number."""
    number = rng.choice(
        (str(rng.randint(3, 900)), f"{rng.uniform(1, 90):.1f}", f"{rng.uniform(0.1, 1):+.3f}")
    )
    return rng.choice(TYPED).format(number=number), number


def append_sentence(text: str, sentence: str, rng: Random) -> str:
    """Put a sentence as a paragraph behind a drawn one, or behind all where code would hold it."""
    blocks = text.split("\n\n")
    at = rng.randrange(len(blocks))
    if "\n\n".join(blocks[: at + 1]).count("```") % 2:
        at = len(blocks) - 1
    return "\n\n".join([*blocks[: at + 1], sentence, *blocks[at + 1 :]])


def types(number: str) -> str:
    """Words of the finding that a number is typed; its sign may be left out of it."""
    return rf"types the number '\S?{re.escape(number.lstrip('+−'))}\b"


def put_in_mark(text: str, mark: re.Match[str], shown: str) -> str:
    """Change what a keyed mark shows."""
    return text[: mark.start("found")] + shown + text[mark.end("found") :]


def _marks(project: Path) -> list[tuple[Spot, re.Match[str]]]:
    return [
        (spot, mark)
        for spot in spots(project, is_prose)
        for mark in MARKED.finditer(spot.cell.source)
    ]


@kind("notebooks")
def number_typed(project: Path, rng: Random) -> Mutation:
    if rng.random() < 0.5:
        spot, mark = rng.choice(
            [(spot, mark) for spot, mark in _marks(project) if not A_YEAR.fullmatch(mark["found"])]
        )
        source = spot.cell.source
        spot.cell.source = source[: mark.start()] + mark["found"] + source[mark.end() :]
        return spot.breaks(
            "prose", f"{mark['found']} loses its key {mark['key']}", types(mark["found"])
        )
    spot = rng.choice(spots(project, is_prose))
    sentence, number = typed_sentence(rng)
    spot.cell.source = append_sentence(spot.cell.source, sentence, rng)
    return spot.breaks("prose", f"{sentence!r} is added", types(number))


@kind("notebooks")
def number_stale(project: Path, rng: Random) -> Mutation:
    spot, mark = rng.choice(_marks(project))
    stale = change_digit(mark["found"], rng)
    spot.cell.source = put_in_mark(spot.cell.source, mark, stale)
    what = f"{mark['key']} reads {stale} instead of {mark['found']}"
    return spot.breaks(
        "published", what, rf"{re.escape(mark['key'])}: '{re.escape(stale)}' stands there"
    )


@kind("notebooks")
def effect_claimed(project: Path, rng: Random) -> Mutation:
    spot = rng.choice(spots(project, is_prose))
    sentence = rng.choice(EFFECT)
    spot.cell.source = append_sentence(spot.cell.source, sentence, rng)
    return spot.breaks("words", f"{sentence!r} is added", "says '(?i:effect|impacts?|caused)'")


def _no_question(project: Path, rng: Random) -> tuple[Spot, str]:
    spot = rng.choice(spots(project, lambda cell: is_prose(cell) and cell.source.startswith("# ")))
    spot.cell.source = re.sub(
        r"^# (.*)\?$", r"# \1.", spot.cell.source, count=1, flags=re.MULTILINE
    )
    return spot, "the first heading does not end in"


def _second_title(project: Path, rng: Random) -> tuple[Spot, str]:
    spot = rng.choice(spots(project, is_prose)[1:])
    spot.cell.source += "\n\n# Is there more?"
    return spot, "has 2 headings of the first level"


def _no_closing_section(project: Path, rng: Random) -> tuple[Spot, str]:
    section = rng.choice(CLOSING)
    heading = re.compile(rf"(?ms)^## {section}$.*?(?=^## |\Z)")
    spot = rng.choice(
        spots(project, lambda cell: is_prose(cell) and heading.search(cell.source) is not None)
    )
    spot.cell.source = heading.sub("", spot.cell.source)
    return spot, "the closing sections are"


def _long_cell(project: Path, rng: Random) -> tuple[Spot, str]:
    spot = rng.choice(spots(project, is_code))
    missing = LONGEST_CELL + 1 - len(spot.cell.source.split("\n"))
    spot.cell.source = "\n".join(
        [f"step_{number} = {number}" for number in range(missing)] + [spot.cell.source]
    )
    return spot, f"cell {spot.index}: has 21 lines of code"


def _no_check(project: Path, rng: Random) -> tuple[Spot, str]:
    spot = rng.choice(spots(project, lambda cell: bool(calls(cell, "check_data"))))
    spot.cell.source = re.sub(r"(?m)^eg\.check_data\(.*\)$", "", spot.cell.source).rstrip()
    spot.cell.outputs = []
    return spot, "does not end with eg.check_data"


@kind("notebooks")
def shape_broken(project: Path, rng: Random) -> Mutation:
    change = rng.choice((_no_question, _second_title, _no_closing_section, _long_cell, _no_check))
    spot, words = change(project, rng)
    spot.save()
    return Mutation(
        f"{spot.file.stem}, cell {spot.index}: {change.__name__.strip('_').replace('_', ' ')}",
        (spot.path,),
        ruled(spot.path, "shape", rf"{re.escape(spot.file.stem)}.*{words}"),
    )


@kind("notebooks")
def notebook_deleted(project: Path, rng: Random) -> Mutation:
    spot = rng.choice(spots(project, is_code))
    spot.file.unlink()
    return Mutation(
        f"{spot.path} is deleted",
        ("README.md",),
        ruled("README.md", "notebooks", f"lists {re.escape(spot.path)}, which is not there"),
    )

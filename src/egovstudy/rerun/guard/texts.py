"""Rules on the project's pages: the README lists the notebooks, and every number is keyed and fresh."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from egovstudy.data.tables import BLOCK
from egovstudy.publish.words import marks_of_page, read_numbers, stale_marks
from egovstudy.rerun.guard.findings import Flaw, Guarded
from egovstudy.rerun.guard.shape import headings
from egovstudy.rerun.guard.words import typed

ROW = re.compile(
    r"^\| *\[`?([^`\]]+)`?\]\((notebooks/[^)]+\.ipynb)\) *\| *(.+?) *\|$", re.MULTILINE
)


def notebooks(page: Path, project: Path) -> Iterator[Flaw]:
    """Check that the notebooks in the README are there and ask what it says, and that each that is there is listed."""
    text = page.read_text(encoding="utf-8")
    file = page.relative_to(project).as_posix()
    listed = {}
    for row in ROW.finditer(text):
        listed[row[2]] = row[3]
        place = f"line {text.count(chr(10), 0, row.start()) + 1}"
        path = project / row[2]
        if not path.is_file():
            cure = "restore it from the project's history, or take its row out"
            yield Flaw(file, place, f"lists {row[2]}, which is not there", cure)
            continue
        asked = next(
            (words for _, level, words in headings(Guarded(path)) if level == 1), "nothing"
        )
        if page.name == "README.md" and asked != row[3]:
            cure = "let both ask the same question"
            yield Flaw(file, place, f'asks "{row[3]}", and {row[2]} asks "{asked}"', cure)
    there = [
        path.relative_to(project).as_posix()
        for path in sorted((project / "notebooks").glob("[0-9]*.ipynb"))
    ]
    for name in there:
        if name not in listed:
            yield Flaw(
                file,
                "",
                f"does not list {name}",
                "add a row with its question to the list of notebooks",
            )
    for path in sorted((project / "notebooks").iterdir()):
        if path.suffix in (".py", ".ini", ".cfg", ".toml"):
            cure = "put code into the library, with a test, and settings into pyproject.toml"
            yield Flaw(path.relative_to(project).as_posix(), "", "is no notebook", cure)
    numbers = {Path(name).name[:2] for name in there}
    for path in sorted((project / "figures").glob("*")):
        if re.match(r"(?:fig|tab)\d\d", path.name) and path.name[3:5] not in numbers:
            cure = "restore the notebook that publishes it, or delete it"
            yield Flaw(f"figures/{path.name}", "", "belongs to no notebook", cure)


def numbers(page: Path, project: Path) -> Iterator[Flaw]:
    """Check that every marked number is a kept one and shows what is committed."""
    kept = read_numbers(project / "figures" / "numbers.csv")
    for one in stale_marks(list(marks_of_page(page, project)), kept):
        yield Flaw(
            one.mark.file,
            one.mark.place,
            one.problem,
            "egovstudy reproduce --update, which fills it",
        )


def prose(page: Path, project: Path) -> Iterator[Flaw]:
    """Check that no number is typed, outside the blocks that ``egovstudy seal`` writes from the tables."""
    text = BLOCK.sub(
        lambda block: re.sub(r"[^\n]", " ", block[0]), page.read_text(encoding="utf-8")
    )
    yield from typed(page.relative_to(project).as_posix(), "", text)

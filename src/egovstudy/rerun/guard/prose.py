"""Rules on what is written: words of effect, numbers that nothing refreshes, the pages' lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from egovstudy.data.tables import BLOCK
from egovstudy.publish.words import marks_of_page, read_numbers, stale_marks, typed_numbers
from egovstudy.rerun.guard.findings import Flaw, Guarded
from egovstudy.rerun.guard.shape import headings

# Words that say that one thing made another. "Because" alone gives a reason for what the writer
# does, so it may stand.
EFFECT = re.compile(
    r"\b(?:effects?|effected|impact\w*|caus(?:e|es|ed|ing|al|ally|ation|ality)|le(?:d|ads?|ading)"
    r" to|due to|owing to|"
    r"thanks to|because of|result(?:s|ed|ing)? (?:in|of|from)|as a result|brought"
    r" about|(?:driven|boosted) by|"
    r"attribut(?:ed|able) to|influenc(?:e|es|ed|ing)|consequen(?:ce|ces|tly)|"
    r"efek(?:nya)?|(?:ber|ter)?dampak\w*|(?:(?:ber|di|ter)?pengaruh|memp?engaruhi)\w*|(?:meng)?akibat\w*|"
    r"(?:me|di|pe)nyebab\w*|disebabkan|penyebab\w*|berkat|gara-gara|hasil dari|dikarenakan|"
    r"(?:memicu|dipicu|pemicu)\w*|(?:di|ter)dorong oleh|konsekuensi\w*)\b",
    re.IGNORECASE,
)
EARNERS = ("08", "09", "10", "11")
EARNED_BY = ("p-value floor", "minimum detectable gap", "pre-fit")
ROW = re.compile(
    r"^\| *\[`?([^`\]]+)`?\]\((notebooks/[^)]+\.ipynb)\) *\| *(.+?) *\|$", re.MULTILINE
)


def words(notebook: Guarded) -> Iterator[Flaw]:
    """Check that words of effect stand only beside floor, detectable gap and pre-fit."""
    prose = "\n".join(cell.source for _, cell in notebook.cells("markdown")).lower()
    missing = [one for one in EARNED_BY if one not in prose]
    if notebook.number in EARNERS and not missing:
        return
    cure = "say gap, moved with, before or after"
    if notebook.number in EARNERS:
        cure += f", or say beside it the {' and the '.join(missing)}"
    for file, place, text in _prose(notebook):
        for word in dict.fromkeys(found[0] for found in EFFECT.finditer(text)):
            yield Flaw(file, place, f"says {word!r}, a word of effect", cure)


def prose_of_notebook(notebook: Guarded) -> Iterator[Flaw]:
    """Check that every number in prose, captions, notes and alternative texts is keyed."""
    for file, place, text in _prose(notebook):
        yield from typed(file, place, text)


def typed(file: str, place: str, text: str) -> Iterator[Flaw]:
    """Report the typed numbers of one text; an empty place gives each its line."""
    keyed = "{{number:KEY}}" if file.endswith(".json") else "<!--{{number:KEY}}-->value<!--/-->"
    for one in typed_numbers(text):
        what = f"types the number {one.text!r} (... {one.context} ...)"
        cure = f"keep it with eg.keep_number and write {keyed}, or use words"
        yield Flaw(file, place or f"line {one.line}", what, cure)


def _prose(notebook: Guarded) -> Iterator[tuple[str, str, str]]:
    for place, cell in notebook.cells("markdown"):
        yield notebook.file, f"cell {place}", cell.source
    yield from notebook.written()


def notebooks(page: Path, project: Path) -> Iterator[Flaw]:
    """Check that the README lists the notebooks that are there, each with its question."""
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


def prose_of_page(page: Path, project: Path) -> Iterator[Flaw]:
    """Check that no number is typed, outside the blocks that ``egovstudy seal`` writes."""
    text = BLOCK.sub(
        lambda block: re.sub(r"[^\n]", " ", block[0]), page.read_text(encoding="utf-8")
    )
    yield from typed(page.relative_to(project).as_posix(), "", text)

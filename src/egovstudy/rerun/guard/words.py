"""Rules on prose: no word of effect that was not earned, no number that nothing would refresh."""

from __future__ import annotations

import re
from collections.abc import Iterator

from egovstudy.publish.words import typed_numbers
from egovstudy.rerun.guard.findings import Flaw, Guarded

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


def words(notebook: Guarded) -> Iterator[Flaw]:
    """Check that words of effect stand only where floor, detectable gap and pre-fit stand beside them."""
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


def prose(notebook: Guarded) -> Iterator[Flaw]:
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

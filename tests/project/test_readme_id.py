"""README.id.md is the README in Indonesian.

Section by section the same commands, tables, links and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from egovstudy.publish.words.numbers import MARKED
from egovstudy.publish.words.prose import CODE_BLOCK, INLINE_CODE, without_code
from egovstudy.rerun.guard.prose import EFFECT

PROJECT = Path(__file__).resolve().parents[2]
NAMES = ("README.md", "README.id.md")
ENGLISH, INDONESIAN = ((PROJECT / name).read_text(encoding="utf-8") for name in NAMES)
LINK = re.compile(r"\]\(([^()\s]+)\)")
COMMENT = re.compile(r"(^|\s)# .*$", re.MULTILINE)
ENOUGH = 4  # as many words alike in one line are no accident


@dataclass(frozen=True)
class Section:
    """A heading with what follows it up to the next.

    Before the first heading there is one of level 0.
    """

    level: int
    heading: str
    text: str
    anchors: dict[str, int]  # the place of each heading of the page by its anchor


def sections(page: str) -> list[Section]:
    bare = CODE_BLOCK.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), page)
    found = list(re.finditer(r"^(#+) (.+)$", bare, re.MULTILINE))
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", one[2].lower()).replace(" ", "-"): place
        for place, one in enumerate(found, start=1)
    }
    starts = [(0, 0, "the first line"), *((one.end(), len(one[1]), one[2]) for one in found)]
    ends = [*(one.start() for one in found), len(page)]
    return [
        Section(level, heading, page[start:end], anchors)
        for (start, level, heading), end in zip(starts, ends, strict=True)
    ]


def code_blocks(one: Section) -> list[str]:
    """Code with its comments taken out, and the place of each comment left in."""
    return [COMMENT.sub(r"\1#", block[0]) for block in CODE_BLOCK.finditer(one.text)]


def names(text: str) -> list[str]:
    """Names in code marks; an Indonesian sentence may have them in another order."""
    return sorted(found[2] for found in INLINE_CODE.finditer(CODE_BLOCK.sub("", text)))


def numbers(one: Section) -> list[str]:
    return [f"{mark['key']} = {mark['found']}" for mark in MARKED.finditer(one.text)]


def links(one: Section, text: str | None = None) -> list[str]:
    """Targets in their order.

    Of two pages that are one in two languages either, inside the page by place.
    """
    text = without_code(one.text) if text is None else text
    targets = [target.replace(".id.md", ".md") for target in LINK.findall(text)]
    return [
        f"heading {one.anchors.get(link[1:], link)}" if link[0] == "#" else link for link in targets
    ]


def rows(one: Section) -> list[list[str]]:
    """Rows of tables: for each cell the names, links and licences that it holds."""
    text = CODE_BLOCK.sub("", one.text)
    found = [
        re.split(r"(?<!\\)\|", line.strip())[1:-1]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    licence = r"CC BY [\d.]+(?: IGO)?|\bMIT\b|\b(?:terms|ketentuan)\b"
    return [
        [
            " ".join([*names(cell), *links(one, cell), *re.findall(licence, cell)]).replace(
                "ketentuan", "terms"
            )
            for cell in cells
        ]
        for cells in found
    ]


def shape(one: Section) -> list[str]:
    """What kind each line is, and how many lead-ins in bold and italics it has."""
    kinds = (("| ", "row"), ("|-", "row"), ("- ", "item"), ("![", "image"), ("```", "code"))
    text = CODE_BLOCK.sub("```", one.text)
    lines = [line for line in text.splitlines() if line.strip()]
    return [
        next((kind for start, kind in kinds if line.startswith(start)), "paragraph")
        + " bold" * line.count("**")
        for line in lines
    ]


def digits(one: Section) -> list[str]:
    """Years, notebooks, versions: the digits that need no key."""
    text = LINK.sub("]", MARKED.sub(" ", without_code(one.text)))
    return sorted(re.findall(r"\d+(?:\.\d+)*", text))


VIEWS: dict[str, Callable[[Section], list]] = {
    "code blocks": code_blocks,
    "names in code marks": lambda one: names(one.text),
    "keyed numbers": numbers,
    "links": links,
    "rows of tables": rows,
    "paragraphs, items and rows": shape,
    "years, notebooks and versions": digits,
}


def untranslated(english: Section, indonesian: Section) -> list[str]:
    """Lines of words that stand in both; names and targets of links are no words."""
    both = [
        {re.sub(r"\s+", " ", LINK.sub("]", line)) for line in without_code(one.text).splitlines()}
        for one in (english, indonesian)
    ]
    return sorted(
        line for line in both[0] & both[1] if len(re.findall(r"[^\W\d_]{2,}", line)) >= ENOUGH
    )


def differences(english: str, indonesian: str) -> list[str]:
    """Say in which section the two pages differ, in what, and how."""
    pages = [sections(page) for page in (english, indonesian)]
    marks = [
        [(one.level, str([names(one.text), numbers(one), code_blocks(one)])) for one in page]
        for page in pages
    ]
    moved = marks[0] != marks[1] and sorted(marks[0]) == sorted(marks[1])
    if moved or len(pages[0]) != len(pages[1]):
        told = []
        for what, i, j, k, m in SequenceMatcher(None, *marks, autojunk=False).get_opcodes():
            if what != "equal":
                here, there = (
                    [one.heading for one in page] for page in (pages[0][i:j], pages[1][k:m])
                )
                told.append(f"sections: {NAMES[0]} has {here} where {NAMES[1]} has {there}")
        return told
    told = []
    for left, right in zip(*pages, strict=True):
        place = f"section {left.heading!r} ({right.heading!r}): "
        if left.level != right.level:
            told.append(f"{place}level {left.level} in {NAMES[0]}, {right.level} in {NAMES[1]}")
        for what, view in VIEWS.items():
            told += [place + one for one in first_difference(what, view(left), view(right))]
        told += [f"{place}not translated: {line}" for line in untranslated(left, right)]
    return told


def first_difference(what: str, left: list, right: list) -> list[str]:
    if left == right:
        return []
    at = next(
        (at for at, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), None
    )
    at = min(len(left), len(right)) if at is None else at
    here, there = (repr(view[at]) if at < len(view) else "nothing more" for view in (left, right))
    return [f"{what} differ, from the {at + 1}. on: {NAMES[0]} has {here}, {NAMES[1]} has {there}"]


def test_the_two_agree() -> None:
    told = differences(ENGLISH, INDONESIAN)
    assert not told, "\n".join(["Change both pages alike:", *told])


def test_each_leads_to_the_other() -> None:
    assert ENGLISH.startswith("[Bahasa Indonesia](README.id.md)\n")
    assert INDONESIAN.startswith("[English](README.md)")


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_effect(name: str) -> None:
    assert [
        found[0]
        for found in EFFECT.finditer(without_code((PROJECT / name).read_text(encoding="utf-8")))
    ] == []


ONE_PAGE = "section 'The study on one page' ('Penelitian ini dalam satu halaman'): "
MARKS = [mark[0] for mark in MARKED.finditer(INDONESIAN)]


def last_section_first(page: str) -> str:
    at, end = page.index("## Cara mengutip"), page.index("## Apa yang tidak dapat dikatakan\n")
    return page[:at] + page[end:] + "\n" + page[at:end]


CHANGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "a section is gone": (
        "sections: README.md has ['To work in the notebooks'] where README.id.md has []",
        lambda page: re.sub(
            r"### Bekerja di buku catatan\n.*?(?=^## )", "", page, flags=re.DOTALL | re.MULTILINE
        ),
    ),
    "a section more": (
        "sections: README.md has [] where README.id.md has ['Lain']",
        lambda page: page.replace("## Cara mengutip", "## Lain\n\nTeks.\n\n## Cara mengutip"),
    ),
    "sections in another order": (
        "sections: README.md has [] where README.id.md has ['Apa yang tidak dapat dikatakan']",
        last_section_first,
    ),
    "another level": (
        "section 'Data availability' ('Ketersediaan data'): "
        "level 2 in README.md, 3 in README.id.md",
        lambda page: page.replace("## Ketersediaan data", "### Ketersediaan data"),
    ),
    "another command": (
        "section 'To run less, or otherwise' ('Menjalankan sebagian atau dengan cara lain'): "
        "code blocks differ",
        lambda page: page.replace("egovstudy reproduce --jobs 1 ", "egovstudy reproduce --jobs 2 "),
    ),
    "a comment is gone": (
        "section 'The two commands' ('Dua perintah'): code blocks differ",
        lambda page: re.sub(r"(make test +)# .*", r"\1", page),
    ),
    "another name": (
        "('Memasukkan gambar ke makalah'): names in code marks differ",
        lambda page: page.replace("`eg.save_table`", "`eg.safe_table`"),
    ),
    "two numbers have changed places": (
        ONE_PAGE + "keyed numbers differ, from the 2. on: README.md has '03.partnership = ",
        lambda page: page.replace(MARKS[1], "@").replace(MARKS[2], MARKS[1]).replace("@", MARKS[2]),
    ),
    "a number is gone": (
        ONE_PAGE + "keyed numbers differ, from the 1. on",
        lambda page: page.replace(MARKS[0], "Dua"),
    ),
    "a stale number": (
        ONE_PAGE + "keyed numbers differ",
        lambda page: page.replace(MARKS[0], re.sub(r"-->\d+<", "-->1<", MARKS[0])),
    ),
    "another link": (
        "section 'How to cite' ('Cara mengutip'): links differ",
        lambda page: page.replace("(CITATION.cff)", "(LICENSE)"),
    ),
    "a link to another heading": (
        ONE_PAGE + "links differ, from the 1. on: README.md has 'heading ",
        lambda page: page.replace("(#dua-perintah)", "(#data)"),
    ),
    "a row is gone": (
        "section 'The data' ('Data'): rows of tables differ",
        lambda page: re.sub(r"(?m)^\| `waves` .*\n", "", page),
    ),
    "another licence": (
        "section 'The data' ('Data'): rows of tables differ, from the 10. on",
        lambda page: re.sub(r"(?m)^(\| `context` .*)CC BY 3.0 IGO", r"\1CC BY 4.0", page),
    ),
    "a figure in another row": (
        "('Memasukkan gambar ke makalah'): rows of tables differ",
        lambda page: page.replace("`fig00a-ranked`, ", "").replace(
            "| `fig01a-egdi-path`", "| `fig00a-ranked`, `x`"
        ),
    ),
    "an item is gone": (
        "('Apa yang tidak dapat dikatakan'): paragraphs, items and rows differ",
        lambda page: re.sub(r"(?m)^- \*\*Skor bersifat.*\n", "", page),
    ),
    "another year": (
        ONE_PAGE + "years, notebooks and versions differ",
        lambda page: page.replace("dari 2016 sampai 2019", "dari 2015 sampai 2019"),
    ),
    "a sentence left in English": (
        "('Menjalankan sebagian atau dengan cara lain'): not translated: Notebooks 01",
        lambda page: re.sub(
            r"(?m)^Buku catatan 01, .*$", re.search(r"(?m)^Notebooks 01, .*$", ENGLISH)[0], page
        ),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_section_that_differs_is_named(name: str) -> None:
    words, change = CHANGES[name]
    changed = change(INDONESIAN)
    assert changed != INDONESIAN
    assert words in "\n".join(differences(ENGLISH, changed))

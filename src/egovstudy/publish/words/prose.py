"""Typed numbers: digits in prose that no key fills, so that nothing notices when they go stale."""

from __future__ import annotations

import re
from dataclasses import dataclass

from egovstudy.publish.words.numbers import MARKED

YEAR = r"(?:19|20)\d\d"
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
MONTH = (
    r"(?:Jan(?:uar[yi])?|Feb(?:ruar[yi])?|Mar(?:ch|et)?|Apr(?:il)?|May|Mei|June?|Juni|July?|Juli|Aug(?:ust)?|Agustus|"
    r"Sep(?:t|tember)?|Oct(?:ober)?|Oktober|Nov(?:ember)?|Dec(?:ember)?|Desember)"
)
WEEKDAY = (
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Senin|Selasa|Rabu|Kamis|Jumat|Jum'at|Sabtu|Minggu"
)
JOIN = (
    r"(?:\s*[,/–-]\s*(?:(?:and|or|dan|atau)\s+)?|\s+(?:to|and|or|until|sampai|hingga|dan|atau)\s+)"
)
# What may not follow an exempt number: more digits of the same number, or a share.
SHARE = r"\s*(?:%|per ?cent|persen)"
END = rf"(?!\d|[.,]\d|{SHARE})"
LAW = (
    r"(?:Perpres|Keppres|Inpres|Perppu|Perda|Permen[\w-]*|PP|UU|Law|Act|Regulation|Decree|Instruction|Peraturan|Keputusan|"
    r"Instruksi|Undang-Undang|No\.?|Nomor|Number)"
)
CODE_NUMBER = re.compile(r"[+−±-]?\d[\d.,]*\s*(?:%|[a-z ]+)?")
# First what is not prose at all. A number alone in code marks is no code, so it stays.
CODE_BLOCK = re.compile(
    r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)((?:(?!\n[ \t]*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)
NOT_PROSE = tuple(
    re.compile(pattern, re.MULTILINE | re.DOTALL)
    for pattern in (
        r"\{\{number:[^}]*\}\}",
        r"<!--.*?-->",
        # The target of a link; its title is prose.
        r"(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?=[\s)])",
        r"^ {0,3}\[[^\]\n]+\]:\s*\S+",
        r"\b(?:https?|ftp)://[^\s)>\]]+",
        r"\b(?:doi:\s*)?10\.\d{4,}/[^\s)>\]]+",
        r"</?[A-Za-z](?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>",
        r"^#+\s+\d+\.(?=\s)",  # the number of a heading
    )
)
ITEM = re.compile(r"^[ \t>]*(\d+)[.)](?=\s)", re.MULTILINE)
# Then the numbers that prose may type: they name things and do not count or measure any.
EXEMPT = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{DAY}(?:{JOIN}{DAY})*\s+{MONTH}\b",
        rf"\b{MONTH}\s+{DAY},?\s+{YEAR}\b{END}",
        rf"\b{YEAR}-(?:0[1-9]|1[0-2])(?:-{DAY})?(?:T\d\d:\d\d(?::\d\d)?Z?)?(?![\w%]|[.,-]\d)",
        rf"\b(?:{WEEKDAY})[ ,]*\(?{DAY}/\d{{1,2}}(?:/(?:{YEAR}|\d\d))?(?!\d)\)?",
        rf"(?<![\d/.,]){DAY}/\d{{1,2}}/{YEAR}{END}",
        rf"\b{LAW}\s*(?:(?:No\.?|Nomor|Number)\s*)?\d{{1,4}}(?:/|\s+(?:of|[Tt]ahun)\s+){YEAR}{END}",
        rf"(?<![\d/.,+−-])\d{{1,4}}(?:/[A-Z][\w.-]*)*/{YEAR}{END}",
        r"\b(?:[Aa]rticles?|[Pp]asal)\s+\d+\b" + END,
        r"\bISO(?:/IEC)?[ -]\d{3,5}(?:-\d+)?(?::\d{4})?\b" + END,
        r"\b(?:[A-Z]{2,}|alpha)-\d+(?:-\d+)*\b" + END,
        r"\bCC BY(?:-[A-Z]{2})*[ -]\d\.\d\b" + END,
        rf"\bPython 3(?:\.\d+)?(?:{JOIN}3\.\d+)*\b" + END,
        r"\bType (?:1|3|42)\b" + END,
        r"(?<![\d.,])v?\d{1,2}\.\d{1,2}\.\d{1,2}\b" + END,
        rf"\b(?:[Nn]otebooks?|[Bb]uku catatan)\s+\d\d(?:{JOIN}\d\d)*\b{END}",
        rf"\b(?:[Ss]ections?|[Bb]agian)\s+\d+(?:{JOIN}\d+)*\b{END}",
        r"(?<![\w.,+−-])0\d(?:-[a-z][a-z-]*)?\b"
        + END,  # two digits that begin with a zero number a notebook
        r"\b[a-z]+(?:-[a-z]+)*(?:-\d{1,3})?-"
        + YEAR
        + r"(?:-\d\d)*(?:-[a-z]+)*\b"
        + END,  # evt-2016-03
        r"\b[A-Za-z]{1,4}\d{1,3}[a-z]?(?:-[a-z]+)*\b" + END,  # fig01a, r05, G20
    )
)
# 2018, 2018/19, 2010s
YEARS = re.compile(rf"(?<![\w.,+−±])({YEAR})(?:[/–-](\d\d)(?![\d-]))?s?(?!\w|[.,]\d|{SHARE})")
NUMBER = re.compile(r"(?:(?<![\w)])[+−±-])?(?:\d+(?:[.,]\d+)*|[¼-¾⅐-⅞])(?:st|nd|rd|th)?(?:\s?%)?")
AROUND = 32


@dataclass(frozen=True)
class Typed:
    """A number typed into prose.

    Attributes
    ----------
    text : str
        The number as it stands there, with its sign.
    line : int
        Line of the text, from 1.
    context : str
        The words around it.
    """

    text: str
    line: int
    context: str


def typed_numbers(text: str) -> list[Typed]:
    """Find the numbers of a Markdown text that are typed and not keyed.

    Numbers that name something are let through: years, dates, laws, ISO and technical codes, ids,
    notebooks, sections and list items; so is code, save for a number that stands alone in code
    marks. Numbers in words are no digits.

    Parameters
    ----------
    text : str
        Markdown or plain text, with ``<!--{{number:KEY}}-->shown<!--/-->`` or ``{{number:KEY}}``
        where it is keyed.

    Returns
    -------
    list of Typed
        In the order of the text.

    Examples
    --------
    >>> text = "From 107 in 2018 (Perpres 95/2018) to <!--{{number:01.rank}}-->64<!--/-->."
    >>> [typed.text for typed in typed_numbers(text)]
    ['107']
    """
    prose = CODE_BLOCK.sub(_blank, text)
    prose = MARKED.sub(_blank, prose)
    prose = INLINE_CODE.sub(_blank_code, prose)
    prose = _without_item_numbers(prose)
    for pattern in (*NOT_PROSE, *EXEMPT):
        prose = pattern.sub(_blank, prose)
    prose = YEARS.sub(_blank_years, prose)
    return [
        Typed(
            found[0],
            text.count("\n", 0, found.start()) + 1,
            _context(text, found.start(), found.end()),
        )
        for found in NUMBER.finditer(prose)
    ]


def without_code(text: str) -> str:
    """Blank code blocks and inline code with as many spaces: a mark there is an example.

    Examples
    --------
    >>> without_code("Write `x` so.")
    'Write     so.'
    """
    return INLINE_CODE.sub(_blank, CODE_BLOCK.sub(_blank, text))


def _blank(found: re.Match[str]) -> str:
    """Put as many spaces in its place, so that every other sign stays where it was."""
    return re.sub(r"[^\n]", " ", found[0])


def _without_item_numbers(prose: str) -> str:
    """Blank the numbers of list items; a line that begins with a number goes on, or is none."""
    last = 0

    def blank(found: re.Match[str]) -> str:
        nonlocal last
        if int(found[1]) not in (1, last + 1):
            return found[0]
        last = int(found[1])
        return _blank(found)

    return ITEM.sub(blank, prose)


def _blank_years(found: re.Match[str]) -> str:
    if found[2] and 0 < int(found[1]) % 100 >= int(found[2]) > 0:  # 2016-13 are no years
        return " " * 4 + found[0][4:]
    return _blank(found)


def _blank_code(found: re.Match[str]) -> str:
    return found[0] if CODE_NUMBER.fullmatch(found[2].strip()) else _blank(found)


def _context(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return " ".join(f"{before}{text[start:end]}{after}".split())

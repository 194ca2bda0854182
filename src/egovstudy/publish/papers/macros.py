"""Numbers and captions as LaTeX macros and as plain text, and references.

What a paper takes from an export.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from egovstudy.publish.papers.store import said
from egovstudy.publish.tables import latex_text

MATH = re.compile(r"(?<!\\)\$([^$]*)\$")
# \detokenize: babel and underscore.sty make signs of the keys active. Expandable, so that it works
# in titles, bookmarks and \caption too. The error itself must not be expanded there.
MACROS = r"""\providecommand\egovset[3]{\expandafter\gdef\csname egov#1@\detokenize{#2}\endcsname{#3}}
\providecommand\egovget[2]{\ifcsname egov#1@\detokenize{#2}\endcsname
  \csname egov#1@\detokenize{#2}\expandafter\endcsname\else\egovunknown{#1}{#2}\fi}
\ifdefined\egovunknown\else\DeclareRobustCommand\egovunknown[2]{%
  \PackageError{egovstudy}{There is no #1 '\detokenize{#2}' in this export}{Look its name up in numbers.txt or
  captions.txt, or export the notebook that makes it.}\textbf{??}}\fi
"""  # noqa: E501 (the lines of the file)


def numbers_tex(numbers: Mapping[str, Mapping[str, str]]) -> str:
    r"""Write ``numbers.tex``.

    After ``\input{numbers}`` the number of a key is ``\egovnumber{KEY}``.

    Parameters
    ----------
    numbers : mapping
        Rows by key, as of :func:`egovstudy.publish.words.numbers.read_numbers`.

    Examples
    --------
    >>> print(numbers_tex({"01.fall": {"shown": "−0.2"}}).splitlines()[-1])
    \egovset{number}{01.fall}{\ensuremath{-}0.2}
    """
    return _macros("numbers", {"number": {key: row["shown"] for key, row in numbers.items()}})


def captions_tex(sidecars: Iterable[Mapping[str, Any]], language: str) -> str:
    r"""Write ``captions.tex``.

    ``\egovcaption{NAME}`` for figures and tables, ``\egovalt{NAME}`` for figures.

    Parameters
    ----------
    sidecars : iterable of mapping
        Of the figures and tables.
    language : {"en", "id"}
        Language of the texts.
    """
    sidecars = list(sidecars)
    texts = {
        kind: {about["name"]: said(about, kind, language) for about in sidecars if kind in about}
        for kind in ("caption", "alt")
    }
    return _macros("captions", texts)


def _macros(name: str, texts: Mapping[str, Mapping[str, str]]) -> str:
    lines = [
        (
            "% Made by egovstudy export, which writes it anew: do not edit. In the preamble:"
            f" \\input{{{name}}}"
        ),
        MACROS,
    ]
    for kind, by_key in texts.items():
        lines.append(rf"\newcommand\egov{kind}[1]{{\egovget{{{kind}}}{{#1}}}}")
        lines += [
            rf"\egovset{{{kind}}}{{{key}}}{{{_safe(text)}}}" for key, text in sorted(by_key.items())
        ]
    return "\n".join(lines) + "\n"


def _safe(text: str) -> str:
    return MATH.sub(r"\\ensuremath{\1}", latex_text(text))  # so that a minus works within $...$ too


def numbers_txt(numbers: Mapping[str, Mapping[str, str]]) -> str:
    """Write the numbers as aligned plain text, to look keys up and to copy from.

    Examples
    --------
    >>> row = {"shown": "0.08", "unit": "points", "description": "Rise."}
    >>> print(numbers_txt({"01.rise": row}), end="")
    key      shown  unit    what it is
    01.rise  0.08   points  Rise.
    """
    rows = [("key", "shown", "unit", "what it is")]
    rows += [
        (key, row["shown"], row["unit"], row["description"]) for key, row in sorted(numbers.items())
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    return "".join(
        "  ".join([*(word.ljust(width) for word, width in zip(row, widths, strict=False)), row[3]])
        + "\n"
        for row in rows
    )


def captions_txt(sidecars: Iterable[Mapping[str, Any]], language: str) -> str:
    """Write captions, notes and alternative texts as plain text to copy from."""
    blocks = []
    for about in sidecars:
        size = (
            f" ({about['width_mm']:g} x {about['height_mm']:g} mm)" if "width_mm" in about else ""
        )
        lines = [f"{about['name']}{size}"]
        for kind, word in (("caption", "Caption"), ("note", "Note"), ("alt", "Alternative text")):
            if kind in about and said(about, kind, language):
                lines.append(f"{word}: {said(about, kind, language)}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)

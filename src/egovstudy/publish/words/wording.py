"""Captions, alternative texts and notes: in one language or two, with keyed numbers put in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.publish.style import LANGUAGES
from egovstudy.publish.words.numbers import read_numbers, resolve

CAPTION_WORDS = 120
ALT_WORDS = 40
# Left by an f-string that ate one pair of braces.
SINGLE = re.compile(r"(?<!\{)\{number:[^{}]*\}(?!\})")


def worded(text: str | Mapping[str, str], what: str) -> tuple[dict[str, str], dict[str, str]]:
    """Give a text by language, once with its numbers put in and once with their marks kept.

    Parameters
    ----------
    text : str or dict
        English, or ``{"en": ..., "id": ...}``. ``{{number:KEY}}`` stands for a number kept so far
        in this run.
    what : str
        Name of the text in messages, e.g. ``"caption"``.

    Returns
    -------
    tuple of dict
        Plain text by language, and the text with its marks by language; English first.

    Raises
    ------
    ArgumentError
        If English is missing, a language or a number is unknown, or a mark has single braces.

    Examples
    --------
    >>> worded({"id": "Dua titik.", "en": "Two points."}, "alt")[0]
    {'en': 'Two points.', 'id': 'Dua titik.'}
    """
    given = {"en": text} if isinstance(text, str) else text
    if not isinstance(given, Mapping) or not all(isinstance(one, str) for one in given.values()):
        raise ArgumentError(
            f"{what} is no text. Write a text, or a dict of texts: {{'en': '...', 'id': '...'}}."
        )
    for language in given:
        if language not in LANGUAGES:
            raise ArgumentError(
                f"{what} has no language {language!r}. Languages:"
                f" {listed(LANGUAGES)}.{nearest(language, LANGUAGES)}"
            )
    if "en" not in given:
        raise ArgumentError(
            f"{what} has no English text. Write {what}={{'en': '...', 'id': '...'}}."
        )
    keyed = {language: given[language] for language in LANGUAGES if language in given}
    for one in keyed.values():
        if halved := SINGLE.search(one):
            raise ArgumentError(
                f"{what} holds {halved[0]} in single braces. Write two; inside an f-string four: "
                f"{{{{{{{halved[0]}}}}}}}."
            )
    numbers = read_numbers() if any("{{number:" in one for one in keyed.values()) else {}
    return {language: resolve(one, numbers) for language, one in keyed.items()}, keyed


def check_words(texts: Mapping[str, str], name: str, what: str, most: int, advice: str) -> None:
    """Check that a text is there, and short enough, in each language.

    Raises
    ------
    ArgumentError
        If it is empty or has more than ``most`` words in a language.
    """
    for language, text in texts.items():
        count = len(text.split())
        if not count:
            raise ArgumentError(f"{name} has no {what} (language {language}). {advice}")
        if count > most:
            raise ArgumentError(
                f"{name}: the {what} (language {language}) has {count} words; at most {most}."
                f" Shorten it. {advice}"
            )

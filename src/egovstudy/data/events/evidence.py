"""Evidence without text: spans by place and SHA-256, verifiable by whoever holds the texts.

The project ships no article. For each coded value it records where in which source the value
stands; a reader who has the article can check every span, and a reader who has a reprint learns
which spans it shares.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path

import pandas as pd

from egovstudy.data.tables import load
from egovstudy.errors import ArgumentError, EgovstudyError

QUOTES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# Spans begin where a word or a mark begins, so that few places need be tried in a reprint.
START = r"(?<!\w)"
# A file without the recorded hash is taken for a reprint of a source if it holds at least half of
# its spans.
REPRINT_SHARE = 0.5
SCREENED = 8  # spans tried first, so that a folder of unrelated texts is passed over quickly


def normalise(text: str) -> str:
    r"""Bring a text into the form in which spans are counted and hashed.

    Line breaks and other white space become single spaces, quotation marks and dashes their plain
    forms, invisible characters go, and compatibility characters (NFKC) are folded. Letters, digits
    and punctuation stay.

    Examples
    --------
    >>> normalise("\u201cSelasa,\u00a06/5/2025\u201d\n  di Jakarta")
    '"Selasa, 6/5/2025" di Jakarta'
    """
    folded = INVISIBLE.sub(
        "", unicodedata.normalize("NFKC", text.translate(QUOTES)).translate(QUOTES)
    )
    return " ".join(folded.split())


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def find_span(text: str, quote: str) -> dict[str, int | str]:
    """Find the span of a quotation, in the columns of ``evidence.csv``.

    Parameters
    ----------
    text : str
        The whole text of the source.
    quote : str
        A passage as it stands there, from the start of a word, and only once: a span that stands
        twice could not be told from its twin when one of them is changed.

    Returns
    -------
    dict
        ``start`` and ``end`` (characters of the normalised text, from 0, end excluded),
        ``span_sha256``, ``text_sha256``.

    Raises
    ------
    ArgumentError
        If the passage is not in the text, does not begin with a word, or stands there more than
        once.

    Examples
    --------
    >>> found = find_span("Rini opened the  meeting on Thursday.", "the meeting")
    >>> found["start"], found["end"]
    (12, 23)
    """
    whole, wanted = normalise(text), normalise(quote)
    places = list(re.finditer(rf"{START}{re.escape(wanted)}", whole)) if wanted else []
    if not places:
        raise ArgumentError(
            f"{quote!r} does not stand in the text, from the start of a word. Copy it from the"
            " text."
        )
    if len(places) > 1:
        raise ArgumentError(
            f"{quote!r} stands {len(places)} times in the text. Copy a few words more."
        )
    place = places[0]
    return {
        "start": place.start(),
        "end": place.end(),
        "span_sha256": digest(wanted),
        "text_sha256": digest(whole),
    }


def verify_evidence(folder: Path) -> pd.DataFrame:
    """Verify every coded span against the texts that the user holds.

    A text is known by the SHA-256 of its normalised form; a text that differs (a reprint, a copy
    with a mistake) by the spans that it shares with a source.

    Parameters
    ----------
    folder : Path
        Holds texts as UTF-8 files that end in ``.txt``, under any names.

    Returns
    -------
    DataFrame
        ``evidence`` with the columns ``file`` (None where no text was found), ``match`` (``whole``:
        the very text; ``spans``: known by its spans) and ``status``: ``verified`` (the span stands
        there), ``changed`` (the text is there, the span is not) or ``not found`` (no text of this
        source).

    Raises
    ------
    EgovstudyError
        If the folder is missing, holds no ``.txt`` file, or a file is not UTF-8.
    """
    evidence = load("evidence")
    texts = _texts(Path(folder))
    known = {digest(whole): name for name, whole in sorted(texts.items(), reverse=True)}
    parts = []
    for _, rows in evidence.groupby("source_id", sort=False):
        name, match = known.get(rows["text_sha256"].iloc[0]), "whole"
        if name is None:
            name, match = _reprint(rows, texts), "spans"
        status = "not found" if name is None else _statuses(rows, texts[name])
        parts.append(rows.assign(file=name, match=None if name is None else match, status=status))
    return (
        pd.concat(parts).sort_index()
        if parts
        else evidence.assign(file=None, match=None, status=None)
    )


def report(found: pd.DataFrame) -> str:
    """Put what :func:`verify_evidence` found into words: values that do not verify, and counts."""
    lines = [
        f"{row.status}: {row.event_id}, {row.variable} = {row.value}, {row.source_id} "
        f"characters {row.start} to {row.end}{f', {row.file}' if isinstance(row.file, str) else ''}"
        for row in found[found["status"].ne("verified")].itertuples()
    ]
    lines += [
        f"{source}: {rows['file'].iloc[0] if isinstance(rows['file'].iloc[0], str) else 'no text'}"
        + ("" if rows["match"].iloc[0] != "spans" else ", another copy, known by its spans")
        for source, rows in found.groupby("source_id")
    ]
    counts = found["status"].value_counts()
    lines.append(
        ", ".join(
            f"{counts.get(status, 0)} {status}" for status in ("verified", "changed", "not found")
        )
        + "."
    )
    return "\n".join(lines)


def _texts(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        raise EgovstudyError(
            f"{folder} is no folder. Give the folder that holds your texts as .txt files."
        )
    texts = {}
    for path in sorted(folder.glob("*.txt")):
        try:
            texts[path.name] = normalise(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise EgovstudyError(
                f"{path} cannot be read as UTF-8 ({error}). Save it as UTF-8."
            ) from error
    if not texts:
        raise EgovstudyError(
            f"{folder} holds no .txt file. Save each article as plain text, UTF-8, ending in .txt."
        )
    return texts


def _statuses(rows: pd.DataFrame, whole: str) -> list[str]:
    found = _found(rows, whole)
    return ["verified" if span in found else "changed" for span in rows["span_sha256"]]


def _found(rows: pd.DataFrame, whole: str) -> set[str]:
    """Digests of the spans that stand in a text: at their place, or from the start of any word."""
    starts = [place.start() for place in re.finditer(rf"{START}\S", whole)]
    wanted = rows.drop_duplicates("span_sha256")
    found = set()
    for span, start, end in zip(wanted["span_sha256"], wanted["start"], wanted["end"], strict=True):
        length = int(end) - int(start)
        if any(digest(whole[at : at + length]) == span for at in (int(start), *starts)):
            found.add(span)
    return found


def _reprint(rows: pd.DataFrame, texts: dict[str, str]) -> str | None:
    spans = rows.drop_duplicates("span_sha256")
    longest = (
        (spans["end"] - spans["start"]).sort_values(ascending=False, kind="stable").index[:SCREENED]
    )
    best, best_share = None, 0.0
    for name, whole in texts.items():
        if not _found(spans.loc[longest], whole):
            continue
        share = len(_found(spans, whole)) / len(spans)
        if share >= REPRINT_SHARE and share > best_share:
            best, best_share = name, share
    return best

"""The three kinds of error a user meets.

Every message says what came, what is allowed, what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Finding:
    """One thing wrong in one place of a data file.

    Attributes
    ----------
    file : str
        File name inside the data folder.
    check : str
        Name of the check that found it, e.g. ``"code"``.
    message : str
        What came, what is allowed, what to do.
    row : int or None
        Line of the file as an editor or a spreadsheet counts it (the header is line 1).
    column : str or None
        Column name.
    """

    file: str
    check: str
    message: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.message}"


class EgovstudyError(Exception):
    """Something outside the data and the call went wrong (a folder, a disk, a notebook)."""

    exit_code = 1


class ArgumentError(EgovstudyError, ValueError):
    """A call was given something it cannot use."""

    exit_code = 2


class DataError(EgovstudyError):
    """A data file does not hold what its schema says.

    Parameters
    ----------
    findings : sequence of Finding
        Everything found, not only the first.
    """

    SHOWN = 25

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        lines = [str(finding) for finding in self.findings[: self.SHOWN]]
        if len(self.findings) > self.SHOWN:
            lines.append(f"... and {len(self.findings) - self.SHOWN} more")
        super().__init__("\n".join(lines))


def nearest(word: object, allowed: Sequence[object]) -> str:
    """Say which allowed word is nearest, or nothing.

    Examples
    --------
    >>> nearest("mouu", ["mou", "visit"])
    " Nearest: 'mou'."
    """
    by_lower = {str(one).lower(): str(one) for one in allowed}
    match = get_close_matches(str(word).lower(), list(by_lower), n=1, cutoff=0.5)
    return f" Nearest: {by_lower[match[0]]!r}." if match else ""


def listed(words: Sequence[object], most: int = 12) -> str:
    """Join words for a message, shortened in the middle of a long list.

    Examples
    --------
    >>> listed([2003, 2004, 2005], most=2)
    '2003 ... 2005'
    """
    texts = [str(word) for word in words]
    if len(texts) <= most:
        return ", ".join(texts)
    head = max(1, most - 1)
    return f"{', '.join(texts[:head])} ... {texts[-1]}"

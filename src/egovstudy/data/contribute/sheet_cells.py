"""One cell of a spreadsheet: what stands in it, and what keeps it from being taken as text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

LONGEST = 2000  # characters in a cell: a sentence or a remark, no article
FORMULA_STARTS = ("=", "+", "-", "@")
# Days from 1954 to 2064, as spreadsheets count them from 1900; four digits are years.
SERIALS = range(20_000, 60_001)
FIRST_SERIAL = dt.date(1899, 12, 30)
FROM_1904 = dt.timedelta(days=1462)
HTML = re.compile(r"<\s*/?\s*[A-Za-z!][^<>]*>|&(?:[a-z]+|#\d+);")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd-\uffff]")
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\ufeff]")
AS_TEXT = "Format the column as text and type it again"


@dataclass(frozen=True)
class Cell:
    """A cell as the file holds it.

    Attributes
    ----------
    text : str
        Its content in words; empty if blank.
    kind : str
        ``text``, ``number``, ``formula``, ``error``, ``day`` (a date that the cell shows to the
        day), ``month`` (one that it does not) or ``moment`` (with a time of day).
    """

    text: str
    kind: str = "text"

    @property
    def filled(self) -> bool:
        """Whether anything but white space stands in it."""
        return bool(tidy(self.text))

    def fault(self, column: str, is_date: bool) -> tuple[str, str] | None:
        """Name of the check and the reason why the cell cannot be taken, or None.

        Parameters
        ----------
        column : str
            The column it stands in.
        is_date : bool
            Whether the column holds partial ISO dates.

        Examples
        --------
        >>> Cell("42431", "number").fault("date", True)[0]
        'spreadsheet date'
        """
        words = self._fault_of_kind(column, is_date)
        return words or _fault_of_text(tidy(self.text))

    def _fault_of_kind(self, column: str, is_date: bool) -> tuple[str, str] | None:
        shown = self.text
        if self.kind == "formula":
            return (
                "formula",
                f"{shown[:80]!r} is a formula. Write its result in its place, as text.",
            )
        if self.kind == "error":
            return "formula", f"the cell shows the error {shown}. Write the value in its place."
        check = "spreadsheet date"
        if self.kind == "month":
            return (
                check,
                (
                    f"the cell shows a month but holds the day {shown}. {AS_TEXT}: {shown[:7]}, or"
                    " the day."
                ),
            )
        if self.kind == "moment":
            return check, f"the cell holds the moment {shown}. {AS_TEXT}: the day without a time."
        if self.kind == "day" and not is_date:
            return (
                check,
                (
                    f"the spreadsheet made the day {shown} of what was typed. {AS_TEXT}, as the"
                    " source prints it."
                ),
            )
        if is_date and re.fullmatch(r"\d{5}(\.\d+)?", shown) and int(float(shown)) in SERIALS:
            day = FIRST_SERIAL + dt.timedelta(days=int(float(shown)))
            words = (
                f"{shown} is a spreadsheet's number for the day {day} ({day + FROM_1904} if it"
                " counts from 1904)."
            )
            return check, f"{words} {AS_TEXT}."
        if self.kind == "number" and "." in shown and (is_date or "printed_date" in column):
            return check, f"the spreadsheet made the number {shown} of what was typed. {AS_TEXT}."
        return None


def _fault_of_text(text: str) -> tuple[str, str] | None:
    if text.startswith(FORMULA_STARTS):
        words = f"{text[:80]!r} begins with {text[0]!r}, which a spreadsheet takes for a formula."
        return (
            "formula",
            (
                f"{words} Begin with a letter or digit; leave the cell empty where there is nothing"
                " to say."
            ),
        )
    found = HTML.search(text)
    if found:
        return (
            "text form",
            f"HTML in the cell: {found.group()[:40]!r}. Paste it without formatting.",
        )
    found = CONTROL.search(text)
    if found:
        return (
            "text form",
            (
                f"an invisible control character (U+{ord(found.group()):04X}) in the cell. Type it"
                " again."
            ),
        )
    if len(text) > LONGEST:
        return (
            "text form",
            (
                f"{len(text):,} characters in one cell; at most {LONGEST:,}. Use your own words, in"
                " short."
            ),
        )
    return None


def tidy(text: str) -> str:
    r"""Trim a text and make every run of white space one space; invisible marks that come with pasting go.

    Examples
    --------
    >>> tidy("\u00a0Rini\u00a0Widyantini \n")
    'Rini Widyantini'
    """
    return re.sub(r"[^\S\x1c-\x1f]+", " ", INVISIBLE.sub("", text)).strip(" ")


def xlsx_cell(cell: Any) -> Cell:
    """Read a cell of openpyxl; a formula is not worked out."""
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "f":
        return Cell(str(getattr(value, "text", None) or value), "formula")
    if cell.data_type == "e":
        return Cell(str(value), "error")
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return Cell(value.date().isoformat(), "day" if _shows_day(cell.number_format) else "month")
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return Cell(str(value), "moment")
    if isinstance(value, bool):
        return Cell(str(value).lower())
    if isinstance(value, int | float):
        return Cell(str(int(value)) if float(value).is_integer() else repr(value), "number")
    return Cell(str(value))


def _shows_day(number_format: str) -> bool:
    return "d" in re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format).lower()

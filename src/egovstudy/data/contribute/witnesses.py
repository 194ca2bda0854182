"""The sources of a contribution as witnesses of its date: what each prints, and what follows from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from egovstudy.data.contribute import form
from egovstudy.data.contribute.registry import Known, Row, address
from egovstudy.data.events import WEEKDAYS, Printed, Resolution, read_printed, resolve_date, span
from egovstudy.errors import ArgumentError, listed

PRECISION = {4: "year", 7: "month", 10: "day"}  # by the length of a partial ISO date
MOST_CANDIDATES = 6


def days(text: str) -> tuple[dt.date, dt.date] | None:
    """Give the first and last day of a partial ISO date, or None if it is none."""
    try:
        return span(text)
    except ArgumentError:
        return None


@dataclass(frozen=True)
class Witness:
    """One of the sources of a row, with what the table ``sources`` knows of its address.

    Attributes
    ----------
    prefix : str
        Empty, or ``second_``.
    url, title, publisher, published, press_text : str
        Empty where not given.
    printed, weekday : str
        Date and weekday of the act as printed.
    parts : Printed or None
        What is read from ``printed``; None if it is no date.
    """

    prefix: str
    url: str
    title: str
    publisher: str
    published: str
    press_text: str
    printed: str
    weekday: str
    parts: Printed | None

    def resolve(self) -> Resolution | None:
        """Resolve the printed date, if it can be read."""
        if self.parts is None:
            return None
        published = self.published if days(self.published) else None
        weekday = self.weekday if self.weekday in WEEKDAYS else None
        return resolve_date(self.printed, weekday=weekday, published=published)

    def fineness(self) -> int:
        """How fine the printed date is: 2 day, 1 month, 0 year, -1 nothing printed."""
        parts = self.parts or Printed()
        if parts.day or parts.weekday or parts.days_ago is not None or self.weekday:
            return 2
        return 1 if parts.month else 0 if parts.year else -1


def witnesses(row: Row, known: Known) -> list[Witness]:
    """Give the sources of a row of which anything is filled in."""
    found = []
    for prefix in ("", form.SECOND):
        if not any(row[f"{prefix}{name}"] for name in form.WITNESS):
            continue
        table = known.sources.get(address(row[f"{prefix}source_url"]), {})
        told = {
            name: row[f"{prefix}{name}"] or table.get(form.home(name)[1], "")
            for name in form.SOURCE_FIELDS
        }
        printed = row[f"{prefix}printed_date"]
        found.append(
            Witness(
                prefix,
                told["source_url"],
                told["source_title"],
                told["source_publisher"],
                told["source_date"],
                told["source_press_text"],
                printed,
                row[f"{prefix}printed_weekday"],
                read(printed),
            )
        )
    return found


@lru_cache(maxsize=1024)
def read(printed: str) -> Printed | None:
    """Read a printed date, or give None if it is none."""
    try:
        return read_printed(printed) if printed else None
    except ArgumentError:
        return None


def said(answer: Resolution) -> str:
    """Say what a printed date gives, in a line."""
    among = (
        f" Candidates: {listed(answer.candidates, MOST_CANDIDATES)}."
        if len(answer.candidates) > 1
        else ""
    )
    return f"{answer.date or 'cannot tell'} ({answer.rule}): {answer.why}{among}"

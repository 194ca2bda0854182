"""Printed dates made into days: all candidates listed, the deciding rule named, nothing guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from egovstudy.data.events.printed import WEEKDAYS, Printed, read_printed, span
from egovstudy.data.tables import load
from egovstudy.errors import ArgumentError, nearest

# Days on which an event can lie if a source does not say more: the years that the event table
# covers.
COVERED = (dt.date(2004, 1, 1), dt.date(2026, 12, 31))
# A press text follows its event within days; a month of publication reaches back a week for events
# at its start.
BEFORE_DAY, BEFORE_MONTH = dt.timedelta(days=10), dt.timedelta(days=7)


@dataclass(frozen=True)
class Resolution:
    """A printed date, resolved or not.

    Attributes
    ----------
    date : str or None
        Partial ISO date, no finer than what decides; None if not even the year is sure.
    precision : str or None
        ``day``, ``month`` or ``year``.
    rule : str
        Code of the list ``date-basis``: which rule decided; ``cannot_tell`` if none did.
    candidates : tuple of str
        Every day that fits what is printed, ISO, earliest first.
    weekday_conflict : bool
        True if the printed weekday does not fit the printed number.
    why : str
        The reason in a sentence.
    """

    date: str | None
    precision: str | None
    rule: str
    candidates: tuple[str, ...]
    weekday_conflict: bool
    why: str

    def __str__(self) -> str:
        shown = self.date or "cannot tell"
        return (
            f"{shown} ({self.rule}): {self.why} Candidates: {', '.join(self.candidates) or 'none'}."
        )


def resolve_date(
    printed: str,
    *,
    weekday: str | None = None,
    published: str | None = None,
    holder: str | None = None,
) -> Resolution:
    """Resolve a printed date to a day, a month or a year, or say that nothing decides.

    The rules are those of the coding manual. A year left out comes from the publication, or else
    from the office-holder's term. Where weekday and number disagree, one slip is allowed (a day off
    by one, another month, another year, day and month swapped), and the publication must leave
    exactly one day on that weekday.

    Parameters
    ----------
    printed : str
        As printed, in Indonesian, English or Korean, e.g. ``"Kamis (5/11)"``; numbers are
        day/month.
    weekday : str, optional
        ``monday`` to ``sunday``, where it stands apart from the date.
    published : str, optional
        Date of publication as fine as known: ``2024-12-06``, ``2024-12`` or ``2024``.
    holder : str, optional
        ``holder_id`` of ``office_holders``: the minister or head whom the source shows in office.

    Returns
    -------
    Resolution
        Its ``date`` is never finer than what is printed.

    Raises
    ------
    ArgumentError
        If nothing can be read, or the weekday, publication date or office-holder is not one.

    Examples
    --------
    >>> import egovstudy as eg
    >>> found = eg.resolve_date("Kamis (5/11)", published="2024-12")
    >>> found.date, found.rule
    ('2024-12-05', 'weekday_over_number')
    >>> eg.resolve_date("Kamis (5/11)").rule
    'cannot_tell'
    """
    read = read_printed(printed) if printed.strip() or weekday is None else Printed()
    if weekday is not None and weekday not in WEEKDAYS:
        raise ArgumentError(
            f"no weekday {weekday!r}. Allowed: {', '.join(WEEKDAYS)}.{nearest(weekday, WEEKDAYS)}"
        )
    day_name = weekday or read.weekday
    window = _window(published)
    term = _term(holder)
    if read.day is None:
        return _without_number(read, day_name, published, window, term)
    if read.month is None:
        return _day_of_month(read.day, day_name, published, term)
    return _with_number(read, day_name, window, term)


def _window(published: str | None) -> tuple[dt.date, dt.date] | None:
    if published is None:
        return None
    first, last = span(published)
    return first - {4: dt.timedelta(0), 7: BEFORE_MONTH, 10: BEFORE_DAY}[len(published)], last


def _term(holder: str | None) -> tuple[dt.date, dt.date] | None:
    if holder is None:
        return None
    holders = load("office_holders").set_index("holder_id")
    if holder not in holders.index:
        raise ArgumentError(
            f"no office-holder {holder!r}.{nearest(holder, holders.index.tolist())}"
        )
    return term_of(holders.loc[holder])


def term_of(holder: pd.Series) -> tuple[dt.date, dt.date]:
    """Days on which somebody can have been in office: a date that is not known bounds nothing."""
    start, end = holder["start_date"], holder["end_date"]
    return (
        COVERED[0] if pd.isna(start) else span(start)[0],
        COVERED[1] if pd.isna(end) else span(end)[1],
    )


def _inside(days: Iterable[dt.date], *limits: tuple[dt.date, dt.date] | None) -> list[dt.date]:
    kept = set(days)
    for limit in limits:
        if limit is not None:
            kept = {day for day in kept if limit[0] <= day <= limit[1]}
    return sorted(kept)


def _day(year: int | None, month: int | None, day: int | None) -> list[dt.date]:
    if year is None or month is None or day is None:
        return []
    try:
        return [dt.date(year, month, day)]
    except ValueError:
        return []


def _named(day: dt.date) -> str:
    return WEEKDAYS[day.weekday()]


def _one(day: dt.date, rule: str, why: str, *, conflict: bool = False) -> Resolution:
    return Resolution(day.isoformat(), "day", rule, (day.isoformat(),), conflict, why)


def _undecided(days: list[dt.date], why: str, *, conflict: bool = False) -> Resolution:
    """Keep what all candidates share: a month, a year or nothing."""
    texts = tuple(day.isoformat() for day in days)
    for length, precision in ((7, "month"), (4, "year")):
        if len({text[:length] for text in texts}) == 1:
            return Resolution(texts[0][:length], precision, "cannot_tell", texts, conflict, why)
    return Resolution(None, None, "cannot_tell", texts, conflict, why)


def _without_number(
    read: Printed,
    weekday: str | None,
    published: str | None,
    window: tuple[dt.date, dt.date] | None,
    term: tuple[dt.date, dt.date] | None,
) -> Resolution:
    year = read.year
    if read.month is not None and year is None and window is not None:
        # the latest such month that is not after the publication
        year = window[1].year - (read.month > window[1].month)
    if read.month is not None and year is not None:
        return Resolution(
            f"{year}-{read.month:02d}", "month", "period", (), False, "only a month is printed."
        )
    if read.year is not None:
        return Resolution(str(read.year), "year", "period", (), False, "only a year is printed.")
    exact = dt.date.fromisoformat(published) if published and len(published) == 10 else None
    if exact and read.days_ago is not None:
        day = exact - dt.timedelta(days=read.days_ago)
        if weekday is None or weekday == _named(day):
            rule = "weekday_supplied" if read.days_ago else "publication"
            return _one(day, rule, "told from the day of publication.")
    if weekday is None:
        return _undecided([], "no day, weekday or year is printed that could be placed.")
    bounds = window or term or COVERED
    if exact:  # a bare weekday is the last one before the text: within seven days
        bounds = (bounds[1] - dt.timedelta(days=6), bounds[1])
    days = _inside((day.date() for day in pd.date_range(*bounds)), term)
    days = [day for day in days if _named(day) == weekday]
    if exact and len(days) == 1:
        return _one(
            days[0],
            "weekday_supplied",
            "only the weekday is printed; the day of publication leaves one day.",
        )
    return _undecided(days, f"only {weekday.capitalize()} is printed, and several days fit.")


def _day_of_month(
    number: int, weekday: str | None, published: str | None, term: tuple[dt.date, dt.date] | None
) -> Resolution:
    """Place a day printed without a month: the last one up to the text, as in the Korean press."""
    if published is not None and len(published) >= 7:
        first, last = span(published)
        bounds = (last - dt.timedelta(days=27), last) if first == last else (first, last)
        days = [day.date() for day in pd.date_range(*bounds) if day.day == number]
        days = [day for day in _inside(days, term) if weekday in (None, _named(day))]
        if days:
            return _one(
                days[0],
                "year_supplied",
                "the month and the year come from the date of publication.",
            )
    return _undecided(
        [], "only the day of the month is printed, and no publication leaves one month."
    )


def _with_number(
    read: Printed,
    weekday: str | None,
    window: tuple[dt.date, dt.date] | None,
    term: tuple[dt.date, dt.date] | None,
) -> Resolution:
    as_printed = _as_printed(read, window, term)
    fitting = [day for day in as_printed if weekday in (None, _named(day))]
    if read.year is not None and fitting:
        swapped = _inside(_day(read.year, read.day, read.month), window) if window else []
        swapped = [
            day
            for day in swapped
            if weekday in (None, _named(day)) and not _inside(fitting, window)
        ]
        if swapped:
            why = (
                "as day/month it lies far from the publication, as month/day it does not: the order"
                " cannot be told."
            )
            return _undecided(sorted({*fitting, *swapped}), why)
        return _one(
            fitting[0], "printed", "printed in full, and no printed weekday speaks against it."
        )
    if window is not None and fitting:
        return _one(fitting[0], "year_supplied", "the year comes from the date of publication.")
    # A year is never read off the weekday alone: the term itself must leave one.
    if fitting and term is not None and len(as_printed) == 1:
        return _one(fitting[0], "inferred", "the office-holder's term has this day once.")
    if fitting:
        if term is not None:  # a slip is as likely here as a year that happens to fit
            fitting = sorted({*as_printed, *_slipped(read, as_printed, weekday, term)})
        return _undecided(
            fitting, "the year is not printed, and no publication or term leaves one."
        )
    slips = _slipped(read, as_printed, weekday, window or COVERED, term)
    name = (weekday or "").capitalize()
    words = f"{name} does not fit the printed number"
    if window is not None and len(slips) == 1:
        why = f"{words}; the publication leaves one {name} that is one slip away."
        return _one(slips[0], "weekday_over_number", why, conflict=True)
    if not as_printed and not slips:
        return _undecided([], "there is no such day in the calendar, or none within the term.")
    why = "the publication leaves no single day" if window else "no date of publication decides"
    why = f"{words}, and {why}."
    return _undecided(sorted({*slips, *as_printed}), why, conflict=True)


def _as_printed(
    read: Printed, window: tuple[dt.date, dt.date] | None, term: tuple[dt.date, dt.date] | None
) -> list[dt.date]:
    """Days of the printed number; one, if the year is printed or the publication gives it."""
    if read.year is not None:
        return _day(read.year, read.month, read.day)
    years = range(COVERED[0].year, COVERED[1].year + 1)
    if window is not None:  # the latest such day that is not after the publication, within a year
        days = _inside(
            (day for year in years for day in _day(year, read.month, read.day)),
            (COVERED[0], window[1]),
        )
        return [day for day in days[-1:] if (window[1] - day).days < 366]
    return _inside((day for year in years for day in _day(year, read.month, read.day)), term)


def _slipped(
    read: Printed,
    as_printed: list[dt.date],
    weekday: str | None,
    *limits: tuple[dt.date, dt.date] | None,
) -> list[dt.date]:
    """Days one slip of a pen away from the printed number.

    The day is off by one, the month or the year is another, or day and month are swapped.
    """
    found: set[dt.date] = set()
    years = {day.year for day in as_printed} or ({read.year} if read.year is not None else set())
    for day in as_printed:
        found |= {day - dt.timedelta(days=1), day + dt.timedelta(days=1)}
    for year in years:
        for near in (year - 1, year, year + 1) if read.year is None else (year,):
            found |= {slip for month in range(1, 13) for slip in _day(near, month, read.day)}
        found |= set(_day(year, read.day, read.month))
    if read.year is not None:
        for year in range(COVERED[0].year, COVERED[1].year + 1):
            found |= set(_day(year, read.month, read.day))
    return _inside((day for day in found - set(as_printed) if _named(day) == weekday), *limits)

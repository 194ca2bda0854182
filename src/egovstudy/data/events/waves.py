"""From calendar time to survey waves: which wave can first reflect an event is said here alone."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from egovstudy.data.events.printed import span
from egovstudy.data.tables import load
from egovstudy.errors import ArgumentError, nearest

RULES = {
    "window": "first wave whose assessment window opens after the event",
    "published": "first wave published after the event",
    "later": "the wave after the first whose window opens after the event",
}


def wave_windows(rule: str = "window") -> dict[int, pd.Timestamp]:
    """Day before which an event must be over to count for a wave.

    Only for the wave of 2024 has the opening of the assessment been found. For the others it is
    taken to open as many months before publication as there, kept within the bounds on record in
    ``waves``; this is an assumption, so the rule ``published`` stands beside it.

    Parameters
    ----------
    rule : str
        ``window``, ``published`` or ``later``; the same days for ``window`` and ``later``.

    Returns
    -------
    dict
        Wave to day, earliest first.

    Raises
    ------
    ArgumentError
        If there is no such rule.

    Examples
    --------
    >>> str(wave_windows()[2024].date()), str(wave_windows("published")[2024].date())
    ('2023-06-01', '2024-09-17')
    """
    if rule not in RULES:
        words = "; ".join(f"{name}: {text}" for name, text in RULES.items())
        raise ArgumentError(f"no rule {rule!r}.{nearest(rule, list(RULES))} Rules: {words}.")
    waves = load("waves").sort_values("wave", kind="stable")
    published = {row.wave: span(row.publication_date)[0] for row in waves.itertuples()}
    if rule == "published":
        return {int(wave): pd.Timestamp(day) for wave, day in published.items()}
    known = waves[waves["window_start"].notna()].iloc[-1]
    opened = span(known["window_start"])[0]
    lead = _months(published[known["wave"]]) - _months(opened)
    return {int(row.wave): _opening(row, published[row.wave], lead) for row in waves.itertuples()}


def _months(day: dt.date) -> int:
    return 12 * day.year + day.month


def _opening(wave: pd.Series, published: dt.date, lead: int) -> pd.Timestamp:
    if isinstance(wave.window_start, str):
        return pd.Timestamp(span(wave.window_start)[0])
    day = pd.Timestamp(published).replace(day=1) - pd.DateOffset(months=lead)
    if isinstance(wave.window_not_before, str):
        day = max(day, pd.Timestamp(span(wave.window_not_before)[0]))
    if isinstance(wave.window_not_after, str):
        day = min(day, pd.Timestamp(span(wave.window_not_after)[1]))
    return day


def assign_wave(events: pd.DataFrame, rule: str = "window") -> pd.Series:
    """Assign each event the first survey wave that could reflect it.

    An event dated only to a month or year counts from the last day of it, so it is never placed too
    early.

    Parameters
    ----------
    events : DataFrame
        With the column ``date`` (partial ISO dates).
    rule : str
        ``window`` (default): first wave whose assessment window opens after the event;
        ``published``: first wave published after the event; ``later``: one wave after ``window``.

    Returns
    -------
    Series
        ``Int64``, aligned with ``events``; missing where no wave is late enough yet.

    Raises
    ------
    ArgumentError
        If there is no such rule, or a date is not one.

    Examples
    --------
    >>> import pandas as pd
    >>> assign_wave(pd.DataFrame({"date": ["2023-05-26", "2023-06-01", "2023"]})).tolist()
    [2024, <NA>, <NA>]
    """
    opens = wave_windows(rule)
    waves, days = list(opens), list(opens.values())
    over = [pd.Timestamp(span(date)[1]) for date in events["date"]]
    place = pd.Series(days).searchsorted(over, side="right") + (rule == "later")
    found = [waves[at] if at < len(waves) else pd.NA for at in place]
    return pd.Series(found, index=events.index, dtype="Int64", name="wave")

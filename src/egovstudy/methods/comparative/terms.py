"""Active partnerships by dates alone, and the ways to deal dates anew within terms of office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pandas as pd

from egovstudy.data.events import ACTIVE, span
from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.inference import blocks, ranks_of_each

BLOCK = 500  # arrangements handed on at once, to bound memory
DECIMALS = 10  # statistics this near are equal but for rounding


def dated_events(events: pd.DataFrame) -> tuple[pd.DataFrame, tuple[pd.Timestamp, pd.Timestamp]]:
    """Give the done events with the ``first`` and ``last`` day of their date, and the days covered.

    Raises
    ------
    ArgumentError
        If a column is missing, a date is none, or no done event has a stage that makes a
        partnership active.
    """
    need(events, "events", ["date", "partnership_id", "stage", "act_status"])
    days = pd.DataFrame(
        [span(date) for date in events["date"]], columns=["first", "last"], index=events.index
    )
    rows = events[["partnership_id", "stage", "act_status"]].join(days.astype("datetime64[s]"))
    done = rows[rows["partnership_id"].notna() & rows["act_status"].astype("str").eq("done")]
    if not done["stage"].astype("str").isin(ACTIVE).any():
        raise ArgumentError(
            f"no done event has a stage of {listed(ACTIVE)}: no partnership is ever active. Give"
            " more."
        )
    done = done.sort_values(
        ["first", "last", "partnership_id", "stage"], ignore_index=True
    )  # whatever came first
    return done, (rows["first"].min(), rows["first"].max())


def active_on(rows: pd.DataFrame, days: np.ndarray, lapse_after: int) -> np.ndarray:
    """Whether an event lies at most ``lapse_after`` years before a day, (events, days)."""
    first = rows["first"].to_numpy()[:, None]
    return (first < days) & (
        days <= (rows["first"] + pd.DateOffset(years=lapse_after)).to_numpy()[:, None]
    )


def count_active(rows: pd.DataFrame, active: np.ndarray) -> np.ndarray:
    """Count partnerships with an active event of an active stage, (arrangements, days).

    ``active`` is (arrangements, events, days): :func:`active_on` with the dates dealt out to the
    events.
    """
    kept = rows[rows["stage"].astype("str").isin(ACTIVE)].astype({"partnership_id": "str"})
    kept = kept.sort_values("partnership_id", kind="stable")
    starts = np.flatnonzero(~kept["partnership_id"].duplicated())
    return np.logical_or.reduceat(active[:, kept.index.to_numpy()], starts, axis=1).sum(axis=1)


def need(frame: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """Refuse a frame without a column."""
    missing = [column for column in columns if column not in frame]
    if missing:
        raise ArgumentError(
            f"no column {missing[0]!r} in {name}. Columns: {listed(list(frame.columns), 30)}."
        )


def office_terms(office_holders: pd.DataFrame, office: str) -> pd.DataFrame:
    """Give the terms of one office, earliest first.

    Parameters
    ----------
    office_holders : DataFrame
        ``holder_id, office, start_date, end_date``, partial dates.
    office : str
        Which one.

    Returns
    -------
    DataFrame
        ``holder_id, start, end``: days. A start known by month or year counts from its first day,
        an end to its last; a missing end is open. Holders without a start are left out.

    Raises
    ------
    ArgumentError
        If a column or the office is not there, or no holder of it has a start.

    Examples
    --------
    >>> dates = {"start_date": ["2019-10-23", "2016"], "end_date": [None, "2019-10"]}
    >>> holders = pd.DataFrame({"holder_id": ["b", "a"], "office": "minister", **dates})
    >>> office_terms(holders, "minister")["start"].dt.year.tolist()
    [2016, 2019]
    """
    need(office_holders, "office_holders", ["holder_id", "office", "start_date", "end_date"])
    offices = sorted(office_holders["office"].astype("str").unique())
    if office not in offices:
        raise ArgumentError(
            f"no office {office!r}.{nearest(office, offices)} Offices: {listed(offices, 30)}."
        )
    rows = office_holders[
        office_holders["office"].astype("str").eq(office) & office_holders["start_date"].notna()
    ]
    if rows.empty:
        raise ArgumentError(
            f"no holder of {office!r} has a start_date. Choose another office or fill it."
        )
    ends = [span(end)[1] if isinstance(end, str) else pd.NaT for end in rows["end_date"]]
    terms = pd.DataFrame(
        {
            "holder_id": rows["holder_id"].to_numpy(),
            "start": [span(one)[0] for one in rows["start_date"]],
            "end": ends,
        }
    )
    terms[["start", "end"]] = terms[["start", "end"]].astype("datetime64[s]")
    return terms.sort_values("start", ignore_index=True, kind="stable")


def term_of(days: pd.Series, terms: pd.DataFrame) -> np.ndarray:
    """Place of the term of each day, -1 for none; on a day of handover the successor's."""
    at = np.searchsorted(terms["start"].to_numpy(), days.to_numpy(), side="right") - 1
    ends = terms["end"].fillna(pd.Timestamp("2262-01-01")).to_numpy()[at]
    return np.where((at >= 0) & (days.to_numpy() <= ends), at, -1)


def every_arrangement(codes: np.ndarray, groups: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    """Yield every distinct way to deal each group's codes, in blocks (arrangements, places)."""
    block = []
    for dealt in product(*(_orders(Counter(codes[group].tolist())) for group in groups)):
        one = codes.copy()
        for group, order in zip(groups, dealt, strict=True):
            one[group] = order
        block.append(one)
        if len(block) == BLOCK:
            yield np.stack(block)
            block = []
    if block:
        yield np.stack(block)


def _orders(counts: Counter) -> Iterator[tuple[int, ...]]:
    if not counts:
        yield ()
    for code in sorted(counts):
        for rest in _orders(counts - Counter([code])):
            yield (code, *rest)


def drawn_arrangements(
    codes: np.ndarray, groups: Sequence[np.ndarray], draws: int, seed: int
) -> Iterator[np.ndarray]:
    """Yield random ways to deal each group's codes, in blocks (arrangements, places)."""
    chance = np.random.default_rng(seed)
    for size in blocks(draws, BLOCK):
        block = np.tile(codes, (size, 1))
        for group in groups:
            block[:, group] = chance.permuted(block[:, group], axis=1)
        yield block


def p_of_arrangements(own: np.ndarray, chance: np.ndarray, exact: bool) -> dict[str, np.ndarray]:
    """Say how rare a statistic is among its arrangements, for each of several (here: lags).

    Parameters
    ----------
    own : ndarray
        Observed statistics, (statistics,); NaN where there is none.
    chance : ndarray
        (arrangements, statistics); every arrangement if ``exact``, else draws, to which the
        observed one is added. A NaN among them, an exposure that does not change, counts as 0: it
        moves with nothing.
    exact : bool
        Whether ``chance`` holds every arrangement.

    Returns
    -------
    dict
        ``expected`` (mean over the arrangements), ``p`` (share at least as far from it), ``p_lags``
        (share whose smallest p over all statistics is no larger: Westfall and Young 1993); NaN
        where ``own`` is.
    """
    told = ~np.isnan(own)
    every = np.nan_to_num(chance if exact else np.vstack([own, chance]))
    expected = every.mean(axis=0)
    far, own_far = (np.abs(one - expected).round(DECIMALS) for one in (every, np.nan_to_num(own)))
    number, rare, own_rare = len(far), ranks_of_each(far.T).T, (far >= own_far).sum(axis=0)
    smallest = np.where(told, rare, number).min(axis=1, keepdims=True)
    found = {
        "expected": expected,
        "p": own_rare / number,
        "p_lags": (smallest <= own_rare).mean(axis=0),
    }
    return {name: np.where(told, values, np.nan) for name, values in found.items()}

"""Which moved first: active partnerships or a reform indicator, beside chance within terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import pandas as pd

from egovstudy.data.events import LAPSE_AFTER
from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.comparative.terms import (
    active_on,
    count_active,
    dated_events,
    drawn_arrangements,
    every_arrangement,
    need,
    office_terms,
    p_of_arrangements,
    term_of,
)
from egovstudy.methods.inference import ways
from egovstudy.methods.panel import Result

FEWEST_PAIRS = 5
ROUNDING = 1e-9  # changes that differ by less do not differ


@dataclass(frozen=True, eq=False, repr=False)
class LeadLag(Result):
    """What :func:`lead_lag` found.

    Attributes
    ----------
    table : DataFrame
        One row per lag: ``lag`` (years; above 0 the exposure comes first), ``n`` (pairs of
        changes), ``correlation`` (-1 to 1), ``expected`` (its mean over the arrangements: what the
        terms alone give), ``p`` (two-sided), ``p_lags`` (allows for looking at every lag),
        ``floor`` (no p can be lower), ``note`` (why there is no number).
    series : DataFrame
        ``year, value, exposure`` (partnerships active on that year's day; NaN where the records do
        not reach).
    terms : DataFrame
        ``holder_id, events, ways``: the events whose dates are dealt out, and in how many ways.
    distinct : int
        Product of ``ways``: distinct arrangements of dates, exactly.
    exact : bool
        Whether all of them were looked at.
    arrangements : int
        Arrangements looked at beside the observed one; all of them, it included, if ``exact``.
    fixed : int
        Events that keep their date because no single term holds it.
    indicator, office : str
        As given.
    seed : int
        Seed of the draws.
    """

    table: pd.DataFrame
    series: pd.DataFrame
    terms: pd.DataFrame
    distinct: int
    exact: bool
    arrangements: int
    fixed: int
    indicator: str
    office: str
    seed: int

    def _lines(self) -> list[str]:
        number = (
            f"{self.distinct:,}"
            if self.distinct < 10**15
            else f"{float(self.distinct):.1e} (exactly: .distinct)"
        )
        looked = (
            "all of them" if self.exact else f"{self.arrangements:,} drawn with seed {self.seed}"
        )
        formats = {name: "{:.4f}".format for name in ("p", "p_lags", "floor")}
        return [
            (
                f"Changes of {self.indicator} beside changes of active partnerships, by lag in"
                " years (above 0: exposure first)"
            ),
            self.table.to_string(
                index=False, float_format="{:.2f}".format, na_rep="-", formatters=formats
            ),
            (
                f"p: dates dealt anew among the events of each term of {self.office}; {number}"
                f" distinct arrangements, {looked}. {self.fixed} events keep their date (no"
                " term holds it)."
            ),
            (
                "expected: mean correlation over the arrangements, what the terms alone give."
                " p_lags: how often the"
            ),
            "  smallest p of all lags would be this small.",
            (
                "Assumes: within a term the dates could as well have fallen to other events of"
                " it, whatever their"
            ),
            (
                "  partner and stage; the terms, and the dates in each, are taken as given."
                " Events nobody recorded"
            ),
            "  count as none. What moved first need not have moved the other.",
        ]


def lead_lag(
    events: pd.DataFrame,
    reform: pd.DataFrame,
    office_holders: pd.DataFrame,
    *,
    indicator: str,
    office: str,
    lags: int = 3,
    lapse_after: int = LAPSE_AFTER,
    breaks: pd.DataFrame | None = None,
    days: Mapping[int, pd.Timestamp] | None = None,
    draws: int = 9_999,
    seed: int = 0,
) -> LeadLag:
    """Correlate changes of an indicator with changes of exposure some years earlier or later.

    Exposure on a day is the number of partnerships with an event of agreement, implementation or
    renewal in the ``lapse_after`` years before it: the rule of :func:`partnership_states` without
    stated ends and closings, which would lose their sense when dates move. At lag L the change of
    the indicator between two of its years stands beside the change of exposure between the same
    days L years earlier; the statistic is Pearson's correlation.

    Its p-value deals the dates out anew among the done events of each office term, so every term
    keeps its events and its dates, and what moves with the terms themselves is no evidence. The
    distinct arrangements are counted exactly: for each term n! over the product of m!, where m
    events have dates that no exposure used here can tell apart. Up to ``draws`` + 1 arrangements
    are all looked at, and p is the share whose correlation is at least as far from their mean.
    Otherwise ``draws`` are drawn, and p = (1 + k) / (1 + draws). No p can be below 1 /
    min(distinct, draws + 1); the least can be higher where arrangements share an exposure.

    Parameters
    ----------
    events : DataFrame
        As :func:`egovstudy.load_events` returns it, all that the study counts.
    reform : DataFrame
        ``indicator, year, value``, one value a year, e.g. rows of :func:`egovstudy.load_reform` of
        one scope.
    office_holders : DataFrame
        ``holder_id, office, start_date, end_date``, partial dates. Holders without a start date are
        not used.
    indicator, office : str
        Which ones.
    lags : int
        Largest lag in years, 0 to 10; lags run from its negative to it.
    lapse_after : int
        Years, at least 1.
    breaks : DataFrame, optional
        ``indicator, year`` of changed methods, e.g. ``eg.load("reform_breaks")``: a change of the
        indicator across one is left out.
    days : mapping from year to Timestamp, optional
        Day to which each year's value belongs: events before it count. By default the 1 January
        after the year; for survey waves their assessment windows.
    draws : int
        At least 99.
    seed : int
        Seed of the draws.

    Returns
    -------
    LeadLag
        Lags with fewer than five pairs, or without any change, have a note instead of a number.

    Raises
    ------
    ArgumentError
        If a column, the indicator or the office is not there, a year has two values, no date can be
        dealt out, or no lag has enough pairs.

    References
    ----------
    Westfall, P. and Young, S. (1993). Resampling-Based Multiple Testing. Wiley (the
    smallest p of all lags).

    Examples
    --------
    >>> import egovstudy as eg
    >>> found = lead_lag(eg.load_events(), eg.load_reform(), eg.load("office_holders"), lags=1,
    ...                  indicator="cpi_score", office="minister_panrb", draws=99)
    >>> found.table[["lag", "n"]].to_dict("records")[0]
    {'lag': -1, 'n': 12}
    >>> found.exact, bool(found.table["p"].ge(0.01).all())
    (False, True)
    """
    for name, came, least, most in (
        ("lags", lags, 0, 10),
        ("lapse_after", lapse_after, 1, 50),
        ("draws", draws, 99, 1e6),
    ):
        if not least <= came <= most:
            raise ArgumentError(
                f"{name}={came} is out of range. Give a whole number from {least} to {most:g}."
            )
    values, terms = _values(reform, indicator, days), office_terms(office_holders, office)
    rows, covered = dated_events(events)
    moments = {lag: values["day"] - pd.DateOffset(years=lag) for lag in range(-lags, lags + 1)}
    whole = ~_crosses(values["year"].to_numpy(), indicator, breaks)
    usable = {
        lag: whole & _both(moment.between(*covered).to_numpy()) for lag, moment in moments.items()
    }
    enough = {lag: pairs for lag, pairs in usable.items() if pairs.sum() >= FEWEST_PAIRS}
    if not enough:
        raise ArgumentError(
            f"{indicator!r} has {max(int(pairs.sum()) for pairs in usable.values())} usable changes"
            f" at its best lag; {FEWEST_PAIRS} are needed. Choose an indicator with a longer"
            " series."
        )
    # the days on which exposure is needed; dates that none of them can tell apart share a code
    stamps = np.unique(
        np.concatenate([moments[lag][_ends(pairs)].to_numpy() for lag, pairs in enough.items()])
    )
    patterns, codes = np.unique(active_on(rows, stamps, lapse_after), axis=0, return_inverse=True)
    groups = _events_of(terms, rows)
    counts = [ways(np.unique(codes[group], return_counts=True)[1]) for group in groups]
    distinct = prod(counts)
    if distinct == 1:
        raise ArgumentError(
            f"no date could have fallen otherwise within a term of {office!r} ({len(rows)} events)."
            " Give more events, or another office."
        )
    exact = distinct <= draws + 1
    blocks = (
        every_arrangement(codes, groups)
        if exact
        else drawn_arrangements(codes, groups, draws, seed)
    )
    places = {lag: np.searchsorted(stamps, moments[lag].to_numpy()) for lag in enough}
    pairs = [(places[lag][:-1][used], places[lag][1:][used], used) for lag, used in enough.items()]
    change = np.diff(values["value"].to_numpy(dtype=float))
    own = _correlations(rows, patterns[codes[None]], pairs, change)
    chance = np.concatenate([_correlations(rows, patterns[one], pairs, change) for one in blocks])
    found = pd.DataFrame(
        {"correlation": own[0], **p_of_arrangements(own[0], chance, exact)}, index=list(enough)
    )
    series = values.assign(
        exposure=count_active(rows, active_on(rows, values["day"].to_numpy(), lapse_after)[None])[0]
    )
    series["exposure"] = series["exposure"].where(series["day"].between(*covered))
    return LeadLag(
        table=_table(usable, found, 1 / min(distinct, draws + 1)),
        series=series.drop(columns="day"),
        terms=pd.DataFrame(
            {
                "holder_id": terms["holder_id"],
                "events": [len(one) for one in groups],
                "ways": counts,
            }
        ),
        distinct=distinct,
        exact=exact,
        arrangements=len(chance),
        fixed=len(rows) - sum(len(one) for one in groups),
        indicator=indicator,
        office=office,
        seed=seed,
    )


def _events_of(terms: pd.DataFrame, rows: pd.DataFrame) -> list[np.ndarray]:
    """Places of the events of each term; a date that could be of two terms is of none."""
    starts, ends = term_of(rows["first"], terms), term_of(rows["last"], terms)
    return [np.flatnonzero((starts == one) & (ends == one)) for one in range(len(terms))]


def _table(usable: Mapping[int, np.ndarray], found: pd.DataFrame, floor: float) -> pd.DataFrame:
    table = pd.DataFrame(
        {"n": [int(pairs.sum()) for pairs in usable.values()]}, index=pd.Index(usable, name="lag")
    )
    table = table.join(found)
    few, still = table["n"] < FEWEST_PAIRS, table["correlation"].isna()
    table["floor"] = np.where(still, np.nan, floor)
    table["note"] = np.select(
        [few, still], [f"fewer than {FEWEST_PAIRS} pairs", "nothing changes"], ""
    )
    return table.reset_index()


def _values(
    reform: pd.DataFrame, indicator: str, days: Mapping[int, pd.Timestamp] | None
) -> pd.DataFrame:
    """Give ``year, value, day`` of the indicator, one row a year."""
    need(reform, "reform", ["indicator", "year", "value"])
    known = sorted(reform["indicator"].astype("str").unique())
    if indicator not in known:
        raise ArgumentError(
            f"no indicator {indicator!r}.{nearest(indicator, known)} Indicators: {listed(known)}."
        )
    rows = reform[reform["indicator"].astype("str").eq(indicator) & reform["value"].notna()]
    if rows["year"].isna().any() or np.isinf(rows["value"].to_numpy(dtype=float)).any():
        raise ArgumentError(
            f"{indicator!r} has a value without year, or an infinite one. Mend or drop the row."
        )
    scopes = sorted(rows["scope"].astype("str").unique()) if "scope" in rows else []
    twice = rows.loc[rows["year"].duplicated(), "year"]
    if len(scopes) > 1 or len(twice):
        came = (
            f"two values in {twice.iloc[0]}" if len(twice) else f"values of scopes {listed(scopes)}"
        )
        raise ArgumentError(
            f"{indicator!r} has {came}. Give reform rows with one value a year and one scope, e.g."
            " those whose scope is national and whose status is ok."
        )
    rows = (
        rows[["year", "value"]]
        .astype({"year": "int64"})
        .sort_values("year", ignore_index=True, kind="stable")
    )
    missing = [] if days is None else [year for year in rows["year"] if year not in days]
    if missing:
        raise ArgumentError(
            f"days has no day for {listed(missing, 20)}. Give one for each year of {indicator!r}."
        )
    stamps = [
        pd.Timestamp(year + 1, 1, 1) if days is None else pd.Timestamp(days[year])
        for year in rows["year"]
    ]
    return rows.assign(day=pd.Series(stamps, dtype="datetime64[s]"))


def _crosses(years: np.ndarray, indicator: str, breaks: pd.DataFrame | None) -> np.ndarray:
    """Whether a break of the indicator lies between two of its years, (years - 1,)."""
    if breaks is None:
        return np.zeros(len(years) - 1, dtype=bool)
    need(breaks, "breaks", ["indicator", "year"])
    broken = breaks.loc[breaks["indicator"].astype("str").eq(indicator), "year"].to_numpy(
        dtype=float
    )
    return ((years[:-1, None] < broken) & (broken <= years[1:, None])).any(axis=1)


def _both(inside: np.ndarray) -> np.ndarray:
    return inside[:-1] & inside[1:]


def _ends(pairs: np.ndarray) -> np.ndarray:
    """Which days a set of changes needs: both ends of each, (years,)."""
    return np.append(pairs, False) | np.append(False, pairs)


def _correlations(
    rows: pd.DataFrame,
    active: np.ndarray,
    pairs: Sequence[tuple[np.ndarray, ...]],
    change: np.ndarray,
) -> np.ndarray:
    """Correlate at each lag, (arrangements, lags), from (arrangements, events, days)."""
    exposed = count_active(rows, active)
    found = [
        _correlation(exposed[:, end] - exposed[:, start], change[used])
        for start, end, used in pairs
    ]
    return np.stack(found, axis=1)


def _correlation(moved: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Pearson's correlation of each row with the change, (rows,); NaN where either is constant."""
    moved, change = moved - moved.mean(axis=1, keepdims=True), change - change.mean()
    size = np.sqrt((moved**2).sum(axis=1) * (change**2).sum())
    still = (np.ptp(moved, axis=1) < ROUNDING) | (np.ptp(change) < ROUNDING)
    return np.divide(moved @ change, size, out=np.full(len(moved), np.nan), where=~still)

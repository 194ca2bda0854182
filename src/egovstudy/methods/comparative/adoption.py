"""From dated Korean centres to adoption waves: first openings, open centres, uncertain dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import pandas as pd

from egovstudy.data.events import RULES, assign_wave, span, wave_windows
from egovstudy.errors import ArgumentError, listed, nearest

CODINGS, DATES = ("first", "stock"), ("earliest", "latest")
# A centre that is only planned, or known from a memorandum alone, is no opening.
OPENED = (
    "active",
    "ended",
    "ended_unconfirmed",
    "not_renewed",
    "opened",
    "opened_date_unconfirmed",
)
# How far a start that is only a bound may lie from its date. Back: the usual time between two
# waves. On: the longest time between a memorandum and an opening that the table knows (Kenya, May
# 2016 to November 2017).
BACK, ON = pd.DateOffset(months=24), pd.DateOffset(months=18)
ONLY_UPPER, ONLY_LOWER = ("not later than",), ("date of the memorandum", "announced", "planned")


def centre_adoption(
    centres: pd.DataFrame,
    coding: str = "first",
    dates: str = "latest",
    *,
    types: Iterable[str] = ("cooperation",),
    rule: str = "window",
    bounds: Mapping[str, tuple[str, str]] | None = None,
) -> pd.DataFrame:
    """Turn dated centres into adoption waves by country, or into numbers of open centres by wave.

    Each start has an earliest and a latest day: the first and last day of the date as precise as it
    is. A start that is "not later than" its date may lie two years before it; the opening may
    follow a memorandum, an announcement or a plan by 18 months. The wave is the first one that
    could reflect the day, as :func:`egovstudy.assign_wave` gives it. Centres only planned, or known
    from a memorandum alone, are left out.

    Parameters
    ----------
    centres : DataFrame
        The table ``centres``, or some of its rows.
    coding : str
        ``first``: the first wave that could reflect the first opening. ``stock``: how many centres
        are open in each wave; a centre is closed from the first wave that could reflect the last
        day on which it may have ended.
    dates : str
        Which day of each start counts: ``latest`` (as :func:`egovstudy.assign_wave` reads a date)
        or ``earliest``.
    types : iterable of str
        Codes of ``centre-type``. ``cooperation`` are the e-government and digital government
        centres (EGCC, DGCC); ``it_cooperation`` are their forerunners, ``information_access``
        another programme.
    rule : str
        As in :func:`egovstudy.assign_wave`: ``window``, ``published`` or ``later``.
    bounds : mapping of str to (str, str), optional
        Earliest and latest date by ``centre_id``, where more is known than the table's columns say.

    Returns
    -------
    DataFrame
        ``first``: ``iso3, adoption_wave, earliest_wave, latest_wave``; a wave is missing where no
        wave is late enough. ``stock``: ``iso3, wave, n_centres``, every wave for each host. In the
        order of ``iso3``.

    Raises
    ------
    ArgumentError
        If a coding, a choice of dates, a rule, a type or a centre is unknown, a start is empty, or
        bounds cross.

    Examples
    --------
    >>> import egovstudy as eg
    >>> adoption = centre_adoption(eg.load("centres"))
    >>> waves = adoption.set_index("iso3")[["earliest_wave", "latest_wave"]]
    >>> waves.loc[["IDN", "KEN"]].to_numpy().tolist()
    [[2018, 2018], [2018, 2020]]
    """
    _allowed("coding", coding, CODINGS)
    _allowed("dates", dates, DATES)
    kept = _days(_counted(centres, types), bounds or {})
    for side in DATES:
        kept[f"{side}_wave"] = _wave(kept[side], rule)
    if coding == "first":
        out = kept.groupby("iso3", as_index=False)[["earliest_wave", "latest_wave"]].min()
        out.insert(1, "adoption_wave", out[f"{dates}_wave"])
        return out
    ended = kept["end_date"].notna()
    last = [pd.Timestamp(span(date)[1]) for date in kept.loc[ended, "end_date"]]
    kept["closed"] = _wave(
        pd.Series(last, index=kept.index[ended], dtype="datetime64[ns]"), rule
    ).reindex(kept.index)
    rows = kept.merge(pd.DataFrame({"wave": list(wave_windows(rule))}), how="cross")
    rows["n_centres"] = (
        rows[f"{dates}_wave"].le(rows["wave"]) & ~rows["closed"].le(rows["wave"]).fillna(False)
    ).fillna(False)
    return (
        rows.groupby(["iso3", "wave"], as_index=False)["n_centres"]
        .sum()
        .astype({"n_centres": "int64"})
    )


def adoption_specifications(
    centres: pd.DataFrame,
    types: Iterable[Iterable[str]] = (("cooperation",), ("cooperation", "it_cooperation")),
    rules: Iterable[str] = tuple(RULES),
) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """Give every reading of the adoption waves: centre types, date rules, sides of uncertain dates.

    Parameters
    ----------
    centres : DataFrame
        The table ``centres``.
    types : iterable of iterables of str
        Sets of codes of ``centre-type``.
    rules : iterable of str
        Rules of :func:`egovstudy.assign_wave`.

    Yields
    ------
    tuple of dict and DataFrame
        The choices (``types, rule, dates``) and the first-adoption frame of
        :func:`centre_adoption`.

    Examples
    --------
    >>> import egovstudy as eg
    >>> every = adoption_specifications(eg.load("centres"), [["cooperation"]], ["window"])
    >>> [choice["dates"] for choice, _ in every]
    ['earliest', 'latest']
    """
    for kinds, rule, dates in product([tuple(kinds) for kinds in types], rules, DATES):
        choice = {"types": "+".join(kinds), "rule": rule, "dates": dates}
        yield choice, centre_adoption(centres, dates=dates, types=kinds, rule=rule)


def _allowed(name: str, came: str, allowed: Iterable[str]) -> None:
    if came not in allowed:
        raise ArgumentError(
            f"{name}={came!r}.{nearest(came, list(allowed))} Allowed: {', '.join(allowed)}."
        )


def _counted(centres: pd.DataFrame, types: Iterable[str]) -> pd.DataFrame:
    if isinstance(types, str):
        raise ArgumentError(f"types={types!r} is one word. Give a list, e.g. types=[{types!r}].")
    known = sorted(centres["centre_type"].astype("str").unique())
    for kind in types:
        _allowed("centre type", kind, known)
    kept = centres[centres["centre_type"].isin(list(types)) & centres["status"].isin(OPENED)]
    if kept.empty:
        raise ArgumentError(
            f"no centre of types={list(types)} has opened. Types in these rows: {listed(known)}."
        )
    return kept.rename(columns={"country_iso3": "iso3"})


def _days(centres: pd.DataFrame, bounds: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Add the earliest and the latest day of each start."""
    strangers = [name for name in bounds if name not in set(centres["centre_id"])]
    if strangers:
        raise ArgumentError(
            f"bounds for {strangers[0]!r}, which is no counted"
            f" centre.{nearest(strangers[0], list(centres['centre_id']))} Counted:"
            f" {listed(list(centres['centre_id']), 40)}."
        )
    undated = centres.loc[
        centres["start_date"].isna() & ~centres["centre_id"].isin(list(bounds)), "centre_id"
    ]
    if len(undated):
        raise ArgumentError(
            f"no start date for {listed(list(undated))}. Drop these rows, or give"
            " bounds={centre_id: (first, last)}."
        )
    days = []
    for row in centres.itertuples():
        first, last = bounds.get(row.centre_id, (row.start_date, row.start_date))
        earliest, latest = pd.Timestamp(span(first)[0]), pd.Timestamp(span(last)[1])
        says = str(row.start_qualifier) if row.centre_id not in bounds else ""
        if says.startswith(ONLY_UPPER):
            earliest -= BACK
        if says.startswith(ONLY_LOWER):
            latest += ON
        if earliest > latest:
            raise ArgumentError(
                f"bounds of {row.centre_id}: {first} is after {last}. Give the earlier date first."
            )
        days.append((earliest, latest))
    return centres.assign(**{side: [day[at] for day in days] for at, side in enumerate(DATES)})


def _wave(days: pd.Series, rule: str) -> pd.Series:
    return assign_wave(days.dt.strftime("%Y-%m-%d").to_frame("date"), rule)

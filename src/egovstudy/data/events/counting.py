"""Questions asked of the coded events: how many, and which may be the same."""

from __future__ import annotations

import pandas as pd

from egovstudy.data.events.printed import span
from egovstudy.data.events.waves import assign_wave, wave_windows
from egovstudy.errors import ArgumentError, listed, nearest

APART = pd.Timedelta(days=3)  # two reports of one act seldom disagree by more
PERIODS = ("year", "wave")


def count_events(
    events: pd.DataFrame,
    by: str | None = None,
    *,
    per: str | None = None,
    domestic: bool = False,
    minimum_score: int = 0,
    rule: str = "window",
) -> pd.DataFrame:
    """Count events, every group and period shown, also the empty ones.

    Selection is plain pandas before the call: ``events[events["core_scope"]]``,
    ``events.query("stage == 'intent'")``.

    Parameters
    ----------
    events : DataFrame
        As :func:`egovstudy.load_events` returns it, or some of its rows.
    by : str, optional
        A column, e.g. ``partner_type``, ``instrument`` or ``body_id``.
    per : {"year", "wave"}, optional
        Calendar year of the event, or the wave that :func:`assign_wave` gives it.
    domestic : bool
        Also count Indonesian bodies among themselves, which is coordination and no diplomacy.
    minimum_score : int
        Leave out events with a lower record score, 0 to 8.
    rule : str
        Rule of :func:`assign_wave`, for ``per="wave"``.

    Returns
    -------
    DataFrame
        The columns of ``per`` and ``by``, and ``events`` (number); every survey wave, or every year
        from the first to the last. Events that no wave can reflect yet are not in a count per wave.

    Raises
    ------
    ArgumentError
        If there is no such column or period.

    Examples
    --------
    >>> import egovstudy as eg
    >>> counts = eg.count_events(eg.load_events(), by="partner_type")
    >>> counts = counts.set_index("partner_type")["events"]
    >>> bool(counts["government"] > counts["think_tank"])
    True
    """
    if per is not None and per not in PERIODS:
        raise ArgumentError(f"per={per!r}. Allowed: {listed(PERIODS)} or None.")
    if by is not None and by not in events:
        raise ArgumentError(f"no column {by!r} in events.{nearest(by, list(events.columns))}")
    rows = events[events["record_score"].ge(minimum_score)]
    if not domestic:
        rows = rows[rows["partner_type"].astype("str").ne("domestic")]
    keys = {}
    if per is not None:
        values = assign_wave(rows, rule) if per == "wave" else rows["date"].str[:4].astype("Int64")
        keys[per] = values.rename(per)
    if by is not None:
        keys[by] = rows[by].astype("str").where(rows[by].notna(), "none").rename(by)
    if not keys:
        return pd.DataFrame({"events": [len(rows)]})
    counts = rows.groupby(list(keys.values()), observed=True).size()
    levels = [_all_values(values, name) for name, values in keys.items()]
    full = (
        pd.MultiIndex.from_product(levels, names=list(keys))
        if len(keys) > 1
        else pd.Index(levels[0], name=next(iter(keys)))
    )
    return counts.reindex(full, fill_value=0).rename("events").reset_index()


def _all_values(values: pd.Series, name: str) -> list:
    if name == "wave":
        return list(wave_windows())
    found = sorted(values.dropna().unique().tolist())
    return list(range(found[0], found[-1] + 1)) if name == "year" and found else found


def find_duplicates(events: pd.DataFrame, among: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find pairs of rows that may be one event: same partner, body, instrument, near days.

    Parameters
    ----------
    events : DataFrame
        ``event_id, date, date_end, partner_id, body_id, instrument``.
    among : DataFrame, optional
        Other events to compare with; by default ``events`` with itself.

    Returns
    -------
    DataFrame
        ``event_id`` and ``other_id``, each pair once.

    Examples
    --------
    >>> same = {"partner_id": "kor-mois", "body_id": "panrb", "instrument": "mou"}
    >>> same |= {"date_end": [None, None]}
    >>> rows = pd.DataFrame({"event_id": ["a", "b"], "date": ["2021-05-25", "2021-05-26"], **same})
    >>> find_duplicates(rows).values.tolist()
    [['a', 'b']]
    """
    same = ["partner_id", "body_id", "instrument"]
    left, right = _spanned(events, same), _spanned(events if among is None else among, same)
    pairs = left.merge(right, on=same, suffixes=("", "_other"))
    near = pairs["first"].sub(APART).le(pairs["last_other"]) & pairs["first_other"].sub(APART).le(
        pairs["last"]
    )
    pairs = pairs[near].rename(columns={"event_id_other": "other_id"})[["event_id", "other_id"]]
    if among is None:
        return pairs[pairs["event_id"].lt(pairs["other_id"])].reset_index(drop=True)
    return pairs[pairs["event_id"].ne(pairs["other_id"])].reset_index(drop=True)


def _spanned(events: pd.DataFrame, same: list[str]) -> pd.DataFrame:
    out = events[["event_id", *same]].astype("str")
    out["first"] = [pd.Timestamp(span(date)[0]) for date in events["date"]]
    ends = events["date_end"].where(events["date_end"].notna(), events["date"])
    out["last"] = [pd.Timestamp(span(end)[1]) for end in ends]
    return out

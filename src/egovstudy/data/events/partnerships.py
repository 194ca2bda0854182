"""Partnerships: the relation behind the events, its state over time, how many are active."""

from __future__ import annotations

import pandas as pd

from egovstudy.data.events.printed import span
from egovstudy.data.events.waves import assign_wave, wave_windows
from egovstudy.errors import ArgumentError, listed

LAPSE_AFTER = 3  # years without an event; the usual term of the memoranda and centres that name one
ACTIVE = ("agreement", "implementation", "renewal")
FOUNDING = ("agreement", "renewal")
DAY = pd.Timedelta(days=1)
_RANK = {"contact": 0, "intent": 1, "agreement": 2, "implementation": 3}
MOST_POINTS = 8


def partnership_states(
    events: pd.DataFrame, lapse_after: int = LAPSE_AFTER, until: str | pd.Timestamp | None = None
) -> pd.DataFrame:
    """Follow each partnership (partner and Indonesian body) through its states.

    A state begins on the first day of the event that brings it. Contact, intent, agreement and
    implementation only go forward; a renewal founds anew; a closing ends. What happens on the day
    of a founding text belongs to it. An active state lapses on the day after the later of the
    stated end of the last text and the last event under it, or, where no end is stated, after
    ``lapse_after`` years without an event; a mere contact or intent fades in the same way. Work
    that follows the stated end within ``lapse_after`` years, without a new text, shows that there
    was no lapse. After a lapse or a closing only an agreement, a renewal or work brings the
    partnership back.

    Parameters
    ----------
    events : DataFrame
        As :func:`egovstudy.load_events` returns it, or some of its rows; domestic events have no
        partnership.
    lapse_after : int
        Years, at least 1.
    until : str or Timestamp, optional
        Day up to which silence is told as a lapse; by default the last day in ``events``.

    Returns
    -------
    DataFrame
        ``partnership_id, state, start, end`` (days; ``end`` is missing for the last state seen) and
        ``event_id`` (the event that brings the state; missing for a lapse).

    Raises
    ------
    ArgumentError
        If ``lapse_after`` is less than 1.

    Examples
    --------
    >>> import egovstudy as eg
    >>> states = eg.partnership_states(eg.load_events())
    >>> korea = states[states["partnership_id"].eq("kor-mois--panrb")]
    >>> korea.loc[korea["start"].ge("2016-01-01"), "state"].tolist()[-4:]
    ['lapse', 'renewal', 'implementation', 'lapse']
    """
    if lapse_after < 1:
        raise ArgumentError(f"lapse_after={lapse_after}. Give whole years, at least 1.")
    rows = events[
        events["partnership_id"].notna() & events["act_status"].astype("str").eq("done")
    ].copy()
    columns = ["partnership_id", "state", "start", "end", "event_id"]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    rows["first"] = [pd.Timestamp(span(date)[0]) for date in rows["date"]]
    rows["last"] = [
        pd.Timestamp(span(end if isinstance(end, str) else date)[1])
        for date, end in rows[["date", "date_end"]].itertuples(index=False)
    ]
    rows["rank"] = rows["stage"].astype("str").map(_RANK).fillna(2)
    rows = rows.sort_values(["partnership_id", "first", "rank", "event_id"])
    horizon = rows["last"].max() if until is None else pd.Timestamp(until)
    found = []
    for name, one in rows.groupby("partnership_id", sort=True):
        found += [
            (name, *state) for state in _states(one, pd.DateOffset(years=lapse_after), horizon)
        ]
    out = pd.DataFrame(found, columns=["partnership_id", "state", "start", "event_id"])
    out["end"] = out.groupby("partnership_id")["start"].shift(-1) - DAY
    return out[columns]


def _states(events: pd.DataFrame, silence: pd.DateOffset, horizon: pd.Timestamp) -> list[tuple]:
    found: list[tuple] = []
    state, began, term, last = None, None, None, None
    for event in events.itertuples():
        came = "closed" if event.stage == "closure" else str(event.stage)
        stopped = state in ("lapse", "closed")
        if state is not None and not stopped:
            quiet = last + silence
            ends = (
                quiet
                if term is None or (came == "implementation" and event.first <= quiet)
                else max(term, last)
            )
            if ends < event.first:
                found.append(("lapse", ends + DAY, None))
                state, term, stopped = "lapse", None, True
        if _moves(state, came, stopped) and not (state in FOUNDING and began == event.first):
            state, began = came, event.first
            found.append((state, began, event.event_id))
        if isinstance(event.term_end, str):
            term = pd.Timestamp(span(event.term_end)[1])
        if came in ACTIVE or not stopped:
            last = event.last if last is None else max(last, event.last)
    ends = last + silence if term is None else max(term, last)
    if state not in ("lapse", "closed") and ends + DAY <= horizon:
        found.append(("lapse", ends + DAY, None))
    return found


def _moves(state: str | None, came: str, stopped: bool) -> bool:
    if state is None or came in ("closed", "renewal"):
        return came != state
    return came in ACTIVE if stopped else _RANK[came] > _RANK.get(state, _RANK["agreement"])


def exposure(
    events: pd.DataFrame,
    by: str | None = "partner_type",
    *,
    rule: str = "window",
    minimum_score: int = 0,
    lapse_after: int = LAPSE_AFTER,
) -> pd.DataFrame:
    """Count the partnerships that are active when a wave's assessment opens.

    Parameters
    ----------
    events : DataFrame
        As :func:`egovstudy.load_events` returns it.
    by : str or None
        A column that is one for each partnership: ``partner_type``, ``country_iso3``,
        ``partner_id`` or ``body_id``.
    rule : str
        Name of the rule that places an event before a wave; see :func:`assign_wave`.
    minimum_score : int
        Leave out events with a lower record score, 0 to 8.
    lapse_after : int
        See :func:`partnership_states`.

    Returns
    -------
    DataFrame
        Every wave and group, also where nothing is active: ``wave``, the column ``by``,
        ``partnerships`` (number in the state agreement, implementation or renewal) and ``weighted``
        (the same, each counted with the mean record score of its events so far, divided by 8).

    Raises
    ------
    ArgumentError
        If ``by`` is not one of these.

    Examples
    --------
    >>> import egovstudy as eg
    >>> stock = eg.exposure(eg.load_events())
    >>> bool((stock["weighted"] <= stock["partnerships"]).all())
    True
    """
    allowed = ("partner_type", "country_iso3", "partner_id", "body_id")
    if by is not None and by not in allowed:
        raise ArgumentError(
            f"by={by!r} is not one value for each partnership. Allowed: {listed(allowed)} or None."
        )
    rows = events[events["partnership_id"].notna() & events["record_score"].ge(minimum_score)]
    key = by or "all"
    of_partnership = rows.assign(all="all").groupby("partnership_id")
    groups = of_partnership[key].first().astype("object").fillna("none").astype("str")
    # A partnership whose events so far are dated too coarsely to be placed counts with the mean of
    # all its events.
    overall = of_partnership["record_score"].mean() / MOST_POINTS
    opens = wave_windows(rule)
    states = partnership_states(rows, lapse_after, until=max(opens.values()))
    waves = assign_wave(rows, rule)
    counted = []
    for wave, day in opens.items():
        running = states[
            states["start"].lt(day)
            & (states["end"].isna() | states["end"].ge(day))
            & states["state"].isin(ACTIVE)
        ]
        scores = (
            rows.loc[waves.le(wave).fillna(False)].groupby("partnership_id")["record_score"].mean()
            / MOST_POINTS
        )
        weight = (
            running["partnership_id"].map(scores).fillna(running["partnership_id"].map(overall))
        )
        part = pd.DataFrame(
            {key: running["partnership_id"].map(groups), "partnerships": 1, "weighted": weight}
        )
        counted.append(part.groupby(key).sum().assign(wave=wave).reset_index())
    full = pd.MultiIndex.from_product([list(opens), sorted(groups.unique())], names=["wave", key])
    out = pd.concat(counted).set_index(["wave", key]).reindex(full, fill_value=0).reset_index()
    return out.drop(columns="all") if by is None else out

"""Columns beside a panel: Indonesia's active partnerships, and the context of every country.

Events, context and reform figures are placed by one rule (:func:`place`): a wave can reflect what
was over before its assessment opened, and takes the last of what came since the opening before.
Nothing is carried on or interpolated.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from egovstudy.data.events import LAPSE_AFTER, assign_wave, exposure, span, wave_windows
from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.panel.rows import KEY, check_key

CODED = "IDN"  # the one country whose partnerships and reform are coded
FIRST_REACH = pd.DateOffset(
    years=3
)  # of the first wave, which has none before: the longest time between two waves


def add_events(
    panel: pd.DataFrame,
    events: pd.DataFrame,
    by: str | None = "partner_type",
    *,
    rule: str = "window",
    minimum_score: int = 0,
    lapse_after: int = LAPSE_AFTER,
) -> pd.DataFrame:
    """Set Indonesia's active partnerships beside each wave.

    A wave counts the partnerships that are active when its assessment opens, see
    :func:`egovstudy.exposure`: a stock at a day of the calendar, so it does not depend on how far
    two waves lie apart. The events are Indonesia's alone: every other country is *uncoded*, not
    untreated, and stays empty. For Indonesia 0 says that no active partnership was found, not that
    there was none.

    Parameters
    ----------
    panel : DataFrame
        Unique on ``iso3`` and ``wave``, with Indonesia in it and only survey waves.
    events : DataFrame
        As :func:`egovstudy.load_events` returns it, or some of its rows.
    by : str or None
        Groups of partnerships: ``partner_type``, ``country_iso3``, ``partner_id``, ``body_id``;
        None for all together.
    rule : str
        ``window``, ``published`` or ``later``; see :func:`egovstudy.assign_wave`.
    minimum_score : int
        Leave out events with a lower record score, 0 to 8.
    lapse_after : int
        Years of silence after which a partnership without a stated end lapses.

    Returns
    -------
    DataFrame
        The same rows in the same order, and for each group ``partnerships_<group>`` (number) and
        ``weighted_<group>`` (the same, each counted with the mean record score of its events so
        far, 0 to 1). With ``by=None`` the one group is ``all``.

    Raises
    ------
    ArgumentError
        If the panel lacks Indonesia, has a wave that is none or has such a column already,
        ``events`` lack a column or none is left, or ``by`` or ``rule`` is not one of these.

    Examples
    --------
    >>> import egovstudy as eg
    >>> panel = eg.add_events(eg.make_panel(eg.load_egdi()), eg.load_events())
    >>> panel = panel.set_index(["iso3", "wave"])
    >>> panel.loc["IDN", "partnerships_government"].loc[[2005, 2008, 2010]].tolist()
    [0, 1, 2]
    >>> panel.loc["KOR", "partnerships_government"].count()  # uncoded
    np.int64(0)
    """
    check_survey_panel(panel, rule)
    needed = [
        "partnership_id",
        "event_id",
        "date",
        "date_end",
        "term_end",
        "stage",
        "act_status",
        "record_score",
    ]
    check_columns(
        events,
        [*needed, "partner_type", "country_iso3", "partner_id", "body_id"],
        "events",
        "load_events()",
    )
    if not (events["partnership_id"].notna() & events["record_score"].ge(minimum_score)).any():
        raise ArgumentError(
            f"no event of a partnership is left with minimum_score={minimum_score}. Give events,"
            " and a score of 0 to 8."
        )
    stock = exposure(events, by, rule=rule, minimum_score=minimum_score, lapse_after=lapse_after)
    stock = stock.assign(group=stock[by] if by else "all").astype(
        {"partnerships": "Int64", "weighted": "float64"}
    )
    wide = stock.pivot_table(
        index="wave", columns="group", values=["partnerships", "weighted"], aggfunc="first"
    )
    wide.columns = [f"{kind}_{group}" for kind, group in wide.columns]
    return beside(panel, of_coded(wide))


def add_context(
    panel: pd.DataFrame,
    context: pd.DataFrame,
    indicators: Sequence[str] | None = None,
    *,
    rule: str = "window",
) -> pd.DataFrame:
    """Set the context of every country beside the waves that can reflect it.

    A value of a calendar year counts from the last day of that year and is placed in the first wave
    whose assessment opens after it. Of the years between two openings the last with a value stands;
    where none has one, the wave is empty. With the default rule the wave of 2024 (opened on 1 June
    2023) takes 2022, or else 2021; the wave of 2008 takes 2005, 2004 or 2003. Which year it was may
    differ between countries, so it stands beside the value.

    Parameters
    ----------
    panel : DataFrame
        Unique on ``iso3`` and ``wave``, with only survey waves.
    context : DataFrame
        ``iso3, year, indicator, value``, e.g. ``egovstudy.load("context")``.
    indicators : sequence of str, optional
        By default every indicator that has a value for some row of the panel.
    rule : str
        ``window``, ``published`` or ``later``; see :func:`egovstudy.assign_wave`.

    Returns
    -------
    DataFrame
        The same rows in the same order, and for each indicator ``context_<indicator>`` (its own
        unit) and ``context_<indicator>_year`` (calendar year of the value).

    Raises
    ------
    ArgumentError
        If the panel has a wave that is none or such a column already, ``context`` lacks a column,
        holds a value twice or one that is no finite number, an indicator is unknown, or none has a
        value for this panel.

    Examples
    --------
    >>> import egovstudy as eg
    >>> panel = eg.add_context(eg.make_panel(eg.load_egdi()), eg.load("context"), ["hdi"])
    >>> panel = panel.set_index(["iso3", "wave"])
    >>> panel.loc["IDN", "context_hdi_year"].tolist()
    [2000, 2001, 2002, 2005, 2008, 2009, 2012, 2014, 2016, 2018, 2020, 2022]
    """
    check_survey_panel(panel, rule, with_coded=False)
    check_columns(context, ["iso3", "year", "indicator", "value"], "context", 'load("context")')
    key = ["iso3", "year", "indicator"]
    twice = context.duplicated(key)
    if twice.any():
        raise ArgumentError(
            f"context has {context.loc[twice, key].iloc[0].tolist()} twice. Keep one row of it."
        )
    check_values(context, "context")
    rows = wanted(context, indicators)
    rows = rows[rows["iso3"].isin(panel["iso3"])]
    rows = in_panel(rows.assign(wave=place(rows["year"].astype("str"), rule)), panel, indicators)
    last = rows.sort_values("year", kind="stable").drop_duplicates([*KEY, "indicator"], keep="last")
    wide = last.pivot_table(
        index=KEY, columns="indicator", values=["value", "year"], aggfunc="first"
    )
    wide.columns = [
        f"context_{name}" + ("_year" if kind == "year" else "") for kind, name in wide.columns
    ]
    return beside(panel, wide[sorted(wide.columns)])


def place(dates: pd.Series, rule: str) -> pd.Series:
    """Assign partial dates the first wave that opens after them; missing where none is near."""
    each = pd.Series(dates.unique())
    waves = assign_wave(pd.DataFrame({"date": each}), rule)
    earliest = min(wave_windows(rule).values()) - FIRST_REACH
    near = [pd.Timestamp(span(date)[1]) >= earliest for date in each]
    return dates.map(pd.Series(waves.where(near).array, index=each)).astype("Int64")


def beside(panel: pd.DataFrame, columns: pd.DataFrame) -> pd.DataFrame:
    """Set columns (by ``iso3`` and ``wave``) beside the rows of the panel, which stay."""
    there = [name for name in columns.columns if name in panel]
    if there:
        raise ArgumentError(
            f"the panel has {listed(there)} already. Start from a panel without, or rename."
        )
    keys = pd.MultiIndex.from_frame(panel[KEY].astype({"wave": "int64"}))
    return pd.concat([panel, columns.reindex(keys).set_axis(panel.index)], axis=1)


def of_coded(columns: pd.DataFrame) -> pd.DataFrame:
    """Make columns by wave Indonesia's."""
    return pd.concat({CODED: columns}, names=KEY)


def wanted(rows: pd.DataFrame, indicators: Sequence[str] | None) -> pd.DataFrame:
    """Keep the rows of these indicators, all by default."""
    if indicators is None:
        return rows
    if isinstance(indicators, str):
        raise ArgumentError(
            f"indicators={indicators!r} is one word. Give a list: [{indicators!r}]."
        )
    names = sorted(rows["indicator"].unique())
    for name in indicators:
        if name not in names:
            raise ArgumentError(
                f"no indicator {name!r} here.{nearest(name, names)} There are: {listed(names, 30)}."
            )
    return rows[rows["indicator"].isin(list(indicators))]


def in_panel(
    rows: pd.DataFrame, panel: pd.DataFrame, indicators: Sequence[str] | None
) -> pd.DataFrame:
    """Keep the rows placed in a wave of the panel; each indicator asked for must have one."""
    placed = rows[rows["wave"].isin(panel["wave"])].astype({"wave": "int64"})
    lost = sorted(set(indicators or []) - set(placed["indicator"]))
    if lost or placed.empty:
        years = rows.loc[rows["indicator"].eq(lost[0]) if lost else slice(None), "year"]
        there = (
            f"Years here: {years.min()} to {years.max()}"
            if len(years)
            else "No row is about its countries"
        )
        raise ArgumentError(
            f"{f'{lost[0]} has no' if lost else 'no indicator has a'} value that a wave of this"
            f" panel can reflect. {there}; waves: {listed(sorted(panel['wave'].unique()))}. Leave"
            " it out, or try another rule."
        )
    return placed


def check_survey_panel(panel: pd.DataFrame, rule: str, with_coded: bool = True) -> None:
    """Refuse a panel with a wave that is no survey wave or, if needed, without Indonesia."""
    check_key(panel)
    waves = list(wave_windows(rule))
    strange = sorted(set(panel["wave"]) - set(waves))
    if strange:
        raise ArgumentError(
            f"{strange[0]} in column wave is not a survey wave. Survey waves: {listed(waves)}."
        )
    if with_coded and CODED not in set(panel["iso3"]):
        raise ArgumentError(
            f"no {CODED} in the panel. Partnerships and reform are coded for Indonesia alone:"
            " add it."
        )


def check_columns(frame: pd.DataFrame, needed: Sequence[str], name: str, loader: str) -> None:
    """Refuse a frame that lacks a column."""
    missing = [column for column in needed if column not in frame]
    if missing:
        raise ArgumentError(
            f"{name} has no column {missing[0]!r}. Give it as {loader} of egovstudy returns it."
        )


def check_values(frame: pd.DataFrame, name: str) -> None:
    """Refuse values that are no finite numbers: what is absent has no row."""
    if (
        not pd.api.types.is_numeric_dtype(frame["value"])
        or not np.isfinite(frame["value"].astype("float64")).all()
    ):
        raise ArgumentError(
            f"{name} has a value that is no finite number. Leave such rows out: absent is no row."
        )

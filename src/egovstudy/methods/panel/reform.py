"""Indonesia's reform figures beside a panel, each in the wave that can reflect it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from egovstudy.data.events import span
from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.panel.columns import (
    beside,
    check_columns,
    check_survey_panel,
    check_values,
    in_panel,
    of_coded,
    place,
    wanted,
)

# Ranks in a survey as announced: their year is its wave (see the table indicators), so they stand
# at that wave.
OF_A_WAVE = (
    "egdi_rank_announced",
    "egdi_rank_sea_announced",
    "epi_rank_announced",
    "osi_rank_asean_announced",
)


def add_reform(
    panel: pd.DataFrame,
    reform: pd.DataFrame,
    indicators: Sequence[str] | None = None,
    *,
    scope: str = "national",
    rule: str = "window",
) -> pd.DataFrame:
    """Set Indonesia's reform figures beside the waves that can reflect them.

    A figure of a year counts from the last day of that year, a running count from the last day of
    its ``as_of``. It is placed in the first wave whose assessment opens after that day. Of the
    figures between two openings the last stands; where there is none, the wave is empty. With the
    default rule the wave of 2024 (opened on 1 June 2023) takes the figure of 2022, or else of 2021,
    never of 2020. Only the announced ranks of the UN survey itself stand at their own wave. A
    change of method is not taken out: read the columns with ``reform_breaks``.

    Figures in conflict stay in conflict. Where the figure that stands has a ``conflict_id`` or the
    status ``conflict``, the column is empty, and two more columns hold the lowest and the highest
    figure on record (the same one twice, where the other side is no row of ``reform``). Nothing is
    averaged.

    Parameters
    ----------
    panel : DataFrame
        Unique on ``iso3`` and ``wave``, with Indonesia in it and only survey waves.
    reform : DataFrame
        As :func:`egovstudy.load_reform` returns it, or some of its rows.
    indicators : sequence of str, optional
        By default every indicator that has a figure for some wave of the panel.
    scope : str
        Whose figures, e.g. ``national`` or ``ministries``.
    rule : str
        ``window``, ``published`` or ``later``; see :func:`egovstudy.assign_wave`.

    Returns
    -------
    DataFrame
        The same rows in the same order, and for each indicator ``reform_<indicator>`` (its own
        unit), ``reform_<indicator>_year`` (calendar year of the figure) and
        ``reform_<indicator>_status``; where a wave is in conflict also ``reform_<indicator>_low``
        and ``_high``, filled in every wave with a figure. A scope other than national stands after
        the indicator's name. Countries other than Indonesia stay empty.

    Raises
    ------
    ArgumentError
        If the panel lacks Indonesia, has a wave that is none or has such a column already,
        ``reform`` lacks a column or has a value that is no finite number, a scope or indicator is
        unknown or has no figure for these waves, one scope holds the figures of several bodies, or
        two figures of one day differ without a ``conflict_id``.

    Examples
    --------
    >>> import egovstudy as eg
    >>> panel = eg.add_reform(eg.make_panel(eg.load_egdi()), eg.load_reform())
    >>> panel = panel.set_index(["iso3", "wave"])
    >>> panel.loc["IDN", ["reform_spbe_index", "reform_spbe_index_year"]].loc[2020:].values.tolist()
    [[1.98, 2018], [2.26, 2020], [2.34, 2022]]
    """
    check_survey_panel(panel, rule)
    needed = [
        "indicator",
        "year",
        "as_of",
        "scope",
        "scope_detail",
        "value",
        "status",
        "conflict_id",
    ]
    check_columns(reform, needed, "reform", "load_reform()")
    check_values(reform, "reform")
    scopes = sorted(reform["scope"].astype("str").unique())
    if scope not in scopes:
        raise ArgumentError(
            f"no figure of scope {scope!r}.{nearest(scope, scopes)} Scopes: {listed(scopes, 30)}."
        )
    rows = wanted(reform[reform["scope"].astype("str").eq(scope)], indicators)
    dates = rows["as_of"].fillna(rows["year"].astype("str"))
    waves = place(dates, rule).mask(rows["indicator"].isin(OF_A_WAVE), rows["year"])
    rows = rows.assign(wave=waves, over=[span(date)[1] for date in dates])
    suffix = "" if scope == "national" else f"_{scope}"
    placed = in_panel(rows, panel, indicators)
    tables = []
    for name, figures in placed.groupby("indicator", observed=True):
        _check_one_body(str(name), scope, figures)
        sides = rows[rows["indicator"].eq(name) & rows["wave"].notna()]
        by_wave = {
            wave: _stands(str(name), found, sides[sides["wave"].le(wave)])
            for wave, found in figures.groupby("wave")
        }
        table = pd.DataFrame.from_dict(by_wave, orient="index").astype(
            {"year": "Int64", "value": "float64"}
        )
        if not table["status"].eq("conflict").any():
            table = table.drop(columns=["low", "high"])
        stem = f"reform_{name}{suffix}"
        tables.append(table.add_prefix(f"{stem}_").rename(columns={f"{stem}_value": stem}))
    return beside(panel, of_coded(pd.concat(tables, axis=1)))


def _stands(name: str, figures: pd.DataFrame, sides: pd.DataFrame) -> dict[str, object]:
    """Take the last figure of an indicator for a wave, with the known sides of its conflict."""
    last = figures[figures["over"].eq(figures["over"].max())]
    year, named = last["year"].iloc[-1], last["conflict_id"].notna()
    if len(set(last["value"])) > 1 and not named.all():
        raise ArgumentError(
            f"{name} has the figures {listed(last['value'].tolist())} for {year} without one"
            " conflict_id. Keep one of the rows, or give all of them the same conflict_id."
        )
    known = sides[sides["conflict_id"].isin(last["conflict_id"].dropna())]
    values = pd.concat([last["value"], known["value"]])
    contested = named.any() or last["status"].eq("conflict").any()
    return {
        "value": float("nan") if contested else last["value"].iloc[-1],
        "low": values.min(),
        "high": values.max(),
        "year": year,
        "status": "conflict" if contested else str(last["status"].iloc[-1]),
    }


def _check_one_body(name: str, scope: str, figures: pd.DataFrame) -> None:
    bodies = sorted(
        figures.loc[figures["conflict_id"].isna(), "scope_detail"].fillna("not named").unique()
    )
    if len(bodies) > 1:
        raise ArgumentError(
            f"{name} of scope {scope!r} has figures of several bodies: {listed(bodies)}. "
            "Give only the rows of one of them (column scope_detail), or name other indicators."
        )

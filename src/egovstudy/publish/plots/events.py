"""Plots of partnership events: timeline and counts. They draw what they are given."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, listed
from egovstudy.publish.plots.canvas import (
    in_style,
    legend_outside,
    mark_breaks,
    need_columns,
    need_unique,
    new_axes,
    points,
    spoken,
    suggested_mm,
    word,
)
from egovstudy.publish.style import (
    BREAK,
    FAINT,
    FILLS,
    GROUND,
    SHAPE_COLOURS,
    SHAPES,
    STEPS,
    current_venue,
)


def _span(date: object) -> tuple[float, float]:
    """First and last moment, in decimal years, of a date that may be a year, a month or a day."""
    period = pd.Period(str(date))
    length = 366 if period.start_time.is_leap_year else 365
    return (
        period.year + (period.start_time.day_of_year - 1) / length,
        period.year + period.end_time.day_of_year / length,
    )


def _ordered(column: pd.Series) -> list:
    """Categories in their own order; other values in order of first appearance."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [one for one in column.cat.categories if column.eq(one).any()]
    return list(dict.fromkeys(column.dropna()))


@in_style
def plot_timeline(
    events: pd.DataFrame,
    *,
    by: str = "partner",
    shape: str = "instrument",
    milestones: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw events on a calendar axis, one row per group; events that fall together are stacked in their row.

    Parameters
    ----------
    events : DataFrame
        Columns ``date`` (``2013``, ``2013-07`` or ``2013-07-04``), ``by`` and ``shape``. A date
        known to the day is filled; one known to the month or year is open, with a line over its
        whole possible span.
    by : str
        Column that makes the rows: a categorical's own order, else order of first appearance.
    shape : str
        Column that makes marker shape and colour, up to eight groups.
    milestones : DataFrame, optional
        ``date`` and ``label``, marked by vertical lines.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a column is missing or ``shape`` has more than eight groups.

    Examples
    --------
    >>> rows = pd.DataFrame({"date": ["2013-07-04", "2014"], "partner": ["KOR", "SGP"], "instrument": ["mou", "visit"]})
    >>> [label.get_text() for label in plot_timeline(rows).get_yticklabels()]
    ['Korea (1)', 'Singapore (1)']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(events, ["date", by, shape], "events")
    kinds = _ordered(events[shape])
    if len(kinds) > len(SHAPES):
        raise ArgumentError(
            f"{shape} has {len(kinds)} groups ({listed(kinds)}); a reader can tell {len(SHAPES)}"
            " shapes. Group them first."
        )
    rows = _ordered(events[by])
    ax = new_axes(suggested_mm(float(np.clip(7.6 * len(rows) + 24, 60, 160)))) if ax is None else ax
    spans = events["date"].map(_span)
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    ax.set_xlim(np.floor(low) - 0.3, np.ceil(high) + 0.3)
    marker = 3.6
    near = (
        (marker + 1)
        * (ax.get_xlim()[1] - ax.get_xlim()[0])
        / (0.75 * current_venue().width_mm / 25.4 * 72)
    )
    lanes = {row: _lanes(spans[events[by].eq(row)], near) for row in rows}
    ax.set_yticks(range(len(rows)), [f"{spoken(row)} ({len(lanes[row])})" for row in rows])
    ax.set_xlabel(word("year"))
    _timeline_legend(ax, kinds)
    tall = _row_heights([lanes[row].max() + 1 for row in rows], points(ax)[1])
    middles = np.cumsum(tall) - np.asarray(tall) / 2
    for edge in np.cumsum(tall)[:-1]:
        ax.axhline(edge, color=FAINT, linewidth=0.5, zorder=0)
    for row, middle in zip(rows, middles, strict=True):
        own = events[events[by].eq(row)]
        offset = middle - lanes[row].max() / 2
        for i, date, kind in zip(own.index, own["date"], own[shape], strict=True):
            _one_event(
                ax,
                spans[i],
                offset + lanes[row][i],
                kinds.index(kind),
                len(str(date)) == 10,
                marker,
            )
    ax.set_ylim(sum(tall), 0)
    ax.set_yticks(middles, [label.get_text() for label in ax.get_yticklabels()])
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=STEPS))
    if milestones is not None:
        need_columns(milestones, ["date", "label"], "milestones")
        mark_breaks(
            ax,
            [
                (sum(_span(date)) / 2, str(label))
                for date, label in milestones[["date", "label"]].to_numpy()
            ],
        )
    return ax


def _row_heights(lanes: list[int], room: float) -> np.ndarray:
    """Lanes that each row gets, so that its label of one line fits: rows of few lanes take from those of many."""
    least, line = 2.0, 1.3 * current_venue().min_pt
    tall = np.maximum(lanes, least)
    while least / tall.sum() * room < line and least < max(lanes):
        least += 0.1
        tall = np.maximum(lanes, least)
    return tall


def _lanes(spans: pd.Series, near: float) -> pd.Series:
    """Lane of each event of one row: the lowest in which it touches no earlier one."""
    ends: list[float] = []
    lane = pd.Series(0, index=spans.index)
    for i in spans.sort_values(kind="stable").index:
        start, end = spans[i]
        exact = end - start < 0.01
        left, right = (start - near / 2, start + near / 2) if exact else (start, end)
        lane[i] = next((k for k, taken in enumerate(ends) if left >= taken), len(ends))
        ends[lane[i] : lane[i] + 1] = [max(right, (left + right + near) / 2)]
    return lane


def _one_event(
    ax: Axes, span: tuple[float, float], y: float, kind: int, exact: bool, size: float
) -> None:
    colour = SHAPE_COLOURS[kind]
    if not exact:
        ax.plot(span, [y, y], color=colour, linewidth=0.7, zorder=2, solid_capstyle="butt")
    ax.plot(
        [sum(span) / 2], [y], marker=SHAPES[kind], markersize=size, markeredgecolor=colour, markeredgewidth=0.7,
        markerfacecolor=colour if exact else GROUND, linestyle="none", zorder=3,
    )  # fmt: skip


def _timeline_legend(ax: Axes, kinds: list) -> None:
    plain = {"linestyle": "none", "markersize": 4}
    handles = [
        Line2D([], [], marker=SHAPES[i], color=SHAPE_COLOURS[i], label=spoken(kind), **plain)
        for i, kind in enumerate(kinds)
    ]
    handles.append(Line2D([], [], marker="o", color=BREAK, label=word("exact"), **plain))
    unsure = {"markerfacecolor": GROUND, "markersize": 4, "linewidth": 0.7}
    handles.append(Line2D([], [], marker="o", color=BREAK, label=word("inexact"), **unsure))
    legend_outside(ax, handles)


@in_style
def plot_counts(data: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw counts as horizontal bars, stacked by group, with the total at the end.

    Parameters
    ----------
    data : DataFrame
        Columns ``category`` and ``count``, and ``group`` (up to eight) if the bars are stacked.
        Categories and groups stand in a categorical's own order, else in order of first appearance.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a column is missing, a bar comes twice, or there are more than eight groups.

    Examples
    --------
    >>> rows = pd.DataFrame({"category": ["KOR", "SGP"], "count": [57, 15]})
    >>> [round(float(bar.get_width())) for bar in plot_counts(rows).patches]
    [57, 15]
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(data, ["category", "count"], "data")
    groups = _ordered(data["group"]) if "group" in data else [None]
    if len(groups) > len(FILLS):
        raise ArgumentError(
            f"{len(groups)} groups came; a reader can tell {len(FILLS)} fills. Join the small ones."
        )
    need_unique(data, ["category", "group"] if "group" in data else ["category"], "data")
    categories = _ordered(data["category"])
    ax = (
        new_axes(suggested_mm(float(np.clip(14 + 5.5 * len(categories), 40, 200))))
        if ax is None
        else ax
    )
    place, start = np.arange(len(categories)), np.zeros(len(categories))
    handles, size = [], current_venue().min_pt
    for group, look in zip(groups, FILLS, strict=False):
        own = data if group is None else data[data["group"].eq(group)]
        values = own.set_index("category")["count"].reindex(categories).fillna(0).to_numpy()
        fill = look.patch()
        ax.barh(place, values, left=start, height=0.72, **fill)
        start = start + values
        handles.append(Patch(label=spoken(group), **fill))
    for y, total in zip(place, start, strict=True):
        ax.annotate(
            f"{total:g}", (total, y), (3, 0), textcoords="offset points", va="center", fontsize=size
        )
    ax.set_yticks(place, [spoken(one) for one in categories])
    ax.set_ylim(len(categories) - 0.4, -0.6)
    ax.set_xlim(0, start.max() * 1.08)
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=STEPS))
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(word("count"))
    if groups != [None]:
        legend_outside(ax, handles)
    return ax

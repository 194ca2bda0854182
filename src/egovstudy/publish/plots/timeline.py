"""Timelines: events by group; milestones above what runs. They draw what they are given."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, listed
from egovstudy.publish.plots.bars import in_order
from egovstudy.publish.plots.canvas import (
    break_labels,
    check_few,
    check_frame,
    few_ticks,
    in_style,
    legend_outside,
    mark_breaks,
    new_axes,
    points,
    spoken,
    suggested_mm,
    word,
)
from egovstudy.publish.style import (
    BREAK,
    FAINT,
    GROUND,
    INDICATORS,
    INK,
    LINES,
    MM,
    SHAPE_COLOURS,
    SHAPES,
    STEPS,
    current_venue,
)

LETTER = 0.56  # width of a letter, in its size
MARK = 3.6  # size of a mark, in pt
LEAST = 2.0  # lanes that a row gets at least, so that its label fits


def _span(date: object) -> tuple[float, float]:
    """First and last moment, in decimal years, of a date that may be a year, a month or a day."""
    period = pd.Period(str(date))
    length = 366 if period.start_time.is_leap_year else 365
    return (
        period.year + (period.start_time.day_of_year - 1) / length,
        period.year + period.end_time.day_of_year / length,
    )


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Add ``start``, ``end`` and ``middle`` of a date in years, and whether its day is known."""
    spans = np.array([_span(date) for date in frame["date"]]).reshape(-1, 2)
    start, end = spans.T
    exact = frame["date"].astype(str).str.len().eq(10)
    return frame.assign(start=start, end=end, middle=(start + end) / 2, exact=exact)


def _lanes(reaches: Iterable[tuple[float, float]]) -> list[int]:
    """Give each reach the lowest lane in which it touches none before it."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for left, right in reaches:
        free = (
            lane
            for lane, others in enumerate(taken)
            if all(right < start or end < left for start, end in others)
        )
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((left, right))
        found.append(lane)
    return found


def _marks(ax: Axes, dated: pd.DataFrame, marker: str, colour: str) -> None:
    """Mark dates at ``y``: filled if the day is known, else open on a line over all it may be."""
    open_ones = dated[~dated["exact"]]
    ax.hlines(open_ones["y"], open_ones["start"], open_ones["end"], color=colour, linewidth=0.7)
    for exact, own in dated.groupby("exact"):
        sns.scatterplot(
            own,
            x="middle",
            y="y",
            marker=marker,
            s=MARK**2,
            edgecolor=colour,
            linewidth=0.7,
            facecolor=colour if exact else GROUND,
            legend=False,
            zorder=3,
            ax=ax,
        )


@in_style
def plot_timeline(
    events: pd.DataFrame,
    *,
    by: str = "partner",
    shape: str = "instrument",
    milestones: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw events on a calendar axis, a row per group; those that fall together are stacked.

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
    >>> rows = pd.DataFrame({"date": ["2013-07-04", "2014"], "partner": ["KOR", "SGP"]})
    >>> ax = plot_timeline(rows.assign(instrument=["mou", "visit"]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['Korea (1)', 'Singapore (1)']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    check_frame(events, "events", ["date", by, shape])
    kinds, rows = in_order(events[shape]), in_order(events[by])
    check_few(kinds, len(SHAPES), shape)
    dated = _dated(events.reset_index(drop=True)).sort_values("start", kind="stable")
    if ax is None:
        ax = new_axes(suggested_mm(float(np.clip(7.6 * len(rows) + 24, 60, 160))))
    low, high = np.floor(dated["start"].min()) - 0.3, np.ceil(dated["end"].max()) + 0.3
    ax.set(xlim=(low, high), xlabel=word("year"))
    names = [f"{spoken(row)} ({dated[by].eq(row).sum()})" for row in rows]
    ax.set_yticks(range(len(rows)), names)
    _timeline_legend(ax, kinds)
    width, height = points(ax)
    half = (dated["end"] - dated["start"]).clip(lower=(MARK + 1) * (high - low) / width) / 2
    for _, own in dated.groupby(by, observed=True):
        near = zip(own["middle"] - half[own.index], own["middle"] + half[own.index], strict=True)
        dated.loc[own.index, "lane"] = _lanes(near)
    most = dated.groupby(by, observed=True)["lane"].max().reindex(rows)
    tall = _row_heights(most.to_numpy() + 1, height)
    edges = np.cumsum(tall)
    middles = pd.Series(edges - tall / 2, index=rows)
    dated["y"] = dated["lane"] + dated[by].map(middles - most / 2).astype(float)
    for number, kind in enumerate(kinds):
        _marks(ax, dated[dated[shape].eq(kind)], SHAPES[number], SHAPE_COLOURS[number])
    for edge in edges[:-1]:
        ax.axhline(edge, color=FAINT, linewidth=0.5, zorder=0)
    ax.set(ylim=(edges[-1], 0), ylabel="")
    ax.set_yticks(middles, names)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=STEPS))
    if milestones is not None:
        check_frame(milestones, "milestones", ["date", "label"])
        marked = _dated(milestones)
        mark_breaks(ax, list(zip(marked["middle"], marked["label"].astype(str), strict=True)))
    return ax


def _row_heights(lanes: np.ndarray, room: float) -> np.ndarray:
    """Lanes that each row gets so that its label fits: rows of few take from those of many."""
    least, line = LEAST, 1.3 * current_venue().min_pt
    while least < lanes.max() and least / np.maximum(lanes, least).sum() * room < line:
        least += 0.1
    return np.maximum(lanes, least)


def _timeline_legend(ax: Axes, kinds: list[Hashable]) -> None:
    handles: list[Artist] = [
        Line2D(
            [], [], linestyle="none", marker=marker, markersize=4, color=colour, label=spoken(kind)
        )
        for kind, marker, colour in zip(kinds, SHAPES, SHAPE_COLOURS, strict=False)
    ]
    handles += [
        Line2D(
            [], [], linestyle="none", marker="o", markersize=4, color=BREAK, label=word("exact")
        ),
        Line2D(
            [],
            [],
            linewidth=0.7,
            marker="o",
            markersize=4,
            markerfacecolor=GROUND,
            color=BREAK,
            label=word("inexact"),
        ),
    ]
    legend_outside(ax, handles)


@in_style
def plot_exposure(
    active: pd.DataFrame,
    series: pd.DataFrame,
    milestones: pd.DataFrame,
    *,
    counted: pd.DataFrame | None = None,
    breaks: pd.DataFrame | None = None,
) -> np.ndarray:
    """Draw milestones, running partnerships and indicators below one another on one time axis.

    Parameters
    ----------
    active : DataFrame
        ``date`` (day) and ``partnerships``: how many are active from that day to the next row; the
        last row ends the line.
    series : DataFrame
        ``panel``, ``date``, ``value``, ``unit``: one panel for each value of ``panel``. Dates may
        be partial (``2018``, ``2018-07``); a value stands at the last moment of its date.
    milestones : DataFrame
        ``date`` and ``label``: what else happened. A date known to the day is filled; one known to
        the month or year is open, with a line over its whole possible span. A thin line leads down
        through all panels.
    counted : DataFrame, optional
        ``date`` and ``partnerships``: days on which the partnerships were counted, as dots with
        their number; days before or after the axis are left out.
    breaks : DataFrame, optional
        ``panel``, ``date`` and ``label``: changed methods; no line is drawn over one. Its value is
        the first of the new kind.

    Returns
    -------
    ndarray of Axes
        Milestones, partnerships, then one for each panel in order of first appearance.

    Raises
    ------
    ArgumentError
        If a column is missing, a panel has two values at one date, a break is of no panel, or
        nothing is to be drawn.

    Examples
    --------
    >>> active = pd.DataFrame({"date": ["2016-03-02", "2024-12-31"], "partnerships": [3, 3]})
    >>> index = pd.DataFrame({"panel": "SPBE", "date": ["2018", "2019"], "value": [1.98, 2.18]})
    >>> law = pd.DataFrame({"date": ["2018"], "label": ["Perpres 95/2018"]})
    >>> axes = plot_exposure(active, index.assign(unit="index 1 to 5"), law)
    >>> [ax.get_title(loc="left") for ax in axes[1:]]
    ['active partnerships', 'SPBE (index 1 to 5)']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    counted = active.head(0) if counted is None else counted
    breaks = pd.DataFrame(columns=["panel", "date", "label"]) if breaks is None else breaks
    check_frame(active, "active", ["date", "partnerships"])
    check_frame(series, "series", ["panel", "date", "value", "unit"], unique=["panel", "date"])
    check_frame(milestones, "milestones", ["date", "label"])
    check_frame(counted, "counted", ["date", "partnerships"])
    check_frame(breaks, "breaks", ["panel", "date", "label"])
    given = {"active": active, "series": series, "milestones": milestones}
    empty = [name for name, rows in given.items() if rows.empty]
    if empty:
        raise ArgumentError(f"{listed(empty)} has no rows. Give at least one row of each.")
    panels = list(dict.fromkeys(series["panel"]))
    strange = [one for one in dict.fromkeys(breaks["panel"]) if one not in panels]
    if strange:
        raise ArgumentError(f"breaks are of panel {strange[0]!r}. Panels: {listed(panels)}.")

    running, values, acts = _dated(active), _dated(series), _dated(milestones)
    counted, breaks = _dated(counted), _dated(breaks)
    low = np.floor(min(running["start"].min(), values["end"].min() - 0.3, acts["start"].min()))
    high = np.ceil(max(running["start"].max(), values["end"].max(), acts["end"].max()) + 0.3)
    acts = _placed(acts, low, high)
    axes = _exposure_panels(int(acts["y"].max()) + 1, len(panels), breaks["panel"].nunique())
    axes[0].set_xlim(low, high)
    _strip(axes[0], acts)
    _running(axes[1], running, counted[counted["start"].between(low, high)])
    for ax, panel in zip(axes[2:], panels, strict=True):
        _one_series(ax, values[values["panel"].eq(panel)], breaks[breaks["panel"].eq(panel)])
    axes[-1].set_xlabel(word("year"))
    few_ticks(axes[1:])
    axes[-1].xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=STEPS))
    for ax in axes[1:]:
        for at in acts["middle"]:
            ax.axvline(at, color=FAINT, linewidth=0.7, zorder=0.5)
    _write_counts(axes[1], counted)
    return axes


def _exposure_panels(rows: int, panels: int, broken: int) -> np.ndarray:
    """Open a strip for so many rows of labels, and panels below it, some of them with breaks."""
    venue = current_venue()
    strip = (rows + 0.4) * 1.35 * venue.min_pt * MM / 72
    below = 24 * max(venue.text_pt / 7.5, 1) * (1 + panels)
    tall = min(18 + strip + below, venue.max_height_mm)
    # The ratio is of the panels' insides; titles, labels of breaks and the years below take their
    # height first.
    words = (1.6 * (1 + panels + broken) + 3.5) * venue.text_pt * MM / 72
    inside = max((tall - strip - words) / (1 + panels), 0.1 * strip)
    _, axes = plt.subplots(
        2 + panels,
        1,
        sharex=True,
        layout="constrained",
        figsize=(venue.width_mm / MM, tall / MM),
        height_ratios=[strip, *[inside] * (1 + panels)],
    )
    return axes


def _placed(acts: pd.DataFrame, low: float, high: float) -> pd.DataFrame:
    """Add the side of each label, left of its mark if it fits, and a row where it touches none."""
    venue = current_venue()
    years_per_pt = (high - low) / (0.8 * venue.width_mm / MM * 72)
    gap = MARK * years_per_pt
    long = LETTER * venue.min_pt * acts["label"].astype(str).str.len() * years_per_pt + 2 * gap
    left = acts["start"] - long >= low
    reach_low = (acts["start"] - long).where(left, acts["start"] - gap)
    reach_high = (acts["end"] + gap).where(left, acts["end"] + long)
    return acts.assign(left=left, y=_lanes(zip(reach_low, reach_high, strict=True)))


def _strip(ax: Axes, acts: pd.DataFrame) -> None:
    rows = acts["y"].max() + 1
    ax.set(ylim=(rows - 0.3, -0.7), yticks=[])
    _marks(ax, acts, "D", INK)
    ax.set(xlabel="", ylabel="")
    ax.tick_params(axis="x", length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    for act in acts.itertuples():
        top = (rows - 0.3 - act.y) / (rows + 0.4)
        ax.axvline(act.middle, 0, top, color=FAINT, linewidth=0.7, zorder=0.5)
        away = 1.3 * MARK if act.exact else MARK
        ax.annotate(
            str(act.label),
            (act.start if act.left else act.end, act.y),
            (-away if act.left else away, 0),
            textcoords="offset points",
            ha="right" if act.left else "left",
            va="center",
            color=INK,
            fontsize=current_venue().min_pt,
            annotation_clip=False,
            bbox={"facecolor": GROUND, "edgecolor": "none", "pad": 0.6},
            zorder=2.5,
        )


def _running(ax: Axes, running: pd.DataFrame, counted: pd.DataFrame) -> None:
    sns.lineplot(
        running,
        x="start",
        y="partnerships",
        drawstyle="steps-post",
        estimator=None,
        errorbar=None,
        color=INK,
        linewidth=1.1,
        zorder=3,
        ax=ax,
    )
    sns.scatterplot(
        counted,
        x="start",
        y="partnerships",
        s=16,
        facecolor=GROUND,
        edgecolor=INK,
        linewidth=0.9,
        zorder=4,
        ax=ax,
    )
    highest = max(running["partnerships"].max(), counted["partnerships"].max(), 1)
    ax.set(ylim=(0, 1.25 * highest), xlabel="", ylabel="")
    ax.set_title(word("active_partnerships"), pad=4)


def _one_series(ax: Axes, rows: pd.DataFrame, breaks: pd.DataFrame) -> None:
    panel, unit = rows[["panel", "unit"]].iloc[0]
    own = INDICATORS.get(str(panel).lower(), LINES["IDN"])
    marks = break_labels(breaks, "end") if len(breaks) else []
    starts = [at - 1e-9 for at, _ in marks]
    sns.lineplot(
        rows.assign(stretch=np.searchsorted(starts, rows["end"])),
        x="end",
        y="value",
        units="stretch",
        estimator=None,
        errorbar=None,
        color=own.colour,
        linewidth=1.4,
        marker=own.marker,
        markersize=3.4,
        markeredgecolor=GROUND,
        markeredgewidth=0.5,
        zorder=3,
        ax=ax,
    )
    room = 0.15 * max(np.ptp(rows["value"]), 1e-9)
    ax.set_ylim(rows["value"].min() - room, rows["value"].max() + room)
    ax.set(xlabel="", ylabel="")
    title = f"{spoken(panel)} ({unit})"
    ax.set_title(title, pad=4)
    lines = mark_breaks(ax, marks)
    ax.set_title(title, pad=4 + 1.4 * current_venue().min_pt * lines)


def _write_counts(ax: Axes, counted: pd.DataFrame) -> None:
    """Write numbers over their dots, but for those that would touch one before."""
    low, high = ax.get_xlim()
    size, shown = current_venue().min_pt, counted["start"].between(low, high)
    half = LETTER * size * (high - low) / points(ax)[0]
    reach = zip(counted["start"] - half, counted["start"] + half, strict=True)
    alone = np.array(_lanes(reach)) == 0
    for at, number in counted.loc[shown & alone, ["start", "partnerships"]].to_numpy():
        ax.annotate(
            f"{number:g}",
            (at, number),
            (0, 3.5),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=size,
            color=INK,
            zorder=5,
            bbox={"facecolor": GROUND, "edgecolor": "none", "pad": 0.3},
        )

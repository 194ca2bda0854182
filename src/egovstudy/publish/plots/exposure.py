"""A plot of milestones, running partnerships and indicators on one time axis. It draws what it is given."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, listed
from egovstudy.publish.plots.canvas import (
    break_labels,
    in_style,
    mark_breaks,
    need_columns,
    need_unique,
    new_axes,
    points,
    spoken,
    word,
)
from egovstudy.publish.plots.events import _span
from egovstudy.publish.style import FAINT, GROUND, INK, LINES, MM, STEPS, current_venue

LETTER = 0.56  # width of a letter, in its size
MARK = 3.6  # size of a milestone's mark, in pt


@in_style
def plot_exposure_and_reform(
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
    >>> index = pd.DataFrame({"panel": "SPBE", "date": ["2018", "2019"], "value": [1.98, 2.18], "unit": "index 1 to 5"})
    >>> law = pd.DataFrame({"date": ["2018"], "label": ["Perpres 95/2018"]})
    >>> [ax.get_title(loc="left") for ax in plot_exposure_and_reform(active, index, law)[1:]]
    ['active partnerships', 'SPBE (index 1 to 5)']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(active, ["date", "partnerships"], "active")
    need_columns(series, ["panel", "date", "value", "unit"], "series")
    need_columns(milestones, ["date", "label"], "milestones")
    if counted is not None:
        need_columns(counted, ["date", "partnerships"], "counted")
    need_unique(series, ["panel", "date"], "series")
    empty = [
        name
        for name, rows in (("active", active), ("series", series), ("milestones", milestones))
        if rows.empty
    ]
    if empty:
        raise ArgumentError(f"{listed(empty)} has no rows. Give at least one row of each.")
    panels = list(dict.fromkeys(series["panel"]))
    if breaks is not None:
        need_columns(breaks, ["panel", "date", "label"], "breaks")
        strange = [one for one in dict.fromkeys(breaks["panel"]) if one not in panels]
        if strange:
            raise ArgumentError(f"breaks are of panel {strange[0]!r}. Panels: {listed(panels)}.")
    steps = active.assign(at=[_span(date)[0] for date in active["date"]]).sort_values(
        "at", kind="stable"
    )
    values = series.assign(at=[_span(date)[1] for date in series["date"]]).sort_values(
        "at", kind="stable"
    )
    spans = [_span(date) for date in milestones["date"]]
    low = np.floor(min(steps["at"].min(), values["at"].min() - 0.3, min(spans)[0]))
    high = np.ceil(max(steps["at"].max(), values["at"].max(), max(end for _, end in spans)) + 0.3)
    labels = [str(label) for label in milestones["label"]]
    places = _places(spans, labels, low, high, 0.8 * current_venue().width_mm / MM * 72)
    strip_mm = (max(row for row, _ in places) + 1.4) * 1.35 * current_venue().min_pt * MM / 72
    below = 24 * max(current_venue().text_pt / 7.5, 1)
    tall = min(18 + strip_mm + below * (1 + len(panels)), current_venue().max_height_mm)
    axes = new_axes(tall, 2 + len(panels), 1).ravel()
    # The ratio is of the panels' insides; titles, labels of breaks and the years below take their
    # height first.
    lines = 1.6 * (1 + len(panels)) + 1.6 * (0 if breaks is None else breaks["panel"].nunique()) + 2
    inside = (tall - strip_mm - lines * current_venue().text_pt * MM / 72) / (1 + len(panels))
    axes[0].get_gridspec().set_height_ratios(
        [strip_mm, *[max(inside, 0.1 * strip_mm)] * (1 + len(panels))]
    )
    for ax in axes:
        ax.set_xlim(low, high)
        ax.tick_params(labelbottom=ax is axes[-1])
    _strip(axes[0], spans, [len(str(date)) == 10 for date in milestones["date"]], labels, places)
    axes[1].step(
        steps["at"], steps["partnerships"], where="post", color=INK, linewidth=1.1, zorder=3
    )
    highest = max(frame["partnerships"].max() for frame in (steps, counted) if frame is not None)
    axes[1].set_ylim(0, 1.25 * max(highest, 1))
    axes[1].set_title(word("active_partnerships"), pad=4)
    for ax, panel in zip(axes[2:], panels, strict=True):
        own = None if breaks is None else breaks[breaks["panel"].eq(panel)]
        _one_series(ax, values[values["panel"].eq(panel)], own)
    for ax in axes[1:]:
        for start, end in spans:
            ax.axvline((start + end) / 2, color=FAINT, linewidth=0.7, zorder=0.5)
    axes[-1].xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=STEPS))
    for ax in axes[:-1]:
        ax.set_xticks(axes[-1].get_xticks())
        ax.set_xlim(low, high)
    if counted is not None:
        _counted(axes[1], counted)
    _tick(axes)
    return axes


def _tick(axes: np.ndarray) -> None:
    """Give each low panel as many ticks as it has room for."""
    for ax in axes[1:]:
        low, high = ax.get_ylim()
        ticks = [
            tick
            for tick in MaxNLocator(3, steps=STEPS).tick_values(low, high)
            if low <= tick <= high
        ]
        room = points(ax)[1] / (1.3 * current_venue().min_pt)
        ax.set_yticks(
            ticks
            if room > 2 * len(ticks)
            else ticks[:: len(ticks) - 1]
            if room > 2.5
            else ticks[-1:]
        )


def _places(
    spans: list[tuple[float, float]], labels: list[str], low: float, high: float, width: float
) -> list[tuple[int, str]]:
    """Row and side of each label: left of its mark if there is room, in the lowest row where nothing is touched."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for (start, end), label in zip(spans, labels, strict=True):
        per_year = width / (high - low)
        long, gap = LETTER * current_venue().min_pt * len(label) / per_year, MARK / per_year
        side = "left" if start - long - 2 * gap >= low else "right"
        reach = (
            (start - long - 2 * gap, end + gap)
            if side == "left"
            else (start - gap, end + long + 2 * gap)
        )
        row = next(
            (
                at
                for at, row in enumerate(taken)
                if all(reach[1] < a or b < reach[0] for a, b in row)
            ),
            None,
        )
        if row is None:
            taken.append([])
            row = len(taken) - 1
        taken[row].append(reach)
        found.append((row, side))
    return found


def _strip(
    ax: Axes,
    spans: list[tuple[float, float]],
    exact: list[bool],
    labels: list[str],
    places: list[tuple[int, str]],
) -> None:
    rows = max(row for row, _ in places) + 1
    ax.set_ylim(rows - 0.3, -0.7)
    ax.set_yticks([])
    ax.tick_params(axis="x", length=0)
    for edge in ("left", "bottom"):
        ax.spines[edge].set_visible(False)
    for (start, end), known, label, (row, side) in zip(spans, exact, labels, places, strict=True):
        middle = (start + end) / 2
        if not known:
            ax.plot(
                [start, end], [row, row], color=INK, linewidth=1.2, zorder=2, solid_capstyle="butt"
            )
        ax.axvline(
            middle, 0, (rows - 0.3 - row) / (rows + 0.4), color=FAINT, linewidth=0.7, zorder=0.5
        )
        ax.plot(
            [middle], [row], marker="D", markersize=MARK, markerfacecolor=INK if known else GROUND, color=INK,
            markeredgewidth=0.8, linestyle="none", zorder=3,
        )  # fmt: skip
        away = 1.3 * MARK if known else MARK
        ax.annotate(
            label, (start if side == "left" else end, row), (-away if side == "left" else away, 0),
            textcoords="offset points", ha="right" if side == "left" else "left", va="center", color=INK,
            fontsize=current_venue().min_pt, annotation_clip=False,
            bbox={"facecolor": GROUND, "edgecolor": "none", "pad": 0.6}, zorder=2.5,
        )  # fmt: skip


def _one_series(ax: Axes, rows: pd.DataFrame, breaks: pd.DataFrame | None) -> None:
    look, marks = LINES["IDN"], []
    if breaks is not None and len(breaks):
        marks = break_labels(breaks.assign(at=[_span(date)[1] for date in breaks["date"]]), "at")
    stretch = sum(
        (rows["at"].ge(at - 1e-9).astype(int) for at, _ in marks),
        start=pd.Series(0, index=rows.index),
    )
    for _, part in rows.groupby(stretch):
        ax.plot(
            part["at"], part["value"], color=look.colour, linewidth=1.4, marker=look.marker, markersize=3.4,
            markeredgecolor=GROUND, markeredgewidth=0.5, zorder=3,
        )  # fmt: skip
    room = 0.15 * max(np.ptp(rows["value"]), 1e-9)
    ax.set_ylim(rows["value"].min() - room, rows["value"].max() + room)
    title = f"{spoken(rows['panel'].iloc[0])} ({rows['unit'].iloc[0]})"
    ax.set_title(title, pad=4)
    lines = mark_breaks(ax, marks)
    ax.set_title(title, pad=4 + 1.4 * current_venue().min_pt * lines)


def _counted(ax: Axes, counted: pd.DataFrame) -> None:
    """Dots with their number, a number only where it does not touch the one before."""
    low, high = ax.get_xlim()
    rows = counted.assign(at=[_span(date)[0] for date in counted["date"]]).sort_values(
        "at", kind="stable"
    )
    rows = rows[rows["at"].between(low, high)]
    ax.plot(
        rows["at"], rows["partnerships"], linestyle="none", marker="o", markersize=4, color=INK,
        markerfacecolor=GROUND, markeredgewidth=0.9, zorder=4,
    )  # fmt: skip
    size, (width, _) = current_venue().min_pt, points(ax)
    free = -np.inf
    for at, number in zip(rows["at"], rows["partnerships"], strict=True):
        place, half = (at - low) / (high - low) * width, LETTER * size * len(str(number)) / 2
        if place - half > free:
            ax.annotate(
                f"{number:g}", (at, number), (0, 3.5), textcoords="offset points", ha="center", va="bottom",
                fontsize=size, color=INK, zorder=5, bbox={"facecolor": GROUND, "edgecolor": "none", "pad": 0.3},
            )  # fmt: skip
            free = place + half + size / 2

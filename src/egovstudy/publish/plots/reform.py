"""Plots of reform indicators, each in its own unit. They draw what they are given."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError
from egovstudy.publish.plots.canvas import (
    break_labels,
    in_style,
    legend_outside,
    mark_breaks,
    need_columns,
    new_axes,
    points,
    spoken,
    suggested_mm,
    word,
)
from egovstudy.publish.style import FAINT, GROUND, INK, LINES, STEPS, current_venue

STATUS_MARKS = {
    "ok": ("o", INK),
    "derived": ("s", INK),
    "uncertain": ("o", FAINT),
    "conflict": ("D", GROUND),
}


@in_style
def plot_indicators(
    data: pd.DataFrame, breaks: pd.DataFrame | None = None, axes: Sequence[Axes] | None = None
):
    """Draw reform indicators as small multiples, each in its own unit.

    Parameters
    ----------
    data : DataFrame
        Columns ``indicator``, ``year``, ``value``, ``unit``, ``status`` (ok, derived, uncertain,
        conflict), and ``label`` if the title is not the code. Values in conflict are all drawn,
        open, and join no line; an uncertain year is drawn pale. A line joins neighbouring years
        only.
    breaks : DataFrame, optional
        ``indicator``, ``year``, ``label``: no line is drawn over a break, whose year is the first
        of the new kind.
    axes : sequence of Axes, optional
        One per indicator.

    Returns
    -------
    ndarray of Axes
        One per indicator, in order of first appearance.

    Raises
    ------
    ArgumentError
        If a column is missing, a year has two settled values, or there are fewer Axes than
        indicators.

    Examples
    --------
    >>> rows = pd.DataFrame({"indicator": "spbe", "year": [2023, 2024], "value": [2.79, 3.12], "unit": "index 1 to 5",
    ...                      "status": "ok"})
    >>> len(plot_indicators(rows))
    1
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(data, ["indicator", "year", "value", "unit", "status"], "data")
    groups = list(data.groupby("indicator", sort=False))
    if axes is None:
        venue = current_venue()
        wide = (
            4 if venue.width_mm > 1.5 * venue.max_height_mm else 3 if venue.width_mm >= 120 else 2
        )
        ncols = min(len(groups), wide)
        nrows = -(-len(groups) // ncols)
        axes = np.atleast_1d(new_axes(suggested_mm(12 + 46 * nrows), nrows, ncols)).ravel()
        for spare in axes[len(groups) :]:
            spare.remove()
    if len(axes) < len(groups):
        raise ArgumentError(f"{len(groups)} indicators need as many Axes; {len(axes)} came.")
    _check_single(data)
    first, last = data["year"].min() - 0.7, data["year"].max() + 0.7
    for ax, (indicator, rows) in zip(axes, groups, strict=False):
        own = breaks[breaks["indicator"].eq(indicator)] if breaks is not None else None
        ax.set_xlim(first, last)
        marks = [] if own is None or own.empty else break_labels(own, "year")
        lines = _one_indicator(ax, rows, marks)
        title = rows["label"].iloc[0] if "label" in rows else indicator
        letters = int(
            ax.get_window_extent().width * 72 / ax.figure.dpi / (0.56 * current_venue().text_pt)
        )
        ax.set_title(
            textwrap.fill(str(title), max(letters, 16)),
            pad=4 + 1.4 * current_venue().min_pt * lines,
        )
    shown = [status for status in STATUS_MARKS if status in set(data["status"])]
    if len(shown) > 1:
        legend_outside(axes[0], [_status_mark(status) for status in shown])
    for ax in axes[: len(groups)]:
        _few_ticks(ax)
    return np.asarray(axes[: len(groups)], dtype=object)


def _few_ticks(ax: Axes) -> None:
    """As many ticks as a small panel has room for, four steps at most; where two do not fit, one stands."""
    size = current_venue().min_pt
    rooms = zip(
        (ax.xaxis, ax.yaxis), points(ax), (2.6 * size, 1.25 * size), (True, False), strict=True
    )
    for axis, room, need, whole in rooms:
        low, high = sorted(axis.get_view_interval())
        for steps in (4, 3, 2, 1):
            ticks = MaxNLocator(steps, integer=whole, steps=STEPS).tick_values(low, high)
            ticks = ticks[(ticks >= low) & (ticks <= high)]
            if len(ticks) < 2 or (ticks[1] - ticks[0]) / (high - low) * room >= need:
                break
        else:
            ticks = ticks[:1]
        axis.set_ticks(ticks)


def _check_single(data: pd.DataFrame) -> None:
    settled = data[data["status"].ne("conflict")]
    twice = settled[settled.duplicated(["indicator", "year"])]
    if len(twice):
        raise ArgumentError(
            f"{twice['indicator'].iloc[0]} has two settled values in {twice['year'].iloc[0]}. "
            "Keep one scope per indicator, or mark both values as conflict."
        )


def _status_mark(status: str) -> Line2D:
    marker, face = STATUS_MARKS[status]
    return Line2D(
        [], [], marker=marker, markerfacecolor=face, markeredgecolor=INK, markersize=4, linestyle="none",
        markeredgewidth=0.8, label=word(status),
    )  # fmt: skip


def _one_indicator(ax: Axes, rows: pd.DataFrame, marks: list[tuple[float, str]]) -> int:
    settled = rows[rows["status"].ne("conflict")].sort_values("year", kind="stable")
    # A line joins neighbouring years only, and never over a break: what lies between was not
    # measured.
    stretch = settled["year"].diff().fillna(0).gt(1) | settled["year"].isin([at for at, _ in marks])
    for _, part in settled.groupby(stretch.cumsum()):
        ax.plot(part["year"], part["value"], color=LINES["IDN"].colour, linewidth=1, zorder=2)
    for status, part in rows.groupby("status"):
        look = _status_mark(status)
        ax.plot(
            part["year"], part["value"], linestyle="none", marker=look.get_marker(), markersize=4, zorder=3,
            markerfacecolor=look.get_markerfacecolor(), markeredgecolor=INK, markeredgewidth=0.8, label=status,
        )  # fmt: skip
    ax.set_ylabel(spoken(rows["unit"].iloc[0]))
    if rows["unit"].iloc[0] == "rank":
        ax.invert_yaxis()
    return mark_breaks(ax, marks)

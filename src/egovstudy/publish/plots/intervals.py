"""A plot of estimates with their intervals. It draws what it is given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, listed
from egovstudy.publish.plots.canvas import (
    in_style,
    legend_outside,
    mark_breaks,
    need_columns,
    need_unique,
    new_axes,
    spoken,
    suggested_mm,
)
from egovstudy.publish.style import FAINT, SHAPE_COLOURS, SHAPES, STEPS


@in_style
def plot_intervals(
    data: pd.DataFrame,
    *,
    xlabel: str,
    reference: Sequence[tuple[float, str]] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw estimates as marks with intervals, one row per label.

    Parameters
    ----------
    data : DataFrame
        Columns ``label``, ``estimate``, ``lower``, ``upper``, and ``group`` (up to eight) if a
        label has several estimates. A missing estimate leaves its row empty. Labels and groups
        stand in order of first appearance.
    xlabel : str
        What is estimated, with its unit or range.
    reference : sequence of (x, label)
        Vertical lines, such as a threshold.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a column is missing, a label has two estimates of one group, an interval does not hold
        its estimate, or there are more than eight groups.

    Examples
    --------
    >>> rows = pd.DataFrame({"label": ["stage"], "estimate": [0.8], "lower": [0.7], "upper": [0.9]})
    >>> [tick.get_text() for tick in plot_intervals(rows, xlabel="alpha (at most 1)").get_yticklabels()]
    ['stage']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(data, ["label", "estimate", "lower", "upper"], "data")
    rows = data if "group" in data else data.assign(group="")
    need_unique(rows, ["label", "group"], "data")
    outside = rows[(rows["lower"] > rows["estimate"]) | (rows["upper"] < rows["estimate"])]
    if len(outside):
        raise ArgumentError(
            f"the interval of {outside['label'].iloc[0]!r} does not hold its estimate."
        )
    labels, groups = list(dict.fromkeys(rows["label"])), list(dict.fromkeys(rows["group"]))
    if len(groups) > len(SHAPES):
        raise ArgumentError(
            f"{len(groups)} groups came ({listed(groups)}); a reader can tell {len(SHAPES)} shapes."
        )
    tall = len(labels) * max(1, 0.55 * len(groups))
    ax = new_axes(suggested_mm(float(np.clip(18 + 5.5 * tall, 40, 200)))) if ax is None else ax
    for edge in np.arange(len(labels) - 1) + 0.5:
        ax.axhline(edge, color=FAINT, linewidth=0.5, zorder=0)
    handles = []
    for number, group in enumerate(groups):
        own = rows[rows["group"].eq(group)].dropna(subset="estimate")
        shift = (number - (len(groups) - 1) / 2) * 0.7 / max(len(groups), 2)
        place = own["label"].map(labels.index).to_numpy() + shift
        look = {"color": SHAPE_COLOURS[number], "linewidth": 1.1}
        ax.hlines(place, own["lower"], own["upper"], **look)
        ax.plot(
            own["estimate"],
            place,
            marker=SHAPES[number],
            markersize=4,
            linestyle="none",
            color=look["color"],
        )
        handles.append(
            Line2D([], [], marker=SHAPES[number], markersize=4, label=spoken(group), **look)
        )
    ax.set_yticks(range(len(labels)), [spoken(label) for label in labels])
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=STEPS))
    ax.set_xlabel(xlabel)
    ax.set_xlim(ax.get_xlim())
    mark_breaks(ax, list(reference))
    if groups != [""]:
        legend_outside(ax, handles)
    return ax

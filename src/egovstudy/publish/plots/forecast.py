"""A plot of paths that end in a forecast with its interval. It draws what it is given."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from egovstudy.errors import ArgumentError, listed
from egovstudy.publish.plots.canvas import (
    in_style,
    legend_outside,
    need_columns,
    need_unique,
    new_axes,
    spoken,
    suggested_mm,
    word,
)
from egovstudy.publish.style import GROUND, INK, LINES, current_venue

SHOWN = 3.0  # height of an interval's cap, in pt


@in_style
def plot_forecast(data: pd.DataFrame, forecast: pd.DataFrame, *, ylabel: str = ""):
    """Draw paths over the waves as small multiples, each ending in a forecast with its interval.

    Parameters
    ----------
    data : DataFrame
        Columns ``panel``, ``wave`` and ``value``; a panel that is a country code is titled by its
        name.
    forecast : DataFrame
        Columns ``panel``, ``wave``, ``forecast``, ``lower``, ``upper``; one row for each panel,
        index points or ranks.
    ylabel : str
        What is drawn, with its range; it stands at the panels on the left.

    Returns
    -------
    ndarray of Axes
        One per panel, in order of first appearance; all share one scale.

    Raises
    ------
    ArgumentError
        If a column is missing, a panel has no forecast or two, or an interval does not hold its
        forecast.

    Examples
    --------
    >>> path = pd.DataFrame({"panel": "IDN", "wave": [2022, 2024], "value": [0.72, 0.80]})
    >>> ahead = pd.DataFrame({"panel": ["IDN"], "wave": [2026], "forecast": [0.82], "lower": [0.76], "upper": [0.90]})
    >>> [ax.get_title(loc="left") for ax in plot_forecast(path, ahead)]
    ['Indonesia']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(data, ["panel", "wave", "value"], "data")
    need_columns(forecast, ["panel", "wave", "forecast", "lower", "upper"], "forecast")
    need_unique(data, ["panel", "wave"], "data")
    need_unique(forecast, ["panel"], "forecast")
    panels = list(dict.fromkeys(data["panel"]))
    ahead = forecast.set_index("panel")
    without = [panel for panel in panels if panel not in ahead.index]
    if without:
        raise ArgumentError(
            f"no forecast for {listed(without)}. Give each panel one row, or leave the panel out."
        )
    off = ahead[(ahead["lower"] > ahead["forecast"]) | (ahead["upper"] < ahead["forecast"])]
    if len(off):
        raise ArgumentError(f"the interval of {off.index[0]!r} does not hold its forecast.")
    most = 4 if current_venue().width_mm >= 120 else 3 if current_venue().width_mm >= 80 else 2
    nrows = -(-len(panels) // most)
    ncols = -(-len(panels) // nrows)  # five panels in rows of three and two, not four and one
    axes = np.atleast_1d(new_axes(suggested_mm(14 + 32 * nrows), nrows, ncols)).ravel()
    for spare in axes[len(panels) :]:
        spare.remove()
    axes = axes[: len(panels)]
    values = pd.concat([data["value"], ahead["lower"], ahead["upper"]])
    room = 0.06 * max(values.max() - values.min(), 1e-9)
    first, last = int(data["wave"].min()), int(ahead["wave"].max())
    for number, (ax, panel) in enumerate(zip(axes, panels, strict=True)):
        _one(ax, data[data["panel"].eq(panel)].sort_values("wave", kind="stable"), ahead.loc[panel])
        ax.set_title(spoken(panel))
        ax.set_xlim(first - 1, last + 1.5)
        ax.set_ylim(values.min() - room, values.max() + room)
        ax.set_xticks([first, last], [str(first), str(last)])
        if number % ncols == 0:
            ax.set_ylabel(ylabel)
        else:
            ax.tick_params(labelleft=False)
    look = LINES["IDN"]
    legend_outside(
        axes[0],
        [
            Line2D([], [], color=INK, marker="o", markersize=2.5, linewidth=1, label=word("observed")),
            Line2D(
                [], [], color=look.colour, marker="D", markersize=4, markerfacecolor=GROUND, linewidth=1.4,
                label=word("forecast"),
            ),
        ],
    )  # fmt: skip
    return axes


def _one(ax: Axes, path: pd.DataFrame, ahead: pd.Series) -> None:
    ax.plot(
        path["wave"], path["value"], color=INK, linewidth=1, marker="o", markersize=2.5, zorder=2
    )
    colour = LINES["IDN"].colour
    ax.vlines(ahead["wave"], ahead["lower"], ahead["upper"], color=colour, linewidth=1.4, zorder=3)
    ends = ([ahead["wave"]] * 2, [ahead["lower"], ahead["upper"]])
    ax.plot(
        *ends,
        linestyle="none",
        marker="_",
        markersize=2 * SHOWN,
        color=colour,
        markeredgewidth=1.4,
        zorder=3,
    )
    ax.plot(
        [ahead["wave"]], [ahead["forecast"]], linestyle="none", marker="D", markersize=4, color=colour,
        markerfacecolor=GROUND, zorder=4,
    )  # fmt: skip

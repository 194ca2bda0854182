"""A plot of correlations by lag: which moved first. It draws what it is given."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from egovstudy.errors import ArgumentError
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
from egovstudy.publish.style import FAINT, GROUND, INK, LINES, MUTED, MUTED_TEXT, current_venue


@in_style
def plot_lead_lag(data: pd.DataFrame) -> np.ndarray:
    """Draw correlations by lag as small multiples, beside what the office terms alone give.

    Parameters
    ----------
    data : DataFrame
        ``panel`` (title), ``lag`` (years), ``correlation`` and ``expected`` (-1 to 1), e.g. tables
        of :func:`egovstudy.lead_lag`. A lag without a number leaves its place empty.

    Returns
    -------
    ndarray of Axes
        One per panel, in order of first appearance; all share one scale.

    Raises
    ------
    ArgumentError
        If a column is missing, a panel has a lag twice, or a correlation lies outside -1 to 1.

    Examples
    --------
    >>> rows = pd.DataFrame({"panel": "SPBE", "lag": [-1, 0, 1], "correlation": [0.8, 0.7, -0.2],
    ...                      "expected": [0.6, 0.8, -0.1]})
    >>> [ax.get_title(loc="left") for ax in plot_lead_lag(rows)]
    ['SPBE']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(data, ["panel", "lag", "correlation", "expected"], "data")
    need_unique(data, ["panel", "lag"], "data")
    off = data[data[["correlation", "expected"]].abs().gt(1 + 1e-9).any(axis=1)]
    if len(off):
        raise ArgumentError(f"a correlation of {off['panel'].iloc[0]!r} lies outside -1 to 1.")
    panels = list(dict.fromkeys(data["panel"]))
    most = 4 if current_venue().width_mm >= 120 else 3 if current_venue().width_mm >= 80 else 2
    nrows = -(-len(panels) // most)
    ncols = -(-len(panels) // nrows)
    axes = np.atleast_1d(new_axes(suggested_mm(24 + 34 * nrows), nrows, ncols)).ravel()
    for spare in axes[len(panels) :]:
        spare.remove()
    axes = axes[: len(panels)]
    colour = LINES["IDN"].colour
    expected = {
        "marker": "D",
        "markersize": 4.4,
        "color": MUTED_TEXT,
        "markerfacecolor": GROUND,
        "linestyle": "none",
    }
    observed = {"marker": "o", "markersize": 3.6, "color": colour, "linestyle": "none"}
    lags = sorted(data["lag"].unique())
    for number, (ax, panel) in enumerate(zip(axes, panels, strict=True)):
        rows = data[data["panel"].eq(panel)].dropna(subset=["correlation", "expected"])
        ax.axhline(0, color=INK, linewidth=0.6, zorder=1)
        ax.axvline(0, color=FAINT, linewidth=0.7, zorder=0.5)
        ax.vlines(
            rows["lag"], rows["expected"], rows["correlation"], color=MUTED, linewidth=1, zorder=2
        )
        ax.plot(rows["lag"], rows["expected"], zorder=3, **expected)
        ax.plot(rows["lag"], rows["correlation"], zorder=4, **observed)
        ax.set_title(spoken(panel))
        ax.set_xlim(lags[0] - 0.6, lags[-1] + 0.6)
        ax.set_ylim(-1.1, 1.1)
        ax.set_xticks([lags[0], 0, lags[-1]] if 0 in lags else [lags[0], lags[-1]])
        ax.set_yticks([-1, 0, 1])
        if number % ncols == 0:
            ax.set_ylabel(word("correlation"))
        else:
            ax.tick_params(labelleft=False)
        if number + ncols >= len(panels):
            ax.set_xlabel(word("lag"))
    handles = [
        Line2D([], [], label=word("observed"), **observed),
        Line2D([], [], label=word("dealt"), **expected),
    ]
    legend_outside(axes[0], handles)
    return axes

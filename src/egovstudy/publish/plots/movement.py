"""A plot of movement between two years against the first. It draws what it is given."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError
from egovstudy.publish.plots.canvas import (
    in_style,
    legend_outside,
    need_columns,
    need_unique,
    new_axes,
    suggested_mm,
)
from egovstudy.publish.style import BREAK, GROUND, INK, LINES, MUTED, STEPS


@in_style
def plot_movement(
    data: pd.DataFrame,
    *,
    xlabel: str,
    ylabel: str,
    names: tuple[str, str],
    line: tuple[float, float, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each unit's change against its first value, a few units marked out.

    Parameters
    ----------
    data : DataFrame
        Columns ``unit``, ``first``, ``change`` and ``named`` (True for the units to mark out).
    xlabel, ylabel : str
        What is drawn, with its range.
    names : (str, str)
        What the units marked out and the rest are called in the legend.
    line : (intercept, slope, label), optional
        A straight line, drawn between the smallest and the largest first value; its label stands in
        the legend.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a column is missing, a unit stands twice, or a value is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"unit": ["a", "b"], "first": [2.0, 3.0], "change": [0.5, 0.1], "named": [False, True]})
    >>> ax = plot_movement(rows, xlabel="2023", ylabel="change", names=("ours", "all others"), line=(1.3, -0.4, "fit"))
    >>> [text.get_text() for text in ax.figure.legends[0].get_texts()]
    ['ours', 'all others', 'fit']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(data, ["unit", "first", "change", "named"], "data")
    need_unique(data, ["unit"], "data")
    empty = data[data[["first", "change"]].isna().any(axis=1)]
    if len(empty):
        raise ArgumentError(
            f"{empty['unit'].iloc[0]!r} has no first value or no change. Leave it out, and say so."
        )
    ax = new_axes(suggested_mm(84)) if ax is None else ax
    ax.axhline(0, color=BREAK, linewidth=0.6, zorder=1)
    marked = data["named"].astype(bool)
    looks = (
        (
            data[~marked],
            names[1],
            {"marker": "o", "markersize": 2.4, "markerfacecolor": GROUND, "color": MUTED},
        ),
        (data[marked], names[0], {"marker": "D", "markersize": 4.2, "color": LINES["IDN"].colour}),
    )
    handles = []
    for order, (rows, name, look) in enumerate(looks, start=2):
        ax.plot(
            rows["first"],
            rows["change"],
            linestyle="none",
            markeredgewidth=0.6,
            zorder=order,
            **look,
        )
        handles.append(Line2D([], [], linestyle="none", label=name, **look))
    if line is not None:
        intercept, slope, label = line
        ends = [float(data["first"].min()), float(data["first"].max())]
        look = {"color": INK, "linewidth": 1.2, "linestyle": "--"}
        ax.plot(ends, [intercept + slope * end for end in ends], zorder=4, **look)
        handles.append(Line2D([], [], label=label, **look))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(6, steps=STEPS))
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    legend_outside(ax, handles[::-1] if line is None else [handles[1], handles[0], handles[2]])
    return ax

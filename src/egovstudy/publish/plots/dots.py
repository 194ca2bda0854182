"""Dots: estimates with their intervals, and a cloud of changes. They draw what they are given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError
from egovstudy.publish.plots.canvas import (
    check_few,
    check_frame,
    in_style,
    legend_outside,
    mark_breaks,
    new_axes,
    spoken,
    suggested_mm,
)
from egovstudy.publish.style import (
    BREAK,
    FAINT,
    GROUND,
    INDICATORS,
    INK,
    LINES,
    MUTED,
    SHAPE_COLOURS,
    SHAPES,
    STEPS,
)


@in_style
def plot_intervals(
    data: pd.DataFrame,
    *,
    xlabel: str,
    reference: Sequence[tuple[float, str]] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw estimates as dots with intervals, one row per label.

    Parameters
    ----------
    data : DataFrame
        Columns ``label``, ``estimate``, ``lower``, ``upper``, and ``group`` (up to eight) if a
        label has several estimates. A missing estimate leaves its row empty. Labels and groups
        stand in order of first appearance; the index and its parts have the colours that they have
        everywhere.
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
    >>> ax = plot_intervals(rows, xlabel="alpha (at most 1)")
    >>> [tick.get_text() for tick in ax.get_yticklabels()]
    ['stage']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    rows = data if "group" in data else data.assign(group="")
    columns = ["label", "estimate", "lower", "upper"]
    check_frame(
        rows, "data", columns, unique=["label", "group"], band=("lower", "estimate", "upper")
    )
    labels, groups = list(dict.fromkeys(rows["label"])), list(dict.fromkeys(rows["group"]))
    check_few(groups, len(SHAPES), "groups")
    if ax is None:
        lines = len(labels) * max(1, 0.55 * len(groups))
        ax = new_axes(suggested_mm(float(np.clip(18 + 5.5 * lines, 40, 200))))
    looks = [_look(group, number) for number, group in enumerate(groups)]
    # Of the three values of a row the one in the middle is the estimate, the others are its ends.
    there = rows.dropna(subset="estimate").assign(place=lambda one: one["label"].map(labels.index))
    three = there.melt(["place", "group"], ["lower", "estimate", "upper"], value_name="at")
    sns.pointplot(
        three,
        x="at",
        y="place",
        hue="group",
        hue_order=groups,
        orient="y",
        native_scale=True,
        estimator="median",
        errorbar=_ends,
        dodge=0.7 * (1 - 1 / len(groups)) if len(groups) > 1 else False,
        palette=[colour for colour, _ in looks],
        markers=[marker for _, marker in looks],
        linestyles="none",
        markersize=4,
        markeredgewidth=0.6,
        err_kws={"linewidth": 1.1},
        legend=False,
        ax=ax,
    )
    for edge in np.arange(len(labels) - 1) + 0.5:
        ax.axhline(edge, color=FAINT, linewidth=0.5, zorder=0)
    ax.set_yticks(range(len(labels)), [spoken(label) for label in labels])
    ax.set(xlabel=xlabel, ylabel="", xlim=ax.get_xlim(), ylim=(len(labels) - 0.4, -0.6))
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=STEPS))
    mark_breaks(ax, list(reference))
    if len(groups) > 1:
        handles = [
            Line2D(
                [],
                [],
                color=colour,
                marker=marker,
                markersize=4,
                linewidth=1.1,
                label=spoken(group),
            )
            for (colour, marker), group in zip(looks, groups, strict=True)
        ]
        legend_outside(ax, handles)
    return ax


def _look(group: object, number: int) -> tuple[str, str]:
    """Colour and marker of a group: an indicator's own, else those of its number."""
    own = INDICATORS.get(str(group).lower())
    return (own.colour, own.marker) if own else (SHAPE_COLOURS[number], SHAPES[number])


def _ends(values: pd.Series) -> tuple[float, float]:
    return values.min(), values.max()


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
    >>> rows = pd.DataFrame({"unit": ["a", "b"], "first": [2.0, 3.0], "change": [0.5, 0.1]})
    >>> ax = plot_movement(
    ...     rows.assign(named=[False, True]),
    ...     xlabel="2023",
    ...     ylabel="change",
    ...     names=("ours", "all others"),
    ...     line=(1.3, -0.4, "fit"),
    ... )
    >>> [text.get_text() for text in ax.figure.legends[0].get_texts()]
    ['ours', 'all others', 'fit']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    check_frame(data, "data", ["unit", "first", "change", "named"], unique=["unit"])
    empty = data[data[["first", "change"]].isna().any(axis=1)]
    if len(empty):
        raise ArgumentError(
            f"{empty['unit'].iloc[0]!r} has no first value or no change. Leave it out, and say so."
        )
    ax = new_axes(suggested_mm(84)) if ax is None else ax
    ax.axhline(0, color=BREAK, linewidth=0.6, zorder=1)
    marked, red = data["named"].astype(bool), LINES["IDN"].colour
    handles: list[Artist] = []
    for name, rows, marker, size, face, edge in (
        (names[0], data[marked], "D", 4.2, red, red),
        (names[1], data[~marked], "o", 2.4, GROUND, MUTED),
    ):
        sns.scatterplot(
            rows,
            x="first",
            y="change",
            marker=marker,
            s=size**2,
            facecolor=face,
            edgecolor=edge,
            linewidth=0.6,
            zorder=3 if face == red else 2,
            ax=ax,
        )
        handles.append(
            Line2D(
                [],
                [],
                linestyle="none",
                marker=marker,
                markersize=size,
                markerfacecolor=face,
                markeredgecolor=edge,
                label=name,
            )
        )
    if line is not None:
        intercept, slope, label = line
        ends = np.array([data["first"].min(), data["first"].max()], dtype=float)
        handles += ax.plot(
            ends, intercept + slope * ends, "--", color=INK, linewidth=1.2, label=label, zorder=4
        )
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(6, steps=STEPS))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    legend_outside(ax, handles)
    return ax

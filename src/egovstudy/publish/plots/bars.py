"""Bars: counts by group, and what adds up to a change. They draw what they are given."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, listed
from egovstudy.publish.plots.canvas import (
    break_labels,
    check_few,
    check_frame,
    in_style,
    legend_outside,
    mark_breaks,
    new_axes,
    points,
    short_year,
    spoken,
    suggested_mm,
    word,
)
from egovstudy.publish.style import (
    COMPONENT_FILLS,
    FILLS,
    GROUND,
    INK,
    NAMED_FILLS,
    STEPS,
    Fill,
    current_venue,
)


def in_order(column: pd.Series) -> list[Hashable]:
    """Give a column's values in a categorical's own order, else in order of first appearance.

    Examples
    --------
    >>> in_order(pd.Series(["b", "a", "b"])), in_order(pd.Series(["b", "a"], dtype="category"))
    (['b', 'a'], ['a', 'b'])
    """
    there = list(dict.fromkeys(column.dropna()))
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [one for one in column.cat.categories if one in there]
    return there


@in_style
def plot_counts(
    data: pd.DataFrame,
    *,
    xlabel: str,
    colours: Sequence[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw counts as horizontal bars, stacked by group, with the total at the end.

    Parameters
    ----------
    data : DataFrame
        Columns ``category`` and ``count``, and ``group`` (up to eight) if the bars are stacked.
        Categories and groups stand in a categorical's own order, else in order of first appearance.
    xlabel : str
        What is counted, e.g. ``"events"``.
    colours : sequence of str
        Colours of the groups in their order, where they mean something: blue, light blue, red,
        grey. Colours that tell groups apart, and no more, if left out.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a column is missing, a bar comes twice, there are more than eight groups, or a colour is
        unknown.

    Examples
    --------
    >>> rows = pd.DataFrame({"category": ["KOR", "SGP"], "count": [57, 15]})
    >>> [round(float(bar.get_width())) for bar in plot_counts(rows, xlabel="events").patches]
    [57, 15]
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    rows = data if "group" in data else data.assign(group="")
    check_frame(rows, "data", ["category", "count"], unique=["category", "group"])
    groups, categories = in_order(rows["group"]), in_order(rows["category"])
    check_few(groups, len(FILLS), "groups")
    unknown = [one for one in colours if one not in NAMED_FILLS]
    if unknown:
        raise ArgumentError(f"no colour {unknown[0]!r}. Colours: {listed(list(NAMED_FILLS))}.")
    fills = [NAMED_FILLS[one] for one in colours] or FILLS
    if len(fills) < len(groups):
        raise ArgumentError(
            f"{len(groups)} groups came ({listed(groups)}), and {len(fills)} colours."
        )
    if ax is None:
        ax = new_axes(suggested_mm(float(np.clip(14 + 5.5 * len(categories), 40, 200))))
    table = rows.pivot(index="category", columns="group", values="count")  # noqa: PD010
    table = table.reindex(index=categories, columns=groups).fillna(0)
    looks = dict(zip(groups, fills, strict=False))
    _stack(ax, table, looks, "y")
    for place, total in enumerate(table.sum(axis=1)):
        ax.annotate(
            f"{total:g}",
            (total, place),
            (3, 0),
            textcoords="offset points",
            va="center",
            fontsize=current_venue().min_pt,
        )
    ax.set_yticks(range(len(categories)), [spoken(one) for one in categories])
    ax.set(xlabel=xlabel, ylabel="", ylim=(len(categories) - 0.4, -0.6))
    ax.set_xlim(0, table.sum(axis=1).max() * 1.08)
    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True, steps=STEPS))
    ax.tick_params(axis="y", length=0)
    if "group" in data:
        legend_outside(
            ax, [Patch(label=spoken(group), **look.patch()) for group, look in looks.items()]
        )
    return ax


def _stack(
    ax: Axes, table: pd.DataFrame, looks: Mapping[Any, Fill], along: Literal["x", "y"]
) -> None:
    """Draw a table's rows as bars at 0, 1, 2 …, its columns stacked away from zero."""
    places = np.arange(len(table))
    above, below = np.zeros(len(table)), np.zeros(len(table))
    across, start = ("y", "bottom") if along == "x" else ("x", "left")
    for column, fill in looks.items():
        values = table[column].to_numpy(dtype=float)
        look = {start: np.where(values >= 0, above, below), "zorder": 2, **fill.patch()}
        sns.barplot(
            {along: places, across: values},
            x="x",
            y="y",
            orient=along,
            native_scale=True,
            estimator="sum",
            errorbar=None,
            width=0.72,
            color=fill.colour,
            saturation=1,
            legend=False,
            ax=ax,
            **look,
        )
        above, below = above + np.maximum(values, 0), below + np.minimum(values, 0)


@in_style
def plot_decomposition(
    data: pd.DataFrame, *, breaks: pd.DataFrame | None = None, ax: Axes | None = None
) -> Axes:
    """Draw what each component adds to the change between waves, as diverging stacked bars.

    Parameters
    ----------
    data : DataFrame
        Columns ``wave_from``, ``wave_to``, ``component`` (osi, tii, hci; others count in the total
        only) and ``contribution`` in index points. The diamond is the sum of a pair's rows.
    breaks : DataFrame, optional
        Method breaks, marked at the pair of waves in which they fall: ``wave`` and ``label`` or
        ``component``.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a column is missing or a component comes twice for a pair of waves.

    Examples
    --------
    >>> rows = pd.DataFrame({"wave_from": 2022, "wave_to": 2024, "component": ["osi", "tii", "hci"],
    ...                      "contribution": [0.01, 0.075, -0.002]})
    >>> len(plot_decomposition(rows).patches)
    3
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    pair = ["wave_from", "wave_to"]
    columns = [*pair, "component", "contribution"]
    check_frame(data, "data", columns, unique=[*pair, "component"])
    ax = new_axes(suggested_mm(70)) if ax is None else ax
    table = data.pivot(index=pair, columns="component", values="contribution")  # noqa: PD010
    table = table.sort_index().fillna(0)
    parts = {part: fill for part, fill in COMPONENT_FILLS.items() if part in table}
    _stack(ax, table, parts, "x")
    handles: list[Artist] = [
        Patch(label=part.upper(), **fill.patch()) for part, fill in parts.items()
    ]
    ax.axhline(0, color=INK, linewidth=0.6, zorder=3)
    (total,) = ax.plot(
        range(len(table)),
        table.sum(axis=1),
        linestyle="none",
        marker="D",
        markersize=4,
        color=GROUND,
        markeredgecolor=INK,
        label=word("change"),
        zorder=5,
    )
    ax.set(xlabel="", ylabel=word("contribution"), xlim=(-0.6, len(table) - 0.4))
    legend_outside(ax, [*handles, total])
    # Where bars stand too close for whole years, the last two digits do.
    narrow = points(ax)[0] / len(table) < 2.9 * current_venue().min_pt
    say = short_year if narrow else str
    ax.set_xticks(range(len(table)), [f"{say(start)}–\n{say(end)}" for start, end in table.index])
    if breaks is not None:
        marks = [
            (place, label)
            for wave, label in break_labels(breaks, "wave")
            for place, (start, end) in enumerate(table.index)
            if start < wave <= end
        ]
        mark_breaks(ax, marks)
    return ax

"""A plot of power against the gap: which share of panels each design rejects. It draws what it is given."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

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
from egovstudy.publish.style import MUTED_TEXT, SHAPE_COLOURS, SHAPES, current_venue

# A design keeps its place, and so its look, in every figure.
ORDER = (
    "post_gap",
    "scaled_gap",
    "moving_block",
    "trend_rank",
    "trend_hc3",
    "trend_hac",
    "staggered",
)
DASHES = (
    "-",
    (0, (5, 2)),
    (0, (1, 1.5)),
    "-.",
    (0, (3, 1, 1, 1, 1, 1)),
    (0, (8, 2)),
    (0, (12, 2)),
    (0, (2, 1)),
)
EVERY = 5  # a mark at each fifth gap, at other gaps for other designs


@in_style
def plot_power(data: pd.DataFrame, *, level: float = 0.8, reference: pd.DataFrame | None = None):
    """Draw the share of panels that each design rejects against the size of the gap, one panel for each setting.

    Parameters
    ----------
    data : DataFrame
        Columns ``panel``, ``design``, ``gap`` (units of the outcome, 0 or more) and ``power`` (0 to
        1); at most eight designs. ``curve`` of :func:`egovstudy.simulate_power` has
        all but ``panel``.
    level : float
        Power that is asked for, 0 to 1; a thin line marks it in every panel.
    reference : DataFrame, optional
        Columns ``panel``, ``gap`` and ``label``: sizes to hold the curves against, such as a step
        that was observed. Those outside the gaps drawn, or for a panel that is not there, are left
        out.

    Returns
    -------
    ndarray of Axes
        One per panel, in order of first appearance; all share one scale.

    Raises
    ------
    ArgumentError
        If a column is missing, a design has two values at one gap, a power or the level is no
        share, a gap is below 0, or there are more than eight designs.

    Examples
    --------
    >>> curve = pd.DataFrame({"panel": "OSI", "design": "post_gap", "gap": [0, 0.1, 0.2], "power": [0.05, 0.4, 0.9]})
    >>> [ax.get_title(loc="left") for ax in plot_power(curve)]
    ['OSI']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    _check(data, level)
    if reference is not None:
        need_columns(reference, ["panel", "gap", "label"], "reference")
    panels, looks = list(dict.fromkeys(data["panel"])), _looks(list(dict.fromkeys(data["design"])))
    most = 3 if current_venue().width_mm >= 120 else 2 if current_venue().width_mm >= 80 else 1
    nrows = -(-len(panels) // most)
    ncols = -(-len(panels) // nrows)
    axes = np.atleast_1d(new_axes(suggested_mm(22 + 46 * nrows), nrows, ncols)).ravel()
    for spare in axes[len(panels) :]:
        spare.remove()
    axes = axes[: len(panels)]
    for number, (ax, panel) in enumerate(zip(axes, panels, strict=True)):
        ax.set_xlim(0, max(data["gap"].max(), 1e-9))
        ax.set_ylim(0, 1.03)
        ax.axhline(level, color=MUTED_TEXT, linewidth=0.7, zorder=1)
        for design, rows in data[data["panel"].eq(panel)].groupby("design", sort=False):
            _curve(ax, rows.sort_values("gap", kind="stable"), looks[design])
        own = reference[reference["panel"].eq(panel)] if reference is not None else None
        marks = [] if own is None else list(zip(own["gap"], own["label"].astype(str), strict=True))
        lines = mark_breaks(ax, marks)
        ax.set_title(spoken(panel), pad=4 + 1.4 * current_venue().min_pt * lines)
        ax.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1])
        left, lowest = number % ncols == 0, number + ncols >= len(panels)
        ax.tick_params(labelleft=left, labelbottom=lowest)
        ax.set_ylabel(word("share_rejected") if left else "")
        ax.set_xlabel(word("gap_points") if lowest else "")
    legend_outside(
        axes[0], [Line2D([], [], label=spoken(design), **look) for design, look in looks.items()]
    )
    for ax in axes:
        _ticks(ax)
    return axes


def _check(data: pd.DataFrame, level: float) -> None:
    need_columns(data, ["panel", "design", "gap", "power"], "data")
    need_unique(data, ["panel", "design", "gap"], "data")
    off = data[~data["power"].between(0, 1) | ~(data["gap"] >= 0)]
    if data.empty or len(off):
        came = (
            "no row"
            if data.empty
            else f"gap {off['gap'].iloc[0]} with power {off['power'].iloc[0]}"
        )
        raise ArgumentError(f"data has {came}. A gap is 0 or more, and power a share from 0 to 1.")
    if not 0 < level < 1:
        raise ArgumentError(
            f"level={level}. Give the power that is asked for as a share, e.g. 0.8."
        )


def _looks(designs: list[str]) -> dict[str, dict[str, object]]:
    """Colour, dashes and mark of each design: known ones have their own, others take what is left."""
    if len(designs) > len(SHAPES):
        raise ArgumentError(
            f"{len(designs)} designs came ({listed(designs)}); a reader can tell {len(SHAPES)}"
            " lines."
        )
    left = [
        place for place in range(len(SHAPES)) if place >= len(ORDER) or ORDER[place] not in designs
    ]
    looks = {}
    for design in designs:
        place = ORDER.index(design) if design in ORDER else left.pop()
        looks[design] = {
            "color": SHAPE_COLOURS[place], "linestyle": DASHES[place], "marker": SHAPES[place], "markersize": 3.2,
            "linewidth": 1.1,
        }  # fmt: skip
    return looks


def _curve(ax: Axes, rows: pd.DataFrame, look: dict[str, object]) -> None:
    start = SHAPES.index(look["marker"]) % min(EVERY, len(rows))
    ax.plot(rows["gap"], rows["power"], markevery=(start, EVERY), clip_on=False, zorder=2, **look)


def _ticks(ax: Axes) -> None:
    """As many round gaps as there is room for; in a low panel fewer shares."""
    width, height = points(ax)
    size, most = current_venue().min_pt, ax.get_xlim()[1]
    step = next((one for one in (0.05, 0.1, 0.2, 0.5) if most / one * 2.6 * size <= width), most)
    ax.set_xticks(np.arange(0, most + 1e-9, step))
    if height < 8 * size:  # a narrow 0 keeps clear of that of the shares
        ax.set_yticks([0, 0.8])
        ax.xaxis.set_major_formatter("{x:g}")

"""Plots of the index over the survey waves: paths and decompositions. They draw what they are given."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from egovstudy.publish.plots.canvas import (
    break_labels,
    in_style,
    legend_outside,
    mark_breaks,
    need_columns,
    need_unique,
    new_axes,
    points,
    suggested_mm,
    word,
)
from egovstudy.publish.style import (
    COMPONENT_FILLS,
    GROUND,
    INK,
    current_venue,
)


@in_style
def plot_decomposition(
    data: pd.DataFrame, breaks: pd.DataFrame | None = None, ax: Axes | None = None
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
    need_columns(data, ["wave_from", "wave_to", "component", "contribution"], "data")
    need_unique(data, ["wave_from", "wave_to", "component"], "data")
    ax = new_axes(suggested_mm(70)) if ax is None else ax
    table = data.pivot(index=["wave_from", "wave_to"], columns="component", values="contribution")  # noqa: PD010
    table = table.sort_index()
    place = np.arange(len(table))
    above, below = np.zeros(len(table)), np.zeros(len(table))
    handles = []
    for component in [one for one in COMPONENT_FILLS if one in table]:
        fill = COMPONENT_FILLS[component].patch()
        values = table[component].fillna(0).to_numpy()
        ax.bar(
            place, values, bottom=np.where(values >= 0, above, below), width=0.7, zorder=2, **fill
        )
        above, below = above + np.maximum(values, 0), below + np.minimum(values, 0)
        handles.append(Patch(label=component.upper(), **fill))
    ax.axhline(0, color=INK, linewidth=0.6, zorder=3)
    total = {
        "marker": "D",
        "color": GROUND,
        "markeredgecolor": INK,
        "markersize": 4,
        "linestyle": "none",
    }
    ax.plot(place, table.sum(axis=1), zorder=5, **total)
    handles.append(Line2D([], [], label=word("change"), **total))
    ax.set_ylabel(word("contribution"))
    ax.set_xlim(-0.6, len(table) - 0.4)
    legend_outside(ax, handles)
    # Where bars stand too close for whole years, the last two digits do.
    narrow = points(ax)[0] / len(table) < 2.9 * current_venue().min_pt
    years = [
        [f"{wave % 100:02d}" if narrow else str(wave) for wave in pair] for pair in table.index
    ]
    ax.set_xticks(place, [f"{start}–\n{end}" for start, end in years])
    if breaks is not None:
        pairs = list(enumerate(table.index))
        marks = break_labels(breaks, "wave")
        mark_breaks(
            ax,
            [
                (i, label)
                for wave, label in marks
                for i, (start, end) in pairs
                if start < wave <= end
            ],
        )
    return ax

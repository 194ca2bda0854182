"""Plots of the index over the survey waves: paths and decompositions. They draw what they are given."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, nearest
from egovstudy.publish.plots.canvas import (
    break_labels,
    country,
    in_style,
    legend_outside,
    mark_breaks,
    need_columns,
    need_unique,
    new_axes,
    points,
    suggested_mm,
    word,
    year_ticks,
)
from egovstudy.publish.plots.labels import label_beside
from egovstudy.publish.style import (
    BACKGROUND,
    GROUND,
    LINES,
    MUTED,
    MUTED_TEXT,
    SPARE_LINES,
    current_venue,
)


@in_style
def plot_path(
    data: pd.DataFrame,
    *,
    y: str = "egdi",
    highlight: Sequence[str] = ("IDN",),
    compare: Sequence[str] = (),
    breaks: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw countries over the survey waves, in calendar years.

    Parameters
    ----------
    data : DataFrame
        Columns ``iso3``, ``wave`` and ``y``; countries neither highlighted nor compared are drawn
        thin and muted.
    y : str
        Column to draw, 0 to 1; a name ending in ``_rank`` is drawn with 1 on top.
    highlight, compare : sequence of str
        ISO 3166-1 alpha-3 codes drawn strong, and with a line of their own.
    breaks : DataFrame, optional
        Method breaks to mark: ``wave`` and ``label`` or ``component``.
    ax : Axes, optional
        Where to draw; a new figure of the venue's width if left out.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a column or a named country is not in ``data``, or a country has two rows for a wave.

    Examples
    --------
    >>> rows = pd.DataFrame({"iso3": "IDN", "wave": [2020, 2022, 2024], "egdi": [0.66, 0.72, 0.80]})
    >>> plot_path(rows).lines[0].get_label()
    'IDN'
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(data, ["iso3", "wave", y], "data")
    need_unique(data, ["iso3", "wave"], "data")
    named = [*highlight, *compare]
    there = list(dict.fromkeys(data["iso3"]))
    for iso3 in named:
        if iso3 not in there:
            raise ArgumentError(f"no country {iso3!r} in data.{nearest(iso3, there)}")
    ax = new_axes(suggested_mm(80)) if ax is None else ax
    waves = sorted(data["wave"].unique())
    # A missing wave stays a hole in the line.
    table = data.pivot(index="wave", columns="iso3", values=y).reindex(waves)  # noqa: PD010
    spare = iter(SPARE_LINES * len(named))
    looks = {iso3: LINES.get(iso3) or next(spare) for iso3 in named}
    others = [iso3 for iso3 in sorted(there) if iso3 not in named]
    for iso3 in [*others, *reversed(named)]:
        look = looks.get(iso3, BACKGROUND)
        ax.plot(
            waves, table[iso3], label=iso3, color=look.colour, linestyle=look.style, linewidth=look.width,
            marker=look.marker, markersize=3.4 if iso3 in highlight else 3, markeredgewidth=0.5,
            markeredgecolor=GROUND, zorder=4 if iso3 in highlight else 3 if iso3 in named else 2,
        )  # fmt: skip
    ax.set_xlim(waves[0] - 0.5, waves[-1] + 0.5)
    ax.set_xlabel(word("wave"))
    if y.endswith("_rank"):
        ax.invert_yaxis()
        ticks = MaxNLocator(6, integer=True).tick_values(1, float(table.max(axis=None)))
        # There is no rank 0: the axis begins with the best there is.
        ax.set_yticks([max(int(tick), 1) for tick in ticks if tick < table.max(axis=None)])
        ax.set_ylabel(word("rank_of").format(y.removesuffix("_rank").upper()))
    else:
        ax.set_ylabel(word(y))
    labels = _line_labels(ax, table, looks, others, highlight)
    placed = label_beside(ax, labels)
    if breaks is not None:
        # Break labels need the width that line labels leave, and take height that these were placed
        # in.
        mark_breaks(ax, break_labels(breaks, "wave"))
        for one in placed:
            one.remove()
        label_beside(ax, labels)
    year_ticks(ax, waves)
    return ax


def _line_labels(
    ax: Axes, table: pd.DataFrame, looks: dict, others: list[str], highlight: Sequence[str]
) -> list[tuple]:
    room = points(ax)[1] / (1.2 * current_venue().min_pt)
    if len(looks) + len(others) > room:
        ax.plot(
            [],
            [],
            color=MUTED,
            linewidth=BACKGROUND.width,
            label=word("others").format(len(others)),
        )
        legend_outside(ax, ax.lines[-1:])
        others = []
    labels = []
    for iso3 in [*looks, *others]:
        values = table[iso3].dropna()
        if len(values):
            colour = looks[iso3].colour if iso3 in looks else MUTED_TEXT
            weight = "bold" if iso3 in highlight else "normal"
            labels.append((values.index[-1], values.iloc[-1], country(iso3), colour, weight))
    return labels

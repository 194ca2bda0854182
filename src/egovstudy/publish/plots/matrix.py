"""A matrix of counts. It draws what it is given."""

from __future__ import annotations

from textwrap import fill

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm

from egovstudy.publish.plots.bars import in_order
from egovstudy.publish.plots.canvas import check_frame, in_style, new_axes, points, spoken
from egovstudy.publish.style import FAINT, FILLS, INK, MM, current_venue

LETTER = 0.56  # width of a letter, in its size
LINE = 1.3  # height of a line, in its size


@in_style
def plot_matrix(data: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    r"""Draw counts of two-way groups as a matrix, each written in its cell, rows with their sums.

    Parameters
    ----------
    data : DataFrame
        Columns ``category`` (rows), ``group`` (columns) and ``count``, as for
        :func:`plot_counts`. Both stand in a categorical's own order, else in order of first
        appearance. A pair without a row, or with a count of zero, is an empty cell.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a column is missing or a pair comes twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"category": ["KOR", "KOR", "SGP"], "count": [3, 4, 5]})
    >>> ax = plot_matrix(rows.assign(group=["mou", "visit", "visit"]))
    >>> [label.get_text() for label in ax.get_yticklabels()], [text.get_text() for text in ax.texts]
    (['Korea\xa0(7)', 'Singapore\xa0(5)'], ['3', '4', '5'])
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    check_frame(data, "data", ["category", "group", "count"], unique=["category", "group"])
    rows, columns = in_order(data["category"]), in_order(data["group"])
    table = data.pivot_table(index="category", columns="group", values="count", observed=False)  # noqa: PD010
    table = table.reindex(index=rows, columns=columns).fillna(0)
    size, width = current_venue().min_pt, current_venue().width_mm / MM * 72
    sums = table.sum(axis=1)
    # Names take two fifths of the width at most, and as many lines as they then need.
    across = int(0.4 * width / (LETTER * size))
    names = [fill(f"{spoken(row)}\N{NO-BREAK SPACE}({sums[row]:g})", across) for row in rows]
    heads = [spoken(column) for column in columns]
    if ax is None:
        lines = max(name.count("\n") for name in names) + 1
        head = LETTER * max(map(len, heads))
        tall = (len(rows) * (LINE * lines + 0.3) + head + 2) * size / 72 * MM
        ax = new_axes(min(tall, current_venue().max_height_mm))
    # Tints are pale enough for dark figures on them; roots tell one from two as well as nine from
    # ten.
    sns.heatmap(
        table,
        mask=table.eq(0),
        annot=True,
        fmt="g",
        annot_kws={"color": INK, "fontsize": size},
        cmap=sns.light_palette(FILLS[4].colour, as_cmap=True),
        norm=PowerNorm(0.5, 0, table.max(axis=None)),
        linewidths=0.5,
        linecolor=FAINT,
        cbar=False,
        ax=ax,
    )
    ax.set(xlabel="", ylabel="")
    ax.set_yticks([place + 0.5 for place in range(len(rows))], names, rotation=0)
    places = [place + 0.5 for place in range(len(columns))]
    ax.xaxis.tick_top()
    ax.set_xticks(places, heads, rotation=90)
    ax.tick_params(length=0)
    broken = [head.replace(" ", "\n") for head in heads]
    longest = max(len(word) for head in broken for word in head.split("\n"))
    if LETTER * size * longest < points(ax)[0] / len(columns):
        ax.set_xticks(places, broken, rotation=0)
    return ax

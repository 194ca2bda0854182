"""Plot of who met whom. It draws what it is given, where it is told to."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Curve

from egovstudy.errors import ArgumentError, listed
from egovstudy.publish.plots.canvas import (
    in_style,
    legend_outside,
    need_columns,
    new_axes,
    spoken,
    suggested_mm,
)
from egovstudy.publish.plots.labels import label_beside
from egovstudy.publish.style import INK, LINES, TINTS


@in_style
def plot_network(edges: pd.DataFrame, nodes: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw who met whom: partners on the left, Indonesian bodies on the right, from given positions.

    Parameters
    ----------
    edges : DataFrame
        Columns ``partner``, ``body`` (node names) and ``n`` (events): the line's width is
        proportional to ``n``.
    nodes : DataFrame
        Columns ``node``, ``side`` (partner, body), ``x``, ``y`` (any units), and ``label`` if it is
        not the name.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If a column is missing or an edge ends in no node.

    Examples
    --------
    >>> nodes = pd.DataFrame({"node": ["KOR", "LAN"], "side": ["partner", "body"], "x": [0, 1], "y": [0, 0]})
    >>> ax = plot_network(pd.DataFrame({"partner": ["KOR"], "body": ["LAN"], "n": [3]}), nodes)
    >>> sorted(text.get_text() for text in ax.texts)
    ['Korea', 'LAN']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(edges, ["partner", "body", "n"], "edges")
    need_columns(nodes, ["node", "side", "x", "y"], "nodes")
    unknown = sorted({*edges["partner"], *edges["body"]} - {*nodes["node"]})
    if unknown:
        raise ArgumentError(
            f"edges end in nodes that are not in nodes: {listed(unknown)}. Add them to nodes."
        )
    sides = {side: nodes[nodes["side"].eq(side)] for side in ("partner", "body")}
    ax = (
        new_axes(suggested_mm(float(np.clip(16 + 5 * max(map(len, sides.values())), 60, 200))))
        if ax is None
        else ax
    )
    place = nodes.set_index("node")[["x", "y"]].astype(float)
    most = edges["n"].max()

    def look(n: float) -> dict:
        return {"linewidth": max(5 * n / most, 0.3), "color": TINTS[min(int(3 * n / most), 2)]}

    for partner, body, n in edges.sort_values("n", kind="stable")[
        ["partner", "body", "n"]
    ].itertuples(index=False):
        (x0, y0), (x1, y1) = place.loc[partner], place.loc[body]
        half = (x0 + x1) / 2
        curve = Curve(
            [(x0, y0), (half, y0), (half, y1), (x1, y1)], [Curve.MOVETO, *[Curve.CURVE4] * 3]
        )
        style = look(n)
        ax.add_patch(
            PathPatch(
                curve,
                fill=False,
                edgecolor=style["color"],
                linewidth=style["linewidth"],
                zorder=1 + n / most,
            )
        )
    for side, marker, colour in (("partner", "o", INK), ("body", "s", LINES["IDN"].colour)):
        own = sides[side]
        ax.plot(
            own["x"],
            own["y"],
            marker=marker,
            color=colour,
            markersize=4,
            linestyle="none",
            zorder=3,
        )
    ax.set_axis_off()
    ax.margins(0.02)
    ax.autoscale_view()
    for side, where in (("partner", "left"), ("body", "right")):
        own = sides[side]
        names = own["label"] if "label" in own else own["node"].map(spoken)
        label_beside(
            ax,
            [
                (x, y, str(name), INK, "normal")
                for x, y, name in zip(own["x"], own["y"], names, strict=True)
            ],
            where,
        )
    key = sorted({1, int(np.ceil(most / 2)), int(most)})
    legend_outside(ax, [Line2D([], [], label=f"n = {n}", **look(n)) for n in key])
    return ax

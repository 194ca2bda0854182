"""Labels beside points, moved apart without chance: the same input gives the same places."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.text import Annotation

from egovstudy.publish.plots.canvas import points
from egovstudy.publish.style import current_venue


def spread(
    wanted: Sequence[float], gap: float, low: float = -math.inf, high: float = math.inf
) -> list[float]:
    """Move positions apart as little as possible, in their order, so that neighbours keep a gap.

    Least squares under the order and within ``low`` to ``high`` (pool adjacent violators, then
    clipping); where there is no room for all, they start at ``low``. Ties keep the order given.

    Examples
    --------
    >>> spread([0.0, 1.0, 10.0], gap=4)
    [-1.5, 2.5, 10.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[float, int]] = []
    for rank, i in enumerate(order):
        mean, size = wanted[i] - rank * gap, 1
        while blocks and blocks[-1][0] >= mean:
            before, n = blocks.pop()
            mean, size = (mean * size + before * n) / (size + n), size + n
        blocks.append((mean, size))
    ceiling = max(low, high - gap * (len(wanted) - 1))
    placed = [min(max(mean, low), ceiling) for mean, size in blocks for _ in range(size)]
    result = [0.0] * len(wanted)
    for rank, i in enumerate(order):
        result[i] = placed[rank] + rank * gap
    return result


def label_beside(
    ax: Axes, labels: Sequence[tuple[float, float, str, str, str]], side: str = "right"
) -> list[Annotation]:
    """Write labels beside points, moved apart vertically, with a thin leader where one had to move.

    Parameters
    ----------
    ax : Axes
        Where.
    labels : sequence of (x, y, text, colour, weight)
        Points in data units.
    side : {"right", "left"}
        Side of the point on which its label stands.

    Returns
    -------
    list of Annotation
        In the order of ``labels``.
    """
    size = current_venue().min_pt
    points(ax)
    box, scale = ax.get_window_extent(), 72 / ax.figure.dpi
    heights = [float(ax.transData.transform((x, y))[1]) * scale for x, y, *_ in labels]
    places = spread(heights, 1.2 * size, box.y0 * scale, box.y1 * scale)
    shifts = [place - height for place, height in zip(places, heights, strict=True)]
    away = 14 if max(map(abs, shifts), default=0) > 1 else 6
    leader = {
        "arrowstyle": "-",
        "linewidth": 0.4,
        "shrinkA": 1,
        "shrinkB": 2,
        "relpos": (side != "right", 0.5),
    }
    return [
        ax.annotate(
            text,
            (x, y),
            (away if side == "right" else -away, moved),
            textcoords="offset points",
            ha="left" if side == "right" else "right",
            va="center",
            color=colour,
            fontsize=size,
            fontweight=weight,
            arrowprops={**leader, "color": colour} if away > 6 else None,
            annotation_clip=False,
        )
        for (x, y, text, colour, weight), moved in zip(labels, shifts, strict=True)
    ]

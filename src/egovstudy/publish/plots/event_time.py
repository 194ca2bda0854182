"""A plot of differences by event time. It draws what it is given."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, listed
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
from egovstudy.publish.style import FAINT, GROUND, INK, MUTED, MUTED_TEXT, STEPS, current_venue

MOST = 4  # panels


@in_style
def plot_event_time(data: pd.DataFrame, *, ylabel: str):
    r"""Draw differences by event time in panels, with the band that permutations give and the countries behind each.

    Leads (event times below 0) are open and pale, and no line joins them to the rest: they come
    from a regression of their own. Below each event time stands the number of countries that it
    rests on.

    Parameters
    ----------
    data : DataFrame
        Columns ``panel``, ``event_time`` (whole waves since adoption), ``difference``, ``lower``,
        ``upper`` (the band, not an interval: it need not hold the difference) and ``n_countries``;
        up to four panels.
    ylabel : str
        What differs from what, with its unit; it stands at the panels on the left.

    Returns
    -------
    ndarray of Axes
        One per panel, in order of first appearance; all share one scale.

    Raises
    ------
    ArgumentError
        If a column is missing, an event time comes twice in a panel or is not whole, a band is the
        wrong way round, a number is missing, or there are more than four panels.

    Examples
    --------
    >>> rows = pd.DataFrame({"panel": "OSI", "event_time": [-1, 0, 1], "difference": [0.01, 0.05, 0.07],
    ...                      "lower": -0.06, "upper": 0.06, "n_countries": [8, 8, 6]})
    >>> (ax,) = plot_event_time(rows, ylabel="OSI, points")
    >>> [tick.get_text() for tick in ax.get_xticklabels()]
    ['−1\n8', '0\n8', '1\n6']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    numbers = ["event_time", "difference", "lower", "upper", "n_countries"]
    need_columns(data, ["panel", *numbers], "data")
    need_unique(data, ["panel", "event_time"], "data")
    panels = list(dict.fromkeys(data["panel"]))
    if not 1 <= len(panels) <= MOST:
        raise ArgumentError(
            f"{len(panels)} panels came ({listed(panels)}); one to {MOST} can be drawn."
        )
    if not np.isfinite(data[numbers].to_numpy(dtype=float)).all():
        raise ArgumentError(
            "an event time, difference, band or number of countries is missing or not finite."
        )
    if data["event_time"].mod(1).ne(0).any():
        raise ArgumentError(
            "event times are whole numbers of waves since adoption, such as -1, 0, 1."
        )
    crossed = data[data["lower"] > data["upper"]]
    if len(crossed):
        raise ArgumentError(
            f"the band of {crossed['panel'].iloc[0]!r} has lower above upper. Swap them."
        )
    most = max(1, int(current_venue().width_mm // 42))
    nrows = -(-len(panels) // most)
    ncols = -(-len(panels) // nrows)
    axes = np.atleast_1d(new_axes(suggested_mm(22 + 48 * nrows), nrows, ncols)).ravel()
    for spare in axes[len(panels) :]:
        spare.remove()
    axes = axes[: len(panels)]
    values = data[["difference", "lower", "upper"]].to_numpy(dtype=float)
    room = 0.06 * max(float(values.max() - values.min()), 1e-9)
    times = data["event_time"]
    for number, (ax, panel) in enumerate(zip(axes, panels, strict=True)):
        _one(ax, data[data["panel"].eq(panel)].sort_values("event_time", kind="stable"))
        ax.set_title(spoken(panel))
        ax.set_xlim(times.min() - 0.6, times.max() + 0.6)
        ax.set_ylim(min(values.min(), 0) - room, max(values.max(), 0) + room)
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=STEPS))
        if number + ncols >= len(panels):
            ax.set_xlabel(word("since adoption"))
        if number % ncols == 0:
            ax.set_ylabel(ylabel)
        else:
            ax.tick_params(labelleft=False)
    lead, after = _look(True), _look(False)
    legend_outside(
        axes[0],
        [
            Line2D([], [], **lead, label=word("leads")),
            Line2D([], [], **after, label=word("after adoption")),
            Patch(facecolor=FAINT, edgecolor=MUTED, linewidth=0.5, label=word("permutation band")),
        ],
    )
    return axes


def _look(lead: bool) -> dict[str, object]:
    if lead:
        return {
            "color": MUTED_TEXT, "linewidth": 0.8, "linestyle": (0, (2, 1.5)), "marker": "o", "markersize": 4,
            "markerfacecolor": GROUND,
        }  # fmt: skip
    return {"color": INK, "linewidth": 1.2, "marker": "o", "markersize": 4}


def _one(ax: Axes, rows: pd.DataFrame) -> None:
    times = rows["event_time"].to_numpy()
    ax.bar(
        times, rows["upper"] - rows["lower"], bottom=rows["lower"], width=0.8, facecolor=FAINT, edgecolor=MUTED,
        linewidth=0.5, zorder=1,
    )  # fmt: skip
    ax.axhline(0, color=INK, linewidth=0.6, zorder=1.5)
    ax.axvline(-0.5, color=INK, linewidth=0.6, zorder=1.5)
    for lead in (True, False):
        part = rows[rows["event_time"].lt(0) == lead]
        ax.plot(part["event_time"], part["difference"], zorder=3, **_look(lead))
    counts = rows["n_countries"].astype(int)
    ax.set_xticks(
        times, [f"{int(t)}\n{n}".replace("-", "−") for t, n in zip(times, counts, strict=True)]
    )

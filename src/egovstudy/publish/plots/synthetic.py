"""Plots of synthetic controls: paths and gaps in small panels, and the placebos of all countries. They draw only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.publish.plots.canvas import (
    in_style,
    legend_outside,
    mark_breaks,
    need_columns,
    need_unique,
    new_axes,
    spoken,
    suggested_mm,
    word,
)
from egovstudy.publish.style import (
    BREAK,
    FAINT,
    INK,
    LINES,
    MUTED,
    MUTED_TEXT,
    STEPS,
    current_venue,
)

KINDS = {
    "gap": ["gap", "lower", "upper"],
    "path": ["observed", "synthetic", "synthetic_lower", "synthetic_upper"],
}
OWN = LINES["IDN"]  # the treated country, whichever it is
# Under lines: a solid light ground that prints, and an edge that stands out from white.
BAND = {"facecolor": FAINT, "edgecolor": MUTED, "linewidth": 0.5}


@in_style
def plot_gaps(
    data: pd.DataFrame, *, kind: str = "gap", breaks: pd.DataFrame | None = None
) -> np.ndarray:
    """Draw gaps, or observed beside synthetic, with bounds as a band, in a grid of small panels.

    Parameters
    ----------
    data : DataFrame
        Columns ``row`` and ``column`` (labels of the grid, in order of first appearance; columns as
        in the fullest row), ``treatment_wave``, ``wave`` and, by kind, ``gap, lower, upper`` or
        ``observed, synthetic, synthetic_lower, synthetic_upper``, as :func:`egovstudy.fit_windows`
        gives them in ``paths``. Panels without rows stay out.
    kind : {"gap", "path"}
        What to draw. The panels of a row share a scale.
    breaks : DataFrame, optional
        Method breaks, ``row`` and ``wave``, marked in the panels of that row.

    Returns
    -------
    ndarray of Axes
        One per panel, row by row.

    Raises
    ------
    ArgumentError
        If the kind or a column is missing, a panel has two rows for a wave or two treatment waves,
        or a band does not hold its line.

    Examples
    --------
    >>> path = pd.DataFrame({"row": "OSI", "column": "from 2003", "treatment_wave": 2018, "wave": [2016, 2018],
    ...                      "gap": [0.0, 0.1], "lower": [0.0, 0.05], "upper": [0.0, 0.2]})
    >>> plot_gaps(path)[0].get_title(loc="left")
    'from 2003'
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    if kind not in KINDS:
        raise ArgumentError(
            f"no kind {kind!r}.{nearest(kind, list(KINDS))} Kinds: {listed(list(KINDS))}."
        )
    *lines, low, high = KINDS[kind]
    need_columns(data, ["row", "column", "treatment_wave", "wave", *KINDS[kind]], "data")
    need_unique(data, ["row", "column", "wave"], "data")
    off = data[(data[low] > data[lines[-1]] + 1e-12) | (data[high] < data[lines[-1]] - 1e-12)]
    if len(off):
        first = off.iloc[0]
        raise ArgumentError(
            f"the band of {first['row']}, {first['column']} does not hold its line in"
            f" {first['wave']}."
        )
    rows, columns = list(dict.fromkeys(data["row"])), _columns(data)
    grid = np.atleast_2d(new_axes(suggested_mm(16 + 27 * len(rows)), len(rows), len(columns)))
    axes = grid.astype(object)
    for place, row in enumerate(rows):
        own = data[data["row"].eq(row)]
        reach = own[KINDS[kind]].to_numpy(dtype=float)
        limits = _limits(np.append(reach, 0) if kind == "gap" else reach)
        for number, column in enumerate(columns):
            ax, panel = (
                grid[place, number],
                own[own["column"].eq(column)].sort_values("wave", kind="stable"),
            )
            if panel.empty:
                ax.remove()
                axes[place, number] = None
                continue
            start = _treatment(panel, f"{row}, {column}")
            _frame(ax, data["wave"], limits, start, breaks, row)
            if kind == "gap":
                ax.axhline(0, color=INK, linewidth=0.6, zorder=1.5)
            band = panel.loc[panel["wave"].ge(panel.loc[panel["wave"].lt(start), "wave"].max())]
            if (band[high] - band[low]).max() > 1e-9:
                ax.fill_between(band["wave"], band[low], band[high], **BAND, zorder=1)
            if kind == "path":
                ax.plot(
                    panel["wave"],
                    panel["synthetic"],
                    color=INK,
                    linewidth=1,
                    linestyle="--",
                    zorder=3,
                )
            ax.plot(
                panel["wave"],
                panel[lines[0]],
                color=OWN.colour,
                linewidth=1.4,
                marker="o",
                markersize=2,
                zorder=4,
            )
            ax.set_title(
                "" if any(one is not None for one in axes[:place, number]) else spoken(column)
            )
            _sides(ax, spoken(row), first=not any(one is not None for one in axes[place, :number]))
            if _goes_on(data, rows[place + 1 :], column):
                ax.tick_params(labelbottom=False)
    drawn = np.array([ax for ax in axes.ravel() if ax is not None])
    _legend(drawn[0], kind, bool(breaks is not None and breaks["row"].isin(rows).any()))
    return drawn


@in_style
def plot_placebos(data: pd.DataFrame, *, treated: str = "IDN", ylabel: str = "") -> np.ndarray:
    """Draw the gaps of all countries, each treated in turn, muted, and those of the treated one clear.

    Parameters
    ----------
    data : DataFrame
        Columns ``panel`` (label, in order of first appearance), ``treatment_wave``, ``iso3``,
        ``wave`` and ``gap``.
    treated : str
        iso3 of the country drawn clear; it stands in every panel.
    ylabel : str
        What is drawn, with its unit.

    Returns
    -------
    ndarray of Axes
        One per panel; all share one scale.

    Raises
    ------
    ArgumentError
        If a column is missing, the treated country is not in a panel, or a country has two rows for
        a wave.

    Examples
    --------
    >>> gaps = pd.DataFrame({"panel": "from 2003", "treatment_wave": 2018, "iso3": ["IDN", "KOR"] * 2,
    ...                      "wave": [2016, 2016, 2018, 2018], "gap": [0.0, 0.01, 0.1, -0.02]})
    >>> len(plot_placebos(gaps))
    1
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    need_columns(data, ["panel", "treatment_wave", "iso3", "wave", "gap"], "data")
    need_unique(data, ["panel", "iso3", "wave"], "data")
    panels = list(dict.fromkeys(data["panel"]))
    for panel in panels:
        there = data.loc[data["panel"].eq(panel), "iso3"].unique().tolist()
        if treated not in there:
            raise ArgumentError(
                f"no country {treated!r} in panel {panel!r}.{nearest(treated, there)}"
            )
    most = 3 if current_venue().width_mm >= 80 else 2
    nrows = -(-len(panels) // most)
    ncols = -(-len(panels) // nrows)
    axes = np.atleast_1d(new_axes(suggested_mm(18 + 42 * nrows), nrows, ncols)).ravel()
    for spare in axes[len(panels) :]:
        spare.remove()
    axes = axes[: len(panels)]
    limits = _limits(np.append(data["gap"].to_numpy(dtype=float), 0))
    for number, (ax, panel) in enumerate(zip(axes, panels, strict=True)):
        rows = data[data["panel"].eq(panel)]
        _frame(ax, data["wave"], limits, _treatment(rows, panel), None, "")
        ax.axhline(0, color=INK, linewidth=0.6, zorder=2)
        for iso3, country in rows.sort_values("wave", kind="stable").groupby("iso3"):
            look = (
                {"color": OWN.colour, "linewidth": 1.8, "zorder": 4}
                if iso3 == treated
                else MUTED_LINE
            )
            ax.plot(country["wave"], country["gap"], label=str(iso3), **look)
        ax.set_title(spoken(panel))
        _sides(ax, ylabel, first=number % ncols == 0)
    legend_outside(
        axes[0],
        [
            Line2D([], [], color=OWN.colour, linewidth=1.8, label=spoken(treated)),
            Line2D([], [], color=MUTED, linewidth=0.7, label=word("every_country")),
            _treatment_mark(),
        ],
    )
    return axes


MUTED_LINE: dict[str, Any] = {"color": MUTED, "linewidth": 0.4, "zorder": 1.5}


def _columns(data: pd.DataFrame) -> list[object]:
    """Order the columns as the fullest row has them, then what only others have."""
    by_row = [list(dict.fromkeys(one)) for _, one in data.groupby("row", sort=False)["column"]]
    return list(dict.fromkeys([*max(by_row, key=len), *data["column"]]))


def _limits(values: np.ndarray) -> tuple[float, float]:
    low, high = np.nanmin(values), np.nanmax(values)
    room = 0.08 * max(high - low, 1e-9)
    return float(low - room), float(high + room)


def _treatment(panel: pd.DataFrame, name: str) -> int:
    waves = panel["treatment_wave"].unique()
    if len(waves) > 1:
        raise ArgumentError(
            f"{name} has the treatment waves {listed(sorted(waves))}. One panel shows one."
        )
    return int(waves[0])


def _frame(
    ax: Axes,
    waves: pd.Series,
    limits: tuple[float, float],
    start: int,
    breaks: pd.DataFrame | None,
    row: object,
) -> None:
    first, last = int(waves.min()), int(waves.max())
    ax.set_xlim(first - 0.8, last + 0.8)
    ax.set_ylim(*limits)
    ax.set_xticks([first, start, last] if min(start - first, last - start) >= 5 else [first, last])
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=STEPS))
    ax.axvline(start, color=MUTED_TEXT, linewidth=1.2, zorder=1.1)
    if breaks is not None:
        mark_breaks(ax, [(wave, "") for wave in breaks.loc[breaks["row"].eq(row), "wave"]])


def _goes_on(data: pd.DataFrame, rows: Sequence[object], column: object) -> bool:
    """Whether the column has a panel further down."""
    return bool((data["row"].isin(rows) & data["column"].eq(column)).any())


def _sides(ax: Axes, label: str, first: bool) -> None:
    if first:
        ax.set_ylabel(label)
    else:
        ax.tick_params(labelleft=False)


def _treatment_mark() -> Line2D:
    return Line2D([], [], color=MUTED_TEXT, linewidth=1.2, label=word("treatment_wave"))


def _legend(ax: Axes, kind: str, broken: bool) -> None:
    look = {"color": OWN.colour, "linewidth": 1.4, "marker": "o", "markersize": 2}
    handles: list[Any] = [
        Line2D([], [], label=word("gap" if kind == "gap" else "observed"), **look)
    ]
    if kind == "path":
        handles.append(
            Line2D([], [], color=INK, linewidth=1, linestyle="--", label=word("synthetic"))
        )
    handles += [Patch(**BAND, label=word("equally_good")), _treatment_mark()]
    if broken:
        mark = {"marker": "v", "markersize": 3, "linewidth": 0.6, "linestyle": (0, (4, 3))}
        handles.append(Line2D([], [], color=BREAK, label=word("method_break"), **mark))
    legend_outside(ax, handles)

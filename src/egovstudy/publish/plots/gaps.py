"""Gaps of synthetic controls: with bounds, beside the paths they come from, and among placebos."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.publish.plots.canvas import (
    break_mark,
    check_frame,
    in_style,
    legend_outside,
    mark_breaks,
    points,
    short_year,
    spoken,
    suggested_mm,
    word,
)
from egovstudy.publish.plots.lines import draw_lines, legend_line
from egovstudy.publish.style import (
    BACKGROUND,
    BAND,
    INK,
    LINES,
    MM,
    MUTED_TEXT,
    STEPS,
    Line,
    current_venue,
)

# The line, what else is drawn, and the bounds of the last of both.
KINDS = {
    "gap": ["gap", "lower", "upper"],
    "path": ["observed", "synthetic", "synthetic_lower", "synthetic_upper"],
    "placebos": ["gap", "iso3"],
}
OWN = LINES["IDN"]._replace(width=1.4, size=2.4)  # the treated country, whichever it is
SYNTHETIC = Line(INK, "--", "", 1.0)
MIDDLE = Line(INK, "--", "", 0.8)
OTHERS = BACKGROUND._replace(width=0.25)
TREATMENT = Line(MUTED_TEXT, "-", "", 1.2)
MOST: dict[str, Any] = {"facecolor": "none", "edgecolor": INK, "linewidth": 0.7}
WITHIN = 80  # per cent of the other countries, in the middle, that the band of placebos holds


@in_style
def plot_gaps(
    data: pd.DataFrame,
    *,
    kind: str = "gap",
    treated: str = "IDN",
    breaks: pd.DataFrame | None = None,
) -> np.ndarray:
    """Draw gaps, observed beside synthetic, or placebos, in a grid of small panels.

    Parameters
    ----------
    data : DataFrame
        Columns ``row`` and ``column`` (labels of the grid, in order of first appearance; columns as
        in the fullest row), ``treatment_wave``, ``wave`` and, by kind, ``gap, lower, upper``;
        ``observed, synthetic, synthetic_lower, synthetic_upper``, as :func:`egovstudy.fit_windows`
        gives them in ``paths``; or ``gap, iso3``. Panels without rows stay out.
    kind : {"gap", "path", "placebos"}
        What to draw: gaps with bounds, paths with bounds, or the gaps of all countries, each
        treated in turn, with the middle eight of ten and the median of the others. The panels of a
        row share a scale.
    treated : str
        With placebos: iso3 of the country drawn clear; it stands in every panel.
    breaks : DataFrame, optional
        Method breaks, ``row`` and ``wave``, marked in the panels of that row.

    Returns
    -------
    ndarray of Axes
        One per panel, row by row.

    Raises
    ------
    ArgumentError
        If the kind or a column is missing, a panel has two rows for a wave (and country) or two
        treatment waves, a band does not hold its line, or the treated country is not in a panel.

    Examples
    --------
    >>> path = pd.DataFrame({"row": "OSI", "column": "from 2003", "treatment_wave": 2018,
    ...                      "wave": [2016, 2018], "gap": [0.0, 0.1], "lower": [0.0, 0.05],
    ...                      "upper": [0.0, 0.2]})
    >>> plot_gaps(path)[0].get_title(loc="left")
    'from 2003'
    >>> both = pd.concat([path.assign(iso3="IDN"), path.assign(iso3="KOR", gap=[0.0, -0.02])])
    >>> [line.get_label() for line in plot_gaps(both, kind="placebos")[0].lines][-1]
    'IDN'
    >>> plt.close("all")
    """
    if kind not in KINDS:
        raise ArgumentError(
            f"no kind {kind!r}.{nearest(kind, list(KINDS))} Kinds: {listed(list(KINDS))}."
        )
    needed = KINDS[kind]
    among = kind == "placebos"
    bounded = None if among else (needed[-2], needed[-3], needed[-1])
    key = ["row", "column", "wave", *(["iso3"] if among else [])]
    check_frame(data, "data", [*key, "treatment_wave", *needed], unique=key, band=bounded)
    rows, columns = list(dict.fromkeys(data["row"])), _columns(data)
    cells = dict(list(data.sort_values("wave", kind="stable").groupby(["row", "column"])))
    venue = current_venue()
    _, grid = plt.subplots(
        len(rows),
        len(columns),
        sharex=True,
        sharey="row",
        squeeze=False,
        layout="constrained",
        figsize=(venue.width_mm / MM, suggested_mm(20 + (46 if among else 27) * len(rows)) / MM),
    )
    drawn = []
    broken = False
    for (place, row), (number, column) in product(enumerate(rows), enumerate(columns)):
        ax = grid[place, number]
        if (row, column) not in cells:
            ax.remove()
            continue
        cell = cells[row, column]
        start = _treatment(cell, f"{row}, {column}")
        if kind != "path":
            ax.axhline(0, color=INK, linewidth=0.6, zorder=2)
        ax.axvline(start, color=TREATMENT.colour, linewidth=TREATMENT.width, zorder=1.1)
        if among:
            _placebos(ax, cell, treated, f"{row}, {column}")
        else:
            _bounded(ax, cell, start, *needed)
        ax.margins(y=0.08)
        ax.set_xlim(data["wave"].min() - 0.8, data["wave"].max() + 0.8)
        ax.yaxis.set_major_locator(MaxNLocator(4, steps=STEPS))
        if breaks is not None:
            waves = breaks.loc[breaks["row"].eq(row), "wave"]
            if mark_breaks(ax, [(wave, "") for wave in waves]):
                broken = True
        left = all((row, one) not in cells for one in columns[:number])
        ax.set_ylabel(spoken(row) if left else "")
        above = any((one, column) in cells for one in rows[:place])
        ax.set_title("" if above else spoken(column))
        below = any((one, column) in cells for one in rows[place + 1 :])
        ax.tick_params(labelleft=left, labelbottom=not below)
        drawn.append((ax, start))
    axes = np.array([ax for ax, _ in drawn])
    legend_outside(axes[0], _legend(kind, treated, broken))
    first, last = int(data["wave"].min()), int(data["wave"].max())
    least = 2 * venue.min_pt / points(axes[0])[0] * (last - first)  # years that a label takes
    for ax, start in drawn:
        between = [start] if min(start - first, last - start) > least else []
        years = [first, *between, last]
        ax.set_xticks(years, [short_year(year) for year in years])
    return axes


def _columns(data: pd.DataFrame) -> list[object]:
    """Order the columns as the fullest row has them, then what only others have."""
    by_row = [list(dict.fromkeys(one)) for _, one in data.groupby("row", sort=False)["column"]]
    return list(dict.fromkeys([*max(by_row, key=len), *data["column"]]))


def _treatment(cell: pd.DataFrame, name: str) -> int:
    waves = cell["treatment_wave"].unique()
    if len(waves) > 1:
        raise ArgumentError(
            f"{name} has the treatment waves {listed(sorted(waves))}. One panel shows one."
        )
    return int(waves[0])


def _bounded(ax: Axes, cell: pd.DataFrame, start: int, line: str, *others: str) -> None:
    *synthetic, low, high = others
    band = cell[cell["wave"].ge(cell.loc[cell["wave"].lt(start), "wave"].max())]
    if (band[high] - band[low]).max() > 1e-9:
        ax.fill_between(band["wave"], band[low], band[high], **BAND, zorder=1)
    for column in synthetic:
        draw_lines(ax, cell, "wave", column, SYNTHETIC, column)
    draw_lines(ax, cell, "wave", line, OWN, line)


def _placebos(ax: Axes, cell: pd.DataFrame, treated: str, name: str) -> None:
    codes = cell["iso3"].unique().tolist()
    if treated not in codes:
        raise ArgumentError(f"no country {treated!r} in panel {name!r}.{nearest(treated, codes)}")
    others, own = cell[cell["iso3"].ne(treated)], cell[cell["iso3"].eq(treated)]
    draw_lines(ax, others, "wave", "gap", OTHERS, others["iso3"])
    sns.lineplot(
        others,
        x="wave",
        y="gap",
        estimator="median",
        errorbar=("pi", WITHIN),
        legend=False,
        ax=ax,
        err_kws={**MOST, "alpha": 1, "zorder": 3},
        label="median",
        zorder=3,
        **MIDDLE.line(),
    )
    ax.set_xlabel("")
    draw_lines(ax, own, "wave", "gap", OWN, treated, zorder=4)


def _legend(kind: str, treated: str, broken: bool) -> list[Artist]:
    handles: list[Artist] = []
    if kind == "placebos":
        handles += [
            legend_line(OWN, spoken(treated)),
            legend_line(OTHERS, word("every_country")),
            legend_line(MIDDLE, word("median")),
            Patch(label=word("middle"), **MOST),
        ]
    else:
        handles.append(legend_line(OWN, word("gap_of" if kind == "gap" else "observed")))
        handles += [legend_line(SYNTHETIC, word("synthetic"))] if kind == "path" else []
        handles.append(Patch(label=word("equally_good"), **BAND))
    handles.append(legend_line(TREATMENT, word("treatment_wave")))
    return handles + ([break_mark(word("method_break"))] if broken else [])

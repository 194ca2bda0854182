"""Thousands of specifications: the sorted curve, its p-values, and where each choice lies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError
from egovstudy.publish.plots.canvas import (
    check_frame,
    country,
    in_style,
    spoken,
    word,
)
from egovstudy.publish.plots.labels import label_beside
from egovstudy.publish.style import FAINT, INK, LINES, MM, MUTED, MUTED_TEXT, STEPS, current_venue

ROW = 1.25  # height of a row of the matrix, in heights of the smallest text
BETWEEN = 0.5  # between two choices, in rows
FULL = 0.9  # height of a strip, in rows
MOST = 2.5  # times as often as among all specifications: here a strip is cut off
# Of the curve, the p-values and the rest, in heights of the smallest text.
HEIGHTS = (
    (11.0, 5.0, 6.5),
    (6.5, 3.0, 5.0),
)


@in_style
def plot_specifications(
    path: pd.DataFrame, shares: pd.DataFrame, *, treated: str = "IDN", small: float = 0.1
) -> np.ndarray:
    """Draw a specification curve: sorted gaps, their p-values, and the choices as strips below.

    Thousands of specifications come thinned (``path``) and in pieces (``shares``), so that the
    picture is small and made of lines. A strip's height says how often a piece's specifications
    make this choice, beside all specifications: the pale line is as often, and at two and a half
    times as often the strip is cut off. A strip along its line says that the choice does not
    matter.

    Parameters
    ----------
    path : DataFrame
        From :meth:`SpecificationCurve.path`: columns ``number``,
        ``standardised``, ``p``, ``lower``, ``upper``.
    shares : DataFrame
        From :meth:`SpecificationCurve.shares`: columns ``choice``, ``option``,
        ``start``, ``stop``, ``share``, ``overall``. On a page too low for all, the choices that
        come last are left out whole.
    treated : str
        iso3 of the country whose curve it is.
    small : float
        Where to draw a line across the p-values.

    Returns
    -------
    ndarray of Axes
        Curve, p-values, choices.

    Raises
    ------
    ArgumentError
        If a column is missing, a piece comes twice, or not even the first choice fits on the page.

    Examples
    --------
    >>> path = pd.DataFrame({"number": [1, 9], "standardised": [-1.0, 2.0], "p": [0.4, 0.1]})
    >>> path = path.assign(lower=-2.0, upper=2.0)
    >>> shares = pd.DataFrame({"choice": "scale", "option": ["raw", "z"], "start": 0, "stop": 9})
    >>> axes = plot_specifications(path, shares.assign(share=0.5, overall=0.5))
    >>> [tick.get_text() for tick in axes[2].get_yticklabels()]
    ['raw', 'z']
    >>> plt.close()
    """
    columns = ["number", "standardised", "p", "lower", "upper"]
    check_frame(path, "path", columns, unique=["number"])
    pieces = ["choice", "option", "start"]
    check_frame(shares, "shares", [*pieces, "stop", "share", "overall"], unique=pieces)
    venue = current_venue()
    unit = venue.min_pt / 72 * MM
    wanted = len(shares[["choice", "option"]].drop_duplicates())
    for heights in HEIGHTS:  # where not all rows fit, the curve is made lower
        rows = _rows_that_fit(shares, (venue.max_height_mm / unit - sum(heights)) / ROW)
        if len(rows) == wanted:
            break
    if not rows:
        raise ArgumentError(
            f"on a page of {venue.venue} the options of the first choice do not fit below the"
            " curve. Put a choice with fewer options first, or take a higher page."
        )
    tall = ROW * (rows[-1][0] + 1.1)
    figure, axes = plt.subplots(
        3,
        1,
        sharex=True,
        layout="constrained",
        figsize=(venue.width_mm / MM, (sum(heights) + tall) * unit / MM),
        gridspec_kw={"height_ratios": [*heights[:2], tall]},
    )
    _curve(axes[0], path, treated)
    _p_values(axes[1], path, small)
    _strips(axes[2], shares, rows)
    axes[2].set_xlim(0, max(path["number"].max(), shares["stop"].max()))
    axes[2].xaxis.set_major_locator(
        MaxNLocator(5 if venue.width_mm >= 80 else 2, steps=STEPS, integer=True)
    )
    axes[2].set_xlabel(word("specifications"))
    figure.align_ylabels(axes[:2])
    last, colour = path.iloc[-1], LINES.get(treated, LINES["IDN"]).colour
    label_beside(
        axes[0],
        [
            (last["number"], last["standardised"], country(treated), colour, "normal"),
            (last["number"], last["lower"], word("most"), INK, "normal"),
        ],
    )
    return axes


def _rows_that_fit(shares: pd.DataFrame, room: float) -> list[tuple[float, str, object]]:
    """Place choices with their options, whole choices only: height, choice, option."""
    rows: list[tuple[float, str, object]] = []
    start = 0.0
    for choice, own in shares.groupby("choice", sort=False):
        options = list(dict.fromkeys(own["option"]))
        if start + len(options) > room:
            break
        rows += [(start + place, choice, option) for place, option in enumerate(options)]
        start += len(options) + BETWEEN
    return rows


def _curve(ax: Axes, path: pd.DataFrame, treated: str) -> None:
    size, look = current_venue().min_pt, LINES.get(treated, LINES["IDN"])
    ax.fill_between(
        path["number"],
        path["lower"],
        path["upper"],
        color=FAINT,
        edgecolor=MUTED,
        linewidth=0.5,
        zorder=1,
    )
    ax.axhline(0, color=INK, linewidth=0.6, zorder=2)
    sns.lineplot(
        path,
        x="number",
        y="standardised",
        estimator=None,
        errorbar=None,
        color=look.colour,
        linewidth=look.width,
        zorder=3,
        ax=ax,
    )
    ax.set_ylabel(word("standardised"), fontsize=size)
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=STEPS))


def _p_values(ax: Axes, path: pd.DataFrame, small: float) -> None:
    sns.scatterplot(path, x="number", y="p", s=2.6, color=INK, linewidth=0, zorder=2, ax=ax)
    ax.axhline(small, color=MUTED_TEXT, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    ax.set_ylabel("p", fontsize=current_venue().min_pt)
    ax.set_ylim(-0.04, 1.04)
    ax.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    ax.annotate(
        f"p = {small:g}",
        (1, small),
        (4, 0),
        xycoords=ax.get_yaxis_transform(),
        textcoords="offset points",
        va="center",
        color=MUTED_TEXT,
        fontsize=current_venue().min_pt,
        annotation_clip=False,
    )


def _strips(ax: Axes, shares: pd.DataFrame, rows: list[tuple[float, str, object]]) -> None:
    pieces = dict(list(shares.groupby(["choice", "option"], sort=False)))
    for place, choice, option in rows:
        own, floor = pieces[choice, option].sort_values("start", kind="stable"), place + FULL / 2
        often = (
            (own["share"] / own["overall"].where(own["overall"] > 0, 1)).clip(upper=MOST).to_numpy()
        )
        edges = [*own["start"], own["stop"].iloc[-1]]
        ax.stairs(
            floor - FULL / MOST * often,
            edges,
            baseline=floor,
            fill=True,
            color=MUTED_TEXT,
            zorder=2,
        )
        ax.axhline(floor - FULL / MOST, color=FAINT, linewidth=0.6, zorder=3)
    for choice, place in {choice: place for place, choice, _ in reversed(rows)}.items():
        ax.annotate(
            spoken(choice),
            (1, place),
            (4, 0),
            xycoords=ax.get_yaxis_transform(),
            textcoords="offset points",
            va="center",
            color=INK,
            weight="bold",
            fontsize=current_venue().min_pt,
            annotation_clip=False,
        )
    ax.set_yticks([place for place, *_ in rows], [spoken(option) for *_, option in rows])
    ax.set_ylim(rows[-1][0] + 0.55, -0.55)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)

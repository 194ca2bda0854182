"""Lines: countries over the waves, any series in small panels, reform indicators; seaborn draws."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.publish.plots.canvas import (
    break_labels,
    break_mark,
    check_few,
    check_frame,
    country,
    few_ticks,
    in_style,
    legend_outside,
    mark_breaks,
    measured,
    new_axes,
    new_panels,
    points,
    spoken,
    suggested_mm,
    word,
    year_ticks,
)
from egovstudy.publish.plots.labels import label_beside
from egovstudy.publish.style import (
    BACKGROUND,
    BAND,
    INDICATORS,
    INK,
    LINES,
    MUTED_TEXT,
    SERIES,
    SPARE_LINES,
    SPARE_SERIES,
    STATUS,
    Line,
    current_venue,
)

DENSE = 12  # points of a line that each have a marker; of more, every fifth has one
INDICATOR_LINE = LINES["IDN"]._replace(marker="", width=1.0)
LEAST_SHARE = 1 / 3  # of an indicator's scale that its axis spans, so that small steps stay small


def draw_lines(
    ax: Axes,
    rows: pd.DataFrame,
    x: str,
    y: str,
    look: Line,
    name: str | pd.Series,
    *,
    every: int = 0,
    zorder: float = 2,
) -> None:
    """Draw lines of one look with seaborn; a missing value stays a hole.

    Parameters
    ----------
    ax : Axes
        Where; its labels stay as they are.
    rows : DataFrame
        Sorted by ``x`` within a line.
    x, y : str
        Columns.
    look : Line
        Colour, dashes, marker and sizes.
    name : str or Series
        The line's label, or each row's. What follows a hole is named by where it starts again.
    every : int
        Markers at every fifth point only, from this one on; 0 for all of a short line.
    zorder : float
        What is drawn over what.
    """
    names = pd.Series(name, index=rows.index).astype(str)
    stretch = rows[y].isna().groupby(names).cumsum()
    there = rows.assign(line=names, stretch=stretch).dropna(subset=[x, y])
    starts = there.groupby(["line", "stretch"])[x].transform("first").astype(str)
    again = there["stretch"].ne(there.groupby("line")["stretch"].transform("first"))
    there["line"] = there["line"].where(~again, there["line"] + ", from " + starts)
    labels = ax.get_xlabel(), ax.get_ylabel()
    before = len(ax.lines)
    sns.lineplot(
        there,
        x=x,
        y=y,
        units="line",
        estimator=None,
        errorbar=None,
        sort=False,
        legend=False,
        ax=ax,
        markevery=(every % 5, 5) if len(there) > DENSE and every else None,
        zorder=zorder,
        **look.line(),
    )
    for line, label in zip(ax.lines[before:], sorted(there["line"].unique()), strict=True):
        line.set_label(label)
    ax.set(xlabel=labels[0], ylabel=labels[1])


def legend_line(look: Line, label: str) -> Line2D:
    """Give a legend entry in the look of a line."""
    return Line2D([], [], label=label, **look.line())


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
        thin and muted. In place of a country an indicator (EGDI, OSI, TII, HCI, EPI) may stand.
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
    check_frame(data, "data", ["iso3", "wave", y], unique=["iso3", "wave"])
    named = [*highlight, *compare]
    there = list(dict.fromkeys(data["iso3"]))
    for iso3 in named:
        if iso3 not in there:
            raise ArgumentError(f"no country {iso3!r} in data.{nearest(iso3, there)}")
    ax = new_axes(suggested_mm(80)) if ax is None else ax
    # A wave without a row is a hole in the line, as one without a value is.
    table = data.pivot(index="wave", columns="iso3", values=y).sort_index()  # noqa: PD010
    long = table.melt(ignore_index=False, value_name=y).reset_index()
    spare = iter(SPARE_LINES * len(named))
    own = {**LINES, **{name.upper(): look for name, look in INDICATORS.items()}}
    looks = {iso3: own.get(iso3) or next(spare) for iso3 in named}
    others = long[~long["iso3"].isin(named)]
    if len(others):
        draw_lines(ax, others, "wave", y, BACKGROUND, others["iso3"])
    for iso3 in reversed(named):
        draw_lines(ax, long[long["iso3"].eq(iso3)], "wave", y, looks[iso3], iso3)
    ax.set_xlim(table.index[0] - 0.5, table.index[-1] + 0.5)
    ax.set_xlabel(word("wave"))
    ax.set_ylabel(word(y))
    if y.endswith("_rank"):
        worst = float(table.max(axis=None))
        ax.invert_yaxis()
        # There is no rank 0: the axis begins with the best there is.
        ticks = MaxNLocator(6, integer=True).tick_values(1, worst)
        ax.set_yticks([max(int(tick), 1) for tick in ticks if tick < worst])
        ax.set_ylabel(word("rank_of").format(y.removesuffix("_rank").upper()))
    labels = _line_labels(ax, table, looks, highlight)
    placed = label_beside(ax, labels)
    if breaks is not None:
        # Break labels need the width that line labels leave, and take height that these stood in.
        mark_breaks(ax, break_labels(breaks, "wave"))
        for one in placed:
            one.remove()
        label_beside(ax, labels)
    year_ticks(ax, table.index.tolist())
    return ax


def _line_labels(
    ax: Axes, table: pd.DataFrame, looks: dict[str, Line], highlight: Sequence[str]
) -> list[tuple[float, float, str, str, str]]:
    """Name each line at its end; where there is no room for all, the muted ones are counted."""
    others = [iso3 for iso3 in table.columns if iso3 not in looks]
    if len(table.columns) > points(ax)[1] / (1.2 * current_venue().min_pt):
        legend_outside(ax, [legend_line(BACKGROUND, word("others").format(len(others)))])
        others = []
    labels = []
    for iso3 in [*looks, *others]:
        last = table[iso3].dropna().tail(1)
        colour = looks[iso3].colour if iso3 in looks else MUTED_TEXT
        weight = "bold" if iso3 in highlight else "normal"
        labels += [(wave, value, country(iso3), colour, weight) for wave, value in last.items()]
    return labels


@in_style
def plot_lines(
    data: pd.DataFrame,
    *,
    x: str,
    y: str | Sequence[str],
    series: str | None = None,
    panels: Sequence[str] | None = None,
    highlight: str | None = None,
    limits: tuple[float, float] | None = None,
    level: float | None = None,
    below: str | None = None,
    marks: pd.DataFrame | None = None,
    mark: str = "",
    band: str = "",
    xlabel: str | None = None,
    ylabel: str | None = None,
) -> np.ndarray:
    r"""Draw series as lines in small panels on one scale, with intervals where there are some.

    Power against the size of a gap, differences by event time, correlations by lag, paths that end
    in a forecast: whatever has a panel, an x and one or more y.

    Parameters
    ----------
    data : DataFrame
        Columns ``panel`` (a country's code is spoken), ``x`` and ``y``; ``lower`` and ``upper``,
        where they are there, stand behind the lines as boxes. A missing value leaves a hole.
    x : str
        Column of numbers; ``wave`` and ``year`` are ticked as years.
    y : str or sequence of str
        Column to draw, or several, each a series of its own.
    series : str, optional
        Column that names the series of a row, in place of several ``y``: up to eight. Designs,
        leads and what follows them have looks of their own, in every figure the same.
    panels : sequence of str, optional
        Panels to draw, in this order; all of them as they come if left out.
    highlight : str, optional
        Country whose panel is drawn in its colour.
    limits : (low, high), optional
        Scale of y, such as ``(0, 1)`` for shares: a value outside it is refused.
    level : float, optional
        Where to draw a line across every panel.
    below : str, optional
        Column of counts, written under the ticks of each panel.
    marks : DataFrame, optional
        Columns ``panel`` and ``x``: places to mark by a dashed line, which ``mark`` names in the
        legend. Those of panels that are not drawn are left out.
    band : str
        What the legend says of the boxes.
    xlabel, ylabel : str, optional
        Labels with units; the known names of columns if left out.

    Returns
    -------
    ndarray of Axes
        One per panel.

    Raises
    ------
    ArgumentError
        If a column is missing, a series has two rows for one x, a value is infinite or outside its
        scale, bounds are the wrong way round or do not hold their forecast, a panel lacks one of
        several y, or there are more than eight series.

    Examples
    --------
    >>> curve = pd.DataFrame({"panel": "OSI", "gap": [0, 0.1, 0.2], "power": [0.05, 0.4, 0.9]})
    >>> [ax.get_title(loc="left") for ax in plot_lines(curve, x="gap", y="power", limits=(0, 1))]
    ['OSI']
    >>> rows = pd.DataFrame({"panel": "OSI", "event_time": [-1, 0], "difference": [0.01, 0.05],
    ...                      "lower": -0.06, "upper": 0.06, "n_countries": [8, 6]})
    >>> (ax,) = plot_lines(rows, x="event_time", y="difference", below="n_countries", level=0)
    >>> [tick.get_text() for tick in ax.get_xticklabels()]
    ['−1\n8', '0\n6']
    >>> from matplotlib import pyplot as plt
    >>> plt.close("all")
    """
    columns = [y] if isinstance(y, str) else list(y)
    key = ["panel", x] if series is None else ["panel", x, series]
    check_frame(data, "data", [*key, *columns, *([below] if below else [])], unique=key)
    names = columns if series is None else list(dict.fromkeys(data[series]))
    check_few(names, len(SPARE_SERIES), "series")
    panels = list(dict.fromkeys(data["panel"])) if panels is None else list(panels)
    data = data[data["panel"].isin(panels)]
    bounds = ["lower", "upper"] if {"lower", "upper"} <= set(data.columns) else []
    _check_values(data, key, panels, columns, bounds, limits, level)
    looks = _looks(names)
    crowd = len(panels) > 6
    axes = new_panels(
        panels,
        row_mm=32 if crowd else 44,
        rest_mm=22,
        least_mm=28 if crowd else 38,
        most=4 if crowd else 3,
        share_x=below is None,
        xlabel=word(x) if xlabel is None else xlabel,
        ylabel=word(columns[0]) if ylabel is None else ylabel,
    )
    low, high = float(data[x].min()), float(data[x].max())
    for ax, panel in zip(axes, panels, strict=True):
        own = data[data["panel"].eq(panel)].sort_values(x, kind="stable")
        if level is not None:
            ax.axhline(level, color=INK, linewidth=0.6, zorder=1)
        if bounds:
            _boxes(ax, own.dropna(subset=bounds), x, high - low)
        for number, name in enumerate(names):
            rows = own if series is None else own[own[series].eq(name)]
            column = name if series is None else columns[0]
            look = looks[name]
            if panel == highlight and not number:
                look = look._replace(colour=LINES.get(panel, LINES["IDN"]).colour)
                ax.set_title(spoken(panel), color=look.colour)
            if rows[column].notna().any():
                draw_lines(ax, rows, x, column, look, str(name), every=number + 1)
        ax.use_sticky_edges = False  # of boxes, which would stand on the axis
    if limits is not None:
        axes[0].set_ylim(limits[0] - 0.03, limits[1] + 0.03)
    handles: list[Artist] = [legend_line(looks[name], spoken(name)) for name in names]
    handles += [Patch(label=band, **BAND)] if bounds and band else []
    if marks is not None:
        check_frame(marks, "marks", ["panel", x])
        for ax, panel in zip(axes, panels, strict=True):
            mark_breaks(ax, [(at, "") for at in marks.loc[marks["panel"].eq(panel), x]])
        handles.append(break_mark(mark))
    if len(handles) > 1:
        legend_outside(axes[0], handles)
    few_ticks(axes, years=x in ("wave", "year"))
    if below is not None:
        for ax, panel in zip(axes, panels, strict=True):
            _ticks_with_counts(ax, data[data["panel"].eq(panel)], x, below)
    return axes


def _check_values(
    data: pd.DataFrame,
    key: list[str],
    panels: list[str],
    columns: list[str],
    bounds: list[str],
    limits: tuple[float, float] | None,
    level: float | None,
) -> None:
    values = data[[*columns, *bounds]]
    if data.empty or np.isinf(values.to_numpy(dtype=float)).any():
        raise ArgumentError(
            "data has no row, or an infinite value. Give finite numbers; a missing one is a hole."
        )
    for column in columns:
        without = [one for one in panels if data.loc[data["panel"].eq(one), column].isna().all()]
        if without:
            raise ArgumentError(
                f"no {column} for {listed(without)}. Give each panel one, or leave the panel out."
            )
    if bounds and (data["lower"] > data["upper"]).any():
        crossed = data.loc[data["lower"] > data["upper"], "panel"].iloc[0]
        raise ArgumentError(f"the band of {crossed!r} has lower above upper. Swap them.")
    if bounds and "forecast" in columns:
        check_frame(data, "data", (), unique=key, band=("lower", "forecast", "upper"))
    if limits is not None:
        told = values.assign(level=level) if level is not None else values
        outside = ((told < limits[0] - 1e-9) | (told > limits[1] + 1e-9)).any(axis=1)
        off = told[outside]
        if len(off):
            raise ArgumentError(
                f"data has {off.iloc[0].to_dict()} in panel {data.loc[outside, 'panel'].iloc[0]!r};"
                f" the scale goes from {limits[0]:g} to {limits[1]:g}."
            )


def _looks(names: Sequence[str]) -> dict[str, Line]:
    """Give each series its look: known ones have their own, others take what is left."""
    known = {name: SERIES[name] for name in names if name in SERIES}
    left = [look for look in SPARE_SERIES if look not in known.values()]
    return {name: known[name] if name in known else left.pop() for name in names}


def _boxes(ax: Axes, rows: pd.DataFrame, x: str, span: float) -> None:
    """Draw bounds as boxes: four fifths of a step wide, or wide enough to be seen alone."""
    steps = np.diff(np.unique(rows[x].astype(float)))
    width = 0.8 * steps.min() if len(steps) else 0.07 * span
    ax.bar(rows[x], rows["upper"] - rows["lower"], width, rows["lower"], zorder=0.5, **BAND)


def _ticks_with_counts(ax: Axes, rows: pd.DataFrame, x: str, below: str) -> None:
    counts = rows.sort_values(x, kind="stable").drop_duplicates(x)
    texts = [f"{at:g}\n{n}" for at, n in zip(counts[x], counts[below].astype(int), strict=True)]
    ax.set_xticks(counts[x].tolist(), [text.replace("-", "−") for text in texts])


@in_style
def plot_indicators(
    data: pd.DataFrame, breaks: pd.DataFrame | None = None, *, one_scale: bool = False
) -> np.ndarray:
    """Draw reform indicators as small panels, each in its own unit.

    Parameters
    ----------
    data : DataFrame
        Columns ``indicator``, ``year``, ``value``, ``unit``, ``status`` (ok, derived, uncertain,
        conflict), and ``label`` if the title is not the code. Values in conflict are all drawn,
        open, and join no line; an uncertain year is drawn pale. A line joins neighbouring years
        only. With ``scale_min`` and ``scale_max``, as the table of indicators has them, an axis
        says its scale and spans at least a third of it.
    breaks : DataFrame, optional
        ``indicator`` and ``year``: no line is drawn over a break, whose year is the first of the
        new kind.
    one_scale : bool
        Whether all panels have one y axis, the whole scale of indicators that are read together.

    Returns
    -------
    ndarray of Axes
        One per indicator, in order of first appearance.

    Raises
    ------
    ArgumentError
        If a column is missing, or a year has two settled values.

    Examples
    --------
    >>> rows = pd.DataFrame({"indicator": "spbe", "year": [2023, 2024], "value": [2.79, 3.12],
    ...                      "unit": "index", "status": "ok", "scale_min": 1, "scale_max": 5})
    >>> [ax.get_ylabel() for ax in plot_indicators(rows)]
    ['index (1 to 5)']
    >>> from matplotlib import pyplot as plt
    >>> plt.close()
    """
    check_frame(data, "data", ["indicator", "year", "value", "unit", "status"])
    settled = data[data["status"].ne("conflict")]
    twice = settled[settled.duplicated(["indicator", "year"])]
    if len(twice):
        raise ArgumentError(
            f"{twice['indicator'].iloc[0]} has two settled values in {twice['year'].iloc[0]}. "
            "Keep one scope per indicator, or mark both values as conflict."
        )
    if breaks is None:
        breaks = pd.DataFrame({"indicator": [], "year": []})
    check_frame(breaks, "breaks", ["indicator", "year"])
    groups = list(data.groupby("indicator", sort=False, observed=True))
    axes = new_panels(
        [code for code, _ in groups],
        row_mm=40,
        rest_mm=20,
        least_mm=38,
        share_y=one_scale,
        most=2 if len(groups) in (2, 4) else 3,
    )
    points(axes[0])  # one layout, so that the panels can be measured
    marked = False
    for ax, (indicator, rows) in zip(axes, groups, strict=True):
        changed = breaks.loc[breaks["indicator"].eq(indicator), "year"].tolist()
        _one_indicator(ax, rows, changed)
        ax.set_xlim(data["year"].min() - 0.7, data["year"].max() + 0.7)
        if mark_breaks(ax, [(year, "") for year in changed]):
            marked = True
        title = str(rows["label"].iloc[0]) if "label" in rows else str(indicator)
        # What stands in brackets stays in one line.
        words = re.sub(r"\([^)]*\)", lambda found: found[0].replace(" ", "\u00a0"), title)
        letters = measured(ax)[0] / (0.56 * current_venue().text_pt)
        ax.set_title(textwrap.fill(words, max(int(letters), 16)))
        _scale(ax, rows, whole=one_scale)
    shown = [status for status in STATUS if status in set(data["status"])]
    handles = [legend_line(STATUS[status], word(status)) for status in shown]
    handles += [break_mark(word("method_break"))] if marked else []
    if len(handles) > 1:
        legend_outside(axes[0], handles)
    few_ticks(axes, years=True)
    return axes


def _one_indicator(ax: Axes, rows: pd.DataFrame, changed: Sequence[int]) -> None:
    settled = rows[rows["status"].ne("conflict")].sort_values("year", kind="stable")
    # A line joins neighbouring years only, and never over a break: what lies between was not
    # measured.
    stretch = settled["year"].diff().fillna(0).gt(1) | settled["year"].isin(changed)
    names = settled["year"].groupby(stretch.cumsum()).transform("first").map("from {}".format)
    draw_lines(ax, settled, "year", "value", INDICATOR_LINE, names)
    for status, part in rows.groupby("status", observed=True):
        draw_lines(ax, part, "year", "value", STATUS[str(status)], str(status))


def _scale(ax: Axes, rows: pd.DataFrame, *, whole: bool) -> None:
    """Give the axis its span, and say its unit and, where there is room, its scale."""
    unit = scaled = spoken(rows["unit"].iloc[0])
    if rows["unit"].iloc[0] == "rank":
        ax.invert_yaxis()
        scaled = word("rank_best")
    ends = [rows[name].iloc[0] for name in ("scale_min", "scale_max") if name in rows]
    if len(ends) == 2 and not pd.isna(ends).any():
        low, high = ax.get_ylim()
        short = max(LEAST_SHARE * (ends[1] - ends[0]) - (high - low), 0) / 2
        span = (ends[0], ends[1]) if whole else (low - short, high + short)
        ax.set_ylim(*map(float, span))
        scaled = word("scale_of").format(unit, *ends)
    room = measured(ax)[1] / (0.5 * current_venue().text_pt)
    place = ax.get_subplotspec()
    if not whole or (place is not None and place.is_first_col()):
        ax.set_ylabel(scaled if len(scaled) < room else unit)

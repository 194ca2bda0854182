"""What all plots share: empty figures in the venue's style, checks, ticks, breaks, legends."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.publish.style import BREAK, INK, MM, NAMES, PHRASES, STEPS, WORDS, current_venue

Given = ParamSpec("Given")
Drawn = TypeVar("Drawn")
FEW_YEARS = 4  # up to here each is wanted, so a short year is better than none
SLACK = 1e-12  # of an interval that touches its line


def in_style(plot: Callable[Given, Drawn]) -> Callable[Given, Drawn]:
    """Run a plot in the venue's style and leave the session's own style as it was."""

    @wraps(plot)
    def styled(*args: Given.args, **kwargs: Given.kwargs) -> Drawn:
        with mpl.rc_context(current_venue().style()):
            return plot(*args, **kwargs)

    return styled


@in_style
def new_axes(height_mm: float = 80, nrows: int = 1, ncols: int = 1) -> Any:
    """Open an empty figure of the venue's width.

    Parameters
    ----------
    height_mm : float
        Height of the figure in mm.
    nrows, ncols : int
        Panels that share nothing; :func:`new_panels` opens those that do.

    Returns
    -------
    Axes or ndarray of Axes
        One Axes, or an array of shape (nrows, ncols).

    Examples
    --------
    >>> ax = new_axes(60)
    >>> round(float(ax.figure.get_figwidth()) * 25.4, 6)
    140.0
    >>> plt.close(ax.figure)
    """
    size = (current_venue().width_mm / MM, height_mm / MM)
    _, axes = plt.subplots(nrows, ncols, figsize=size, layout="constrained", squeeze=False)
    return axes[0, 0] if axes.size == 1 else axes


@in_style
def new_panels(
    titles: Sequence[object],
    *,
    row_mm: float,
    rest_mm: float = 16,
    least_mm: float = 28,
    most: int = 4,
    xlabel: str = "",
    ylabel: str = "",
    share_x: bool = True,
    share_y: bool = True,
) -> np.ndarray:
    """Open small multiples of the venue's width: titled, on one scale, labelled at the edges only.

    seaborn's FacetGrid has a width of its own and lays out by itself, so seaborn draws into these.

    Parameters
    ----------
    titles : sequence
        One per panel; a country's code or a known word is spoken.
    row_mm, rest_mm : float
        Height of a row of panels, and of all around them, for 7.5 pt text.
    least_mm : float
        Least width of a panel for 7.5 pt text; larger text takes wider panels, so fewer in a row.
    most : int
        Panels in a row, at most. Rows are filled evenly: five stand in three and two.
    xlabel, ylabel : str
        Labels below the lowest panels, and beside those on the left.
    share_x, share_y : bool
        Whether all panels have one axis; those that do not each have their ticks labelled.

    Returns
    -------
    ndarray of Axes
        One per title. A cell left over stands empty: :func:`legend_outside` may use it.

    Examples
    --------
    >>> axes = new_panels(["IDN", "KOR", "SGP"], row_mm=30, most=2, ylabel="EGDI")
    >>> [ax.get_title(loc="left") for ax in axes], [ax.get_ylabel() for ax in axes]
    (['Indonesia', 'Korea', 'Singapore'], ['EGDI', '', 'EGDI'])
    >>> plt.close()
    """
    venue = current_venue()
    room = int(venue.width_mm / (least_mm * max(venue.text_pt / 7.5, 1)))
    nrows = -(-len(titles) // max(1, min(most, room)))
    ncols = -(-len(titles) // nrows)
    size = (venue.width_mm / MM, suggested_mm(rest_mm + row_mm * nrows) / MM)
    _, grid = plt.subplots(
        nrows,
        ncols,
        sharex=share_x,
        sharey=share_y,
        squeeze=False,
        layout="constrained",
        figsize=size,
    )
    for spare in grid.flat[len(titles) :]:
        spare.axis("off")
    axes = grid.flat[: len(titles)]
    for number, (ax, title) in enumerate(zip(axes, titles, strict=True)):
        lowest = number + ncols >= len(titles)
        ax.set_title(spoken(title))
        ax.tick_params(labelbottom=lowest or not share_x)
        ax.set_xlabel(xlabel if number >= ncols * (nrows - 1) else "")
        ax.set_ylabel("" if number % ncols else ylabel)
    return axes


def suggested_mm(height_mm: float) -> float:
    """Scale a height that suits 7.5 pt text to the venue's text, within what the venue allows."""
    venue = current_venue()
    return min(height_mm * max(venue.text_pt / 7.5, 1), venue.max_height_mm)


def check_frame(
    frame: pd.DataFrame,
    name: str,
    columns: Iterable[str],
    *,
    unique: Sequence[str] = (),
    band: tuple[str, str, str] | None = None,
) -> None:
    """Refuse a frame that a plot cannot draw as it stands.

    Parameters
    ----------
    frame : DataFrame
        What is to be drawn.
    name : str
        What the caller calls it.
    columns : iterable of str
        Columns that are drawn.
    unique : sequence of str
        Columns that name a row: two rows of one name cannot both be drawn.
    band : (lower, line, upper), optional
        Columns of an interval that must hold its line; missing values pass.

    Raises
    ------
    ArgumentError
        Naming the column that is missing, with the nearest; the first key that comes twice; or the
        first row whose interval does not hold its line.
    """
    there = list(frame.columns)
    for column in columns:
        if column not in there:
            raise ArgumentError(
                f"{name} has no column {column!r}. Columns: {listed(there)}."
                f"{nearest(column, there)}"
            )
    twice = frame[frame.duplicated(list(unique))] if unique else frame.head(0)
    if len(twice):
        raise ArgumentError(
            f"{name} has more than one row for {_key(twice, unique)}. Keep one, or draw them apart."
        )
    if band is not None:
        lower, line, upper = band
        off = frame[(frame[lower] > frame[line] + SLACK) | (frame[upper] < frame[line] - SLACK)]
        if len(off):
            low, at, high = off[list(band)].iloc[0]
            raise ArgumentError(
                f"the interval of {_key(off, unique)} does not hold its {line}: {lower} {low:g},"
                f" {line} {at:g}, {upper} {high:g}."
            )


def _key(rows: pd.DataFrame, columns: Sequence[str]) -> str:
    return ", ".join(f"{column}={rows[column].iloc[0]}" for column in columns)


def check_few(groups: Sequence[object], most: int, name: str) -> None:
    """Refuse more groups than a reader can tell apart, or than there is room for.

    Raises
    ------
    ArgumentError
        Naming what came and how many can be drawn.
    """
    if not 1 <= len(groups) <= most:
        raise ArgumentError(
            f"{len(groups)} {name} came ({listed(groups)}); 1 to {most} can be told apart."
        )


def word(key: str) -> str:
    """Give a word that plots add, in the venue's language; an unknown key stands for itself."""
    language = current_venue().language
    return WORDS[language].get(key) or PHRASES[language].get(key, key)


def country(iso3: str, language: str | None = None) -> str:
    """Give a country's short name; an unknown code stands for itself.

    Parameters
    ----------
    iso3 : str
        ISO 3166-1 alpha-3 code.
    language : {"en", "id"}, optional
        The venue's language if left out.

    Raises
    ------
    ArgumentError
        If the language is unknown.

    Examples
    --------
    >>> country("JPN", "en"), country("JPN", "id"), country("all others", "en")
    ('Japan', 'Jepang', 'all others')
    """
    language = current_venue().language if language is None else language
    if language not in NAMES:
        raise ArgumentError(f"no language {language!r}. Languages: {listed(list(NAMES))}.")
    return NAMES[language].get(iso3, iso3)


def spoken(value: object) -> str:
    """Give a value of the data as a label: a country's name, a known word in the venue's language.

    Examples
    --------
    >>> spoken("JPN"), spoken("letter_of_intent")
    ('Japan', 'letter of intent')
    """
    text = str(value)
    named = country(text)
    return named if named != text else word(text.replace("_", " "))


def say(en: str, id: str) -> str:
    """Give a text in the venue's language, e.g. an axis label that a notebook sets.

    Parameters
    ----------
    en, id : str
        The text in English and in Indonesian.

    Examples
    --------
    >>> say("year", "tahun")
    'year'
    """
    return {"en": en, "id": id}[current_venue().language]


def figure_of(ax: Axes) -> Figure:
    """Give the whole figure that the axes belong to."""
    return cast(Figure, ax.get_figure(root=True))


def points(ax: Axes) -> tuple[float, float]:
    """Lay the figure out and measure the axes: width and height in pt."""
    with warnings.catch_warnings():
        # Too little room is an error when the figure is saved, with what to do about it.
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        figure_of(ax).draw_without_rendering()
    return measured(ax)


def measured(ax: Axes) -> tuple[float, float]:
    """Measure the axes of a figure that has been laid out: width and height in pt."""
    box, scale = ax.get_window_extent(), 72 / ax.figure.dpi
    return box.width * scale, box.height * scale


def year_ticks(ax: Axes, years: Sequence[int]) -> None:
    """Tick every year given, and label as many of them as fit, from the left.

    Where not all of the first, the last and those between fit in full, two digits stand: '03 '18.
    """
    width, _ = points(ax)
    low, high = ax.get_xlim()
    places = [(year - low) / (high - low) * width for year in years]
    size = current_venue().min_pt
    gaps = [after - before for before, after in zip(places, places[1:], strict=False)]
    short = len(years) <= FEW_YEARS and min(gaps, default=width) < 2.9 * size
    texts, last = [], float("-inf")
    for year, at in zip(years, places, strict=True):
        fits = at - last >= (1.9 if short else 2.9) * size
        texts.append((short_year(year) if short else str(year)) if fits else "")
        last = at if fits else last
    ax.set_xticks(list(years), texts)


def short_year(year: int) -> str:
    """Give a year's last two digits, for axes with no room for four.

    Examples
    --------
    >>> short_year(2003)
    '’03'
    """
    return f"’{year % 100:02d}"


def few_ticks(axes: Sequence[Axes] | np.ndarray, *, years: bool = False) -> None:
    """Tick small panels as often as there is room, four steps at most; where two do not fit, once.

    Parameters
    ----------
    axes : sequence of Axes
        The panels, with their limits final.
    years : bool
        Whether x is in years: whole ones, in two digits.
    """
    size = current_venue().min_pt
    points(axes[0])
    for ax in axes:
        width, height = measured(ax)
        for axis, room, need in ((ax.xaxis, width, 2.6 * size), (ax.yaxis, height, 1.25 * size)):
            whole = years and axis is ax.xaxis
            low, high = sorted(axis.get_view_interval())
            for steps in (4, 3, 2, 1):
                ticks = MaxNLocator(steps, integer=whole, steps=STEPS).tick_values(low, high)
                ticks = ticks[(ticks >= low) & (ticks <= high)]
                if len(ticks) < 2 or (ticks[1] - ticks[0]) / (high - low) * room >= need:
                    break
            else:
                ticks = ticks[:1]
            axis.set_ticks(ticks, [short_year(int(tick)) for tick in ticks] if whole else None)


def break_labels(breaks: pd.DataFrame, when: str) -> list[tuple[float, str]]:
    """Label each year or wave: the frame's ``label``, else the components changed, else a number.

    Rows that a ``mark`` column rules out (as in ``breaks.csv``) are left out.
    """
    check_frame(breaks, "breaks", [when])
    breaks = breaks[breaks["mark"].astype(bool)] if "mark" in breaks else breaks
    column = next((name for name in ("label", "component") if name in breaks.columns), None)
    found = []
    for number, (at, rows) in enumerate(breaks.groupby(when, sort=True), start=1):
        words = list(dict.fromkeys(rows[column].astype(str))) if column else [str(number)]
        codes = column == "component"
        found.append(
            (at, "\n".join(one.upper() if codes and one != "all" else one for one in words))
        )
    return found


def mark_breaks(ax: Axes, marks: Sequence[tuple[float, str]]) -> int:
    """Mark breaks the one way: a thin dashed line, a small triangle on top, its label above that.

    Parameters
    ----------
    ax : Axes
        Where; call it when the limits are final.
    marks : sequence of (x, label)
        Places in data units; labels that would touch stand higher, marks outside the axes are left
        out.

    Returns
    -------
    int
        Lines of text that now stand above the axes, at least one where there is a mark.
    """
    size = current_venue().min_pt
    # Measuring lays the whole figure out.
    width = points(ax)[0] if any(label for _, label in marks) else 0.0
    low, high = ax.get_xlim()
    top = ax.get_xaxis_transform()
    ends: list[float] = []
    lines: list[int] = []
    placed = []
    for x, label in sorted(mark for mark in marks if low <= mark[0] <= high):
        words = label.split("\n")
        at = (x - low) / (high - low) * width
        half = 0.38 * size * max(map(len, words))
        level = next((i for i, end in enumerate(ends) if at - half > end), len(ends))
        ends[level : level + 1] = [at + half]
        lines[level : level + 1] = [max(len(words), *lines[level : level + 1], 1)]
        placed.append((x, label, level))
    for x, label, level in placed:
        ax.axvline(x, color=BREAK, linewidth=0.6, linestyle=(0, (4, 3)), zorder=1.2)
        ax.plot(
            [x],
            [1],
            marker="v",
            markersize=3,
            color=BREAK,
            transform=top,
            clip_on=False,
            linestyle="none",
        )
        ax.annotate(
            label,
            (x, 1),
            (0, 3 + 1.25 * size * sum(lines[:level])),
            xycoords=top,
            textcoords="offset points",
            ha="center",
            va="bottom",
            color=INK,
            fontsize=size,
            annotation_clip=False,
        )
    return sum(lines)


def break_mark(label: str) -> Line2D:
    """Give a legend entry for what :func:`mark_breaks` draws without labels."""
    look: dict[str, Any] = {
        "marker": "v",
        "markersize": 3,
        "linewidth": 0.6,
        "linestyle": (0, (4, 3)),
    }
    return Line2D([], [], color=BREAK, label=label, **look)


def legend_outside(ax: Axes, handles: Sequence[Artist]) -> None:
    """Put the legend in an empty cell of the panels, else below them in as many columns as fit.

    A low wide page has it on the right.

    Parameters
    ----------
    ax : Axes
        Any axes of the figure.
    handles : sequence of Artist
        Entries with their labels, e.g. ``Line2D([], [], label=...)`` in the look of a series.
    """
    venue, figure = current_venue(), figure_of(ax)
    width, height = figure.get_size_inches() * 72
    longest = max(len(str(handle.get_label())) for handle in handles) + 6
    entry = 0.55 * venue.min_pt * longest
    for cell in figure.axes:
        grid = cell.get_gridspec()
        if cell.axison or grid is None:
            continue
        row = height / grid.nrows - 6 * venue.min_pt
        if width / grid.ncols > entry and row > 1.6 * venue.min_pt * len(handles):
            cell.legend(handles=handles, loc="center left", borderpad=0)
            return
    if (
        len(figure.axes) == 1
        and width > 1.5 * height
        and height * MM / 72 > venue.max_height_mm - 1
    ):
        figure.legend(handles=handles, loc="outside right upper")
        return
    columns = min(max(int(0.95 * width / entry), 1), len(handles))
    # Full rows: six entries in two rows of three, not four and two.
    columns = -(-len(handles) // -(-len(handles) // columns))
    figure.legend(handles=handles, loc="outside lower center", ncols=columns)

"""What all plots share: an empty figure in the venue's style, year ticks, break marks and line-end labels."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, TypeVar

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.publish.style import BREAK, INK, MM, NAMES, PHRASES, WORDS, current_venue

Plot = TypeVar("Plot", bound=Callable[..., Any])


def in_style(plot: Plot) -> Plot:
    """Run a plot in the venue's style and leave the session's own style as it was."""

    @wraps(plot)
    def styled(*args: Any, **kwargs: Any) -> Any:
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
        Panels.

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


def suggested_mm(height_mm: float) -> float:
    """Scale a height that suits 7.5 pt text to the venue's text, within what the venue allows."""
    venue = current_venue()
    return min(height_mm * max(venue.text_pt / 7.5, 1), venue.max_height_mm)


def need_columns(frame: pd.DataFrame, columns: Iterable[str], name: str) -> None:
    """Refuse a frame that lacks a column a plot draws.

    Raises
    ------
    ArgumentError
        Naming what is missing, what is there and the nearest.
    """
    for column in columns:
        if column not in frame.columns:
            raise ArgumentError(
                f"{name} has no column {column!r}. Columns: {listed(list(frame.columns))}."
                f"{nearest(column, list(frame.columns))}"
            )


def need_unique(frame: pd.DataFrame, columns: list[str], name: str) -> None:
    """Refuse a frame with two rows where a plot can draw one.

    Raises
    ------
    ArgumentError
        Naming the first key that comes twice.
    """
    twice = frame[frame.duplicated(columns)]
    if len(twice):
        key = ", ".join(f"{column}={twice[column].iloc[0]}" for column in columns)
        raise ArgumentError(
            f"{name} has more than one row for {key}. Keep one, or draw them apart."
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
    """Give a value of the data as a label: a country by its name, a known word in the venue's language.

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


def points(ax: Axes) -> tuple[float, float]:
    """Lay the figure out and measure the axes: width and height in pt."""
    with warnings.catch_warnings():
        # Too little room is an error when the figure is saved, with what to do about it.
        warnings.filterwarnings("ignore", message="constrained_layout not applied")
        ax.figure.draw_without_rendering()
    box = ax.get_window_extent()
    scale = 72 / ax.figure.dpi
    return box.width * scale, box.height * scale


def year_ticks(ax: Axes, years: Sequence[int]) -> None:
    """Tick every year given, and label as many of them as fit, from the left."""
    width, _ = points(ax)
    low, high = ax.get_xlim()
    need = 2.9 * current_venue().min_pt
    texts, last = [], float("-inf")
    for year in years:
        at = (year - low) / (high - low) * width
        fits = at - last >= need
        texts.append(str(year) if fits else "")
        last = at if fits else last
    ax.set_xticks(list(years), texts)


def break_labels(breaks: pd.DataFrame, when: str) -> list[tuple[float, str]]:
    """One label per year or wave: the frame's ``label``, else the components changed, else a running number.

    Rows that a ``mark`` column rules out (as in ``breaks.csv``) are left out.
    """
    need_columns(breaks, [when], "breaks")
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
        Lines of text that now stand above the axes.
    """
    size = current_venue().min_pt
    width = (
        points(ax)[0] if any(label for _, label in marks) else 0.0
    )  # measuring lays the whole figure out
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


def legend_outside(ax: Axes, handles: Sequence[Any]) -> None:
    """Put the legend below everything else, in as many columns as fit; on a low wide page to the right of it."""
    venue, figure = current_venue(), ax.figure
    width, height = figure.get_size_inches()
    if len(figure.axes) == 1 and width > 1.5 * height and height * MM > venue.max_height_mm - 1:
        figure.legend(handles=handles, loc="outside right upper", handlelength=1.6)
        return
    longest = max(len(handle.get_label()) for handle in handles) + 6
    columns = int(0.95 * venue.width_mm / MM * 72 / (0.55 * venue.min_pt * longest))
    columns = min(max(columns, 1), len(handles))
    # Full rows: six entries in two rows of three, not four and two.
    columns = -(-len(handles) // -(-len(handles) // columns))
    figure.legend(
        handles=handles,
        loc="outside lower center",
        ncols=columns,
        handlelength=1.6,
        columnspacing=1.4,
    )

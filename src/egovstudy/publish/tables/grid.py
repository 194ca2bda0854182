"""A table as text in cells, and how its columns share a page's width; every format draws this."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError
from egovstudy.publish.style import FONT_DIR, FONT_FILES
from egovstudy.publish.words import canonical, show

MM = 72 / 25.4
# From here on a whole number gets commas, and with it its column; below, years must stay years.
COMMAS_FROM = 10_000
NUMBER = r"(?:[<>≤≥] )?[−+-]?(?:\d[\d,]*(?:\.\d+)?|∞)"
FIGURE = re.compile(rf"(?!\d{{4}}$)(?:{NUMBER}(?: ?%)?|[\[(]{NUMBER}, {NUMBER}[\])])")
# What XML, and so HTML's strict cousins and Word, cannot hold.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


@dataclass(frozen=True)
class Grid:
    """A table ready to be drawn.

    Attributes
    ----------
    name : str
        Its name, as in files and labels.
    heads : list of str
        One head for each column.
    cells : list of list of str
        Text by row and column.
    right : list of bool
        Whether a column holds figures, which stand to the right.
    rules, gaps : frozenset of int
        Rows above which a thin rule is drawn, or a little space is left.
    caption, note : str
        What stands above and below, in one language.
    language : {"en", "id"}
        That language.
    """

    name: str
    heads: list[str]
    cells: list[list[str]]
    right: list[bool]
    rules: frozenset[int]
    gaps: frozenset[int]
    caption: str
    note: str
    language: str


@dataclass(frozen=True)
class Fit:
    """How a grid fits a page.

    Attributes
    ----------
    turned : bool
        Whether it needs the second of the page's widths.
    room, size, side : float
        Width of the page's text, text size, and space at each side of a cell, in pt.
    widths : list of float
        Width of each column's text in pt.
    wrapped : list of bool
        Whether a column's text wraps.
    heads : list of list of str
        Lines of each head.
    """

    turned: bool
    room: float
    size: float
    side: float
    widths: list[float]
    wrapped: list[bool]
    heads: list[list[str]]

    def height(self, grid: Grid) -> float:
        """Height in pt that a grid takes, about, with its caption and note."""
        rows = sum(
            max(
                _line_count(width_em(cell) * self.size / width)
                for cell, width in zip(row, self.widths, strict=True)
            )
            for row in grid.cells
        )
        around = sum(
            _line_count(width_em(text) * 10 / self.room) for text in (grid.caption, grid.note)
        )
        # A line is 1.2 times its size; wrapped rows stand 2 pt apart; rules and gaps take about
        # three lines.
        table = 1.2 * self.size * (rows + max(map(len, self.heads)) + 3)
        return table + 2 * len(grid.cells) * any(self.wrapped) + 12 * around


def make_grid(
    frame: pd.DataFrame, name: str, caption: str, note: str, digits: int, language: str
) -> Grid:
    """Write every cell of a frame as readers see it.

    Parameters
    ----------
    frame : DataFrame
        The table; its index is not written. ``attrs`` may hold ``rules`` and ``gaps``, as in
        :class:`Grid`.
    name, caption, note, language : str
        As in :class:`Grid`.
    digits : int
        Decimals of floats.
    """
    columns = [_shown(frame.iloc[:, at], digits) for at in range(frame.shape[1])]
    return Grid(
        name,
        [printable(str(column)) for column in frame.columns],
        [list(row) for row in zip(*columns, strict=True)],
        [_is_figures(frame.iloc[:, at], column) for at, column in enumerate(columns)],
        frozenset(frame.attrs.get("rules", ())),
        frozenset(frame.attrs.get("gaps", ())),
        printable(caption),
        printable(note),
        language,
    )


def printable(text: str) -> str:
    """Make a text one line without signs that no format can hold."""
    return " ".join(UNPRINTABLE.sub("", text).split())


def show_any(value: float, digits: int) -> str:
    """Write a number for readers, also an infinite one."""
    return show(value, digits) if math.isfinite(value) else "∞" if value > 0 else "−∞"


def _shown(column: pd.Series, digits: int) -> list[str]:
    # Columns of mixed values may still hold numpy's own numbers.
    values = [one.item() if isinstance(one, np.generic) else one for one in column.tolist()]
    floats = [value for value in values if isinstance(value, float) and math.isfinite(value)]
    # Counts with a gap become floats in pandas; a reader wants them whole again.
    whole = len(floats) < len(values) and all(float(value).is_integer() for value in floats)
    counts = [abs(value) for value in values if isinstance(value, int)]
    commas = max([*counts, *(map(abs, floats) if whole else ())], default=0) >= COMMAS_FROM

    def text(value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or pd.isna(value):
            return printable(canonical(value))
        if math.isfinite(value) and (whole or isinstance(value, int)):
            return show(value, 0) if commas else show(value, 0).replace(",", "")
        return show_any(value, digits)

    return [text(value) for value in values]


def _is_figures(column: pd.Series, texts: Sequence[str]) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return not pd.api.types.is_bool_dtype(column.dtype)
    filled = [text for text in texts if text]
    return 2 * sum(bool(FIGURE.fullmatch(text)) for text in filled) >= max(len(filled), 1)


def _line_count(filled: float) -> int:
    # Ragged lines are filled to about nine tenths.
    return math.ceil(filled / 0.9) if filled > 1 else 1


@lru_cache(maxsize=1)
def _font() -> Any:
    from PIL import ImageFont

    # The basic layout: the other one depends on a library that not every machine has.
    return ImageFont.truetype(FONT_DIR / FONT_FILES[0], 100, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=16384)
def width_em(text: str) -> float:
    """Measure a text in the bundled font, as a multiple of its size."""
    return float(_font().getlength(text)) / 100


def _pieces(text: str) -> list[str]:
    # At spaces, and after signs that join words; dates and ranges of years stay whole.
    return re.split(r"(?<=\s)(?=\S)|(?<=[_/])(?=\w)|(?<=[^\W\d]-)(?=\w)", text)


def _lines(head: str, width_em_: float) -> list[str]:
    lines = [""]
    for piece in _pieces(head):
        if lines[-1] and width_em((lines[-1] + piece).rstrip()) > width_em_ + 1e-9:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def fit(grid: Grid, rooms: Sequence[float], tries: Sequence[tuple[float, float]]) -> Fit:
    """Share a page's width among the columns: text wraps, figures never do, heads wrap with it.

    Nothing wraps where the whole table fits at one of the first two sizes. Else each column has its
    narrowest (longest word) and its natural width, and the room left over is shared in proportion
    to the difference, as browsers do.

    Parameters
    ----------
    grid : Grid
        The table.
    rooms : sequence of float
        Widths of the page's text in pt: upright, and where the page may be turned, turned.
    tries : sequence of (size, side)
        Text sizes and spaces at each side of a cell in pt, best first.

    Raises
    ------
    ArgumentError
        If the table is too wide even for the last width at the last size.
    """
    natural, narrow = _widths(grid)
    for room in rooms:
        # Width for the text of all cells, as a multiple of its size.
        free = {(size, side): (room - 2 * side * len(natural)) / size for size, side in tries}
        whole = [one for one in tries[:2] if free[one] >= sum(natural)]
        wrapped = [one for one in tries if free[one] >= sum(narrow)]
        if wrapped:
            break
    else:
        size, side = tries[-1]
        raise ArgumentError(
            f"{grid.name} is too wide for a page: its {len(natural)} columns need at least"
            f" {(size * sum(narrow) + 2 * side * len(natural)) / MM:.0f} mm at {size:g} pt, and"
            f" {room / MM:.0f} mm are there. Leave columns out, shorten their names, turn rows"
            " and columns, or make two tables."
        )
    size, side = best = [*whole, *wrapped][0]
    wanted = sum(natural) - sum(narrow)
    share = min(1.0, (free[best] - sum(narrow)) / wanted) if wanted else 1.0
    widths = [low + share * (high - low) for low, high in zip(narrow, natural, strict=True)]
    wraps = [
        not figures and any(width_em(row[at]) > widths[at] + 1e-9 for row in grid.cells)
        for at, figures in enumerate(grid.right)
    ]
    heads = [_lines(head, width) for head, width in zip(grid.heads, widths, strict=True)]
    return Fit(room != rooms[0], room, size, side, [size * width for width in widths], wraps, heads)


def _widths(grid: Grid) -> tuple[list[float], list[float]]:
    """Measure each column as it is, and as narrow as it can be with words and figures whole."""
    natural, narrow = [], []
    for at, head in enumerate(grid.heads):
        cells = {row[at] for row in grid.cells}
        words = cells if grid.right[at] else {piece for cell in cells for piece in _pieces(cell)}
        natural.append(max(0.5, *map(width_em, {head, *cells})))
        narrow.append(max(0.5, *(width_em(word.rstrip()) for word in {*words, *_pieces(head)})))
    return natural, narrow

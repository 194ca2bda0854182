"""What a reader can read: text not too small, inside the figure, and not on top of other text."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from itertools import combinations

from matplotlib.axis import Axis, Tick
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from egovstudy.errors import EgovstudyError, listed
from egovstudy.publish.style import MM, VENUES, current_venue

# Boxes around text have air in them: less than this, in pt, is a touch that nobody sees.
TOUCH = 0.6


def lay_out(figure: Figure) -> None:
    """Lay a figure out, with what matplotlib would only warn of as errors.

    Raises
    ------
    EgovstudyError
        If no room is left for the axes, or the font lacks a letter.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.draw_without_rendering()
    for one in caught:
        said = str(one.message)
        if "axes sizes collapsed" in said:
            raise EgovstudyError(
                f"no room is left for the axes beside their words. {_too_dense(figure)}"
            )
        if glyph := re.match(r"Glyph \d+ \((.*?)\) missing", said):
            raise EgovstudyError(
                f"the figure's font has no sign for {glyph[1]}. Write it in letters, or leave it"
                " out."
            )
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


def drawn_texts(figure: Figure) -> list[Text]:
    """List the texts that a figure really draws, after layout.

    Hidden ones are left out, and so are the labels of ticks outside the view.
    """
    hidden: set[Text] = set()
    for ax in figure.axes:
        if not ax.get_visible():
            hidden.update(ax.findobj(Text))
        for axis in (ax.xaxis, ax.yaxis):
            if not (ax.axison and axis.get_visible()):
                hidden.update(axis.findobj(Text))
            for tick, in_view in ticks_by_view(axis):
                if not in_view:
                    hidden.update((tick.label1, tick.label2))
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in hidden
    ]


def ticks_by_view(axis: Axis) -> Iterator[tuple[Tick, bool]]:
    """Give every tick of an axis, major ones first, and whether it lies in the view."""
    low, high = sorted(axis.get_view_interval())
    slack = 1e-9 * (high - low)
    for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
        yield tick, bool(low - slack <= tick.get_loc() <= high + slack)


def check_legible(figure: Figure, min_pt: float) -> float:
    """Check every drawn text of a figure that has been laid out.

    Parameters
    ----------
    figure : Figure
        After ``draw_without_rendering``.
    min_pt : float
        Smallest text allowed, in pt at printed size.

    Returns
    -------
    float
        Size of the smallest text, in pt.

    Raises
    ------
    EgovstudyError
        If a text is too small, leaves the figure, or overlaps another; the message names it.
    """
    texts = drawn_texts(figure)
    sizes = [float(text.get_fontsize()) for text in texts]
    for text, size in zip(texts, sizes, strict=True):
        if size < min_pt - 1e-6:
            raise EgovstudyError(
                f"text {_name(text)} is set in {size:g} pt; this venue wants {min_pt:g} pt or"
                " more. Enlarge it, or choose another venue with use_venue()."
            )
    boxes = [_box_pt(text, figure) for text in texts]
    width, height = figure.get_size_inches() * 72
    page = Bbox.from_bounds(-TOUCH, -TOUCH, width + 2 * TOUCH, height + 2 * TOUCH)
    cut = [
        _name(text)
        for text, box in zip(texts, boxes, strict=True)
        if not (page.contains(*box.min) and page.contains(*box.max))
    ]
    if cut:
        verb = "are" if len(cut) > 1 else "is"
        raise EgovstudyError(
            f"text {listed(cut, 4)} {verb} cut off at the edge of the figure. {_too_dense(figure)}"
        )
    # The box of slanted text is mostly empty, so it says nothing about overlap.
    upright = [pair for pair in zip(texts, boxes, strict=True) if pair[0].get_rotation() % 90 == 0]
    over = []
    for (one, first), (other, second) in combinations(upright, 2):
        both = Bbox.intersection(first, second)
        if both is not None and min(both.size) > TOUCH:
            by = f"{both.width:.1f} x {both.height:.1f} pt"
            over.append(f"{_name(one)} overlaps {_name(other)} by {by}")
    if over:
        more = f"; and {len(over) - 3} more" if len(over) > 3 else ""
        raise EgovstudyError(f"text {'; '.join(over[:3])}{more}. {_too_dense(figure)}")
    return min(sizes, default=min_pt)


def _too_dense(figure: Figure) -> str:
    """Say what the room is and what can be done."""
    venue = current_venue()
    width, height = figure.get_size_inches() * MM
    widths = VENUES[venue.venue].widths_mm if venue.venue in VENUES else {}
    wider = [f"width={name!r} ({mm:g} mm)" for name, mm in widths.items() if mm > width + 0.01]
    cures = [f"take a wider width of {venue.venue}: {' or '.join(wider)}"] if wider else []
    cures += ["make the figure higher"] if height < venue.max_height_mm - 1 else []
    cures += ["draw fewer rows, series or panels", "shorten the words"]
    room = f"{width:.1f} x {height:.1f} mm ({venue.venue}) with text from {venue.min_pt:g} pt"
    return f"The figure is too dense for {room}: {'; '.join(cures)}."


def _box_pt(text: Text, figure: Figure) -> Bbox:
    # Of an annotation only the words count, not its arrow.
    return Bbox(Text.get_window_extent(text).get_points() * 72 / figure.dpi)


def _name(text: Text) -> str:
    return repr(text.get_text().replace("\n", " "))

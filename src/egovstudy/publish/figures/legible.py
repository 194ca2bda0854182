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
    """List the texts that the figure really draws, after layout: not hidden ones, not ticks outside the view."""
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
    small = [text for text in texts if text.get_fontsize() < min_pt - 1e-6]
    if small:
        raise EgovstudyError(
            f"text {_name(small[0])} is set in {small[0].get_fontsize():g} pt; this venue wants"
            f" {min_pt:g} pt or more. Enlarge it, or choose another venue with use_venue()."
        )
    boxes = [(text, _box_pt(text, figure)) for text in texts]
    width, height = figure.get_size_inches() * 72
    cut = [
        _name(text) for text, box in boxes if min(box.x0, box.y0, width - box.x1, height - box.y1) < -TOUCH
    ]  # fmt: skip
    if cut:
        verb = "are" if len(cut) > 1 else "is"
        raise EgovstudyError(
            f"text {listed(cut, 4)} {verb} cut off at the edge of the figure. {_too_dense(figure)}"
        )
    # The box of slanted text is mostly empty, so it says nothing about overlap.
    upright = [(text, box) for text, box in boxes if text.get_rotation() % 90 == 0]
    over = []
    for (one, first), (other, second) in combinations(upright, 2):
        over_x = min(first.x1, second.x1) - max(first.x0, second.x0)
        over_y = min(first.y1, second.y1) - max(first.y0, second.y0)
        if min(over_x, over_y) > TOUCH:
            over.append(f"{_name(one)} overlaps {_name(other)} by {over_x:.1f} x {over_y:.1f} pt")
    if over:
        more = f"; and {len(over) - 3} more" if len(over) > 3 else ""
        raise EgovstudyError(f"text {'; '.join(over[:3])}{more}. {_too_dense(figure)}")
    return min((text.get_fontsize() for text in texts), default=min_pt)


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
    scale = 72 / figure.dpi
    box = Text.get_window_extent(text)
    return Bbox.from_extents(*(edge * scale for edge in box.extents))


def _name(text: Text) -> str:
    return repr(text.get_text().replace("\n", " "))

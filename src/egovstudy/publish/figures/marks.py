"""What a figure really draws: every mark in data coordinates, with its look, and every text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, LineCollection
from matplotlib.figure import Figure, FigureBase
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Transform

from egovstudy.publish.figures.legible import ticks_by_view
from egovstudy.publish.figures.mark_looks import (
    LOOK,
    NOTHING,
    PLAIN,
    Row,
    collection_looks,
    dashes,
    hexed,
    line_look,
    marker_name,
    patch_look,
)

COLUMNS = ("panel", "mark", "series", *LOOK, "x", "y", "x2", "y2", "text")


def drawn_marks(figure: Figure) -> pd.DataFrame:
    """List what a figure draws, after layout and in drawing order.

    Parameters
    ----------
    figure : Figure
        After ``draw_without_rendering``.

    Returns
    -------
    DataFrame
        One row per point, bar, segment or vertex, in data coordinates, with the look of its mark;
        then axes with their limits and scale, tick labels in view, texts and legends. Nothing that
        a layout or a platform decides: no places in pixels. An artist of a kind unknown here stands
        with the name of its class.

    Examples
    --------
    >>> from matplotlib import pyplot as plt
    >>> figure, ax = plt.subplots()
    >>> line = ax.plot([2022, 2024], [0.1, 0.2], color="red", label="IDN")
    >>> figure.draw_without_rendering()
    >>> drawn_marks(figure).loc[:1, ["mark", "series", "colour", "x", "y"]].values.tolist()
    [['line', 'IDN', '#ff0000', 2022.0, 0.1], ['line', 'IDN', '#ff0000', 2024.0, 0.2]]
    >>> plt.close(figure)
    """
    rows: list[Row] = []
    for panel, ax in enumerate(every_axes(figure)):
        rows += ({"panel": panel, **row} for row in _panel(ax))
    rows += ({"panel": "figure", **row} for row in _outside(figure))
    return pd.DataFrame(rows, columns=COLUMNS)


def every_axes(figure: Figure) -> list[Axes]:
    """List the visible axes of a figure, insets after the axes that hold them."""
    found: list[Axes] = []
    for ax in figure.axes:
        if ax.get_visible():
            found += [ax, *(inset for inset in ax.child_axes if inset.get_visible())]
    return list(dict.fromkeys(found))


def _panel(ax: Axes) -> Iterator[Row]:
    if ax.axison and ax.patch.get_visible() and hexed(ax.patch.get_facecolor()) not in ("", PLAIN):
        yield {"mark": "ground", "colour": hexed(ax.patch.get_facecolor())}
    groups = {part: container for container in ax.containers for part in container.get_children()}
    numbers: dict[object, int] = {}
    for artist in ax.get_children():
        if (
            isinstance(artist, (Spine, Axis, Axes))
            or artist is ax.patch
            or not artist.get_visible()
        ):
            continue
        rows = list(_artist(artist, ax))
        if not rows or isinstance(artist, (Text, Legend)):
            yield from rows
            continue
        # Bars of one call are one series.
        owner = groups.get(artist, artist)
        kind = rows[0]["mark"]
        number = numbers.setdefault(owner, len(numbers) + 1)
        label = str(owner.get_label() or "")
        series = label if label and not label.startswith("_") else f"{kind} {number}"
        yield from ({**row, "series": series} for row in rows)
    if ax.axison:
        for name, axis in (("x", ax.xaxis), ("y", ax.yaxis)):
            if axis.get_visible():
                yield from _axis(name, axis)


def _axis(name: str, axis: Axis) -> Iterator[Row]:
    low, high = (float(edge) for edge in axis.get_view_interval())
    label = axis.get_label()
    yield {
        "mark": f"{name} axis", "colour": hexed(label.get_color()), "style": axis.get_scale(), name: low,
        f"{name}2": high, "text": label.get_text() if label.get_visible() else "",
    }  # fmt: skip
    for tick, in_view in ticks_by_view(axis):
        at = float(tick.get_loc())
        for text in (tick.label1, tick.label2):
            shown = tick.get_visible() and text.get_visible() and text.get_text().strip()
            if shown and in_view:
                yield {
                    "mark": f"{name} tick",
                    "colour": hexed(text.get_color()),
                    name: at,
                    "text": text.get_text(),
                }


def _outside(figure: FigureBase) -> Iterator[Row]:
    for artist in figure.get_children():
        if isinstance(artist, Axes) or artist is figure.patch or not artist.get_visible():
            continue
        if isinstance(artist, FigureBase):
            yield from _outside(artist)
        else:
            yield from _artist(artist, None)


def _artist(artist: Artist, ax: Axes | None) -> Iterator[Row]:
    """Rows of one artist; an unknown kind gives the name of its class and the words in it."""
    if isinstance(artist, Text):
        yield from _text(artist, ax)
    elif isinstance(artist, Legend):
        yield from _legend(artist)
    elif isinstance(artist, Line2D):
        mark = (
            "rule"
            if _partly_data(artist.get_transform(), ax)
            else "line"
            if dashes(artist)
            else "points"
        )
        yield from _points(mark, line_look(artist), artist.get_xydata())
    elif isinstance(artist, FancyArrowPatch):
        yield {
            "mark": "arrow",
            **patch_look(artist),
            **_ends(artist._posA_posB or ((np.nan,) * 2,) * 2),
        }
    elif isinstance(artist, Rectangle):
        corners = artist.get_bbox().get_points()
        mark = "span" if _partly_data(artist.get_data_transform(), ax) else "bar"
        yield {"mark": mark, **patch_look(artist), **_ends(corners), **_turned(artist)}
    elif isinstance(artist, Patch):
        path = artist.get_patch_transform().transform_path(artist.get_path())
        yield from _points("shape", patch_look(artist), path.vertices)
    elif isinstance(artist, Collection):
        yield from _collection(artist)
    elif isinstance(artist, AxesImage):
        yield from _image(artist)
    else:
        yield {"mark": type(artist).__name__}
        for text in artist.findobj(Text):
            yield from _text(text, None)


def _points(mark: str, look: Row, places: Any) -> Iterator[Row]:
    for x, y in np.ma.filled(np.ma.asarray(places, dtype=float), np.nan):
        yield {"mark": mark, **look, "x": float(x), "y": float(y)}


def _ends(pair: Any) -> Row:
    (x, y), (x2, y2) = pair
    return {"x": float(x), "y": float(y), "x2": float(x2), "y2": float(y2)}


def _turned(artist: Rectangle) -> Row:
    return {"text": f"turned by {artist.get_angle():g} degrees"} if artist.get_angle() else {}


def _collection(artist: Collection) -> Iterator[Row]:
    looks = collection_looks(artist)
    paths, offsets = artist.get_paths(), np.ma.asarray(artist.get_offsets())
    if artist.get_array() is not None:
        for number, value in enumerate(
            np.ma.filled(np.ma.ravel(artist.get_array()).astype(float), np.nan)
        ):
            x, y = offsets[number] if len(paths) < len(offsets) else paths[number].vertices[0]
            yield {
                "mark": "cell",
                **looks(number),
                "x": float(x),
                "y": float(y),
                "x2": float(value),
            }
        return
    if isinstance(artist, LineCollection):
        for number, path in enumerate(paths):
            for pair in zip(path.vertices, path.vertices[1:], strict=False):
                yield {"mark": "segment", **looks(number), **_ends(pair)}
    elif len(paths) == 1 and (len(offsets) > 1 or offsets.any()):
        shape = marker_name(paths[0])
        for number, place in enumerate(offsets):
            yield from _points("points", {**looks(number), "style": "", "marker": shape}, [place])
    else:
        for number, path in enumerate(paths):
            yield from _points("shape", looks(number), path.vertices)


def _image(artist: AxesImage) -> Iterator[Row]:
    left, right, bottom, top = artist.get_extent()
    yield {
        "mark": "image",
        "style": artist.get_cmap().name,
        **_ends(((left, bottom), (right, top))),
    }
    cells = np.ma.filled(np.ma.asarray(artist.get_array(), dtype=float), np.nan)
    for (row, column, *channel), value in np.ndenumerate(cells):
        colour = "" if channel else hexed(artist.to_rgba(value))
        yield {"mark": "cell", "colour": colour, "x": column, "y": row, "x2": float(value)}


def _text(artist: Text, ax: Axes | None) -> Iterator[Row]:
    if not artist.get_text().strip():
        return
    row = {"mark": "text", "colour": hexed(artist.get_color()), "text": artist.get_text()}
    own = ax is not None and artist in ax.texts
    # Where a note points is said; where its words stand may follow from the size of other words.
    if isinstance(artist, Annotation):
        data = artist.xycoords == "data" or isinstance(artist.xycoords, Transform)
        row |= dict(zip("xy", map(float, artist.xy), strict=True)) if data else {}
    elif own:
        row |= dict(zip("xy", map(float, artist.get_unitless_position()), strict=True))
    yield row if own or ax is None else {**row, "mark": "title"}


def _legend(artist: Legend) -> Iterator[Row]:
    if title := artist.get_title().get_text().strip():
        yield {
            "mark": "legend title",
            "colour": hexed(artist.get_title().get_color()),
            "text": title,
        }
    for handle, text in zip(artist.legend_handles, artist.get_texts(), strict=True):
        look: Row = {"mark": f"legend {type(handle).__name__}"}
        if isinstance(handle, Line2D):
            # matplotlib sets markevery on the handle for itself.
            marker = (
                {"marker": str(handle.get_marker())}
                if str(handle.get_marker()) not in NOTHING
                else {}
            )
            mark = "legend line" if dashes(handle) else "legend points"
            look = {"mark": mark, **line_look(handle), **marker}
        elif isinstance(handle, Patch):
            look = {"mark": "legend bar", **patch_look(handle)}
        elif isinstance(handle, Collection):
            look = {"mark": "legend points", **collection_looks(handle)(0)}
        yield {**look, "series": text.get_text(), "text": text.get_text()}
        yield {"mark": "text", "colour": hexed(text.get_color()), "text": text.get_text()}


def _partly_data(transform: Transform, ax: Axes | None) -> bool:
    """Whether a mark spans the axes in one direction and lies in data coordinates in the other."""
    return ax is not None and sum(transform.contains_branch_seperately(ax.transData)) == 1

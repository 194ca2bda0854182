"""What a figure really draws: every mark in data coordinates, with its look, and every text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, LineCollection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure, SubFigure
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Transform

from egovstudy.publish.figures.legible import ticks_by_view
from egovstudy.publish.style import GROUND

LOOK = ("colour", "face", "edge", "style", "marker", "hatch", "width", "size")
COLUMNS = ("panel", "mark", "series", *LOOK, "x", "y", "x2", "y2", "text")
NOTHING = ("None", "none", " ", "")
PLAIN = to_hex(GROUND)
STYLES = {"solid": "-", "dashed": "--", "dashdot": "-.", "dotted": ":"}
Row = dict[str, Any]


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
    panels = [(number, _panel(ax)) for number, ax in enumerate(_every_axes(figure))]
    outside = (row for artist in _children(figure) for row in _artist(artist, None))
    rows = [{"panel": name, **row} for name, own in [*panels, ("figure", outside)] for row in own]
    return pd.DataFrame(rows, columns=COLUMNS)


def _every_axes(figure: Figure) -> list[Axes]:
    """List the visible axes of a figure, insets after the axes that hold them."""
    found = [one for ax in figure.axes if ax.get_visible() for one in (ax, *ax.child_axes)]
    return [ax for ax in dict.fromkeys(found) if isinstance(ax, Axes) and ax.get_visible()]


def _children(parent: Axes | Figure | SubFigure) -> Iterator[Artist]:
    """Give what is drawn in axes or a figure, apart from frames, axes and axis lines."""
    for artist in parent.get_children():
        if not artist.get_visible() or artist is parent.patch:
            continue
        if isinstance(artist, SubFigure):
            yield from _children(artist)
        elif not isinstance(artist, (Spine, Axis, Axes)):
            yield artist


def _panel(ax: Axes) -> Iterator[Row]:
    ground = _hexed(ax.patch.get_facecolor())
    if ax.axison and ax.patch.get_visible() and ground not in ("", PLAIN):
        yield {"mark": "ground", "colour": ground}
    # Bars of one call are one series.
    owners = {part: container for container in ax.containers for part in container.get_children()}
    numbers: dict[object, int] = {}
    for artist in _children(ax):
        rows = list(_artist(artist, ax))
        if rows and not isinstance(artist, (Text, Legend)):
            owner = owners.get(artist, artist)
            number = numbers.setdefault(owner, len(numbers) + 1)
            label = str(owner.get_label() or "")
            named = label and not label.startswith("_")
            series = label if named else f"{rows[0]['mark']} {number}"
            rows = [{**row, "series": series} for row in rows]
        yield from rows
    for name, axis in (("x", ax.xaxis), ("y", ax.yaxis)):
        if ax.axison and axis.get_visible():
            yield from _axis(name, axis)


def _axis(name: str, axis: Axis) -> Iterator[Row]:
    low, high = map(float, axis.get_view_interval())
    label = axis.get_label()
    row = _worded(f"{name} axis", label)
    row |= {"style": axis.get_scale(), name: low, f"{name}2": high}
    yield row if label.get_visible() else {**row, "text": ""}
    for tick, in_view in ticks_by_view(axis):
        for text in (tick.label1, tick.label2):
            if in_view and tick.get_visible() and text.get_visible() and text.get_text().strip():
                yield {**_worded(f"{name} tick", text), name: float(tick.get_loc())}


def _artist(artist: Artist, ax: Axes | None) -> Iterator[Row]:
    """Rows of one artist; an unknown kind gives the name of its class and the words in it."""
    if isinstance(artist, Text):
        yield from _text(artist, ax)
    elif isinstance(artist, Legend):
        yield from _legend(artist)
    elif isinstance(artist, Line2D):
        look = _line_look(artist)
        mark = "line" if look["style"] else "points"
        if _partly_data(artist.get_transform(), ax):
            mark = "rule"
        yield from _points(mark, look, artist.get_xydata())
    elif isinstance(artist, FancyArrowPatch):
        ends = vars(artist)["_posA_posB"] or ((np.nan,) * 2,) * 2
        yield {"mark": "arrow", **_patch_look(artist), **_ends(ends)}
    elif isinstance(artist, Rectangle):
        mark = "span" if _partly_data(artist.get_data_transform(), ax) else "bar"
        row = {"mark": mark, **_patch_look(artist), **_ends(artist.get_bbox().get_points())}
        turn = artist.get_angle()
        yield {**row, "text": f"turned by {turn:g} degrees"} if turn else row
    elif isinstance(artist, Patch):
        path = artist.get_patch_transform().transform_path(artist.get_path())
        yield from _points("shape", _patch_look(artist), path.vertices)
    elif isinstance(artist, Collection):
        yield from _collection(artist)
    elif isinstance(artist, AxesImage):
        yield from _image(artist)
    else:
        yield {"mark": type(artist).__name__}
        for text in artist.findobj(Text):
            yield from _artist(text, None)


def _points(mark: str, look: Row, places: Any) -> Iterator[Row]:
    for x, y in _filled(places):
        yield {"mark": mark, **look, "x": float(x), "y": float(y)}


def _ends(pair: Any) -> Row:
    (x, y), (x2, y2) = pair
    return {"x": float(x), "y": float(y), "x2": float(x2), "y2": float(y2)}


def _filled(values: Any) -> np.ndarray:
    """Numbers with gaps as NaN."""
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)


def _collection(artist: Collection) -> Iterator[Row]:
    look = _collection_look(artist)
    paths = [np.asarray(path.vertices, dtype=float) for path in artist.get_paths()]
    offsets = _filled(artist.get_offsets())
    if artist.get_array() is not None:
        for number, value in enumerate(_filled(artist.get_array()).ravel()):
            x, y = offsets[number] if len(paths) < len(offsets) else paths[number][0]
            place = {"x": float(x), "y": float(y), "x2": float(value)}
            yield {"mark": "cell", **look(number), **place}
    elif isinstance(artist, LineCollection):
        for number, path in enumerate(paths):
            for pair in zip(path[:-1], path[1:], strict=True):
                yield {"mark": "segment", **look(number), **_ends(pair)}
    elif len(paths) == 1 and (len(offsets) > 1 or offsets.any()):
        marker = {"style": "", "marker": _marker_name(paths[0])}
        for number, place in enumerate(offsets):
            yield from _points("points", {**look(number), **marker}, [place])
    else:
        for number, path in enumerate(paths):
            yield from _points("shape", look(number), path)


def _image(artist: AxesImage) -> Iterator[Row]:
    left, right, bottom, top = artist.get_extent()
    corners = _ends(((left, bottom), (right, top)))
    yield {"mark": "image", "style": artist.get_cmap().name, **corners}
    for (row, column, *channel), value in np.ndenumerate(_filled(artist.get_array())):
        colour = "" if channel else _hexed(artist.to_rgba(value))
        yield {"mark": "cell", "colour": colour, "x": column, "y": row, "x2": float(value)}


def _worded(mark: str, text: Text) -> Row:
    return {"mark": mark, "colour": _hexed(text.get_color()), "text": text.get_text()}


def _text(artist: Text, ax: Axes | None) -> Iterator[Row]:
    if not artist.get_text().strip():
        return
    own = ax is not None and artist in ax.texts
    place: tuple[Any, ...] = ()
    # Where a note points is said; where its words stand may follow from the size of other words.
    if isinstance(artist, Annotation):
        if artist.xycoords == "data" or isinstance(artist.xycoords, Transform):
            place = artist.xy
    elif own:
        place = artist.get_unitless_position()
    mark = "text" if own or ax is None else "title"
    yield {
        **_worded(mark, artist),
        **{name: float(at) for name, at in zip("xy", place, strict=False)},
    }


def _legend(artist: Legend) -> Iterator[Row]:
    if artist.get_title().get_text().strip():
        row = _worded("legend title", artist.get_title())
        yield {**row, "text": row["text"].strip()}
    for handle, text in zip(artist.legend_handles, artist.get_texts(), strict=True):
        row = {"mark": f"legend {type(handle).__name__}"}
        if isinstance(handle, Line2D):
            row = _line_look(handle)
            row["mark"] = "legend line" if row["style"] else "legend points"
            # matplotlib sets markevery on the handle for itself.
            row["marker"] = row.get("marker", "").split(" every ")[0]
        elif isinstance(handle, Patch):
            row = {"mark": "legend bar", **_patch_look(handle)}
        elif isinstance(handle, Collection):
            row = {"mark": "legend points", **_collection_look(handle)(0)}
        yield {**row, "series": text.get_text(), "text": text.get_text()}
        yield _worded("text", text)


def _partly_data(transform: Transform, ax: Axes | None) -> bool:
    """Whether a mark spans the axes in one direction and lies in data coordinates in the other."""
    return ax is not None and sum(transform.contains_branch_seperately(ax.transData)) == 1


def _hexed(colour: Any) -> str:
    """Colour as ``#rrggbb``, with its opacity only where it is not 1; nothing for no colour."""
    rgba = to_rgba(colour)
    return to_hex(rgba, keep_alpha=rgba[3] < 1) if rgba[3] else ""


def _colours(face: str, edge: str) -> Row:
    """Colours of an area; an open one is known by its edge."""
    return {"colour": edge if face in ("", PLAIN) else face, "face": face, "edge": edge}


def _pattern(style: Any) -> str:
    """Name a line style: ``-``, or the lengths of strokes and gaps."""
    if isinstance(style, str):
        return STYLES.get(style, style)
    return " ".join(f"{length:g}" for length in style[1] or ()) or "-"


def _line_look(artist: Line2D) -> Row:
    """Give the look of a line and its markers; ``style`` is nothing where there is no line."""
    row: Row = {"style": "", "width": np.nan, "face": "", "edge": ""}
    if artist.get_linestyle() not in NOTHING and artist.get_linewidth():
        # The public getter calls every own pattern "--".
        steps = artist.get_drawstyle().replace("default", "")
        row["style"] = f"{_pattern(vars(artist)['_unscaled_dash_pattern'])} {steps}".strip()
        row["width"] = float(artist.get_linewidth())
    marker, every = str(artist.get_marker()), artist.get_markevery()
    if marker not in NOTHING:
        face, edge = artist.get_markerfacecolor(), artist.get_markeredgecolor()
        row |= _colours(_hexed(face), _hexed(edge))
        row["marker"] = marker if every is None else f"{marker} every {every}"
        row["size"] = float(artist.get_markersize())
    return {**row, "colour": _hexed(artist.get_color())} if row["style"] else {"colour": "", **row}


def _patch_look(artist: Patch) -> Row:
    """Give the look of a bar or another closed shape."""
    edge = _hexed(artist.get_edgecolor()) if artist.get_linewidth() else ""
    hatch = artist.get_hatch()
    return {
        **_colours(_hexed(artist.get_facecolor()) if artist.get_fill() else "", edge),
        "style": _pattern(artist.get_linestyle()) if edge else "",
        "hatch": f"{hatch} {_hexed(artist.get_hatchcolor())}" if hatch else "",
        "width": float(artist.get_linewidth()),
    }


def _collection_look(artist: Collection) -> Callable[[int], Row]:
    """Give the look of a collection's n-th part; shorter lists go round, as when drawn."""
    sizes = artist.get_sizes() if hasattr(artist, "get_sizes") else ()
    lists: dict[str, list[Any]] = {
        "face": [_hexed(one) for one in np.atleast_2d(artist.get_facecolor())],
        "edge": [_hexed(one) for one in np.atleast_2d(artist.get_edgecolor())],
        "style": [_pattern(one) for one in artist.get_linestyle()],
        "width": [float(one) for one in np.ravel(artist.get_linewidth())],
        "size": [float(one) for one in sizes],
        "hatch": [artist.get_hatch() or ""],
    }

    def look(number: int) -> Row:
        row = {name: values[number % len(values)] for name, values in lists.items() if values}
        return {**row, **_colours(row.get("face", ""), row.get("edge", ""))}

    return look


def _marker_name(vertices: np.ndarray) -> str:
    """Give the code of a scatter's marker, which keeps its outline only."""
    return _marker_shapes().get(_outline(vertices), f"shape of {len(vertices)} points")


@lru_cache(maxsize=1)
def _marker_shapes() -> dict[bytes, str]:
    shapes: dict[bytes, str] = {}
    for marker in MarkerStyle.markers:
        if str(marker) not in NOTHING:
            style = MarkerStyle(marker)
            path = style.get_transform().transform_path(style.get_path())
            shapes.setdefault(_outline(path.vertices), str(marker))
    return shapes


def _outline(vertices: Any) -> bytes:
    return np.round(vertices, 6).tobytes()

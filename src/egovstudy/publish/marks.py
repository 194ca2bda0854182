"""What a figure really draws: every mark in data coordinates, with its look, and every text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, LineCollection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure, FigureBase
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import FancyArrowPatch, Patch, Rectangle
from matplotlib.path import Path
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Transform

from egovstudy.publish.look import GROUND

LOOK = ("colour", "face", "edge", "style", "marker", "hatch", "width", "size")
COLUMNS = ("panel", "mark", "series", *LOOK, "x", "y", "x2", "y2", "text")
NOTHING = ("None", "none", " ", "")
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
        One row per point, bar, segment or vertex, in data coordinates, with the look of its mark; then axes with
        their limits and scale, tick labels in view, texts and legends. Nothing that a layout or a platform decides:
        no places in pixels. An artist of a kind unknown here stands with the name of its class.

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
    if ax.axison and ax.patch.get_visible() and _hex(ax.patch.get_facecolor()) not in ("", to_hex(GROUND)):
        yield {"mark": "ground", "colour": _hex(ax.patch.get_facecolor())}
    groups = {part: container for container in ax.containers for part in container.get_children()}
    numbers: dict[object, int] = {}
    for artist in ax.get_children():
        if isinstance(artist, (Spine, Axis, Axes)) or artist is ax.patch or not artist.get_visible():
            continue
        rows = list(_artist(artist, ax))
        if not rows or isinstance(artist, (Text, Legend)):
            yield from rows
            continue
        # Bars of one call are one series.
        owner = groups.get(artist, artist)
        kind = rows[0]["mark"]
        number = numbers.setdefault(owner, sum(1 for one in numbers if one != owner) + 1)
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
        "mark": f"{name} axis", "colour": _hex(label.get_color()), "style": axis.get_scale(), name: low,
        f"{name}2": high, "text": label.get_text() if label.get_visible() else "",
    }  # fmt: skip
    slack = 1e-9 * abs(high - low)
    for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
        at = float(tick.get_loc())
        for text in (tick.label1, tick.label2):
            shown = tick.get_visible() and text.get_visible() and text.get_text().strip()
            if shown and min(low, high) - slack <= at <= max(low, high) + slack:
                yield {"mark": f"{name} tick", "colour": _hex(text.get_color()), name: at, "text": text.get_text()}


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
        mark = "rule" if _partly_data(artist.get_transform(), ax) else "line" if _dashes(artist) else "points"
        yield from _points(mark, _line_look(artist), artist.get_xydata())
    elif isinstance(artist, FancyArrowPatch):
        yield {"mark": "arrow", **_patch_look(artist), **_ends(artist._posA_posB or ((np.nan,) * 2,) * 2)}
    elif isinstance(artist, Rectangle):
        corners = artist.get_bbox().get_points()
        mark = "span" if _partly_data(artist.get_data_transform(), ax) else "bar"
        yield {"mark": mark, **_patch_look(artist), **_ends(corners), **_turned(artist)}
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
    looks = _collection_looks(artist)
    paths, offsets = artist.get_paths(), np.ma.asarray(artist.get_offsets())
    if artist.get_array() is not None:
        for number, value in enumerate(np.ma.filled(np.ma.ravel(artist.get_array()).astype(float), np.nan)):
            x, y = offsets[number] if len(paths) < len(offsets) else paths[number].vertices[0]
            yield {"mark": "cell", **looks(number), "x": float(x), "y": float(y), "x2": float(value)}
        return
    if isinstance(artist, LineCollection):
        for number, path in enumerate(paths):
            for pair in zip(path.vertices, path.vertices[1:], strict=False):
                yield {"mark": "segment", **looks(number), **_ends(pair)}
    elif len(paths) == 1 and (len(offsets) > 1 or offsets.any()):
        shape = _marker_name(paths[0])
        for number, place in enumerate(offsets):
            yield from _points("points", {**looks(number), "style": "", "marker": shape}, [place])
    else:
        for number, path in enumerate(paths):
            yield from _points("shape", looks(number), path.vertices)


def _image(artist: AxesImage) -> Iterator[Row]:
    left, right, bottom, top = artist.get_extent()
    yield {"mark": "image", "style": artist.get_cmap().name, **_ends(((left, bottom), (right, top)))}
    cells = np.ma.filled(np.ma.asarray(artist.get_array(), dtype=float), np.nan)
    for (row, column, *channel), value in np.ndenumerate(cells):
        colour = "" if channel else _hex(artist.to_rgba(value))
        yield {"mark": "cell", "colour": colour, "x": column, "y": row, "x2": float(value)}


def _text(artist: Text, ax: Axes | None) -> Iterator[Row]:
    if not artist.get_text().strip():
        return
    row = {"mark": "text", "colour": _hex(artist.get_color()), "text": artist.get_text()}
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
        yield {"mark": "legend title", "colour": _hex(artist.get_title().get_color()), "text": title}
    for handle, text in zip(artist.legend_handles, artist.get_texts(), strict=True):
        look: Row = {"mark": f"legend {type(handle).__name__}"}
        if isinstance(handle, Line2D):
            # matplotlib sets markevery on the handle for itself.
            marker = {"marker": str(handle.get_marker())} if str(handle.get_marker()) not in NOTHING else {}
            mark = "legend line" if _dashes(handle) else "legend points"
            look = {"mark": mark, **_line_look(handle), **marker}
        elif isinstance(handle, Patch):
            look = {"mark": "legend bar", **_patch_look(handle)}
        elif isinstance(handle, Collection):
            look = {"mark": "legend points", **_collection_looks(handle)(0)}
        yield {**look, "series": text.get_text(), "text": text.get_text()}
        yield {"mark": "text", "colour": _hex(text.get_color()), "text": text.get_text()}


def _partly_data(transform: Transform, ax: Axes | None) -> bool:
    """Whether a mark spans the axes in one direction and lies in data coordinates in the other."""
    return ax is not None and sum(transform.contains_branch_seperately(ax.transData)) == 1


def _hex(colour: Any) -> str:
    """Colour as ``#rrggbb``, with its opacity only where it is not 1; nothing for no colour."""
    red, green, blue, alpha = to_rgba(colour)
    return "" if alpha == 0 else to_hex((red, green, blue, alpha), keep_alpha=alpha < 1)


def _dashes(artist: Line2D) -> str:
    if artist.get_linestyle() in NOTHING or not artist.get_linewidth():
        return ""
    # The public getter calls every own pattern "--".
    pattern = artist._unscaled_dash_pattern[1]
    style = " ".join(f"{length:g}" for length in pattern) if pattern else "-"
    return style if artist.get_drawstyle() == "default" else f"{style} {artist.get_drawstyle()}"


def _line_look(artist: Line2D) -> Row:
    style, marker = _dashes(artist), str(artist.get_marker())
    row: Row = {"style": style, "width": float(artist.get_linewidth()) if style else np.nan}
    face = edge = ""
    if marker not in NOTHING:
        face, edge = _hex(artist.get_markerfacecolor()), _hex(artist.get_markeredgecolor())
        every = artist.get_markevery()
        row |= {"marker": marker if every is None else f"{marker} every {every}"}
        row["size"] = float(artist.get_markersize())
    colour = _hex(artist.get_color()) if style else edge if face in ("", to_hex(GROUND)) else face
    return {**row, "colour": colour, "face": face, "edge": edge}


def _patch_look(artist: Patch) -> Row:
    face = _hex(artist.get_facecolor()) if artist.get_fill() else ""
    edge = _hex(artist.get_edgecolor()) if artist.get_linewidth() else ""
    hatch = f"{artist.get_hatch()} {_hex(artist.get_hatchcolor())}" if artist.get_hatch() else ""
    return {
        "colour": edge if face in ("", to_hex(GROUND)) else face, "face": face, "edge": edge, "hatch": hatch,
        "style": _named(artist.get_linestyle()) if edge else "", "width": float(artist.get_linewidth()),
    }  # fmt: skip


def _collection_looks(artist: Collection) -> Any:
    """Give the look of a collection's n-th part; shorter lists of colours and widths go round, as when drawn."""
    lists = {
        "face": [_hex(one) for one in artist.get_facecolor()], "edge": [_hex(one) for one in artist.get_edgecolor()],
        "style": [_named(one) for one in artist.get_linestyle()], "width": list(map(float, artist.get_linewidth())),
        "size": list(map(float, artist.get_sizes())) if hasattr(artist, "get_sizes") else [],
    }  # fmt: skip

    def look(number: int) -> Row:
        row: Row = {name: values[number % len(values)] for name, values in lists.items() if values}
        face, edge = row.get("face", ""), row.get("edge", "")
        return {**row, "colour": edge if face in ("", to_hex(GROUND)) else face, "hatch": artist.get_hatch() or ""}

    return look


def _named(style: Any) -> str:
    if isinstance(style, str):
        return {"solid": "-", "dashed": "--", "dashdot": "-.", "dotted": ":"}.get(style, style)
    return " ".join(f"{length:g}" for length in style[1]) if style[1] is not None else "-"


def _marker_name(path: Path) -> str:
    shape = np.round(path.vertices, 6).tobytes()
    return _marker_shapes().get(shape, f"shape of {len(path.vertices)} points")


@lru_cache(maxsize=1)
def _marker_shapes() -> dict[bytes, str]:
    styles = {str(name): MarkerStyle(name) for name in MarkerStyle.markers if str(name) not in NOTHING}
    shapes = {name: style.get_transform().transform_path(style.get_path()) for name, style in styles.items()}
    return {np.round(shape.vertices, 6).tobytes(): name for name, shape in reversed(shapes.items())}

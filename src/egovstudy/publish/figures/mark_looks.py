"""The look of one mark: its colours, line style, marker, hatch and sizes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Patch
from matplotlib.path import Path

from egovstudy.publish.style import GROUND

LOOK = ("colour", "face", "edge", "style", "marker", "hatch", "width", "size")
NOTHING = ("None", "none", " ", "")
PLAIN = to_hex(GROUND)
Row = dict[str, Any]


def hexed(colour: Any) -> str:
    """Colour as ``#rrggbb``, with its opacity only where it is not 1; nothing for no colour."""
    red, green, blue, alpha = to_rgba(colour)
    return "" if alpha == 0 else to_hex((red, green, blue, alpha), keep_alpha=alpha < 1)


def dashes(artist: Line2D) -> str:
    """Name a line's dashes: ``-``, or the lengths of strokes and gaps; nothing for no line."""
    if artist.get_linestyle() in NOTHING or not artist.get_linewidth():
        return ""
    # The public getter calls every own pattern "--".
    pattern = artist._unscaled_dash_pattern[1]
    style = " ".join(f"{length:g}" for length in pattern) if pattern else "-"
    return style if artist.get_drawstyle() == "default" else f"{style} {artist.get_drawstyle()}"


def line_look(artist: Line2D) -> Row:
    """Give the look of a line and its markers; open markers have the colour of their edge."""
    style, marker = dashes(artist), str(artist.get_marker())
    row: Row = {"style": style, "width": float(artist.get_linewidth()) if style else np.nan}
    face = edge = ""
    if marker not in NOTHING:
        face, edge = hexed(artist.get_markerfacecolor()), hexed(artist.get_markeredgecolor())
        every = artist.get_markevery()
        row |= {"marker": marker if every is None else f"{marker} every {every}"}
        row["size"] = float(artist.get_markersize())
    colour = hexed(artist.get_color()) if style else edge if face in ("", PLAIN) else face
    return {**row, "colour": colour, "face": face, "edge": edge}


def patch_look(artist: Patch) -> Row:
    """Give the look of a bar or another closed shape."""
    face = hexed(artist.get_facecolor()) if artist.get_fill() else ""
    edge = hexed(artist.get_edgecolor()) if artist.get_linewidth() else ""
    hatch = f"{artist.get_hatch()} {hexed(artist.get_hatchcolor())}" if artist.get_hatch() else ""
    return {
        "colour": edge if face in ("", PLAIN) else face, "face": face, "edge": edge, "hatch": hatch,
        "style": _named(artist.get_linestyle()) if edge else "", "width": float(artist.get_linewidth()),
    }  # fmt: skip


def collection_looks(artist: Collection) -> Callable[[int], Row]:
    """Give the look of a collection's n-th part; shorter lists of colours and widths go round, as when drawn."""
    lists = {
        "face": [hexed(one) for one in artist.get_facecolor()], "edge": [hexed(one) for one in artist.get_edgecolor()],
        "style": [_named(one) for one in artist.get_linestyle()], "width": list(map(float, artist.get_linewidth())),
        "size": list(map(float, artist.get_sizes())) if hasattr(artist, "get_sizes") else [],
    }  # fmt: skip

    def look(number: int) -> Row:
        row: Row = {name: values[number % len(values)] for name, values in lists.items() if values}
        face, edge = row.get("face", ""), row.get("edge", "")
        return {
            **row,
            "colour": edge if face in ("", PLAIN) else face,
            "hatch": artist.get_hatch() or "",
        }

    return look


def _named(style: Any) -> str:
    if isinstance(style, str):
        return {"solid": "-", "dashed": "--", "dashdot": "-.", "dotted": ":"}.get(style, style)
    return " ".join(f"{length:g}" for length in style[1]) if style[1] is not None else "-"


def marker_name(path: Path) -> str:
    """Give the code of a scatter's marker, which keeps its outline only."""
    shape = np.round(path.vertices, 6).tobytes()
    return _marker_shapes().get(shape, f"shape of {len(path.vertices)} points")


@lru_cache(maxsize=1)
def _marker_shapes() -> dict[bytes, str]:
    styles = {
        str(name): MarkerStyle(name) for name in MarkerStyle.markers if str(name) not in NOTHING
    }
    shapes = {
        name: style.get_transform().transform_path(style.get_path())
        for name, style in styles.items()
    }
    return {np.round(shape.vertices, 6).tobytes(): name for name, shape in reversed(shapes.items())}

"""A figure in each format: the same bytes in every run, the exact size in every file."""

from __future__ import annotations

import html
import io
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from egovstudy.errors import EgovstudyError
from egovstudy.paths import FIXED_MOMENT
from egovstudy.publish.style import FONT, MM

TOLERANCE_MM = 0.01
PNG_DPI = 200
EXPORT_DPI = 600
SVG_FONT = f"'{FONT}'"
IMAGE_DESCRIPTION = 270  # the TIFF tag
COLOURS = (
    "get_color",
    "get_facecolor",
    "get_edgecolor",
    "get_markerfacecolor",
    "get_markeredgecolor",
)


def render(figure: Figure, title: str, alt: str, *, export: bool) -> dict[str, bytes]:
    """Render a figure that has its final size.

    Parameters
    ----------
    figure : Figure
        Inside the venue's style.
    title, alt : str
        Written into the formats that have a place for them.
    export : bool
        Also EPS and TIFF, and pixels at 600 per inch instead of 200.

    Returns
    -------
    dict
        Bytes by ending.

    Raises
    ------
    EgovstudyError
        If a file has not the figure's size or holds a Type 3 font, or something drawn is
        transparent.
    """
    check_opaque(figure)
    width_mm, height_mm = (float(inches) * MM for inches in figure.get_size_inches())
    metadata = {
        "pdf": {
            "Title": title,
            "Subject": alt,
            "Creator": "egovstudy",
            "Producer": None,
            "CreationDate": None,
        },
        "svg": {"Title": title, "Creator": "egovstudy", "Date": None},
    }
    files = {ending: _saved(figure, ending, metadata=about) for ending, about in metadata.items()}
    files["svg"] = _described(files["svg"].decode("utf-8"), alt).encode("utf-8")
    if export:
        files["eps"] = _titled(_saved(figure, "eps", metadata={"Creator": "egovstudy"}), title)
    picture, dpi = _pixels(figure, EXPORT_DPI if export else PNG_DPI)
    texts = PngInfo()
    texts.add_text("Title", title)
    texts.add_text("Description", alt)
    # On the screen 256 colours look the same in a third of the bytes, which the notebooks hold once
    # more.
    shown = (
        picture
        if export
        else picture.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    files["png"] = _image(shown, "png", dpi=(dpi, dpi), pnginfo=texts, optimize=True)
    if export:
        # As bytes: Pillow would write what is not ASCII as question marks.
        told = {IMAGE_DESCRIPTION: f"{title}. {alt}".encode()}
        files["tiff"] = _image(
            picture, "tiff", dpi=(dpi, dpi), compression="tiff_lzw", tiffinfo=told
        )
    check_files(files, width_mm, height_mm)
    return files


def check_opaque(figure: Figure) -> None:
    """Refuse transparency, in every run and not only where a venue wants EPS, which has none.

    Raises
    ------
    EgovstudyError
        Naming what is transparent.
    """
    for artist in figure.findobj(Artist.get_visible):
        alphas: list[Any] = [artist.get_alpha()]
        for name in COLOURS:
            if hasattr(artist, name):
                alphas += list(to_rgba_array(getattr(artist, name)())[:, 3])
        for alpha in np.hstack([one for one in alphas if one is not None] or [1]):
            if 0 < alpha < 1:
                label = str(artist.get_label() or "")
                known = f" {label!r}" if label and not label.startswith("_") else ""
                raise EgovstudyError(
                    f"{type(artist).__name__}{known} is drawn with alpha {alpha:g}. EPS has no"
                    " transparency: use a solid light tint, and draw it under the lines (zorder)."
                )


def measured_mm(ending: str, content: bytes) -> list[float]:
    """Measure the width and height of a written file, in mm, by what the file itself says."""
    if ending in ("png", "tiff"):
        with Image.open(io.BytesIO(content)) as picture:
            pairs = zip(picture.size, picture.info["dpi"], strict=True)
            return [size / float(dpi) * MM for size, dpi in pairs]
    pattern = {
        "pdf": rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]",
        "svg": rb'<svg [^>]*?\bwidth="([\d.]+)pt" height="([\d.]+)pt"',
        "eps": rb"%%HiResBoundingBox: 0(?:\.0+)? 0(?:\.0+)? ([\d.]+) ([\d.]+)",
    }[ending]
    found = re.search(pattern, content)
    return [float(size) / 72 * MM for size in found.groups()] if found else [np.nan, np.nan]


def check_files(files: dict[str, bytes], width_mm: float, height_mm: float) -> None:
    """Measure every file, which a style that crops would change, and look for refused fonts.

    Raises
    ------
    EgovstudyError
        Naming the format that is wrong.
    """
    for ending, content in files.items():
        sizes = measured_mm(ending, content)
        for measured, wanted, word in zip(
            sizes, (width_mm, height_mm), ("wide", "high"), strict=True
        ):
            if not abs(measured - wanted) <= TOLERANCE_MM:
                raise EgovstudyError(
                    f"the {ending.upper()} came out {measured:.3f} mm {word}, not {wanted:g} mm."
                    " Nothing was written."
                )
    for ending, mark in (("pdf", rb"/Type3\b"), ("eps", rb"/FontType 3\b")):
        if re.search(mark, files.get(ending, b"")):
            raise EgovstudyError(
                f"the {ending.upper()} holds a Type 3 font. Draw all text in {FONT}."
            )


@contextmanager
def _fixed_moment() -> Iterator[None]:
    before = os.environ.get("SOURCE_DATE_EPOCH")
    # fontTools stamps it into embedded fonts, matplotlib into metadata.
    os.environ["SOURCE_DATE_EPOCH"] = FIXED_MOMENT
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _saved(figure: Figure, ending: str, **options: Any) -> bytes:
    out = io.BytesIO()
    with _fixed_moment():
        figure.savefig(out, format=ending, **options)
    return out.getvalue()


def _pixels(figure: Figure, dpi: int) -> tuple[Image.Image, float]:
    """Draw whole pixels at the resolution that makes them the figure's exact size."""
    wide, high = map(float, figure.get_size_inches())
    width, height, per_metre = whole_pixels(wide * MM, high * MM, dpi)
    exact = per_metre * 0.0254
    # The canvas rounds down, so a hair more than whole.
    figure.set_size_inches((width + 0.01) / exact, (height + 0.01) / exact)
    raw = _saved(figure, "rgba", dpi=exact)
    figure.set_size_inches(wide, high)
    return Image.frombytes("RGBA", (width, height), raw).convert("RGB"), exact


def whole_pixels(width_mm: float, height_mm: float, dpi: int) -> tuple[int, int, int]:
    """Find pixels in width, in height and per metre that give a size to within 0.01 mm.

    PNG holds whole pixels at a whole number of pixels per metre, so the resolution asked for seldom
    fits; the next one above that does is taken.

    Raises
    ------
    EgovstudyError
        If none within a tenth above does.

    Examples
    --------
    >>> width, height, per_metre = whole_pixels(140, 80, 200)
    >>> [round(size / per_metre * 1000, 2) for size in (width, height)], per_metre
    ([140.0, 80.0], 7900)
    """
    least = -int(-dpi // 0.0254)
    for per_metre in range(least, least + least // 10):
        width, height = (round(size * per_metre / 1000) for size in (width_mm, height_mm))
        off = max(
            abs(width / per_metre * 1000 - width_mm), abs(height / per_metre * 1000 - height_mm)
        )
        if off <= 0.9 * TOLERANCE_MM:
            return width, height, per_metre
    raise EgovstudyError(
        f"no whole pixels give {width_mm:g} x {height_mm:g} mm. Make the figure a little higher."
    )


def _image(picture: Image.Image, ending: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, format=ending, **options)
    return out.getvalue()


def _described(svg: str, alt: str) -> str:
    """Add the alternative text, and fonts of the same metrics for viewers without ours."""
    svg = svg.replace(
        "</title>", f'</title>\n <desc id="alt">{html.escape(alt, quote=False)}</desc>', 1
    )
    svg = svg.replace("<svg ", '<svg role="img" aria-describedby="alt" ', 1)
    return svg.replace(SVG_FONT, f"{SVG_FONT}, Arial, Helvetica, sans-serif")


def _titled(eps: bytes, title: str) -> bytes:
    """Put the title where the date stood, in ASCII, as comments of EPS are."""
    plain = unicodedata.normalize("NFKD", title.translate(dict.fromkeys(map(ord, "–—−"), "-")))
    line = b"%%Title: " + plain.encode("ascii", "ignore")
    return re.sub(rb"%%CreationDate:[^\n]*", lambda _: line, eps, count=1)

"""``save_figure``: the only writer of figures."""

from __future__ import annotations

import base64
import io
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from egovstudy.errors import ArgumentError, EgovstudyError
from egovstudy.paths import FIXED_MOMENT, figures_dir, write_safely
from egovstudy.publish.canonical import canonical_csv, sha256
from egovstudy.publish.ledger import MANIFEST, MANIFEST_COLUMNS, upsert
from egovstudy.publish.legible import check_legible
from egovstudy.publish.venues import FONT, current_venue

NAME = re.compile(r"fig(\d\d)[a-z]-[a-z0-9]+(?:-[a-z0-9]+)*")
PNG_DPI = 200
MM = 25.4
ALT_WORDS = 40
SVG_FONT = f"'{FONT}'"


@dataclass(frozen=True)
class SavedFigure:
    """A figure as written; in a notebook it shows the picture and, as text, the digest of the plotted data.

    Attributes
    ----------
    name : str
        File name without ending.
    width_mm, height_mm : float
        Size in mm.
    rows : int
        Rows of plotted data.
    data_digest : str
        First 12 hex digits of the SHA-256 of the CSV with the plotted data.
    alt : str
        Alternative text.
    png : bytes
        The picture at 200 dpi.
    """

    name: str
    width_mm: float
    height_mm: float
    rows: int
    data_digest: str
    alt: str
    png: bytes = field(repr=False)

    def __str__(self) -> str:
        size = f"{self.width_mm:.1f} x {self.height_mm:.1f} mm"
        return f"{self.name} | {size} | {self.rows} rows | data digest {self.data_digest}"

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        picture = base64.b64encode(self.png).decode("ascii")
        # Half its pixels: sharp on dense screens, near its printed size on others.
        shown = {"width": round(self.width_mm / MM * PNG_DPI / 2), "alt": self.alt}
        return {"image/png": picture, "text/plain": str(self)}, {"image/png": shown}


def save_figure(
    ax: Axes | Figure | Sequence[Axes] | np.ndarray,
    name: str,
    *,
    data: pd.DataFrame | pd.Series,
    caption: str,
    alt: str,
    cites: Sequence[str] = (),
) -> SavedFigure:
    """Write a figure as PDF, SVG and PNG, its data as CSV, a JSON sidecar and its row in the manifest.

    The figure gets the exact width of the venue in use and is closed afterwards.

    Parameters
    ----------
    ax : Axes, Figure or array of Axes
        What was drawn.
    name : str
        ``figNNx-words``, e.g. ``fig01a-egdi-path``: NN is the notebook that publishes it.
    data : DataFrame or Series
        The plotted data.
    caption : str
        With source, data vintage, method breaks, and what intervals are.
    alt : str
        What the figure shows and its main reading, at most 40 words.
    cites : sequence of str
        Tables or sources to cite, e.g. ``["egdi"]``.

    Returns
    -------
    SavedFigure

    Raises
    ------
    ArgumentError
        If the name, caption or alt text will not do, or the figure is higher than the venue allows.
    EgovstudyError
        If text is too small, cut off or overlapping, or a file cannot be written; then nothing of it is published.

    Examples
    --------
    >>> import os, tempfile
    >>> from egovstudy.publish.canvas import new_axes
    >>> os.environ["EGOVSTUDY_FIGURES"] = tempfile.mkdtemp()
    >>> ax = new_axes(50)
    >>> line = ax.plot([2022, 2024], [0.1, 0.2])
    >>> save_figure(ax, "fig99a-try", data=pd.Series([0.1, 0.2], name="gap"), caption="A try.", alt="Two points.")
    fig99a-try | 140.0 x 50.0 mm | 2 rows | data digest 1007ec952c0a
    >>> del os.environ["EGOVSTUDY_FIGURES"]
    """
    notebook = check_publishable(NAME, name, "fig01a-egdi-path", caption)
    words = len(alt.split())
    if not 0 < words <= ALT_WORDS:
        raise ArgumentError(
            f"alt has {words} words; say in 1 to {ALT_WORDS} what the figure shows and its main reading."
        )
    figure = ax if isinstance(ax, Figure) else np.ravel(np.asarray(ax, dtype=object))[0].figure
    venue = current_venue()
    with mpl.rc_context(venue.style()), _fixed_moment():
        height_mm = _lay_out(figure)
        min_pt = check_legible(figure, venue.min_pt)
        files = _render(figure, caption.split(". ")[0].rstrip("."), alt)
    _check_width(files, venue.width_mm)
    plt.close(figure)

    files["csv"] = canonical_csv(data).encode("utf-8")
    hashes = {ending: sha256(files[ending]) for ending in sorted(files)}
    about = {
        "name": name, "caption": caption, "alt": alt, "cites": list(cites), "venue": venue.venue,
        "width_mm": venue.width_mm, "height_mm": height_mm, "min_pt": min_pt, "rows": len(data),
        "data_digest": hashes["csv"][:12], "sha256": hashes,
    }  # fmt: skip
    publish(name, files, about, kind="figure", notebook=notebook)
    return SavedFigure(name, venue.width_mm, height_mm, len(data), about["data_digest"], alt, files["png"])


def check_publishable(pattern: re.Pattern[str], name: str, example: str, caption: str) -> str:
    """Check the name and caption of a figure or table and return the two digits of its notebook.

    Raises
    ------
    ArgumentError
        If the name does not follow its pattern or the caption is empty.
    """
    match = pattern.fullmatch(name)
    if not match:
        raise ArgumentError(
            f"name={name!r} does not say which notebook publishes it. Write it like {example!r}: "
            "two digits of the notebook, a letter, words in lower case joined by hyphens."
        )
    if not caption.strip():
        raise ArgumentError(f"{name} has no caption. Say what it shows, its source, data vintage and method breaks.")
    return match.group(1)


def publish(name: str, files: dict[str, bytes], about: dict[str, Any], *, kind: str, notebook: str) -> None:
    """Write the files, the sidecar that holds their hashes, and the manifest row that holds the sidecar's hash."""
    folder = figures_dir()
    for ending, content in files.items():
        write_safely(folder / f"{name}.{ending}", content)
    sidecar = json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_safely(folder / f"{name}.json", sidecar)
    row = {**about, "kind": kind, "notebook": notebook, "cites": " ".join(about["cites"]), "sha256": sha256(sidecar)}
    upsert(folder / MANIFEST, {column: row.get(column) for column in MANIFEST_COLUMNS}, MANIFEST_COLUMNS)


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


def _lay_out(figure: Figure) -> float:
    """Give the figure the venue's width, font and layout; return its height in mm."""
    venue = current_venue()
    height_mm = round(float(figure.get_figheight()) * MM, 3)
    if height_mm > venue.max_height_mm:
        raise ArgumentError(
            f"the figure is {height_mm:.1f} mm high; {venue.venue} allows {venue.max_height_mm:g} mm. "
            "Draw fewer panels."
        )
    figure.set_size_inches(venue.width_mm / MM, height_mm / MM)
    # Axes that the reader opened outside the style still carry matplotlib's own font.
    for text in figure.findobj(Text):
        text.set_fontfamily(FONT)
    if figure.get_layout_engine() is None:
        figure.set_layout_engine("constrained")
    figure.draw_without_rendering()
    return height_mm


def _render(figure: Figure, title: str, alt: str) -> dict[str, bytes]:
    metadata = {
        "pdf": {"Title": title, "Subject": alt, "Creator": "egovstudy", "Producer": None, "CreationDate": None},
        "svg": {"Title": title, "Creator": "egovstudy", "Date": None},
        "png": {"Title": title, "Description": alt, "Software": None},
    }
    files = {}
    for ending, about in metadata.items():
        out = io.BytesIO()
        figure.savefig(out, format=ending, dpi=PNG_DPI, metadata=about)
        files[ending] = out.getvalue()
    files["svg"] = _described(files["svg"].decode("utf-8"), alt).encode("utf-8")
    return files


def _described(svg: str, alt: str) -> str:
    """Add the alternative text for screen readers, and fonts of the same metrics for viewers without ours."""
    escaped = alt.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    svg = svg.replace("</title>", f'</title>\n <desc id="alt">{escaped}</desc>', 1)
    svg = svg.replace("<svg ", '<svg role="img" aria-describedby="alt" ', 1)
    return svg.replace(SVG_FONT, f"{SVG_FONT}, Arial, Helvetica, sans-serif")


def _check_width(files: dict[str, bytes], width_mm: float) -> None:
    """Measure what was written; a backend or a style that crops would change it."""
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) [\d.]+ ?\]", files["pdf"])
    svg = re.search(rb'<svg [^>]*\bwidth="([\d.]+)pt"', files["svg"])
    for ending, found in (("PDF", box), ("SVG", svg)):
        measured = float(found.group(1)) / 72 * MM if found else float("nan")
        if not abs(measured - width_mm) <= 0.01:
            raise EgovstudyError(
                f"the {ending} came out {measured:.3f} mm wide, not {width_mm:g} mm. Nothing was written."
            )

"""``save_figure``: the only writer of figures."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from egovstudy.errors import ArgumentError
from egovstudy.paths import figures_dir, write_safely
from egovstudy.publish.figures.colour import check_colours
from egovstudy.publish.figures.formats import PNG_DPI, render
from egovstudy.publish.figures.legible import check_legible, lay_out
from egovstudy.publish.figures.marks import drawn_marks
from egovstudy.publish.style import FONT, MM, Setting, current_venue, export_setting
from egovstudy.publish.words import (
    ALT_WORDS,
    CAPTION_WORDS,
    MANIFEST,
    MANIFEST_COLUMNS,
    canonical_csv,
    check_words,
    digest,
    sha256,
    upsert,
    worded,
)

NAME = re.compile(r"fig(\d\d)[a-z]-[a-z0-9]+(?:-[a-z0-9]+)*")
DIGITS = 4  # of a place in the figure, from 0 to 1
POINT_DIGITS = 9  # of a point drawn


@dataclass(frozen=True)
class SavedFigure:
    """A figure as written; in a notebook it shows the picture and, as text, what it holds.

    Attributes
    ----------
    name : str
        File name without ending.
    width_mm, height_mm : float
        Size in mm.
    rows : int
        Rows of plotted data.
    data_digest, marks_digest : str
        First 12 hex digits of the SHA-256 of the data given, and of the marks really drawn, with
        floats at seven significant digits.
    alt : str
        Alternative text in the venue's language.
    png : bytes
        The picture.
    """

    name: str
    width_mm: float
    height_mm: float
    rows: int
    data_digest: str
    marks_digest: str
    alt: str
    png: bytes = field(repr=False)

    def __str__(self) -> str:
        size = f"{self.width_mm:.1f} x {self.height_mm:.1f} mm"
        digests = f"data digest {self.data_digest} | marks digest {self.marks_digest}"
        return f"{self.name} | {size} | {self.rows} rows | {digests}"

    __repr__ = __str__

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict, dict]:
        picture = base64.b64encode(self.png).decode("ascii")
        # Half the pixels of 200 dpi: sharp on dense screens, near its printed size on others.
        shown = {"width": round(self.width_mm / MM * PNG_DPI / 2), "alt": self.alt}
        return {"image/png": picture, "text/plain": str(self)}, {"image/png": shown}


def save_figure(
    ax: Axes | Figure | Sequence[Axes] | np.ndarray,
    name: str,
    *,
    data: pd.DataFrame | pd.Series,
    caption: str | Mapping[str, str],
    alt: str | Mapping[str, str],
    cites: Sequence[str] = (),
) -> SavedFigure:
    """Write a figure as PDF, SVG and PNG, its data and marks as CSV, and its row in the manifest.

    The figure gets the exact width of the venue in use and is closed afterwards. Under an export
    (``egovstudy export``) TIFF and EPS are written too.

    Parameters
    ----------
    ax : Axes, Figure or array of Axes
        What was drawn.
    name : str
        ``figNNx-words``, e.g. ``fig01a-egdi-path``: NN is the notebook that publishes it.
    data : DataFrame or Series
        The plotted data.
    caption : str or dict
        With source, data vintage, method breaks, and what intervals are, at most 120 words.
        English, or ``{"en": ..., "id": ...}``; ``{{number:KEY}}`` stands for a number kept before.
    alt : str or dict
        What the figure shows and its main reading, at most 40 words; languages and numbers as in
        the caption.
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
        If text is too small, cut off or overlapping, something cannot be seen or told apart, or a
        file cannot be written; then nothing of it is published.

    Examples
    --------
    >>> import os, tempfile
    >>> from egovstudy.publish.plots.canvas import new_axes
    >>> os.environ["EGOVSTUDY_FIGURES"] = tempfile.mkdtemp()
    >>> ax = new_axes(50)
    >>> line = ax.plot([2022, 2024], [0.1, 0.2])
    >>> gap = pd.Series([0.1, 0.2], name="gap")
    >>> saved = save_figure(ax, "fig99a-try", data=gap, caption="A try.", alt="Two points.")
    >>> saved.rows, saved.data_digest
    (2, '1007ec952c0a')
    >>> del os.environ["EGOVSTUDY_FIGURES"]
    """
    captions, keyed_captions = worded(caption, "caption")
    alts, keyed_alts = worded(alt, "alt")
    notebook = check_publishable(NAME, name, "fig01a-egdi-path", captions)
    check_words(
        alts, name, "alt text", ALT_WORDS, "Say what the figure shows and its main reading."
    )
    figure = ax if isinstance(ax, Figure) else np.ravel(np.asarray(ax, dtype=object))[0].figure
    venue = current_venue()
    title, shown_alt = (texts.get(venue.language, texts["en"]) for texts in (captions, alts))
    style: Any = venue.style()
    with mpl.rc_context(style):
        height_mm = _fit(figure, venue)
        min_pt = check_legible(figure, venue.min_pt)
        marks = drawn_marks(figure)
        colour = check_colours(marks)
        files = render(
            figure, title.split(". ")[0].rstrip("."), shown_alt, export=export_setting() is not None
        )
    plt.close(figure)

    files["csv"] = canonical_csv(data).encode("utf-8")
    files["marks.csv"] = canonical_csv(marks).encode("utf-8")
    hashes = {ending: sha256(files[ending]) for ending in sorted(files)}
    data_digest, marks_digest = digest(data), digest(marks)
    about = {
        "name": name,
        "caption": captions,
        "caption_keyed": keyed_captions,
        "alt": alts,
        "alt_keyed": keyed_alts,
        "cites": list(cites),
        "venue": venue.venue,
        "width_mm": venue.width_mm,
        "height_mm": height_mm,
        "min_pt": min_pt,
        "language": venue.language,
        "rows": len(data),
        "data_digest": data_digest,
        "marks_digest": marks_digest,
        "colour": colour,
        "sha256": hashes,
    }
    publish(name, files, about, kind="figure", notebook=notebook)
    return SavedFigure(
        name,
        venue.width_mm,
        height_mm,
        len(data),
        data_digest,
        marks_digest,
        shown_alt,
        files["png"],
    )


def check_publishable(
    pattern: re.Pattern[str], name: str, example: str, captions: Mapping[str, str]
) -> str:
    """Check the name and captions of a figure or table, and give the two digits of its notebook.

    Raises
    ------
    ArgumentError
        If the name does not follow its pattern, or a caption is empty or too long.
    """
    match = pattern.fullmatch(name)
    if not match:
        raise ArgumentError(
            f"name={name!r} does not say which notebook publishes it. Write it like {example!r}: "
            "two digits of the notebook, a letter, words in lower case joined by hyphens."
        )
    advice = "Say what it shows, its source, data vintage and method breaks."
    check_words(captions, name, "caption", CAPTION_WORDS, advice)
    return match.group(1)


def publish(
    name: str, files: dict[str, bytes], about: dict[str, Any], *, kind: str, notebook: str
) -> None:
    """Write files, the sidecar with their hashes, and the manifest's row with the sidecar's."""
    folder = figures_dir()
    for ending, content in files.items():
        write_safely(folder / f"{name}.{ending}", content)
    sidecar = json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_safely(folder / f"{name}.json", sidecar)
    row = {
        **about,
        "kind": kind,
        "notebook": notebook,
        "caption": about["caption"]["en"],
        "cites": " ".join(about["cites"]),
        "sha256": sha256(sidecar),
    }
    upsert(
        folder / MANIFEST,
        {column: row.get(column) for column in MANIFEST_COLUMNS},
        MANIFEST_COLUMNS,
    )


def _fit(figure: Figure, venue: Setting) -> float:
    """Give the figure the venue's width, font and layout; return its height in mm."""
    height_mm = round(float(figure.get_figheight()) * MM, 3)
    if height_mm > venue.max_height_mm:
        raise ArgumentError(
            f"the figure is {height_mm:.1f} mm high; {venue.venue} allows {venue.max_height_mm:g}"
            " mm. Draw fewer panels."
        )
    figure.set_size_inches(venue.width_mm / MM, height_mm / MM)
    # Axes that the reader opened outside the style still carry matplotlib's own font.
    for text in figure.findobj(Text):
        text.set_fontfamily(FONT)
    if figure.get_layout_engine() is None:
        figure.set_layout_engine("constrained")
    lay_out(figure)
    _hold_still(figure)
    return height_mm


def _hold_still(figure: Figure) -> None:
    """Keep layout and points in small steps.

    Last digits move from processor to processor, the layout solver's in every run. Files that are
    compared byte for byte must not tell a 0 from a -1e-17.
    """
    figure.set_layout_engine("none")
    for ax in figure.axes:
        edges = (round(float(edge), DIGITS) for edge in ax.get_position().bounds)
        ax.set_position(Bbox.from_bounds(*edges))
        ax.set(xlim=_stepped(ax.get_xlim()), ylim=_stepped(ax.get_ylim()))
    for line in figure.findobj(Line2D):
        line.set_data(_stepped(line.get_xdata(orig=False)), _stepped(line.get_ydata(orig=False)))
    for many in figure.findobj(Collection):
        many.set_offsets(
            np.column_stack([_stepped(along) for along in np.asarray(many.get_offsets()).T])
        )


def _stepped(values: Any) -> np.ndarray:
    """Round to so many digits of the largest value."""
    largest = np.abs(np.nan_to_num(values, posinf=0, neginf=0)).max(initial=0)
    return (
        np.round(values, POINT_DIGITS - int(np.ceil(np.log10(largest))))
        if largest
        else np.asarray(values)
    )

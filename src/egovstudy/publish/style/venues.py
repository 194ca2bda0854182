"""One preset per venue: widths, smallest text, formats; and the style that follows from it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cycler import cycler

from egovstudy.errors import ArgumentError, EgovstudyError, listed, nearest
from egovstudy.publish.style.look import GROUND, INK, SHAPE_COLOURS

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

MM = 25.4  # in an inch
FONT = "Liberation Sans"
FONT_DIR = Path(__file__).parent / "fonts"
FONT_FILES = ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf")
LANGUAGES = ("en", "id")
# "venue/width/language": set by the export for the kernels that render a paper's figures.
EXPORT_VARIABLE = "EGOVSTUDY_EXPORT"


@dataclass(frozen=True)
class Venue:
    """What a venue asks of figures.

    Attributes
    ----------
    name : str
        Name for :func:`use_venue`.
    widths_mm : dict of str to float
        Figure widths in mm by name; the first is the default.
    min_pt : float
        Smallest text in pt at printed size.
    text_pt : float
        Usual text in pt, never below ``min_pt``.
    max_height_mm : float
        Greatest figure height in mm.
    formats : tuple of str
        What the venue takes; ``save_figure`` writes PDF, SVG and PNG for all.
    """

    name: str
    widths_mm: dict[str, float]
    min_pt: float
    text_pt: float
    max_height_mm: float
    formats: tuple[str, ...]


# Where a guide's text size or greatest height was not read, 7 pt and A4's text height (240 mm)
# stand.
VENUES = {
    venue.name: venue
    for venue in (
        Venue(
            "giq", {"middle": 140, "column": 90, "full": 190}, 7, 7.5, 240, ("pdf", "eps", "tiff")
        ),
        Venue("nature", {"column": 89, "full": 183}, 5, 7, 170, ("pdf", "png")),
        Venue("plos", {"full": 190.5, "column": 66.8}, 8, 8.5, 222.3, ("tiff",)),
        Venue("pnas", {"column": 87, "middle": 114, "full": 178}, 7, 7.5, 240, ("pdf", "eps")),
        Venue("science", {"column": 55, "full": 120}, 7, 7.5, 240, ("pdf", "eps")),
        Venue("agu", {"column": 95, "full": 190}, 7, 7.5, 240, ("pdf", "eps")),
        Venue("word", {"full": 165}, 9, 9, 240, ("png", "svg")),
        Venue("slides", {"full": 254}, 16, 16, 143, ("png", "svg")),
        Venue("thesis", {"full": 150}, 10, 10, 240, ("png", "svg")),
    )
}


@dataclass(frozen=True)
class Setting:
    """The venue in use: one width in mm, text sizes in pt, a language."""

    venue: str
    width_mm: float
    min_pt: float
    text_pt: float
    max_height_mm: float
    language: str

    def __str__(self) -> str:
        return (
            f"{self.venue}, {self.width_mm:g} mm wide, text from {self.min_pt:g} pt, language"
            f" {self.language}"
        )

    __repr__ = __str__

    def style(self) -> dict[RcKeyType, Any]:
        """Give matplotlib's settings for ``matplotlib.rc_context``; seaborn draws by them too.

        Raises
        ------
        EgovstudyError
            If a font file is missing from the package.
        """
        register_fonts(FONT_DIR)
        return {
            "font.family": FONT,
            "font.size": self.text_pt,
            "axes.titlesize": self.text_pt,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.labelsize": self.text_pt,
            "xtick.labelsize": self.min_pt,
            "ytick.labelsize": self.min_pt,
            "legend.fontsize": self.min_pt,
            "legend.frameon": False,
            "legend.handlelength": 1.6,
            "legend.columnspacing": 1.4,
            "axes.prop_cycle": cycler(color=SHAPE_COLOURS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.linewidth": 0.6,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "axes.titlecolor": INK,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "xtick.major.width": 0.6,
            "ytick.major.width": 0.6,
            "hatch.linewidth": 0.5,
            "pdf.fonttype": 42,
            "ps.fonttype": 42,
            # Text stays text: searchable, small, and its metrics are Arial's, so a viewer's own
            # Arial fits.
            "svg.fonttype": "none",
            "svg.hashsalt": "egovstudy",
            "figure.constrained_layout.h_pad": 0.03,
            "figure.constrained_layout.w_pad": 0.03,
            "figure.facecolor": GROUND,
            "savefig.facecolor": GROUND,
            "savefig.bbox": None,
            "axes.unicode_minus": True,
        }


def _setting(venue: Venue, width: str, language: str) -> Setting:
    return Setting(
        venue.name,
        venue.widths_mm[width],
        venue.min_pt,
        venue.text_pt,
        venue.max_height_mm,
        language,
    )


# A module's own state, not a context variable: Jupyter may run each cell in a context of its own.
_current: Setting | None = None


def use_venue(
    name: str | None = None,
    width: str | None = None,
    *,
    width_mm: float | None = None,
    min_pt: float | None = None,
    language: str = "en",
) -> Setting:
    """Choose the venue that figures are drawn for from here on.

    Parameters
    ----------
    name : str, optional
        One of giq, nature, plos, pnas, science, agu, word, slides, thesis; giq if left out.
    width : str, optional
        Name of a width of that venue, e.g. ``"column"``; its first one if left out.
    width_mm, min_pt : float, optional
        Width in mm and smallest text in pt, for a venue that is not here.
    language : {"en", "id"}
        Language of the words that plots add.

    Returns
    -------
    Setting
        What now holds; :func:`current_venue` returns the same.

    Raises
    ------
    ArgumentError
        If the venue, the width or the language is unknown, or a size is not positive.

    Examples
    --------
    >>> use_venue("nature", width="column")
    nature, 89 mm wide, text from 5 pt, language en
    >>> use_venue("giq")
    giq, 140 mm wide, text from 7 pt, language en
    """
    global _current
    _current = chosen_venue(name, width, width_mm, min_pt, language)
    return _current


def chosen_venue(
    name: str | None, width: str | None, width_mm: float | None, min_pt: float | None, language: str
) -> Setting:
    """Give the setting that :func:`use_venue` would make, and leave the one in use."""
    if name is not None and name not in VENUES:
        raise ArgumentError(
            f"no venue {name!r}. Venues: {', '.join(VENUES)}.{nearest(name, list(VENUES))} "
            "For another one: use_venue(width_mm=..., min_pt=...)."
        )
    if language not in LANGUAGES:
        raise ArgumentError(
            f"no language {language!r}. Languages:"
            f" {listed(LANGUAGES)}.{nearest(language, LANGUAGES)}"
        )
    venue = VENUES[name or "giq"]
    width = next(iter(venue.widths_mm)) if width is None else width
    if width not in venue.widths_mm:
        raise ArgumentError(
            f"{venue.name} has no width {width!r}. Widths: {listed(list(venue.widths_mm))}."
            f"{nearest(width, list(venue.widths_mm))}"
        )
    for word, size in (("width_mm", width_mm), ("min_pt", min_pt)):
        if size is not None and not size > 0:
            raise ArgumentError(f"{word}={size} is not a size. Give a number above 0.")
    chosen = _setting(venue, width, language)
    if width_mm is not None:
        chosen = replace(chosen, venue=name or "custom", width_mm=width_mm)
    if min_pt is not None:
        chosen = replace(chosen, min_pt=min_pt, text_pt=max(min_pt, chosen.text_pt))
    return chosen


def current_venue() -> Setting:
    """Return the venue in use.

    Until :func:`use_venue` is called it is the one that ``EGOVSTUDY_EXPORT`` names, else giq at 140
    mm in English.
    """
    return _current or export_setting() or chosen_venue(None, None, None, None, "en")


def export_setting() -> Setting | None:
    """Read ``EGOVSTUDY_EXPORT``, which is ``venue/width/language``; None if it asks for nothing.

    Raises
    ------
    ArgumentError
        If it does not have three parts, or one of them is unknown.
    """
    asked = os.environ.get(EXPORT_VARIABLE, "")
    if not asked:
        return None
    parts = asked.split("/")
    if len(parts) != 3:
        raise ArgumentError(
            f"{EXPORT_VARIABLE}={asked!r} will not do. Write venue/width/language, e.g."
            " giq/column/id."
        )
    return chosen_venue(parts[0], parts[1], None, None, parts[2])


@lru_cache(maxsize=4)
def register_fonts(folder: Path) -> None:
    """Make the bundled font known to matplotlib, before any copy the machine has of the same name.

    Raises
    ------
    EgovstudyError
        If a font file is not in the folder.
    """
    from matplotlib import font_manager

    missing = [name for name in FONT_FILES if not (folder / name).is_file()]
    if missing:
        raise EgovstudyError(
            f"font files are missing from {folder}: {', '.join(missing)}. Reinstall egovstudy."
        )
    manager = font_manager.fontManager
    for name in FONT_FILES:
        manager.addfont(folder / name)
    # Of two equal matches matplotlib takes the first; another release of the font would change
    # every byte.
    manager.ttflist.sort(key=lambda entry: Path(entry.fname).parent != folder)

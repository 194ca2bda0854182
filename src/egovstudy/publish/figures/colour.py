"""Whether every reader can see what a figure draws: with any colour vision, and in grey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex, to_rgb

from egovstudy.errors import EgovstudyError
from egovstudy.publish.figures.marks import LOOK
from egovstudy.publish.style import FAINT, GROUND

# Machado, Oliveira & Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), severity 1.0; they
# work on linear RGB.
MACHADO = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
LUMINANCE = (0.2126, 0.7152, 0.0722)
VIEWS = {
    "normal": np.eye(3),
    **{name: np.array(rows) for name, rows in MACHADO.items()},
    "grey": [LUMINANCE] * 3,
}
XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE_POINT = (0.95047, 1.0, 1.08883)
# WCAG 2.2: text 1.4.3, marks that carry meaning 1.4.11. The understanding of 1.4.1 takes 3:1
# between two colours as a difference of lightness, so that they are not told apart by hue alone.
TEXT_CONTRAST = 4.5
MARK_CONTRAST = 3.0
# CIEDE2000. About 2 is just seen where areas touch; hatches and outlines hide a part of them.
AREA_DIFFERENCE = 5.0
AREAS = ("bar", "shape", "span", "legend bar")
# A rule is told by its place and its label.
NO_SERIES = ("rule", "image", "cell", "ground")
WORDED = ("colour", "face", "edge", "style", "marker", "hatch", "text")
CURE = "Take colours from egovstudy.publish.style.look."


def linear(colour: str) -> np.ndarray:
    """Give linear RGB, three numbers from 0 to 1, of a colour in sRGB."""
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def seen(colour: str, view: str) -> np.ndarray:
    """Give linear RGB of a colour as seen in one of the views."""
    return np.clip(np.array(VIEWS[view]) @ linear(colour), 0, 1)


@lru_cache(maxsize=1024)
def lab(colour: str, view: str = "normal") -> np.ndarray:
    """Give CIE L*, a*, b* (white point D65) of a colour as seen in one of the views.

    Examples
    --------
    >>> abs(lab("white").round()).tolist(), abs(lab("red", "grey").round()).tolist()
    ([100.0, 0.0, 0.0], [53.0, 0.0, 0.0])
    """
    t = np.array(XYZ) @ seen(colour, view) / WHITE_POINT
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Give the CIEDE2000 difference of two colours in CIE Lab.

    CIE 142-2001; Sharma, Wu & Dalal 2005, "The CIEDE2000 Color-Difference Formula". It is
    used rather than the plain distance, which overrates differences of strong colours.

    Examples
    --------
    >>> round(difference(np.array([50, 2.6772, -79.7751]), np.array([50, 0, -82.7485])), 4)
    2.0425
    """
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)))
    c1, c2 = np.hypot(a1 * (1 + g), b1), np.hypot(a2 * (1 + g), b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * (1 + g))) % 360 for a, b in ((a1, b1), (a2, b2)))
    both = c1 * c2 > 0
    turn = (h2 - h1 + 180) % 360 - 180 if both else 0.0
    # Opposite hues: the mean is the plain one, whichever comes first.
    if both and abs(abs(h2 - h1) - 180) < 1e-9:
        turn = h2 - h1
    mean_h = (h1 + turn / 2) % 360 if both else h1 + h2
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    by_l = (l2 - l1) / (1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2))
    by_c = (c2 - c1) / (1 + 0.045 * mean_c)
    by_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * mean_c * t)
    spin = 2 * np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
    spin *= -np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2))))
    return float(np.sqrt(by_l**2 + by_c**2 + by_h**2 + spin * by_c * by_h))


def contrast(one: str, other: str = GROUND, view: str = "normal") -> float:
    """Give the contrast ratio of WCAG 2.2, from 1 to 21, in one of the views.

    Examples
    --------
    >>> round(contrast("black", "white"), 1)
    21.0
    """
    low, high = sorted(float(np.dot(LUMINANCE, seen(colour, view))) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def smallest(measure: Callable[[str, str, str], float], one: str, other: str) -> tuple[float, str]:
    """Give the smallest value of a measure of two colours over all views, and its view.

    Examples
    --------
    >>> least, view = smallest(seen_difference, "#D7191C", "#1A9641")
    >>> round(least), view
    (8, 'deuteranopia')
    >>> ratio, view = smallest(contrast, "#FF0000", "#332B00")
    >>> round(contrast("#FF0000", "#332B00"), 1), round(ratio, 1), view
    (3.5, 2.3, 'protanopia')
    """
    return min((measure(one, other, view), view) for view in VIEWS)


def seen_difference(one: str, other: str, view: str = "normal") -> float:
    """Give the CIEDE2000 difference of two colours as seen in one of the views."""
    return difference(lab(one, view), lab(other, view))


def check_colours(marks: pd.DataFrame) -> dict[str, float | None]:
    """Check that what a figure draws can be seen and told apart by every reader.

    Text needs 4.5:1 against its ground and a mark 3:1, by its fill or its outline; only rules in
    ``look.FAINT``, which separate rows, may be fainter. Two colours of one panel, or of the legend,
    need a line style, marker, hatch, width (by half as much again) or kind of mark that differs
    too, or a label at each series; else they must differ in lightness by 3:1 in every view (normal,
    three deficiencies of colour vision, grey). Filled areas must differ by a CIEDE2000 of 5 in
    every view in any case. A colour scale must go steadily from light to dark.

    Parameters
    ----------
    marks : DataFrame
        From :func:`egovstudy.publish.figures.marks.drawn_marks`.

    Returns
    -------
    dict
        ``contrast``, the smallest of any mark or text against its ground, and ``difference``, the
        smallest of two series of one panel in any view (CIEDE2000); None where there is none. One
        decimal.

    Raises
    ------
    EgovstudyError
        Naming the text, the mark or the two series.
    """
    marks = marks.assign(**marks[list(WORDED)].astype(object).fillna(""))
    contrasts = list(_contrasts(marks))
    differences: list[float] = []
    for panel, own in marks.groupby("panel", sort=False):
        place = "the legend" if panel == "figure" else f"panel {int(str(panel)) + 1}"
        words = own["series"].isna()
        drawn = own[~words & ~own["mark"].isin(NO_SERIES) & own["colour"].ne("")]
        differences += _differences(drawn, own[words & own["mark"].eq("text")], place)
        _check_scales(own[own["mark"].eq("cell") & own["colour"].ne("")], place)
    _check_twins(marks[marks["mark"].str.startswith("legend ") & marks["series"].notna()])
    return {
        "contrast": round(min(contrasts), 1) if contrasts else None,
        "difference": round(min(differences), 1) if differences else None,
    }


def _contrasts(marks: pd.DataFrame) -> Iterator[float]:
    """Compare every look with its ground."""
    grounds = marks[marks["mark"].eq("ground")].set_index("panel")["colour"].to_dict()
    silent = marks["mark"].str.endswith(" axis") & marks["text"].eq("")
    separators = marks["mark"].eq("rule") & marks["colour"].eq(to_hex(FAINT))
    meaning = ~(silent | separators | marks["mark"].isin(("ground", "image", "cell")))
    for _, row in marks[meaning].drop_duplicates(["panel", "mark", *LOOK]).iterrows():
        colours = [one for one in row[["colour", "face", "edge"]] if one]
        if not colours:
            continue
        outside = row["mark"].startswith(("x ", "y ", "title"))
        ground = GROUND if outside else grounds.get(row["panel"], GROUND)
        found = max(contrast(one, ground) for one in colours)
        what, kind, least = f"{row['mark']} {row['series']!r}", "a mark", MARK_CONTRAST
        if pd.isna(row["series"]):
            what, kind, least = f"text {row['text']!r}", "text", TEXT_CONTRAST
        if found < least:
            raise EgovstudyError(
                f"{what} in {row['colour']} has a contrast of {found:.1f}:1 against its ground"
                f" {to_hex(ground)}; {kind} needs {least:g}:1. Darken it. {CURE}"
            )
        yield found


def _differences(drawn: pd.DataFrame, notes: pd.DataFrame, place: str) -> Iterator[float]:
    """Compare every two colours of a panel; what has one colour is one series here."""
    labels = set(notes[["x", "y"]].dropna().itertuples(index=False, name=None))
    for (one, first), (other, second) in combinations(drawn.groupby("colour", sort=False), 2):
        least, view = smallest(seen_difference, str(one), str(other))
        names = f"{_name(first)} ({one}) and {_name(second)} ({other}) in {place}"
        light, where = smallest(contrast, str(one), str(other))
        told = _cue(first, second) or (_labelled(first, labels) and _labelled(second, labels))
        if light < MARK_CONTRAST and not told:
            raise EgovstudyError(
                f"{names} differ by colour only, and in the {where} view by {light:.1f}:1 in"
                f" lightness ({MARK_CONTRAST:g}:1 is needed). Give each a line style, marker or"
                " hatch of its own, or a label at its end."
            )
        if least < AREA_DIFFERENCE and _filled(first) and _filled(second):
            raise EgovstudyError(
                f"the areas {names} are too much alike in the {view} view: CIEDE2000 {least:.1f}, "
                f"{AREA_DIFFERENCE:g} is needed. {CURE}"
            )
        yield least


def _cue(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two series differ by more than colour."""
    if not set(one["mark"]) & set(other["mark"]):
        return True
    for feature in ("style", "marker", "hatch"):
        if not _values(one[feature]) & _values(other[feature]):
            return True
    widths = (one["width"].dropna(), other["width"].dropna())
    thin, thick = sorted(widths, key=lambda width: width.median())
    return bool(thin.max() < thick.min() and thick.median() >= 1.5 * thin.median())


def _values(column: pd.Series) -> set[str]:
    """Kinds of a feature, without its colour; a series that has it somewhere is known by it."""
    return {str(one).split(" #")[0] for one in column if one} or {""}


def _labelled(rows: pd.DataFrame, labels: set[tuple[float, float]]) -> bool:
    return not labels.isdisjoint(rows[["x", "y"]].itertuples(index=False, name=None))


def _filled(rows: pd.DataFrame) -> bool:
    return bool((rows["mark"].isin(AREAS) & rows["face"].ne("")).any())


def _name(rows: pd.DataFrame) -> str:
    return " / ".join(map(repr, rows["series"].unique()[:3]))


def _check_twins(legend: pd.DataFrame) -> None:
    for _, same in legend.groupby(["mark", *LOOK], dropna=False, sort=False):
        one, *others = same["text"].unique()
        if others:
            raise EgovstudyError(
                f"{one!r} and {others[0]!r} look the same in the legend. Give each a look of its"
                " own, or draw fewer series."
            )


def _check_scales(cells: pd.DataFrame, place: str) -> None:
    for _, own in cells.dropna(subset="x2").groupby("series"):
        light = [lab(colour)[0] for colour in own.sort_values("x2", kind="stable")["colour"]]
        steps = np.diff(light)
        if (steps > 0.5).any() and (steps < -0.5).any():
            raise EgovstudyError(
                f"the colour scale in {place} does not go steadily from light to dark, so grey"
                " cannot show it. Use a map such as 'Greys' or 'viridis'."
            )

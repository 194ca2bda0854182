"""Whether every reader can see what a figure draws, and tell it apart: checked by computation, when it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex

from egovstudy.errors import EgovstudyError
from egovstudy.publish.figures.colour import contrast, lab, smallest_contrast, smallest_difference
from egovstudy.publish.figures.mark_looks import LOOK
from egovstudy.publish.style import FAINT, GROUND

# WCAG 2.2: text 1.4.3, marks that carry meaning 1.4.11. The understanding of 1.4.1 takes 3:1
# between two colours as a difference of lightness, so that they are not told apart by hue alone.
TEXT_CONTRAST = 4.5
MARK_CONTRAST = 3.0
# CIEDE2000. About 2 is just seen where areas touch; hatches and outlines hide a part of them.
AREA_DIFFERENCE = 5.0
AREAS = ("bar", "shape", "span", "legend bar")
# A rule is told by its place and its label.
NO_SERIES = ("rule", "image", "cell", "ground")
CURE = "Take colours from egovstudy.publish.style.look."


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
    grounds = marks[marks["mark"].eq("ground")].set_index("panel")["colour"].to_dict()
    contrasts, differences = list(_contrasts(marks, grounds)), []
    for panel, own in marks.groupby("panel", sort=False):
        is_text = own["series"].isna()
        drawn = own[~is_text & ~own["mark"].isin(NO_SERIES) & own["colour"].fillna("").ne("")]
        notes = own[is_text & own["mark"].eq("text")]
        place = "the legend" if panel == "figure" else f"panel {panel + 1}"
        differences += _pairs(drawn, notes, place)
        _steady(own[own["mark"].eq("cell")], place)
    _no_twins(marks[marks["mark"].str.startswith("legend ") & marks["series"].notna()])
    return {
        name: round(min(values), 1) if values else None
        for name, values in (("contrast", contrasts), ("difference", differences))
    }


def _contrasts(marks: pd.DataFrame, grounds: dict[object, str]) -> Iterator[float]:
    looks = marks[~marks["mark"].isin(("ground", "image", "cell"))].drop_duplicates(
        ["panel", "mark", *LOOK]
    )
    for row in looks.itertuples():
        colours = [one for one in (row.colour, row.face, row.edge) if isinstance(one, str) and one]
        if not colours or (row.mark == "rule" and row.colour == to_hex(FAINT)) or _silent_axis(row):
            continue
        outside = row.mark.startswith(("x ", "y ", "title"))
        ground = GROUND if outside else grounds.get(row.panel, GROUND)
        found = max(contrast(one, ground) for one in colours)
        is_text = pd.isna(row.series)
        least = TEXT_CONTRAST if is_text else MARK_CONTRAST
        if found < least:
            what = f"text {row.text!r}" if is_text else f"{row.mark} {row.series!r}"
            raise EgovstudyError(
                f"{what} in {row.colour} has a contrast of {found:.1f}:1 against its ground"
                f" {to_hex(ground)}; {'text' if is_text else 'a mark'} needs {least:g}:1. Darken"
                f" it. {CURE}"
            )
        yield found


def _silent_axis(row: tuple) -> bool:
    return row.mark.endswith(" axis") and not row.text


def _pairs(drawn: pd.DataFrame, notes: pd.DataFrame, place: str) -> Iterator[float]:
    """Compare every two colours of a panel; what has one colour is one series here."""
    labelled = set(notes[["x", "y"]].dropna().itertuples(index=False, name=None))
    series = dict(list(drawn.groupby("colour", sort=False)))
    for (one, first), (other, second) in combinations(series.items(), 2):
        least, view = smallest_difference(one, other)
        names = f"{_name(first)} ({one}) and {_name(second)} ({other}) in {place}"
        if not (_cue(first, second) or all(_labelled(rows, labelled) for rows in (first, second))):
            light, where = smallest_contrast(one, other)
            if light < MARK_CONTRAST:
                raise EgovstudyError(
                    f"{names} differ by colour only, and in the {where} view by {light:.1f}:1 in"
                    f" lightness ({MARK_CONTRAST:g}:1 is needed). Give each a line style, marker or"
                    " hatch of its own, or a label at its end."
                )
        if _filled(first) and _filled(second) and least < AREA_DIFFERENCE:
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
        first, second = (_values(rows[feature]) for rows in (one, other))
        if not first & second:
            return True
    thin, thick = sorted(
        (one["width"].dropna(), other["width"].dropna()), key=lambda widths: widths.median()
    )
    return bool(thin.max() < thick.min() and thick.median() >= 1.5 * thin.median())


def _values(column: pd.Series) -> set[str]:
    """Kinds of a feature, without its colour; a series that has it somewhere is known by it."""
    found = {str(one).split(" #")[0] for one in column.dropna()} - {""}
    return found or {""}


def _labelled(rows: pd.DataFrame, labelled: set[tuple[float, float]]) -> bool:
    return any(place in labelled for place in rows[["x", "y"]].itertuples(index=False, name=None))


def _filled(rows: pd.DataFrame) -> bool:
    return bool((rows["mark"].isin(AREAS) & rows["face"].fillna("").ne("")).any())


def _name(rows: pd.DataFrame) -> str:
    return " / ".join(map(repr, rows["series"].unique()[:3]))


def _no_twins(legend: pd.DataFrame) -> None:
    for (_, one), (_, other) in combinations(legend.iterrows(), 2):
        looks = [tuple(row[["mark", *LOOK]].fillna("")) for row in (one, other)]
        if looks[0] == looks[1] and one["text"] != other["text"]:
            raise EgovstudyError(
                f"{one['text']!r} and {other['text']!r} look the same in the legend. Give each a"
                " look of its own, or draw fewer series."
            )


def _steady(cells: pd.DataFrame, place: str) -> None:
    for _, own in cells[cells["colour"].fillna("").ne("")].dropna(subset="x2").groupby("series"):
        light = [lab(colour)[0] for colour in own.sort_values("x2", kind="stable")["colour"]]
        steps = np.diff(light)
        if (steps > 0.5).any() and (steps < -0.5).any():
            raise EgovstudyError(
                f"the colour scale in {place} does not go steadily from light to dark, so grey"
                " cannot show it. Use a map such as 'Greys' or 'viridis'."
            )

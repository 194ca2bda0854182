import ast
import json
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import CSS4_COLORS
from matplotlib.patches import Patch

from egovstudy import EgovstudyError
from egovstudy.publish.figures.colour import (
    AREA_DIFFERENCE,
    MACHADO,
    MARK_CONTRAST,
    TEXT_CONTRAST,
    check_colours,
    contrast,
    difference,
    lab,
    linear,
    seen_difference,
    smallest,
)
from egovstudy.publish.figures.marks import drawn_marks
from egovstudy.publish.figures.saving import save_figure
from egovstudy.publish.plots.canvas import new_axes
from egovstudy.publish.plots.lines import plot_path
from egovstudy.publish.style import look

PROJECT = Path(__file__).resolve().parents[3]


# Sharma, Wu & Dalal 2005, "The CIEDE2000 Color-Difference Formula", Color Research & Application
# 30(1), table 1: pairs that test each branch of the formula (pair number in the table, two Lab
# colours, difference).
SHARMA = [
    (1, (50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    (4, (50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
    (7, (50, 0, 0), (50, -1, 2), 2.3669),
    (9, (50, 2.4900, -0.0010), (50, -2.4900, 0.0009), 7.1792),
    (11, (50, 2.4900, -0.0010), (50, -2.4900, 0.0011), 7.2195),
    (14, (50, -0.0010, 2.4900), (50, 0.0010, -2.4900), 4.8045),
    (15, (50, -0.0010, 2.4900), (50, 0.0011, -2.4900), 4.7461),
    (16, (50, 2.5, 0), (50, 0, -2.5), 4.3065),
    (17, (50, 2.5, 0), (73, 25, -18), 27.1492),
    (19, (50, 2.5, 0), (56, -27, -3), 31.9030),
    (25, (60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    (28, (22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    (31, (90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    (34, (2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("pair", "one", "other", "expected"), SHARMA)
def test_differences_are_those_of_sharmas_table(pair, one, other, expected):
    assert difference(np.array(one), np.array(other)) == pytest.approx(expected, abs=5e-5), pair
    assert difference(np.array(other), np.array(one)) == pytest.approx(expected, abs=5e-5), pair


def test_lab_of_known_colours():
    # sRGB under D65, as in Lindbloom's calculator.
    for colour, expected in {
        "#ff0000": (53.24, 80.09, 67.20),
        "#0000ff": (32.30, 79.19, -107.86),
    }.items():
        assert lab(colour) == pytest.approx(expected, abs=0.02)
    assert lab("white") == pytest.approx((100, 0, 0), abs=0.02)
    assert lab("#777777")[0] == pytest.approx(50.03, abs=0.02)


def test_contrast_is_that_of_wcag():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("white", "white") == 1
    assert contrast("#767676") == pytest.approx(4.54, abs=0.005), (
        "the lightest grey that passes for text"
    )
    assert contrast("#777777") < 4.5


def test_simulated_views():
    for name, rows in MACHADO.items():
        assert np.sum(rows, axis=1) == pytest.approx([1, 1, 1], abs=2e-6), "greys stay as they are"
        assert lab("#777777", name) == pytest.approx(lab("#777777"), abs=0.01)
    assert lab("#c8102e", "grey")[1:] == pytest.approx([0, 0], abs=0.01)
    assert float(linear("#ff0000")[0]) == 1
    red, green = "#D7191C", "#1A9641"
    usual = difference(lab(red), lab(green))
    assert difference(lab(red, "deuteranopia"), lab(green, "deuteranopia")) < usual / 2
    assert difference(lab(red, "tritanopia"), lab(green, "tritanopia")) > usual / 2
    blue, yellow = "#4477ff", "#44aa88"
    assert (
        difference(lab(blue, "tritanopia"), lab(yellow, "tritanopia"))
        < difference(lab(blue), lab(yellow)) / 2
    )


def checked(ax):
    ax.figure.draw_without_rendering()
    return check_colours(drawn_marks(ax.figure))


def lines(*looks):
    ax = new_axes()
    for number, style in enumerate(looks):
        ax.plot([0, 1], [number, number + 1], label=f"s{number}", **style)
    return ax


def test_two_lines_that_differ_by_colour_only_are_refused_by_name():
    message = (
        r"'s0' \(#c8102e\) and 's1' \(#02624c\) in panel 1 differ by colour only, and in the .*"
        r" view by 1\.\d:1"
    )
    with pytest.raises(EgovstudyError, match=message):
        checked(lines({"color": "#C8102E"}, {"color": "#02624C"}))


@pytest.mark.parametrize("cue", [{"linestyle": "--"}, {"marker": "s"}, {"linewidth": 4}])
def test_another_cue_lets_colours_pass(cue):
    found = checked(lines({"color": "#C8102E"}, {"color": "#02624C", **cue}))
    assert found["difference"] == pytest.approx(
        smallest(seen_difference, "#C8102E", "#02624C")[0], abs=0.05
    )


def test_a_little_more_width_is_no_cue():
    with pytest.raises(EgovstudyError, match="differ by colour only"):
        checked(lines({"color": "#C8102E", "linewidth": 1.5}, {"color": "#02624C", "linewidth": 2}))


def test_a_strong_difference_of_lightness_is_enough():
    checked(lines({"color": "#222222"}, {"color": "#8494A4"}))


def test_lightness_that_a_deficiency_takes_away_is_not_enough():
    # Dark red and black: 3:1 for most, and nearly one colour for who lacks red cones.
    red, dark = "#FF0000", "#332B00"
    assert contrast(red, dark) >= contrast(red, dark, "grey") >= MARK_CONTRAST
    with pytest.raises(
        EgovstudyError, match=r"differ by colour only, and in the protanopia view by 2\.3:1"
    ):
        checked(lines({"color": red}, {"color": dark}))


def test_labels_at_both_lines_let_them_pass_and_one_does_not():
    ax = lines({"color": "#C8102E"}, {"color": "#02624C"})
    ax.annotate("first", (1, 1), (4, 0), textcoords="offset points")
    with pytest.raises(EgovstudyError, match="or a label at its end"):
        checked(ax)
    ax.annotate("second", (1, 2), (4, 0), textcoords="offset points")
    checked(ax)


def bars(*fills):
    ax = new_axes()
    for number, fill in enumerate(fills):
        ax.bar([0, 1], [1, 2], bottom=number * 3, label=f"b{number}", edgecolor=look.INK, **fill)
    return ax


def test_areas_need_colours_that_differ_even_with_hatches():
    with pytest.raises(
        EgovstudyError, match=r"areas 'b0' .* and 'b1' .* too much alike in the deuteranopia view"
    ):
        checked(bars({"facecolor": "#BFD8D2"}, {"facecolor": "#E9C3D2", "hatch": "//"}))
    with pytest.raises(EgovstudyError, match="too much alike in the grey view"):
        checked(bars({"facecolor": "#1F4E79"}, {"facecolor": "#7B2D43", "hatch": "//"}))


def test_faint_marks_and_faint_words_are_refused():
    with pytest.raises(
        EgovstudyError, match=r"line 's0' in #d9dee3 has a contrast of 1\.4:1 .* needs 3:1"
    ):
        checked(lines({"color": look.FAINT}))
    ax = lines({"color": look.INK})
    ax.text(0.5, 0.5, "pale", color=look.MUTED)
    with pytest.raises(
        EgovstudyError,
        match=r"text 'pale' in #8696a6 has a contrast of 3\.0:1 .* text needs 4\.5:1",
    ):
        checked(ax)
    ax = lines({"color": look.INK})
    ax.set_ylabel("pale", color=look.MUTED)
    with pytest.raises(EgovstudyError, match="text 'pale'"):
        checked(ax)


def test_separating_rules_may_be_faint_and_other_rules_not():
    ax = lines({"color": look.INK})
    ax.axhline(0.5, color=look.FAINT)
    checked(ax)
    ax.axhline(0.6, color="#cccccc")
    with pytest.raises(EgovstudyError, match="rule .* in #cccccc"):
        checked(ax)


def test_contrast_is_taken_against_the_ground_there_is():
    ax = lines({"color": "#eeeeee"})
    ax.set_facecolor("#111111")
    assert checked(ax)["contrast"] > 15
    ax = lines({"color": "#333333"})
    ax.set_facecolor("#222222")
    with pytest.raises(EgovstudyError, match="against its ground #222222"):
        checked(ax)


def test_an_outline_lets_a_light_area_be_seen():
    checked(bars({"facecolor": "#F8E3E7"}))
    ax = new_axes()
    ax.bar([0], [1], facecolor="#F8E3E7", edgecolor="white", label="pale")
    with pytest.raises(EgovstudyError, match="bar 'pale'"):
        checked(ax)


def test_legend_entries_are_told_apart_too():
    ax = new_axes()
    handles = [
        Patch(facecolor=colour, edgecolor=look.INK, label=colour)
        for colour in ("#05496F", "#976763")
    ]
    ax.figure.legend(handles=handles, loc="outside lower center")
    with pytest.raises(EgovstudyError, match="in the legend differ by colour only"):
        checked(ax)
    ax = new_axes()
    twins = [Patch(facecolor="#05496F", edgecolor=look.INK, label=word) for word in ("one", "two")]
    ax.figure.legend(handles=twins, loc="outside lower center")
    with pytest.raises(EgovstudyError, match="'one' and 'two' look the same in the legend"):
        checked(ax)


def test_a_colour_scale_goes_from_light_to_dark():
    values = np.arange(12.0).reshape(3, 4)
    for name in ("imshow", "pcolormesh"):
        ax = new_axes()
        getattr(ax, name)(values, cmap="Greys")
        checked(ax)
        ax = new_axes()
        getattr(ax, name)(values, cmap="jet")
        with pytest.raises(EgovstudyError, match="does not go steadily from light to dark"):
            checked(ax)


def test_save_figure_checks_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("EGOVSTUDY_FIGURES", str(tmp_path))
    ax = lines({"color": "#C8102E"}, {"color": "#02624C"})
    with pytest.raises(EgovstudyError, match="differ by colour only"):
        save_figure(ax, "fig01a-two", data=pd.Series([1], name="a"), caption="C.", alt="A.")
    assert list(tmp_path.iterdir()) == []


def test_a_swapped_country_colour_is_seen_in_the_marks_and_two_alike_are_refused():
    data = pd.DataFrame(
        {"iso3": ["IDN"] * 2 + ["KOR"] * 2, "wave": [2022, 2024] * 2, "egdi": [0.7, 0.8, 0.9, 0.95]}
    )
    ax = plot_path(data, compare=["KOR"])
    assert checked(ax)["difference"] >= 5


# --- the project's own colours
# -------------------------------------------------------------------------------------


def test_the_countries_of_the_notebooks_differ_in_every_view():
    usual = [look.LINES[iso3].colour for iso3 in ("IDN", "KOR", "SGP", "AUS", "GBR")] + [look.MUTED]
    for one, other in combinations(usual, 2):
        assert smallest(seen_difference, one, other)[0] >= 5, (one, other)


def test_any_two_fills_and_any_two_shapes_differ_in_every_view():
    for one, other in combinations([fill.colour for fill in look.FILLS], 2):
        assert smallest(seen_difference, one, other)[0] >= AREA_DIFFERENCE + 3, (one, other)
    for one, other in combinations(look.SHAPE_COLOURS, 2):
        assert smallest(seen_difference, one, other)[0] >= 5, (one, other)


def test_what_carries_meaning_stands_out_from_the_ground():
    every = [*look.LINES.values(), *look.SPARE_LINES]
    for colour in [one.colour for one in every] + [look.INK, look.BREAK, look.MUTED_TEXT]:
        assert contrast(colour) >= TEXT_CONTRAST, f"{colour} is also the colour of words"
    for colour in [*look.SHAPE_COLOURS, look.MUTED]:
        assert contrast(colour) >= MARK_CONTRAST, colour
    for fill in look.FILLS:
        patch = fill.patch()
        assert max(contrast(patch["facecolor"]), contrast(patch["edgecolor"])) >= MARK_CONTRAST
        assert (
            not fill.hatch or contrast(patch["hatchcolor"], patch["facecolor"]) >= MARK_CONTRAST
        ), "the hatch shows"


def literals(source):
    """Texts of a program that are colours, apart from its docstrings."""
    tree = ast.parse(source)
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in spoken
        ):
            hexes = re.search(r"#(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})\b", node.value)
            if (
                hexes
                or node.value.lower() in CSS4_COLORS
                or re.fullmatch(r"C\d|(?:tab|xkcd):.*", node.value)
            ):
                yield node.value


def test_look_is_the_only_home_of_colours():
    assert list(literals('"""red"""\nplot(color="Red", edge="#1F4E79", ground="C0")')) == [
        "Red",
        "#1F4E79",
        "C0",
    ]
    # colour.py names its views, one of which is called grey.
    homes = {"look.py", "colour.py"}
    for path in (PROJECT / "src").rglob("*.py"):
        if path.name not in homes:
            assert not list(literals(path.read_text(encoding="utf-8"))), path.name
    for path in (PROJECT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                named = set(literals("".join(cell["source"]))) - set(look.NAMED_FILLS)
                assert not named, path.name

import numpy as np
import pandas as pd
import pytest
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnchoredText
from matplotlib.patches import Circle, FancyArrowPatch, Patch

from egovstudy.publish.figures.marks import COLUMNS, drawn_marks
from egovstudy.publish.figures.saving import save_figure
from egovstudy.publish.plots.bars import plot_decomposition
from egovstudy.publish.plots.canvas import new_axes
from egovstudy.publish.plots.lines import plot_path
from egovstudy.publish.words.rounding import canonical_csv, digest

DATA = pd.DataFrame({"iso3": ["IDN"] * 3 + ["KOR"] * 3, "wave": [2020, 2022, 2024] * 2})
DATA["egdi"] = [0.6612, 0.7160, 0.7991, 0.9560, 0.9529, 0.9679]


def marks_of(ax):
    ax.figure.draw_without_rendering()
    return drawn_marks(ax.figure)


def path(data=DATA):
    return plot_path(data, compare=["KOR"])


def test_lines_are_listed_point_by_point_with_their_look():
    marks = marks_of(path())
    own = marks[marks["series"].eq("IDN")]
    assert list(zip(own["x"], own["y"], strict=True)) == [
        (2020, 0.6612),
        (2022, 0.7160),
        (2024, 0.7991),
    ]
    assert own[
        ["mark", "colour", "style", "marker", "width"]
    ].drop_duplicates().to_numpy().tolist() == [["line", "#c0102c", "-", "o", 2.2]]
    assert tuple(marks.columns) == COLUMNS


def test_a_hole_in_a_line_stays_a_hole():
    holed = DATA.copy()
    holed.loc[1, "egdi"] = np.nan
    marks = marks_of(path(holed))
    own = marks[marks["series"].isin(["IDN", "IDN, from 2024"])]
    assert own["x"].tolist() == [2020, 2024]
    assert own["series"].nunique() == 2, "what follows a hole is a line of its own"


# One change to what is drawn, the data given to save_figure being the same.
CHANGES = {
    "a value": lambda ax: ax.lines[0].set_ydata([0.9560, 0.9529, 0.9678]),
    "a sign": lambda ax: ax.lines[0].set_ydata([-0.9560, 0.9529, 0.9679]),
    "a place": lambda ax: ax.lines[0].set_xdata([2020, 2022, 2023]),
    "a colour": lambda ax: ax.lines[0].set_color("#C8102E"),
    "a marker": lambda ax: ax.lines[0].set_marker("^"),
    "a marker's fill": lambda ax: ax.lines[0].set_markerfacecolor("white"),
    "a line style": lambda ax: ax.lines[0].set_linestyle("--"),
    "own dashes": lambda ax: ax.lines[0].set_linestyle((0, (3, 2))),
    "a width": lambda ax: ax.lines[0].set_linewidth(3),
    "a step": lambda ax: ax.lines[0].set_drawstyle("steps-post"),
    "a left out marker": lambda ax: ax.lines[0].set_markevery(2),
    "a name": lambda ax: ax.lines[0].set_label("SGP"),
    "a series gone": lambda ax: ax.lines[0].remove(),
    "a series hidden": lambda ax: ax.lines[0].set_visible(False),
    "a direct label": lambda ax: ax.texts[0].set_text("Korea"),
    "a direct label's point": lambda ax: setattr(ax.texts[0], "xy", (2024, 0.9)),
    "the axis turned": lambda ax: ax.invert_yaxis(),
    "the axis cut": lambda ax: ax.set_ylim(0.5, 1),
    "the axis stretched": lambda ax: ax.set_yscale("log"),
    "a tick's words": lambda ax: ax.set_xticks([2020, 2022, 2024], ["2020", "2021", "2024"]),
    "an axis label": lambda ax: ax.set_ylabel("rank"),
    "a title": lambda ax: ax.set_title("EGDI"),
    "a ground": lambda ax: ax.set_facecolor("#eeeeee"),
    "one mark more": lambda ax: ax.plot([2021], [0.7], "o"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_what_is_drawn_moves_the_digest(change):
    before = digest(marks_of(path()))
    ax = path()
    CHANGES[change](ax)
    assert digest(marks_of(ax)) != before


def test_two_drawings_of_the_same_are_the_same():
    assert canonical_csv(marks_of(path())) == canonical_csv(marks_of(path()))


def test_noise_moves_no_digest_and_the_layout_neither():
    before = digest(marks_of(path()))
    noisy = DATA.assign(egdi=DATA["egdi"] * (1 + 1e-13))
    assert digest(marks_of(path(noisy))) == before
    ax = path()
    ax.figure.set_figheight(ax.figure.get_figheight() * 1.02)
    assert digest(marks_of(ax)) == before


def test_save_figure_writes_the_marks_and_their_digest(tmp_path, monkeypatch):
    monkeypatch.setenv("EGOVSTUDY_FIGURES", str(tmp_path))
    words = {"data": DATA, "caption": "C.", "alt": "A."}
    saved = save_figure(path(), "fig01a-path", **words)
    written = pd.read_csv(tmp_path / "fig01a-path.marks.csv")
    assert list(written.columns) == list(COLUMNS)
    assert written.query("series == 'IDN'")["y"].tolist() == [0.6612, 0.7160, 0.7991]
    ax = path()
    ax.lines[0].set_ydata([0.9560, 0.9529, 0.9])
    other = save_figure(ax, "fig01a-path", **words)
    assert other.data_digest == saved.data_digest
    assert other.marks_digest != saved.marks_digest


def test_bars_keep_their_corners_their_sign_their_series_and_their_hatch():
    data = pd.DataFrame({"wave_from": [2020, 2022], "wave_to": [2022, 2024], "component": "tii"})
    marks = marks_of(plot_decomposition(data.assign(contribution=[0.05, -0.02])))
    bars = marks[marks["mark"].eq("bar")]
    np.testing.assert_allclose(
        bars[["x", "y", "x2", "y2"]].astype(float), [[-0.36, 0, 0.36, 0.05], [0.64, 0, 1.36, -0.02]]
    )
    assert set(bars["series"]) == {"bar 1"}
    assert set(bars["hatch"]) == {"//// #ffffff"}
    legend = marks[marks["mark"].str.startswith("legend")]
    assert legend[["mark", "series", "hatch"]].fillna("").to_numpy().tolist() == [
        ["legend bar", "TII", "//// #ffffff"],
        ["legend points", "change in EGDI", ""],
    ]
    assert marks["mark"].eq("rule").any(), "the zero line"


def test_swapped_legend_entries_move_the_digest():
    found = []
    for words in (("a", "b"), ("b", "a")):
        ax = new_axes()
        colours = ("#05496F", "#C47700")
        handles = [
            Patch(facecolor=one, label=word) for one, word in zip(colours, words, strict=True)
        ]
        ax.figure.legend(handles=handles, loc="outside lower center")
        found.append(digest(marks_of(ax)))
    assert found[0] != found[1]


def kinds(ax):
    return marks_of(ax).query("mark not in ['x axis', 'y axis', 'x tick', 'y tick']")


def test_other_kinds_of_artists():
    ax = new_axes()
    ax.scatter([1, 2], [3, 4], c=["#C8102E", "#05496F"], s=[9, 16], marker="^")
    ax.hlines([1, 2], 0, [3, 4], colors="#05496F")
    ax.fill_between([0, 1], [0, 0], [1, 2], color="#8494A4")
    ax.add_patch(Circle((2, 2), 0.5))
    ax.axvspan(1, 2, color="#D9DEE3")
    ax.add_patch(FancyArrowPatch((0, 1), (1, 0)))
    ax.add_artist(AnchoredText("boxed", loc="upper left"))
    found = kinds(ax)
    points = found[found["mark"].eq("points")]
    assert points[["colour", "marker", "size", "x", "y"]].to_numpy().tolist() == [
        ["#c8102e", "^", 9, 1, 3],
        ["#05496f", "^", 16, 2, 4],
    ]
    segments = found[found["mark"].eq("segment")]
    assert segments[["x", "y", "x2", "y2"]].to_numpy().tolist() == [[0, 1, 3, 1], [0, 2, 4, 2]]
    band = found[found["mark"].eq("shape") & found["colour"].eq("#8494a4")]
    assert {(0.0, 0.0), (1.0, 2.0)} <= set(zip(band["x"], band["y"], strict=True))
    assert found["mark"].eq("span").sum() == 1
    assert found[found["mark"].eq("arrow")][["x", "y", "x2", "y2"]].to_numpy().tolist() == [
        [0, 1, 1, 0]
    ]
    assert found["mark"].eq("AnchoredText").any(), "an unknown kind stands with its name"
    assert "boxed" in set(found["text"])


def test_a_heat_map_is_listed_cell_by_cell():
    ax = new_axes(60, 1, 2)
    values = np.array([[0.1, 0.2], [0.3, np.nan]])
    ax[0, 0].imshow(values, cmap="Greys")
    ax[0, 1].pcolormesh(values, cmap="Greys")
    found = kinds(ax[0, 0])
    cells = found[found["mark"].eq("cell")]
    for panel in (0, 1):
        assert cells[cells["panel"].eq(panel)]["x2"].fillna(-1).tolist() == [0.1, 0.2, 0.3, -1]
    assert cells["colour"].nunique() > 2


def test_hidden_things_and_insets():
    ax = new_axes()
    ax.plot([0, 1], [0, 1], visible=False, label="hidden")
    inset = ax.inset_axes([0.5, 0.5, 0.4, 0.4])
    inset.plot([5, 6], [7, 8], label="inside")
    gone = ax.figure.add_axes([0, 0, 0.1, 0.1], visible=False)
    gone.plot([0, 1], [0, 1], label="gone")
    found = kinds(ax)
    assert set(found["series"].dropna()) == {"inside"}
    assert set(found["panel"]) == {1}


def test_lines_and_words_outside_the_axes_count():
    ax = new_axes()
    before = digest(marks_of(ax))
    ax.figure.text(0.5, 0.5, "note")
    second = digest(marks_of(ax))
    ax.figure.add_artist(Line2D([0, 1], [0.5, 0.5]))
    assert len({before, second, digest(marks_of(ax))}) == 3

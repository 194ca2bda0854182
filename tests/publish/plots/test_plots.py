import subprocess
import sys
from itertools import combinations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex

from egovstudy import ArgumentError
from egovstudy.publish.figures.colour import VIEWS, lab
from egovstudy.publish.figures.legible import check_legible, drawn_texts
from egovstudy.publish.plots.bars import plot_counts, plot_decomposition
from egovstudy.publish.plots.canvas import new_axes
from egovstudy.publish.plots.dots import plot_intervals
from egovstudy.publish.plots.forecast import plot_forecast
from egovstudy.publish.plots.labels import spread
from egovstudy.publish.plots.matrix import plot_matrix
from egovstudy.publish.plots.lines import plot_path
from egovstudy.publish.plots.reform import plot_indicators
from egovstudy.publish.plots.timeline import plot_timeline
from egovstudy.publish.style import look
from egovstudy.publish.style.venues import current_venue, use_venue

WAVES = [2003, 2004, 2005, 2008, *range(2010, 2025, 2)]


@pytest.fixture(autouse=True)
def _usual_venue():
    use_venue("giq")
    yield
    use_venue("giq")
    plt.close("all")


def paths(*countries):
    return pd.DataFrame(
        {
            "iso3": iso3,
            "wave": wave,
            "egdi": 0.3 + 0.05 * i + 0.01 * k,
            "egdi_rank": 100 - i - 10 * k,
        }
        for k, iso3 in enumerate(countries)
        for i, wave in enumerate(WAVES)
    )


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels() if label.get_text()]


def test_paths_are_drawn_as_given():
    data = paths("IDN", "KOR", "MYS")
    data.loc[data["iso3"].eq("MYS") & data["wave"].eq(2008), "egdi"] = np.nan
    ax = plot_path(data, compare=["KOR"])
    lines = {line.get_label(): line for line in ax.lines}
    for iso3, rows in data.groupby("iso3"):
        np.testing.assert_array_equal(lines[iso3].get_xdata(), WAVES)
        np.testing.assert_array_equal(lines[iso3].get_ydata(), rows["egdi"])
    assert (
        lines["IDN"].get_linewidth() > lines["KOR"].get_linewidth() > lines["MYS"].get_linewidth()
    )
    assert {"Indonesia", "Korea", "Malaysia"} <= {text.get_text() for text in ax.texts}
    assert ax.get_ylabel() == "EGDI (0 to 1)"


def test_waves_stand_in_calendar_years_and_labels_fit():
    ax = plot_path(paths("IDN"))
    assert list(ax.get_xticks()) == WAVES
    assert ticks(ax.xaxis)[:3] == ["2003", "2005", "2008"]
    check_legible(ax.figure, 7)
    use_venue("giq", "column")
    narrow = plot_path(paths("IDN"))
    assert len(ticks(narrow.xaxis)) < len(WAVES)
    check_legible(narrow.figure, 7)


def test_rank_one_is_on_top():
    ax = plot_path(paths("IDN", "KOR"), y="egdi_rank")
    low, high = ax.get_ylim()
    assert low > high
    assert min(ax.get_yticks()) == 1
    assert ax.get_ylabel() == "EGDI rank (1 = best)"


def test_breaks_are_marked_where_they_are():
    breaks = pd.DataFrame({"wave": [2024, 2018, 2024], "component": ["tii", "all", "hci"]})
    ax = plot_path(paths("IDN"), breaks=breaks)
    dashed = [
        line.get_xdata()[0]
        for line in ax.lines
        if line.get_color() == look.BREAK and len(line.get_xdata()) == 2
    ]
    assert dashed == [2018, 2024]
    assert {"all", "TII\nHCI"} <= {text.get_text() for text in ax.texts}


def test_many_lines_lose_their_labels_but_not_their_count():
    codes = [f"Z{chr(65 + i)}{chr(65 + j)}" for i in range(3) for j in range(12)]
    ax = plot_path(paths("IDN", *codes))
    texts = {text.get_text() for text in drawn_texts(ax.figure)}
    assert "Indonesia" in texts
    assert "other countries (36)" in texts
    assert not texts & set(codes)


def test_language():
    use_venue("giq", language="id")
    ax = plot_path(paths("IDN", "SGP"), compare=["SGP"])
    assert ax.get_xlabel() == "gelombang survei"
    assert "Singapura" in {text.get_text() for text in ax.texts}
    assert look.WORDS["en"].keys() == look.WORDS["id"].keys()
    assert look.NAMES["en"].keys() == look.NAMES["id"].keys()


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ArgumentError, match="Nearest: 'egdi'"):
        plot_path(paths("IDN"), y="edgi")
    with pytest.raises(ArgumentError, match="no country 'IND' in data. Nearest: 'IDN'"):
        plot_path(paths("IDN"), compare=["IND"])
    with pytest.raises(ArgumentError, match="more than one row for iso3=IDN, wave=2003"):
        plot_path(pd.concat([paths("IDN"), paths("IDN")]))


def test_decomposition_stacks_to_the_total():
    parts = {
        "osi": [0.02, -0.03],
        "tii": [0.05, 0.01],
        "hci": [-0.01, -0.02],
        "rounding": [0.001, 0.0],
    }
    data = pd.DataFrame(
        {"wave_from": start, "wave_to": start + 2, "component": name, "contribution": values[i]}
        for name, values in parts.items()
        for i, start in enumerate((2020, 2022))
    )
    ax = plot_decomposition(data)
    bars = [(bar.get_y(), bar.get_height()) for bar in ax.patches]
    expected = [(0, 0.02), (0, -0.03), (0.02, 0.05), (0, 0.01), (0, -0.01), (-0.03, -0.02)]
    np.testing.assert_allclose(bars, expected, atol=1e-12)
    (total,) = [line for line in ax.lines if line.get_marker() == "D"]
    np.testing.assert_allclose(total.get_ydata(), [0.061, -0.04])
    assert len({bar.get_hatch() for bar in ax.patches}) == 3


def timeline():
    return pd.DataFrame(
        {
            "date": ["2013-07-04", "2014", "2014-02", "2013-07-05"],
            "partner": pd.Categorical(["KOR", "SGP", "KOR", "KOR"], categories=["SGP", "KOR"]),
            "instrument": ["mou", "visit", "mou", "visit"],
        }
    )


def test_timeline_places_dates_and_says_how_exact_they_are():
    ax = plot_timeline(timeline())
    assert ticks(ax.yaxis) == ["Singapore (1)", "Korea (3)"]
    dots = [one for one in ax.collections if isinstance(one, PathCollection)]
    found = sorted(
        (round(float(x), 3), float(y), bool((many.get_facecolor()[0] == 1).all()))
        for many in dots
        for x, y in many.get_offsets()
    )
    dates = [(x, is_open) for x, _, is_open in found]
    assert dates == [(2013.505, False), (2013.508, False), (2014.123, True), (2014.5, True)]
    assert found[0][1] != found[1][1], "two events of the same days must not hide each other"
    lines = [one for one in ax.collections if isinstance(one, LineCollection)]
    spans = [tuple(span[:, 0]) for many in lines for span in many.get_segments()]
    assert (2014.0, 2015.0) in spans


def test_timeline_refuses_more_shapes_than_a_reader_can_tell():
    data = pd.DataFrame({"date": "2014", "partner": "KOR", "instrument": list("abcdefghi")})
    with pytest.raises(ArgumentError, match="9 instrument came"):
        plot_timeline(data)


def counts():
    return pd.DataFrame(
        {"category": ["KOR", "KOR", "SGP"], "group": ["mou", "visit", "visit"], "count": [3, 4, 5]}
    )


def test_counts_are_drawn_as_given():
    ax = plot_counts(counts(), xlabel="events")
    bars = [(round(bar.get_x()), round(bar.get_width())) for bar in ax.patches]
    assert bars == [(0, 3), (0, 0), (3, 4), (0, 5)]
    assert [text.get_text() for text in ax.texts] == ["7", "5"]
    assert ticks(ax.yaxis) == ["Korea", "Singapore"]
    assert ax.get_xlabel() == "events"


def test_counts_have_colours_that_mean_something():
    ax = plot_counts(counts(), xlabel="statements", colours=["blue", "red"])
    drawn = [to_hex(bar.get_facecolor()) for bar in ax.patches]
    red = look.NAMED_FILLS["red"].colour.lower()
    assert drawn == [look.FILLS[0].colour.lower()] * 2 + [red] * 2
    with pytest.raises(ArgumentError, match="no colour 'green'. Colours: blue, light blue"):
        plot_counts(counts(), xlabel="statements", colours=["green"])
    with pytest.raises(ArgumentError, match="2 groups came.*1 colours"):
        plot_counts(counts(), xlabel="statements", colours=["red"])


def test_a_matrix_writes_every_count_and_every_sum():
    data = pd.concat([counts(), pd.DataFrame({"category": ["AUS"], "group": "mou", "count": 0})])
    ax = plot_matrix(data)
    (cells,) = ax.collections
    assert cells.get_array().tolist() == [[3, 4], [None, 5], [None, None]]
    assert [(*text.get_position(), text.get_text()) for text in ax.texts] == [
        (0.5, 0.5, "3"),
        (1.5, 0.5, "4"),
        (1.5, 1.5, "5"),
    ]
    rows = [name.replace("\xa0", " ") for name in ticks(ax.yaxis)]
    assert rows == ["Korea (7)", "Singapore (5)", "Australia (0)"]
    assert ticks(ax.xaxis) == ["mou", "visit"]
    with pytest.raises(ArgumentError, match="more than one row for category=KOR, group=mou"):
        plot_matrix(pd.concat([counts(), counts()]))


@pytest.mark.parametrize("venue", ["giq", "nature", "plos", "pnas", "agu", "word", "thesis"])
def test_a_matrix_fits_a_page(venue):
    use_venue(venue, language="id")
    bodies = [f"Kementerian Pendayagunaan Aparatur Negara {i}" for i in range(12)]
    partners = [*look.NAMES["id"], "intergovernmental"][-15:]
    data = pd.DataFrame(
        {"category": body, "group": partner, "count": 10 + i}
        for i, body in enumerate(bodies)
        for partner in partners
    )
    ax = plot_matrix(data)
    ax.figure.draw_without_rendering()
    check_legible(ax.figure, current_venue().min_pt)


def indicators():
    return pd.DataFrame(
        {
            "indicator": ["spbe"] * 6 + ["ease"] * 2,
            "year": [2018, 2019, 2021, 2022, 2023, 2023, 2019, 2020],
            "value": [1.98, 2.18, 2.24, 2.34, 2.7, 2.8, 73, 72],
            "unit": ["index 1 to 5"] * 6 + ["rank"] * 2,
            "status": ["ok", "uncertain", "ok", "ok", "conflict", "conflict", "ok", "ok"],
        }
    )


def test_indicators_draw_all_values_and_join_only_what_was_measured_alike():
    breaks = pd.DataFrame({"indicator": ["spbe"], "year": [2022], "label": ["new questions"]})
    spbe, ease = plot_indicators(indicators(), breaks)
    marks = {
        line.get_label(): line
        for line in spbe.lines
        if line.get_label() in ("ok", "uncertain", "conflict")
    }
    assert list(marks["conflict"].get_ydata()) == [2.7, 2.8]
    assert marks["conflict"].get_markerfacecolor() == "white"
    assert sorted(value for line in marks.values() for value in line.get_ydata()) == sorted(
        indicators()["value"][:6]
    )
    red = [
        list(line.get_xdata())
        for line in spbe.lines
        if line.get_color() == look.LINES["IDN"].colour
    ]
    assert red == [
        [2018, 2019],
        [2021],
        [2022],
    ], "no line over the hole of 2020, the break of 2022, the conflict of 2023"
    assert "new questions" in {text.get_text() for text in spbe.texts}
    assert (spbe.get_ylabel(), ease.get_ylabel()) == ("index 1 to 5", "rank")
    assert ease.yaxis_inverted()


def test_indicators_refuse_two_settled_values_for_a_year():
    data = indicators().assign(status="ok")
    with pytest.raises(ArgumentError, match="spbe has two settled values in 2023"):
        plot_indicators(data)
    with pytest.raises(ArgumentError, match="2 indicators need as many Axes; 1 came"):
        plot_indicators(indicators(), axes=[new_axes()])


def test_plots_take_axes_and_leave_the_style_alone():
    before = dict(mpl.rcParams)
    for plot, data in ((plot_path, paths("IDN")), (plot_timeline, timeline())):
        ax = new_axes()
        assert plot(data, ax=ax) is ax
    assert dict(mpl.rcParams) == before


def test_plots_do_not_change_their_data():
    data = paths("IDN", "KOR")
    before = data.copy()
    plot_path(data, compare=["KOR"])
    pd.testing.assert_frame_equal(data, before)


def test_spread_keeps_order_gap_and_bounds():
    rng = np.random.default_rng(7)
    for _ in range(50):
        wanted = rng.uniform(0, 100, 12)
        placed = np.array(spread(list(wanted), 6, 0, 100))
        in_order = placed[np.argsort(wanted)]
        assert np.diff(in_order).min() >= 6 - 1e-9
        assert in_order[0] >= -1e-9
        assert in_order[-1] <= 100 + 1e-9
    assert spread([0.0, 50.0, 100.0], 6, 0, 100) == [0.0, 50.0, 100.0]


def distance(one, other, vision):
    return float(np.linalg.norm(lab(one, vision) - lab(other, vision)))


def test_colour_distance_against_known_values():
    assert lab("white", "normal") == pytest.approx([100, 0, 0], abs=0.05)
    assert distance("black", "white", "grey") == pytest.approx(100, abs=0.05)
    assert (
        distance("#D7191C", "#1A9641", "deuteranopia")
        < distance("#D7191C", "#1A9641", "normal") / 2
    )


def test_lines_are_told_apart_by_more_than_colour():
    looks = [*look.LINES.values(), *look.SPARE_LINES]
    for one, other in combinations(looks, 2):
        assert one.style != other.style or one.marker != other.marker
        assert distance(one.colour, other.colour, "normal") >= 10, (one.colour, other.colour)
    assert len({one.marker for one in looks}) == len(looks)


@pytest.mark.parametrize("vision", VIEWS)
def test_indonesia_and_the_background_are_told_apart_in_every_vision(vision):
    assert distance(look.LINES["IDN"].colour, look.MUTED, vision) >= 20
    for one in [*look.LINES.values(), *look.SPARE_LINES]:
        assert lab(one.colour, vision)[0] <= 60, "a line must stand out on white"


@pytest.mark.parametrize("vision", VIEWS)
def test_component_fills_are_told_apart_by_colour_in_every_vision(vision):
    for (one, *_), (other, *_) in combinations(look.COMPONENT_FILLS.values(), 2):
        assert distance(one, other, vision) >= 15


@pytest.mark.parametrize("vision", VIEWS)
def test_neighbouring_fills_are_told_apart_in_every_vision(vision):
    for (one, *_), (other, *_) in zip(look.FILLS, look.FILLS[1:], strict=False):
        assert distance(one, other, vision) >= 10
    assert len({fill.hatch for fill in look.FILLS}) == len(look.FILLS)


def test_marker_shapes_differ():
    assert len(set(look.SHAPES)) == len(set(map(to_hex, look.SHAPE_COLOURS))) == 8


def test_the_package_root_stays_light():
    code = (
        "import sys, egovstudy; print([m for m in ('matplotlib', 'seaborn', 'PIL') if m"
        " in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def intervals():
    return pd.DataFrame(
        {
            "label": ["stage", "stage", "level"],
            "group": ["blind", "all", "blind"],
            "estimate": [0.8, 0.7, np.nan],
            "lower": [0.7, 0.6, np.nan],
            "upper": [0.9, 0.8, np.nan],
        }
    )


def test_intervals_are_drawn_as_given():
    ax = plot_intervals(intervals(), xlabel="alpha", reference=[(0.667, "0.667")])
    assert ticks(ax.yaxis) == ["stage", "level"]
    marks = [line for line in ax.lines if line.get_marker() in look.SHAPES]
    dots = [place for line in marks for place in line.get_xydata().tolist() if place[0] > 0.667]
    assert [x for x, _ in dots] == [0.8, 0.7]
    ends = [
        line.get_xydata().tolist()
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_marker() == "None" and line.get_xdata()[0] > 0
    ]
    assert [[0.7, dots[0][1]], [0.9, dots[0][1]]] in ends
    assert [[0.6, dots[1][1]], [0.8, dots[1][1]]] in ends
    assert "0.667" in {text.get_text() for text in ax.texts}
    ax.figure.draw_without_rendering()
    check_legible(ax.figure, 7)


def test_intervals_that_miss_their_estimate_are_refused():
    with pytest.raises(ArgumentError, match="interval of label=stage, group=all does not"):
        plot_intervals(intervals().assign(lower=0.75), xlabel="alpha")
    with pytest.raises(ArgumentError, match="more than one row for label=stage, group=blind"):
        plot_intervals(intervals().assign(group="blind"), xlabel="alpha")


def ahead(panels=("IDN", "SGP")):
    return pd.DataFrame(
        {"panel": panels, "wave": 2026, "forecast": 0.8, "lower": 0.7, "upper": 0.85}
    )


def walked(panels=("IDN", "SGP")):
    return paths(*panels).rename(columns={"iso3": "panel", "egdi": "value"})


def test_forecasts_are_drawn_as_given_on_one_scale():
    axes = plot_forecast(walked(), ahead(), ylabel="EGDI")
    assert [ax.get_title(loc="left") for ax in axes] == ["Indonesia", "Singapore"]
    assert len({ax.get_ylim() for ax in axes}) == 1
    for ax, panel in zip(axes, ("IDN", "SGP"), strict=True):
        path = walked()[walked()["panel"].eq(panel)]
        assert ax.lines[0].get_xdata().tolist() == WAVES
        assert ax.lines[0].get_ydata().tolist() == path["value"].tolist()
        (bar,) = [
            tuple(segment[:, 1]) for lines in ax.collections for segment in lines.get_segments()
        ]
        assert bar == (0.7, 0.85)
        assert (2026, 0.8) in {tuple(map(float, line.get_xydata()[0])) for line in ax.lines}
    axes[0].figure.draw_without_rendering()
    check_legible(axes[0].figure, current_venue().min_pt)


@pytest.mark.parametrize("venue", ["giq", "nature", "slides", "thesis"])
def test_forecasts_fit_every_venue(venue):
    use_venue(venue, language="id")
    panels = ("IDN", "BRN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "TLS", "VNM")
    axes = plot_forecast(walked(panels), ahead(panels), ylabel="EGDI")
    axes[0].figure.draw_without_rendering()
    check_legible(axes[0].figure, current_venue().min_pt)


def test_forecasts_that_cannot_be_drawn_are_refused():
    with pytest.raises(ArgumentError, match="no forecast for SGP"):
        plot_forecast(walked(), ahead().head(1))
    with pytest.raises(ArgumentError, match="interval of 'IDN' does not hold"):
        plot_forecast(walked(), ahead().assign(lower=0.81))
    with pytest.raises(ArgumentError, match="more than one row for panel=IDN"):
        plot_forecast(walked(), pd.concat([ahead(), ahead()]))

import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex

from egovstudy import ArgumentError
from egovstudy.publish.figures.legible import check_legible
from egovstudy.publish.plots.bars import plot_counts, plot_decomposition
from egovstudy.publish.plots.dots import plot_intervals
from egovstudy.publish.plots.matrix import plot_matrix
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


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels() if label.get_text()]


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

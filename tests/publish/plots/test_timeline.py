"""Timelines: dates are placed and say how exact they are; what runs stands on the same axis."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from support.drawn import ticks

from egovstudy import ArgumentError
from egovstudy.publish.figures.legible import check_legible
from egovstudy.publish.plots.timeline import plot_exposure, plot_timeline
from egovstudy.publish.style import look
from egovstudy.publish.style.venues import current_venue, use_venue

WAVES = [2003, 2004, 2005, 2008, *range(2010, 2025, 2)]


def running():
    return pd.DataFrame(
        {
            "date": ["2004-07-29", "2016-03-02", "2019-03-02", "2025-12-31"],
            "partnerships": [1, 3, 2, 2],
        }
    )


def measured():
    osi = pd.DataFrame(
        {"panel": "OSI", "date": [str(wave) for wave in WAVES], "value": np.linspace(0.2, 0.8, 12)}
    )
    spbe = pd.DataFrame(
        {"panel": "SPBE", "date": [str(year) for year in range(2018, 2025)], "value": range(7)}
    )
    return pd.concat([osi.assign(unit="0 to 1"), spbe.assign(unit="1 to 5")])


def rules():
    dates = [
        "2003",
        "2008-04-21",
        "2018",
        "2018",
        "2019-06-17",
        "2020-11-20",
        "2022",
        "2022-10-17",
        "2023",
        "2025",
    ]
    return pd.DataFrame(
        {"date": dates, "label": [f"PermenPANRB {i}/{date[:4]}" for i, date in enumerate(dates)]}
    )


def new_method():
    return pd.DataFrame({"panel": ["SPBE"], "date": ["2021"], "label": ["new method"]})


def test_exposure_and_reform_are_drawn_as_given_on_one_axis():
    counted = pd.DataFrame({"date": ["2001-10-01", "2017-04-01"], "partnerships": [0, 3]})
    strip, steps, osi, spbe = plot_exposure(
        running(), measured(), rules(), counted=counted, breaks=new_method()
    )
    assert len({ax.get_xlim() for ax in (strip, steps, osi, spbe)}) == 1
    (line,) = [line for line in steps.lines if line.get_drawstyle() == "steps-post"]
    assert line.get_ydata().tolist() == [1, 3, 2, 2]
    assert line.get_xdata()[0] == pytest.approx(2004 + 210 / 366, abs=1e-9)
    assert [text.get_text() for text in steps.texts] == ["3"], "a day before the axis is left out"
    navy, red = look.INDICATORS["osi"].colour, look.LINES["IDN"].colour
    (path,) = [line for line in osi.lines if line.get_color() == navy]
    np.testing.assert_array_equal(path.get_ydata(), np.linspace(0.2, 0.8, 12))
    assert path.get_xdata()[0] == pytest.approx(2004), "a value stands at the end of its year"
    parts = [line.get_ydata().tolist() for line in spbe.lines if line.get_color() == red]
    assert parts == [[0, 1, 2], [3, 4, 5, 6]], "no line over the break"
    assert osi.get_title(loc="left") == "OSI (0 to 1)"
    assert {text.get_text() for text in strip.texts} == set(rules()["label"])


def test_a_milestone_known_to_the_day_is_filled_and_labels_do_not_touch():
    strip = plot_exposure(running(), measured(), rules())[0]
    dots = [one for one in strip.collections if isinstance(one, PathCollection)]
    drawn = {
        (round(float(x), 6), to_hex(many.get_facecolor()[0]) == look.INK)
        for many in dots
        for x, _ in many.get_offsets()
    }
    assert (2018.5, False) in drawn
    exact = [len(date) == 10 for date in rules()["date"]]
    assert sum(filled for _, filled in drawn) == sum(exact)
    assert sum(len(many.get_offsets()) for many in dots) == len(exact)
    strip.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in strip.texts]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


VENUES = ["giq", "nature", "plos", "pnas", "science", "agu", "word", "slides", "thesis"]


@pytest.mark.parametrize("venue", VENUES)
def test_exposure_and_reform_fit_every_venue(venue):
    use_venue(venue, language="id")
    counted = pd.DataFrame({"date": [f"{wave}-03-01" for wave in WAVES], "partnerships": range(12)})
    axes = plot_exposure(running(), measured(), rules(), counted=counted, breaks=new_method())
    axes[0].figure.draw_without_rendering()
    check_legible(axes[0].figure, current_venue().min_pt)


def test_exposure_and_reform_that_cannot_be_drawn_are_refused():
    with pytest.raises(ArgumentError, match="milestones has no rows"):
        plot_exposure(running(), measured(), rules().head(0))
    with pytest.raises(ArgumentError, match="breaks are of panel 'TII'. Panels: OSI, SPBE"):
        plot_exposure(running(), measured(), rules(), breaks=new_method().assign(panel="TII"))
    with pytest.raises(ArgumentError, match="more than one row for panel=OSI, date=2003"):
        plot_exposure(running(), pd.concat([measured(), measured()]), rules())


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

"""Estimates and their intervals are drawn as given; those of movement stand with the agencies."""

import numpy as np
import pandas as pd
import pytest
from support.drawn import ticks

from egovstudy import ArgumentError
from egovstudy.publish.figures.legible import check_legible
from egovstudy.publish.plots.dots import plot_intervals
from egovstudy.publish.style import look
from egovstudy.publish.style.venues import VENUES, current_venue, use_venue


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


@pytest.mark.parametrize("venue", sorted(VENUES))
def test_intervals_fit_every_venue(venue):
    use_venue(venue, language="id")
    ax = plot_intervals(intervals(), xlabel="alfa")
    ax.figure.draw_without_rendering()
    check_legible(ax.figure, current_venue().min_pt)

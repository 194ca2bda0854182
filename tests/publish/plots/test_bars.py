"""Bars are drawn as given: stacks, totals, colours that mean something."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from support.drawn import ticks

from egovstudy import ArgumentError
from egovstudy.publish.plots.bars import plot_counts, plot_decomposition
from egovstudy.publish.style import look


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

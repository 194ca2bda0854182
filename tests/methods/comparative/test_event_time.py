"""Differences by event time: the band beside the p-value it stands for, and the plot as given in every venue."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from egovstudy import ArgumentError
from egovstudy.methods.comparative.event_bands import permutation_bands
from egovstudy.methods.comparative.staggered import fit_staggered
from egovstudy.publish.figures.legible import check_legible
from egovstudy.publish.plots.event_time import plot_event_time
from egovstudy.publish.style.venues import VENUES, current_venue, use_venue

WAVES = [2003, 2004, 2005, 2008, 2010, 2012, 2014]
ADOPTION = {"A00": 2008, "A01": 2010, "A02": 2012}


@pytest.fixture(autouse=True)
def _usual_venue():
    use_venue("giq")
    yield
    use_venue("giq")
    plt.close("all")


def drawn(seed: int, gap: float = 0.0, units: int = 25) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    wide = (
        rng.random((units, 1))
        + rng.random((1, len(WAVES)))
        + 0.05 * rng.standard_normal((units, len(WAVES)))
    )
    panel = pd.DataFrame(wide, index=[f"A{at:02d}" for at in range(units)], columns=WAVES)
    panel = panel.rename_axis("iso3").reset_index().melt("iso3", var_name="wave", value_name="osi")
    panel["wave"] = panel["wave"].astype("int64")
    since = panel["wave"] >= panel["iso3"].map(ADOPTION).fillna(9999)
    return panel.assign(osi=panel["osi"] + gap * since)


@pytest.mark.parametrize("level", [0.05, 0.1, 0.5])
def test_outside_the_band_is_where_p_is_at_most_the_level(level):
    for seed in range(5):
        bands = permutation_bands(
            drawn(seed, gap=0.06), "osi", ADOPTION, leads=2, draws=199, seed=seed, level=level
        )
        outside = bands["difference"].abs().gt(bands["upper"])
        assert outside.tolist() == bands["p"].le(level + 1e-9).tolist()
        assert bands["lower"].tolist() == (-bands["upper"]).tolist()


def test_bands_stand_beside_the_figures_of_the_fit():
    panel = drawn(1)
    fit = fit_staggered(panel, "osi", ADOPTION, exclude=["A20"], leads=2, draws=99, seed=4)
    bands = permutation_bands(panel, "osi", ADOPTION, exclude="A20", leads=2, draws=99, seed=4)
    expected = pd.concat([fit.leads, fit.by_event_time], ignore_index=True)
    pd.testing.assert_frame_equal(bands[expected.columns.tolist()], expected)
    assert bands["event_time"].tolist() == [-2, -1, 0, 1, 2, 3]
    assert bands["n_countries"].tolist() == [3, 3, 3, 3, 2, 1]


def test_a_gap_moves_the_difference_and_hardly_the_band():
    without, with_gap = (
        permutation_bands(drawn(2, gap), "osi", ADOPTION, leads=1, draws=199) for gap in (0, 0.3)
    )
    after = without["event_time"].ge(0)
    assert np.allclose((with_gap["difference"] - without["difference"])[after], 0.3)
    assert np.allclose((with_gap["difference"] - without["difference"])[~after], 0)
    assert with_gap.loc[with_gap["event_time"].eq(0), "p"].item() <= 0.01


def test_a_level_that_no_p_can_reach_is_refused():
    with pytest.raises(ArgumentError, match="no p can come out below 0.1"):
        permutation_bands(drawn(0), "osi", ADOPTION, draws=9)
    with pytest.raises(ArgumentError, match="level=5 is no share"):
        permutation_bands(drawn(0), "osi", ADOPTION, level=5)


def rows(panels=("OSI",)) -> pd.DataFrame:
    times = list(range(-3, 5))
    one = pd.DataFrame(
        {"event_time": times, "difference": [0.01 * t for t in times], "n_countries": [16] * 8}
    )
    one = one.assign(lower=-0.02, upper=0.025)
    return pd.concat([one.assign(panel=panel) for panel in panels], ignore_index=True)


def test_event_time_is_drawn_as_given_and_leads_stand_apart():
    data = rows(("OSI", "TII"))
    data.loc[data["panel"].eq("TII"), "difference"] += 0.1
    axes = plot_event_time(data, ylabel="points")
    assert [ax.get_title(loc="left") for ax in axes] == ["OSI", "TII"]
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in axes}) == 1
    for ax, panel in zip(axes, ("OSI", "TII"), strict=True):
        own = data[data["panel"].eq(panel)]
        lead, after = [line for line in ax.lines if line.get_marker() == "o"]
        assert lead.get_xdata().tolist() == [-3, -2, -1]
        assert after.get_xdata().tolist() == [0, 1, 2, 3, 4]
        assert [*lead.get_ydata(), *after.get_ydata()] == own["difference"].tolist()
        assert lead.get_markerfacecolor() == "white" != after.get_markerfacecolor()
        bars = [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in ax.patches]
        np.testing.assert_allclose(bars, [(-0.02, 0.025)] * 8)
        assert [tick.get_text() for tick in ax.get_xticklabels()][:4] == [
            "−3\n16",
            "−2\n16",
            "−1\n16",
            "0\n16",
        ]


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("venue", sorted(VENUES))
def test_event_time_fits_every_venue(venue, language):
    use_venue(venue, language=language)
    axes = plot_event_time(rows(("EGDI", "OSI", "TII")), ylabel="selisih (poin indeks)")
    axes[0].figure.draw_without_rendering()
    check_legible(axes[0].figure, current_venue().min_pt)


def test_order_of_rows_does_not_matter():
    given = plot_event_time(rows(), ylabel="points")[0]
    turned = plot_event_time(rows().iloc[::-1], ylabel="points")[0]
    assert [line.get_ydata().tolist() for line in given.lines[2:]] == [
        line.get_ydata().tolist() for line in turned.lines[2:]
    ]


def test_event_times_that_cannot_be_drawn_are_refused():
    bad = [
        (rows().drop(columns="lower"), "no column 'lower'"),
        (pd.concat([rows(), rows()]), "more than one row for panel=OSI, event_time=-3"),
        (rows("ABCDE"), "5 panels came"),
        (rows().assign(difference=np.nan), "missing or not finite"),
        (rows().assign(upper=np.inf), "missing or not finite"),
        (rows().assign(event_time=lambda frame: frame["event_time"] + 0.5), "whole numbers"),
        (rows().assign(lower=0.1), "band of 'OSI' has lower above upper"),
    ]
    for data, message in bad:
        with pytest.raises(ArgumentError, match=message):
            plot_event_time(data, ylabel="points")

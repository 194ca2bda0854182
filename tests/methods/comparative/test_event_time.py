"""Differences by event time: the band of permutations beside the p-value it stands for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from egovstudy import ArgumentError
from egovstudy.methods.comparative import permutation_bands
from egovstudy.methods.comparative.staggered import fit_staggered

WAVES = [2003, 2004, 2005, 2008, 2010, 2012, 2014]
ADOPTION = {"A00": 2008, "A01": 2010, "A02": 2012}


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

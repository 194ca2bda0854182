"""Simulated panels: what is said to be known is so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import egovstudy as eg
from egovstudy.errors import ArgumentError
from egovstudy.methods.inference.simulate import NullPanel, null_panel, persistent, simulate_panel
from egovstudy.methods.panel.rows import outcome_by_wave

DONORS = [f"D{number:03}" for number in range(1, 41)]
DESIGN = {"outcome": "score", "treated": "TTT", "donors": DONORS, "treatment_wave": 2018}


@pytest.mark.parametrize("breaks", [None, {2008: 0.2, 2020: -0.1}])
def test_a_known_gap_is_found_through_breaks(breaks: dict[int, float] | None) -> None:
    panel = simulate_panel(gap=0.07, breaks=breaks, seed=4)
    few = DESIGN | {"donors": DONORS[:6]}  # fewer donors than pre-waves: one answer
    fit = eg.fit_synthetic(panel, **few)
    assert fit.unique
    np.testing.assert_allclose(fit.weights, [0.5, 0.3, 0.2, 0, 0, 0], atol=1e-9)
    np.testing.assert_allclose(fit.gaps.loc[2018:], 0.07, atol=1e-9)


def test_twins_leave_bounds_that_are_known() -> None:
    panel = simulate_panel(units=6, gap=0.07, twins=True, seed=4)
    fit = eg.fit_synthetic(panel, **DESIGN | {"donors": DONORS[:6]})
    assert not fit.unique
    np.testing.assert_allclose(fit.bounds["lower"], 0.07 - 0.05, atol=1e-7)
    np.testing.assert_allclose(fit.bounds["upper"], 0.07, atol=1e-7)


def test_many_donors_leave_many_answers() -> None:
    fit = eg.fit_synthetic(simulate_panel(gap=0.07, seed=4), **DESIGN)
    assert (fit.exact, fit.unique) == (True, False)
    assert (fit.bounds["lower"] < 0.07).all()
    assert (fit.bounds["upper"] > 0.07).all()


def test_breaks_move_all_countries_alike() -> None:
    plain, broken = (
        outcome_by_wave(simulate_panel(breaks=breaks, seed=2), "score")
        for breaks in (None, {2012: 0.3})
    )
    np.testing.assert_allclose((broken - plain).loc[:, :2010], 0, atol=1e-12)
    np.testing.assert_allclose((broken - plain).loc[:, 2012:], 0.3, atol=1e-12)


def test_noise_has_the_variance_and_the_persistence_that_it_is_given() -> None:
    years, spread, kept = (
        np.array([2003, 2004, 2008, 2010]),
        np.array([0.5, 2.0]),
        np.array([0.0, 0.64]),
    )
    drawn = persistent(np.random.default_rng(1), 40_000, years, spread, kept)
    np.testing.assert_allclose(drawn.std(axis=0), np.repeat(spread[:, None], 4, axis=1), rtol=0.02)
    for unit, share in enumerate(kept):
        for wave, gap in ((1, 1), (2, 4), (3, 2)):
            found = np.corrcoef(drawn[:, unit, wave], drawn[:, unit, wave - 1])[0, 1]
            assert found == pytest.approx(share ** (gap / 2), abs=0.02)


def known() -> tuple[pd.DataFrame, NullPanel]:
    """Draw a panel from a known model, and take it apart."""
    rng = np.random.default_rng(5)
    waves = np.arange(1980, 2040, 2)
    path = np.linspace(0, 1, len(waves))
    common = rng.uniform(0, 1, (60, 1)) + rng.uniform(0.5, 1.5, (60, 1)) * path
    spread, kept = rng.uniform(0.01, 0.05, 60), rng.uniform(0, 0.8, 60)
    scores = common + persistent(rng, 1, waves, spread, kept)[0]
    wide = pd.DataFrame(scores, index=[f"C{n:02}" for n in range(60)], columns=waves)
    return wide, NullPanel(tuple(wide.index), tuple(waves), common, spread, kept)


def test_a_panel_is_taken_apart_into_what_it_was_made_of() -> None:
    wide, true = known()
    found = null_panel(wide, 2030, movements=0)
    assert np.corrcoef(found.spread, true.spread)[0, 1] > 0.8
    assert np.corrcoef(found.persistence, true.persistence)[0, 1] > 0.5
    assert abs(np.mean(found.spread / true.spread) - 1) < 0.15
    assert np.abs(found.common - true.common).mean() < 0.02


def test_a_rise_after_the_treatment_wave_is_not_drawn_again() -> None:
    wide, _ = known()
    raised = wide.copy()
    raised.iloc[0, -5:] += 3.0
    before, after = (null_panel(one, 2030, movements=1) for one in (wide, raised))
    np.testing.assert_allclose(after.common[0], before.common[0], atol=1e-9)
    np.testing.assert_allclose(after.spread, before.spread, atol=1e-12)


def test_draws_come_from_the_seed_alone() -> None:
    _, null = known()
    np.testing.assert_array_equal(null.draw(2, 3), null.draw(2, 3))
    assert (null.draw(2, 3) != null.draw(2, 4)).any()


def test_bad_calls_say_what_to_do() -> None:
    with pytest.raises(ArgumentError, match="units=2 is too few"):
        simulate_panel(units=2)
    with pytest.raises(ArgumentError, match="2017 is not a wave after the first"):
        simulate_panel(treatment_wave=2017)
    with pytest.raises(ArgumentError, match="2005"):
        simulate_panel(breaks={2006: 0.1})
    wide, _ = known()
    with pytest.raises(ArgumentError, match="the panel has gaps"):
        null_panel(wide.where(wide > 0.1), 2030)
    with pytest.raises(
        ArgumentError, match="movements=2 is not allowed with 4 pre-waves. Give 0 to 1"
    ):
        null_panel(wide, 1988, movements=2)

"""Conformal tests and sets: the published case, inversion by brute force, truths, bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support.cases import Case
from support.panels import fit_of, panel_of

import egovstudy as eg

DESIGNS = ["synthetic_control", "difference_in_differences"]


def noise(seed: int, units: int = 6, waves: int = 10) -> pd.DataFrame:
    return panel_of(np.random.default_rng(seed).normal(size=(units, waves)))


def p_by_hand(fit, wave: int, gap: float, design: str = "synthetic_control") -> float:
    """Pointwise p of one gap, fitted anew: the pre-waves and this wave as a panel of their own."""
    waves = [*fit.gaps.index[: fit.n_pre], wave]
    outcomes = pd.DataFrame(
        fit.matching.outcomes, index=fit.gaps.index, columns=fit.matching.units
    ).loc[waves]
    outcomes.loc[wave, fit.treated] -= gap
    if design == "difference_in_differences":
        away = outcomes[fit.treated] - outcomes.drop(columns=fit.treated).mean(axis=1)
        residuals = away - away.mean()
    else:
        # One wave more after the window, so that all of them are pre-waves.
        longer = pd.concat([outcomes, outcomes.iloc[[-1]].rename({wave: wave + 1000})])
        panel = (
            longer.rename_axis("wave")
            .reset_index()
            .melt("wave", var_name="iso3", value_name="score")
        )
        residuals = fit_of(panel, wave + 1000, treated=fit.treated).gaps[waves]
    size = residuals.abs()
    return float((size >= size[wave] - 1e-9).mean())


# The published case


def test_rhode_island() -> None:
    case = Case("conformal_cwz_rhode_island")
    expected, tolerance = case.expected, case.tolerance
    data = case.table().melt("year", var_name="iso3", value_name="score")
    fit = fit_of(data.rename(columns={"year": "wave"}), 2004, treated="rhode_island")
    for block, design in zip(("sc", "did"), DESIGNS, strict=True):
        published = expected[block]
        assert eg.test_conformal(fit, design=design).p == pytest.approx(
            published["p_moving_block"], abs=tolerance["p_abs"]
        )
        sets = eg.test_conformal(fit, design=design).sets(0.9).table
        # Published on the grid -5, -4.99, ... 2: the outermost points of it that lie in the set.
        lower, upper = np.ceil(sets["lower"] * 100) / 100, np.floor(sets["upper"] * 100) / 100
        np.testing.assert_allclose(lower, published["ci_lower_2004_2009"], atol=tolerance["ci_abs"])
        np.testing.assert_allclose(upper, published["ci_upper_2004_2009"], atol=tolerance["ci_abs"])
    held_out = [eg.test_conformal(fit, held_out=waves) for waves in (1, 2, 3)]
    assert [test.p for test in held_out] == pytest.approx(
        expected["sc"]["placebo_p_T1_1_2_3"], abs=tolerance["p_abs"]
    )
    assert [test.tested for test in held_out] == [(2003,), (2002, 2003), (2001, 2002, 2003)]


# Known truths


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("seed", range(3))
def test_sets_hold_what_is_not_rejected(seed: int, design: str) -> None:
    fit = fit_of(noise(seed), 2009)
    level = 0.7
    for wave, row in eg.test_conformal(fit, design=design).sets(level).table.iterrows():
        width = row["upper"] - row["lower"]
        assert row["p"] == p_by_hand(fit, wave, 0.0, design)
        assert p_by_hand(fit, wave, row["lower"] + 1e-7, design) > 1 - level
        assert p_by_hand(fit, wave, row["upper"] - 1e-7, design) > 1 - level
        for step in (1e-7, width / 50, width / 3, 2 * width):
            assert p_by_hand(fit, wave, row["lower"] - step, design) <= 1 - level
            assert p_by_hand(fit, wave, row["upper"] + step, design) <= 1 - level


@pytest.mark.parametrize("design", DESIGNS)
def test_p_is_uniform_where_waves_are_exchangeable(design: str) -> None:
    ranks, inside = [], []
    for seed in range(120):
        fit = fit_of(noise(seed), 2010)
        test = eg.test_conformal(fit, design=design)
        assert test.p >= test.floor == 1 / 10
        ranks.append(round(test.p * 10))
        if seed < 40:  # a set takes many times a test
            table = test.sets(0.8).table
            inside.append(table["lower"].item() <= 0 <= table["upper"].item())
    # 120 draws: the standard deviation of a share is at most 0.046.
    shares = np.array([(np.array(ranks) <= k).mean() for k in range(1, 11)])
    assert np.abs(shares - np.arange(1, 11) / 10).max() < 0.12
    assert np.mean(inside) > 0.8 - 0.2


def test_moving_block_by_hand() -> None:
    # The donors are level and equal, so the treated country's own values less 1 are the residuals.
    values = np.ones((3, 6))
    values[0] = [1.1, 0.8, 1.3, 1.0, 2.0, 1.5]
    test = eg.test_conformal(fit_of(panel_of(values), 2005))
    np.testing.assert_allclose(test.residuals, values[0] - 1, atol=1e-12)
    assert test.statistic == pytest.approx(1.5)
    assert (test.p, test.tested) == (1 / 6, (2005, 2006))
    # Less 1 in both waves the block leaves 0 + 0.5; the others are 0.6, 0.3, 0.5, 0.3, 0.3: two are
    # as large.
    assert eg.test_conformal(fit_of(panel_of(values), 2005), 1.0).p == pytest.approx(3 / 6)


def test_a_known_gap_is_in_its_set() -> None:
    panel = noise(1, waves=14)
    moved = panel.assign(
        score=panel["score"] + 3.0 * ((panel["iso3"] == "U00") & (panel["wave"] >= 2013))
    )
    one, two = (eg.test_conformal(fit_of(each, 2013)).sets(0.9).table for each in (panel, moved))
    np.testing.assert_allclose(two[["lower", "upper"]], one[["lower", "upper"]] + 3.0, atol=1e-7)
    assert eg.test_conformal(fit_of(moved, 2013), 3.0).p == eg.test_conformal(fit_of(panel, 2013)).p


@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_levels_do_not_matter_with_an_intercept(offset: float) -> None:
    panel = noise(2)
    shifted = panel.assign(score=panel["score"] + panel["iso3"].str[1:].astype(int) * 10 + offset)
    one, two = (
        eg.test_conformal(fit_of(each, 2009, intercept=True)).sets(0.7).table
        for each in (panel, shifted)
    )
    np.testing.assert_allclose(two, one, atol=1e-6)


def test_an_answer_that_is_met_in_all_waves_rejects_nothing() -> None:
    values = np.random.default_rng(3).normal(size=(9, 4))
    values[0] = values[1:].mean(axis=0)
    fit = fit_of(panel_of(values), 2003)
    assert eg.test_conformal(fit).p == 1.0
    sets = eg.test_conformal(fit).sets(0.6)
    # Any gap between the bounds over equally good weights leaves no residual at all.
    assert (sets.table["lower"] <= fit.bounds["lower"] + 1e-6).all()
    assert (sets.table["upper"] >= fit.bounds["upper"] - 1e-6).all()
    assert sets.table["p"].tolist() == [1.0, 1.0]


def test_no_tie_rule_and_no_order_enters() -> None:
    panel = noise(4, units=12, waves=6)
    sets = [
        eg.test_conformal(fit_of(panel, 2005, ties=ties, donors=donors)).sets(0.7).table
        for ties in ("nearest", "minimum_norm")
        for donors in ([f"U{n:02d}" for n in range(1, 12)], [f"U{n:02d}" for n in range(11, 0, -1)])
    ]
    for other in sets[1:]:
        np.testing.assert_allclose(other, sets[0], atol=1e-7)


def test_real_panel_says_what_eight_waves_cannot() -> None:
    panel = eg.make_panel(eg.load_egdi())
    fit = eg.fit_synthetic(
        panel,
        outcome="egdi",
        treated="IDN",
        donors=["MYS", "THA", "VNM", "PHL", "SGP"],
        treatment_wave=2018,
    )
    sets = eg.test_conformal(fit).sets()
    assert np.isneginf(sets.table["lower"]).all()
    assert np.isposinf(sets.table["upper"]).all()
    assert sets.attainable == pytest.approx(8 / 9)
    assert "whole line" in repr(sets)
    lower = eg.test_conformal(fit).sets(level=8 / 9)
    assert np.isfinite(lower.table[["lower", "upper"]]).all(axis=None)
    assert "whole line" not in repr(lower)
    test = eg.test_conformal(fit)
    assert test.floor == 1 / 12
    assert "floor 1/12 = 0.0833" in repr(test)
    for shown in (repr(sets), repr(test)):
        assert "uncoded, not untreated" in shown


def test_wider_at_a_higher_level() -> None:
    fit = fit_of(noise(5, waves=14), 2013)
    tables = [eg.test_conformal(fit).sets(level).table for level in (0.3, 0.6, 0.9)]
    for inner, outer in zip(tables, tables[1:], strict=False):
        assert (outer["lower"] <= inner["lower"] + 1e-9).all()
        assert (outer["upper"] >= inner["upper"] - 1e-9).all()


# Bad input


def test_bad_input() -> None:
    panel = noise(6)
    fit = fit_of(panel, 2009)
    for level in (0, 1, 1.5, 90, float("nan")):
        with pytest.raises(eg.ArgumentError, match="not between 0 and 1"):
            eg.test_conformal(fit).sets(level)
    for gap in (float("nan"), float("inf")):
        with pytest.raises(eg.ArgumentError, match="is no number"):
            eg.test_conformal(fit, gap)
    for held_out in (-1, 7, 1.5):
        with pytest.raises(eg.ArgumentError, match="Allowed: 1 to 6"):
            eg.test_conformal(fit, held_out=held_out)
    with pytest.raises(eg.ArgumentError, match="none: there are too few pre-waves"):
        eg.test_conformal(fit_of(panel, 2003), held_out=1)
    with pytest.raises(eg.ArgumentError, match="Nearest: 'difference_in_differences'"):
        eg.test_conformal(fit, design="difference-in-difference")
    with pytest.raises(eg.ArgumentError, match="at least 2 pre-waves; the fit has 1"):
        eg.test_conformal(fit_of(panel, 2002))
    with pytest.raises(eg.ArgumentError, match="has a penalty"):
        eg.test_conformal(fit_of(panel, 2009, penalty=5.0))
    covariates = pd.DataFrame({"size": np.arange(6.0)}, index=panel["iso3"].unique())
    for matched in (True, False):
        with_covariates = fit_of(
            panel,
            2009,
            covariates=covariates,
            covariate_weights={"size": 1.0},
            match_outcome=matched,
        )
        with pytest.raises(eg.ArgumentError, match="matches covariates"):
            eg.test_conformal(with_covariates)

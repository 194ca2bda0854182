"""Placebos in space and time, each donor left out: published ranks, known truths, bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support.cases import Case
from support.panels import fit_of, panel_of

import egovstudy as eg


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    return eg.make_panel(eg.load_egdi())


def real_fit(panel: pd.DataFrame, first_wave: int, **options: object):
    donors = eg.donor_pool(panel, outcome="egdi", treated="IDN", first_wave=first_wave)
    return eg.fit_synthetic(
        panel,
        outcome="egdi",
        treated="IDN",
        donors=donors,
        treatment_wave=2018,
        first_wave=first_wave,
        **options,
    )


def noise(seed: int, units: int = 8, waves: int = 8) -> pd.DataFrame:
    return panel_of(np.random.default_rng(seed).normal(size=(units, waves)))


# In space


def test_proposition_99() -> None:
    case = Case("sc_outcomes_prop99")
    expected, data = case.expected, case.table().set_axis(["iso3", "wave", "score"], axis=1)
    placebo = eg.placebo_in_space(fit_of(data, 1989, treated="California"), "rmspe_ratio")
    ratios = placebo.table.set_index("iso3")["statistic"]
    assert ratios.to_dict() == pytest.approx(
        expected["rmspe_ratio"], rel=case.tolerance["rmspe_ratio_rel"]
    )
    assert (placebo.rank, placebo.n, placebo.p) == (
        expected["rank_of_california"],
        39,
        expected["p_value"],
    )
    assert "almost nothing" in repr(placebo)
    assert placebo.table["certificate"].max() < 1e-12


@pytest.mark.parametrize(
    ("first_wave", "rank", "n", "met"),
    [(2003, 60, 159, 22), (2008, 4, 179, 101), (2012, 7, 190, 162)],
)
def test_real_panel(real: pd.DataFrame, first_wave: int, rank: int, n: int, met: int) -> None:
    fit = real_fit(real, first_wave)
    placebo = eg.placebo_in_space(fit)
    assert (placebo.rank, placebo.n, int(placebo.table["exact"].sum())) == (rank, n, met)
    assert placebo.table["certificate"].max() < 1e-10
    assert placebo.p == rank / n
    assert f"p = {rank}/{n}" in repr(placebo)
    assert "uncoded, not untreated" in repr(placebo)
    np.testing.assert_allclose(placebo.gaps["IDN"], fit.gaps, atol=1e-9)
    with pytest.raises(
        eg.ArgumentError,
        match=rf"{met} of {n} countries are met exactly.*Use post_gap or scaled_gap",
    ):
        eg.placebo_in_space(fit, "rmspe_ratio")


def test_each_country_is_fitted_as_a_fit_of_its_own(real: pd.DataFrame) -> None:
    fit = real_fit(real, 2003)
    placebo = eg.placebo_in_space(fit)
    for iso3 in ["ARG", "KOR", "VNM"]:
        donors = [one for one in ("IDN", *fit.donors) if one != iso3]
        own = eg.fit_synthetic(
            real, outcome="egdi", treated=iso3, donors=donors, treatment_wave=2018, first_wave=2003
        )
        np.testing.assert_allclose(placebo.gaps[iso3], own.gaps, atol=1e-8)


def test_p_is_uniform_where_countries_are_exchangeable() -> None:
    ranks: dict[str, list[int]] = {"post_gap": [], "scaled_gap": [], "rmspe_ratio": []}
    for seed in range(120):
        fit = fit_of(noise(seed), 2007)
        for statistic, found in ranks.items():
            placebo = eg.placebo_in_space(fit, statistic)
            assert placebo.p >= placebo.floor == fit.floor == 1 / 8
            found.append(placebo.rank)
    # 120 draws: the standard deviation of a share is at most 0.046.
    for found in ranks.values():
        shares = np.array([(np.array(found) <= k).mean() for k in range(1, 9)])
        assert np.abs(shares - np.arange(1, 9) / 8).max() < 0.12


@pytest.mark.parametrize("ties", ["nearest", "minimum_norm"])
@pytest.mark.parametrize("seed", range(4))
def test_order_of_donors_and_who_is_asked_change_nothing(seed: int, ties: str) -> None:
    panel = noise(seed, units=12, waves=6)
    first = eg.placebo_in_space(fit_of(panel, 2005, ties=ties), "scaled_gap")
    donors = [
        f"U{number:02d}" for number in np.random.default_rng(seed).permutation(np.arange(1, 12))
    ]
    again = eg.placebo_in_space(fit_of(panel, 2005, ties=ties, donors=donors), "scaled_gap")
    other = eg.placebo_in_space(fit_of(panel, 2005, ties=ties, treated="U05"), "scaled_gap")
    for table in (again.table, other.table):
        pd.testing.assert_series_equal(
            first.table.set_index("iso3")["statistic"].sort_index(),
            table.set_index("iso3")["statistic"].sort_index(),
            rtol=1e-6,
        )
    assert again.rank == first.rank


def test_scaled_gap_is_the_gap_over_the_error_of_left_out_waves() -> None:
    panel = noise(1)
    row = eg.placebo_in_space(fit_of(panel, 2007), "scaled_gap").table.set_index("iso3").loc["U00"]
    errors = []
    for wave in range(2001, 2007):
        moved = panel.assign(wave=panel["wave"].where(panel["wave"] != wave, 2007)).drop_duplicates(
            ["iso3", "wave"]
        )
        errors.append(fit_of(moved[moved["wave"] <= 2007], 2007).gaps[2007])
    assert row["scale"] == pytest.approx(np.sqrt(np.mean(np.square(errors))), rel=1e-9)
    assert row["statistic"] == pytest.approx(abs(row["gap"]) / row["scale"], rel=1e-12)


def test_levels_do_not_matter_with_an_intercept() -> None:
    panel = noise(2)
    shifted = panel.assign(score=panel["score"] + panel["iso3"].str[1:].astype(int) * 10)
    for statistic in ("post_gap", "scaled_gap"):
        one, two = (
            eg.placebo_in_space(fit_of(each, 2007, intercept=True), statistic).table.set_index(
                "iso3"
            )
            for each in (panel, shifted)
        )
        pd.testing.assert_series_equal(one["statistic"], two["statistic"], rtol=1e-7)


def test_equals_count_against_the_treated() -> None:
    values = np.random.default_rng(3).normal(size=(6, 5))
    values[1] = values[0]
    placebo = eg.placebo_in_space(fit_of(panel_of(values), 2004))
    # Each of the two is met by the other and has no gap: both take the last place.
    assert placebo.table.set_index("iso3").loc[["U00", "U01"], "rank"].tolist() == [6, 6]
    assert placebo.p == 1.0
    with pytest.raises(
        eg.ArgumentError, match=r"U00, U01\. The statistic would divide by rounding noise. Use post"
    ):
        eg.placebo_in_space(fit_of(panel_of(values), 2004), "scaled_gap")


def test_a_country_that_is_predicted_almost_exactly_ties_with_nobody() -> None:
    values = np.random.default_rng(8).normal(size=(8, 8))
    values[6] = values[7] + 1e-7 * values[6]
    values[6, 7] += 5
    placebo = eg.placebo_in_space(fit_of(panel_of(values), 2007), "scaled_gap")
    assert placebo.table["statistic"].max() > 1e6
    assert sorted(placebo.table["rank"]) == list(range(1, 9))


def test_ties_of_countries_that_are_not_met_follow_the_rule() -> None:
    # Nobody reaches U00; the nearest point is the corner that U01 and U02 share before, not after.
    values = np.array(
        [[9.0, 9.0, 5.0], [2.0, 2.0, 1.0], [2.0, 2.0, 3.0], [0.0, 1.0, 7.0], [1.0, 0.0, 8.0]]
    )
    for ties in ("nearest", "minimum_norm"):
        fit = fit_of(panel_of(values), 2003, ties=ties)
        assert not fit.unique
        assert not fit.exact
        assert (
            eg.placebo_in_space(fit).gaps["U00"][2003]
            == pytest.approx(fit.gaps[2003])
            == pytest.approx(3.0)
        )


# Over ties, and inverted


def test_rank_bounds_by_hand() -> None:
    values = np.array([[1.5, 30.0], [0.0, 10.0], [1.0, 20.0], [2.0, 40.0], [3.0, 80.0]])
    bounds = eg.placebo_in_space(fit_of(panel_of(values), 2002)).rank_bounds()
    # U00's synthetic lies between 30 (half of each middle one, U02 and U03) and 45 (half of each
    # end, U01 and U04).
    assert bounds.table.loc[0, ["lower", "upper"]].tolist() == pytest.approx([0.0, 15.0], abs=1e-8)
    # U01 and U04 are the ends: one answer each. U02: 20 less 20 (a third of U03, the rest U01) to
    # 33.3 (U04 for U03).
    assert bounds.table.loc[1:, "upper"].tolist() == pytest.approx(
        [10.0, 40 / 3, 50 / 3, 40.0], abs=1e-7
    )
    assert (bounds.p_lower, bounds.p_upper) == (0.4, 1.0)
    assert bounds.table["unique"].tolist() == [False, True, False, False, True]


def test_rank_bounds_hold_both_tie_rules(real: pd.DataFrame) -> None:
    bounds = eg.placebo_in_space(real_fit(real, 2003)).rank_bounds()
    assert (round(bounds.p_lower * 159), round(bounds.p_upper * 159)) == (56, 71)
    for ties in ("nearest", "minimum_norm"):
        placebo = eg.placebo_in_space(real_fit(real, 2003, ties=ties))
        assert bounds.p_lower <= placebo.p <= bounds.p_upper
        reach = bounds.table.set_index("iso3")
        size = placebo.table.set_index("iso3")["statistic"].reindex(reach.index)
        assert (size >= reach["lower"] - 1e-7).all()
        assert (size <= reach["upper"] + 1e-7).all()


@pytest.mark.parametrize("statistic", ["post_gap", "scaled_gap"])
@pytest.mark.parametrize("seed", range(3))
def test_gap_set_is_what_the_ranks_do_not_reject(seed: int, statistic: str) -> None:
    panel = noise(seed, units=10)
    found = eg.placebo_in_space(fit_of(panel, 2007), statistic).gap_set(level=0.75)
    after = (panel["iso3"] == "U00") & (panel["wave"] >= 2007)

    def p(gap: float) -> float:
        less = panel.assign(score=panel["score"] - gap * after)
        return eg.placebo_in_space(fit_of(less, 2007), statistic).p

    assert found.connected
    width = found.upper - found.lower
    for inside in np.linspace(found.lower + 1e-6, found.upper - 1e-6, 7):
        assert p(inside) > 0.25
    for outside in [
        found.lower - 1e-6,
        found.lower - width,
        found.upper + 1e-6,
        found.upper + width,
    ]:
        assert p(outside) <= 0.25


def test_gap_set_knows_its_highest_level() -> None:
    placebo = eg.placebo_in_space(fit_of(noise(0, units=10), 2007))
    whole = placebo.gap_set(level=0.91)
    assert (whole.lower, whole.upper, whole.attainable) == (-np.inf, np.inf, 0.9)
    assert "whole line" in repr(whole)
    # 1 - 0.9 is a little less than 1/10, which must not turn the set into the whole line.
    assert np.isfinite([placebo.gap_set(level=0.9).lower, placebo.gap_set(level=0.9).upper]).all()
    with pytest.raises(eg.ArgumentError, match="not between 0 and 1"):
        placebo.gap_set(level=90)
    with pytest.raises(eg.ArgumentError, match="can be empty"):
        eg.placebo_in_space(fit_of(noise(0), 2007), "rmspe_ratio").gap_set()


# In time, and without a donor


@pytest.mark.parametrize("intercept", [False, True])
def test_in_time_is_a_fit_of_the_waves_before(intercept: bool) -> None:
    panel = noise(4, waves=9)
    placebo = eg.placebo_in_time(fit_of(panel, 2007, intercept=intercept))
    assert placebo.table["placebo_wave"].unique().tolist() == [2003, 2004, 2005, 2006]
    for wave, part in placebo.table.groupby("placebo_wave"):
        direct = fit_of(panel[panel["wave"] < 2007], int(wave), intercept=intercept)
        np.testing.assert_allclose(part["gap"], direct.gaps[part["wave"]], atol=1e-9)
        np.testing.assert_allclose(part[["lower", "upper"]], direct.bounds, atol=1e-7)
        assert set(part["unique"]) == {direct.unique}
        assert set(part["n_pre"]) == {wave - 2001}
    assert "No p-value" in repr(placebo)


@pytest.mark.parametrize("ties", ["nearest", "minimum_norm"])
@pytest.mark.parametrize("treatment_wave", [2004, 2008])
def test_leave_one_donor_out_is_a_refit(ties: str, treatment_wave: int) -> None:
    panel = noise(5, units=12, waves=9)
    fit = fit_of(panel, treatment_wave, ties=ties)
    found = eg.leave_one_donor_out(fit)
    for donor in fit.donors:
        direct = fit_of(panel[panel["iso3"] != donor], treatment_wave, ties=ties)
        if donor in found.table.index:
            np.testing.assert_allclose(
                found.table.loc[donor, list(fit.bounds.index)], direct.gaps[fit.bounds.index]
            )
            assert found.table.loc[donor, "pre_rmspe"] == pytest.approx(direct.pre_rmspe, abs=1e-9)
        else:
            np.testing.assert_allclose(
                direct.gaps, fit.gaps, atol=1e-8
            )  # nothing hangs on a donor without weight
    assert found.table["weight"].sum() == pytest.approx(1.0)
    assert (found.gap_range["lower"] <= found.gap_range["gap"]).all()
    assert (found.gap_range["gap"] <= found.gap_range["upper"]).all()


def test_nothing_given_is_changed(real: pd.DataFrame) -> None:
    before, fit = real.copy(), real_fit(real, 2012)
    weights, rows = fit.weights.copy(), fit.matching.rows.copy()
    eg.placebo_in_space(fit, "scaled_gap")
    eg.placebo_in_time(fit)
    eg.leave_one_donor_out(fit)
    pd.testing.assert_frame_equal(real, before)
    pd.testing.assert_series_equal(fit.weights, weights)
    assert (fit.matching.rows == rows).all()


def test_covariates_stay_matched() -> None:
    panel = noise(6)
    covariates = pd.DataFrame(
        {"size": np.random.default_rng(6).normal(size=8)}, index=panel["iso3"].unique()
    )
    options = {"covariates": covariates, "covariate_weights": {"size": 1.0}}
    placebo = eg.placebo_in_time(fit_of(panel, 2006, **options)).table
    direct = fit_of(panel[panel["wave"] < 2006], 2005, **options)
    assert placebo.loc[placebo["placebo_wave"] == 2005, "gap"].item() == pytest.approx(
        direct.gaps[2005], abs=1e-9
    )
    alone = fit_of(panel, 2006, match_outcome=False, **options)
    assert eg.placebo_in_space(alone, "scaled_gap").table["scale"].gt(0).all()


def test_bad_input() -> None:
    panel = noise(7)
    fit = fit_of(panel, 2003)
    with pytest.raises(eg.ArgumentError, match="no statistic 'post_gaps'. Nearest: 'post_gap'"):
        eg.placebo_in_space(fit, "post_gaps")
    with pytest.raises(eg.ArgumentError, match="needs at least 2; the fit has 1"):
        eg.placebo_in_space(fit_of(panel, 2002), "scaled_gap")
    with pytest.raises(eg.ArgumentError, match="needs at least 3; the fit has 2"):
        eg.placebo_in_space(fit_of(panel, 2003, intercept=True), "scaled_gap")
    with pytest.raises(eg.ArgumentError, match="at least 3 pre-waves.*the fit has 2"):
        eg.placebo_in_time(fit)
    penalised = fit_of(panel, 2006, penalty=5.0)
    for refused in (eg.placebo_in_space, eg.placebo_in_time, eg.leave_one_donor_out):
        with pytest.raises(eg.ArgumentError, match="has a penalty"):
            refused(penalised)

"""The synthetic control: published cases, the real panel, what it prints, and bad input."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from support.cases import Case

import egovstudy as eg
from egovstudy.errors import ArgumentError
from egovstudy.methods.panel.donors import DonorPool, donor_pool
from egovstudy.methods.panel.rows import make_panel
from egovstudy.methods.synthetic.control import SyntheticFit, fit_synthetic


@cache
def panel() -> pd.DataFrame:
    return make_panel(eg.load_egdi())


@cache
def donors(first_wave: int) -> DonorPool:
    return donor_pool(panel(), outcome="egdi", treated="IDN", first_wave=first_wave)


def indonesia(first_wave: int, treatment_wave: int, **words: object) -> SyntheticFit:
    given = {"outcome": "egdi", "treated": "IDN", "donors": donors(first_wave)}
    return fit_synthetic(
        panel(), **given, treatment_wave=treatment_wave, first_wave=first_wave, **words
    )


# Window; donors; pre-RMSPE; gaps of 2022 and 2024 where the answer is unique; else their bounds.
UNIQUE = {
    (2003, 2018): (158, 0.0040, 0.067, 0.117),
    (2003, 2022): (158, 0.0098, None, 0.123),
    (2008, 2022): (178, 0.0071, 0.058, 0.109),
}
MANY = {
    (2008, 2018): (178, (0.035, 0.228), (0.075, 0.316)),
    (2008, 2020): (178, (0.054, 0.207), (0.109, 0.304)),
    (2012, 2018): (189, (-0.009, 0.296), (0.053, 0.377)),
}


@pytest.mark.parametrize("window", UNIQUE)
def test_windows_with_one_answer(window: tuple[int, int]) -> None:
    count, rmspe, gap_2022, gap_2024 = UNIQUE[window]
    fit = indonesia(*window)
    assert (len(fit.donors), fit.unique, fit.exact) == (count, True, False)
    assert round(fit.pre_rmspe, 4) == rmspe
    assert round(fit.gaps[2024], 3) == gap_2024
    assert gap_2022 is None or round(fit.gaps[2022], 3) == gap_2022
    np.testing.assert_allclose(fit.bounds["lower"], fit.bounds["upper"], atol=1e-12)
    assert fit.certificate <= 1e-10
    assert fit.floor == 1 / (count + 1)


@pytest.mark.parametrize("window", MANY)
def test_windows_with_many_answers(window: tuple[int, int]) -> None:
    count, bounds_2022, bounds_2024 = MANY[window]
    for rule in ("nearest", "minimum_norm"):
        fit = indonesia(*window, ties=rule)
        assert (len(fit.donors), fit.unique, fit.exact) == (count, False, True)
        assert tuple(fit.bounds.loc[2022].round(3)) == bounds_2022
        assert tuple(fit.bounds.loc[2024].round(3)) == bounds_2024
        assert fit.gaps.loc[: window[1] - 1].abs().max() < 1e-9
        post = fit.gaps[fit.bounds.index]
        assert ((fit.bounds["lower"] <= post) & (post <= fit.bounds["upper"])).all()
        assert "Not unique" in repr(fit)
        assert "uncoded, not untreated" in repr(fit)


def test_flagged_countries_make_the_fit_look_better_than_it_is() -> None:
    everyone = tuple(sorted(set(panel()["iso3"]) - {"IDN"}))
    rows = panel()[panel()["iso3"].ne("SSD") | panel()["wave"].ge(2012)].dropna(subset=["egdi"])
    whole = rows.groupby("iso3")["wave"].nunique().eq(12)
    given = [iso3 for iso3 in everyone if whole.get(iso3, False)]
    flagged = fit_synthetic(
        panel(), outcome="egdi", treated="IDN", donors=given, treatment_wave=2018, first_wave=2003
    )
    assert len(given) > 158
    assert flagged.gaps[2024] < indonesia(2003, 2018).gaps[2024]


def test_california() -> None:
    case = Case("sc_outcomes_prop99")
    table = case.table().rename(columns={"state": "iso3", "year": "wave"})
    others = sorted(set(table["iso3"]) - {"California"})
    fit = fit_synthetic(
        table, outcome="cigsale", treated="California", donors=others, treatment_wave=1989
    )
    right = case.expected
    assert (fit.gaps.loc[:1988] ** 2).sum() == pytest.approx(right["pre_ssr"], rel=1e-8)
    assert fit.gaps[fit.bounds.index].mean() == pytest.approx(right["att"], abs=1e-6)
    assert fit.gaps[2000] == pytest.approx(right["effect_2000"], abs=1e-6)
    for state, weight in right["weights"].items():
        assert fit.weights[state] == pytest.approx(weight, abs=1e-5)


def test_basque_country_by_its_outcome() -> None:
    case = Case("sc_outcomes_basque")
    table = case.table().rename(columns={"regionname": "iso3", "year": "wave"})
    treated = case.inputs["treated"]
    others = [
        one for one in sorted(set(table["iso3"])) if one != treated and not one.startswith("Spain")
    ]
    fit = fit_synthetic(
        table, outcome="gdpcap", treated=treated, donors=others, treatment_wave=1970
    )
    assert len(others) == 16
    assert (fit.gaps.loc[:1969] ** 2).sum() == pytest.approx(case.expected["pre_ssr"], rel=1e-7)
    assert fit.gaps.loc[1970:].mean() == pytest.approx(case.expected["att"], abs=1e-6)
    for region, weight in case.expected["weights"].items():
        assert fit.weights[region] == pytest.approx(weight, abs=1e-5)


def test_basque_country_by_covariates_with_given_weights() -> None:
    case = Case("sc_fixed_v_basque")
    covariates = case.table("X.csv").set_index("predictor").T
    outcome = (
        case.table("Y.csv")
        .melt("year", var_name="iso3", value_name="gdpcap")
        .rename(columns={"year": "wave"})
    )
    given = pd.Series(case.inputs["V"], index=covariates.columns)
    fit = fit_synthetic(
        outcome,
        outcome="gdpcap",
        treated=case.inputs["treated"],
        donors=[one for one in covariates.index if one != case.inputs["treated"]],
        treatment_wave=1970,
        covariates=covariates,
        covariate_weights=(given / given.sum()).to_dict(),
        match_outcome=False,
    )
    for region, weight in case.expected["weights"].items():
        assert fit.weights[region] == pytest.approx(weight, abs=case.tolerance["weights_abs"])
    np.testing.assert_allclose(fit.gaps, case.expected["gap_1955_1997"], atol=1e-5)


def small(**changes: object) -> pd.DataFrame:
    """Four countries over six waves; TTT is the mean of AAA and BBB, 0.1 above it after 2014."""
    rng = np.random.default_rng(3)
    waves = [2004, 2008, 2010, 2014, 2016, 2018]
    scores = {name: rng.uniform(0.2, 0.8, 6) for name in ("AAA", "BBB", "CCC", "DDD")}
    scores["TTT"] = (scores["AAA"] + scores["BBB"]) / 2 + 0.1 * (np.array(waves) > 2014)
    frame = pd.DataFrame(scores, index=pd.Index(waves, name="wave")).rename_axis(columns="iso3")
    return frame.reset_index().melt("wave", var_name="iso3", value_name="egdi").assign(**changes)


SMALL = {
    "outcome": "egdi",
    "treated": "TTT",
    "donors": ["AAA", "BBB", "CCC", "DDD"],
    "treatment_wave": 2016,
}


def test_a_known_gap_is_found() -> None:
    fit = fit_synthetic(small(), **SMALL)
    np.testing.assert_allclose(fit.weights, [0.5, 0.5, 0, 0], atol=1e-9)
    np.testing.assert_allclose(fit.gaps[[2016, 2018]], 0.1, atol=1e-9)
    assert (fit.n_pre, fit.first_wave, fit.last_wave) == (4, 2004, 2018)


def test_rows_may_come_in_any_order() -> None:
    shuffled = small().sample(frac=1, random_state=1)
    pd.testing.assert_series_equal(
        fit_synthetic(shuffled, **SMALL).gaps, fit_synthetic(small(), **SMALL).gaps
    )


def test_the_panel_stays_as_it_was() -> None:
    frame = small()
    fit_synthetic(frame, **SMALL)
    pd.testing.assert_frame_equal(frame, small())


def test_an_intercept_forgets_a_constant_distance() -> None:
    frame = small()
    frame.loc[frame["iso3"].eq("TTT"), "egdi"] += 5
    fit = fit_synthetic(frame, **SMALL, intercept=True)
    np.testing.assert_allclose(fit.gaps[[2016, 2018]], 0.1, atol=1e-9)
    assert not fit_synthetic(frame, **SMALL).exact


def test_a_large_penalty_leaves_the_nearest_donor() -> None:
    frame = small().pivot_table(index="wave", columns="iso3", values="egdi").loc[:2014]
    near = (frame.drop(columns="AAA").sub(frame["AAA"], axis=0) ** 2).sum().drop("TTT").idxmin()
    fit = fit_synthetic(
        small(), **SMALL | {"treated": "AAA", "donors": ["BBB", "CCC", "DDD"]}, penalty=1e5
    )
    assert fit.weights[near] == pytest.approx(1)
    assert fit.unique


def test_a_wave_without_the_treated_country_is_left_out() -> None:
    frame = small()
    frame.loc[frame["iso3"].eq("TTT") & frame["wave"].eq(2008), "egdi"] = np.nan
    fit = fit_synthetic(frame, **SMALL)
    assert (list(fit.gaps.index), fit.n_pre) == ([2004, 2010, 2014, 2016, 2018], 3)


COVARIATES = pd.DataFrame({"gdp": [1.0, 2, 3, 4, 5]}, index=["AAA", "BBB", "CCC", "DDD", "TTT"])
BAD = {
    "country": ({"treated": "TTX"}, "treated: no country 'TTX' in the panel. Nearest: 'TTT'"),
    "donor": ({"donors": ["AAA", "BBX"]}, "donors: no country 'BBX' in the panel. Nearest: 'BBB'"),
    "own donor": ({"donors": ["AAA", "TTT"]}, "TTT is the treated country and among the donors"),
    "one donor": ({"donors": ["AAA"]}, "1 donors came; at least two are needed"),
    "no donor": ({"donors": []}, "0 donors came"),
    "donor twice": ({"donors": ["AAA", "BBB", "AAA"]}, "donor 'AAA' stands twice"),
    "outcome": ({"outcome": "egdl"}, "no outcome 'egdl' in the panel. Nearest: 'egdi'"),
    "no wave": (
        {"treatment_wave": 2017},
        "treatment_wave=2017 is not a survey wave. Waves in this panel: 2004, 2008, 2010, 2014,"
        " 2016, 2018. "
        r"For an event dated 2017, use assign_wave\(events\)",
    ),
    "first wave": ({"first_wave": 2005}, "first_wave=2005 is not a survey wave"),
    "no wave before": ({"treatment_wave": 2004}, "treatment_wave=2004 leaves no wave before it"),
    "window after": ({"first_wave": 2018}, "leaves no wave before it in a window from 2018"),
    "ties": ({"ties": "nearst"}, "no tie rule 'nearst'. Nearest: 'nearest'"),
    "penalty": ({"penalty": -1.0}, "penalty=-1.0 is not allowed"),
    "nothing to match": ({"match_outcome": False}, "leaves nothing to match"),
    "no weights": ({"covariates": COVARIATES}, "covariates came without covariate_weights"),
    "weights' sum": (
        {"covariates": COVARIATES, "covariate_weights": {"gdp": 0.8}},
        "these sum to 0.8",
    ),
    "weights' names": (
        {"covariates": COVARIATES, "covariate_weights": {"gpd": 1.0}},
        "the covariates are gdp",
    ),
    "no covariate": (
        {"covariates": COVARIATES[1:], "covariate_weights": {"gdp": 1.0}},
        "no covariates for AAA",
    ),
    "same covariate": (
        {"covariates": COVARIATES * 0, "covariate_weights": {"gdp": 1.0}},
        "covariate 'gdp' is the same for all countries",
    ),
    "empty covariate": (
        {"covariates": COVARIATES.replace(3, np.nan), "covariate_weights": {"gdp": 1.0}},
        "covariate 'gdp' has no number for CCC",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_calls_say_what_to_do(name: str) -> None:
    words, message = BAD[name]
    with pytest.raises(ArgumentError, match=message):
        fit_synthetic(small(), **{**SMALL, **words})


def test_bad_panels_say_what_to_do() -> None:
    frame = small()
    with pytest.raises(ArgumentError, match="AAA stands twice in wave 2004"):
        fit_synthetic(pd.concat([frame, frame[:1]]), **SMALL)
    with pytest.raises(ArgumentError, match="'egdi' is infinite for AAA in 2004"):
        fit_synthetic(frame.assign(egdi=frame["egdi"].where(frame.index != 0, np.inf)), **SMALL)
    with pytest.raises(ArgumentError, match="'egdi' is empty for every country"):
        fit_synthetic(frame.assign(egdi=np.nan), **SMALL)
    with pytest.raises(ArgumentError, match="'egdi' is 0.5 everywhere"):
        fit_synthetic(frame.assign(egdi=0.5), **SMALL)
    with pytest.raises(
        ArgumentError, match="1 donors lack egdi in waves of the window: AAA in 2004"
    ):
        fit_synthetic(frame.assign(egdi=frame["egdi"].where(frame.index != 0)), **SMALL)
    gone = frame.assign(egdi=frame["egdi"].where(frame["iso3"].ne("TTT") | frame["wave"].ge(2016)))
    with pytest.raises(ArgumentError, match="TTT has no egdi before treatment_wave=2016"):
        fit_synthetic(gone, **SMALL)

"""The trend model: published cases, known truths, exact ranks, measured sizes, bad input."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egovstudy import ArgumentError, fit_trend, load_egdi, trend_placebo
from egovstudy.methods.inference.regressions import TERMS, fit_many, trend_design, trend_sizes
from egovstudy.methods.panel.rows import make_panel

WAVES = [2003, 2004, 2005, 2008, 2010, 2012, 2014, 2016, 2018, 2020, 2022, 2024]


@pytest.fixture
def cases() -> Path:
    if "EGOVSTUDY_CASES" not in os.environ:
        pytest.skip("EGOVSTUDY_CASES names no folder")
    return Path(os.environ["EGOVSTUDY_CASES"])


def panel_of(outcomes: np.ndarray, waves: list[int] = WAVES) -> pd.DataFrame:
    """Countries C000, C001 ... with the rows of ``outcomes`` (countries, waves)."""
    names = [f"C{place:03}" for place in range(len(outcomes))]
    keys = pd.MultiIndex.from_product([names, waves], names=["iso3", "wave"])
    return pd.DataFrame({"score": np.ravel(outcomes)}, index=keys).reset_index()


def noise(countries: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(countries, len(WAVES)))


def trend(panel: pd.DataFrame, **options) -> object:
    return fit_trend(
        panel, **{"outcome": "score", "treated": "C000", "treatment_wave": 2018} | options
    )


# ---------------------------------------------------------------- published


def test_proposition_99_is_statas_newey(cases: Path) -> None:
    folder = cases / "its_prop99_newey_west"
    expected = json.loads((folder / "expected.json").read_text())["expected"]
    data = pd.read_csv(folder / "data.csv")
    data = data.rename(columns={"year": "wave"}).assign(iso3="USA")
    fit = fit_trend(data, outcome="cigsale", treated="USA", treatment_wave=1989, hac_lag=1)
    names = ["(Intercept)", "t", "x", "xt"]
    assert fit.table["estimate"].tolist() == pytest.approx(
        [expected["coef"][name] for name in names], rel=1e-6
    )
    assert fit.hac["se"].tolist() == pytest.approx(
        [expected["se_newey_west_lag1_stata"][name] for name in names], rel=1e-6
    )
    years = data["wave"].tolist()
    estimates, errors, _ = fit_many(trend_design(years, 1989), data[["cigsale"]].to_numpy(float), 1)
    assert estimates[:, 0].tolist() == pytest.approx(
        [expected["coef"][name] for name in names], rel=1e-6
    )
    assert errors["ols"][:, 0].tolist() == pytest.approx(
        [expected["se_ols"][name] for name in names], rel=1e-6
    )
    assert errors["hac"][:, 0].tolist() == pytest.approx(fit.hac["se"].tolist(), rel=1e-9)
    two = fit_many(trend_design(years, 1989), data[["cigsale"]].to_numpy(float), 2)[1]["hac"][:, 0]
    uncorrected = two * np.sqrt((len(years) - 4) / len(years))
    assert uncorrected.tolist() == pytest.approx(
        [expected["se_newey_west_lag2_no_correction"][name] for name in names], rel=1e-6
    )


def test_hc3_is_the_sandwich_packages(cases: Path) -> None:
    folder = cases / "hc_publicschools"
    expected = json.loads((folder / "expected.json").read_text())["expected"]
    data = pd.read_csv(folder / "data.csv").dropna()
    income = data["income"].to_numpy(float) * 1e-4
    design = np.column_stack([np.ones(len(income)), income, income**2])
    estimates, errors, _ = fit_many(design, data[["expenditure"]].to_numpy(float))
    names = ["(Intercept)", "Income", "I(Income^2)"]
    assert estimates[:, 0].tolist() == pytest.approx(
        [expected["coef"][name] for name in names], rel=1e-6
    )
    assert errors["hc3"][:, 0].tolist() == pytest.approx(
        [expected["HC3"][name] for name in names], rel=1e-6
    )


# ---------------------------------------------------------------- known truths


def test_a_known_change_comes_back_by_calendar_time() -> None:
    truth = np.array([0.3, 0.01, 0.1, 0.02])
    tiny = 1e-6 * noise(1)
    fit = trend(panel_of(tiny + trend_design(WAVES, 2018) @ truth))
    assert fit.table["estimate"].tolist() == pytest.approx(truth.tolist(), abs=2e-5)
    # counted in waves instead of years the first slope would not be a line at all
    assert fit.path.loc[2024, "continued"] == pytest.approx(0.3 + 0.01 * 21, abs=2e-5)
    assert (fit.n, fit.k, fit.df) == (12, 4, 8)


def test_hc3_by_hand_from_leave_one_out() -> None:
    # the HC3 variance is the sum over waves of the squared change of the estimate when that wave is
    # left out
    values = noise(1)[0]
    fit = trend(panel_of(values[None]))
    design = trend_design(WAVES, 2018)
    whole = np.linalg.lstsq(design, values, rcond=None)[0]
    moved = [
        whole - np.linalg.lstsq(np.delete(design, at, 0), np.delete(values, at), rcond=None)[0]
        for at in range(len(WAVES))
    ]
    assert fit.table["se"].tolist() == pytest.approx(
        np.sqrt((np.array(moved) ** 2).sum(axis=0)).tolist(), rel=1e-9
    )
    assert (
        (fit.table["estimate"] - fit.table["lower"]) / fit.table["se"]
    ).tolist() == pytest.approx([2.306004] * 4)


@settings(max_examples=25, deadline=None)
@given(scale=st.floats(1e-3, 1e3), offset=st.floats(-1e4, 1e4), seed=st.integers(0, 99))
def test_unit_and_origin_do_not_matter(scale: float, offset: float, seed: int) -> None:
    values = noise(1, seed)
    one, two = trend(panel_of(values)), trend(panel_of(offset + scale * values))
    for name in ("estimate", "se"):
        wanted = scale * one.table[name].to_numpy() + (
            offset * (np.arange(4) == 0) if name == "estimate" else 0
        )
        assert two.table[name].to_numpy() == pytest.approx(wanted, rel=1e-4, abs=1e-7 * scale)
    assert two.table["p"].to_numpy()[1:] == pytest.approx(
        one.table["p"].to_numpy()[1:], rel=1e-4, abs=1e-9
    )


def test_the_panel_stays_as_it_was_and_order_does_not_matter() -> None:
    panel = panel_of(noise(5))
    before = panel.copy()
    first = trend(panel)
    pd.testing.assert_frame_equal(panel, before)
    again = trend(panel.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(again.table, first.table)
    pd.testing.assert_frame_equal(trend_placebo(again).table, trend_placebo(first).table)


# ---------------------------------------------------------------- sizes


def test_newey_west_rejects_too_often_at_twelve_waves() -> None:
    sizes = trend_sizes(WAVES, 2018, persistence=[0, 0.3, 0.5, 0.7]).set_index(
        ["term", "persistence"]
    )
    level, slope = sizes.loc["level_change"], sizes.loc["slope_change"]
    # independent normal errors: OLS with t is exact; 20,000 draws have a standard error of 0.0015
    assert sizes.xs(0.0, level="persistence")["ols_t"].to_numpy() == pytest.approx(
        [0.05] * 4, abs=0.006
    )
    assert level["hac_z"].between(0.21, 0.34).all()
    assert slope["hac_z"].between(0.29, 0.5).all()
    assert level["hc3_t"].between(0.03, 0.08).all()
    assert level["ols_t"].between(0.045, 0.16).all()
    assert (
        slope.loc[0.7, "hc3_t"] > 0.1
    )  # HC3 does not mend persistence either: the rank is the main p


def test_sizes_are_those_of_statsmodels_one_by_one() -> None:
    import statsmodels.api as sm

    found = trend_sizes(WAVES, 2018, persistence=[0.5], draws=200, seed=4).set_index("term")
    apart = np.abs(np.subtract.outer(WAVES, WAVES))
    draws = np.linalg.cholesky(0.5**apart) @ np.random.default_rng(4).standard_normal((12, 200))
    design = trend_design(WAVES, 2018)
    kinds = {
        "ols_t": {"use_t": True},
        "hc3_t": {"cov_type": "HC3", "use_t": True},
        "hac_z": {
            "cov_type": "HAC",
            "cov_kwds": {"maxlags": 1, "use_correction": True},
            "use_t": False,
        },
    }
    for kind, options in kinds.items():
        small = [sm.OLS(column, design).fit(**options).pvalues < 0.05 for column in draws.T]
        assert found[kind].tolist() == pytest.approx(np.mean(small, axis=0).tolist())


def test_hac_never_stands_without_its_size() -> None:
    fit = trend(panel_of(noise(1)), hac_lag=2, seed=3)
    measured = trend_sizes(WAVES, 2018, hac_lag=2, seed=3)
    pd.testing.assert_frame_equal(fit.sizes, measured)
    for row in fit.hac.itertuples():
        rates = measured.loc[measured["term"] == row.term, "hac_z"]
        assert (row.size_least, row.size_most) == (rates.min(), rates.max())
    printed = repr(fit)
    assert "size_most" in printed
    assert f"{fit.hac['size_most'].iloc[2]:.0%}" in printed
    assert "HAC" not in repr(trend(panel_of(noise(1))))


# ---------------------------------------------------------------- placebo


@pytest.mark.parametrize("statistic", ["t", "estimate"])
def test_ranks_are_those_of_single_fits(statistic: str) -> None:
    panel = panel_of(noise(12))
    found = trend_placebo(trend(panel, treated="C004"), statistic=statistic).table.set_index("term")
    tables = {
        name: trend(panel, treated=name).table.set_index("term") for name in panel["iso3"].unique()
    }
    for term in TERMS[2:]:
        sizes = {
            name: abs(one.loc[term, "estimate"] / (one.loc[term, "se"] if statistic == "t" else 1))
            for name, one in tables.items()
        }
        rank = sum(size >= sizes["C004"] * (1 - 1e-12) for size in sizes.values())
        assert (found.loc[term, "rank"], found.loc[term, "n"]) == (rank, 12)
        assert found.loc[term, "p"] == rank / 12
        assert found.loc[term, "floor"] == 1 / 12
        assert found.loc[term, "detectable"] == np.inf  # twelve countries cannot give p <= 0.05


def test_every_country_has_another_rank() -> None:
    panel = panel_of(noise(21))
    for term in (0, 1):
        ranks = [
            trend_placebo(trend(panel, treated=f"C{at:03}")).table["rank"][term] for at in range(21)
        ]
        assert sorted(ranks) == list(range(1, 22))


def test_equal_countries_tie() -> None:
    values = noise(6)
    values[3] = values[0]
    values[4] = -values[0]
    found = trend_placebo(trend(panel_of(1000 * values)))
    others = trend_placebo(trend(panel_of(1000 * np.delete(values, [3, 4], axis=0)))).table
    assert found.table["rank"].tolist() == (others["rank"] + 2).tolist()


def test_detectable_change_is_found_in_four_of_five_cases() -> None:
    values = noise(200, seed=7)
    step = trend_design(WAVES, 2018)[:, 2]
    found = []
    for at in range(0, 200, 2):
        fit = trend(panel_of(values), treated=f"C{at:03}")
        changed = values.copy()
        changed[at] += step * trend_placebo(fit).table["detectable"][0]
        found.append(
            trend_placebo(trend(panel_of(changed), treated=f"C{at:03}")).table["p"][0] <= 0.05
        )
    assert np.mean(found) == pytest.approx(0.8, abs=0.12)  # 3 standard errors of 100 cases


def test_t_is_fairer_than_the_estimate_where_noise_differs() -> None:
    # one country in ten is five times as noisy; nothing changed anywhere
    noisy = np.where(np.arange(200) % 10 == 0, 5.0, 1.0)
    chance = np.random.default_rng(5)
    early = {"t": [], "estimate": []}
    for _ in range(20):
        fit = trend(panel_of(noisy[:, None] * chance.normal(size=(200, len(WAVES)))))
        for statistic in early:
            countries = trend_placebo(fit, statistic=statistic).countries
            name = "t_level_change" if statistic == "t" else "level_change"
            ranks = countries[name].abs().rank(ascending=False)
            early[statistic].append((ranks.to_numpy() <= 10)[noisy == 5].mean())
    assert np.mean(early["t"]) == pytest.approx(0.05, abs=0.035)
    assert np.mean(early["estimate"]) > 0.3


def test_the_real_panel() -> None:
    panel = make_panel(load_egdi())
    found = trend_placebo(fit_trend(panel, outcome="egdi", treated="IDN", treatment_wave=2018))
    assert found.table["n"].tolist() == [163, 163]  # 30 of 193 have no figure in some wave
    assert len(found.left_out) == 30
    table = found.table.set_index("term")
    assert table["estimate"].round(4).to_dict() == {"level_change": 0.0727, "slope_change": 0.0386}
    assert table["rank"].to_dict() == {"level_change": 63, "slope_change": 10}
    printed = repr(found)
    for words in ("uncoded, not untreated", "cannot be below 1/163 = 0.006", "two-sided"):
        assert words in printed


def test_left_out_countries_say_why() -> None:
    values = noise(6)
    values[2] = 5 + 0.5 * np.array(WAVES)
    values[5] = 0.1
    panel = panel_of(values)
    panel = panel[~(panel["iso3"].eq("C003") & panel["wave"].eq(2010))]
    found = trend_placebo(trend(panel))
    assert found.left_out.to_dict() == {
        "C002": "lies on its lines exactly",
        "C003": "a wave is missing",
        "C005": "lies on its lines exactly",
    }
    assert found.table["n"].tolist() == [3, 3]
    assert trend_placebo(trend(panel), donors=["C001"]).table["floor"].tolist() == [0.5, 0.5]


# ---------------------------------------------------------------- bad input


def test_errors_of_the_fit() -> None:
    panel = panel_of(noise(3))
    with pytest.raises(ArgumentError) as caught:
        trend(panel, treatment_wave=2019)
    assert (
        str(caught.value)
        == "treatment_wave=2019 is not a survey wave. Waves in this panel: 2003 … 2024. For an"
        " event dated 2019, use assign_wave(events)."
    )
    for options, words in {
        ("treatment_wave", 2003): "leaves 0 of the waves .* before",
        ("treatment_wave", 2005): "leaves 2 of the waves .* before",
        ("treatment_wave", 2022): "leaves 2 of the waves .* from it on",
        ("first_wave", 2014): "leaves 2 of the waves 2014, .* before",
        ("first_wave", 2007): "first_wave=2007 is not a survey wave",
        ("treated", "C0"): "no country 'C0' in the panel. Nearest: 'C00",
        ("outcome", "scor"): "no outcome 'scor' in the panel. Nearest: 'score'",
        ("level", 95): "level=95 is no share",
        ("hac_lag", 0): "hac_lag=0 with 12 waves",
        ("hac_lag", 12): "hac_lag=12 with 12 waves",
    }.items():
        with pytest.raises(ArgumentError, match=words):
            trend(panel, **dict([options]))


def test_errors_of_the_values() -> None:
    panel = panel_of(noise(3))
    absent = panel.assign(
        score=panel["score"].where(~(panel["iso3"].eq("C000") & panel["wave"].isin([2005, 2010])))
    )
    with pytest.raises(ArgumentError, match="C000 has no score in 2005, 2010"):
        trend(absent)
    assert trend(absent, first_wave=2012, treatment_wave=2018).n == 7
    with pytest.raises(ArgumentError, match="is 0.3 in every wave"):
        trend(panel.assign(score=0.3))
    with pytest.raises(ArgumentError, match="lies on its two lines exactly"):
        trend(panel.assign(score=panel["wave"] * 0.01 + (panel["wave"] >= 2018)))
    with pytest.raises(ArgumentError, match="infinite"):
        trend(panel.assign(score=panel["score"].where(panel["wave"] != 2010, np.inf)))
    with pytest.raises(ArgumentError, match="stands twice"):
        trend(pd.concat([panel, panel.head(1)]))
    assert trend(panel.assign(score=1e4 + 1e-7 * panel["score"])).table["se"].gt(0).all()


def test_errors_of_the_placebo() -> None:
    fit = trend(panel_of(noise(3)))
    for donors, words in {
        ("C000", "C001"): "donors hold the treated country C000",
        ("C001", "C0022"): "no country 'C0022' in the panel. Nearest: 'C002'",
        (): "no country besides C000",
    }.items():
        with pytest.raises(ArgumentError, match=words):
            trend_placebo(fit, donors)
    with pytest.raises(ArgumentError, match="statistic='z' is unknown"):
        trend_placebo(fit, statistic="z")


def test_errors_of_the_sizes() -> None:
    for options, words in {
        ("persistence", (1.0,)): "each 0 to below 1",
        ("persistence", ()): "each 0 to below 1",
        ("level", 0): "level=0 is no share",
        ("draws", 10): "draws=10 is too few",
        ("hac_lag", 12): "hac_lag=12",
        ("waves", tuple(WAVES[::-1])): "not ascending",
    }.items():
        arguments = {"waves": WAVES, "treatment_wave": 2018} | dict([options])
        with pytest.raises(ArgumentError, match=words):
            trend_sizes(**arguments)

"""Published numbers through statsmodels: a release that changes one of them is seen here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower

from egovstudy.methods.inference.regressions import fit_many

# Benjamini and Hochberg (1995), JRSS B 57, section 3.2: the fifteen p-values, of which Bonferroni
# rejects 3 and BH 4.
P_VALUES = [
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.324,
    0.4262,
    0.5719,
    0.6528,
    0.759,
    1,
]
# R 4.2.2, p.adjust of these
ADJUSTED = {
    "bonferroni": [
        0.0015,
        0.006,
        0.0285,
        0.1425,
        0.3015,
        0.417,
        0.447,
        0.516,
        0.6885,
        1,
        1,
        1,
        1,
        1,
        1,
    ],
    "holm": [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1],
    "simes-hochberg": [
        0.0015,
        0.0056,
        0.0247,
        0.114,
        0.2211,
        0.2682,
        0.2682,
        0.2752,
        0.3213,
        1,
        1,
        1,
        1,
        1,
        1,
    ],
    "fdr_bh": [
        0.0015,
        0.003,
        0.0095,
        0.035625,
        0.0603,
        0.06385714285714,
        0.06385714285714,
        0.0645,
        0.0765,
        0.486,
        0.5811818181818,
        0.714875,
        0.7532307692308,
        0.8132142857143,
        1,
    ],
    "fdr_by": [
        0.004977343489843,
        0.009954686979687,
        0.03152317543568,
        0.1182119078838,
        0.2000892082917,
        0.2118926228533,
        0.2118926228533,
        0.2140257700633,
        0.253844517982,
        1,
        1,
        1,
        1,
        1,
        1,
    ],
}


@pytest.fixture
def cases() -> Path:
    if "EGOVSTUDY_CASES" not in os.environ:
        pytest.skip("EGOVSTUDY_CASES names no folder")
    return Path(os.environ["EGOVSTUDY_CASES"])


def read(folder: Path) -> tuple[dict, dict]:
    case = json.loads((folder / "expected.json").read_text())
    return case["expected"], case["tolerance"]


@pytest.mark.parametrize("method", ADJUSTED)
def test_adjusted_p_values(method: str) -> None:
    assert multipletests(P_VALUES, method=method)[1].tolist() == pytest.approx(
        ADJUSTED[method], abs=1e-12
    )


def test_benjamini_and_hochberg_reject_four() -> None:
    assert multipletests(P_VALUES, method="bonferroni")[0].sum() == 3
    assert multipletests(P_VALUES, method="fdr_bh")[0].sum() == 4


def test_adjusted_p_values_of_the_case(cases: Path) -> None:
    expected, tolerance = read(cases / "p_adjust_bh1995")
    names = {
        "bonferroni": "bonferroni",
        "holm": "holm",
        "hochberg": "simes-hochberg",
        "BH": "fdr_bh",
        "BY": "fdr_by",
    }
    for name, method in names.items():
        adjusted = multipletests(P_VALUES, method=method)[1]
        assert adjusted.tolist() == pytest.approx(expected[name], abs=tolerance["abs"])


def test_power_of_the_t_test() -> None:
    # R 4.2.2 stats::power.t.test, examples of its help page; the smallest detectable difference at
    # n = 30
    power = TTestIndPower()
    assert power.power(1, 20, 0.05) == pytest.approx(0.8689528, abs=1e-5)
    assert power.solve_power(1, alpha=0.05, power=0.9) == pytest.approx(22.02110, abs=1e-4)
    assert power.solve_power(1, alpha=0.05, power=0.9, alternative="larger") == pytest.approx(
        17.84713, abs=1e-4
    )
    assert power.solve_power(nobs1=30, alpha=0.05, power=0.8) == pytest.approx(0.73562, abs=1e-4)


def test_detectable_change_of_a_step_over_twelve_waves() -> None:
    # Bloom (1995): (z of 1 - a/2 + z of power) standard errors, 2.80 for 80 % and 3.24 for 90 %
    multipliers = [stats.norm.isf(0.025) + stats.norm.ppf(power) for power in (0.8, 0.9)]
    assert multipliers == pytest.approx([2.8015852181, 3.2415155501], abs=1e-9)
    after = (np.arange(12) >= 8).astype(float)
    design = np.column_stack([np.ones(12), after])
    error = np.sqrt(np.linalg.inv(design.T @ design)[1, 1])
    assert error == pytest.approx(0.6123724357)
    assert multipliers[0] * error == pytest.approx(1.7156135638)
    # with t(10) it is more: the noncentral t has the power 0.8 at 1.9044588 (and R draws are within
    # 3 errors of it)
    exact, critical, draws = 1.9044588097822726, stats.t.isf(0.025, 10), 20_000
    beyond = stats.nct.sf(critical, 10, exact / error) + stats.nct.cdf(-critical, 10, exact / error)
    assert beyond == pytest.approx(0.8, abs=1e-4)
    outcomes = exact * after[:, None] + np.random.default_rng(1).standard_normal((12, draws))
    estimates, errors, _ = fit_many(design, outcomes)
    found = (np.abs(estimates[1]) > critical * errors["ols"][1]).mean()
    assert found == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / draws))


def test_power_numbers_of_the_case(cases: Path) -> None:
    expected, tolerance = read(cases / "power_ttest_mde")
    power = TTestIndPower()
    found = {
        "power_n20_d1": power.power(1, 20, 0.05),
        "n_per_group_power90_d1": power.solve_power(1, alpha=0.05, power=0.9),
        "n_per_group_power90_d1_one_sided": power.solve_power(
            1, alpha=0.05, power=0.9, alternative="larger"
        ),
        "mde_n30_power80": power.solve_power(nobs1=30, alpha=0.05, power=0.8),
    }
    for name, value in found.items():
        assert value == pytest.approx(expected[name], abs=tolerance["abs"]), name


def test_hc0_to_hc3_are_the_sandwich_packages(cases: Path) -> None:
    expected, tolerance = read(cases / "hc_publicschools")
    data = pd.read_csv(cases / "hc_publicschools" / "data.csv").dropna()
    income = data["income"] * 1e-4
    design = np.column_stack([np.ones(len(income)), income, income**2])
    names = ["(Intercept)", "Income", "I(Income^2)"]
    for kind in ("HC0", "HC1", "HC2", "HC3"):
        errors = sm.OLS(data["expenditure"].to_numpy(), design).fit(cov_type=kind).bse
        assert errors.tolist() == pytest.approx(
            [expected[kind][name] for name in names], rel=tolerance["rel"]
        )


def test_sicily_smoking_ban(cases: Path) -> None:
    # quasi-Poisson is scale="X2": Pearson's chi-squared over the residual degrees of freedom
    expected, tolerance = read(cases / "its_sicily_smoking_ban")
    data = pd.read_csv(cases / "its_sicily_smoking_ban" / "sicily.csv")
    month = 2 * np.pi * data["month"] / 12
    harmonics = pd.DataFrame(
        {
            f"{wave}{pair}": getattr(np, wave)(pair * month)
            for pair in (1, 2)
            for wave in ("sin", "cos")
        }
    )
    plain = pd.DataFrame({"(Intercept)": 1.0, "smokban": data["smokban"], "time": data["time"]})
    seasonal = plain.join(harmonics)
    designs = {
        "model1_poisson": (plain, None),
        "model2_quasi": (plain, "X2"),
        "model3_quasi_harm": (seasonal, "X2"),
        "model4_slope": (seasonal.assign(slope=(data["time"] - 36) * data["smokban"]), "X2"),
    }
    for name, (design, scale) in designs.items():
        wanted = expected[name]
        model = sm.GLM(
            data["aces"], design, family=sm.families.Poisson(), offset=np.log(data["stdpop"])
        )
        fit = model.fit(scale=scale)
        near = {"rel": tolerance["rel"]}
        assert fit.params[list(wanted["coef"])].to_dict() == pytest.approx(
            wanted["coef"], **near
        ), name
        assert fit.bse[list(wanted["se"])].to_dict() == pytest.approx(wanted["se"], **near), name
        assert fit.scale == pytest.approx(wanted["dispersion"], **near)
        assert fit.deviance == pytest.approx(wanted["deviance"], **near)
        assert np.exp(fit.conf_int().loc["smokban"]).tolist() == pytest.approx(
            wanted["rr_ci95"], **near
        )

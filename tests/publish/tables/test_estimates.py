"""Tables of estimates: against published results, and honest about p-values."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from egovstudy import ArgumentError, estimate_table, save_table, use_venue
from egovstudy.publish.tables.estimates import show_p

# NIST StRD, Longley: certified estimates and standard deviations
# (itl.nist.gov/div898/strd/lls/data/Longley.shtml).
LONGLEY = {
    "const": (-3482258.63459582, 890420.383607373),
    "GNPDEFL": (15.0618722713733, 84.9149257747669),
    "GNP": (-0.358191792925910e-01, 0.334910077722432e-01),
    "UNEMP": (-2.02022980381683, 0.488399681651699),
    "ARMED": (-1.03322686717359, 0.214274163161675),
    "POP": (-0.511041056535807e-01, 0.226073200069370),
    "YEAR": (1829.15146461355, 455.478499142212),
}
T_9 = 2.2621571628  # 97.5 % point of t with 9 degrees of freedom
FRAME = pd.DataFrame(
    {
        "outcome": ["OSI", "TII"],
        "estimate": [0.0712, -0.2],
        "lower": [-0.011, -0.4],
        "upper": [0.1534, 0.1],
        "p": [0.04, 0.5],
        "floor": [0.04, 0.04],
        "donors": [24, 24],
    }
)


@pytest.fixture(autouse=True)
def english(published):
    return published


def longley(**options):
    import statsmodels.api as sm

    data = sm.datasets.longley.load_pandas()
    return sm.OLS(data.endog, sm.add_constant(data.exog)).fit(**options)


def number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def test_longley_is_nists():
    table = estimate_table(longley(), digits=6).set_index("term")
    assert list(table.columns) == ["estimate", "95 % interval", "p"]
    for term, (estimate, deviation) in LONGLEY.items():
        lower, upper = (
            number(bound) for bound in table.loc[term, "95 % interval"].strip("[]").split(", ")
        )
        for shown, certified in (
            (number(table.loc[term, "estimate"]), estimate),
            (lower, estimate - T_9 * deviation),
            (upper, estimate + T_9 * deviation),
        ):
            assert shown == pytest.approx(certified, rel=1e-7, abs=1e-6)
    assert table.loc[["observations", "R²", "standard errors"], "estimate"].tolist() == [
        "16",
        "0.995",
        "model-based, t(9)",
    ]


def test_logit_is_greenes():
    # Greene (2003), Econometric Analysis, table 21.1: -13.021, 2.826, 0.095, 2.379; errors 4.931,
    # 1.263, 0.142, 1.064.
    import statsmodels.api as sm

    data = sm.datasets.spector.load_pandas()
    fit = sm.Logit(data.endog, sm.add_constant(data.exog)).fit(disp=0)
    table = estimate_table(fit).set_index("term")
    assert table["estimate"].iloc[:4].tolist() == ["−13.021", "2.826", "0.095", "2.379"]
    lower, upper = (
        number(bound) for bound in table.loc["GPA", "95 % interval"].strip("[]").split(", ")
    )
    assert (upper - lower) / 2 == pytest.approx(1.263 * 1.959964, abs=2e-3)
    assert table.loc[["pseudo R²", "standard errors"], "estimate"].tolist() == [
        "0.374",
        "model-based, z",
    ]


def test_the_errors_and_their_distribution_are_named():
    groups = np.arange(16) // 4
    fits = {
        "HC3, t": longley(cov_type="HC3", use_t=True),
        "HC3, z": longley(cov_type="HC3"),
        "HAC": longley(cov_type="HAC", cov_kwds={"maxlags": 1}),
        "cluster": longley(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True),
    }
    row = estimate_table(fits).set_index("term").loc["standard errors"]
    assert row.tolist() == ["HC3, t(9)", "HC3, z", "HAC, lags 1, z", "cluster, 4 clusters, t(3)"]


def test_models_side_by_side_leave_a_gap_where_a_term_is_missing():
    import statsmodels.api as sm

    whole = longley()
    exog = whole.model.data.orig_exog
    part = sm.OLS(whole.model.data.orig_endog, exog[["GNP", "YEAR"]]).fit()
    table = estimate_table({"whole": whole, "part": part}, level=0.9, terms=None)
    assert list(table.columns) == ["term", "whole", "part"]
    assert table["term"].tolist()[:6] == [
        "const",
        "90 % interval",
        "p",
        "GNPDEFL",
        "90 % interval",
        "p",
    ]
    assert table["part"].tolist()[:3] == ["", "", ""]
    assert table["whole"].iloc[2] == show_p(float(whole.pvalues["const"]))
    below = table.iloc[table.attrs["rules"][0] :].set_index("term")
    assert below.loc["R²"].tolist() == ["0.995", ""]
    # Without a constant it is another R², and it says so.
    assert below.loc["R², uncentred", "part"] == f"{part.rsquared:.3f}"
    assert table.attrs["gaps"] == [3, 6, 9, 12, 15, 18]
    # Terms are chosen from each model that has them, and stand in the order asked for.
    chosen = estimate_table(
        {"part": part, "whole": whole}, terms={"POP": "people", "GNP": "product"}
    )
    assert chosen["term"].tolist()[:4] == ["people", "95 % interval", "p", "product"]
    assert chosen.set_index("term").loc["people", "part"] == ""
    assert chosen.set_index("term").loc["terms not shown"].tolist() == ["1", "5"]


def test_terms_are_chosen_ordered_and_named():
    table = estimate_table(longley(), terms={"YEAR": "Year", "GNP": "Product"})
    assert table["term"].tolist() == [
        "Year",
        "Product",
        "observations",
        "R²",
        "standard errors",
        "terms not shown",
    ]
    assert table["estimate"].iloc[-1] == "5"
    with pytest.raises(ArgumentError, match=r"no model has a term 'YAER'.*Nearest: 'YEAR'"):
        estimate_table(longley(), terms={"YAER": "Year"})
    with pytest.raises(ArgumentError, match="same label"):
        estimate_table(longley(), terms={"YEAR": "x", "GNP": "x"})


def test_a_mixed_model_shows_its_fixed_terms_and_groups():
    import statsmodels.api as sm

    draw = np.random.default_rng(0)
    data = pd.DataFrame({"x": draw.normal(size=60), "g": np.repeat(range(12), 5)})
    data["y"] = data["x"] + np.repeat(draw.normal(size=12) * 2, 5) + draw.normal(size=60)
    fit = sm.MixedLM.from_formula("y ~ x", data, groups="g").fit()
    table = estimate_table(fit)
    assert table["term"].tolist() == ["Intercept", "x", "observations", "groups", "standard errors"]
    assert table["estimate"].tolist()[2:] == ["60", "12", "model-based, z"]
    assert table["estimate"].iloc[1] == f"{fit.fe_params['x']:.3f}"


def test_a_glm_fitted_with_bare_arrays_has_named_terms():
    import statsmodels.api as sm

    fit = sm.GLM(
        [0, 1, 1, 4, 6], np.c_[np.ones(5), np.arange(5)], family=sm.families.Poisson()
    ).fit()
    assert estimate_table(fit)["term"].tolist() == [
        "const",
        "x1",
        "observations",
        "standard errors",
    ]


def test_a_frame_keeps_its_own_columns():
    table = estimate_table(FRAME, level=0.9)
    assert table.columns.tolist() == [
        "outcome",
        "estimate",
        "90 % interval",
        "p",
        "floor of p",
        "donors",
    ]
    assert table.iloc[0].tolist() == ["OSI", "0.071", "[−0.011, 0.153]", "0.040", "0.040", 24]
    assert estimate_table(FRAME.set_index("outcome"), level=0.9).equals(table)


def test_missing_and_endless_bounds_are_shown_as_such():
    frame = pd.DataFrame(
        {
            "estimate": [0.1, 0.2, None],
            "lower": [-np.inf, None, None],
            "upper": [np.inf, 0.3, None],
            "p": [1, None, 0.2],
        }
    )
    table = estimate_table(frame, level=0.95)
    assert table["95 % interval"].tolist() == ["[−∞, ∞]", "", ""]
    assert table["estimate"].tolist() == ["0.100", "0.200", ""]
    assert table["p"].tolist() == ["1.000", "", "0.200"]


def test_indonesian_heads():
    use_venue("giq", language="id")
    assert estimate_table(FRAME, level=0.9).columns.tolist()[1:5] == [
        "estimasi",
        "interval 90 %",
        "p",
        "batas bawah p",
    ]
    assert "galat baku" in estimate_table(longley())["suku"].tolist()


@given(st.floats(0, 1), st.none() | st.floats(1e-7, 1))
@example(0.001, 0.001)
@example(1 / 27 * (1 - 1e-9), 1 / 27)
@example(0.00099999, None)
@example(0.001 * (1 - 1e-8), 0.001)
def test_p_is_never_shown_below_its_floor(p, floor):
    sign, shown = re.fullmatch(r"([<≤] )?([\d.]+)", show_p(p, floor)).groups()
    if sign == "< ":
        assert shown == "0.001"
        assert p < 0.001
        assert floor is None or floor < 0.001
    elif sign == "≤ ":
        assert p < floor
        assert float(shown) == pytest.approx(floor, rel=0.51)
    else:
        assert float(shown) == pytest.approx(max(p, floor or 0), abs=0.00051)
        assert float(shown) >= 0.001


def bad_frame(**changes):
    return FRAME.assign(**changes)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            FRAME.rename(columns={"estimate": "estimates"}),
            r"no column 'estimate'.*Nearest: 'estimates'",
        ),
        (FRAME.drop(columns="upper"), "column 'lower' and none named 'upper'"),
        (FRAME.drop(columns="p"), "column 'floor' and none named 'p'"),
        (bad_frame(estimate=["0.1", "n/a"]), "'estimate' holds not only numbers"),
        (bad_frame(lower=[0.5, -0.4]), r"row 0 has lower=0.5 above upper=0.1534"),
        (bad_frame(p=[4.0, 0.5]), r"p=4.0 is no p-value"),
        (bad_frame(floor=[0.0, 0.04]), r"floor=0.0 is no p-value"),
    ],
)
def test_frames_that_will_not_do(frame, message):
    with pytest.raises(ArgumentError, match=message):
        estimate_table(frame, level=0.9)


def test_the_level_of_a_frame_must_be_said():
    with pytest.raises(ArgumentError, match="say their level"):
        estimate_table(FRAME)
    with pytest.raises(ArgumentError, match="level=95 is no share"):
        estimate_table(FRAME, level=95)
    with pytest.raises(ArgumentError, match="terms= is for fitted models"):
        estimate_table(FRAME, level=0.9, terms={"a": "b"})


def test_what_is_no_result_is_refused():
    import statsmodels.api as sm

    data = sm.datasets.anes96.load_pandas()
    with pytest.raises(ArgumentError, match="OLS, which lacks params, pvalues, conf_int"):
        estimate_table(longley().model)
    with pytest.raises(ArgumentError, match="one is a float, which lacks"):
        estimate_table({"one": 0.5})
    with pytest.raises(ArgumentError, match="no model was given"):
        estimate_table({})
    several = sm.MNLogit(data.endog, sm.add_constant(data.exog[["age", "educ"]])).fit(disp=0)
    with pytest.raises(ArgumentError, match="more than one equation"):
        estimate_table(several)


def test_a_fit_that_did_not_converge_is_refused():
    import statsmodels.api as sm

    data = sm.datasets.spector.load_pandas()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = sm.Logit(data.endog, sm.add_constant(data.exog)).fit(disp=0, maxiter=1)
        glm = sm.GLM(data.endog, sm.add_constant(data.exog), family=sm.families.Binomial()).fit(
            maxiter=1
        )
    for one in (fit, glm):
        with pytest.raises(ArgumentError, match="did not converge"):
            estimate_table(one)


def test_a_saved_table_of_models_has_its_rule_and_its_figures_to_the_right(tmp_path):
    table = estimate_table(
        {"model-based": longley(), "HC3": longley(cov_type="HC3", use_t=True)}, digits=1
    )
    save_table(table, "tab99a-models", caption="Two models.", note="")
    tex = (tmp_path / "tab99a-models.tex").read_text(encoding="utf-8")
    assert r"\begin{tabular}{lrr}" in tex
    assert tex.count(r"\midrule") == 2
    assert tex.count(r"\addlinespace") == 6
    assert re.search(r"\\midrule\nobservations & 16 & 16 \\\\\nR\$\^2\$ & 0\.995 & 0\.995", tex)
    assert r"{[}$-$5,496,529.5, $-$1,467,987.8]" in tex

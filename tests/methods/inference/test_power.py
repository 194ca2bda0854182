"""Size and power: simulated p-values are the library's own, and known truths come out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from joblib import Memory

import egovstudy as eg
from egovstudy.errors import ArgumentError
from egovstudy.methods.comparative.power_staggered import simulate_staggered_power
from egovstudy.methods.inference.power import DESIGNS, Setting, p_values, simulate_power
from egovstudy.methods.inference.simulate import WAVES, simulate_panel

NAMES = ["TTT", *(f"D{number:03}" for number in range(4, 19))]
DESIGN = {"outcome": "score", "treated": "TTT", "donors": NAMES[1:], "treatment_wave": 2018}


def frame(scores: np.ndarray, gap: float) -> pd.DataFrame:
    scores = scores.copy()
    scores[0, np.asarray(WAVES) >= 2018] += gap
    return pd.DataFrame(
        {
            "iso3": np.repeat(NAMES, len(WAVES)),
            "wave": np.tile(WAVES, len(NAMES)),
            "score": scores.ravel(),
        }
    )


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    rng = np.random.default_rng(8)
    return rng.uniform(0.2, 0.6, (4, len(NAMES), 1)) + 0.05 * rng.standard_normal(
        (4, len(NAMES), len(WAVES))
    ).cumsum(axis=2)


@pytest.mark.parametrize("gap", [0.0, 0.15])
def test_p_values_are_those_of_the_library(drawn: np.ndarray, gap: float) -> None:
    gaps = np.array([0.0, gap]) if gap else np.array([0.0])
    found = p_values(drawn, Setting(WAVES, 2018), gaps, tuple(DESIGNS))
    for number, scores in enumerate(drawn):
        panel = frame(scores, gap)
        fit = eg.fit_synthetic(panel, **DESIGN)
        trend = eg.fit_trend(panel, outcome="score", treated="TTT", treatment_wave=2018, hac_lag=1)
        at = trend.table["term"].eq("level_change").to_numpy()
        ranks = eg.trend_placebo(trend).table.set_index("term")
        right = {
            "post_gap": eg.placebo_in_space(fit).p,
            "scaled_gap": eg.placebo_in_space(fit, "scaled_gap").p,
            "moving_block": eg.test_conformal(fit).p,
            "trend_hc3": trend.table.loc[at, "p"].item(),
            "trend_hac": trend.hac.loc[at, "p"].item(),
            "trend_rank": ranks.loc["level_change", "p"],
        }
        assert set(right) == set(DESIGNS)
        for name, p in right.items():
            assert found[name][-1, number] == pytest.approx(p, abs=1e-6), name


def test_a_test_is_as_large_as_it_says_where_countries_are_exchangeable() -> None:
    rng = np.random.default_rng(3)
    drawn = rng.standard_normal((600, 20, 6))
    found = p_values(
        drawn, Setting((2003, 2004, 2005, 2008, 2010, 2012), 2010), np.array([0.0]), ("post_gap",)
    )
    assert (found["post_gap"] <= 0.05).mean() == pytest.approx(0.05, abs=0.03)
    assert (found["post_gap"] <= 0.5).mean() == pytest.approx(0.5, abs=0.07)


def test_power_rises_and_newey_west_sees_what_is_not_there() -> None:
    panel = simulate_panel(units=25, noise=0.03, seed=2)
    given = DESIGN | {"donors": [f"D{number:03}" for number in range(4, 26)]}
    found = simulate_power(panel, **given, panels=60, gaps=[0, 0.1, 0.3, 0.6], seed=1)
    table = found.table.set_index("design")
    for design, rows in found.curve.groupby("design"):
        if (
            design != "scaled_gap"
        ):  # the treated country is a donor of others, whose errors may be small
            assert rows["power"].is_monotonic_increasing, design
    assert table.loc["post_gap", "floor"] == 1 / 23
    assert table.loc["moving_block", "floor"] == 1 / 12
    assert table.loc["moving_block", "size"] == 0  # its floor is above the level
    assert np.isnan(table.loc["moving_block", "detectable"])
    assert table.loc["trend_hac", "size"] > 2 * table.loc["trend_hc3", "size"]
    assert not table.loc["trend_hac", "main_test"]
    assert "nobody's main test" in repr(found)
    assert "none seen" in repr(found)


def test_results_are_kept_by_content(tmp_path) -> None:
    panel = simulate_panel(units=10, noise=0.03)
    given = DESIGN | {"donors": [f"D{number:03}" for number in range(4, 11)]}
    words = {
        "panels": 20,
        "gaps": [0, 0.3],
        "designs": ["post_gap"],
        "memory": Memory(tmp_path, verbose=0),
    }
    first, again = (simulate_power(panel, **given, **words) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, again.table)
    kept = list(tmp_path.rglob("output.pkl"))
    assert len(kept) == 1
    changed = panel.assign(score=panel["score"].where(panel.index != 3, 0.5))
    simulate_power(changed, **given, **words)
    simulate_power(panel, **given, **words, seed=2)
    assert len(list(tmp_path.rglob("output.pkl"))) == 3


def test_staggered_power() -> None:
    panel = simulate_panel(units=30, noise=0.02, seed=3)
    adoption = {"D004": 2014, "D005": 2016, "D006": 2018}
    found = simulate_staggered_power(
        panel, outcome="score", adoption=adoption, panels=60, draws=99, gaps=[0, 0.02, 0.3]
    )
    power = found.curve["power"].tolist()
    assert power[0] <= 0.15
    assert power == sorted(power)
    assert power[-1] > 0.9
    assert (found.n, found.n_pre) == (31, 6)


def test_bad_calls_say_what_to_do() -> None:
    panel = simulate_panel(units=10)
    given = DESIGN | {"donors": ["D004", "D005", "D006"]}
    with pytest.raises(ArgumentError, match="no design 'post_gp'. Nearest: 'post_gap'"):
        simulate_power(panel, **given, designs=["post_gp"])
    with pytest.raises(ArgumentError, match="Give sizes from 0 upwards"):
        simulate_power(panel, **given, gaps=[0.1, 0.2])
    with pytest.raises(ArgumentError, match="panels=0 and level=0.05"):
        simulate_power(panel, **given, panels=0)
    with pytest.raises(ArgumentError, match="treated: no country 'TTX' in the panel"):
        simulate_power(panel, **given | {"treated": "TTX"})

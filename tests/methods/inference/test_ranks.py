"""Ranks, sets by inversion, and what all results share."""

from __future__ import annotations

import numpy as np
import pytest
from support.panels import fit_of, panel_of

import egovstudy as eg
from egovstudy.errors import ArgumentError
from egovstudy.methods.inference.draws import blocks, ways
from egovstudy.methods.inference.ranks import (
    check_level,
    gaps_not_rejected,
    others_needed,
    rank_p,
    ranks_of_each,
)


def test_equals_and_unknowns_count_against_the_finding() -> None:
    values = np.array([[0.3, 0.1, 0.3, np.nan], [0.2, 0.2 - 1e-12, 0.1, 0.0]])
    assert rank_p(values, values[:, :1]).tolist() == [0.75, 0.25]
    assert rank_p(values, values[:, :1], 1e-9).tolist() == [0.75, 0.5]
    assert rank_p(values[:, 1:], values[:, :1].ravel()[:, None], 1e-9, drawn=True).tolist() == [
        0.75,
        0.5,
    ]
    found = ranks_of_each(values, 1e-9)
    np.testing.assert_array_equal(found, [[3, 4, 3, np.nan], [2, 2, 3, 4]])
    assert ranks_of_each(values[:1, :3], n=np.array([5])).tolist() == [[4.0, 5.0, 4.0]]


@pytest.mark.parametrize("seed", range(6))
def test_a_set_is_what_the_test_does_not_reject(seed: int) -> None:
    rng = np.random.default_rng(seed)
    start, slope, level = rng.normal(), rng.uniform(0.5, 2), 0.8
    others, moves = rng.normal(size=19), rng.uniform(-0.4, 0.4, 19) * slope
    lower, upper, connected = gaps_not_rejected((start, slope), others, moves, level)

    def kept(gap: float) -> bool:
        return rank_p(np.abs(others + moves * gap), abs(start - slope * gap), drawn=True) > 0.2

    grid = np.linspace(lower - 1, upper + 1, 4001)
    inside = np.array([kept(gap) for gap in grid])
    assert grid[inside].min() == pytest.approx(lower, abs=grid[1] - grid[0])
    assert grid[inside].max() == pytest.approx(upper, abs=grid[1] - grid[0])
    assert connected == inside[(grid > lower) & (grid < upper)].all()
    whole = gaps_not_rejected((start, slope), others, moves, 0.96)
    assert whole == (-np.inf, np.inf, True)


def test_what_a_level_needs_and_refuses() -> None:
    for n in (9, 10, 20, 159):
        for level in (0.5, 0.75, 0.9, 0.95):
            least = next(k for k in range(n + 1) if (1 + k) / n > 1 - level + 1e-12)
            assert others_needed(level, n) == least
    with pytest.raises(ArgumentError, match="level=90 is not between 0 and 1"):
        check_level(90)


def test_draws_are_counted_and_cut() -> None:
    assert (ways([3, 1]), ways([1, 1, 1]), ways([])) == (4, 6, 1)
    assert blocks(1001, 500) == [500, 500, 1]
    assert sum(blocks(7, 3)) == 7


def test_every_result_prints_and_gives_its_table_as_plain_columns() -> None:
    panel = panel_of(np.random.default_rng(1).normal(size=(8, 8)))
    fit = fit_of(panel, 2007)
    placebo, test = eg.placebo_in_space(fit), eg.test_conformal(fit)
    found = {
        fit: ["wave", "observed", "synthetic", "synthetic_lower", "synthetic_upper", "gap"],
        placebo: ["iso3", "treated", "rank", "statistic"],
        placebo.rank_bounds(): ["iso3", "treated", "lower", "upper", "unique"],
        placebo.gap_set(0.8): ["gap", "lower", "upper", "connected"],
        test: ["wave", "residual", "tested"],
        test.sets(0.8): ["wave", "lower", "upper", "p"],
        eg.placebo_in_time(fit): ["placebo_wave", "wave", "gap"],
        eg.leave_one_donor_out(fit): ["left_out", "weight", "pre_rmspe"],
    }
    for result, columns in found.items():
        frame = result.to_frame()
        assert frame.columns.tolist()[: len(columns)] == columns
        frame[frame.columns[0]] = 0
        assert not result.to_frame().equals(frame), "a copy"
        assert "uncoded, not untreated" in repr(result)
    np.testing.assert_allclose(fit.table["observed"] - fit.table["synthetic"], fit.gaps)


def test_bounds_are_those_of_one_statistic() -> None:
    fit = fit_of(panel_of(np.random.default_rng(1).normal(size=(8, 8))), 2007)
    with pytest.raises(ArgumentError, match="ranks scaled_gap; the bounds are those of post_gap"):
        eg.placebo_in_space(fit, "scaled_gap").rank_bounds()

"""Where many weights fit equally well: detection, sharp bounds and the two tie rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.cases import Case
from support.panels import Array

from egovstudy.data.tables.loading import load_egdi
from egovstudy.methods.synthetic.simplex import fit_simplex
from egovstudy.methods.synthetic.ties import Optimum, find_optimum, fit_each_unit, nearest_of_many


def optimum(rows: Array, target: Array) -> Optimum:
    weights, _ = fit_simplex(rows[None], target[None, None], np.ones((1, 1, rows.shape[1]), bool))
    return find_optimum(rows, target, weights[0, 0])


def test_four_donors_on_a_line() -> None:
    found = optimum(np.array([[0.0, 1, 2, 3]]), np.array([1.5]))
    assert found.exact
    assert not found.unique
    np.testing.assert_allclose(found.bounds(np.array([[10.0, 20, 40, 80]])), [[30, 45]], atol=1e-9)
    np.testing.assert_allclose(found.choose("nearest"), [0, 0.5, 0.5, 0], atol=1e-9)
    np.testing.assert_allclose(found.choose("minimum_norm"), [0.25] * 4, atol=1e-9)


def test_two_donors_that_are_the_same() -> None:
    found = optimum(np.array([[1.0, 1, 5]]), np.array([0.0]))
    assert not found.exact
    assert not found.unique
    np.testing.assert_allclose(found.choose("minimum_norm"), [0.5, 0.5, 0], atol=1e-9)
    np.testing.assert_allclose(found.choose("nearest"), [0.5, 0.5, 0], atol=1e-9)
    np.testing.assert_allclose(found.bounds(np.array([[3.0, 7, 9]])), [[3, 7]], atol=1e-9)


def test_donors_equally_near_leave_the_choice_to_the_norm() -> None:
    square = np.array(
        [[0.0, 1, 0, 1], [0, 0, 1, 1]]
    )  # four corners: every exact fit has the same distance, 0.4375
    found = optimum(square, np.array([0.25, 0.5]))
    for rule in ("nearest", "minimum_norm"):
        weights = found.choose(rule)
        np.testing.assert_allclose(weights, [0.375, 0.125, 0.375, 0.125], atol=1e-9)
    distance = ((square - np.array([[0.25], [0.5]])) ** 2).sum(axis=0)
    assert weights @ distance == pytest.approx(0.4375, abs=1e-12)


@pytest.mark.parametrize(
    ("digits", "tiny"), [(12, 0.0), (12, 8.6e-12), (10, 1e-12), (8, 1e-12), (6, 0.0)]
)
def test_twins_beside_a_donor_with_next_to_nothing_share_evenly(digits: int, tiny: float) -> None:
    """As among the EGDI's hosts: on some processors Newton's method went back and forth here."""
    donors = np.array(
        [
            [-0.217203218, -0.276143289, -0.246679741, -0.276143289, -0.276143289],
            [-0.222711561, -0.296811372, -0.222711561, -0.296811372, -0.259761467],
            [-0.192116974, -0.362777341, -0.328671203, -0.362777341, -0.362777341],
        ]
    ).round(digits)
    weights = np.array([0, 0.500175 - tiny, tiny, 0, 0.499825])
    middle = donors.mean(axis=1, keepdims=True)
    found = find_optimum(donors - middle, (donors - middle) @ weights, weights)
    np.testing.assert_allclose(
        found.choose("minimum_norm"), [0, 0.2500875, 0, 0.2500875, 0.499825], atol=1e-8
    )


def test_an_answer_on_the_rim_is_unique() -> None:
    assert optimum(np.array([[0.0, 1, 2, 3]]), np.array([-1.0])).unique
    assert optimum(
        np.array([[0.0, 1, 2, 3]]), np.array([3.0])
    ).unique  # met exactly, and by one donor only
    assert optimum(np.array([[0.0, 1, 0], [0, 0, 1]]), np.array([0.2, 0.3])).unique


def test_an_answer_on_an_edge_with_a_third_donor_on_it_is_not() -> None:
    found = optimum(np.array([[0.0, 1, 0.5, 0.2], [0, 0, 0, 1]]), np.array([0.5, -1.0]))
    assert (found.exact, found.unique) == (False, False)
    np.testing.assert_allclose(found.bounds(np.array([[0.0, 0, 1, 5]])), [[0, 1]], atol=1e-9)


def test_indonesia_with_the_zeros_left_in() -> None:
    case = Case("sc_indonesia_egdi_nonunique")
    scores = case.table().set_index("country")
    waves = case.inputs["waves"]
    treated = scores.index.get_loc("Indonesia")
    own = np.arange(len(scores)) != treated
    values = scores.to_numpy()
    for count, right in case.expected["by_T0"].items():
        first = int(count)
        rows = np.ascontiguousarray(values[:, :first].T)
        found = optimum(rows[:, own], rows[:, treated])
        way = rows[:, own] @ found.weights - rows[:, treated]
        assert np.sqrt((way**2).mean()) == pytest.approx(
            right["pre_rmspe_optimal"], abs=case.tolerance["pre_rmspe_abs"]
        )
        assert found.exact == right["exact_fit"]
        reach = values[treated, first:, None] - found.bounds(values[own, first:].T)[:, ::-1]
        if "bounds" in right:
            told = [[one["effect_min"], one["effect_max"]] for one in right["bounds"].values()]
            np.testing.assert_allclose(reach, told, atol=case.tolerance["bounds_abs"])
            assert not found.unique
        for rule, key in (("nearest", "nearest_rule"), ("minimum_norm", "min_norm_rule")):
            if key in right:
                weights = found.choose(rule)
                gaps = dict(
                    zip(
                        waves[first:],
                        values[treated, first:] - weights @ values[own, first:],
                        strict=True,
                    )
                )
                for wave, gap in right[key]["effect"].items():
                    assert gaps[int(wave)] == pytest.approx(
                        gap, abs=case.tolerance["min_norm_effect_abs"]
                    )
        for country, weight in right.get("nearest_rule", {}).get("weights", {}).items():
            here = found.choose("nearest")[list(scores.index[own]).index(country)]
            assert here == pytest.approx(weight, abs=case.tolerance["nearest_weights_abs"])
    for count, number in case.expected["n_units_exact_fit_by_T0"].items():
        rows = np.ascontiguousarray(values[:, : int(count)].T)
        weights, _ = fit_each_unit(rows[None], nearest=False)
        assert (np.abs(rows @ weights[0].T - rows).max(axis=0) < 1e-9).sum() == number


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(0, 3))
def test_bounds_hold_every_optimal_answer(seed: int, count: int, twins: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((count, 12))
    rows = np.hstack([rows, rows[:, :twins]])
    target = rows @ rng.dirichlet(np.ones(rows.shape[1]))  # inside: met exactly
    found, values = optimum(rows, target), rng.standard_normal((2, rows.shape[1]))
    low, high = found.bounds(values).T
    near, least = found.choose("nearest"), found.choose("minimum_norm")
    for weights in (found.weights, near, least):
        np.testing.assert_allclose(rows @ weights, target, atol=1e-7)
        assert weights.min() >= 0
        assert (values @ weights >= low - 1e-7).all()
        assert (values @ weights <= high + 1e-7).all()
    distance = ((rows - target[:, None]) ** 2).sum(axis=0)
    assert near @ distance <= min(found.weights @ distance, least @ distance) + 1e-7
    assert least @ least <= min(found.weights @ found.weights, near @ near) + 1e-7


@pytest.mark.parametrize("twins", [0, 3])
def test_many_targets_at_once_get_what_each_gets_alone(twins: int) -> None:
    rng = np.random.default_rng(11)
    rows = rng.standard_normal((3, 25))
    rows = np.hstack([rows, rows[:, :twins]])
    weights, _ = fit_each_unit(rows[None])
    for unit in range(rows.shape[1]):
        others = np.delete(rows, unit, axis=1)
        alone = optimum(others, rows[:, unit])
        right = alone.choose("nearest") if alone.exact else alone.weights
        np.testing.assert_allclose(
            others @ np.delete(weights[0, unit], unit), others @ right, atol=1e-9
        )
        distance = ((others - rows[:, [unit]]) ** 2).sum(axis=0)
        assert np.delete(weights[0, unit], unit) @ distance == pytest.approx(
            right @ distance, abs=1e-8
        )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5))
def test_of_donors_equally_near_many_targets_choose_as_one_does(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    rows = (
        np.round(rng.random((count, 20)) ** 2 * 6) / 6
    )  # coarse, as e-participation is: many lie equally near
    weights, _ = fit_each_unit(rows[None])
    for unit in range(rows.shape[1]):
        alone = optimum(np.delete(rows, unit, axis=1), rows[:, unit])
        np.testing.assert_allclose(
            np.delete(weights[0, unit], unit), alone.choose("nearest"), atol=1e-8
        )


def test_twins_of_the_record_are_seen_beside_a_target_that_is_not_met() -> None:
    """Gabon's e-participation to 2012: Palau and Sao Tome and Principe have the same scores."""
    waves = [2003, 2004, 2005, 2008, 2010, 2012]
    scores = load_egdi().pivot(index="wave", columns="iso3", values="epi").loc[waves].dropna(axis=1)
    donors = scores.drop(columns=["IDN", "GAB"])
    found = optimum(donors.to_numpy(), scores["GAB"].to_numpy())
    chosen = dict(zip(donors.columns, found.choose("nearest"), strict=True))
    assert (found.exact, found.unique) == (False, False)
    assert chosen["PLW"] == pytest.approx(chosen["STP"], abs=1e-9)
    assert chosen["PLW"] > 0.2


def test_nothing_is_chosen_where_nothing_is_met() -> None:
    rows, target = np.array([[0.0, 1, 2]]), np.array([[5.0]])
    weights = np.array([[0.0, 0, 1]])
    assert (
        nearest_of_many(rows, target, np.ones((1, 3), bool), weights).tolist() == weights.tolist()
    )

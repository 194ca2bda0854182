"""The exact core: textbook problems, a proof for every fit, and an outside judge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from support.panels import Array, families, smooth

from egovstudy.methods.synthetic.simplex import fit_simplex
from egovstudy.methods.synthetic.ties import fit_each_unit

PROVED = 1e-10
# min |y - X w|^2 over the simplex, solved by hand: projection on a corner, an edge, inside, on the
# only donor.
BY_HAND = {
    "corner": ([[0, 1, 0], [0, 0, 1]], [2, 0], [0, 1, 0]),
    "edge": ([[0, 1, 0], [0, 0, 1]], [1, 1], [0, 0.5, 0.5]),
    "inside": ([[0, 1, 0], [0, 0, 1]], [0.2, 0.3], [0.5, 0.2, 0.3]),
    "one donor": ([[3.0], [4.0]], [0, 0], [1]),
}


def one(rows: Array, target: Array, **words: float) -> tuple[Array, float]:
    weights, certificate = fit_simplex(
        rows[None], target[None, None], np.ones((1, 1, rows.shape[1]), bool), **words
    )
    return weights[0, 0], certificate.item()


def gap_of(rows: Array, weights: Array) -> Array:
    """Duality gap of every unit fitted by the others, worked out one by one."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    size = np.abs(rows).max() ** 2 or 1.0
    found = []
    for unit, held in enumerate(weights):
        way = rows @ held - rows[:, unit]
        slope = np.delete(way @ rows, unit)
        found.append((way @ rows @ held - slope.min()) / size)
    return np.array(found)


@pytest.mark.parametrize(("rows", "target", "right"), BY_HAND.values(), ids=BY_HAND)
def test_problems_solved_by_hand(rows: list, target: list, right: list) -> None:
    weights, certificate = one(np.array(rows, float), np.array(target, float))
    np.testing.assert_allclose(weights, right, atol=1e-12)
    assert certificate <= PROVED


@pytest.mark.parametrize("name", families())
def test_every_fit_of_every_family_is_proved(name: str) -> None:
    rows = families()[name]
    weights, certificate = fit_each_unit(rows[None], nearest=False)
    assert certificate.max() <= PROVED
    assert gap_of(rows, weights[0]).max() <= PROVED
    np.testing.assert_allclose(weights[0].sum(axis=1), 1, atol=1e-12)
    assert weights.min() >= 0
    assert np.diagonal(weights[0]).max() == 0


def clarabel_value(rows: Array, target: Array) -> float:
    """Least squared distance by an interior-point solver; variables: the weights and the ways."""
    import clarabel

    count, donors = rows.shape
    quadratic = sparse.diags_array(np.r_[np.zeros(donors), np.ones(count)], format="csc")
    equal = sparse.csc_array(
        np.block([[rows, -np.eye(count)], [np.ones((1, donors)), np.zeros((1, count))]])
    )
    signs = sparse.csc_array(np.hstack([-np.eye(donors), np.zeros((donors, count))]))
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-11
    solver = clarabel.DefaultSolver(
        quadratic,
        np.zeros(donors + count),
        sparse.vstack([equal, signs], format="csc"),
        np.r_[target, 1.0, np.zeros(donors)],
        [clarabel.ZeroConeT(count + 1), clarabel.NonnegativeConeT(donors)],
        settings,
    )
    return 2 * solver.solve().obj_val


@pytest.mark.parametrize("name", families())
def test_an_interior_point_solver_finds_nothing_better(name: str) -> None:
    rows = families()[name]
    rows = rows - rows.mean(axis=1, keepdims=True)
    rows = rows / (np.abs(rows).max() or 1.0)
    for unit in (0, rows.shape[1] // 2):
        others, target = np.delete(rows, unit, axis=1), rows[:, unit]
        weights, _ = one(others, target)
        own = ((others @ weights - target) ** 2).sum()
        assert own <= clarabel_value(others, target) + 1e-9


def test_panels_side_by_side_are_the_panels_alone() -> None:
    rows = np.zeros((3, 9, 50))
    usable = np.ones((3, 50), bool)
    usable[1, 40:] = False
    for panel, count in enumerate((9, 6, 8)):
        rows[panel, :count] = smooth(50, 12, seed=panel)[:count]
    rows[1, :, 40:] = 0.0
    weights, certificate = fit_each_unit(rows, usable)
    assert certificate.max() <= PROVED
    for panel, (count, units) in enumerate(((9, 50), (6, 40), (8, 50))):
        alone, _ = fit_each_unit(rows[panel : panel + 1, :count, :units])
        np.testing.assert_allclose(weights[panel, :units, :units], alone[0], atol=1e-8)
    assert not weights[1, 40:].any()
    assert not weights[1, :, 40:].any()


@pytest.mark.parametrize("penalty", [1e-8, 1e-4, 1e-2, 1.0, 100.0])
def test_penalised_fits_are_proved_and_end_at_the_nearest_donor(penalty: float) -> None:
    rows = smooth(80, 12)[:8]
    others, target = rows[:, 1:], rows[:, 0]
    weights, certificate = one(others, target, penalty=penalty)
    assert certificate <= PROVED
    way = others @ weights - target
    distance = ((others - target[:, None]) ** 2).sum(axis=0)
    slope = way @ others + penalty / 2 * distance
    assert weights @ slope - slope.min() <= PROVED
    if penalty == 100:
        assert weights.argmax() == distance.argmin()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 10), st.integers(2, 40))
def test_donors_may_come_in_any_order(seed: int, count: int, donors: int) -> None:
    rng = np.random.default_rng(seed)
    rows, order = rng.standard_normal((count, donors)), rng.permutation(donors)
    target = rng.standard_normal(count)
    (first, _), (second, _) = one(rows, target), one(rows[:, order], target)
    np.testing.assert_allclose(rows @ first, rows[:, order] @ second, atol=1e-7)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(3, 60))
def test_no_donor_held_lies_on_the_flat_of_the_others(seed: int, count: int, donors: int) -> None:
    """Coarse scores have twins and threes in line; holding all leaves weights to rounding."""
    rng = np.random.default_rng(seed)
    rows = np.round(rng.random((count, donors)) ** 3 * 17) / 17
    outside, inside = (
        rows[:, :3].T + rng.normal(0, 0.3, (3, count)),
        rng.dirichlet(np.ones(donors), 3) @ rows.T,
    )
    weights, _ = fit_simplex(
        rows[None], np.vstack([outside, inside])[None], np.ones((1, 6, donors), bool)
    )
    for own in weights[0]:
        held = np.vstack([rows, np.ones(donors)])[:, own > 0]
        assert np.linalg.matrix_rank(held, tol=1e-9) == held.shape[1]

"""What placebos and conformal inference share: refits of a synthetic control under its own rule, and ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from egovstudy.errors import ArgumentError
from egovstudy.methods.matching import Matching
from egovstudy.methods.simplex import Array, fit_simplex
from egovstudy.methods.synthetic import CERTIFIED, SyntheticFit
from egovstudy.methods.ties import EXACT, TIE_RULES, find_optimum, nearest_of_many

ON_LEVEL = 1e-12  # a p this near the level is on it: 1 - 0.9 is not quite 0.1


def rule_of(fit: SyntheticFit) -> str:
    """Name of the tie rule of a fit, as :func:`egovstudy.fit_synthetic` takes it."""
    return next(name for name, words in TIE_RULES.items() if words == fit.tie_rule)


def has_intercept(matching: Matching) -> bool:
    """Whether every country stands at its distance from its own mean over the pre-waves."""
    outcomes = matching.outcomes
    return bool(np.abs(outcomes[~matching.post].mean(axis=0)).max() <= EXACT * np.abs(outcomes).max())


def covariate_rows(matching: Matching) -> Array:
    """Rows that are matched beside the outcome, shape (covariates, 1 + N)."""
    pre = matching.outcomes[~matching.post]
    outcome_matched = len(matching.rows) >= len(pre) and np.array_equal(matching.rows[: len(pre)], pre)
    return matching.rows[len(pre) :] if outcome_matched else matching.rows


def rows_on(matching: Matching, fitted: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Set out what is matched if only some waves are.

    Parameters
    ----------
    matching : Matching
    fitted : bool array, shape (waves,)
        The waves to match, some of the pre-waves.

    Returns
    -------
    rows : array, shape (R, 1 + N)
    outcomes : array, shape (waves, 1 + N)
        Less each country's mean over the fitted waves if there is an intercept.
    """
    outcomes = matching.outcomes
    if has_intercept(matching):
        outcomes = outcomes - outcomes[fitted].mean(axis=0)
    beside = covariate_rows(matching)
    return (beside if beside is matching.rows else np.vstack([outcomes[fitted], beside])), outcomes


def refuse_penalty(fit: SyntheticFit) -> None:
    """Refuse a fit that does not come as near as it can: its refits would be made by another rule."""
    rows = fit.matching.rows
    best, _ = fit_simplex(rows[None, :, 1:], rows[None, None, :, 0], np.ones((1, 1, rows.shape[1] - 1), bool))
    here, least = (np.linalg.norm(rows[:, 0] - rows[:, 1:] @ one) for one in (fit.weights.to_numpy(), best[0, 0]))
    if here - least > EXACT * spread_of(rows):
        raise ArgumentError(
            "this fit has a penalty: its weights do not come as near as weights can. Placebos and conformal inference "
            "are made for fits without one; call fit_synthetic with penalty=0."
        )


def spread_of(rows: Array) -> float:
    """Largest distance from the mean of a row; 1 if there is none."""
    return float(np.abs(rows - rows.mean(axis=1, keepdims=True)).max(initial=0)) or 1.0


def fit_targets(rows: Array, targets: Array, allowed: NDArray[np.bool_], ties: str) -> tuple[Array, Array]:
    """Fit many targets of one panel, each under the tie rule.

    Parameters
    ----------
    rows : array, shape (R, N)
    targets : array, shape (U, R)
    allowed : bool array, shape (U, N)
        Which donors a target may use.
    ties : str
        Name of the tie rule.

    Returns
    -------
    weights : array, shape (U, N)
    certificate : array, shape (U,)
        Scaled duality gap.

    Examples
    --------
    >>> rows = np.array([[0.0, 1.0, 2.0, 4.0]])
    >>> weights, certificate = fit_targets(rows, rows.T, ~np.eye(4, dtype=bool), "nearest")
    >>> weights[1].round(9).tolist(), bool(certificate.max() < 1e-12)
    ([0.5, 0.0, 0.5, 0.0], True)
    """
    found, certificate = fit_simplex(rows[None], targets[None], allowed[None])
    weights, certificate = found[0], certificate[0]
    if not certificate.max() <= CERTIFIED:
        raise ArgumentError(
            f"a refit could be certified to {certificate.max():.0e} only; {CERTIFIED:.0e} is asked. Does a donor or "
            "covariate have values that are many orders larger than the others? Leave it out or rescale it."
        )
    met = are_met(rows, targets, weights)
    if ties == "nearest":
        weights = nearest_of_many(rows, targets, allowed, weights)
    for row in range(len(targets)) if ties != "nearest" else np.flatnonzero(~met):
        own = allowed[row]
        weights[row, own] = find_optimum(rows[:, own], targets[row], weights[row, own]).choose(ties)
    return weights, certificate


def are_met(rows: Array, targets: Array, weights: Array) -> NDArray[np.bool_]:
    """Which targets their weights meet exactly, to 1e-9 of the panel's largest distance."""
    return np.linalg.norm(weights @ rows.T - targets, axis=1) <= EXACT * spread_of(rows)


def ranks_against(values: Array, rounding: Array) -> NDArray[np.intp]:
    """Rank of each value, 1 the largest; equals, up to what a value is off by rounding, all take their last place.

    Examples
    --------
    >>> ranks_against(np.array([0.3, 0.1, 0.3, 0.2]), np.full(4, 1e-9)).tolist()
    [2, 4, 2, 3]
    """
    return (values >= (values - rounding)[:, None]).sum(axis=1)


def check_level(level: float) -> None:
    """Check the level of a set."""
    if not 0 < level < 1:
        raise ArgumentError(f"level={level!r} is not between 0 and 1. Give a share such as 0.9.")

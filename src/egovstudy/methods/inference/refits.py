"""What placebos and conformal inference share: refits of a synthetic control under its own rule, and ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from egovstudy.errors import ArgumentError
from egovstudy.methods.inference.draws import progress
from egovstudy.methods.synthetic import (
    CERTIFIED,
    EXACT,
    Array,
    SyntheticFit,
    find_optimum,
    fit_simplex,
    nearest_of_many,
)


def refuse_penalty(fit: SyntheticFit) -> None:
    """Refuse a fit with a penalty: placebos would need one for each country."""
    if fit.penalty:
        raise ArgumentError(
            f"this fit has a penalty of {fit.penalty:g}. Placebos and conformal inference are made"
            " for fits without one; call fit_synthetic with penalty=0."
        )


def spread_of(rows: Array) -> float:
    """Largest distance from the mean of a row; 1 if there is none."""
    return float(np.abs(rows - rows.mean(axis=1, keepdims=True)).max(initial=0)) or 1.0


def fit_targets(
    rows: Array, targets: Array, allowed: NDArray[np.bool_], ties: str
) -> tuple[Array, Array]:
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
            f"a refit could be certified to {certificate.max():.0e} only; {CERTIFIED:.0e} is asked."
            " Does a donor or covariate have values that are many orders larger than the others?"
            " Leave it out or rescale it."
        )
    if ties == "nearest":
        return nearest_of_many(rows, targets, allowed, weights), certificate
    for row in progress(range(len(targets)), "countries", len(targets)):
        own = allowed[row]
        weights[row, own] = find_optimum(rows[:, own], targets[row], weights[row, own]).choose(ties)
    return weights, certificate


def are_met(rows: Array, targets: Array, weights: Array) -> NDArray[np.bool_]:
    """Which targets their weights meet exactly, to 1e-9 of the panel's largest distance."""
    return np.linalg.norm(weights @ rows.T - targets, axis=1) <= EXACT * spread_of(rows)

"""Conformal inference: are the post-waves out of step with the treated country's other waves.

Chernozhukov, Wuthrich and Zhu (2021, JASA 116, 1849-1864): take the hypothesised gap off the
post-waves, fit on all waves, and ask where the residuals of the post-waves stand among those of the
others. The residuals of the best fit are the same for all weights that fit equally well, so no tie
rule enters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.inference.refits import refuse_penalty
from egovstudy.methods.synthetic import CERTIFIED, EXACT, Array, SyntheticFit, fit_simplex

DESIGNS = {
    "synthetic_control": "weighted donors",
    "difference_in_differences": "the mean of all donors and a constant",
}


@dataclass(frozen=True, eq=False)
class ConformalTest:
    """A moving-block test of one hypothesised gap.

    Attributes
    ----------
    outcome, treated, design : str
    gap : float
        Hypothesised, in every tested wave.
    tested : tuple of int
        The waves tested.
    residuals : Series
        By wave: outcome, less the gap where tested, minus its fit on all waves.
    statistic : float
        Sum of the absolute residuals of the tested waves.
    p : float
        Share of the cyclic shifts of the block whose sum is at least as large.
    """

    outcome: str
    treated: str
    design: str
    gap: float
    tested: tuple[int, ...]
    residuals: pd.Series = field(repr=False)
    statistic: float
    p: float

    @property
    def n(self) -> int:
        """Number of waves, and of shifts."""
        return len(self.residuals)

    @property
    def floor(self) -> float:
        """Smallest p that can come out: 1 over the number of waves."""
        return 1 / self.n

    def __repr__(self) -> str:
        lines = [
            (
                f"Conformal test for {self.treated}: {self.outcome}, gap of {self.gap:g} in"
                f" {listed(self.tested)}."
            ),
            f"Compared with {DESIGNS[self.design]}, fitted on all {self.n} waves.",
            (
                f"p = {round(self.p * self.n)}/{self.n} = {self.p:.4f} (moving block, equals"
                f" counted against {self.treated}; floor 1/{self.n} = {self.floor:.4f})."
            ),
            (
                "Assumes that with this gap taken off no wave was more likely than another to have"
                " large residuals (stationary, hardly dependent). A dozen waves cannot show that."
            ),
            "The donors' partnerships are uncoded, not untreated.",
        ]
        return "\n".join(lines)


def conformal_test(
    fit: SyntheticFit, gap: float = 0.0, *, held_out: int = 0, design: str = "synthetic_control"
) -> ConformalTest:
    """Test one gap in all post-waves by moving blocks.

    The statistic is the sum of ``|u_t|`` over the post-waves, with ``u`` the residuals of the fit
    on all T waves after the gap is taken off the post-waves. It is compared with the same sum after
    each of the T cyclic shifts of ``u``.

    Parameters
    ----------
    fit : SyntheticFit
        From :func:`egovstudy.fit_synthetic`, on outcomes alone and without a penalty.
    gap : float
        Hypothesised, in units of the outcome.
    held_out : int
        0 tests the post-waves. k drops them and tests the last k pre-waves as if they came after
        the event: a placebo.
    design : {"synthetic_control", "difference_in_differences"}
        Compare with weighted donors (and a constant if the fit has an intercept), or with the mean
        of all donors and a constant.

    Returns
    -------
    ConformalTest

    Raises
    ------
    ArgumentError
        If the gap is no number, fewer than two waves are left before those tested, or the fit has
        covariates or a penalty.

    Examples
    --------
    >>> import egovstudy as eg
    >>> panel = eg.make_panel(eg.load_egdi())
    >>> fit = eg.fit_synthetic(
    ...     panel, outcome="egdi", treated="IDN", donors=["MYS", "THA", "VNM", "PHL"], treatment_wave=2018
    ... )
    >>> test = eg.conformal_test(fit)
    >>> test.n, round(test.p * test.n)
    (12, 5)
    """
    if not isfinite(gap):
        raise ArgumentError(f"gap={gap!r} is no number. Give one in units of {fit.outcome}.")
    treated, donors, intercept = compared_series(fit, design)
    waves, post = np.array(fit.matching.waves), fit.matching.post
    if held_out:
        _check_held_out(fit, held_out)
        waves, treated, donors = waves[~post], treated[~post], donors[~post]
        post = np.arange(len(waves)) >= len(waves) - held_out
    residuals = residuals_of(donors, (treated - gap * post)[None], intercept)[0]
    sums = np.array([np.abs(np.roll(residuals, shift))[post].sum() for shift in range(len(waves))])
    return ConformalTest(
        fit.outcome,
        fit.treated,
        design,
        gap=float(gap),
        tested=tuple(waves[post].tolist()),
        residuals=pd.Series(residuals, index=pd.Index(waves, name="wave"), name="residual"),
        statistic=float(sums[0]),
        p=float((sums >= sums[0] - rounding_of(donors, treated, gap)).mean()),
    )


def compared_series(fit: SyntheticFit, design: str) -> tuple[Array, Array, bool]:
    """Give the treated country (waves,), what it is compared with (waves, N), and whether with a constant."""
    if design not in DESIGNS:
        raise ArgumentError(
            f"no design {design!r}.{nearest(design, list(DESIGNS))} Allowed:"
            f" {listed(list(DESIGNS))}."
        )
    if len(fit.matching.covariates):
        raise ArgumentError(
            "this fit matches covariates; conformal inference fits the outcome of all waves alike."
            " Call fit_synthetic without covariates."
        )
    refuse_penalty(fit)
    if fit.n_pre < 2:
        raise ArgumentError(
            f"conformal inference needs at least 2 pre-waves; the fit has {fit.n_pre}. Use an"
            " earlier first_wave."
        )
    treated, donors = fit.matching.outcomes[:, 0], fit.matching.outcomes[:, 1:]
    if design == "difference_in_differences":
        return treated, donors.mean(axis=1, keepdims=True), True
    return treated, donors, fit.matching.intercept


def _check_held_out(fit: SyntheticFit, held_out: int) -> None:
    most = fit.n_pre - 2
    if held_out not in range(1, most + 1):
        allowed = f"1 to {most}" if most > 0 else "none: there are too few pre-waves"
        raise ArgumentError(
            f"held_out={held_out!r} of {fit.n_pre} pre-waves; at least two stay to fit. Allowed:"
            f" {allowed}."
        )


def residuals_of(donors: Array, targets: Array, intercept: bool) -> Array:
    """Targets, shape (U, waves), minus their best fits on all these waves."""
    if intercept:
        donors, targets = (
            donors - donors.mean(axis=0),
            targets - targets.mean(axis=1, keepdims=True),
        )
    weights, certificate = fit_simplex(
        donors[None], targets[None], np.ones((1, len(targets), donors.shape[1]), bool)
    )
    if not certificate.max() <= CERTIFIED:
        raise ArgumentError(
            f"a refit could be certified to {certificate.max():.0e} only; {CERTIFIED:.0e} is asked."
            " Does a donor have values that are many orders larger than the others? Leave it out"
            " or rescale it."
        )
    return targets - weights[0] @ donors.T


def rounding_of(donors: Array, treated: Array, gap: float) -> float:
    """Up to here two residuals are equal: a fit that is met leaves rounding noise, which must not be ranked."""
    return EXACT * max(float(np.abs(donors - treated[:, None]).max()), abs(gap))

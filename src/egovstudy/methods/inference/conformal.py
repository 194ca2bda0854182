"""Conformal inference: are the post-waves out of step with the treated country's other waves.

Chernozhukov, Wuthrich and Zhu (2021, JASA 116, 1849-1864): take the hypothesised gap off the
post-waves, fit on all waves, and ask where the residuals of the post-waves stand among those of the
others. The residuals of the best fit are the same for all weights that fit equally well, so no tie
rule enters.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed
from egovstudy.methods.inference.ranks import Ranked, check_level, others_needed, rank_p
from egovstudy.methods.inference.refits import OfFit, refuse_penalty
from egovstudy.methods.panel import UNCODED
from egovstudy.methods.synthetic import (
    EXACT,
    Array,
    SyntheticFit,
    check_certified,
    check_choice,
    fit_simplex,
)

COMPARISONS = {
    "synthetic_control": "weighted donors",
    "difference_in_differences": "the mean of all donors and a constant",
}


@dataclass(frozen=True, eq=False, repr=False)
class ConformalTest(OfFit, Ranked):
    """A moving-block test of one hypothesised gap.

    Attributes
    ----------
    fit : SyntheticFit
        The fit it belongs to.
    design : str
        What the treated country is compared with, a name in ``COMPARISONS``.
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

    design: str
    gap: float
    tested: tuple[int, ...]
    residuals: pd.Series
    statistic: float
    p: float

    @property
    def n(self) -> int:
        """Number of waves, and of shifts."""
        return len(self.residuals)

    @property
    def table(self) -> pd.DataFrame:
        """By wave: ``residual`` and whether it is ``tested``."""
        return self.residuals.to_frame().assign(tested=self.residuals.index.isin(self.tested))

    def sets(self, level: float = 0.9) -> ConformalSets:
        """Find for each post-wave the gaps that a conformal test does not reject.

        For a wave and a gap c, c is taken off that wave, the fit is made on it and the pre-waves,
        and ``p`` is the share of these waves with ``|u_t|`` at least as large. The set holds each c
        with ``p > 1 - level``. Its ends are found to 1e-10 of the range, and none can be missed:
        residuals move by no more than the gap does (the fit is a projection on a convex set), so a
        stretch of gaps is dropped only where its middle is rejected by more than it can make up.

        Parameters
        ----------
        level : float
            Between 0 and 1.

        Returns
        -------
        ConformalSets

        Raises
        ------
        ArgumentError
            If the level is not between 0 and 1.

        Examples
        --------
        >>> import egovstudy as eg
        >>> design = {"outcome": "egdi", "treated": "IDN", "treatment_wave": 2018}
        >>> near = ["MYS", "THA", "VNM", "PHL"]
        >>> fit = eg.fit_synthetic(eg.make_panel(eg.load_egdi()), donors=near, **design)
        >>> test = eg.test_conformal(fit)
        >>> sets = test.sets(level=0.9)
        >>> sets.table["upper"].tolist(), round(sets.attainable, 3)
        ([inf, inf, inf, inf], 0.889)
        >>> bool(test.sets(level=0.8).table["upper"].max() < 0.3)
        True
        """
        check_level(level)
        treated, donors, intercept = _compared(self.fit, self.design)
        n_pre, start = self.fit.n_pre, self.fit.gaps.to_numpy()
        if self.design == "difference_in_differences":
            start = (treated - donors[:, 0]) - (treated - donors[:, 0])[:n_pre].mean()
        needed, rows = others_needed(level, n_pre + 1), []
        for place in np.flatnonzero(self.fit.matching.post):
            waves = [*range(n_pre), place]
            one = _OneWave(donors[waves], treated[waves], intercept)
            low, high = one.ends(needed, start[place]) if needed else (-inf, inf)
            rows.append((low, high, float(rank_p(one.leads(np.zeros(1))[0], 0.0, drawn=True))))
        table = pd.DataFrame(rows, columns=["lower", "upper", "p"], index=self.fit.bounds.index)
        return ConformalSets(self.fit, self.design, level, table)

    def _lines(self) -> list[str]:
        return [
            f"Conformal test for {self.treated}: {self.outcome}, gap of {self.gap:g} in"
            f" {listed(self.tested)}.",
            f"Compared with {COMPARISONS[self.design]}, fitted on all {self.n} waves.",
            f"p = {self._said(self.p)} (moving block, equals counted against {self.treated};"
            f" {self._said_floor}).",
            "Assumes that with this gap taken off no wave was more likely than another to have"
            " large residuals (stationary, hardly dependent). A dozen waves cannot show that.",
            UNCODED,
        ]


@dataclass(frozen=True, eq=False, repr=False)
class ConformalSets(OfFit, Ranked):
    """For each post-wave the gaps that are not rejected.

    Attributes
    ----------
    fit : SyntheticFit
        The fit it belongs to.
    design : str
        What the treated country is compared with, a name in ``COMPARISONS``.
    level : float
        As asked.
    table : DataFrame
        By post-wave: ``lower`` and ``upper`` (ends of the smallest interval that holds every gap
        not rejected; infinite where the level is above the attainable one) and ``p`` (of no gap;
        not below the floor, ``1 / (n_pre + 1)``).
    """

    design: str
    level: float
    table: pd.DataFrame

    @property
    def n(self) -> int:
        """Number of waves that are ranked for each set: the pre-waves and its own."""
        return self.fit.n_pre + 1

    @property
    def attainable(self) -> float:
        """Highest level below 1 that the pre-waves can give."""
        return self.fit.n_pre / self.n

    def _lines(self) -> list[str]:
        lines = [
            f"Conformal sets for {self.treated}: {self.outcome}, level {self.level:g}, compared"
            f" with {COMPARISONS[self.design]}.",
            *(
                f"  {row.Index}: [{row.lower:+.3f}, {row.upper:+.3f}], p of no gap {row.p:.4f}"
                for row in self.table.itertuples()
            ),
            f"With {self.fit.n_pre} pre-waves no p is below 1/{self.n} = {self.floor:.4f}, and a"
            f" level above {self.attainable:.4f} rejects nothing.",
        ]
        if np.isinf(self.table["lower"]).all():
            lines.append("The level asked is above it: each set is the whole line.")
        return [
            *lines,
            "Each set holds for its wave alone, not for all at once. Assumes that without the gap"
            " no wave was more likely than another to have large residuals.",
            UNCODED,
        ]


def test_conformal(
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
    >>> design = {"outcome": "egdi", "treated": "IDN", "treatment_wave": 2018}
    >>> near = ["MYS", "THA", "VNM", "PHL"]
    >>> fit = eg.fit_synthetic(eg.make_panel(eg.load_egdi()), donors=near, **design)
    >>> test = eg.test_conformal(fit)
    >>> test.n, round(test.p * test.n)
    (12, 5)
    """
    if not isfinite(gap):
        raise ArgumentError(f"gap={gap!r} is no number. Give one in units of {fit.outcome}.")
    treated, donors, intercept = _compared(fit, design)
    waves, post = np.array(fit.matching.waves), fit.matching.post
    if held_out:
        _check_held_out(fit, held_out)
        waves, treated, donors = waves[~post], treated[~post], donors[~post]
        post = np.arange(len(waves)) >= len(waves) - held_out
    residuals = _residuals(donors, (treated - gap * post)[None], intercept)[0]
    sums = np.array([np.abs(np.roll(residuals, shift))[post].sum() for shift in range(len(waves))])
    return ConformalTest(
        fit,
        design,
        gap=float(gap),
        tested=tuple(waves[post].tolist()),
        residuals=pd.Series(residuals, index=pd.Index(waves, name="wave"), name="residual"),
        statistic=float(sums[0]),
        p=float(rank_p(sums, sums[0], _rounding(donors, treated, gap))),
    )


def _compared(fit: SyntheticFit, design: str) -> tuple[Array, Array, bool]:
    """Give the treated country (waves,), the compared (waves, N), and whether with a constant."""
    check_choice("design", design, COMPARISONS)
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


def _residuals(donors: Array, targets: Array, intercept: bool) -> Array:
    """Targets, shape (U, waves), minus their best fits on all these waves."""
    if intercept:
        donors = donors - donors.mean(axis=0)
        targets = targets - targets.mean(axis=1, keepdims=True)
    every = np.ones((1, len(targets), donors.shape[1]), bool)
    weights, certificate = fit_simplex(donors[None], targets[None], every)
    check_certified(certificate)
    return targets - weights[0] @ donors.T


def _rounding(donors: Array, treated: Array, gap: float) -> float:
    """Up to here two residuals are equal: what rounding leaves of a fit must not be ranked."""
    return EXACT * max(float(np.abs(donors - treated[:, None]).max()), abs(gap))


@dataclass(frozen=True, eq=False)
class _OneWave:
    """The pre-waves and one post-wave, the last row."""

    donors: Array
    treated: Array
    intercept: bool

    def leads(self, gaps: Array) -> Array:
        """By how much each pre-wave's residual is larger than the last wave's, (gaps, n_pre)."""
        targets = np.repeat(self.treated[None], len(gaps), axis=0)
        targets[:, -1] -= gaps
        size = np.abs(_residuals(self.donors, targets, self.intercept))
        near = _rounding(self.donors, self.treated, np.abs(gaps).max())
        return size[:, :-1] - size[:, -1:] + near

    def ends(self, needed: int, start: float) -> tuple[float, float]:
        """Smallest and largest gap for which ``needed`` pre-waves lead; ``start`` is one.

        A gap of ``start`` leaves the last wave no residual.
        """
        waves = len(self.treated)
        # Further out than this the last residual is the largest, whatever the weights.
        reach = 2 * np.abs(self.donors - self.treated[:, None]).max() * 2 * waves / (waves - 2)
        edges = np.linspace(-reach, reach, 65)
        left, right, low, high = edges[:-1], edges[1:], start, start
        while len(left) and right[0] - left[0] > 1e-10 * reach:
            middle = (left + right) / 2
            lead = np.sort(self.leads(middle), axis=1)[:, -needed]
            low, high = min([low, *middle[lead >= 0]]), max([high, *middle[lead >= 0]])
            # Both residuals move by at most the root of 2 times what the gap does.
            open_yet = (lead > -np.sqrt(0.5) * (right - left)) & ((left < low) | (right > high))
            cuts = np.linspace(left[open_yet], right[open_yet], 9)
            left, right = cuts[:-1].T.ravel(), cuts[1:].T.ravel()
        return float(low), float(high)

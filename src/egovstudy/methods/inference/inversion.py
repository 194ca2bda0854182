"""Test inversion for each post-wave: the gaps that a conformal test does not reject."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

import numpy as np
import pandas as pd

from egovstudy.methods.inference.conformal import (
    DESIGNS,
    compared_series,
    residuals_of,
    rounding_of,
)
from egovstudy.methods.inference.ranks import check_level, others_needed
from egovstudy.methods.synthetic import Array, SyntheticFit


@dataclass(frozen=True, eq=False)
class ConformalSets:
    """For each post-wave the gaps that are not rejected.

    Attributes
    ----------
    outcome, treated, design : str
    level, attainable : float
        Asked; highest level below 1 that the pre-waves can give, ``n_pre / (n_pre + 1)``.
    n_pre : int
        Pre-waves.
    table : DataFrame
        By post-wave: ``lower`` and ``upper`` (ends of the smallest interval that holds every gap
        not rejected; infinite where the level is above the attainable one) and ``p`` (of no gap;
        not below ``1 / (n_pre + 1)``).
    """

    outcome: str
    treated: str
    design: str
    level: float
    attainable: float
    n_pre: int
    table: pd.DataFrame = field(repr=False)

    @property
    def floor(self) -> float:
        """Smallest p that can come out for a wave."""
        return 1 / (self.n_pre + 1)

    def __repr__(self) -> str:
        lines = [
            (
                f"Conformal sets for {self.treated}: {self.outcome}, level {self.level:g}, compared"
                f" with {DESIGNS[self.design]}."
            ),
            *(
                f"  {row.Index}: [{row.lower:+.3f}, {row.upper:+.3f}], p of no gap {row.p:.4f}"
                for row in self.table.itertuples()
            ),
            (
                f"With {self.n_pre} pre-waves no p is below 1/{self.n_pre + 1} = {self.floor:.4f},"
                f" and a level above {self.attainable:.4f} rejects nothing."
            ),
        ]
        if np.isinf(self.table["lower"]).all():
            lines.append("The level asked is above it: each set is the whole line.")
        lines += [
            (
                "Each set holds for its wave alone, not for all at once. Assumes that without the"
                " gap no wave was more likely than another to have large residuals."
            ),
            "The donors' partnerships are uncoded, not untreated.",
        ]
        return "\n".join(lines)


def conformal_sets(
    fit: SyntheticFit, level: float = 0.9, *, design: str = "synthetic_control"
) -> ConformalSets:
    """Find for each post-wave the gaps that a conformal test does not reject.

    For a wave and a gap c, c is taken off that wave, the fit is made on it and the pre-waves, and
    ``p`` is the share of these waves with ``|u_t|`` at least as large. The set holds each c with
    ``p > 1 - level``. Its ends are found to 1e-10 of the range, and none can be missed: residuals
    move by no more than the gap does (the fit is a projection on a convex set), so a stretch of
    gaps is dropped only where its middle is rejected by more than it can make up.

    Parameters
    ----------
    fit : SyntheticFit
        From :func:`egovstudy.fit_synthetic`, on outcomes alone and without a penalty.
    level : float
        Between 0 and 1.
    design : {"synthetic_control", "difference_in_differences"}
        As for :func:`conformal_test`.

    Returns
    -------
    ConformalSets

    Raises
    ------
    ArgumentError
        If the level is not between 0 and 1, there are fewer than two pre-waves, or the fit has
        covariates or a penalty.

    Examples
    --------
    >>> import egovstudy as eg
    >>> panel = eg.make_panel(eg.load_egdi())
    >>> fit = eg.fit_synthetic(
    ...     panel, outcome="egdi", treated="IDN", donors=["MYS", "THA", "VNM", "PHL"], treatment_wave=2018
    ... )
    >>> sets = eg.conformal_sets(fit, level=0.9)
    >>> sets.table["upper"].tolist(), round(sets.attainable, 3)
    ([inf, inf, inf, inf], 0.889)
    >>> bool(eg.conformal_sets(fit, level=0.8).table["upper"].max() < 0.3)
    True
    """
    check_level(level)
    treated, donors, intercept = compared_series(fit, design)
    n_pre = fit.n_pre
    needed = others_needed(level, n_pre + 1)
    start = fit.gaps.to_numpy()
    if design == "difference_in_differences":
        start = (treated - donors[:, 0]) - (treated - donors[:, 0])[:n_pre].mean()
    rows = []
    for place in np.flatnonzero(fit.matching.post):
        waves = [*range(n_pre), place]
        one = _OneWave(donors[waves], treated[waves], intercept)
        low, high = one.ends(needed, start[place]) if needed else (-inf, inf)
        rows.append((low, high, float((one.leads(np.zeros(1))[0] >= 0).sum() + 1) / (n_pre + 1)))
    table = pd.DataFrame(rows, columns=["lower", "upper", "p"], index=fit.bounds.index)
    return ConformalSets(
        fit.outcome, fit.treated, design, level, n_pre / (n_pre + 1), n_pre, table=table
    )


@dataclass(frozen=True, eq=False)
class _OneWave:
    """The pre-waves and one post-wave, the last row."""

    donors: Array
    treated: Array
    intercept: bool

    def leads(self, gaps: Array) -> Array:
        """By how much the residual of each pre-wave is larger than that of the last wave, shape (gaps, n_pre)."""
        targets = np.repeat(self.treated[None], len(gaps), axis=0)
        targets[:, -1] -= gaps
        size = np.abs(residuals_of(self.donors, targets, self.intercept))
        return (
            size[:, :-1] - size[:, -1:] + rounding_of(self.donors, self.treated, np.abs(gaps).max())
        )

    def ends(self, needed: int, start: float) -> tuple[float, float]:
        """Smallest and largest gap for which ``needed`` pre-waves lead; ``start``, which leaves no residual, is one."""
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

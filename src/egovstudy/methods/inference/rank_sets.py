"""How far a rank in space can move over equally good weights, and which gaps it does not reject."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError
from egovstudy.methods.inference.draws import progress
from egovstudy.methods.inference.placebo import STATISTICS, PlaceboInSpace
from egovstudy.methods.inference.ranks import (
    ON_LEVEL,
    check_level,
    gaps_not_rejected,
    rank_p,
)
from egovstudy.methods.inference.refits import fit_targets, refuse_penalty
from egovstudy.methods.synthetic import EXACT, SyntheticFit, find_optimum


@dataclass(frozen=True, eq=False)
class RankBounds:
    """Smallest and largest p of a placebo in space over all weights that fit equally well.

    Attributes
    ----------
    outcome, treated : str
    treatment_wave : int
    table : DataFrame
        One row per country, the treated one first: ``iso3``, ``treated``, ``lower`` and ``upper``
        (sharp bounds of its absolute mean gap over the post-waves), ``unique``.
    p_lower, p_upper : float
        Both are reached.
    """

    outcome: str
    treated: str
    treatment_wave: int
    table: pd.DataFrame = field(repr=False)
    p_lower: float
    p_upper: float

    @property
    def n(self) -> int:
        """Number of countries, the treated one too."""
        return len(self.table)

    @property
    def floor(self) -> float:
        """Smallest p that can come out: 1 over the number of countries."""
        return 1 / self.n

    def __repr__(self) -> str:
        own = self.table.iloc[0]
        lines = [
            (
                f"Rank bounds for {self.treated}: {self.outcome}, treatment wave"
                f" {self.treatment_wave}."
            ),
            (
                f"Statistic (post_gap): {STATISTICS['post_gap']}; {self.treated}:"
                f" {own['lower']:.3f} to {own['upper']:.3f}."
            ),
            (
                f"p from {self.p_lower * self.n:.0f}/{self.n} = {self.p_lower:.4f} to"
                f" {self.p_upper * self.n:.0f}/{self.n} = {self.p_upper:.4f}, by which of the"
                f" equally good weights each country takes (floor {self.floor:.4f})."
            ),
            f"{int((~self.table['unique']).sum())} of {self.n} countries have many.",
            "The donors' partnerships are uncoded, not untreated.",
        ]
        return "\n".join(lines)


def rank_bounds(fit: SyntheticFit) -> RankBounds:
    """Bound the p-value of ``post_gap`` in space over all weights that fit equally well.

    Each country, the treated one too, has a smallest and a largest absolute mean post gap over its
    optimal weights (two linear programmes where they are not unique). The smallest p sets the
    treated country at its largest and all others at their smallest; the largest p does the
    opposite. Countries choose their weights apart, so both are reached.

    Parameters
    ----------
    fit : SyntheticFit
        From :func:`egovstudy.fit_synthetic`, without a penalty.

    Returns
    -------
    RankBounds

    Raises
    ------
    ArgumentError
        If the fit has a penalty.

    Examples
    --------
    >>> import egovstudy as eg
    >>> panel = eg.make_panel(eg.load_egdi())
    >>> fit = eg.fit_synthetic(
    ...     panel, outcome="egdi", treated="IDN", donors=["MYS", "THA", "VNM", "PHL"], treatment_wave=2018
    ... )
    >>> bounds = rank_bounds(fit)
    >>> bounds.p_lower, bounds.p_upper
    (1.0, 1.0)
    """
    refuse_penalty(fit)
    rows, post = fit.matching.rows, fit.matching.outcomes[fit.matching.post].mean(axis=0)
    others = ~np.eye(len(post), dtype=bool)
    weights, _ = fit_targets(rows, np.ascontiguousarray(rows.T), others, "nearest")
    reach, unique = np.empty((len(post), 2)), np.empty(len(post), dtype=bool)
    for unit, own in enumerate(progress(others, "countries", len(others))):
        optimum = find_optimum(rows[:, own], rows[:, unit], weights[unit, own])
        reach[unit], unique[unit] = post[unit] - optimum.bounds(post[None, own])[0], optimum.unique
    upper = np.abs(reach).max(axis=1)
    lower = np.where(reach[:, 0] * reach[:, 1] <= 0, 0.0, np.abs(reach).min(axis=1))
    near = EXACT * upper.max()
    return RankBounds(
        fit.outcome,
        fit.treated,
        fit.treatment_wave,
        table=pd.DataFrame(
            {
                "iso3": fit.matching.units,
                "treated": np.arange(len(post)) == 0,
                "lower": lower,
                "upper": upper,
                "unique": unique,
            }
        ),
        p_lower=float(rank_p(lower[1:], upper[0], near, drawn=True)),
        p_upper=float(rank_p(upper[1:], lower[0], near, drawn=True)),
    )


@dataclass(frozen=True, eq=False)
class GapSet:
    """Constant gaps that a placebo in space does not reject.

    Attributes
    ----------
    outcome, treated : str
    statistic : str
    gap : float
        Mean gap over the post-waves.
    lower, upper : float
        Ends of the smallest interval that holds every gap not rejected, in units of the outcome.
        Infinite where the test never rejects.
    connected : bool
        Whether every gap in the interval is not rejected.
    level, attainable : float
        Asked; highest level below 1 that ``n`` countries can give.
    n : int
        Number of countries, the treated one too.
    """

    outcome: str
    treated: str
    statistic: str
    gap: float
    lower: float
    upper: float
    connected: bool
    level: float
    attainable: float
    n: int

    def __repr__(self) -> str:
        lines = [
            (
                f"Constant gap of {self.treated}: {self.outcome}, {self.gap:+.3f}, not rejected at"
                f" level {self.level:g}: [{self.lower:+.3f}, {self.upper:+.3f}]."
            ),
            (
                f"Inverts the placebo in space ({self.statistic}) over {self.n} countries; the"
                f" highest level they can give is 1 - 1/{self.n} = {self.attainable:.4f}."
            ),
        ]
        if self.level > self.attainable + ON_LEVEL:
            lines.append(
                "The level asked is higher, so no gap can be rejected: the set is the whole line."
            )
        if not self.connected:
            lines.append("Some gaps within the interval are rejected.")
        lines += [
            (
                "Assumes one gap in all post-waves, and that less this gap the treated country is"
                " as any other (exchangeable)."
            ),
            "The donors' partnerships are uncoded, not untreated.",
        ]
        return "\n".join(lines)


def gap_set(placebo: PlaceboInSpace, level: float = 0.9) -> GapSet:
    """Invert the rank test: the constant gaps of the treated country that it does not reject.

    A gap c is taken off the treated country's outcomes in the post-waves, and all countries are
    ranked again. Weights and scales rest on the pre-waves and stay. The treated country's mean gap
    becomes ``gap - c``; that of a country whose synthetic gives it the weight w becomes ``gap + w
    c``. The ranks change only where two of these straight lines are equal in size, so the set is
    found exactly, not on a grid. It is exact too in what it covers, if all post-waves share one gap
    and countries are exchangeable without it; if gaps differ by wave it is about their mean.

    Parameters
    ----------
    placebo : PlaceboInSpace
        With statistic ``post_gap`` or ``scaled_gap``.
    level : float
        Between 0 and 1.

    Returns
    -------
    GapSet

    Raises
    ------
    ArgumentError
        If the level is not between 0 and 1, or the statistic is ``rmspe_ratio`` (its set can be
        empty).

    Examples
    --------
    >>> import egovstudy as eg
    >>> panel = eg.make_panel(eg.load_egdi())
    >>> fit = eg.fit_synthetic(
    ...     panel, outcome="egdi", treated="IDN", donors=["MYS", "THA", "VNM", "PHL"], treatment_wave=2018
    ... )
    >>> gaps = gap_set(eg.placebo_in_space(fit), level=0.8)
    >>> gaps.lower < 0 < gaps.upper, gap_set(eg.placebo_in_space(fit), level=0.9).upper
    (True, inf)
    """
    check_level(level)
    if placebo.statistic == "rmspe_ratio":
        raise ArgumentError(
            "the set of rmspe_ratio can be empty. Use a placebo with post_gap or scaled_gap."
        )
    own, others = (placebo.table[placebo.table["treated"] == which] for which in (True, False))
    lower, upper, connected = gaps_not_rejected(
        ((own["gap"] / own["scale"]).item(), (1 / own["scale"]).item()),
        (others["gap"] / others["scale"]).to_numpy(),
        (others["weight_of_treated"] / others["scale"]).to_numpy(),
        level,
    )
    return GapSet(
        placebo.outcome,
        placebo.treated,
        placebo.statistic,
        gap=own["gap"].item(),
        lower=lower,
        upper=upper,
        connected=connected,
        level=level,
        attainable=1 - placebo.floor,
        n=placebo.n,
    )

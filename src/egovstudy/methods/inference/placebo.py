"""Placebo in space: each country in turn as if it were the treated one, and the rank among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from egovstudy.errors import ArgumentError, listed
from egovstudy.methods.inference.ranks import (
    ON_LEVEL,
    Ranked,
    check_level,
    gaps_not_rejected,
    rank_p,
    ranks_of_each,
)
from egovstudy.methods.inference.refits import OfFit, refuse_penalty
from egovstudy.methods.panel import UNCODED
from egovstudy.methods.synthetic import (
    EXACT,
    Array,
    SyntheticFit,
    are_met,
    check_choice,
    find_optimum,
    fit_targets,
    spread_of,
)

STATISTICS = {
    "post_gap": "absolute mean gap over the post-waves",
    "scaled_gap": (
        "absolute mean gap over the post-waves, divided by the root mean square error of predicting"
        " each pre-wave from the others"
    ),
    "rmspe_ratio": "root mean square gap of the post-waves over that of the pre-waves",
}


@dataclass(frozen=True, eq=False, repr=False)
class PlaceboInSpace(OfFit, Ranked):
    """The treated country among all countries, each treated in turn.

    Attributes
    ----------
    fit : SyntheticFit
        The fit it belongs to; ``outcome``, ``treated``, ``treatment_wave`` and ``tie_rule`` are
        its own.
    statistic : str
        A name in ``STATISTICS``.
    table : DataFrame
        One row per country, largest statistic first: ``iso3``, ``treated``, ``rank`` (equals all
        take the last place of theirs), ``statistic``, ``gap`` (mean over the post-waves), ``scale``
        (what it is divided by), ``pre_rmspe``, ``exact`` (whether it is met exactly),
        ``weight_of_treated`` (as a donor of this country), ``certificate`` (scaled duality gap).
    gaps : DataFrame
        Waves by countries.
    """

    statistic: str
    table: pd.DataFrame
    gaps: pd.DataFrame

    @property
    def n(self) -> int:
        """Number of countries, the treated one too."""
        return len(self.table)

    @property
    def rank(self) -> int:
        """Number of countries whose statistic is at least as large, the treated one too."""
        return int(self.table.loc[self.table["treated"], "rank"].item())

    @property
    def p(self) -> float:
        """Rank over number, between 0 and 1."""
        return self.rank / self.n

    def rank_bounds(self) -> RankBounds:
        """Bound the p-value of ``post_gap`` over all weights that fit equally well.

        Each country, the treated one too, has a smallest and a largest absolute mean post gap over
        its optimal weights (two linear programmes where they are not unique). The smallest p sets
        the treated country at its largest and all others at their smallest; the largest p does the
        opposite. Countries choose their weights apart, so both are reached.

        Returns
        -------
        RankBounds

        Raises
        ------
        ArgumentError
            If the placebo ranks another statistic.

        Examples
        --------
        >>> import egovstudy as eg
        >>> design = {"outcome": "egdi", "treated": "IDN", "treatment_wave": 2018}
        >>> near = ["MYS", "THA", "VNM", "PHL"]
        >>> fit = eg.fit_synthetic(eg.make_panel(eg.load_egdi()), donors=near, **design)
        >>> bounds = eg.placebo_in_space(fit).rank_bounds()
        >>> bounds.p_lower, bounds.p_upper
        (1.0, 1.0)
        """
        if self.statistic != "post_gap":
            raise ArgumentError(
                f"this placebo ranks {self.statistic}; the bounds are those of post_gap. Use"
                " placebo_in_space(fit)."
            )
        matching, (weights, _) = self.fit.matching, self.fit.each_unit
        rows, post = matching.rows, matching.outcomes[matching.post].mean(axis=0)
        reach, unique = np.empty((len(post), 2)), np.empty(len(post), dtype=bool)
        for unit, own in enumerate(~np.eye(len(post), dtype=bool)):
            optimum = find_optimum(rows[:, own], rows[:, unit], weights[unit, own])
            reach[unit] = post[unit] - optimum.bounds(post[None, own])[0]
            unique[unit] = optimum.unique
        upper = np.abs(reach).max(axis=1)
        lower = np.where(reach[:, 0] * reach[:, 1] <= 0, 0.0, np.abs(reach).min(axis=1))
        near = EXACT * upper.max()
        return RankBounds(
            self.fit,
            table=pd.DataFrame(
                {
                    "iso3": matching.units,
                    "treated": np.arange(len(post)) == 0,
                    "lower": lower,
                    "upper": upper,
                    "unique": unique,
                }
            ),
            p_lower=float(rank_p(lower[1:], upper[0], near, drawn=True)),
            p_upper=float(rank_p(upper[1:], lower[0], near, drawn=True)),
        )

    def gap_set(self, level: float = 0.9) -> GapSet:
        """Invert the rank test: the constant gaps of the treated country that it does not reject.

        A gap c is taken off the treated country's outcomes in the post-waves, and all countries are
        ranked again. Weights and scales rest on the pre-waves and stay. The treated country's mean
        gap becomes ``gap - c``; that of a country whose synthetic gives it the weight w becomes
        ``gap + w c``. The ranks change only where two of these straight lines are equal in size, so
        the set is found exactly, not on a grid. It is exact too in what it covers, if all
        post-waves share one gap and countries are exchangeable without it; if gaps differ by wave
        it is about their mean.

        Parameters
        ----------
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
        >>> design = {"outcome": "egdi", "treated": "IDN", "treatment_wave": 2018}
        >>> near = ["MYS", "THA", "VNM", "PHL"]
        >>> fit = eg.fit_synthetic(eg.make_panel(eg.load_egdi()), donors=near, **design)
        >>> placebo = eg.placebo_in_space(fit)
        >>> gaps = placebo.gap_set(level=0.8)
        >>> gaps.lower < 0 < gaps.upper, placebo.gap_set(level=0.9).upper
        (True, inf)
        """
        check_level(level)
        if self.statistic == "rmspe_ratio":
            raise ArgumentError(
                "the set of rmspe_ratio can be empty. Use a placebo with post_gap or scaled_gap."
            )
        lines = self.table[["gap", "weight_of_treated"]].div(self.table["scale"], axis=0)
        treated = self.table["treated"]
        own, others = self.table[treated].iloc[0], lines[~treated]
        lower, upper, connected = gaps_not_rejected(
            (own["gap"] / own["scale"], 1 / own["scale"]),
            others["gap"].to_numpy(),
            others["weight_of_treated"].to_numpy(),
            level,
        )
        return GapSet(
            self.fit, self.statistic, float(own["gap"]), lower, upper, connected, level, self.n
        )

    def _lines(self) -> list[str]:
        own, met = self.table[self.table["treated"]].iloc[0], int(self.table["exact"].sum())
        lines = [
            f"Placebo in space {self._whose}",
            f"Statistic ({self.statistic}): {STATISTICS[self.statistic]}.",
            f"{self.treated}: {own['statistic']:.4g}, mean gap {own['gap']:+.3f}.",
            f"p = {self._said(self.p)} (equals counted against {self.treated};"
            f" {self._said_floor}).",
        ]
        if met:
            lines.append(
                f"{met} of {self.n} countries are met exactly. Where many weights fit equally well,"
                f" shown: {self.tie_rule}; rank_bounds() says how far p can move."
            )
        if self.statistic == "rmspe_ratio":
            lines.append(
                "Caution: a country that is met almost exactly divides by almost nothing and ranks"
                " high for that. Compare post_gap and scaled_gap."
            )
        return [
            *lines,
            f"Assumes that without the event any of the {self.n} countries was as likely to stand"
            f" out as {self.treated} (exchangeable).",
            UNCODED,
        ]


@dataclass(frozen=True, eq=False, repr=False)
class RankBounds(OfFit, Ranked):
    """Smallest and largest p of a placebo in space over all weights that fit equally well.

    Attributes
    ----------
    fit : SyntheticFit
        The fit it belongs to.
    table : DataFrame
        One row per country, the treated one first: ``iso3``, ``treated``, ``lower`` and ``upper``
        (sharp bounds of its absolute mean gap over the post-waves), ``unique``.
    p_lower, p_upper : float
        Both are reached.
    """

    table: pd.DataFrame
    p_lower: float
    p_upper: float

    @property
    def n(self) -> int:
        """Number of countries, the treated one too."""
        return len(self.table)

    def _lines(self) -> list[str]:
        own = self.table.iloc[0]
        return [
            f"Rank bounds {self._whose}",
            f"Statistic (post_gap): {STATISTICS['post_gap']}; {self.treated}:"
            f" {own['lower']:.3f} to {own['upper']:.3f}.",
            f"p from {self._said(self.p_lower)} to {self._said(self.p_upper)}, by which of the"
            f" equally good weights each country takes ({self._said_floor}).",
            f"{int((~self.table['unique']).sum())} of {self.n} countries have many.",
            UNCODED,
        ]


@dataclass(frozen=True, eq=False, repr=False)
class GapSet(OfFit, Ranked):
    """Constant gaps that a placebo in space does not reject.

    Attributes
    ----------
    fit : SyntheticFit
        The fit it belongs to.
    statistic : str
    gap : float
        Mean gap over the post-waves.
    lower, upper : float
        Ends of the smallest interval that holds every gap not rejected, in units of the outcome.
        Infinite where the test never rejects.
    connected : bool
        Whether every gap in the interval is not rejected.
    level : float
        As asked.
    n : int
        Number of countries, the treated one too.
    """

    statistic: str
    gap: float
    lower: float
    upper: float
    connected: bool
    level: float
    n: int

    @property
    def attainable(self) -> float:
        """Highest level below 1 that so many countries can give."""
        return 1 - self.floor

    @property
    def table(self) -> pd.DataFrame:
        """One row: ``gap, lower, upper, connected, level, attainable, n``."""
        names = ["gap", "lower", "upper", "connected", "level", "attainable", "n"]
        return pd.DataFrame([{name: getattr(self, name) for name in names}])

    def _lines(self) -> list[str]:
        lines = [
            f"Constant gap of {self.treated}: {self.outcome}, {self.gap:+.3f}, not rejected at"
            f" level {self.level:g}: [{self.lower:+.3f}, {self.upper:+.3f}].",
            f"Inverts the placebo in space ({self.statistic}) over {self.n} countries; the highest"
            f" level they can give is 1 - 1/{self.n} = {self.attainable:.4f}.",
        ]
        if self.level > self.attainable + ON_LEVEL:
            lines.append(
                "The level asked is higher, so no gap can be rejected: the set is the whole line."
            )
        if not self.connected:
            lines.append("Some gaps within the interval are rejected.")
        return [
            *lines,
            "Assumes one gap in all post-waves, and that less this gap the treated country is as"
            " any other (exchangeable).",
            UNCODED,
        ]


def placebo_in_space(fit: SyntheticFit, statistic: str = "post_gap") -> PlaceboInSpace:
    """Treat every country in turn and rank the treated one among them.

    Each country's synthetic control takes all others as donors, the treated one too, under the tie
    rule of the fit. Then all countries are dealt with alike, and ``p = rank / n`` is exact if they
    are exchangeable (Abadie, Diamond and Hainmueller 2010, JASA 105, 493-505; Abadie 2021, JEL 59,
    391-425). Both signs count.

    Parameters
    ----------
    fit : SyntheticFit
        From :func:`egovstudy.fit_synthetic`, without a penalty.
    statistic : {"post_gap", "scaled_gap", "rmspe_ratio"}
        ``post_gap``: absolute mean gap over the post-waves, in units of the outcome.
        ``scaled_gap``: that over the root mean square of the errors ``e_t``, where ``e_t`` is the
        gap in pre-wave t of a fit on the other pre-waves. ``rmspe_ratio``: root mean square gap of
        the post-waves over that of the pre-waves.

    Returns
    -------
    PlaceboInSpace

    Raises
    ------
    ArgumentError
        If the statistic is none of these, would divide by rounding noise (a country is met
        exactly), or needs more pre-waves; if the fit has a penalty.

    Examples
    --------
    >>> import egovstudy as eg
    >>> design = {"outcome": "egdi", "treated": "IDN", "treatment_wave": 2018}
    >>> near = ["MYS", "THA", "VNM", "PHL"]
    >>> fit = eg.fit_synthetic(eg.make_panel(eg.load_egdi()), donors=near, **design)
    >>> placebo = eg.placebo_in_space(fit)
    >>> placebo.rank, placebo.n, placebo.floor
    (5, 5, 0.2)
    """
    check_choice("statistic", statistic, STATISTICS)
    refuse_penalty(fit)
    matching, (weights, certificate) = fit.matching, fit.each_unit
    gaps = matching.outcomes.T - weights @ matching.outcomes.T  # (1 + N, waves)
    pre_rmspe, mean = _rms(gaps[:, ~matching.post]), gaps[:, matching.post].mean(axis=1)
    met = are_met(matching.rows, weights, spread_of(matching.rows))
    least = EXACT * spread_of(matching.outcomes)
    top, scale = np.abs(mean), np.ones(len(mean))
    if statistic == "scaled_gap":
        scale = _left_out_error(fit)
        _refuse_noise(fit, scale <= least, "predicted exactly", "post_gap")
    if statistic == "rmspe_ratio":
        top, scale = _rms(gaps[:, matching.post]), pre_rmspe
        _refuse_noise(fit, met | (scale <= least), "met exactly", "post_gap or scaled_gap")
    ranks = ranks_of_each((top / scale)[None], (EXACT * top + least) / scale)[0]
    table = pd.DataFrame(
        {
            "iso3": matching.units,
            "treated": np.arange(len(mean)) == 0,
            "rank": ranks.astype("int64"),
            "statistic": top / scale,
            "gap": mean,
            "scale": scale,
            "pre_rmspe": pre_rmspe,
            "exact": met,
            "weight_of_treated": weights[:, 0],
            "certificate": certificate,
        }
    )
    units = pd.Index(matching.units, name="iso3")
    return PlaceboInSpace(
        fit,
        statistic,
        table=table.sort_values(["rank", "iso3"], ignore_index=True),
        gaps=pd.DataFrame(gaps.T, index=fit.gaps.index, columns=units),
    )


def _rms(gaps: Array) -> Array:
    return np.sqrt((gaps**2).mean(axis=1))


def _left_out_error(fit: SyntheticFit) -> Array:
    """Root mean square gap of each country in pre-waves that were left out of its fit in turn."""
    matching, least = fit.matching, 3 if fit.matching.intercept else 2
    if fit.n_pre < least:
        raise ArgumentError(
            f"scaled_gap leaves out one pre-wave at a time and needs at least {least}; the fit has"
            f' {fit.n_pre}. Use statistic="post_gap" or an earlier first_wave.'
        )
    others, errors = ~np.eye(len(matching.units), dtype=bool), []
    for wave in np.flatnonzero(~matching.post):
        fitted = ~matching.post
        fitted[wave] = False
        rows, outcomes = matching.on(fitted)
        weights, _ = fit_targets(rows, np.ascontiguousarray(rows.T), others, fit.ties)
        errors.append(outcomes[wave] - weights @ outcomes[wave])
    return _rms(np.array(errors).T)


def _refuse_noise(fit: SyntheticFit, noise: NDArray[np.bool_], how: str, instead: str) -> None:
    if noise.any():
        countries = np.array(fit.matching.units)[noise].tolist()
        raise ArgumentError(
            f"{len(countries)} of {len(noise)} countries are {how} before the treatment wave:"
            f" {listed(countries, 6)}. The statistic would divide by rounding noise. Use"
            f" {instead}."
        )

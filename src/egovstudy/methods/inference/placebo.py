"""Placebo in space: pretend that each country in turn was the treated one, and rank it among them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.inference.ranks import ranks_of_each
from egovstudy.methods.inference.refits import (
    are_met,
    fit_targets,
    refuse_penalty,
    spread_of,
)
from egovstudy.methods.synthetic import EXACT, Array, Matching, SyntheticFit

STATISTICS = {
    "post_gap": "absolute mean gap over the post-waves",
    "scaled_gap": (
        "absolute mean gap over the post-waves, divided by the root mean square error of predicting"
        " each pre-wave from the others"
    ),
    "rmspe_ratio": "root mean square gap of the post-waves over that of the pre-waves",
}


@dataclass(frozen=True, eq=False)
class PlaceboInSpace:
    """The treated country among all countries, each treated in turn.

    Attributes
    ----------
    outcome, treated : str
    treatment_wave : int
    statistic : str
        A name in ``STATISTICS``.
    tie_rule : str
        Which weights stand where many fit equally well, for every country.
    table : DataFrame
        One row per country, largest statistic first: ``iso3``, ``treated``, ``rank`` (equals all
        take the last place of theirs), ``statistic``, ``gap`` (mean over the post-waves), ``scale``
        (what it is divided by), ``pre_rmspe``, ``exact`` (whether it is met exactly),
        ``weight_of_treated`` (as a donor of this country), ``certificate`` (scaled duality gap).
    gaps : DataFrame
        Waves by countries.
    """

    outcome: str
    treated: str
    treatment_wave: int
    statistic: str
    tie_rule: str
    table: pd.DataFrame = field(repr=False)
    gaps: pd.DataFrame = field(repr=False)

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

    @property
    def floor(self) -> float:
        """Smallest p that can come out: 1 over the number of countries."""
        return 1 / self.n

    def __repr__(self) -> str:
        own = self.table[self.table["treated"]].iloc[0]
        met = int(self.table["exact"].sum())
        lines = [
            (
                f"Placebo in space for {self.treated}: {self.outcome}, treatment wave"
                f" {self.treatment_wave}."
            ),
            f"Statistic ({self.statistic}): {STATISTICS[self.statistic]}.",
            f"{self.treated}: {own['statistic']:.4g}, mean gap {own['gap']:+.3f}.",
            (
                f"p = {self.rank}/{self.n} = {self.p:.4f} (equals counted against {self.treated}; "
                f"floor 1/{self.n} = {self.floor:.4f})."
            ),
        ]
        if met:
            lines.append(
                f"{met} of {self.n} countries are met exactly. Where many weights fit equally well,"
                f" shown: {self.tie_rule}; rank_bounds(fit) says how far p can move."
            )
        if self.statistic == "rmspe_ratio":
            lines.append(
                "Caution: a country that is met almost exactly divides by almost nothing and ranks"
                " high for that. Compare post_gap and scaled_gap."
            )
        lines += [
            (
                f"Assumes that without the event any of the {self.n} countries was as likely to"
                f" stand out as {self.treated} (exchangeable)."
            ),
            "The donors' partnerships are uncoded, not untreated.",
        ]
        return "\n".join(lines)


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
    >>> panel = eg.make_panel(eg.load_egdi())
    >>> fit = eg.fit_synthetic(
    ...     panel, outcome="egdi", treated="IDN", donors=["MYS", "THA", "VNM", "PHL"], treatment_wave=2018
    ... )
    >>> placebo = eg.placebo_in_space(fit)
    >>> placebo.rank, placebo.n, placebo.floor
    (5, 5, 0.2)
    """
    if statistic not in STATISTICS:
        raise ArgumentError(
            f"no statistic {statistic!r}.{nearest(statistic, list(STATISTICS))} Allowed:"
            f" {listed(list(STATISTICS))}."
        )
    refuse_penalty(fit)
    matching, ties = fit.matching, fit.ties
    weights, certificate = _fit_each(matching.rows, ties)
    gaps = matching.outcomes.T - weights @ matching.outcomes.T  # (1 + N, waves)
    pre_rmspe = _rms(gaps[:, ~matching.post])
    met = are_met(matching.rows, matching.rows.T, weights)
    mean = gaps[:, matching.post].mean(axis=1)
    top, scale = np.abs(mean), np.ones(len(mean))
    if statistic == "scaled_gap":
        scale = _left_out_error(matching, ties)
        _refuse_noise(
            matching, scale <= EXACT * spread_of(matching.outcomes), "predicted exactly", "post_gap"
        )
    if statistic == "rmspe_ratio":
        top, scale = _rms(gaps[:, matching.post]), pre_rmspe
        noise = met | (pre_rmspe <= EXACT * spread_of(matching.outcomes))
        _refuse_noise(matching, noise, "met exactly", "post_gap or scaled_gap")
    rounding = EXACT * (top + spread_of(matching.outcomes)) / scale
    table = pd.DataFrame(
        {
            "iso3": matching.units,
            "treated": np.arange(len(mean)) == 0,
            "rank": ranks_of_each((top / scale)[None], rounding)[0].astype("int64"),
            "statistic": top / scale,
            "gap": mean,
            "scale": scale,
            "pre_rmspe": pre_rmspe,
            "exact": met,
            "weight_of_treated": weights[:, 0],
            "certificate": certificate,
        }
    ).sort_values(["rank", "iso3"], ignore_index=True)
    by_wave = pd.DataFrame(
        gaps.T, index=fit.gaps.index, columns=pd.Index(matching.units, name="iso3")
    )
    return PlaceboInSpace(
        fit.outcome,
        fit.treated,
        fit.treatment_wave,
        statistic,
        fit.tie_rule,
        table=table,
        gaps=by_wave,
    )


def _fit_each(rows: Array, ties: str) -> tuple[Array, Array]:
    return fit_targets(rows, np.ascontiguousarray(rows.T), ~np.eye(rows.shape[1], dtype=bool), ties)


def _rms(gaps: Array) -> Array:
    return np.sqrt((gaps**2).mean(axis=1))


def _left_out_error(matching: Matching, ties: str) -> Array:
    """Root mean square gap of each country in pre-waves that were left out of its fit in turn."""
    least = 3 if matching.intercept else 2
    pre = np.flatnonzero(~matching.post)
    if len(pre) < least:
        raise ArgumentError(
            f"scaled_gap leaves out one pre-wave at a time and needs at least {least}; the fit has"
            f' {len(pre)}. Use statistic="post_gap" or an earlier first_wave.'
        )
    errors = []
    for wave in pre:
        fitted = ~matching.post
        fitted[wave] = False
        rows, outcomes = matching.on(fitted)
        weights, _ = _fit_each(rows, ties)
        errors.append(outcomes[wave] - weights @ outcomes[wave])
    return _rms(np.array(errors).T)


def _refuse_noise(matching: Matching, noise: Array, how: str, instead: str) -> None:
    if noise.any():
        countries = [iso3 for iso3, bad in zip(matching.units, noise, strict=True) if bad]
        raise ArgumentError(
            f"{len(countries)} of {len(matching.units)} countries are {how} before the treatment"
            f" wave: {listed(countries, 6)}. The statistic would divide by rounding noise. Use"
            f" {instead}."
        )

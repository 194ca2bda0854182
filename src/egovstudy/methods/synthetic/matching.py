"""What a synthetic control matches: the rows of the treated country and its donors, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.panel import check_country, outcome_by_wave
from egovstudy.methods.synthetic.simplex import Array


@dataclass(frozen=True, eq=False)
class Matching:
    """A design: what is matched and what is compared, the treated country in the first column.

    Attributes
    ----------
    outcome : str
    units : tuple of str
        iso3 of the treated country, then of the donors.
    waves : tuple of int
        All waves of the window in which the treated country has the outcome.
    treatment_wave : int
    scores : array, shape (len(waves), 1 + N)
        The outcome as it came.
    covariates : array, shape (C, 1 + N)
        Rows that are matched too, each times the root of its weight.
    intercept, match_outcome : bool
        As for :func:`egovstudy.fit_synthetic`.
    """

    outcome: str
    units: tuple[str, ...]
    waves: tuple[int, ...]
    treatment_wave: int
    scores: Array
    covariates: Array
    intercept: bool
    match_outcome: bool

    @property
    def post(self) -> NDArray[np.bool_]:
        """Which waves are not before the treatment wave."""
        return np.asarray(self.waves) >= self.treatment_wave

    @property
    def rows(self) -> Array:
        """What is matched, shape (R, 1 + N)."""
        return self.on(~self.post)[0]

    @property
    def outcomes(self) -> Array:
        """What is compared, (len(waves), 1 + N): with an intercept, less the means of pre-waves."""
        return self.on(~self.post)[1]

    def on(self, fitted: NDArray[np.bool_]) -> tuple[Array, Array]:
        """Rows to match and outcomes to compare if only these waves are fitted."""
        outcomes = self.scores - self.scores[fitted].mean(axis=0) if self.intercept else self.scores
        rows = (
            np.vstack([outcomes[fitted], self.covariates])
            if self.match_outcome
            else self.covariates
        )
        return rows, outcomes


def matching_rows(
    panel: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    donors: tuple[str, ...],
    treatment_wave: int,
    first_wave: int | None,
    intercept: bool = False,
    covariates: pd.DataFrame | None = None,
    covariate_weights: Mapping[str, float] | None = None,
    match_outcome: bool = True,
) -> Matching:
    """Check a design and set out what it matches; arguments as for :func:`fit_synthetic`."""
    wide = outcome_by_wave(panel, outcome)
    check_units(wide, treated, donors)
    wide = wide.loc[[treated, *donors], check_window(wide, treatment_wave, first_wave)]
    wide = wide.loc[:, wide.loc[treated].notna()]
    pre = wide.columns < treatment_wave
    if not pre.any() or pre.all():
        side = "before" if not pre.any() else "from"
        raise ArgumentError(
            f"{treated} has no {outcome} {side} treatment_wave={treatment_wave} on. It has it in "
            f"{listed(list(wide.columns))}. Give a wave with values on both sides."
        )
    _check_complete(wide, outcome)
    beside = np.empty((0, len(wide)))
    if covariates is not None:
        beside = _covariate_rows(covariates, covariate_weights, list(wide.index))
    elif not match_outcome:
        raise ArgumentError(
            "match_outcome=False leaves nothing to match. Give covariates with their weights."
        )
    return Matching(
        outcome,
        units=tuple(wide.index),
        waves=tuple(int(wave) for wave in wide.columns),
        treatment_wave=treatment_wave,
        scores=wide.to_numpy().T,
        covariates=beside,
        intercept=intercept,
        match_outcome=match_outcome,
    )


def check_choice(name: str, came: str, allowed: Iterable[str]) -> None:
    """Refuse a word that is none of those allowed.

    Examples
    --------
    >>> check_choice("tie rule", "nearst", ["nearest", "minimum_norm"])
    Traceback (most recent call last):
    egovstudy.errors.ArgumentError: no tie rule 'nearst'. Nearest: 'nearest'. Allowed: nearest, ...
    """
    allowed = list(allowed)
    if came not in allowed:
        raise ArgumentError(
            f"no {name} {came!r}.{nearest(came, allowed)} Allowed: {listed(allowed)}."
        )


def check_units(wide: pd.DataFrame, treated: str, donors: tuple[str, ...]) -> None:
    """Check the treated country and the donors against the panel."""
    check_country(treated, wide, "treated")
    if treated in donors:
        raise ArgumentError(
            f"{treated} is the treated country and among the donors. Take it out of the donors."
        )
    for donor in donors:
        check_country(donor, wide, "donors")
    if len(set(donors)) < len(donors):
        twice = next(donor for donor in donors if donors.count(donor) > 1)
        raise ArgumentError(f"donor {twice!r} stands twice. Name each donor once.")
    if len(donors) < 2:
        raise ArgumentError(
            f"{len(donors)} donors came; at least two are needed. See egovstudy.donor_pool."
        )


def check_window(wide: pd.DataFrame, treatment_wave: int, first_wave: int | None) -> list[int]:
    """Give the waves of the window, with some before the treatment wave."""
    waves = [int(wave) for wave in wide.columns]
    first = waves[0] if first_wave is None else first_wave
    for name, wave in (("treatment_wave", treatment_wave), ("first_wave", first)):
        if wave not in waves:
            more = (
                f" For an event dated {wave}, use assign_wave(events)."
                if name == "treatment_wave"
                else ""
            )
            raise ArgumentError(
                f"{name}={wave!r} is not a survey wave. Waves in this panel:"
                f" {listed(waves, 20)}.{more}"
            )
    if treatment_wave <= first:
        raise ArgumentError(
            f"treatment_wave={treatment_wave} leaves no wave before it in a window from {first}."
            " Give a later treatment wave or an earlier first_wave."
        )
    return [wave for wave in waves if wave >= first]


def _check_complete(wide: pd.DataFrame, outcome: str) -> None:
    empty = wide.isna()
    if empty.to_numpy().any():
        lacking = [
            f"{iso3} in {listed(list(wide.columns[row]))}"
            for iso3, row in empty.iterrows()
            if row.any()
        ]
        raise ArgumentError(
            f"{len(lacking)} donors lack {outcome} in waves of the window: {listed(lacking, 6)}."
            " Use egovstudy.donor_pool, or leave them out."
        )
    flat = wide.to_numpy()
    if np.ptp(flat) == 0:
        raise ArgumentError(
            f"{outcome!r} is {flat.flat[0]:g} everywhere. Nothing can be compared; give another"
            " outcome."
        )


def _covariate_rows(
    covariates: pd.DataFrame, weights: Mapping[str, float] | None, units: list[str]
) -> Array:
    if weights is None:
        raise ArgumentError(
            "covariates came without covariate_weights. Give each covariate a weight; they sum"
            " to 1."
        )
    if set(weights) != set(covariates.columns):
        raise ArgumentError(
            f"covariate_weights are for {listed(sorted(weights))}, the covariates are "
            f"{listed(sorted(covariates.columns))}. Give each covariate one weight."
        )
    given = pd.Series(weights, dtype="float64")[list(covariates.columns)]
    if not (np.isfinite(given).all() and (given >= 0).all() and abs(given.sum() - 1) <= 1e-6):
        raise ArgumentError(
            f"covariate_weights are at least 0 and sum to 1; these sum to {given.sum():g}, the"
            f" smallest is {given.min():g}. Divide them by their sum."
        )
    absent = [iso3 for iso3 in units if iso3 not in covariates.index]
    if absent:
        raise ArgumentError(
            f"no covariates for {listed(absent)}. Give a row for the treated country and each"
            " donor."
        )
    values = covariates.loc[units].astype("float64")
    if not np.isfinite(values.to_numpy()).all():
        name = values.columns[~np.isfinite(values).all()][0]
        lacking = values.index[~np.isfinite(values[name])].tolist()
        raise ArgumentError(
            f"covariate {name!r} has no number for {listed(lacking)}. Leave out the one or the"
            " others."
        )
    spread = values.std(ddof=1)
    if (spread == 0).any():
        raise ArgumentError(
            f"covariate {spread.index[spread == 0][0]!r} is the same for all countries. Leave it"
            " out."
        )
    return (values / spread * np.sqrt(given)).to_numpy().T

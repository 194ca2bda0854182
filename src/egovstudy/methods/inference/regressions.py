"""The arithmetic of the trend model, for many outcomes at once, and the size of its tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed

TERMS = ("start", "trend", "level_change", "slope_change")
# Two points lie on their own line: no residual is left, and their leverage is 1.
FEWEST_EACH_SIDE = 3
PERSISTENCE = (0.0, 0.3, 0.5, 0.7, 0.9)


def trend_design(waves: Sequence[int], treatment_wave: int) -> np.ndarray:
    """Set out the trend model: a line by calendar time with a new level and slope from a wave on.

    Shape (waves, 4). Columns, as in ``TERMS``: 1; years since the first wave; 1 from the treatment
    wave on; years since the treatment wave, 0 before it.

    Raises
    ------
    ArgumentError
        If the treatment wave is no wave, or fewer than three waves lie on one side of it.
    """
    years = np.asarray(waves, dtype=float)
    if treatment_wave not in years:
        raise ArgumentError(
            f"treatment_wave={treatment_wave} is not a survey wave. Waves in this panel: {waves[0]}"
            f" … {waves[-1]}. For an event dated {treatment_wave}, use assign_wave(events)."
        )
    after = years >= treatment_wave
    for side, count in (("before", (~after).sum()), ("from it on", after.sum())):
        if count < FEWEST_EACH_SIDE:
            raise ArgumentError(
                f"treatment_wave={treatment_wave} leaves {count} of the waves {listed(waves, 20)}"
                f" {side}. A line on each side needs {FEWEST_EACH_SIDE}, or it fits exactly and has"
                " no standard error. Choose another treatment_wave or an earlier first_wave."
            )
    return np.column_stack(
        [np.ones(len(years)), years - years[0], after, after * (years - treatment_wave)]
    )


def fit_many(
    design: np.ndarray, outcomes: np.ndarray, hac_lag: int = 0
) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Fit many outcomes on one design by least squares, by matrix products alone.

    With ``w`` the row of the pseudo-inverse that gives an estimate, ``e`` the residuals and ``h``
    the leverages, the variances are: OLS the sum of ``w``² times the sum of ``e``² over n - k; HC3
    the sum of ``w``² ``e``² / (1 - ``h``)² (MacKinnon and White 1985); HAC the sum of ``u``² for
    ``u = w e``, and of products ``u`` so many observations apart with weights falling to 0, times n
    / (n - k) (Newey and West 1987, as Stata's ``newey``).

    Parameters
    ----------
    design : ndarray
        (n, k), of full rank and without a leverage of 1.
    outcomes : ndarray
        (n, fits).
    hac_lag : int
        Observations, not years.

    Returns
    -------
    estimates : ndarray
        (k, fits).
    errors : dict
        ``ols``, ``hc3`` and ``hac`` standard errors, each (k, fits).
    residuals : ndarray
        (n, fits).
    """
    n, k = design.shape
    inverse = np.linalg.pinv(design)
    leverage = (design * inverse.T).sum(axis=1)
    estimates = inverse @ outcomes
    residuals = outcomes - design @ estimates
    squares = residuals**2
    scores = inverse[:, :, None] * residuals  # (k, n, fits)
    hac = (scores**2).sum(axis=1)
    for lag in range(1, hac_lag + 1):
        hac += 2 * (1 - lag / (hac_lag + 1)) * (scores[:, lag:] * scores[:, :-lag]).sum(axis=1)
    variances = {
        "ols": np.outer((inverse**2).sum(axis=1), squares.sum(axis=0) / (n - k)),
        "hc3": (inverse / (1 - leverage)) ** 2 @ squares,
        "hac": hac * n / (n - k),
    }
    return estimates, {name: np.sqrt(variance) for name, variance in variances.items()}, residuals


def trend_sizes(
    waves: Sequence[int],
    treatment_wave: int,
    *,
    persistence: Sequence[float] = PERSISTENCE,
    hac_lag: int = 1,
    level: float = 0.05,
    draws: int = 20_000,
    seed: int = 0,
) -> pd.DataFrame:
    """Measure how often the tests of the trend model reject although nothing changed.

    Draws normal errors whose correlation falls with the years between two waves, ``persistence`` to
    the power of years; fits the trend model to all draws at once; counts how often each test
    rejects at the nominal ``level``. The standard error of a rate is at most 0.5 over the root of
    ``draws``.

    Parameters
    ----------
    waves : sequence of int
        Calendar years, ascending.
    treatment_wave : int
        One of them, with three waves or more before it and from it on.
    persistence : sequence of float
        Correlation of two errors a year apart, 0 to below 1.
    hac_lag : int
        Lag of Newey-West in waves, 1 or more.
    level : float
        Nominal level, between 0 and 1.
    draws : int
        Simulated countries for each persistence, at least 100.
    seed : int
        Seed of the draws.

    Returns
    -------
    DataFrame
        ``persistence, term`` and the rejection rates (0 to 1) ``ols_t`` (OLS errors, t with n - k
        degrees of freedom), ``hc3_t`` (HC3, the same t) and ``hac_z`` (Newey-West with the normal
        distribution, as most software has it).

    Raises
    ------
    ArgumentError
        If the waves do not allow the model, or a number is out of its range.

    Examples
    --------
    >>> sizes = trend_sizes([2003, 2004, 2005, *range(2008, 2025, 2)], 2018)
    >>> rates = sizes.set_index(["term", "persistence"]).loc[("slope_change", 0.5)]
    >>> bool(rates["hac_z"] > 0.3), bool(rates["hc3_t"] < 0.1)
    (True, True)
    """
    from scipy import stats

    waves = [int(wave) for wave in waves]
    if waves != sorted(set(waves)) or not waves:
        raise ArgumentError(
            f"waves={listed(waves, 20)} are not ascending years, each once. Give"
            " sorted(set(waves))."
        )
    outside = [one for one in persistence if not 0 <= one < 1]
    if outside or not len(persistence):
        raise ArgumentError(
            f"persistence={list(persistence)}: give one number or more, each 0 to below 1."
        )
    if not 0 < level < 1:
        raise ArgumentError(f"level={level} is no share. Give a number between 0 and 1, e.g. 0.05.")
    if draws < 100:
        raise ArgumentError(f"draws={draws} is too few for a rate. Give 100 or more, e.g. 20000.")
    design = trend_design(waves, treatment_wave)
    check_lag(hac_lag, len(waves))
    apart = np.abs(np.subtract.outer(waves, waves))
    t = stats.t.isf(level / 2, len(waves) - len(TERMS))
    tests = {"ols_t": ("ols", t), "hc3_t": ("hc3", t)}
    tests["hac_z"] = ("hac", stats.norm.isf(level / 2))
    draw = np.random.default_rng(seed).standard_normal((len(waves), draws))
    found = []
    for one in persistence:
        outcomes = np.linalg.cholesky(float(one) ** apart) @ draw
        estimates, errors, _ = fit_many(design, outcomes, hac_lag)
        rates = {
            test: (np.abs(estimates) > critical * errors[name]).mean(axis=1)
            for test, (name, critical) in tests.items()
        }
        found.append(pd.DataFrame({"persistence": float(one), "term": TERMS, **rates}))
    return pd.concat(found, ignore_index=True)


def check_lag(hac_lag: int, waves: int) -> None:
    """Hold the lag of Newey-West against the number of waves."""
    if not 1 <= hac_lag < waves:
        raise ArgumentError(
            f"hac_lag={hac_lag} with {waves} waves. Give waves, not years: 1 to {waves - 1},"
            " e.g. 1."
        )

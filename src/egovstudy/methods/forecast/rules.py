"""The rules that forecast a wave from the waves before it, in calendar time."""

from __future__ import annotations

import numpy as np

HISTORY = 3  # waves that a country must have before the one forecast
EDGE = 0.01  # the logit scale ends here on both sides: 0 and 1 have no logit
FORECAST_RULES = {
    "persistence": "the last value",
    "common_step": (
        "the last value and the usual step of all countries in earlier waves (median of the waves'"
        " medians)"
    ),
    "own_step": "the last value and the country's own last step",
    "damped_trend": "the last value and half of the country's own trend over three waves",
    "z_trend": (
        "the country's trend over three waves on the within-wave z scale, at the last wave's mean"
        " and spread"
    ),
    "logit_trend": "the country's trend over three waves on the logit scale",
    "pooled": (
        "a regression of the step on level and last step, over all countries and earlier waves"
    ),
}


def forecasts(
    history: np.ndarray, rows: np.ndarray, years: np.ndarray, ahead: float, low: float, high: float
) -> dict[str, np.ndarray]:
    """Apply every rule: values for ``ahead`` years after the last wave, not yet cut to their range.

    Parameters
    ----------
    history : ndarray, shape (countries, waves)
        Values by wave, earliest first; NaN where absent, but complete in the last three waves of
        ``rows``.
    rows : ndarray of int
        Countries to forecast.
    years : ndarray, shape (waves,)
        Calendar years of the waves.
    ahead : float
        Years from the last wave to the one forecast.
    low, high : float
        Range of the values.

    Returns
    -------
    dict of str to ndarray, shape (len(rows),)
        By the names in ``FORECAST_RULES``.
    """
    last = history[rows, -1]
    steps = np.diff(history, axis=1) / np.diff(years)  # per year
    medians = [np.median(step[np.isfinite(step)]) for step in steps.T if np.isfinite(step).any()]

    def trend(values: np.ndarray) -> np.ndarray:
        return (values[rows, -1] - values[rows, -HISTORY]) / (years[-1] - years[-HISTORY])

    mean, spread = (
        np.nanmean(history[:, -HISTORY:], axis=0),
        np.nanstd(history[:, -HISTORY:], axis=0),
    )
    z = (history[:, -HISTORY:] - mean) / np.where(spread > 0, spread, 1)
    share = np.clip((history[:, -HISTORY:] - low) / (high - low), EDGE, 1 - EDGE)
    logit = np.log(share / (1 - share))
    return {
        "persistence": last,
        "common_step": last + ahead * float(np.median(medians)),
        "own_step": last + ahead * steps[rows, -1],
        "damped_trend": last + ahead * trend(history) / 2,
        "z_trend": mean[-1] + spread[-1] * (z[rows, -1] + ahead * trend(z)),
        "logit_trend": low + (high - low) / (1 + np.exp(-(logit[rows, -1] + ahead * trend(logit)))),
        "pooled": last + _pooled_step(history, steps, years, ahead)[rows],
    }


def _pooled_step(
    history: np.ndarray, steps: np.ndarray, years: np.ndarray, ahead: float
) -> np.ndarray:
    """Step ahead, regressed on time, level and the step before over all earlier; NaN if absent."""

    def features(level: np.ndarray, step: np.ndarray, time: float) -> np.ndarray:
        return time * np.column_stack([np.ones(len(level)), level, step])

    gaps = np.diff(years)
    known = np.vstack(
        [features(history[:, at], steps[:, at - 1], gaps[at]) for at in range(1, len(gaps))]
    )
    came = np.concatenate([steps[:, at] * gaps[at] for at in range(1, len(gaps))])
    whole = np.isfinite(known).all(axis=1) & np.isfinite(came)
    weights = np.linalg.lstsq(known[whole], came[whole], rcond=None)[0]
    return features(history[:, -1], steps[:, -1], ahead) @ weights

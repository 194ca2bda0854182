"""A forecast beside what came."""

from __future__ import annotations

import pandas as pd

from egovstudy.errors import ArgumentError, listed


def score_forecast(forecast: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Set a forecast beside what came.

    Parameters
    ----------
    forecast : DataFrame
        ``outcome, iso3, last, forecast, lower, upper``, as in the ``table`` that ``forecast_wave``
        gives, or frozen.
    observed : DataFrame
        One row per country: ``iso3`` and a column for each outcome, numbers.

    Returns
    -------
    DataFrame
        The rows of the forecast with ``observed``, ``inside`` (missing where nothing was observed),
        ``error`` (observed minus forecast) and ``error_of_last`` (observed minus the last value).

    Raises
    ------
    ArgumentError
        If an outcome is not among what was observed.

    Examples
    --------
    >>> frozen = pd.DataFrame({"outcome": ["egdi"], "iso3": ["IDN"], "last": [0.5],
    ...                        "forecast": [0.6], "lower": [0.55], "upper": [0.7]})
    >>> score_forecast(frozen, pd.DataFrame({"iso3": ["IDN"], "egdi": [0.71]}))["inside"].tolist()
    [False]
    """
    outcomes = list(dict.fromkeys(forecast["outcome"]))
    missing = [name for name in outcomes if name not in observed]
    if missing:
        raise ArgumentError(
            f"nothing was observed for {listed(missing)}. Columns that came:"
            f" {listed(list(observed))}."
        )
    long = observed.melt("iso3", outcomes, "outcome", "observed")
    rows = forecast.merge(long, on=["outcome", "iso3"], how="left", validate="one_to_one")
    there = rows["observed"].notna()
    inside = rows["observed"].between(rows["lower"], rows["upper"]).astype("boolean")
    rows["inside"] = inside.mask(~there)
    return rows.assign(
        error=rows["observed"] - rows["forecast"], error_of_last=rows["observed"] - rows["last"]
    )

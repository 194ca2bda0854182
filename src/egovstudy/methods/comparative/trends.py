"""Level and slope of one country before and after a wave, by calendar time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.inference import TERMS, check_lag, trend_design, trend_sizes
from egovstudy.methods.panel import Result, outcome_by_wave

ROUNDING = 1e-9  # residuals below this share of the spread are rounding, not noise
ASSUMPTIONS = (
    "Assumes: a straight line by calendar time on each side; without a change the first line would"
    " have gone on;\n  nothing else changed at that wave (method breaks do); errors of different"
    " waves do not move together, which\n  short series cannot show. Associations only."
)


@dataclass(frozen=True, eq=False, repr=False)
class TrendFit(Result):
    """What :func:`fit_trend` found.

    Attributes
    ----------
    table : DataFrame
        ``term`` (``start``: first line at the first wave; ``trend``: its slope a year;
        ``level_change`` at the treatment wave; ``slope_change`` a year), ``estimate, se`` (HC3),
        ``lower, upper, p`` (t with ``df``).
    path : DataFrame
        By wave: ``observed``, ``fitted``, and ``continued`` (the first line carried on), in units
        of the outcome.
    hac : DataFrame or None
        As ``table``, by Newey-West, and beside them ``size_least, size_most``: how often that p is
        below 0.05 although nothing changed, over ``sizes``.
    sizes : DataFrame or None
        :func:`~egovstudy.methods.inference.regressions.trend_sizes` for these waves and this lag.
    outcome, treated, treatment_wave : str, str, int
        As given.
    n, k, df : int
        Waves, terms, and n - k.
    level : float
        Share that the intervals cover.
    hac_lag : int or None
        In waves.
    wide : DataFrame
        The outcome of every country in these waves, countries by waves, for :func:`trend_placebo`.
    """

    table: pd.DataFrame
    path: pd.DataFrame
    hac: pd.DataFrame | None
    sizes: pd.DataFrame | None
    outcome: str
    treated: str
    treatment_wave: int
    n: int
    k: int
    df: int
    level: float
    hac_lag: int | None
    wide: pd.DataFrame

    def _lines(self) -> list[str]:
        waves = [int(wave) for wave in self.path.index]
        before = sum(wave < self.treatment_wave for wave in waves)
        lines = [
            (
                f"Trend of {self.outcome}, {self.treated}: {before} waves from {waves[0]},"
                f" {self.n - before} from {self.treatment_wave} to {waves[-1]} (n = {self.n}, k ="
                f" {self.k})"
            ),
            shown(self.table),
            (
                f"{100 * self.level:g} % intervals and p: HC3 standard errors, t({self.df}). The"
                " main p-value is the rank among all countries: trend_placebo(fit)."
            ),
        ]
        if self.hac is not None:
            lines += [
                (
                    f"HAC (Newey-West, lag of {self.hac_lag} waves, n/(n - k), normal), with its"
                    " size: how often this p is below 0.05 although nothing changed, simulated"
                    " (sizes):"
                ),
                shown(self.hac),
            ]
        return [*lines, ASSUMPTIONS]


def fit_trend(
    panel: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    treatment_wave: int,
    first_wave: int | None = None,
    level: float = 0.95,
    hac_lag: int | None = None,
    seed: int = 0,
) -> TrendFit:
    """Fit a line by calendar time with a new level and slope from a wave on (interrupted series).

    Outcome = start + trend x (years since the first wave) + level_change x (1 from the treatment
    wave on) + slope_change x (years since the treatment wave, 0 before it), by least squares.
    Standard errors are HC3, intervals and p-values from t with n - k degrees of freedom: with 12
    waves Newey-West rejects far too often, so it is shown only beside how often. HC3 itself rejects
    too often where errors persist over years: see ``trend_sizes``.

    Parameters
    ----------
    panel : DataFrame
        As :func:`make_panel` returns it; waves need not be regular.
    outcome : str
        A numeric column.
    treated : str
        The studied country, iso3.
    treatment_wave : int
        First wave that could reflect the event, with three waves or more before it and from it on.
    first_wave : int, optional
        Leave out earlier waves.
    level : float
        Share that intervals cover, between 0 and 1.
    hac_lag : int, optional
        Show Newey-West with this lag, in waves, beside its simulated size.
    seed : int
        Seed of that simulation.

    Returns
    -------
    TrendFit

    Raises
    ------
    ArgumentError
        If the country, outcome or a wave is not in the panel, the country lacks a wave, too few
        waves lie on a side, or the outcome does not vary around its lines.

    References
    ----------
    Linden, A. (2015). Conducting interrupted time-series analysis for single- and
    multiple-group comparisons. Stata Journal 15(2). MacKinnon, J. and White, H. (1985). Some
    heteroskedasticity-consistent covariance matrix estimators. Journal of Econometrics 29(3).

    Examples
    --------
    >>> panel = pd.DataFrame({"iso3": "IDN", "wave": [2010, 2012, 2014, 2016, 2018, 2020],
    ...                       "osi": [0.24, 0.31, 0.36, 0.57, 0.68, 0.76]})
    >>> fit = fit_trend(panel, outcome="osi", treated="IDN", treatment_wave=2016)
    >>> fit.table.set_index("term")["estimate"].round(4).to_dict()
    {'start': 0.2433, 'trend': 0.03, 'level_change': 0.1517, 'slope_change': 0.0175}
    """
    import statsmodels.api as sm

    if not 0 < level < 1:
        raise ArgumentError(f"level={level} is no share. Give a number between 0 and 1, e.g. 0.95.")
    wide = _window(outcome_by_wave(panel, outcome), first_wave)
    waves = [int(wave) for wave in wide.columns]
    if treated not in wide.index:
        raise ArgumentError(
            f"no country {treated!r} in the panel.{nearest(treated, list(wide.index))} Give its"
            " iso3."
        )
    design = trend_design(waves, treatment_wave)
    values = wide.loc[treated].to_numpy()
    if np.isnan(values).any():
        raise ArgumentError(
            f"{treated} has no {outcome} in {listed(np.array(waves)[np.isnan(values)], 20)}. Give a"
            " later first_wave, or leave these waves out of the panel."
        )
    if np.ptp(values) == 0:
        raise ArgumentError(
            f"{outcome!r} of {treated} is {values[0]:g} in every wave: there is no trend to fit."
        )
    fit = sm.OLS(values, design).fit(cov_type="HC3", use_t=True)
    if on_its_lines(fit.resid[:, None], values[:, None])[0]:
        raise ArgumentError(
            f"{outcome!r} of {treated} lies on its two lines exactly: no residual, so no standard"
            " error. Choose another outcome or other waves."
        )
    hac = sizes = None
    if hac_lag is not None:
        check_lag(hac_lag, len(waves))
        sizes = trend_sizes(waves, treatment_wave, hac_lag=hac_lag, seed=seed)
        options = {"maxlags": hac_lag, "use_correction": True}
        hac = _table(
            sm.OLS(values, design).fit(cov_type="HAC", cov_kwds=options, use_t=False), level
        )
        rates = sizes.groupby("term")["hac_z"].agg(["min", "max"]).loc[list(TERMS)].to_numpy()
        hac[["size_least", "size_most"]] = rates
    path = pd.DataFrame(
        {
            "observed": values,
            "fitted": fit.fittedvalues,
            "continued": design[:, :2] @ fit.params[:2],
        },
        index=wide.columns,
    )
    n, k = design.shape
    return TrendFit(
        table=_table(fit, level),
        path=path,
        hac=hac,
        sizes=sizes,
        outcome=outcome,
        treated=treated,
        treatment_wave=int(treatment_wave),
        n=n,
        k=k,
        df=n - k,
        level=level,
        hac_lag=hac_lag,
        wide=wide,
    )


def _window(wide: pd.DataFrame, first_wave: int | None) -> pd.DataFrame:
    if first_wave is None:
        return wide
    if first_wave not in wide.columns:
        raise ArgumentError(
            f"first_wave={first_wave} is not a survey wave. Waves:"
            f" {listed(list(wide.columns), 20)}."
        )
    return wide.loc[:, first_wave:]


def on_its_lines(residuals: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    """Whether nothing but rounding is left around the lines, (fits,), from two (waves, fits)."""
    rounding = 8 * np.finfo(float).eps * np.abs(outcomes).max(axis=0)
    return np.abs(residuals).max(axis=0) <= np.maximum(
        ROUNDING * np.ptp(outcomes, axis=0), rounding
    )


def _table(fit: Any, level: float) -> pd.DataFrame:
    lower, upper = fit.conf_int(1 - level).T
    return pd.DataFrame(
        {
            "term": TERMS,
            "estimate": fit.params,
            "se": fit.bse,
            "lower": lower,
            "upper": upper,
            "p": fit.pvalues,
        }
    )


def shown(table: pd.DataFrame) -> str:
    """Print a table of estimates; a p-value is never printed as 0."""
    formats = {"p": lambda p: f"{p:.3f}" if p >= 0.0005 else "<0.001"}
    formats |= {name: "{:.0%}".format for name in ("size_least", "size_most")}
    return table.to_string(index=False, float_format="{:.4g}".format, formatters=formats)

"""Beside the imputation: two-way fixed effects, with the weights they hide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError
from egovstudy.methods.comparative.event_design import read_design
from egovstudy.methods.panel import Result


@dataclass(frozen=True, eq=False, repr=False)
class TwoWay(Result):
    """Static and dynamic two-way fixed effects.

    Attributes
    ----------
    outcome : str
    static, se, se_hc0 : float
        Coefficient of "has adopted", in units of the outcome; its standard error, clustered by
        country, with and without the factor G/(G-1) (n-1)/(n-k) for few clusters.
    n, k, n_clusters : int
        Observations; parameters of the static regression, all country and wave constants among
        them; countries.
    dynamic : DataFrame
        ``event_time`` (waves since adoption; -1 is the reference), ``difference, se, n_countries``.
    weights : DataFrame
        ``iso3, wave, event_time, weight`` of each treated cell: the static coefficient is the mean
        of the imputed differences with these weights, which sum to 1. Equal weights give the
        overall difference of the imputation.
    negative_share, negative_sum : float
        Share of treated cells with a negative weight, and the sum of these weights.
    """

    outcome: str
    static: float
    se: float
    se_hc0: float
    n: int
    k: int
    n_clusters: int
    dynamic: pd.DataFrame
    weights: pd.DataFrame
    negative_share: float
    negative_sum: float

    @property
    def table(self) -> pd.DataFrame:
        """Differences by event time."""
        return self.dynamic

    def _lines(self) -> list[str]:
        hosts = self.weights["iso3"].nunique()
        return [
            (
                f"Two-way fixed effects of {self.outcome}: static {self.static:+.4f}, se"
                f" {self.se:.4f} (clustered by country, {self.n_clusters} clusters, {hosts} of"
                f" them hosts; n {self.n}, k {self.k})"
            ),
            (
                f"Negative weights: {self.negative_share:.0%} of {len(self.weights)} treated"
                f" cells, sum {self.negative_sum:+.3f}; all weights sum to 1."
            ),
            "",
            self.dynamic.to_string(index=False),
            "",
            (
                "- The static coefficient is a weighted mean of the same differences that the"
                " imputation averages with"
            ),
            (
                "  equal weights. It uses cells that have adopted as comparison for later ones,"
                " so late cells of early"
            ),
            (
                "  hosts weigh least, or negatively. The two agree if the difference is the"
                " same in every cell."
            ),
            ("- Clustered errors rest on the number of hosts and are too small when they are few."),
            "- Countries never coded as hosts are uncoded, not untreated.",
        ]


def twfe(
    panel: pd.DataFrame,
    outcome: str,
    adoption: pd.DataFrame | Mapping[str, int],
    *,
    exclude: Iterable[str] = (),
) -> TwoWay:
    """Fit two-way fixed effects, static and by event time, and show the weights of the static one.

    The outcome is regressed on a constant for each country and wave and on one indicator (the
    country has adopted), or on one for each event time but -1; countries that never adopt have
    none. The weight of a treated cell is the residual of the indicator, regressed on the constants,
    over the sum of these residuals in treated cells.

    Parameters
    ----------
    panel, outcome, adoption, exclude
        As in :func:`egovstudy.fit_staggered`.

    Returns
    -------
    TwoWay

    Raises
    ------
    ArgumentError
        As :func:`egovstudy.fit_staggered`, or if the indicators cannot be told from the constants.

    References
    ----------
    De Chaisemartin and D'Haultfoeuille (2020), American Economic Review 110(9). k counts
    every constant, as R's ``vcovCL`` does on a regression with dummies; packages that absorb the
    constants count fewer.

    Examples
    --------
    >>> places = [(i, c, w) for i, c in enumerate("ABCD") for w in range(4)]
    >>> rows = [(c, w, i + w / 10 + (c == "A") * (w >= 2)) for i, c, w in places]
    >>> panel = pd.DataFrame(rows, columns=["iso3", "wave", "score"])
    >>> round(twfe(panel, "score", {"A": 2}).static, 6)
    1.0
    """
    design = read_design(panel, outcome, adoption, exclude)
    country, wave = np.nonzero(design.observed)
    y, since = design.y[country, wave], wave - design.start[country]
    host = design.start[country] < len(design.waves)
    adopted = (since >= 0).astype(float)
    seen, place = np.unique(wave, return_inverse=True)
    constants = _demeaned(np.eye(len(seen))[place][:, 1:], country)
    static, hc0, hc1, k = _clustered(y, adopted[:, None], constants, country)

    times = np.setdiff1d(since[host], [-1])
    by_time, _, by_time_se, _ = _clustered(
        y, host[:, None] & (since[:, None] == times), constants, country
    )
    residual = _demeaned(adopted[:, None], country)[:, 0]
    residual -= constants @ np.linalg.lstsq(constants, residual, rcond=None)[0]
    cell = adopted > 0
    weight = residual[cell] / residual[cell].sum()
    weights = pd.DataFrame(
        {"iso3": design.countries[country[cell]], "wave": design.waves[wave[cell]]}
    )
    return TwoWay(
        outcome=outcome,
        static=float(static[0]),
        se=float(hc1[0]),
        se_hc0=float(hc0[0]),
        n=len(y),
        k=k,
        n_clusters=len(np.unique(country)),
        dynamic=pd.DataFrame(
            {
                "event_time": times,
                "difference": by_time,
                "se": by_time_se,
                "n_countries": [int((host & (since == one)).sum()) for one in times],
            }
        ),
        weights=weights.assign(event_time=since[cell], weight=weight),
        negative_share=float((weight < 0).mean()),
        negative_sum=float(weight[weight < 0].sum()),
    )


def _demeaned(columns: np.ndarray, country: np.ndarray) -> np.ndarray:
    return columns - pd.DataFrame(columns).groupby(country).transform("mean").to_numpy()


def _clustered(
    y: np.ndarray, x: np.ndarray, constants: np.ndarray, country: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Coefficients of x, clustered errors without and with the small-sample factor, and k."""
    regressors = np.hstack([_demeaned(x.astype(float), country), constants])
    centred = _demeaned(y[:, None], country)[:, 0]
    solved, _, rank, _ = np.linalg.lstsq(regressors, centred, rcond=1e-10)
    countries = len(np.unique(country))
    n, k = len(y), countries + regressors.shape[1]
    if rank < regressors.shape[1] or n <= k:
        raise ArgumentError(
            "the adoption indicators cannot be told from the country and wave constants. "
            "Give never-treated countries, or more waves."
        )
    scores = (
        pd.DataFrame(regressors * (centred - regressors @ solved)[:, None])
        .groupby(country)
        .sum()
        .to_numpy()
    )
    bread = np.linalg.pinv(regressors.T @ regressors, hermitian=True)
    hc0 = np.linalg.norm(scores @ bread, axis=0)[: x.shape[1]]  # the diagonal of the sandwich
    factor = countries / (countries - 1) * (n - 1) / (n - k)
    return solved[: x.shape[1]], hc0, hc0 * np.sqrt(factor), k

"""The trend model of every other country: how rare the treated country's change is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.comparative.trends import TrendFit, on_its_lines, shown
from egovstudy.methods.inference import TERMS, fit_many, others_needed, trend_design
from egovstudy.methods.panel import Result

CHANGES = TERMS[2:]
STATISTICS = ("t", "estimate")
LEVEL, POWER = 0.05, 0.8  # at which a change counts as found, and how often
NEXT = 1e-9  # statistics this near are equal but for rounding


@dataclass(frozen=True, eq=False, repr=False)
class TrendPlacebo(Result):
    """What :func:`trend_placebo` found.

    Attributes
    ----------
    table : DataFrame
        For ``level_change`` and ``slope_change``: ``estimate``; ``t`` (estimate over its HC3
        error); ``rank`` (countries at least as far from 0, the treated among them); ``n``
        (countries); ``p`` = rank / n, two-sided; ``floor`` = 1 / n; ``detectable`` (the change, in
        units of the estimate, that would have p <= 0.05 in four of five cases if the treated
        country's noise is like the others'; infinite where the floor is above 0.05).
    countries : DataFrame
        By iso3, the treated first: estimates and ``t_...`` of both changes.
    left_out : Series
        By iso3: why a country could not be compared.
    fit : TrendFit
        The fit it belongs to.
    statistic : str
        What is ranked by its size, ``t`` or ``estimate``.
    hc3_share : dict
        For each change, the share of these countries whose HC3 p is below 0.05; about 0.05 if
        nothing happened there and the model fits.
    """

    table: pd.DataFrame
    countries: pd.DataFrame
    left_out: pd.Series
    fit: TrendFit
    statistic: str
    hc3_share: dict[str, float]

    def _lines(self) -> list[str]:
        fit, n = self.fit, len(self.countries)
        ranked = "the estimate over its HC3 error (t)" if self.statistic == "t" else "the estimate"
        shares = ", ".join(f"{name} {share:.0%}" for name, share in self.hc3_share.items())
        return [
            (
                f"Trend placebo of {fit.outcome}: {fit.treated} among {n} countries at"
                f" {fit.treatment_wave}, ranked by the size of {ranked}"
            ),
            shown(self.table),
            (
                f"p = rank / n, two-sided; it cannot be below 1/{n} = {1 / n:.3f}. detectable:"
                f" the change found at {LEVEL:.0%} in {POWER:.0%} of cases."
            ),
            f"HC3 alone has p below {LEVEL:.0%} for this share of the countries: {shares}.",
            (
                f"Left out: {len(self.left_out)} countries (see left_out). Flagged scores are"
                " not looked at: donors= chooses countries."
            ),
            "The other countries' partnerships are uncoded, not untreated.",
            (
                "Assumes: without a change the treated country would be as likely to stand at"
                " any rank as any other."
            ),
            (
                "  Ranks by t come nearer to this where countries differ in noise, but not"
                " where they differ much in"
            ),
            "  how long their errors last.",
        ]


def trend_placebo(
    fit: TrendFit, donors: Iterable[str] | None = None, *, statistic: str = "t"
) -> TrendPlacebo:
    """Rank the treated country's changes of level and slope among those of all countries.

    One design serves all countries with every wave, so one matrix product fits them all. The rank
    of the size of the treated country's statistic, over the number of countries, is an exact
    p-value if every rank is as likely.

    Ranked is t, the estimate over its HC3 error, because countries differ in noise: a noisy country
    often has one of the largest estimates although nothing changed. Simulated without a change,
    with each country's own variance and persistence around one line (EGDI and OSI from 2003, 2018),
    the rank at 5 % holds between 2 and 8 % for the level and 1 and 11 % for the slope for nine
    countries in ten; ranking the estimates themselves (``statistic="estimate"``) 0 to 15 % and 0 to
    18 %. Unlike a ratio of synthetic fits, t does not divide by rounding noise: four terms leave n
    - k degrees of freedom, and countries exactly on their lines are left out.

    Parameters
    ----------
    fit : TrendFit
        From :func:`fit_trend`.
    donors : iterable of str, optional
        iso3 of the countries to compare with; by default every other country in the panel. Their
        partnerships are uncoded, not untreated.
    statistic : str
        ``t`` or ``estimate``.

    Returns
    -------
    TrendPlacebo

    Raises
    ------
    ArgumentError
        If the statistic is unknown, the donors hold the treated or an unknown country, or no
        country can be compared.

    References
    ----------
    Abadie, A., Diamond, A. and Hainmueller, J. (2010). Synthetic control methods for
    comparative case studies. JASA 105(490) (placebos in space). Chung, E. and Romano, J. (2013).
    Exact and asymptotically robust permutation tests. Annals of Statistics 41(2) (why to
    studentise).

    Examples
    --------
    >>> from egovstudy.methods.comparative.trends import fit_trend
    >>> waves = [2010, 2012, 2014, 2016, 2018, 2020]
    >>> scores = {"IDN": [0.24, 0.31, 0.36, 0.67, 0.78, 0.86],
    ...           "AAA": [0.3, 0.4, 0.4, 0.5, 0.5, 0.6],
    ...           "BBB": [0.5, 0.5, 0.6, 0.6, 0.7, 0.7],
    ...           "CCC": [0.1, 0.3, 0.2, 0.3, 0.5, 0.4]}
    >>> rows = [(iso3, *pair) for iso3, row in scores.items() for pair in zip(waves, row)]
    >>> panel = pd.DataFrame(rows, columns=["iso3", "wave", "osi"])
    >>> fit = fit_trend(panel, outcome="osi", treated="IDN", treatment_wave=2016)
    >>> trend_placebo(fit).table[["term", "rank", "n", "p", "floor"]].to_dict("records")[0]
    {'term': 'level_change', 'rank': 1, 'n': 4, 'p': 0.25, 'floor': 0.25}
    """
    from scipy import stats

    if statistic not in STATISTICS:
        raise ArgumentError(f"statistic={statistic!r} is unknown. Allowed: {listed(STATISTICS)}.")
    wide = fit.wide.loc[[fit.treated, *_others(fit, donors)]]
    absent = wide.isna().any(axis=1)
    complete = wide.loc[~absent]
    outcomes = complete.to_numpy().T
    estimates, errors, residuals = fit_many(
        trend_design(list(wide.columns), fit.treatment_wave), outcomes
    )
    exact = on_its_lines(residuals, outcomes)
    ratios = estimates[:, ~exact] / errors["hc3"][:, ~exact]
    countries = pd.DataFrame(
        dict(
            zip(
                [*CHANGES, *(f"t_{name}" for name in CHANGES)],
                [*estimates[2:, ~exact], *ratios[2:]],
                strict=True,
            )
        ),
        index=complete.index[~exact],
    )
    if len(countries) < 2:
        raise ArgumentError(
            f"no country besides {fit.treated} has {fit.outcome} in every wave. Give other donors."
        )
    left_out = pd.Series(
        "a wave is missing", index=wide.index[absent], name="reason", dtype="object"
    )
    left_out = pd.concat(
        [
            left_out,
            pd.Series("lies on its lines exactly", index=complete.index[exact], dtype="object"),
        ]
    )
    critical = stats.t.isf(LEVEL / 2, fit.df)
    shares = {name: float((countries[f"t_{name}"].abs() > critical).mean()) for name in CHANGES}
    table = pd.DataFrame([_ranked(countries, name, statistic) for name in CHANGES])
    return TrendPlacebo(table, countries, left_out.sort_index(), fit, statistic, shares)


def _others(fit: TrendFit, donors: Iterable[str] | None) -> list[str]:
    known = list(fit.wide.index)
    if donors is None:
        return [one for one in known if one != fit.treated]
    donors = [donors] if isinstance(donors, str) else list(dict.fromkeys(donors))
    if fit.treated in donors:
        raise ArgumentError(
            f"donors hold the treated country {fit.treated}. Leave it out of the pool."
        )
    unknown = [one for one in donors if one not in known]
    if unknown:
        raise ArgumentError(
            f"no country {unknown[0]!r} in the panel.{nearest(unknown[0], known)} Give iso3 codes."
        )
    return donors


def _ranked(countries: pd.DataFrame, name: str, statistic: str) -> dict[str, object]:
    estimate, t = countries[name].iloc[0], countries[f"t_{name}"].iloc[0]
    values = countries[f"t_{name}" if statistic == "t" else name].abs().to_numpy()
    own, others, n = values[0], values[1:], len(values)
    rank = int((values >= own * (1 - NEXT)).sum())
    unit = abs(estimate / t) if statistic == "t" else 1.0
    found = {
        "term": name,
        "estimate": estimate,
        "t": t,
        "rank": rank,
        "n": n,
        "p": rank / n,
        "floor": 1 / n,
    }
    return found | {"detectable": unit * _detectable(others, n)}


def _detectable(others: np.ndarray, n: int) -> float:
    """Change of the statistic that puts it beyond all but the allowed others in POWER of cases."""
    allowed = others_needed(1 - LEVEL, n)  # the largest rank with p <= LEVEL, the own one too
    if allowed == 0:
        return np.inf
    needed = np.sort(others)[-allowed]
    return float(needed + np.quantile(np.concatenate([others, -others]), POWER))

"""Does the answer hold: an earlier wave as the treatment wave, and each donor left out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError
from egovstudy.methods.inference.refits import OfFit, refuse_penalty
from egovstudy.methods.panel import UNCODED
from egovstudy.methods.synthetic import SyntheticFit, fit_matching, fit_targets


@dataclass(frozen=True, eq=False, repr=False)
class PlaceboInTime(OfFit):
    """Gaps before the treatment wave, had an earlier wave been it.

    Attributes
    ----------
    fit : SyntheticFit
        The fit it belongs to, with the true treatment wave.
    table : DataFrame
        One row per placebo wave and wave from it on: ``placebo_wave``, ``wave``, ``gap``, ``lower``
        and ``upper`` (over all weights that fit equally well), ``unique``, ``pre_rmspe``, ``n_pre``
        (waves before the placebo wave).
    """

    table: pd.DataFrame

    def _lines(self) -> list[str]:
        shown = self.table.drop(columns="pre_rmspe")
        return [
            f"Placebo in time for {self.treated}: {self.outcome}, waves before"
            f" {self.treatment_wave}.",
            shown.to_string(index=False, float_format="{:+.3f}".format),
            f"Largest gap in size: {self.table['gap'].abs().max():.3f}. No p-value: the rows share"
            " waves and donors.",
            f"Where many weights fit equally well, shown: {self.tie_rule}.",
            "If nothing happened before the true treatment wave, gaps far from 0 say how far the"
            " design strays alone.",
            UNCODED,
        ]


def placebo_in_time(fit: SyntheticFit) -> PlaceboInTime:
    """Pretend that each earlier wave was the treatment wave.

    For each wave with at least two pre-waves before it, refit on the waves before it; the gaps from
    it to the last wave before the true treatment wave should be near 0 (Abadie, Diamond and
    Hainmueller 2015, AJPS 59, 495-510). Covariates stay as they are.

    Parameters
    ----------
    fit : SyntheticFit
        From :func:`egovstudy.fit_synthetic`, without a penalty.

    Returns
    -------
    PlaceboInTime

    Raises
    ------
    ArgumentError
        If there are fewer than three pre-waves, or the fit has a penalty.

    Examples
    --------
    >>> import egovstudy as eg
    >>> design = {"outcome": "egdi", "treated": "IDN", "treatment_wave": 2018}
    >>> near = ["MYS", "THA", "VNM", "PHL"]
    >>> fit = eg.fit_synthetic(eg.make_panel(eg.load_egdi()), donors=near, **design)
    >>> eg.placebo_in_time(fit).table["placebo_wave"].unique().tolist()
    [2005, 2008, 2010, 2012, 2014, 2016]
    """
    refuse_penalty(fit)
    matching, waves = fit.matching, np.array(fit.matching.waves)
    before = waves[~matching.post]
    if len(before) < 3:
        raise ArgumentError(
            "a placebo in time needs at least 3 pre-waves, two to fit and one to look at; the fit"
            f" has {len(before)}. Use an earlier first_wave or a later treatment wave."
        )
    parts = []
    for wave in before[2:].tolist():
        earlier = tuple(before.tolist())
        placebo = replace(
            matching, waves=earlier, treatment_wave=wave, scores=matching.scores[: len(before)]
        )
        refit = fit_matching(placebo, ties=fit.ties, penalty=0.0, left_out=fit.left_out)
        part = refit.bounds.reset_index().assign(
            placebo_wave=wave, unique=refit.unique, pre_rmspe=refit.pre_rmspe
        )
        parts.append(part.assign(gap=part["wave"].map(refit.gaps), n_pre=refit.n_pre))
    columns = ["placebo_wave", "wave", "gap", "lower", "upper", "unique", "pre_rmspe", "n_pre"]
    table = pd.concat(parts, ignore_index=True)[columns]
    return PlaceboInTime(fit, table)


@dataclass(frozen=True, eq=False, repr=False)
class LeaveOneDonorOut(OfFit):
    """Gaps with each donor that has weight left out.

    Attributes
    ----------
    fit : SyntheticFit
        The fit it belongs to.
    table : DataFrame
        Index ``left_out`` (iso3, most weight first), columns ``weight`` (in the fit), ``pre_rmspe``
        and the gap of each post-wave.
    gap_range : DataFrame
        By post-wave: ``gap`` of the fit, ``lower`` and ``upper`` over the fit and all refits.
    """

    table: pd.DataFrame
    gap_range: pd.DataFrame

    def _lines(self) -> list[str]:
        return [
            f"Leave one donor out {self._whose}",
            f"{len(self.table)} of {len(self.fit.donors)} donors have weight, and each was left out"
            " in turn. Leaving out one of the others changes nothing.",
            "Gaps, with their range over the refits:",
            *(
                f"  {row.Index}: {row.gap:+.3f} [{row.lower:+.3f}, {row.upper:+.3f}]"
                for row in self.gap_range.itertuples()
            ),
            f"Where many weights fit equally well, shown: {self.tie_rule}.",
            "The range says how much hangs on one donor; it is no confidence interval.",
            UNCODED,
        ]


def leave_one_donor_out(fit: SyntheticFit) -> LeaveOneDonorOut:
    """Refit without each donor that has weight.

    A donor without weight need not be tried: the weights shown are the best of all by the fit and
    then by the tie rule, and they stay the best of the fewer weights that do without that donor.
    This holds for every tie rule; under ``minimum_norm`` most donors have some weight, so there are
    many refits (Abadie, Diamond and Hainmueller 2015, AJPS 59, 495-510). The bounds of a fit that
    is not unique can narrow without any donor.

    Parameters
    ----------
    fit : SyntheticFit
        From :func:`egovstudy.fit_synthetic`, without a penalty.

    Returns
    -------
    LeaveOneDonorOut

    Raises
    ------
    ArgumentError
        If the fit has a penalty.

    Examples
    --------
    >>> import egovstudy as eg
    >>> design = {"outcome": "egdi", "treated": "IDN", "treatment_wave": 2018}
    >>> near = ["MYS", "THA", "VNM", "PHL"]
    >>> fit = eg.fit_synthetic(eg.make_panel(eg.load_egdi()), donors=near, **design)
    >>> eg.leave_one_donor_out(fit).table[2024].round(3).to_dict()
    {'VNM': -0.036, 'PHL': 0.017}
    """
    refuse_penalty(fit)
    held, rows, outcomes = fit.held, fit.matching.rows, fit.matching.outcomes
    allowed = np.array([fit.weights.index != donor for donor in held.index])
    targets = np.repeat(rows[None, :, 0], len(held), axis=0)
    weights, _ = fit_targets(rows[:, 1:], targets, allowed, fit.ties)
    gaps = outcomes[:, 0] - weights @ outcomes[:, 1:].T
    post = fit.matching.post
    table = pd.DataFrame(
        gaps[:, post], index=held.index.rename("left_out"), columns=fit.bounds.index
    )
    table.insert(0, "weight", held.to_numpy())
    table.insert(1, "pre_rmspe", np.sqrt((gaps[:, ~post] ** 2).mean(axis=1)))
    own = fit.gaps[fit.bounds.index]
    gap_range = pd.DataFrame(
        {
            "gap": own,
            "lower": np.minimum(gaps[:, post].min(axis=0), own),
            "upper": np.maximum(gaps[:, post].max(axis=0), own),
        }
    )
    return LeaveOneDonorOut(fit, table=table.rename_axis(columns=None), gap_range=gap_range)

"""Beside the imputation.

How far from zero a figure at each event time must lie for chance to give it seldom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError
from egovstudy.methods.comparative.event_design import read_design
from egovstudy.methods.comparative.imputation import (
    differences,
    lead_differences,
    means,
    permutations,
)
from egovstudy.methods.comparative.staggered import fit_staggered


def permutation_bands(
    panel: pd.DataFrame,
    outcome: str,
    adoption: pd.DataFrame | Mapping[str, int],
    *,
    exclude: Iterable[str] = (),
    leads: int = 3,
    strata: Mapping[str, str] | None = None,
    draws: int = 999,
    seed: int = 0,
    level: float = 0.05,
) -> pd.DataFrame:
    """Give leads and differences by event time, each with the band that its p-value stands for.

    The permutations are those of :func:`egovstudy.fit_staggered` with the same seed. A difference
    lies outside its band, which is symmetric about zero, just where its p is at most ``level``.
    Each band stands for one event time alone: of eight, one outside at a level of 0.05 is less
    seldom than that.

    Parameters
    ----------
    panel, outcome, adoption, exclude, leads, strata, draws, seed
        As in :func:`egovstudy.fit_staggered`.
    level : float
        Largest p outside the band, between 0 and 1.

    Returns
    -------
    DataFrame
        ``event_time`` (waves since adoption; below 0 leads, against the earlier waves),
        ``difference, n_countries, p, floor, lower, upper``, in units of the outcome.

    Raises
    ------
    ArgumentError
        As :func:`egovstudy.fit_staggered`, or if the smallest p that could come out is above the
        level.

    Examples
    --------
    >>> import egovstudy as eg
    >>> panel, adoption = eg.make_panel(eg.load_egdi()), eg.centre_adoption(eg.load("centres"))
    >>> bands = permutation_bands(panel, "osi", adoption, draws=99)
    >>> bool((bands["p"].le(0.05) == bands["difference"].abs().gt(bands["upper"])).all())
    True
    """
    if not 0 < level < 1:
        raise ArgumentError(f"level={level} is no share. Give a number between 0 and 1, e.g. 0.05.")
    exclude = [exclude] if isinstance(exclude, str) else list(exclude)
    fit = fit_staggered(
        panel,
        outcome,
        adoption,
        exclude=exclude,
        leads=leads,
        strata=strata,
        draws=draws,
        seed=seed,
    )
    if fit.floor > level + 1e-9:
        raise ArgumentError(
            f"level={level}, but no p can come out below {fit.floor:.3g}. Give more draws or a"
            " higher level."
        )
    design = read_design(panel, outcome, adoption, exclude)
    hosts = np.flatnonzero(design.start < len(design.waves))
    start = design.start[hosts]
    who, _ = permutations(design, hosts, strata, draws, seed)
    since = np.arange(len(design.waves)) - start[:, None]
    masks = np.stack([since == one for one in fit.by_event_time["event_time"]])
    drawn = [
        lead_differences(design, who, start, leads),
        means(differences(design, who, start), masks),
    ]
    # What a permutation cannot give counts as far, as in the p-value.
    far = np.sort(np.abs(np.nan_to_num(np.hstack(drawn), nan=np.inf)), axis=0)
    edge = far[-int(level * (draws + 1) + 1e-9)]
    table = pd.concat([fit.leads, fit.by_event_time], ignore_index=True)
    return table.assign(lower=-edge, upper=edge)

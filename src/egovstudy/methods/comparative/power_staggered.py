"""Size and power of the staggered design: gaps in the hosts, adoption waves dealt anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from egovstudy.methods.comparative.event_design import read_design
from egovstudy.methods.comparative.imputation import differences, indicator, means, permutations
from egovstudy.methods.inference import (
    GAPS,
    ON_LEVEL,
    Power,
    check_draws,
    null_panel,
    progress,
    rank_p,
    report,
)


def simulate_staggered_power(
    panel: pd.DataFrame,
    *,
    outcome: str,
    adoption: pd.DataFrame | Mapping[str, int],
    gaps: Sequence[float] = GAPS,
    panels: int = 2000,
    draws: int = 199,
    level: float = 0.05,
    movements: int = 1,
    seed: int = 0,
) -> Power:
    """Measure size and power of :func:`egovstudy.fit_staggered` on panels like the real one.

    Panels without a gap are drawn as in :func:`egovstudy.methods.inference.power.simulate_power`,
    taken apart before the first adoption wave; a gap of known size is added to every treated cell.
    Each panel has its own permutations.

    Parameters
    ----------
    panel : DataFrame
        Every country with the outcome in every wave.
    outcome, adoption
        As for :func:`egovstudy.fit_staggered`.
    gaps, panels, level, movements, seed
        As for :func:`egovstudy.methods.inference.power.simulate_power`.
    draws : int
        Permutations for each panel.

    Returns
    -------
    Power
        With one design, ``staggered``.

    Raises
    ------
    ArgumentError
        If the design cannot be had, as for :func:`egovstudy.fit_staggered`, or a number is not
        allowed.

    Examples
    --------
    >>> from egovstudy.methods.inference.simulate import simulate_panel
    >>> frame = simulate_panel(units=20, noise=0.02)
    >>> found = simulate_staggered_power(
    ...     frame, outcome="score", adoption={"D001": 2016, "D002": 2018}, panels=20, gaps=[0, 0.4]
    ... )
    >>> found.curve["power"].iloc[1] > found.curve["power"].iloc[0]
    np.True_
    """
    sizes = check_draws(gaps, panels, level)
    design = read_design(panel, outcome, adoption, ())
    hosts = np.flatnonzero(design.start < len(design.waves))
    start = design.start[hosts]
    first = int(np.asarray(design.waves)[start.min()])
    wide = pd.DataFrame(design.y, index=design.countries, columns=design.waves)
    order = np.r_[
        hosts[:1], np.delete(np.arange(len(wide)), hosts[0])
    ]  # the first makes no common movement
    null = null_panel(wide.iloc[order], first, movements=movements)
    back = np.argsort(order)
    after = (np.arange(len(design.waves)) >= start[:, None])[None]
    treated = indicator(design)
    rejected = np.zeros(len(sizes))
    seeds = np.random.SeedSequence(seed).spawn(panels)
    for number, child in enumerate(progress(seeds, "panels", panels)):
        drawn = replace(design, y=null.draw(1, child)[0][back])
        who, _ = permutations(design, hosts, None, draws, seed + number)
        found = means(differences(drawn, hosts[None], start), after)[0, 0]
        others = means(differences(drawn, who, start), after)[:, 0]
        share = means(differences(treated, who, start), after)[:, 0]
        far = np.abs(others + sizes[:, None] * share)
        p = rank_p(far, np.abs(found + sizes)[:, None], 1e-12, drawn=True)
        rejected += p <= level + ON_LEVEL
    n_pre, floors = int(start.min()), {"staggered": 1 / (1 + draws)}
    n_post = len(design.waves) - n_pre
    return report(
        {"staggered": rejected / panels},
        floors,
        sizes,
        level,
        panels,
        len(wide),
        n_pre,
        n_post,
        seed,
    )

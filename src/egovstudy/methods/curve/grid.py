"""The grid of defensible choices and its curve: every choice somebody could make, each with its placebos in space."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.curve.curve import SpecificationCurve, rank_p, standardise
from egovstudy.methods.curve.plans import CHOICES, Key, Planner, Pool, checked_grid
from egovstudy.methods.curve.runs import Answer, Design, fit_designs
from egovstudy.methods.synthetic import CERTIFIED, Array

RESULTS = {
    "n_donors": "Int64",
    "n_pre": "Int64",
    "gap": "float64",
    "lower": "float64",
    "upper": "float64",
    "standardised": "float64",
    "pre_rmspe": "float64",
    "exact": "boolean",
    "unique": "boolean",
    "n_exact": "Int64",
    "p": "float64",
    "floor": "float64",
    "certificate": "float64",
    "reason": "str",
}


def specification_grid(
    *,
    outcomes: Sequence[str],
    first_waves: Sequence[int],
    treatment_waves: Mapping[str, Mapping[str, int]],
    pools: Iterable[str],
    scales: Sequence[str] = ("raw",),
    ties: Sequence[str] = ("nearest",),
    statistics: Sequence[str] = ("post_gap",),
) -> pd.DataFrame:
    """Set out every combination of defensible choices, one row each.

    Name only choices that a critical reader could defend, and all of those (Simonsohn, Simmons and
    Nelson 2020, Nature Human Behaviour 4, 1208-1214). Nothing is left out here: what cannot be
    computed is told by :func:`egovstudy.run_specifications`, row by row.

    Parameters
    ----------
    outcomes : sequence of str
        Columns of the panel, e.g. ``["egdi", "osi"]``.
    first_waves : sequence of int
        Waves in which the window may begin.
    treatment_waves : mapping of str to mapping of str to int
        By coding (which events count) and date rule, the first wave that could reflect the event,
        e.g. ``{"binding only": {"window": 2018, "published": 2016}}``; see
        :func:`egovstudy.assign_wave`. A missing value says that no wave is late enough.
    pools : iterable of str
        Labels of the donor pools; a mapping of label to rule will do.
    scales : sequence of {"raw", "z", "percentile"}
        As published, or placed among all countries of the panel in the same wave
        (:func:`egovstudy.within_wave`).
    ties : sequence of {"nearest", "none"}
        ``nearest``: where many weights fit equally well, those on the nearest donors. ``none``: no
        rule, so a specification whose answer is not unique has none, and a placebo that is met
        exactly, as a rule by many weights, is counted as further out than the treated country.
    statistics : sequence of {"post_gap", "last_gap", "scaled_gap"}
        Mean gap over the post-waves; gap in the last wave; mean gap over the root mean square error
        of predicting each pre-wave from the others.

    Returns
    -------
    DataFrame
        Columns ``outcome, scale, first_wave, coding, date_rule, treatment_wave, pool, ties,
        statistic``.

    Raises
    ------
    ArgumentError
        If a choice is unknown, empty or named twice.

    Examples
    --------
    >>> grid = specification_grid(
    ...     outcomes=["egdi", "osi"],
    ...     first_waves=[2003, 2008],
    ...     treatment_waves={"all events": {"window": 2018, "published": 2016}},
    ...     pools=["all countries"],
    ... )
    >>> len(grid), grid["date_rule"].tolist()[:2], grid["treatment_wave"].tolist()[:2]
    (8, ['window', 'published'], [2018, 2016])
    """
    for name, values in (
        ("outcomes", outcomes),
        ("scales", scales),
        ("ties", ties),
        ("statistics", statistics),
    ):
        if isinstance(values, str):
            raise ArgumentError(f"{name}={values!r} is one word. Give a list: {name}=[{values!r}].")
    waves = [
        (coding, rule, wave)
        for coding, rules in treatment_waves.items()
        for rule, wave in rules.items()
    ]
    every = product(outcomes, scales, first_waves, waves, pools, ties, statistics)
    rows = [(outcome, scale, first, *wave, *rest) for outcome, scale, first, wave, *rest in every]
    if not rows:
        raise ArgumentError(
            "the grid is empty: one of the choices names nothing. Give each at least one value."
        )
    return checked_grid(pd.DataFrame(rows, columns=CHOICES))


def run_specifications(
    panel: pd.DataFrame,
    grid: pd.DataFrame,
    *,
    treated: str,
    pools: Mapping[str, Pool],
    bounds: bool = False,
) -> SpecificationCurve:
    """Fit every specification of a grid, with its placebos in space.

    Each specification is the synthetic control of :func:`egovstudy.fit_synthetic` and the same for
    each of its donors, with all other units as donors. Its p is the share of the units whose
    statistic is at least as far from 0 as the treated country's (Abadie, Diamond and Hainmueller
    2010, JASA 105, 493-505). Specifications that need the same fit share it. The work is done on
    the joblib backend that is set: threads, processes or a cluster, e.g. ``with
    joblib.parallel_config(backend="dask"):``; one process if none is.

    Parameters
    ----------
    panel : DataFrame
        As :func:`egovstudy.make_panel` returns it.
    grid : DataFrame
        From :func:`specification_grid`, or some of its rows.
    treated : str
        iso3 of the treated country.
    pools : mapping of str to callable
        For each label in the grid a rule that is called with ``(panel, outcome, first_wave,
        treatment_wave)`` and gives iso3 codes or a :class:`DonorPool`. Donors are uncoded, not
        untreated.
    bounds : bool
        Give the sharp bounds of the gap over all weights that fit equally well too. They take tens
        of times as long as a fit: ask for them for few rows.

    Returns
    -------
    SpecificationCurve
        With ``table``, one row for each row of the grid; what cannot be computed keeps its row and
        says why in ``reason``.

    Raises
    ------
    ArgumentError
        If the grid names a column, wave or pool that is not there, or a pool holds the treated
        country or a country that is not in the panel.

    Examples
    --------
    >>> import egovstudy as eg
    >>> from egovstudy.methods.panel.rows import make_panel
    >>> def neighbours(panel, outcome, first_wave, treatment_wave):
    ...     return ["MYS", "PHL", "SGP", "THA", "VNM"]
    >>> grid = eg.specification_grid(
    ...     outcomes=["osi"],
    ...     first_waves=[2003, 2018],
    ...     treatment_waves={"all events": {"window": 2018}},
    ...     pools=["neighbours"],
    ... )
    >>> panel = make_panel(eg.load_egdi())
    >>> curve = eg.run_specifications(panel, grid, treated="IDN", pools={"neighbours": neighbours})
    >>> curve.table[["n_donors", "n_pre", "reason"]].values.tolist()
    [[5, 8, ''], [<NA>, <NA>, 'first_wave 2018 leaves no wave before treatment wave 2018']]
    """
    grid = checked_grid(grid)
    for pool in grid["pool"].unique():
        if pool not in pools:
            raise ArgumentError(
                f"the grid names pool {pool!r}, and pools= has no rule for"
                f" it.{nearest(pool, list(pools))} Rules are there for:"
                f" {listed(list(pools)) or 'none'}."
            )
    planner = Planner(panel, treated, pools)
    planned = [(spec, planner.plan(spec)) for spec in grid.itertuples(index=False)]
    answers = _fit(planner, planned, bounds)
    countries = pd.Index(sorted({treated}.union(*(plan[-1] for plan in answers))))
    rows, statistics = [], np.full((len(grid), len(countries)), np.nan)
    for place, (spec, plan) in enumerate(planned):
        row, values = _row(spec, plan, answers)
        rows.append(row)
        if not row["reason"]:
            statistics[place, countries.get_indexer(list(plan[-1]))] = values
    results = pd.DataFrame(rows, columns=list(RESULTS)).astype(RESULTS)
    size, own = (
        results["n_donors"].to_numpy("float64", na_value=np.nan) + 1,
        countries.get_loc(treated),
    )
    results["p"], results["floor"] = rank_p(statistics, size)[:, own], 1 / size
    done = results["reason"].eq("").to_numpy()
    results.loc[done, "standardised"] = standardise(statistics[done])[:, own]
    if not bounds:
        results = results.drop(columns=["lower", "upper"])
    units = pd.DataFrame(statistics, columns=countries)
    return SpecificationCurve(treated, pd.concat([grid, results], axis=1), units)


def _fit(
    planner: Planner, planned: Sequence[tuple[Any, Key | str]], bounds: bool
) -> dict[Key, Answer]:
    """Fit each distinct plan once, in an order that does not depend on the grid's."""
    needed = [(spec, plan) for spec, plan in planned if not isinstance(plan, str)]
    left_out = {plan for spec, plan in needed if spec.statistic == "scaled_gap"}
    tie_rule = any(
        spec.ties == "nearest" for spec, _ in needed
    )  # answers that are unique are the same without it
    keys = sorted({plan for _, plan in needed})
    designs = [Design(planner.layouts[key], tie_rule, key in left_out, bounds) for key in keys]
    return dict(zip(keys, fit_designs(designs), strict=True))


def _row(spec: Any, plan: Key | str, answers: Mapping[Key, Answer]) -> tuple[dict[str, Any], Array]:
    """Give the results of one specification, and the statistic of each of its units."""
    if isinstance(plan, str):
        return {"reason": plan}, np.array([])
    answer, scaled = answers[plan], spec.statistic == "scaled_gap"
    kind = "post_gap" if scaled else spec.statistic
    values = answer.scaled if scaled else answer.gaps[kind]
    if spec.ties == "none":
        open_ones = answer.tied | (answer.tied_left & scaled)
        open_ones[0] = not answer.unique or (scaled and answer.tied_left[0])
        values = np.where(open_ones, np.nan, values)
    row = {
        "n_donors": len(values) - 1,
        "n_pre": answer.n_pre,
        "pre_rmspe": answer.pre_rmspe,
        "exact": answer.exact,
        "unique": answer.unique,
        "n_exact": answer.tied.sum(),
        "certificate": (
            max(answer.certificate, answer.certificate_left) if scaled else answer.certificate
        ),
    }
    row["reason"] = _fault(spec, values[0], row["certificate"])
    if not row["reason"]:
        row["gap"] = answer.gaps[kind][0]
        row["lower"], row["upper"] = answer.bounds.get(kind, (np.nan, np.nan))
    return row, values


def _fault(spec: Any, value: float, certificate: float) -> str:
    if not certificate <= CERTIFIED:
        return f"a fit could be certified to {certificate:.0e} only; {CERTIFIED:.0e} is asked"
    if not np.isnan(value):
        return ""
    if spec.ties == "none":
        return "many weights fit equally well, and no tie rule was chosen"
    return "the pre-waves predict each other without error, so nothing scales the gap"

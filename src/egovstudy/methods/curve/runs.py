"""The grid is run: from each of its rows to the numbers, or to the reason why there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from egovstudy.data.egdi import within_wave
from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.curve.curve import SpecificationCurve
from egovstudy.methods.curve.fits import Answer, Design, fit_designs
from egovstudy.methods.curve.grid import checked_grid
from egovstudy.methods.curve.summary import shares_as_far, standardise
from egovstudy.methods.panel import KEY, check_country, outcome_by_wave
from egovstudy.methods.synthetic import CERTIFIED, Array, check_units, check_window

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


Pool = Callable[[pd.DataFrame, str, int, int], Iterable[str]]
# A fit: outcome, scale, first and treatment wave, treated and donors.
Key = tuple[str, str, int, int, tuple[str, ...]]


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
    >>> def neighbours(panel, outcome, first_wave, treatment_wave):
    ...     return ["MYS", "PHL", "SGP", "THA", "VNM"]
    >>> grid = eg.specification_grid(
    ...     outcomes=["osi"],
    ...     first_waves=[2003, 2018],
    ...     treatment_waves={"all events": {"window": 2018}},
    ...     pools=["neighbours"],
    ... )
    >>> panel = eg.make_panel(eg.load_egdi())
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
    countries = pd.Index(sorted({treated}.union(*(units for *_, units in answers))))
    rows, statistics = [], np.full((len(grid), len(countries)), np.nan)
    for place, (spec, plan) in enumerate(planned):
        if isinstance(plan, str):
            rows.append({"reason": plan})
            continue
        row, values = _row(spec, planner.designs[plan].n_pre, answers[plan])
        rows.append(row)
        if not row["reason"]:
            statistics[place, countries.get_indexer(list(plan[-1]))] = values
    results = pd.DataFrame(rows, columns=list(RESULTS)).astype(RESULTS)
    size = results["n_donors"].to_numpy("float64", na_value=np.nan) + 1
    own, done = countries.get_loc(treated), results["reason"].eq("").to_numpy()
    results["p"], results["floor"] = shares_as_far(statistics, size)[:, own], 1 / size
    results.loc[done, "standardised"] = standardise(statistics[done])[:, own]
    if not bounds:
        results = results.drop(columns=["lower", "upper"])
    units = pd.DataFrame(statistics, columns=countries)
    return SpecificationCurve(treated, pd.concat([grid, results], axis=1), units)


class Planner:
    """Sets out specifications; what several of them share is asked and set out once."""

    def __init__(self, panel: pd.DataFrame, treated: str, pools: Mapping[str, Pool]) -> None:
        self.panel, self.treated, self.pools = panel, treated, pools
        self.outcome, self.donors = cache(self._outcome), cache(self._donors)
        self.design = cache(self._design)
        self.designs: dict[Key, Design] = {}

    def plan(self, spec: Any) -> Key | str:
        """Give the fit that a row of the grid needs, or the reason why there is none."""
        wide = self.outcome(spec.outcome, spec.scale)
        if pd.isna(spec.treatment_wave):
            return "no wave is late enough for this coding and date rule"
        first, wave = int(spec.first_wave), int(spec.treatment_wave)
        if wave <= first and {wave, first} <= set(wide.columns):
            return f"first_wave {first} leaves no wave before treatment wave {wave}"
        check_window(wide, wave, first)
        donors = self.donors(spec.pool, spec.outcome, first, wave)
        if isinstance(donors, str):
            return donors
        key = (spec.outcome, spec.scale, first, wave, (self.treated, *donors))
        design = self.design(key)
        if isinstance(design, str):
            return design
        self.designs[key] = design
        if spec.statistic == "scaled_gap" and design.n_pre < 2:
            return (
                "scaled_gap predicts each pre-wave from the others, and there is only"
                f" {design.n_pre}"
            )
        return key

    def _outcome(self, outcome: str, scale: str) -> pd.DataFrame:
        """Countries by waves; a place within a wave is one among all countries of the panel."""
        wide = outcome_by_wave(self.panel, outcome)
        check_country(self.treated, wide, "treated")
        if scale == "raw":
            return wide
        placed = within_wave(self.panel, outcome, scale)
        return outcome_by_wave(self.panel[KEY].assign(**{outcome: placed}), outcome)

    def _donors(self, pool: str, outcome: str, first: int, wave: int) -> tuple[str, ...] | str:
        """Ask a pool's rule; its donors stand in one order, so that equal pools are one."""
        try:
            found = self.pools[pool](self.panel, outcome, first, wave)
        except ArgumentError as error:
            return f"pool {pool}: {str(error).splitlines()[0]}"
        donors = tuple(sorted(getattr(found, "donors", found)))
        if len(donors) < 2:
            return f"pool {pool} has {len(donors)} donors; at least two are needed"
        check_units(self.outcome(outcome, "raw"), self.treated, donors)
        return donors

    def _design(self, key: Key) -> Design | str:
        outcome, scale, first, wave, units = key
        wide = self.outcome(outcome, scale)
        table, rows = wide.to_numpy(), wide.index.get_indexer(list(units))
        columns = np.flatnonzero((wide.columns >= first) & ~np.isnan(table[rows[0]]))
        design = Design(table, rows, columns, n_pre=int((wide.columns[columns] < wave).sum()))
        if not 0 < design.n_pre < len(columns):
            side = "from" if design.n_pre else "before"
            return f"{self.treated} has no {outcome} {side} treatment wave {wave} on"
        values = design.outcomes
        lacking = np.array(units)[np.isnan(values).any(axis=0)].tolist()
        if lacking:
            return (
                f"{len(lacking)} donors lack {outcome} in waves of the window: {listed(lacking, 6)}"
            )
        return f"{outcome} is {values.flat[0]:g} everywhere" if np.ptp(values) == 0 else design


def _fit(
    planner: Planner, planned: Iterable[tuple[Any, Key | str]], bounds: bool
) -> dict[Key, Answer]:
    """Fit each distinct plan once, in an order that does not depend on the grid's."""
    needed = [(spec, plan) for spec, plan in planned if not isinstance(plan, str)]
    scaled = {plan for spec, plan in needed if spec.statistic == "scaled_gap"}
    keys = sorted({plan for _, plan in needed})
    designs = [replace(planner.designs[key], leave_out=key in scaled) for key in keys]
    # Answers that are unique are the same without the tie rule.
    tie_rule = any(spec.ties == "nearest" for spec, _ in needed)
    return dict(zip(keys, fit_designs(designs, nearest=tie_rule, bounds=bounds), strict=True))


def _row(spec: Any, n_pre: int, answer: Answer) -> tuple[dict[str, Any], Array]:
    """Give the results of one specification, and the statistic of each of its units."""
    scaled, kind = spec.statistic == "scaled_gap", spec.statistic
    certificate = answer.certificate
    if scaled:
        kind, certificate = "post_gap", max(certificate, answer.certificate_left)
    values = answer.scaled if scaled else answer.gaps[kind]
    if spec.ties == "none":
        open_ones = answer.tied | (answer.tied_left & scaled)
        open_ones[0] = not answer.unique or (scaled and answer.tied_left[0])
        values = np.where(open_ones, np.nan, values)
    row = {
        "n_donors": len(values) - 1,
        "n_pre": n_pre,
        "pre_rmspe": answer.pre_rmspe,
        "exact": answer.exact,
        "unique": answer.unique,
        "n_exact": answer.tied.sum(),
        "certificate": certificate,
        "reason": _fault(spec, values[0], certificate),
    }
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

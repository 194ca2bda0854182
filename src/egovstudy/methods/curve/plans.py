"""From a row of the grid to the numbers it needs, or to the reason why it cannot be computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from egovstudy.data.egdi import within_wave
from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.curve.runs import Layout
from egovstudy.methods.panel import KEY, outcome_by_wave
from egovstudy.methods.synthetic import check_units, check_window

CHOICES = [
    "outcome",
    "scale",
    "first_wave",
    "coding",
    "date_rule",
    "treatment_wave",
    "pool",
    "ties",
    "statistic",
]
WORDS = {
    "scale": ["raw", "z", "percentile"],
    "ties": ["nearest", "none"],
    "statistic": ["post_gap", "last_gap", "scaled_gap"],
}
Pool = Callable[[pd.DataFrame, str, int, int], Iterable[str]]
Key = tuple[
    str, str, int, int, tuple[str, ...]
]  # a fit: outcome, scale, first and treatment wave, treated and donors


def checked_grid(grid: pd.DataFrame) -> pd.DataFrame:
    """Check the words of a grid; give it back with rows numbered from 0."""
    missing = [name for name in CHOICES if name not in grid]
    if missing or grid.empty:
        raise ArgumentError(
            f"no column {missing[0]!r} in the grid. Make it with specification_grid."
            if missing
            else "the grid has no row. Keep at least one."
        )
    for name, allowed in WORDS.items():
        for word in grid[name].unique():
            if word not in allowed:
                raise ArgumentError(
                    f"no {name} {word!r}.{nearest(word, allowed)} Allowed: {listed(allowed)}."
                )
    twice = grid.duplicated(CHOICES)
    if twice.any():
        row = ", ".join(str(value) for value in grid.loc[twice, CHOICES].iloc[0])
        raise ArgumentError(
            f"a specification stands twice in the grid: {row}. Name each choice once."
        )
    try:
        return (
            grid[CHOICES]
            .reset_index(drop=True)
            .astype({"first_wave": "int64", "treatment_wave": "Int64"})
        )
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"first_wave and treatment_wave are whole years such as 2018: {error}."
        ) from None


class Planner:
    """Sets out specifications, each distinct fit once.

    Attributes
    ----------
    layouts : dict
        Where each distinct fit finds its outcomes.
    """

    def __init__(self, panel: pd.DataFrame, treated: str, pools: Mapping[str, Pool]) -> None:
        self.panel, self.treated, self.pools = panel, treated, pools
        self.layouts: dict[Key, Layout] = {}
        self._wide: dict[tuple[str, str], pd.DataFrame] = {}
        self._donors: dict[tuple[str, str, int, int], tuple[str, ...] | str] = {}

    def plan(self, spec: Any) -> Key | str:
        """Give the fit that a row of the grid needs, or the reason why there is none."""
        wide, wave = self._outcome(spec.outcome, spec.scale), spec.treatment_wave
        if pd.isna(wave):
            return "no wave is late enough for this coding and date rule"
        waves, first, wave = set(wide.columns), int(spec.first_wave), int(wave)
        if wave <= first and {wave, first} <= waves:
            return f"first_wave {first} leaves no wave before treatment wave {wave}"
        window = check_window(wide, wave, first)
        donors = self._pool(spec.pool, spec.outcome, first, wave, wide)
        if isinstance(donors, str):
            return donors
        key = (spec.outcome, spec.scale, first, wave, (self.treated, *donors))
        if key not in self.layouts:
            layout = self._lay_out(key, wide, window)
            if isinstance(layout, str):
                return layout
            self.layouts[key] = layout
        n_pre = self.layouts[key].n_pre
        if spec.statistic == "scaled_gap" and n_pre < 2:
            return f"scaled_gap predicts each pre-wave from the others, and there is only {n_pre}"
        return key

    def _outcome(self, outcome: str, scale: str) -> pd.DataFrame:
        """Countries by waves; a place within a wave is one among all countries of the panel."""
        if (outcome, scale) not in self._wide:
            wide = outcome_by_wave(self.panel, outcome)
            if self.treated not in wide.index:
                raise ArgumentError(
                    f"treated={self.treated!r} is not in the"
                    f" panel.{nearest(self.treated, list(wide.index))} It has"
                    f" {listed(list(wide.index))}."
                )
            if scale != "raw":
                placed = self.panel[KEY].assign(
                    **{outcome: within_wave(self.panel, outcome, scale)}
                )
                wide = outcome_by_wave(placed, outcome)
            self._wide[outcome, scale] = wide
        return self._wide[outcome, scale]

    def _pool(
        self, pool: str, outcome: str, first: int, wave: int, wide: pd.DataFrame
    ) -> tuple[str, ...] | str:
        """Ask a pool's rule once for each outcome and window; its donors in one order, so that equal pools are one."""
        asked = (pool, outcome, first, wave)
        if asked not in self._donors:
            try:
                found = self.pools[pool](self.panel, outcome, first, wave)
            except ArgumentError as error:
                self._donors[asked] = f"pool {pool}: {str(error).splitlines()[0]}"
                return self._donors[asked]
            donors = tuple(sorted(getattr(found, "donors", found)))
            if len(donors) < 2:
                self._donors[asked] = (
                    f"pool {pool} has {len(donors)} donors; at least two are needed"
                )
            else:
                check_units(wide, self.treated, donors)
                self._donors[asked] = donors
        return self._donors[asked]

    def _lay_out(self, key: Key, wide: pd.DataFrame, window: list[int]) -> Layout | str:
        outcome, _, _, wave, units = key
        table = wide.to_numpy()
        columns, rows = wide.columns.get_indexer(window), wide.index.get_indexer(list(units))
        columns = columns[~np.isnan(table[rows[0], columns])]
        layout = Layout(table, rows, columns, n_pre=int((wide.columns[columns] < wave).sum()))
        if not 0 < layout.n_pre < len(columns):
            side = "from" if layout.n_pre else "before"
            return f"{self.treated} has no {outcome} {side} treatment wave {wave} on"
        values = layout.outcomes
        lacking = [
            unit for unit, empty in zip(units, np.isnan(values).any(axis=0), strict=True) if empty
        ]
        if lacking:
            return (
                f"{len(lacking)} donors lack {outcome} in waves of the window: {listed(lacking, 6)}"
            )
        return f"{outcome} is {values.flat[0]:g} everywhere" if np.ptp(values) == 0 else layout

"""A panel beside adoption waves: what the estimators of this room read, checked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.panel import outcome_by_wave


@dataclass(frozen=True, eq=False)
class Design:
    """One outcome beside the adoption waves.

    Attributes
    ----------
    outcome : str
    countries, waves : Index
        Ascending.
    y : ndarray
        (countries, waves), NaN where absent.
    start : ndarray of int
        (countries,): place of the adoption wave among ``waves``; their number for a country that
        adopts in none.
    stock : ndarray or None
        (countries, waves): number of open centres, if the coding gives it.
    excluded : tuple of str
        Countries left out as asked.
    not_yet : tuple of str
        Coded countries whose adoption no wave reflects yet.
    """

    outcome: str
    countries: pd.Index
    waves: pd.Index
    y: np.ndarray
    start: np.ndarray
    stock: np.ndarray | None
    excluded: tuple[str, ...]
    not_yet: tuple[str, ...]

    @property
    def treated(self) -> np.ndarray:
        """(countries, waves), True from the adoption wave on."""
        return np.arange(len(self.waves)) >= self.start[:, None]

    @property
    def observed(self) -> np.ndarray:
        """(countries, waves), True where the outcome is there."""
        return np.isfinite(self.y)


def read_design(
    panel: pd.DataFrame,
    outcome: str,
    adoption: pd.DataFrame | Mapping[str, int],
    exclude: Iterable[str],
) -> Design:
    """Set an outcome beside the adoption waves, or say what does not fit, as ``fit_staggered``."""
    wide = outcome_by_wave(panel, outcome)
    if np.nanmin(wide.to_numpy()) == np.nanmax(wide.to_numpy()):
        raise ArgumentError(f"{outcome!r} is the same everywhere. Give an outcome that varies.")
    first, stock = _first_waves(adoption)
    exclude = [exclude] if isinstance(exclude, str) else sorted(set(exclude))
    for name in [*first.index, *exclude]:
        if name not in wide.index:
            raise ArgumentError(
                f"no country {name!r} in the panel.{nearest(name, list(wide.index))} Use its iso3"
                " code."
            )
    for name, wave in first.dropna().drop(exclude, errors="ignore").items():
        if wave not in wide.columns:
            raise ArgumentError(
                f"adoption wave {wave} of {name} is not a wave of this panel. Waves:"
                f" {listed(list(wide.columns), 20)}. For a date use assign_wave; a country that"
                " adopted before the first wave belongs in exclude."
            )
    wide, first = wide.drop(exclude), first.drop(exclude, errors="ignore")
    place = first.dropna().map({wave: at for at, wave in enumerate(wide.columns)})
    start = place.reindex(wide.index).fillna(wide.shape[1]).astype("int64").to_numpy()
    if stock is not None:
        stock = stock.reindex(index=wide.index, columns=wide.columns, fill_value=0).to_numpy()
    design = Design(
        outcome,
        wide.index,
        wide.columns,
        wide.to_numpy(),
        start,
        stock,
        tuple(exclude),
        tuple(first.index[first.isna()]),
    )
    _check_imputable(design)
    return design


def _first_waves(
    adoption: pd.DataFrame | Mapping[str, int],
) -> tuple[pd.Series, pd.DataFrame | None]:
    """First wave by country, and the stock by country and wave if there is one."""
    if not isinstance(adoption, pd.DataFrame):
        adoption = pd.Series(adoption, name="adoption_wave").rename_axis("iso3").reset_index()
    if {"iso3", "wave", "n_centres"} <= set(adoption.columns):
        if adoption.duplicated(["iso3", "wave"]).any():
            raise ArgumentError(
                "a country stands twice in a wave of adoption. Give one number of centres for each."
            )
        stock = adoption.pivot_table("n_centres", index="iso3", columns="wave", fill_value=0)
        return stock.gt(0).idxmax(axis=1).where(stock.gt(0).any(axis=1)).astype("Int64"), stock
    missing = [name for name in ("iso3", "adoption_wave") if name not in adoption]
    if missing:
        raise ArgumentError(
            f"no column {missing[0]!r} in adoption. Give what centre_adoption returns, or iso3 to"
            " wave."
        )
    if adoption["iso3"].duplicated().any():
        twice = adoption.loc[adoption["iso3"].duplicated(), "iso3"].iloc[0]
        raise ArgumentError(
            f"{twice} stands twice in adoption. Give one adoption wave for each country."
        )
    try:
        return adoption.set_index("iso3")["adoption_wave"].astype("Int64"), None
    except (TypeError, ValueError):
        came = listed(adoption["adoption_wave"].unique().tolist(), 8)
        raise ArgumentError(
            f"adoption waves are whole years such as 2018, or missing; these came: {came}."
        ) from None


def _check_imputable(design: Design) -> None:
    """Every treated cell needs an untreated observation of its country and one of its wave."""
    cells, untreated = design.treated & design.observed, ~design.treated & design.observed
    if not cells.any():
        raise ArgumentError(
            "no country has an observed wave from its adoption wave on. Check the adoption waves."
        )
    lost = design.countries[cells.any(axis=1) & ~untreated.any(axis=1)]
    if len(lost):
        raise ArgumentError(
            f"{listed(list(lost), 30)}: no observed wave before adoption, so nothing to compare"
            " with. Leave them out with exclude=, or start the panel earlier (it starts in"
            f" {design.waves[0]})."
        )
    empty = design.waves[cells.any(axis=0) & ~untreated.any(axis=0)]
    if len(empty):
        raise ArgumentError(
            f"no untreated observation in {listed(list(empty), 20)}: every country there has"
            " adopted. Give never-treated countries, or end the panel before."
        )

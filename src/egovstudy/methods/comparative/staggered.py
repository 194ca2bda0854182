"""Staggered adoption by imputation: hosts beside what untreated observations would have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log10

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed
from egovstudy.methods.comparative.event_design import Design, read_design
from egovstudy.methods.comparative.imputation import (
    differences,
    indicator,
    lead_differences,
    means,
    permutations,
)
from egovstudy.methods.inference import gaps_not_rejected, rank_p
from egovstudy.methods.panel import Result

LEVEL = 0.95  # of the interval
ASSUMPTIONS = (
    (
        "Without a centre, hosts would have moved from wave to wave as the untreated did, in this"
        " scale (parallel)."
    ),
    (
        "Nothing moved before adoption because of the centre to come. Where leads differ from 0, do"
        " not believe the rest."
    ),
    (
        "Countries never coded as hosts are uncoded, not untreated: a centre that was not found is"
        " not an absent centre."
    ),
    (
        "Selection: the Korean ministry chooses willing partners. The p treats hosts as drawn by"
        " lot; they were not."
    ),
    "Spillovers to other countries, and other partnerships and centres abroad, are not seen.",
    "Each event time rests on other countries: a path over event time mixes time and countries.",
)


@dataclass(frozen=True, eq=False, repr=False)
class StaggeredFit(Result):
    """Differences between hosts as observed and as imputed from untreated observations.

    Attributes
    ----------
    outcome : str
    overall, p, interval : float, float, (float, float)
        Mean difference over all treated cells, in units of the outcome; its p; the 95 % interval,
        by test inversion, of a difference that would be the same in every treated cell.
    by_event_time : DataFrame
        ``event_time`` (waves since adoption, 0 is the adoption wave), ``difference, n_countries, p,
        floor``.
    by_stock : DataFrame or None
        The same by ``n_centres`` open in the cell (0: all have closed), for the coding ``stock``.
    leads : DataFrame
        As ``by_event_time`` for the waves before adoption (-1 is the last), against the hosts'
        earlier waves: from a regression of its own on untreated observations, with a dummy for each
        lead.
    cells : DataFrame
        One row per treated cell: ``iso3, wave, event_time, observed, imputed, difference``, with a
        stock ``n_centres``.
    hosts, donors, not_yet, excluded : tuple of str
        Adopters; countries without a coded adoption; coded ones that no wave reflects yet; those
        left out as asked.
    draws, distinct, floor, seed : int, int, float, int
        Permutations drawn, how many distinct ones there are, the least p that could come out, the
        seed.
    assumptions : tuple of str
    """

    outcome: str
    overall: float
    p: float
    interval: tuple[float, float]
    by_event_time: pd.DataFrame
    by_stock: pd.DataFrame | None
    leads: pd.DataFrame
    cells: pd.DataFrame
    hosts: tuple[str, ...]
    donors: tuple[str, ...]
    not_yet: tuple[str, ...]
    excluded: tuple[str, ...]
    draws: int
    distinct: int
    floor: float
    seed: int
    assumptions: tuple[str, ...] = ASSUMPTIONS

    @property
    def table(self) -> pd.DataFrame:
        """Differences by event time, leads first."""
        return pd.concat([self.leads, self.by_event_time], ignore_index=True)

    def _lines(self) -> list[str]:
        low, high = self.interval
        lines = [
            (
                f"Imputation event study of {self.outcome}: {len(self.hosts)} hosts"
                f" ({listed(self.hosts, 25)}), {len(self.donors)} donors, {len(self.cells)} treated"
                " cells"
            ),
            (
                f"Mean difference {self.overall:+.4f}, p {self.p:.3f}, {LEVEL:.0%} interval"
                f" [{low:+.4f}, {high:+.4f}] (if the same in every cell)"
            ),
            (
                f"p: {self.draws} permutations of the adoption waves over countries,"
                f" {_count(self.distinct)} distinct, seed {self.seed}; two-sided; floor"
                f" {self.floor:.2g}"
            ),
            "",
            self.table.drop(columns="floor").to_string(index=False),
            (
                "Event time in waves; 0 is the adoption wave; rows below 0 are leads against the"
                " earlier waves."
            ),
        ]
        if self.by_stock is not None:
            lines += ["", self.by_stock.drop(columns="floor").to_string(index=False)]
        for word, names in (
            ("Opening too late for any wave, kept as untreated", self.not_yet),
            ("Left out", self.excluded),
        ):
            lines += [f"{word}: {listed(names, 25)}."] if names else []
        return [*lines, "", *[f"- {text}" for text in self.assumptions]]


def fit_staggered(
    panel: pd.DataFrame,
    outcome: str,
    adoption: pd.DataFrame | Mapping[str, int],
    *,
    exclude: Iterable[str] = (),
    leads: int = 3,
    strata: Mapping[str, str] | None = None,
    draws: int = 999,
    seed: int = 0,
) -> StaggeredFit:
    """Compare hosts after adoption with what untreated observations alone would have them be.

    Country and wave constants are fitted by least squares on the untreated observations: all of the
    countries that never adopt, and the hosts before adoption. Each treated cell is imputed as its
    country constant plus its wave constant; the difference is observed minus imputed, averaged with
    equal weights over cells (overall) and over countries (by event time). For a p-value the
    adoption waves are dealt anew to the countries, as many to each wave as in the data, and
    everything is computed again: p = (1 + permutations at least as far from zero) / (1 + draws).

    Parameters
    ----------
    panel : DataFrame
        Unique on ``iso3`` and ``wave``; empty cells are left out, not filled.
    outcome : str
        Numeric column; the differences are in its units.
    adoption : DataFrame or mapping
        What :func:`egovstudy.centre_adoption` returns, in either coding, or ``iso3`` to wave. A
        country that is not in it, or has no wave, is taken as untreated. A stock counts from the
        first wave with an open centre on.
    exclude : iterable of str
        Countries to leave out altogether, e.g. hosts of forerunners.
    leads : int
        Waves before adoption shown as leads, at least 1; the hosts' earlier waves are their
        reference.
    strata : mapping of str to str, optional
        Group of each country, e.g. its region: adoption waves are dealt within groups.
    draws, seed : int
        Number of permutations, at least 1; seed of them.

    Returns
    -------
    StaggeredFit

    Raises
    ------
    ArgumentError
        If a country or adoption wave is not in the panel, the outcome is empty or constant, a host
        has no observed wave before adoption, a treated wave has no untreated observation, leads
        leave no reference, or a stratum is missing.

    References
    ----------
    Borusyak, Jaravel and Spiess (2024), Review of Economic Studies 91(6). They test
    leads in the same way. Their standard errors are for many hosts; with about twelve,
    randomisation inference (Fisher 1935) stands in their place.

    Examples
    --------
    >>> places = [(i, c, w) for i, c in enumerate("ABCD") for w in range(4)]
    >>> rows = [(c, w, i + w / 10 + (c == "A") * (w >= 2)) for i, c, w in places]
    >>> panel = pd.DataFrame(rows, columns=["iso3", "wave", "score"])
    >>> fit = fit_staggered(panel, "score", {"A": 2}, leads=1)
    >>> round(fit.overall, 6), fit.floor
    (1.0, 0.25)
    """
    for name, number in {"leads": leads, "draws": draws}.items():
        if number < 1:
            raise ArgumentError(f"{name}={number}. Give a whole number of at least 1.")
    design = read_design(panel, outcome, adoption, exclude)
    hosts = np.flatnonzero(design.start < len(design.waves))
    start = design.start[hosts]
    difference = differences(design, hosts[None], start)[0]  # (hosts, waves)
    before = lead_differences(design, hosts[None], start, leads)[0]
    _check(design, hosts, difference, before)
    who, distinct = permutations(design, hosts, strata, draws, seed)

    since = np.arange(len(design.waves)) - start[:, None]  # event time
    there = np.isfinite(difference)
    times = np.unique(since[there])
    stock = np.full(since.shape, -1) if design.stock is None else design.stock[hosts]
    stocks = np.unique(stock[there & (stock >= 0)])
    masks = np.stack(
        [since >= 0, *[since == one for one in times], *[stock == one for one in stocks]]
    )
    found = np.append(means(difference[None], masks)[0], before)
    drawn = np.hstack(
        [means(differences(design, who, start), masks), lead_differences(design, who, start, leads)]
    )
    treated = means(differences(indicator(design), who, start), masks[:1])[:, 0]

    table = pd.DataFrame(
        {"difference": found, "n_countries": _countries(design, hosts, difference, masks, leads)}
    )
    near = 1e-9 * np.nanstd(design.y)  # equal but for rounding counts as equal
    # A permutation whose figure cannot be computed counts against the finding.
    p = rank_p(np.abs(drawn), np.abs(found), near, axis=0, drawn=True)
    floor = max(1 / (1 + draws), 1 / distinct)
    table["p"], table["floor"] = np.maximum(p, floor), floor
    parts = np.split(np.arange(len(table)), [1, 1 + len(times), len(masks)])
    names = design.countries.to_numpy()
    return StaggeredFit(
        outcome=outcome,
        overall=float(found[0]),
        p=float(table["p"].iloc[0]),
        interval=gaps_not_rejected((float(found[0]), 1.0), drawn[:, 0], -treated, LEVEL)[:2],
        by_event_time=_part(table, parts[1], "event_time", times),
        by_stock=None if design.stock is None else _part(table, parts[2], "n_centres", stocks),
        leads=_part(table, parts[3], "event_time", np.arange(-leads, 0)),
        cells=_cells(design, hosts, difference),
        hosts=tuple(names[hosts]),
        donors=tuple(name for name in np.delete(names, hosts) if name not in design.not_yet),
        not_yet=design.not_yet,
        excluded=design.excluded,
        draws=draws,
        distinct=distinct,
        floor=floor,
        seed=seed,
    )


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
    return fit.table.assign(lower=-edge, upper=edge)


def _count(number: int) -> str:
    return f"{number:,}" if number < 10**6 else f"about 10^{log10(number):.0f}"


def _check(design: Design, hosts: np.ndarray, difference: np.ndarray, before: np.ndarray) -> None:
    if np.isnan(difference[(design.treated & design.observed)[hosts]]).any():
        raise ArgumentError(
            "the untreated observations fall into parts that share no wave. Leave some countries"
            " out."
        )
    if np.isnan(before).any():
        raise ArgumentError(
            f"leads={len(before)}: no host has an observed wave before so many leads, or at one of"
            " them. Give fewer."
        )


def _countries(
    design: Design, hosts: np.ndarray, difference: np.ndarray, masks: np.ndarray, leads: int
) -> list[int]:
    """How many countries are behind each figure: those of the masks, then those of the leads."""
    since = np.arange(len(design.waves)) - design.start[hosts][:, None]
    behind = (np.isfinite(difference) & masks).any(axis=2).sum(axis=1)
    return [
        *behind,
        *[(design.observed[hosts] & (since == -lead)).sum() for lead in range(leads, 0, -1)],
    ]


def _part(table: pd.DataFrame, rows: np.ndarray, name: str, labels: np.ndarray) -> pd.DataFrame:
    out = table.iloc[rows].reset_index(drop=True)
    out.insert(0, name, labels)
    return out


def _cells(design: Design, hosts: np.ndarray, difference: np.ndarray) -> pd.DataFrame:
    row, column = np.nonzero(np.isfinite(difference))
    country, gap = hosts[row], difference[row, column]
    observed = design.y[country, column]
    cells = pd.DataFrame({"iso3": design.countries[country], "wave": design.waves[column]})
    cells["event_time"] = column - design.start[country]
    if design.stock is not None:
        cells["n_centres"] = design.stock[country, column]
    return cells.assign(observed=observed, imputed=observed - gap, difference=gap)

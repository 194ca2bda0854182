"""What a grid of specifications gives: a row each, every unit's placebo statistic, and one test of the whole curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.synthetic import Array

SMALL_P = 0.10  # up to here a rank p-value counts as small
ALIKE = 1e-9  # statistics that differ by a smaller share of the larger are counted as equal
SUMMARIES = {
    "median_gap": "median over the specifications",
    "small_p": "share of the specifications with a rank p of at most 0.10",
    "mean_standardised": (
        "mean over the specifications of the statistic over its root mean square over the units"
    ),
}


@dataclass(frozen=True, repr=False, eq=False)
class JointTest:
    """How far out the treated country's whole curve lies among the curves of all units.

    Attributes
    ----------
    treated, summary : str
        iso3; what each curve was reduced to.
    value : float
        The summary of the treated country's curve.
    p : float
        Share of the units, the treated country among them, whose summary is at least as far from 0.
    n : int
        Units that have a statistic in every specification used, the treated country among them.
    n_partial : int
        Units that have one in some specifications only; they cannot take part.
    n_specifications, n_impossible : int
        Specifications used, and those of the grid that could not be computed.
    by_unit : Series
        The summary of every unit by iso3.
    """

    treated: str
    summary: str
    value: float
    p: float
    n: int
    n_partial: int
    n_specifications: int
    n_impossible: int
    by_unit: pd.Series

    @property
    def floor(self) -> float:
        """Smallest p-value that so many units can give."""
        return 1 / self.n

    def __repr__(self) -> str:
        return (
            f"Joint test of {self.n_specifications} specifications for {self.treated}"
            f" ({self.n_impossible} of the grid could not be computed).\nSummary:"
            f" {SUMMARIES[self.summary]}: {self.value:+.4g}.\np = {round(self.p * self.n)}/{self.n}"
            f" = {self.p:.4f}; floor 1/{self.n} = {self.floor:.4f}.\nEach of the {self.n} units"
            f" with a statistic in every specification took the place of {self.treated} in all of"
            f" them at once; {self.n_partial} units have one in some only and take no"
            " part.\nAssumes that without the event any of these units could as well have been the"
            " one with the largest summary.\nThe donors' partnerships are uncoded, not untreated."
        )


@dataclass(frozen=True, repr=False, eq=False)
class SpecificationCurve:
    """One row for each specification, and what a test of all of them together needs.

    Attributes
    ----------
    treated : str
        iso3 of the treated country.
    table : DataFrame
        One row for each specification of the grid, in its order: the choices; ``n_donors``,
        ``n_pre`` (waves); ``gap`` (mean over the post-waves, or of the last wave, on the
        specification's scale); ``lower`` and ``upper`` if bounds were asked for; ``standardised``
        (the statistic over its root mean square over all units, without unit); ``pre_rmspe``;
        ``exact``, ``unique`` (the treated country's fit); ``n_exact`` (units met exactly); ``p``
        (rank in space, k/n) and its ``floor``; ``certificate`` (the largest of all its fits, scaled
        duality gap); ``reason`` (why it could not be computed, else empty).
    units : DataFrame
        Rows as ``table``, one column for each iso3: the statistic with that country in the treated
        one's place. NaN where it is not in the pool or has no statistic.
    """

    treated: str
    table: pd.DataFrame
    units: pd.DataFrame = field(repr=False)

    @property
    def possible(self) -> pd.Series:
        """Whether each specification could be computed."""
        return self.table["reason"].eq("")

    def joint(
        self, summary: str = "mean_standardised", where: Sequence[bool] | None = None
    ) -> JointTest:
        """Test all specifications together by permuting which unit is the treated one.

        Every unit gets the same summary of its own curve, and the treated country is ranked among
        the units by the distance of the summary from 0 (Simonsohn, Simmons and Nelson 2020, Nature
        Human Behaviour 4, 1208-1214, with placebos in space in the place of shuffled data). A unit
        changes place in all specifications at once, so that their dependence is kept.
        Specifications that come to the same fit count once each, as they do in the curve.

        Parameters
        ----------
        summary : {"mean_standardised", "median_gap", "small_p"}
            Mean of the standardised statistics; median of the statistics, which must have one unit;
            share of the specifications with a rank p of at most 0.10.
        where : sequence of bool, optional
            Which rows of the table to use, e.g. ``curve.table["scale"].eq("raw")``. All if not
            given.

        Returns
        -------
        JointTest

        Raises
        ------
        ArgumentError
            If there is no such summary, the rows do not fit it, or fewer than two units are in
            every pool.
        """
        if summary not in SUMMARIES:
            raise ArgumentError(
                f"no summary {summary!r}.{nearest(summary, list(SUMMARIES))} Allowed: {_words()}."
            )
        used = self._rows(where)
        if summary == "median_gap":
            _check_one_unit(self.table[used])
        statistics, size = (
            self.units[used],
            self.table.loc[used, "n_donors"].to_numpy(dtype="float64") + 1,
        )
        everywhere, anywhere = statistics.notna().all(), statistics.notna().any()
        if everywhere.sum() < 2:
            raise ArgumentError(
                f"only {listed(list(statistics.columns[everywhere])) or 'no unit'} has a statistic"
                " in every specification, so nothing can be ranked. Use where= to leave out the"
                " narrowest pools."
            )
        curves = statistics.to_numpy()
        if summary == "median_gap":
            found = np.median(curves[:, everywhere], axis=0)
        elif summary == "small_p":
            found = (rank_p(curves, size)[:, everywhere] <= SMALL_P + ALIKE).mean(axis=0)
        else:
            found = standardise(curves)[:, everywhere].mean(axis=0)
        by_unit = pd.Series(found, index=statistics.columns[everywhere], name=summary)
        p = rank_p(found[None], np.array([len(found)]))[0, by_unit.index.get_loc(self.treated)]
        return JointTest(
            treated=self.treated,
            summary=summary,
            value=float(by_unit[self.treated]),
            p=float(p),
            n=len(by_unit),
            n_partial=int((anywhere & ~everywhere).sum()),
            n_specifications=int(used.sum()),
            n_impossible=int((~self.possible).sum()),
            by_unit=by_unit,
        )

    def _rows(self, where: Sequence[bool] | None) -> pd.Series:
        used = self.possible
        if where is not None:
            chosen = np.asarray(where)
            if chosen.shape != (len(used),) or chosen.dtype != bool:
                raise ArgumentError(
                    f"where= has shape {chosen.shape} and type {chosen.dtype}; give True or False"
                    f" for each of the {len(used)} rows of the table."
                )
            used = used & chosen
        if not used.any():
            raise ArgumentError(
                "no specification that could be computed is left. See table['reason']."
            )
        return used

    def __repr__(self) -> str:
        done = self.table[self.possible]
        lines = [f"{len(self.table)} specifications for {self.treated}, {len(done)} computed."]
        for (outcome, scale), rows in done.groupby(["outcome", "scale"], sort=False, observed=True):
            gap = rows["gap"]
            lines.append(
                f"  {outcome}, {scale}: {len(rows)}, gap {gap.min():+.3g} to {gap.max():+.3g},"
                f" median {gap.median():+.3g}; rank p {rows['p'].min():.3f} to"
                f" {rows['p'].max():.3f}; {int((~rows['unique'].astype(bool)).sum())} not unique,"
                " shown by the tie rule."
            )
        if len(done):
            lines.append(
                f"Floor of the rank p: {done['floor'].min():.4f} to {done['floor'].max():.4f}."
                " Largest certificate (scaled duality gap):"
                f" {max(done['certificate'].max(), 0):.0e}."
            )
        for reason, count in self.table.loc[~self.possible, "reason"].value_counts().items():
            lines.append(f"  {count} could not be computed: {reason}")
        lines.append(
            "The p of one row says nothing about the choice of the row; .joint() tests all of them"
            " together.\nThe donors' partnerships are uncoded, not untreated."
        )
        return "\n".join(lines)


def rank_p(values: Array, size: Array) -> Array:
    """Share of each row's units whose value is at least as far from 0 as a unit's own, for every unit.

    ``size`` says how many units a row has; those without a value are counted as further out than
    all others, so that an unknown never makes a p-value smaller.
    """
    p = np.full(values.shape, np.nan)
    for row, (far, units) in enumerate(zip(np.abs(values), size, strict=True)):
        known = np.sort(far[~np.isnan(far)])
        nearer = np.searchsorted(known, far * (1 - ALIKE))
        p[row] = np.where(np.isnan(far), np.nan, (units - nearer) / units)
    return p


def standardise(values: Array) -> Array:
    """Divide each row by the root mean square of its units; all zero stays zero."""
    size = np.sqrt(np.nanmean(values**2, axis=1, keepdims=True))
    return values / np.where(size > 0, size, 1.0)


def _check_one_unit(rows: pd.DataFrame) -> None:
    units = (
        rows["scale"]
        .mask(rows["statistic"].eq("scaled_gap"), "errors of prediction")
        .unique()
        .tolist()
    )
    if len(units) > 1:
        raise ArgumentError(
            f"these statistics are in {listed(units)}, and a median over them has no meaning. Use"
            ' where= to keep one, or summary="mean_standardised".'
        )


def _words() -> str:
    return "; ".join(f"{name}: {text}" for name, text in SUMMARIES.items())

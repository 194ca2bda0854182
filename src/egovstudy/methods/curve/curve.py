"""The specification curve: a row for each specification, and tests of many of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed
from egovstudy.methods.curve import summary as summaries
from egovstudy.methods.curve.summary import ALIKE, shares_as_far, standardise
from egovstudy.methods.inference import Ranked, rank_p
from egovstudy.methods.panel import UNCODED, Result
from egovstudy.methods.synthetic import check_choice

SMALL_P = 0.10  # up to here a rank p-value counts as small
SUMMARIES = {
    "median_gap": "median over the specifications",
    "small_p": "share of the specifications with a rank p of at most 0.10",
    "mean_standardised": (
        "mean over the specifications of the statistic over its root mean square over the units"
    ),
    "mean_share": (
        "mean over the specifications of the share of units that are at least as far from 0"
    ),
}


@dataclass(frozen=True, eq=False, repr=False)
class JointTest(Ranked):
    """How far out the treated country's whole curve lies among the curves of all units.

    Attributes
    ----------
    treated, summary : str
        iso3; what each curve was reduced to.
    value : float
        The summary of the treated country's curve.
    p : float
        Share of the units, the treated country among them, whose summary is at least as far from 0;
        at most as large for ``mean_share``.
    n : int
        Units that are ranked, the treated country among them: those that have a statistic in every
        specification used; in any of them for ``mean_share``.
    n_partial : int
        Units that have one in some specifications only.
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
    def table(self) -> pd.DataFrame:
        """The summary of every unit, by ``iso3``."""
        return self.by_unit.rename_axis("iso3").to_frame()

    def _lines(self) -> list[str]:
        if self.summary == "mean_share":
            part = (
                f"{self.n_partial} of the {self.n} units stand in some specifications only and are"
                " ranked by those."
            )
        else:
            part = (
                f"Each of the {self.n} units with a statistic in every specification took the place"
                f" of {self.treated} in all of them at once; {self.n_partial} units have one in"
                " some only and take no part."
            )
        return [
            f"Joint test of {self.n_specifications} specifications for {self.treated}"
            f" ({self.n_impossible} of the grid could not be computed).",
            f"Summary: {SUMMARIES[self.summary]}: {self.value:+.4g}.",
            f"p = {self._said(self.p)}; {self._said_floor}.",
            part,
            "Assumes that without the event any of these units could as well have been the one that"
            " is furthest out.",
            UNCODED,
        ]


@dataclass(frozen=True, eq=False, repr=False)
class SpecificationCurve(Result):
    """One row for each specification, and what a test of all of them together needs.

    ``path``, ``shares``, ``counts`` and ``drivers`` say what it comes to; ``joint`` and
    ``joint_by`` test many specifications together.

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
    units: pd.DataFrame

    @property
    def possible(self) -> pd.Series:
        """Whether each specification could be computed."""
        return self.table["reason"].eq("")

    path = summaries.path
    shares = summaries.shares
    counts = summaries.counts
    drivers = summaries.drivers

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
        summary : {"mean_standardised", "median_gap", "small_p", "mean_share"}
            Mean of the standardised statistics; median of the statistics, which must have one unit;
            share of the specifications with a rank p of at most 0.10; mean of the rank p itself, as
            the analysis plan describes it. Under ``mean_share`` signs may differ between the
            specifications, one very large gap weighs no more than a large one, and a country that
            stands in some specifications only is ranked by those.
        where : sequence of bool, optional
            Which rows of the table to use, e.g. ``curve.table["scale"].eq("raw")``. All if not
            given.

        Returns
        -------
        JointTest

        Raises
        ------
        ArgumentError
            If there is no such summary, the rows do not fit it, or fewer than two units can be
            ranked.

        Examples
        --------
        >>> table = pd.DataFrame({"n_donors": [2, 1], "reason": ""})
        >>> units = pd.DataFrame({"IDN": [0.3, -0.3], "MYS": [0.2, 0.2], "THA": [0.1, None]})
        >>> test = SpecificationCurve("IDN", table, units).joint("mean_share")
        >>> round(test.value, 3), round(test.p, 3), test.n, test.n_partial
        (0.417, 0.333, 3, 1)
        """
        check_choice("summary", summary, SUMMARIES)
        used = self.used(where)
        if summary == "median_gap":
            _check_one_unit(self.table[used])
        statistics = self.units[used]
        everywhere, anywhere = statistics.notna().all(), statistics.notna().any()
        ranked = anywhere if summary == "mean_share" else everywhere
        if ranked.sum() < 2:
            raise ArgumentError(
                f"only {listed(list(statistics.columns[ranked])) or 'no unit'} has a statistic in"
                " every specification, so nothing can be ranked. Use where= to leave out the"
                " narrowest pools."
            )
        curves, size = statistics.to_numpy(dtype="float64"), self.table.loc[used, "n_donors"] + 1
        if summary == "median_gap":
            found = np.median(curves[:, ranked], axis=0)
        elif summary == "mean_standardised":
            found = standardise(curves)[:, ranked].mean(axis=0)
        else:
            p = pd.DataFrame(shares_as_far(curves, size.to_numpy(dtype="float64")))
            found = (p if summary == "mean_share" else p <= SMALL_P + ALIKE).mean()[
                ranked.to_numpy()
            ]
        by_unit = pd.Series(np.asarray(found), statistics.columns[ranked], name=summary)
        far = -by_unit if summary == "mean_share" else by_unit.abs()
        own = far[self.treated]
        return JointTest(
            treated=self.treated,
            summary=summary,
            value=float(by_unit[self.treated]),
            p=float(rank_p(far.to_numpy(), own, ALIKE * abs(own))),
            n=len(by_unit),
            n_partial=int((anywhere & ~everywhere).sum()),
            n_specifications=int(used.sum()),
            n_impossible=int((~self.possible).sum()),
            by_unit=by_unit,
        )

    def joint_by(
        self,
        by: Sequence[str],
        *,
        where: Sequence[bool] | None = None,
        summary: str = "mean_standardised",
    ) -> pd.DataFrame:
        """Test the specifications of each group together.

        Donor pools have other members, and only countries in every pool could be ranked over all of
        them at once; so each pool is tested by itself.

        Parameters
        ----------
        by : sequence of str
            Columns of the table, e.g. ``["pool", "outcome"]``.
        where : sequence of bool, optional
            Which rows of the table to use; all if not given.
        summary : str
            As in :meth:`joint`.

        Returns
        -------
        DataFrame
            One row for each group in order of first appearance: the columns of ``by``,
            ``n_specifications``, ``value``, ``p``, ``n`` (countries that are ranked), ``floor``
            (1/n), ``rank`` (``p`` times ``n``).

        Examples
        --------
        >>> table = pd.DataFrame({"pool": ["a", "b"], "n_donors": [2, 2], "reason": ""})
        >>> units = pd.DataFrame({"IDN": [0.3, 0.1], "MYS": [0.2, 0.2], "THA": [0.1, 0.3]})
        >>> found = SpecificationCurve("IDN", table, units).joint_by(["pool"])
        >>> found[["pool", "rank", "n"]].values.tolist()
        [['a', 1, 3], ['b', 3, 3]]
        """
        used = np.ones(len(self.table), dtype=bool) if where is None else np.asarray(where)
        figures = ["n_specifications", "value", "p", "n", "floor"]
        rows = []
        for _, group in self.table[used].drop_duplicates(list(by))[list(by)].iterrows():
            own = used & self.table[list(by)].eq(group).all(axis=1).to_numpy()
            test = self.joint(summary, own)
            rows.append([*group, *(getattr(test, name) for name in figures)])
        found = pd.DataFrame(rows, columns=[*by, *figures])
        return found.assign(rank=(found["p"] * found["n"]).round().astype("int64"))

    def used(self, where: Sequence[bool] | None = None) -> pd.Series:
        """Which rows of the table could be computed, and are among those asked for."""
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

    def _lines(self) -> list[str]:
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
        return [
            *lines,
            "The p of one row says nothing about the choice of the row; .joint() tests all of them"
            " together.",
            UNCODED,
        ]


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

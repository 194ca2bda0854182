"""Tests of many specifications at once, beside ``SpecificationCurve.joint``: group by group, and by mean shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError
from egovstudy.methods.curve.curve import ALIKE, JointTest, SpecificationCurve, rank_p


@dataclass(frozen=True, repr=False, eq=False)
class MeanShareTest(JointTest):
    """A :class:`JointTest` whose summary is the mean share of a country, from 0 to 1; ``n_partial`` take part."""

    def __repr__(self) -> str:
        return (
            f"Mean shares over {self.n_specifications} specifications for {self.treated}"
            f" ({self.n_impossible} of the grid could not be computed): {self.value:.3f}.\np ="
            f" {round(self.p * self.n)}/{self.n} = {self.p:.4f}; floor 1/{self.n} ="
            f" {self.floor:.4f}.\n{self.n_partial} of the {self.n} units stand in some"
            " specifications only and are ranked by those.\nThe donors' partnerships are uncoded,"
            " not untreated."
        )


def joint_by(
    curve: SpecificationCurve,
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
    curve : SpecificationCurve
        From :func:`egovstudy.run_specifications`.
    by : sequence of str
        Columns of its table, e.g. ``["pool", "outcome"]``.
    where : sequence of bool, optional
        Which rows of the table to use; all if not given.
    summary : str
        As in :meth:`SpecificationCurve.joint`.

    Returns
    -------
    DataFrame
        One row for each group in order of first appearance: the columns of ``by``,
        ``n_specifications``, ``value``, ``p``, ``n`` (countries in every specification), ``floor``
        (1/n), ``rank`` (``p`` times ``n``).

    Examples
    --------
    >>> table = pd.DataFrame({"pool": ["a", "b"], "n_donors": [2, 2], "reason": ""})
    >>> units = pd.DataFrame({"IDN": [0.3, 0.1], "MYS": [0.2, 0.2], "THA": [0.1, 0.3]})
    >>> joint_by(SpecificationCurve("IDN", table, units), ["pool"])[["pool", "rank", "n"]].values.tolist()
    [['a', 1, 3], ['b', 3, 3]]
    """
    used = np.ones(len(curve.table), dtype=bool) if where is None else np.asarray(where)
    groups = curve.table[used].drop_duplicates(list(by))[list(by)]
    rows = []
    for group in groups.itertuples(index=False):
        own = used & np.all(
            [curve.table[name].eq(value) for name, value in zip(by, group, strict=True)], axis=0
        )
        test = curve.joint(summary, own)
        rows.append(
            (
                *group,
                test.n_specifications,
                test.value,
                test.p,
                test.n,
                test.floor,
                round(test.p * test.n),
            )
        )
    return pd.DataFrame(rows, columns=[*by, "n_specifications", "value", "p", "n", "floor", "rank"])


def mean_share_test(
    curve: SpecificationCurve, where: Sequence[bool] | None = None
) -> MeanShareTest:
    """Test specifications together by each country's mean share, as the analysis plan describes it.

    In each specification a country's share is that of all countries whose statistic is at least as
    far from 0 as its own. Its joint statistic is the mean of its shares over the specifications in
    which it stands, and p is the share of the countries whose joint statistic is at most the
    treated country's. Unlike :meth:`SpecificationCurve.joint` signs may differ between the
    specifications, one very large gap weighs no more than a large one, and a country that stands in
    some specifications only is ranked by those.

    Parameters
    ----------
    curve : SpecificationCurve
        From :func:`egovstudy.run_specifications`.
    where : sequence of bool, optional
        Which rows of the table to use; all that could be computed if not given.

    Returns
    -------
    MeanShareTest
        With ``value`` the mean share of the treated country, from 0 to 1, and ``by_unit`` that of
        every country.

    Raises
    ------
    ArgumentError
        If no specification is left.

    Examples
    --------
    >>> table = pd.DataFrame({"n_donors": [2, 1], "reason": ""})
    >>> units = pd.DataFrame({"IDN": [0.3, -0.3], "MYS": [0.2, 0.2], "THA": [0.1, None]})
    >>> test = mean_share_test(SpecificationCurve("IDN", table, units))
    >>> round(test.value, 3), round(test.p, 3), test.n, test.n_partial
    (0.417, 0.333, 3, 1)
    """
    used = curve.possible if where is None else curve.possible & np.asarray(where)
    if not used.any():
        raise ArgumentError("no specification that could be computed is left. See table['reason'].")
    statistics = curve.units[used].dropna(axis=1, how="all")
    sizes = curve.table.loc[used, "n_donors"].to_numpy(dtype="float64") + 1
    shares = pd.DataFrame(
        rank_p(statistics.to_numpy(dtype="float64"), sizes), columns=statistics.columns
    ).mean()
    own = float(shares[curve.treated])
    return MeanShareTest(
        treated=curve.treated,
        summary="mean_share",
        value=own,
        p=float((shares <= own + ALIKE).mean()),
        n=len(shares),
        n_partial=int(statistics.isna().any().sum()),
        n_specifications=int(used.sum()),
        n_impossible=int((~curve.possible).sum()),
        by_unit=shares.rename("mean_share"),
    )

"""What a specification curve comes to: its sorted path, its choices, and what drives it.

Each function here is a method of :class:`SpecificationCurve`, which is its first argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.inference import ranks_of_each
from egovstudy.methods.synthetic import Array

if TYPE_CHECKING:
    from egovstudy.methods.curve.curve import SpecificationCurve

ALIKE = 1e-9  # statistics that differ by a smaller share of the larger are counted as equal
BAND = (0.05, 0.95)  # of the countries' curves


def path(curve: SpecificationCurve, *, points: int = 200, least: float = 0.25) -> pd.DataFrame:
    """Sort the curve by its standardised gap, thin it, and set other countries' curves beside it.

    Each country's statistics are sorted by themselves: the curve that one would have drawn for it
    (Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4, 1208-1214).

    Parameters
    ----------
    points : int
        So many specifications are kept, evenly spaced in the order, the first and the last among
        them.
    least : float
        Other countries count if they have a statistic in at least this share of the specifications.

    Returns
    -------
    DataFrame
        One row for each specification kept: ``number`` (its place in the order, from 1),
        ``standardised``, ``p``, ``lower`` and ``upper`` (twentieth and nineteen twentieths of the
        other countries' curves at that place), ``n_countries`` (how many others count).

    Raises
    ------
    ArgumentError
        If points is below 2, or least is no share, or no other country counts.

    Examples
    --------
    >>> from egovstudy.methods.curve.curve import SpecificationCurve
    >>> table = pd.DataFrame({"standardised": [0.5, -1.0, 2.0], "p": [0.5, 1.0, 0.5], "reason": ""})
    >>> units = pd.DataFrame({"IDN": [0.1, -0.1, 0.3], "MYS": [0.2, 0.1, 0.1]})
    >>> SpecificationCurve("IDN", table, units).path(points=2)["standardised"].tolist()
    [-1.0, 2.0]
    """
    if points < 2 or not 0 < least <= 1:
        raise ArgumentError(
            f"points={points}, least={least}. Give at least 2 points and a share above 0 and up"
            " to 1."
        )
    order = _computed(curve, ["p"]).sort_values("standardised", kind="stable")
    kept = np.unique(np.linspace(0, len(order) - 1, points).round().astype(int))
    sizes = standardise(curve.units[curve.possible].to_numpy())
    others = pd.DataFrame(sizes, columns=curve.units.columns).drop(columns=curve.treated)
    others = others.loc[:, others.notna().mean() >= least]
    if others.empty:
        raise ArgumentError(
            f"no other country has a statistic in {least:.0%} of the specifications. Lower least."
        )
    places = kept / max(len(order) - 1, 1)
    curves = np.array([np.quantile(values.dropna(), places) for _, values in others.items()])
    lower, upper = np.quantile(curves, BAND, axis=0)
    rows = order.iloc[kept]
    return pd.DataFrame(
        {
            "number": kept + 1,
            "standardised": rows["standardised"].to_numpy(),
            "p": rows["p"].to_numpy(),
            "lower": lower,
            "upper": upper,
            "n_countries": others.shape[1],
        }
    )


def shares(curve: SpecificationCurve, choices: Sequence[str], *, bins: int = 40) -> pd.DataFrame:
    """Say which choices stand where along the sorted curve.

    Parameters
    ----------
    choices : sequence of str
        Columns of the table, e.g. ``["outcome", "pool"]``.
    bins : int
        The order is cut into so many pieces of equal length (to one row).

    Returns
    -------
    DataFrame
        One row for each choice, option and piece: ``choice``, ``option``, ``start`` and ``stop``
        (places in the order), ``share`` (of the piece's specifications that make this choice) and
        ``overall`` (of all).

    Raises
    ------
    ArgumentError
        If a choice is no column, or there are more pieces than specifications.

    Examples
    --------
    >>> from egovstudy.methods.curve.curve import SpecificationCurve
    >>> table = pd.DataFrame({"standardised": [2.0, 1.0, 4.0, 3.0], "pool": list("aabb")})
    >>> curve = SpecificationCurve("IDN", table.assign(reason=""), units=pd.DataFrame())
    >>> curve.shares(["pool"], bins=2)["share"].tolist()
    [1.0, 0.0, 0.0, 1.0]
    """
    order = _computed(curve, choices).sort_values("standardised", kind="stable")
    if not 1 <= bins <= len(order):
        raise ArgumentError(
            f"bins={bins}. Give a number from 1 to the {len(order)} specifications."
        )
    edges = np.linspace(0, len(order), bins + 1).round().astype(int).tolist()
    rows = []
    for choice in choices:
        for option in dict.fromkeys(curve.table[choice].dropna()):
            made = order[choice].eq(option).to_numpy(dtype=bool, na_value=False)
            for start, stop in zip(edges, edges[1:], strict=False):
                rows.append((choice, option, start, stop, made[start:stop].mean(), made.mean()))
    return pd.DataFrame(rows, columns=["choice", "option", "start", "stop", "share", "overall"])


def counts(
    curve: SpecificationCurve, choices: Sequence[str], *, small: float = 0.1
) -> pd.DataFrame:
    """Count for each option how many specifications have a gap above zero and a small p.

    Parameters
    ----------
    choices : sequence of str
        Columns of the table.
    small : float
        A p up to here counts as small.

    Returns
    -------
    DataFrame
        One row for each choice and option: ``choice``, ``option``, ``n`` (specifications),
        ``above`` (per cent with a gap above zero), ``small`` (per cent with a small p),
        ``median_p``, ``n_donors`` (the fewest) and ``floor`` (the largest).

    Examples
    --------
    >>> from egovstudy.methods.curve.curve import SpecificationCurve
    >>> table = pd.DataFrame({"pool": ["a", "a"], "gap": [0.1, -0.1], "p": [0.1, 0.5]})
    >>> table = table.assign(n_donors=9, floor=0.1, standardised=1.0, reason="")
    >>> SpecificationCurve("IDN", table, units=pd.DataFrame()).counts(["pool"]).values.tolist()
    [['pool', 'a', 2, 50.0, 50.0, 0.3, 9, 0.1]]
    """
    done = _computed(curve, [*choices, "gap", "p", "n_donors", "floor"])
    done = done.assign(above=done["gap"].gt(0) * 100.0, small=done["p"].le(small + ALIKE) * 100.0)
    parts = []
    for choice in choices:
        groups = done.groupby(choice, sort=False, observed=True)
        found = groups.agg(
            n=("gap", "size"),
            above=("above", "mean"),
            small=("small", "mean"),
            median_p=("p", "median"),
            n_donors=("n_donors", "min"),
            floor=("floor", "max"),
        )
        parts.append(found.rename_axis("option").reset_index().assign(choice=choice))
    table = pd.concat(parts, ignore_index=True)
    return table[["choice", *table.columns.drop("choice")]]


def drivers(
    curve: SpecificationCurve,
    choices: Sequence[str],
    *,
    where: Sequence[bool] | None = None,
    value: str = "standardised",
) -> pd.DataFrame:
    """Give the share of the variance of the curve that goes with each choice.

    Parameters
    ----------
    choices : sequence of str
        Columns of the table.
    where : sequence of bool, optional
        Which rows of the table to use; all that could be computed if not given.
    value : str
        The column whose variance is shared out.

    Returns
    -------
    DataFrame
        One row for each choice, most first: ``choice``, ``options``, ``alone`` (share of the
        variance between the means of its options), ``added`` (what it adds to the sum of all other
        choices' shifts), ``lowest`` and ``highest`` (the options with these means), ``low`` and
        ``high`` (the means). Shares from 0 to 1; ``attrs["together"]`` is the share of all choices'
        shifts, and the rest lies in combinations of them.

    Raises
    ------
    ArgumentError
        If a column is missing or the value does not vary.

    Examples
    --------
    >>> from egovstudy.methods.curve.curve import SpecificationCurve
    >>> table = pd.DataFrame({"standardised": [1.0, 1.0, 3.0, 3.0], "pool": list("aabb")})
    >>> table = table.assign(scale=list("xyxy"), reason="")
    >>> found = SpecificationCurve("IDN", table, units=pd.DataFrame()).drivers(["scale", "pool"])
    >>> found[["choice", "alone", "added"]].round(6).values.tolist()
    [['pool', 1.0, 1.0], ['scale', 0.0, 0.0]]
    """
    done = _computed(curve, [*choices, value], where)
    found = done[value].to_numpy(dtype="float64")
    if not np.ptp(found) > 0:
        raise ArgumentError(f"{value} does not vary, so there is nothing to share out.")
    shifts = {
        choice: pd.get_dummies(done[choice].astype("str")).to_numpy(dtype="float64")
        for choice in choices
    }
    together = _explained(found, list(shifts.values()))
    rows = []
    for choice in choices:
        means = done.groupby(choice, observed=True)[value].mean()
        rest = [columns for other, columns in shifts.items() if other != choice]
        rows.append(
            {
                "choice": choice,
                "options": len(means),
                "alone": _explained(found, [shifts[choice]]),
                "added": together - _explained(found, rest),
                "lowest": means.idxmin(),
                "low": means.min(),
                "highest": means.idxmax(),
                "high": means.max(),
            }
        )
    shared = pd.DataFrame(rows).sort_values(
        "alone", ascending=False, kind="stable", ignore_index=True
    )
    shared.attrs["together"] = together
    return shared


def _explained(values: Array, shifts: Sequence[Array]) -> float:
    """Share of the variance that a sum of shifts gives, by least squares."""
    columns = np.hstack([np.ones((len(values), 1)), *shifts])
    # The normal equations are small, and their pseudo-inverse takes the columns that say the same
    # twice.
    fitted = columns @ (np.linalg.pinv(columns.T @ columns, hermitian=True) @ (columns.T @ values))
    return float(1 - ((values - fitted) ** 2).sum() / ((values - values.mean()) ** 2).sum())


def _computed(
    curve: SpecificationCurve, columns: Sequence[str], where: Sequence[bool] | None = None
) -> pd.DataFrame:
    """Rows that could be computed."""
    for column in [*columns, "standardised"]:
        if column not in curve.table:
            known = list(curve.table.columns)
            raise ArgumentError(
                f"the table has no column {column!r}. Columns: {listed(known, 30)}."
                f"{nearest(column, known)}"
            )
    return curve.table[curve.used(where)]


def shares_as_far(values: Array, size: Array) -> Array:
    """Share of each row's units at least as far from 0 as a unit, for every unit: its rank p.

    ``size`` says how many units a row has; those without a value are counted as further out than
    all others, so that an unknown never makes a p-value smaller.
    """
    far = np.abs(values)
    return ranks_of_each(far, ALIKE * far, size) / size[:, None]


def standardise(values: Array) -> Array:
    """Divide each row by the root mean square of its units; all zero stays zero."""
    size = np.sqrt(np.nanmean(values**2, axis=1, keepdims=True))
    return values / np.where(size > 0, size, 1.0)

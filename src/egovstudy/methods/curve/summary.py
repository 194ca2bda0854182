"""What a specification curve comes to: its sorted path beside other countries' paths, its choices, what drives it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.curve.curve import ALIKE, SpecificationCurve, standardise
from egovstudy.methods.synthetic import Array

BAND = (0.05, 0.95)  # of the countries' curves


def curve_path(
    curve: SpecificationCurve, *, points: int = 200, least: float = 0.25
) -> pd.DataFrame:
    """Sort a curve by its standardised gap, thin it, and set the other countries' own sorted curves beside it.

    Each country's statistics are sorted by themselves: the curve that one would have drawn for it
    (Simonsohn, Simmons and Nelson 2020, Nature Human Behaviour 4, 1208-1214).

    Parameters
    ----------
    curve : SpecificationCurve
        From :func:`egovstudy.run_specifications`.
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
    >>> table = pd.DataFrame({"standardised": [0.5, -1.0, 2.0], "p": [0.5, 1.0, 0.5], "reason": ""})
    >>> units = pd.DataFrame({"IDN": [0.1, -0.1, 0.3], "MYS": [0.2, 0.1, 0.1]})
    >>> curve_path(SpecificationCurve("IDN", table, units), points=2)["standardised"].tolist()
    [-1.0, 2.0]
    """
    if points < 2 or not 0 < least <= 1:
        raise ArgumentError(
            f"points={points}, least={least}. Give at least 2 points and a share above 0 and up"
            " to 1."
        )
    done = curve.table[curve.possible]
    order = np.argsort(done["standardised"].to_numpy(), kind="stable")
    kept = np.unique(np.linspace(0, len(done) - 1, points).round().astype(int))
    sizes = pd.DataFrame(
        standardise(curve.units[curve.possible].to_numpy()), columns=curve.units.columns
    )
    others = sizes.drop(columns=curve.treated)
    others = others.loc[:, others.notna().mean() >= least]
    if others.empty:
        raise ArgumentError(
            f"no other country has a statistic in {least:.0%} of the specifications. Lower least."
        )
    places = kept / max(len(done) - 1, 1)
    curves = np.array([np.quantile(values.dropna(), places) for _, values in others.items()])
    lower, upper = np.quantile(curves, BAND, axis=0)
    rows = done.iloc[order[kept]]
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


def choice_shares(table: pd.DataFrame, choices: Sequence[str], *, bins: int = 40) -> pd.DataFrame:
    """Say which choices stand where along the sorted curve.

    Parameters
    ----------
    table : DataFrame
        ``curve.table``; rows that could not be computed are left out.
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
    >>> table = pd.DataFrame({"standardised": [2.0, 1.0, 4.0, 3.0], "pool": ["a", "a", "b", "b"], "reason": ""})
    >>> choice_shares(table, ["pool"], bins=2)["share"].tolist()
    [1.0, 0.0, 0.0, 1.0]
    """
    done = _done(table, choices)
    if not 1 <= bins <= len(done):
        raise ArgumentError(f"bins={bins}. Give a number from 1 to the {len(done)} specifications.")
    order = done.iloc[np.argsort(done["standardised"].to_numpy(), kind="stable")]
    edges = np.linspace(0, len(order), bins + 1).round().astype(int)
    rows = []
    for choice in choices:
        for option in dict.fromkeys(table[choice].dropna()):
            made = order[choice].eq(option).to_numpy(dtype=bool, na_value=False)
            for start, stop in zip(edges, edges[1:], strict=False):
                rows.append(
                    (choice, option, int(start), int(stop), made[start:stop].mean(), made.mean())
                )
    return pd.DataFrame(rows, columns=["choice", "option", "start", "stop", "share", "overall"])


def count_specifications(
    table: pd.DataFrame, choices: Sequence[str], *, small: float = 0.1
) -> pd.DataFrame:
    """Count, for each option of each choice, how many specifications have a gap above zero and a small p.

    Parameters
    ----------
    table : DataFrame
        ``curve.table``; rows that could not be computed are left out.
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
    >>> table = pd.DataFrame({"pool": ["a", "a"], "gap": [0.1, -0.1], "p": [0.1, 0.5], "n_donors": 9, "floor": 0.1})
    >>> count_specifications(table.assign(standardised=1.0, reason=""), ["pool"]).values.tolist()
    [['pool', 'a', 2, 50.0, 50.0, 0.3, 9, 0.1]]
    """
    done = _done(table, [*choices, "gap", "p", "n_donors", "floor"])
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
    counts = pd.concat(parts, ignore_index=True)
    return counts[["choice", *counts.columns.drop("choice")]]


def driving_choices(
    table: pd.DataFrame, choices: Sequence[str], *, value: str = "standardised"
) -> pd.DataFrame:
    """Give the share of the variance of a curve that goes with each choice.

    Parameters
    ----------
    table : DataFrame
        ``curve.table``; rows that could not be computed are left out.
    choices : sequence of str
        Columns of the table.
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
    >>> table = pd.DataFrame({"standardised": [1.0, 1.0, 3.0, 3.0], "pool": list("aabb"), "scale": list("xyxy")})
    >>> found = driving_choices(table.assign(reason=""), ["scale", "pool"])
    >>> found[["choice", "alone", "added"]].round(6).values.tolist()
    [['pool', 1.0, 1.0], ['scale', 0.0, 0.0]]
    """
    done = _done(table, [*choices, value])
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


def _done(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    for column in [*columns, "standardised", "reason"]:
        if column not in table:
            raise ArgumentError(
                f"the table has no column {column!r}. Columns: {listed(list(table.columns), 30)}."
                f"{nearest(column, list(table.columns))}"
            )
    return table[table["reason"].eq("")]

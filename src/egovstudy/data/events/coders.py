"""Coder agreement: Krippendorff's alpha with bootstrap intervals, kappa, who read what as what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest

LEVELS = ("nominal", "ordinal", "interval", "ratio", "masi", "jaccard")
COLUMNS = ("event_id", "variable", "coder", "value")
FEWEST_DRAWS = 100


@dataclass(frozen=True)
class _Coded:
    """One variable as numbers.

    ``codes`` is (events with two values or more, coders): a label's place, or -1.
    """

    level: str
    labels: Sequence[object]
    coders: Sequence[str]
    codes: np.ndarray
    complete: bool

    @property
    def counts(self) -> np.ndarray:
        """How many coders gave each label, (events, labels)."""
        return (self.codes[:, :, None] == np.arange(len(self.labels))).sum(axis=1)


@dataclass(frozen=True, eq=False)
class Agreement:
    """What :func:`agreement` found.

    Attributes
    ----------
    table : DataFrame
        One row per variable: ``variable, level``; ``coders`` (who gave a value), ``events`` (with
        values of two coders or more), ``values`` (given to those events); ``alpha`` (at most 1, 0
        is chance, below 0 is worse) with ``lower`` and ``upper``; ``share`` (of pairs of values
        that are the same, 0 to 1); ``kappa`` (at most 1; Cohen's for two coders, Fleiss' for more);
        ``undefined_share`` (resamples left out because nothing varied in them, 0 to 1);
        ``undefined_reason`` (empty where alpha is defined).
    draws, interval, seed : int, float, int
        Number of resamples, share the intervals cover, seed of the resampling.
    """

    table: pd.DataFrame
    draws: int
    interval: float
    seed: int
    _coded: Mapping[str, _Coded] = field(repr=False)

    def confusion(self, variable: str) -> pd.DataFrame:
        """Count which value met which.

        Parameters
        ----------
        variable : str
            One of the compared variables.

        Returns
        -------
        DataFrame
            Exactly two coders: events, the first coder's values (by name) as rows, the second's as
            columns. More coders: Krippendorff's coincidences, symmetric; each event shares its
            number of values out over its ordered pairs of coders, so that the whole sums to
            ``values``. Both hold only events with two values.

        Raises
        ------
        ArgumentError
            If the variable was not compared.
        """
        if variable not in self._coded:
            raise ArgumentError(_unknown("variable", variable, list(self._coded)))
        coded = self._coded[variable]
        labels: Sequence[object] = coded.labels
        names: Sequence[str | None] = [None, None]
        if len(coded.coders) == 2:
            names = coded.coders
            met = np.zeros((len(labels), len(labels)), dtype=int)
            np.add.at(met, tuple(coded.codes.T), 1)
        else:
            counts = coded.counts
            shared = counts / (counts.sum(axis=1, keepdims=True) - 1)
            met = counts.T @ shared - np.diag(shared.sum(axis=0))
            met = (met + met.T) / 2  # symmetric to the last digit
        return pd.DataFrame(
            met, index=pd.Index(labels, name=names[0]), columns=pd.Index(labels, name=names[1])
        )

    def __repr__(self) -> str:
        shown = self.table.drop(columns=["undefined_share", "undefined_reason"])
        lines = [
            (
                f"Agreement; {100 * self.interval:g} % intervals from {self.draws} resamples of"
                f" events, seed {self.seed}"
            ),
            shown.to_string(index=False, float_format="{:.3f}".format, na_rep="-"),
        ]
        for row in self.table.itertuples():
            if row.undefined_reason:
                lines.append(f"{row.variable}: alpha is undefined, {row.undefined_reason}.")
            if row.undefined_share > 0:
                lines.append(
                    f"{row.variable}: nothing varied in {row.undefined_share:.1%} of resamples,"
                    " left out."
                )
            if row.lower == row.upper:
                lines.append(
                    f"{row.variable}: no resample differs, so the interval says nothing of"
                    " precision."
                )
        return "\n".join(lines)


def agreement(
    codings: pd.DataFrame,
    on: str | Sequence[str] | None = None,
    *,
    level: str | Mapping[str, str] = "nominal",
    order: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
    seed: int = 0,
    draws: int = 2000,
    interval: float = 0.95,
) -> Agreement:
    """Say how far coders agree beyond chance, variable by variable.

    Alpha is 1 minus observed over expected disagreement (Krippendorff 2011): the mean distance of
    two values of one event, over the mean distance of two values drawn without return from all
    events. Missing values are no disagreement: events with fewer than two values drop out, the
    others count by their number of values.

    Distances of two values, by ``level``: nominal 0 if the same, else 1; ordinal the squared number
    of values that stand between them, each end counted half; interval the squared difference; ratio
    the squared quotient of difference and sum; jaccard 1 minus the shared codes over all codes of
    both sets; masi 1 minus that quotient times 1 for the same set, 2/3 for a subset, 1/3 for an
    overlap, 0 for nothing shared (Passonneau 2006).

    Intervals are bootstrap percentiles: whole events are drawn with replacement, since the values
    of one event belong together. Ordinal distances are measured anew in each resample. Resamples in
    which nothing varies have no alpha; they are left out and their share is given. Where the
    percentiles miss the estimate, the interval is widened to end at it, so it always holds it. With
    one event, or perfect agreement, every resample repeats the estimate: the interval then has no
    width and says nothing of precision. Where a code is rare, intervals are too short: with one
    event in ten, 80 events and two coders, three in ten 95 % intervals missed the true alpha in a
    simulation.

    Parameters
    ----------
    codings : DataFrame
        Columns ``event_id, variable, coder, value``, one row per value; a missing value is NaN or
        has no row. A value that is a list holds its codes between ``;``.
    on : str or sequence of str, optional
        Variables to compare; without it, all.
    level : str or mapping from variable to str
        ``nominal``, ``ordinal``, ``interval``, ``ratio`` (numbers of 0 or more), ``masi`` or
        ``jaccard`` (lists). Variables that a mapping leaves out are nominal, where a list is one
        code: other list, other code.
    order : sequence of str, or mapping from variable to sequence, optional
        Codes of ordinal variables, lowest first; not needed for numbers.
    seed : int
        Seed of the resampling. Each variable starts from it, so its interval does not hang on the
        other variables.
    draws : int
        Resamples, at least 100.
    interval : float
        Share the interval covers, between 0 and 1.

    Returns
    -------
    Agreement
        With ``table`` and ``confusion(variable)``. Perfect agreement has alpha 1. Where nothing
        varies alpha is NaN, neither 1 nor 0, and ``undefined_reason`` says why. Kappa is NaN unless
        the variable is nominal, varies, and every coder gave every coded event a value.

    Raises
    ------
    ArgumentError
        If a column, variable, level or code is unknown, a value does not fit its level, a coder
        gives one event and variable two values, or a variable has fewer than two coders.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's Alpha-Reliability. University of Pennsylvania.
    Passonneau, R. (2006). Measuring Agreement on Set-Valued Items (MASI). Proceedings of LREC 2006.

    Examples
    --------
    >>> codings = pd.DataFrame({"event_id": ["e1", "e2", "e3", "e4"] * 2, "variable": "instrument",
    ...                         "coder": ["a"] * 4 + ["b"] * 4,
    ...                         "value": ["mou", "visit"] * 3 + ["visit"] * 2})
    >>> found = agreement(codings, on="instrument")
    >>> found.table[["events", "alpha", "share", "kappa"]].round(3).to_dict("records")
    [{'events': 4, 'alpha': 0.533, 'share': 0.75, 'kappa': 0.5}]
    >>> found.confusion("instrument").loc["mou"].to_dict()
    {'mou': 1, 'visit': 1}
    """
    if draws < FEWEST_DRAWS:
        raise ArgumentError(
            f"draws={draws} is too few for an interval. Give {FEWEST_DRAWS} or more, e.g. 2000."
        )
    if not 0 < interval < 1:
        raise ArgumentError(f"interval={interval} is no share between 0 and 1. Give e.g. 0.95.")
    rows = _rows(codings)
    there = rows["variable"].unique().tolist()
    names = there if on is None else [on] if isinstance(on, str) else list(dict.fromkeys(on))
    given = [list(one) for one in (level, order) if isinstance(one, Mapping)]
    for name in [*names, *sum(given, [])]:
        if name not in there:
            raise ArgumentError(_unknown("variable", name, there))
    if not names:
        raise ArgumentError("no variable to compare: codings hold no value, or on= is empty.")
    levels = {
        name: level.get(name, "nominal") if isinstance(level, Mapping) else level for name in names
    }
    for one in levels.values():
        if one not in LEVELS:
            raise ArgumentError(_unknown("level", one, LEVELS))
    if order is not None and "ordinal" not in levels.values():
        raise ArgumentError(
            "order= was given, but no compared variable is ordinal. Give level='ordinal' too."
        )
    orders = {name: order.get(name) if isinstance(order, Mapping) else order for name in names}
    coded = {
        name: _coded(name, rows[rows["variable"] == name], levels[name], orders[name])
        for name in names
    }
    table = pd.DataFrame(
        [{"variable": name, **_measured(coded[name], seed, draws, interval)} for name in names]
    )
    return Agreement(table, draws, interval, seed, coded)


def _unknown(what: str, came: object, allowed: Sequence[object]) -> str:
    return f"no {what} {came!r}. Allowed: {listed(allowed, 30)}.{nearest(came, allowed)}"


def _rows(codings: pd.DataFrame) -> pd.DataFrame:
    """Give the rows that hold a value, as text."""
    for column in COLUMNS:
        if column not in codings:
            raise ArgumentError(
                f"no column {column!r} in codings. Columns: {listed(list(codings.columns), 30)}."
            )
    rows = codings[list(COLUMNS)].astype("str").dropna(subset="value")
    for column in COLUMNS:
        blank = rows[column].isna() | rows[column].str.strip("; ").eq("")
        if blank.any():
            raise ArgumentError(
                f"{blank.sum()} rows of codings have an empty {column}. Fill it; a missing value is"
                " NaN or has no row, and 'nothing applies' needs a code."
            )
    return rows


def _coded(name: str, rows: pd.DataFrame, level: str, order: Sequence[str] | None) -> _Coded:
    """Turn one variable's values into places among its labels."""
    twice = rows[rows.duplicated(["event_id", "coder"])]
    if len(twice):
        first = twice.iloc[0]
        raise ArgumentError(
            f"coder {first['coder']!r} codes {name!r} of event {first['event_id']!r} more than once"
            f" ({len(twice)} rows too many). Keep one value; the codes of a list stand in one"
            " value, between ';'."
        )
    coder, coders = pd.factorize(rows["coder"], sort=True)
    if len(coders) < 2:
        raise ArgumentError(
            f"{name!r} has values of one coder only ({coders[0]}); agreement needs two. Leave it"
            " out with on=."
        )
    order = None if order is None or level != "ordinal" else [str(code) for code in order]
    values = _fitting(name, rows["value"], level, order)
    paired = rows.groupby("event_id")["value"].transform("size").to_numpy() > 1
    event, events = pd.factorize(rows["event_id"][paired], sort=True)
    labels = sorted(values[paired].unique().tolist()) if order is None else order
    codes = np.full((len(events), len(coders)), -1)
    codes[event, coder[paired]] = pd.Index(labels).get_indexer(values[paired])
    return _Coded(level, labels, list(coders), codes, bool(paired.all() and (codes >= 0).all()))


def _fitting(name: str, values: pd.Series, level: str, order: list[str] | None) -> pd.Series:
    """Hold the values against their level; equal values become the same label."""
    if level in ("masi", "jaccard"):
        return values.map(
            lambda value: ";".join(sorted({code.strip() for code in value.split(";")} - {""}))
        )
    if level == "nominal":
        return values
    if order is not None:
        if len(set(order)) < len(order):
            raise ArgumentError(f"order of {name!r} names a code twice: {listed(order, 30)}.")
        for code in values.unique():
            if code not in order:
                raise ArgumentError(
                    f"{name!r} is ordinal: {_unknown('code in order=', code, order)}"
                )
        return values
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    unfit = values[~np.isfinite(numbers) | ((numbers < 0) & (level == "ratio"))]
    if len(unfit):
        needed = "numbers of 0 or more" if level == "ratio" else "numbers"
        way_out = (
            "Give order= with its codes, lowest first."
            if level == "ordinal"
            else "Give it another level."
        )
        raise ArgumentError(
            f"{name!r} holds {unfit.iloc[0]!r}, and level={level!r} needs {needed}. {way_out}"
        )
    return numbers


def _measured(coded: _Coded, seed: int, draws: int, interval: float) -> dict[str, object]:
    counts = coded.counts
    sizes = counts.sum(axis=1)
    row = {
        "level": coded.level,
        "coders": len(coded.coders),
        "events": len(sizes),
        "values": int(sizes.sum()),
    }
    row |= dict.fromkeys(("alpha", "lower", "upper", "share", "kappa", "undefined_share"), np.nan)
    if not len(sizes):
        return row | {"undefined_reason": "no event has values of two coders"}
    row["share"] = float((counts * (counts - 1)).sum() / (sizes * (sizes - 1)).sum())
    used = np.flatnonzero(counts.any(axis=0))
    if len(used) == 1:
        only = coded.labels[used[0]]
        reason = (
            f"all coders gave {only!r} to every event: agreement by chance cannot be told from"
            " agreement"
        )
        return row | {"undefined_reason": reason}
    distance = _distances(coded.level, coded.labels)
    alpha = float(_alphas(np.ones((1, len(sizes))), counts, distance)[0])
    weights = np.random.default_rng(seed).multinomial(
        len(sizes), np.full(len(sizes), 1 / len(sizes)), size=draws
    )
    resampled = _alphas(weights.astype(float), counts, distance)
    defined = resampled[
        ~np.isnan(resampled)
    ]  # at least half of them, on average, once the estimate is defined
    lower, upper = np.quantile(defined, [(1 - interval) / 2, (1 + interval) / 2])
    row |= {"alpha": alpha, "lower": min(float(lower), alpha), "upper": max(float(upper), alpha)}
    if coded.level == "nominal" and coded.complete:
        row["kappa"] = _kappa(coded.codes, len(coded.labels), coded.counts)
    return row | {"undefined_share": 1 - len(defined) / draws, "undefined_reason": ""}


def _distances(level: str, labels: Sequence[object]) -> np.ndarray | None:
    """Distances of labels, (labels, labels); none for ordinal, where they hang on the counts."""
    if level == "ordinal":
        return None
    if level == "nominal":
        return 1 - np.eye(len(labels))
    if level in ("masi", "jaccard"):
        member = pd.Series(labels).str.get_dummies(";").to_numpy(float)  # (labels, codes)
        shared, size = member @ member.T, member.sum(axis=1)
        either = size[:, None] + size - shared
        subset = shared == np.minimum(size[:, None], size)
        weight = (
            np.where(shared == either, 1, np.where(subset, 2 / 3, 1 / 3)) if level == "masi" else 1
        )
        return 1 - weight * shared / either
    points = np.array(labels, dtype=float)
    difference = points[:, None] - points
    if level == "interval":
        return (
            difference / np.ptp(points)
        ) ** 2  # alpha has no unit; this keeps squares of any unit finite
    total = points[:, None] + points
    return np.divide(difference, total, out=np.zeros_like(total), where=total > 0) ** 2


# The ``krippendorff`` package is under the GPL and so not used.
def _alphas(weights: np.ndarray, counts: np.ndarray, distance: np.ndarray | None) -> np.ndarray:
    """Alpha of each resample, (draws,), NaN where nothing varies; ``weights`` (draws, events)."""
    sizes = counts.sum(axis=1)
    totals = weights @ counts  # (draws, labels)
    values = totals.sum(axis=1)
    if distance is None:
        # the ordinal distance is a squared difference of mid-ranks, and squared differences come
        # from two moments
        ranks = totals.cumsum(axis=1) - totals / 2
        within = (
            2 * (sizes * (ranks**2 @ counts.T) - (ranks @ counts.T) ** 2) / (sizes - 1)
        )  # (draws, events)
        observed = (weights * within).sum(axis=1)
        expected = 2 * (
            values * (totals * ranks**2).sum(axis=1) - (totals * ranks).sum(axis=1) ** 2
        )
    else:
        observed = weights @ (((counts @ distance) * counts).sum(axis=1) / (sizes - 1))
        expected = ((totals @ distance) * totals).sum(axis=1)
    varies = expected > 0
    ratio = np.divide(observed, expected, out=np.full(len(values), np.nan), where=varies)
    return 1 - (values - 1) * ratio


def _kappa(codes: np.ndarray, labels: int, counts: np.ndarray) -> float:
    """Cohen's kappa of two coders, Fleiss' of more, from (events, coders) or (events, labels)."""
    from statsmodels.stats.inter_rater import (
        cohens_kappa,
        fleiss_kappa,
        to_table,
    )  # a second to import

    if codes.shape[1] == 2:
        return float(cohens_kappa(to_table(codes, labels)[0], return_results=False))
    return float(fleiss_kappa(counts))

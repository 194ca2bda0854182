"""Ranks: the p-value that a rank gives, its floor, and the gaps that such a test does not reject.

What stands beside the observed statistic is what could as well have been: every other country,
every shift of the waves, every arrangement, or random draws of them. Equals count against the
finding, and so does what cannot be computed.
"""

from __future__ import annotations

from math import floor, inf
from typing import TYPE_CHECKING

import numpy as np

from egovstudy.errors import ArgumentError
from egovstudy.methods.panel import Result
from egovstudy.methods.synthetic import EXACT, Array

ON_LEVEL = 1e-12  # a p this near the level is on it: 1 - 0.9 is not quite 0.1


class Ranked(Result):
    """A result whose p is the rank among ``n``, the observed one too, over ``n``."""

    if TYPE_CHECKING:  # a field or a property of each

        @property
        def n(self) -> int:
            """How many are ranked, the observed one too."""

    @property
    def floor(self) -> float:
        """Smallest p that can come out: 1 over ``n``."""
        return 1 / self.n

    def _said(self, p: float) -> str:
        return f"{round(p * self.n)}/{self.n} = {p:.4f}"

    @property
    def _said_floor(self) -> str:
        return f"floor 1/{self.n} = {self.floor:.4f}"


def check_level(level: float) -> None:
    """Refuse a level that is not between 0 and 1."""
    if not 0 < level < 1:
        raise ArgumentError(f"level={level!r} is not between 0 and 1. Give a share such as 0.9.")


def rank_p(
    chance: Array,
    own: Array | float,
    near: Array | float = 0.0,
    *,
    axis: int = -1,
    drawn: bool = False,
) -> Array:
    """Give the p-value of a rank: the share of ``chance`` that is at least ``own``.

    Parameters
    ----------
    chance : array
        Statistics, the larger the further out, along ``axis``; NaN counts as further out than all.
        The observed one is among them unless they are drawn.
    own : array
        The observed statistic, of a shape that goes with ``chance``.
    near : array
        Statistics so much smaller are still equal: what rounding leaves.
    axis : int
        Along which is counted.
    drawn : bool
        Whether these are random draws: the observed one is then added to them, p = (1 + k) / (1 +
        draws) (Phipson and Smyth 2010, Statistical Applications in Genetics 9(1), 39).

    Returns
    -------
    array
        Between ``1 / n`` and 1, with ``axis`` gone.

    Examples
    --------
    >>> every, draws = np.array([0.3, 0.1, 0.3, 0.2]), np.array([0.1, 0.2, np.nan])
    >>> float(rank_p(every, 0.3)), float(rank_p(draws, 0.3, drawn=True))
    (0.5, 0.5)
    """
    as_far = ~(chance < own - near)
    return (as_far.sum(axis=axis) + drawn) / (as_far.shape[axis] + drawn)


def ranks_of_each(values: Array, near: Array | float = 0.0, n: Array | None = None) -> Array:
    """Rank every statistic among its row, 1 the largest; equals all take the last place of theirs.

    Parameters
    ----------
    values : array, shape (rows, units)
        The larger the further out; NaN has no rank and counts as further out than all others.
    near : array
        Statistics so much smaller than one are equal to it: what rounding leaves, of a shape that
        goes with ``values``.
    n : array, shape (rows,), optional
        How many are ranked in each row, if not all units are; those without a value are further out
        than all others, so that an unknown never makes a p-value smaller.

    Returns
    -------
    array of float, shape (rows, units)
        NaN where the value is.

    Examples
    --------
    >>> ranks_of_each(np.array([[0.3, 0.1, 0.3, 0.2], [0.1, np.nan, 0.3, 0.2]])).tolist()
    [[2.0, 4.0, 2.0, 3.0], [4.0, nan, 2.0, 3.0]]
    """
    units = np.full(len(values), values.shape[1]) if n is None else n
    rows = zip(values, values - near, strict=True)
    nearer = np.array([np.searchsorted(np.sort(row), least) for row, least in rows])
    return np.where(np.isnan(values), np.nan, units[:, None] - nearer)


def others_needed(level: float, n: int) -> int:
    """Count the others that must be at least as far out for p = (1 + others) / n > 1 - ``level``.

    Examples
    --------
    >>> others_needed(0.9, 20), others_needed(0.9, 9)
    (2, 0)
    """
    return floor((1 - level + ON_LEVEL) * n)


def gaps_not_rejected(
    own: tuple[float, float], others: Array, moves: Array, level: float
) -> tuple[float, float, bool]:
    """Invert a test by rank whose statistics move in straight lines with the gap that is taken off.

    A gap c makes the observed statistic ``|own[0] - own[1] c|`` and each other ``|others + moves
    c|``. The ranks change only where two lines are equal in size, so the set is found exactly, not
    on a grid.

    Parameters
    ----------
    own : (float, float)
        The observed statistic, and by how much it falls for each unit of gap, above 0.
    others, moves : array, shape (others,)
        What it is ranked among, and by how much each moves. NaN is further out at every gap.
    level : float
        Gaps with p > 1 - level are kept.

    Returns
    -------
    lower, upper : float
        Ends of the smallest interval that holds every gap kept; infinite where none is rejected.
    connected : bool
        Whether every gap in the interval is kept.

    Examples
    --------
    >>> others = np.array([-0.2, -0.1, 0.1, 0.2])
    >>> gaps_not_rejected((0.5, 1.0), others, np.zeros(4), level=0.7)
    (0.3, 0.7, True)
    """
    start, slope = own
    known = ~np.isnan(others + moves)
    starts, slopes = others[known], moves[known]
    same, opposite = slope + slopes, slope - slopes
    meet, cross = (np.abs(side) > EXACT * slope for side in (same, opposite))  # parallels never do
    turns = np.sort(
        np.concatenate(
            [
                (start - starts[meet]) / same[meet],
                (start + starts[cross]) / opposite[cross],
                [start / slope],
            ]
        )
    )
    step = max(np.ptp(turns), abs(start / slope), 1.0)
    gaps = np.sort(
        np.concatenate([turns, (turns[1:] + turns[:-1]) / 2, [turns[0] - step, turns[-1] + step]])
    )
    mine = np.abs(start - slope * gaps)
    near = EXACT * np.maximum(mine, np.abs(start))
    far = np.abs(others[:, None] + moves[:, None] * gaps)
    kept = rank_p(far, mine, near, axis=0, drawn=True) > 1 - level + ON_LEVEL
    first, last = np.flatnonzero(kept)[[0, -1]]
    return (
        -inf if first == 0 else float(gaps[first]),
        inf if last == len(gaps) - 1 else float(gaps[last]),
        bool(kept[first : last + 1].all()),
    )

"""Least squares over the simplex, exactly, for many problems at once, with a certificate for each.

The problem is the core of the synthetic control: weights w >= 0 that sum to 1 and bring the
weighted donors nearest to the target. It is the point of a polytope that is nearest to a point, and
is solved by the active-set method of Wolfe (1976, Mathematical Programming 11, 128-149): add the
donor that promises most, go to the nearest point of the flat through the donors held so far, and
drop a donor whose weight would turn negative. Each step is made for all problems together, and a
problem that is done is set aside.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from egovstudy.errors import ArgumentError

Array = NDArray[np.float64]
CERTIFIED = 1e-10  # scaled duality gap above which an answer is refused
# Keeps the small systems solvable where donors lie on one flat; far below the data's five digits.
RIDGE = 1e-14
ZERO = 1e-12  # weights up to here are none
TIER = 4  # small systems are solved with others up to the next multiple of this size
ROUNDING = 1e-15  # what a promise may be by rounding alone, for each unit of distance
SLIGHT = 1e-11  # up to here a promise may come from the ridge alone
ON_FLAT = 1e-9  # distance from the flat up to which a donor lies on it


def fit_simplex(
    donors: Array, targets: Array, allowed: NDArray[np.bool_], *, penalty: float = 0.0
) -> tuple[Array, Array]:
    """Find the weights that bring each panel's donors nearest to each of its targets.

    Minimises ``sum_t (sum_j w_j donors[p, t, j] - targets[p, u, t])^2`` over ``w >= 0, sum w = 1``;
    with a penalty, ``penalty * sum_j w_j |donors[p, :, j] - targets[p, u]|^2`` is added (Abadie and
    L'Hour 2021, JASA 116, 1817-1834).

    Parameters
    ----------
    donors : array, shape (P, T, N)
        P panels of N donors over T rows (waves, or covariates times the root of their weight),
        without NaN.
    targets : array, shape (P, U, T)
        U targets for each panel, without NaN.
    allowed : bool array, shape (P, U, N)
        Donors that a target may use, at least one.
    penalty : float
        0 or more.

    Returns
    -------
    weights : array, shape (P, U, N)
        Each row at least 0, with sum 1. Where several are optimal, one of them.
    certificate : array, shape (P, U)
        Duality gap over the squared largest distance from the row means. The squared distance to
        the target is less than this share of that square above the smallest one possible.

    Examples
    --------
    >>> donors = np.array([[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]])
    >>> target, every = np.array([[[1.0, 1.0]]]), np.ones((1, 1, 3), bool)
    >>> weights, certificate = fit_simplex(donors, target, every)
    >>> weights[0, 0].round(9).tolist(), bool(certificate[0, 0] < 1e-12)
    ([0.0, 0.5, 0.5], True)
    """
    problem = _Problem(donors, targets, allowed, penalty)
    weights = _ActiveSet(problem).run()
    certificate = problem.certificate(weights)
    shape = targets.shape[:2]
    return weights.reshape(*shape, -1), certificate.reshape(shape)


def check_certified(certificate: Array) -> None:
    """Refuse answers whose scaled duality gap says that others may fit better."""
    if not certificate.max() <= CERTIFIED:
        raise ArgumentError(
            f"weights could be certified to {certificate.max():.0e} only; {CERTIFIED:.0e} is asked."
            " Does a donor or covariate have values that are many orders larger than the others?"
            " Leave it out or rescale it."
        )


class _Problem:
    """Problems one below the other, centred in each row and scaled so that no distance is large."""

    def __init__(
        self, donors: Array, targets: Array, allowed: NDArray[np.bool_], penalty: float
    ) -> None:
        panels, units, rows = targets.shape
        middle = donors.mean(axis=2)
        donors, targets = donors - middle[:, :, None], targets - middle[:, None, :]
        spread = np.maximum(np.abs(donors).max(axis=(1, 2)), np.abs(targets).max(axis=(1, 2)))
        spread[spread == 0] = 1.0
        self.donors = donors / spread[:, None, None]  # (P, T, N)
        # (B, T) with B = P * U
        self.targets = (targets / spread[:, None, None]).reshape(panels * units, rows)
        self.allowed = allowed.reshape(panels * units, -1)  # (B, N)
        self.panel = np.repeat(np.arange(panels), units)  # (B,)
        self.points = np.ascontiguousarray(self.donors.transpose(0, 2, 1))  # (P, N, T)
        self.penalty = penalty
        self.cost = self.distances() * penalty / 2 if penalty else None  # (B, N)

    def distances(self) -> Array:
        """Squared distance of each donor from each target, shape (B, N)."""
        every = np.arange(len(self.targets))
        norms = self.priced(np.ones_like(self.targets), every, self.donors**2)
        return norms - 2 * self.priced(self.targets, every) + (self.targets**2).sum(1)[:, None]

    def way(self, rows: NDArray[np.intp], donors: NDArray[np.intp]) -> Array:
        """From the target of each of some problems to one donor each, shape (len(rows), T)."""
        return self.points[self.panel[rows], donors] - self.targets[rows]

    def priced(self, vectors: Array, rows: NDArray[np.intp], donors: Array | None = None) -> Array:
        """Multiply the vector of each of some problems with its panel's donors: (len(rows), N)."""
        donors = self.donors if donors is None else donors
        if len(donors) == 1:
            return vectors @ donors[0]
        panel = self.panel[rows]
        count = np.bincount(panel, minlength=len(donors))
        slot = np.arange(len(rows)) - (np.cumsum(count) - count)[panel]
        used = np.flatnonzero(count)
        # To copy the panels in use is then cheaper than to work on all.
        if 2 * len(used) <= len(donors):
            donors, panel = donors[used], np.searchsorted(used, panel)
        padded = np.zeros((len(donors), count.max(), vectors.shape[1]))
        padded[panel, slot] = vectors
        return (padded @ donors)[panel, slot]

    def certificate(self, weights: Array) -> Array:
        """Duality gap of each problem: by how much the best single donor's slope is lower."""
        panels, wide, rows = self.points.shape
        fitted = (weights.reshape(panels, -1, wide) @ self.points).reshape(-1, rows)
        residual = fitted - self.targets
        slope = self.priced(residual, np.arange(len(residual)))
        if self.cost is not None:
            slope += self.cost
        here = (weights * slope).sum(1)
        return here - np.where(self.allowed, slope, np.inf).min(1)


class _ActiveSet:
    """Wolfe's method on all problems side by side. Every array has one row for each problem.

    A problem holds some donors, the first ``size`` in ``held``, with weights ``share``, the
    ``ways`` to them and the system of their flat in ``gram``. It is settled when the weights give
    the nearest point of that flat, and done when then no other donor would bring it nearer.
    """

    def __init__(self, problem: _Problem) -> None:
        count, most = len(problem.targets), problem.targets.shape[1] + 2
        self.problem = problem
        self.shut = ~problem.allowed  # donors not to be taken: not allowed, or held already
        self.size = np.zeros(count, dtype=np.intp)
        self.held = np.zeros((count, most), dtype=np.intp)
        self.share = np.zeros((count, most))
        self.ways = np.zeros((count, most, problem.targets.shape[1]))
        self.gram = np.tile(np.eye(most), (count, 1, 1))
        self.settled = np.ones(count, dtype=bool)
        self.done = np.zeros(count, dtype=bool)
        self._hold(
            np.arange(count), np.where(problem.allowed, problem.distances(), np.inf).argmin(1)
        )
        self.share[:, 0], self.residual = 1.0, self.ways[:, 0].copy()

    def run(self) -> Array:
        most = self.held.shape[1]
        for _ in range(20 * most):
            self._take_donors(np.flatnonzero(self.settled & ~self.done))
            live = np.flatnonzero(~self.done)
            if not len(live):
                break
            tier = -(-self.size[live] // TIER)
            for each in np.unique(tier):
                self._move(live[tier == each], min(TIER * each, most))
        weights = np.zeros(self.problem.allowed.shape)
        row, place = np.nonzero(_first(self.size, most))
        weights[row, self.held[row, place]] = self.share[row, place]
        return weights / weights.sum(1, keepdims=True)

    def _cost_held(self, rows: NDArray[np.intp], wide: int) -> Array | None:
        if self.problem.cost is None:
            return None
        return np.where(
            _first(self.size[rows], wide),
            self.problem.cost[rows[:, None], self.held[rows, :wide]],
            0.0,
        )

    def _take_donors(self, rows: NDArray[np.intp]) -> None:
        """Give settled problems the donor that promises most; where none does, it is done."""
        if not len(rows):
            return
        problem, residual, most = self.problem, self.residual[rows], self.held.shape[1]
        slope = problem.priced(residual, rows)
        here = (residual * (residual + problem.targets[rows])).sum(1)
        if problem.cost is not None:
            slope += problem.cost[rows]
            here += (self.share[rows] * self._cost_held(rows, most)).sum(1)
        slope[self.shut[rows]] = np.inf
        best = slope.argmin(1)
        promise = here - slope[np.arange(len(rows)), best]
        length = np.sqrt((residual**2).sum(1))
        if problem.cost is None:
            over = (promise <= ROUNDING * length) | (length <= 10 * ROUNDING)
        else:
            over = promise <= ROUNDING * (1 + length)
        over |= self.size[rows] == most
        slight = np.flatnonzero(~over & (promise <= SLIGHT))
        over[slight] = self._off_flat(rows[slight], best[slight]) <= ON_FLAT
        self.done[rows[over]] = True
        self._hold(rows[~over], best[~over])

    def _off_flat(self, rows: NDArray[np.intp], donors: NDArray[np.intp]) -> Array:
        """Distance of one donor each from the flat through the donors held, of some problems.

        A donor on it, e.g. the twin of one that is held, promises nothing; to hold both would leave
        their weights to rounding.
        """
        wide = self.size[rows].max(initial=1)
        ways, way = self.ways[rows, :wide], self.problem.way(rows, donors)
        beside = self._beside(rows, way, wide)
        along = np.linalg.solve(self.gram[rows, :wide, :wide], beside[:, :, None])[:, :, 0]
        rest = way - (along[:, None] @ ways)[:, 0]
        return np.sqrt((rest**2).sum(1) + (1 - along.sum(1)) ** 2)

    def _hold(self, rows: NDArray[np.intp], donors: NDArray[np.intp]) -> None:
        """Let problems hold one donor more, without weight yet, and write it into their systems."""
        if not len(rows):
            return
        place, way = self.size[rows], self.problem.way(rows, donors)
        self.held[rows, place], self.share[rows, place], self.ways[rows, place] = donors, 0.0, way
        self.shut[rows, donors] = True
        self.size[rows] += 1
        wide = self.size[rows].max()
        beside = self._beside(rows, way, wide)
        beside[np.arange(len(rows)), place] += RIDGE
        self.gram[rows, place, :wide] = self.gram[rows, :wide, place] = beside

    def _beside(self, rows: NDArray[np.intp], way: Array, wide: int) -> Array:
        """Give what the systems of some problems say of one donor each beside those held."""
        return ((self.ways[rows, :wide] @ way[:, :, None])[:, :, 0] + 1.0) * _first(
            self.size[rows], wide
        )

    def _move(self, rows: NDArray[np.intp], wide: int) -> None:
        """Go to the nearest point of the flat, or towards it until a donor must be dropped.

        None of these problems holds more than ``wide`` donors.
        """
        wanted = _nearest_on_flat(
            self.gram[rows, :wide, :wide], self.size[rows], self._cost_held(rows, wide)
        )
        falls = (wanted <= ZERO) & _first(self.size[rows], wide)
        out = falls.any(1)
        self.settled[rows] = ~out
        there, wanted_there = rows[~out], wanted[~out]
        self.share[there, :wide] = wanted_there
        self.residual[there] = (wanted_there[:, None] @ self.ways[there, :wide])[:, 0]
        self._drop_donors(rows[out], wanted[out], falls[out])

    def _drop_donors(self, rows: NDArray[np.intp], goal: Array, falls: NDArray[np.bool_]) -> None:
        """Go towards wanted weights, some of them 0 or below, until one is 0; drop that donor."""
        if not len(rows):
            return
        wide, each = goal.shape[1], np.arange(len(rows))
        now, last = self.share[rows, :wide], self.size[rows] - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(falls, np.where(now > goal, now / (now - goal), 0.0), np.inf)
        out = reach.argmin(1)
        way = np.clip(reach[each, out], 0.0, 1.0)
        # If the newest goes at once, its promise was rounding: nothing can be gained any more.
        self.done[rows[(out == last) & (now[each, out] == 0)]] = True
        self.share[rows, :wide] = np.maximum(now + way[:, None] * (goal - now), 0.0)
        self.shut[rows, self.held[rows, out]] = False
        # The last takes the place of the one dropped.
        for one in (self.share, self.held, self.ways, self.gram):
            one[rows, out] = one[rows, last]
        self.gram[rows, :, out] = self.gram[rows, :, last]
        self.share[rows, last], self.held[rows, last] = 0.0, 0
        self.gram[rows, last] = self.gram[rows, :, last] = 0.0
        self.gram[rows, last, last] = 1.0
        self.size[rows] = last


def _first(size: NDArray[np.intp], wide: int) -> NDArray[np.bool_]:
    return np.arange(wide) < size[:, None]


def _nearest_on_flat(gram: Array, size: NDArray[np.intp], cost: Array | None) -> Array:
    """Weights of any sign, with sum 1, of the point of the donors' flat nearest to the target.

    With W the ways from the target to the donors, the conditions W W'u + cost = m 1 and 1'u = 1
    are, after adding 1 1'u = 1 to the first, (W W' + 1 1') u = (m + 1) 1 - cost: one small system,
    whose solution is scaled to sum 1.
    """
    ones = _first(size, gram.shape[1]).astype(float)[:, :, None]
    if cost is None:
        found = np.linalg.solve(gram, ones)[:, :, 0]
        return found / found.sum(1, keepdims=True)
    found, pulled = np.moveaxis(
        np.linalg.solve(gram, np.concatenate([ones, cost[:, :, None]], axis=2)), 2, 0
    )
    return (1 + pulled.sum(1, keepdims=True)) / found.sum(1, keepdims=True) * found - pulled

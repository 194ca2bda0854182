"""Least squares over the simplex, exactly and for many problems at once, with a certificate for each.

The problem is the core of the synthetic control: weights w >= 0 that sum to 1 and bring the weighted donors nearest to
the target. It is the point of a polytope that is nearest to a point, and is solved by the active-set method of Wolfe
(1976, Mathematical Programming 11, 128-149): add the donor that promises most, go to the nearest point of the flat
through the donors held so far, and drop a donor whose weight would turn negative. Each step is made for all problems
together, and a problem that is done is set aside.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RIDGE = 1e-14  # keeps the small systems solvable where donors lie on one flat; far below the data's five digits
ZERO = 1e-12  # weights up to here are none
ROUNDING = 1e-15  # what a promise may be by rounding alone, for each unit of distance


def fit_simplex(
    donors: Array, targets: Array, allowed: NDArray[np.bool_], *, penalty: float = 0.0
) -> tuple[Array, Array]:
    """Find the weights on the simplex that bring each panel's donors nearest to each of its targets.

    Minimises ``sum_t (sum_j w_j donors[p, t, j] - targets[p, u, t])^2`` over ``w >= 0, sum w = 1``; with a penalty,
    ``penalty * sum_j w_j |donors[p, :, j] - targets[p, u]|^2`` is added (Abadie and L'Hour 2021, JASA 116, 1817-1834).

    Parameters
    ----------
    donors : array, shape (P, T, N)
        P panels of N donors over T rows (waves, or covariates times the root of their weight), without NaN.
    targets : array, shape (P, U, T)
        U targets for each panel. A row in which a target is NaN does not count for it.
    allowed : bool array, shape (P, U, N)
        Donors that a target may use, at least one.
    penalty : float
        0 or more.

    Returns
    -------
    weights : array, shape (P, U, N)
        Each row at least 0, with sum 1. Where several are optimal, one of them.
    certificate : array, shape (P, U)
        Duality gap over the squared largest distance from the row means. The squared distance to the target is less
        than this share of that square above the smallest one possible.

    Examples
    --------
    >>> donors = np.array([[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]])
    >>> weights, certificate = fit_simplex(donors, np.array([[[1.0, 1.0]]]), np.ones((1, 1, 3), bool))
    >>> weights[0, 0].round(9).tolist(), bool(certificate[0, 0] < 1e-12)
    ([0.0, 0.5, 0.5], True)
    """
    problem = _Problem(donors, targets, allowed, penalty)
    weights = _ActiveSet(problem).run()
    certificate = problem.certificate(weights)
    shape = targets.shape[:2]
    return weights.reshape(*shape, -1), certificate.reshape(shape)


class _Problem:
    """Problems set out one below the other, centred in each row and scaled so that no distance is large."""

    def __init__(self, donors: Array, targets: Array, allowed: NDArray[np.bool_], penalty: float) -> None:
        panels, units, rows = targets.shape
        middle = donors.mean(axis=2)
        donors, targets = donors - middle[:, :, None], targets - middle[:, None, :]
        missing = np.isnan(targets).reshape(panels * units, rows)
        self.present = (~missing).astype(float) if missing.any() else None
        if self.present is not None:
            targets = np.nan_to_num(targets)
        spread = np.maximum(np.abs(donors).max(axis=(1, 2)), np.abs(targets).max(axis=(1, 2)))
        spread[spread == 0] = 1.0
        self.donors = donors / spread[:, None, None]  # (P, T, N)
        self.targets = (targets / spread[:, None, None]).reshape(panels * units, rows)  # (B, T) with B = P * U
        self.allowed = allowed.reshape(panels * units, -1)  # (B, N)
        self.panel = np.repeat(np.arange(panels), units)  # (B,)
        self.points = np.ascontiguousarray(self.donors.transpose(0, 2, 1))  # (P, N, T)
        self.penalty = penalty
        self.cost = self.distances() * penalty / 2 if penalty else None  # (B, N)

    def distances(self) -> Array:
        """Squared distance of each donor from each target, shape (B, N)."""
        present = self.present if self.present is not None else np.ones_like(self.targets)
        every = np.arange(len(present))
        norms = self.priced(present, every, self.donors**2)
        return norms - 2 * self.priced(self.targets, every) + (self.targets**2).sum(1)[:, None]

    def ways(self, rows: NDArray[np.intp], held: NDArray[np.intp]) -> Array:
        """From the target of each of some problems to donors it holds, shape (len(rows), held, T)."""
        found = self.points[self.panel[rows][:, None], held] - self.targets[rows][:, None]
        if self.present is not None:
            found *= self.present[rows][:, None]
        return found

    def priced(self, vectors: Array, rows: NDArray[np.intp], donors: Array | None = None) -> Array:
        """Multiply the vector of each of some problems, in their order, with its panel's donors: (len(rows), N)."""
        donors = self.donors if donors is None else donors
        if len(donors) == 1:
            return vectors @ donors[0]
        panel = self.panel[rows]
        used, first, place, count = np.unique(panel, return_index=True, return_inverse=True, return_counts=True)
        slot = np.arange(len(rows)) - first[place]
        if 2 * len(used) > len(donors):  # to work on all panels is then cheaper than to copy those in use
            place, chosen = panel, donors
        else:
            chosen = donors[used]
        padded = np.zeros((len(chosen), count.max(), vectors.shape[1]))
        padded[place, slot] = vectors
        return (padded @ chosen)[place, slot]

    def certificate(self, weights: Array) -> Array:
        """Duality gap of each problem: how much lower the slope at the answer is at the best single donor."""
        panels, wide, rows = self.points.shape
        fitted = (weights.reshape(panels, -1, wide) @ self.points).reshape(-1, rows)
        residual = fitted - self.targets
        if self.present is not None:
            residual *= self.present
        slope = self.priced(residual, np.arange(len(residual)))
        if self.cost is not None:
            slope += self.cost
        here = (weights * slope).sum(1)
        return here - np.where(self.allowed, slope, np.inf).min(1)


class _ActiveSet:
    """Wolfe's method on all problems side by side. Every array but ``weights`` has one row for each one still at work.

    A problem holds some donors, the first ``size`` in ``held``, with weights ``share``. It is settled when these give
    the nearest point of the flat through them, and done when then no other donor would bring it nearer.
    """

    def __init__(self, problem: _Problem) -> None:
        count, most = len(problem.targets), problem.targets.shape[1] + 2
        self.problem = problem
        self.weights = np.zeros(problem.allowed.shape)
        self.live = np.arange(count)
        self.size = np.ones(count, dtype=np.intp)
        self.held = np.zeros((count, most), dtype=np.intp)
        self.share = np.zeros((count, most))
        self.held[:, 0] = np.where(problem.allowed, problem.distances(), np.inf).argmin(1)
        self.share[:, 0] = 1.0
        self.residual = problem.ways(self.live, self.held[:, :1])[:, 0]
        self.settled = np.ones(count, dtype=bool)
        self.done = np.zeros(count, dtype=bool)

    def run(self) -> Array:
        for _ in range(20 * self.held.shape[1]):
            self._take_donors()
            self._set_aside()
            if not len(self.live):
                break
            wide = self.size.max()
            ways = self.problem.ways(self.live, self.held[:, :wide]) * _first(self.size, wide)[:, :, None]
            cost = self._cost_held(slice(None), wide)
            wanted = _nearest_on_flat(ways, self.size, cost)
            self.settled = ~((wanted <= ZERO) & _first(self.size, wide)).any(1)
            self.share[self.settled, :wide] = wanted[self.settled]
            self.residual[self.settled] = (wanted[self.settled][:, None] @ ways[self.settled])[:, 0]
            self._drop_donors(wanted)
        self.done[:] = True
        self._set_aside()
        return self.weights / self.weights.sum(1, keepdims=True)

    def _cost_held(self, rows: slice | NDArray[np.intp], wide: int) -> Array | None:
        if self.problem.cost is None:
            return None
        cost = self.problem.cost[self.live[rows][:, None], self.held[rows, :wide]]
        return np.where(_first(self.size[rows], wide), cost, 0.0)

    def _take_donors(self) -> None:
        """Give each settled problem the donor that promises most; it is done where none promises anything."""
        at = np.flatnonzero(self.settled)
        if not len(at):
            return
        problem, residual, most = self.problem, self.residual[at], self.held.shape[1]
        slope = problem.priced(residual, self.live[at])
        here = (residual * (residual + problem.targets[self.live[at]])).sum(1)
        if problem.cost is not None:
            slope += problem.cost[self.live[at]]
            here += (self.share[at] * self._cost_held(at, most)).sum(1)
        slope[~problem.allowed[self.live[at]]] = np.inf
        row, place = np.nonzero(_first(self.size[at], most))
        slope[row, self.held[at][row, place]] = np.inf
        best = slope.argmin(1)
        promise = here - slope[np.arange(len(at)), best]
        length = np.sqrt((residual**2).sum(1))
        if problem.cost is None:
            over = (promise <= ROUNDING * length) | (length <= 10 * ROUNDING)
        else:
            over = promise <= ROUNDING * (1 + length)
        over |= self.size[at] == most
        self.done[at[over]] = True
        more = at[~over]
        self.held[more, self.size[more]], self.share[more, self.size[more]] = best[~over], 0.0
        self.size[more] += 1

    def _drop_donors(self, wanted: Array) -> None:
        """Where a wanted weight is not above 0, go towards the wanted ones until one is 0, and drop that donor."""
        rows, wide = np.flatnonzero(~self.settled), wanted.shape[1]
        if not len(rows):
            return
        now, goal, each = self.share[rows, :wide], wanted[rows], np.arange(len(rows))
        falls = (goal <= ZERO) & _first(self.size[rows], wide)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(falls, np.where(now > goal, now / (now - goal), 0.0), np.inf)
        out, last = reach.argmin(1), self.size[rows] - 1
        way = np.clip(reach[each, out], 0.0, 1.0)
        # If the newest goes at once, its promise was rounding: nothing can be gained any more.
        self.done[rows[(out == last) & (now[each, out] == 0)]] = True
        self.share[rows, :wide] = np.maximum(now + way[:, None] * (goal - now), 0.0)
        self.share[rows, out], self.held[rows, out] = self.share[rows, last], self.held[rows, last]
        self.share[rows, last], self.held[rows, last] = 0.0, 0
        self.size[rows] = last

    def _set_aside(self) -> None:
        """Write down the answers of the problems that are done, and work on without them."""
        if not self.done.any():
            return
        row, place = np.nonzero(_first(self.size, self.held.shape[1]) & self.done[:, None])
        self.weights[self.live[row], self.held[row, place]] = self.share[row, place]
        going = ~self.done
        self.live, self.size, self.held, self.share = (
            one[going] for one in (self.live, self.size, self.held, self.share)
        )
        self.residual, self.settled, self.done = self.residual[going], self.settled[going], self.done[going]


def _first(size: NDArray[np.intp], wide: int) -> NDArray[np.bool_]:
    return np.arange(wide) < size[:, None]


def _nearest_on_flat(ways: Array, size: NDArray[np.intp], cost: Array | None) -> Array:
    """Weights, of any sign and with sum 1, of the point nearest to the target on the flat through the donors held.

    With W the ways from the target to the donors, the conditions W W'u + cost = m 1 and 1'u = 1 are, after adding
    1 1'u = 1 to the first, (W W' + 1 1') u = (m + 1) 1 - cost: one small system, whose solution is scaled to sum 1.
    """
    wide = ways.shape[1]
    real = _first(size, wide)
    gram = ways @ ways.transpose(0, 2, 1)
    gram += real[:, :, None] & real[:, None, :]
    step = np.arange(wide)
    gram[:, step, step] += np.where(real, RIDGE, 1.0)
    ones = real.astype(float)[:, :, None]
    if cost is None:
        found = np.linalg.solve(gram, ones)[:, :, 0]
        return found / found.sum(1, keepdims=True)
    found, pulled = np.moveaxis(np.linalg.solve(gram, np.concatenate([ones, cost[:, :, None]], axis=2)), 2, 0)
    return (1 + pulled.sum(1, keepdims=True)) / found.sum(1, keepdims=True) * found - pulled

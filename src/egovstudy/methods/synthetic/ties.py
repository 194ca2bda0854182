"""Where many weights fit equally well: is there one answer, how far apart are they, which to show.

All weights that fit best give the same fitted point, so they form the polytope of the weights ``w
>= 0`` with ``rows @ w = fitted, sum w = 1``. Linear programmes over it (HiGHS) give sharp bounds of
anything linear in the weights.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from egovstudy.errors import EgovstudyError
from egovstudy.methods.synthetic.simplex import Array, check_certified, fit_simplex

TIE_RULES = {
    "nearest": "of all weights that fit best, those on the donors nearest to the treated country",
    "minimum_norm": "of all weights that fit best, those with the smallest sum of squares",
}
EXACT = 1e-9  # share of the panel's largest distance up to which a point counts as met
SLACK = 1e-11  # a weight down to minus this is none
SMALL_PENALTY = 1e-7  # so small that only ties feel it
HIGHS = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True, eq=False)
class Optimum:
    """All weights that fit one target best; made by :func:`find_optimum`.

    Attributes
    ----------
    points : array, shape (R, N)
        What all optimal answers give the same sum of: the donors' rows, centred and scaled, then
        their penalty if there is one, then ones.
    distance : array, shape (N,)
        Squared distance of each donor from the target, on the scale of ``points``.
    weights : array, shape (N,)
        One optimal answer.
    face : bool array, shape (N,)
        Donors that can have weight in some optimal answer.
    exact : bool
        Whether the target is met.
    unique : bool
        Whether there is one optimal answer only.
    """

    points: Array
    distance: Array
    weights: Array
    face: NDArray[np.bool_]
    exact: bool
    unique: bool

    @property
    def fitted(self) -> Array:
        """What every optimal answer gives, shape (R,)."""
        return self.points @ self.weights

    def bounds(self, values: Array) -> Array:
        """Smallest and largest sum of weights times values over all optimal weights, shape (K, 2).

        ``values`` has shape (K, N): one row for each thing to bound, e.g. the donors' scores in a
        wave.
        """
        if self.unique:
            return np.repeat((values @ self.weights)[:, None], 2, axis=1)
        return np.array([[row @ self._least(row)[0], row @ self._least(-row)[0]] for row in values])

    def choose(self, rule: str) -> Array:
        """Give the optimal weights of a rule in :data:`TIE_RULES`, shape (N,)."""
        if self.unique:
            return self.weights
        return self._nearest() if rule == "nearest" else self._minimum_norm()

    def _least(self, cost: Array) -> tuple[Array, Array]:
        """Optimal weights with the least cost, and the reduced cost of each donor of the face."""
        from scipy.optimize import linprog

        of = cost[self.face]
        size = np.abs(of - of.mean()).max() or 1.0
        system = self.points[:, self.face]
        found = linprog(
            (of - of.mean()) / size,
            A_eq=system,
            b_eq=self.fitted,
            bounds=(0, None),
            method="highs-ds",
            options=HIGHS,
        )
        if found.x is None:
            raise EgovstudyError(
                f"a linear programme over the optimal weights failed: {found.message}"
            )
        reduced = (of - of.mean()) / size - found.eqlin.marginals @ system
        return self._on_face(found.x), reduced

    def _on_face(self, found: Array) -> Array:
        """Weights on all donors from those of the face, which rounding can leave below zero."""
        weights = np.zeros(len(self.weights))
        weights[self.face] = np.maximum(found, 0) / np.maximum(found, 0).sum()
        return weights

    def _nearest(self) -> Array:
        weights, reduced = self._least(self.distance)
        equal = self.face.copy()
        equal[self.face] = (reduced <= EXACT) | (weights[self.face] > 0)
        if _independent(self.points[:, equal]):
            return weights
        # Donors equally near leave a tie of their own, e.g. two that are the same: the smallest
        # norm decides.
        points = np.vstack([self.points, self.distance])
        return replace(self, points=points, weights=weights, face=equal)._minimum_norm()

    def _minimum_norm(self) -> Array:
        """Least distance programming by NNLS (Lawson and Hanson 1974, chapter 23)."""
        from scipy.linalg import null_space
        from scipy.optimize import nnls

        points, held = self.points[:, self.face], self.weights[self.face]
        free = null_space(points, rcond=EXACT)  # ways to move and stay on the fitted point
        # Of all weights that give it, were they free to be negative.
        shortest = held - free @ (free.T @ held)
        # Where some weights can only be zero, rounding alone would make the bounds contradict each
        # other: hence SLACK.
        system = np.vstack([free.T, -shortest - SLACK])
        goal = np.append(np.zeros(free.shape[1]), 1.0)
        try:
            rest = goal - system @ nnls(system, goal)[0]
        except RuntimeError as error:
            raise EgovstudyError(
                f'no minimum-norm weights were found: {error} Use ties="nearest".'
            ) from None
        above = shortest - free @ rest[:-1] / rest[-1] > 2 * SLACK
        least = np.zeros(len(held))  # again, to full precision
        least[above] = np.linalg.lstsq(points[:, above], self.fitted, rcond=EXACT)[0]
        if least.min() < -EXACT or np.abs(points @ least - self.fitted).max() > EXACT:
            raise EgovstudyError(
                'no minimum-norm weights were found to 9 digits. Use ties="nearest".'
            )
        return self._on_face(least)


def find_optimum(donors: Array, target: Array, weights: Array, *, penalty: float = 0.0) -> Optimum:
    """Describe all weights that fit as well as these optimal ones.

    Parameters
    ----------
    donors : array, shape (T, N)
        Rows over donors, without NaN.
    target : array, shape (T,)
    weights : array, shape (N,)
        Optimal weights, from :func:`fit_simplex`.
    penalty : float
        The one they were found with.

    Returns
    -------
    Optimum

    Examples
    --------
    >>> donors, target = np.array([[0.0, 1.0, 2.0, 3.0]]), np.array([1.5])
    >>> optimum = find_optimum(donors, target, np.array([0.0, 0.5, 0.5, 0.0]))
    >>> optimum.unique, optimum.bounds(np.array([[10.0, 20.0, 40.0, 80.0]])).round(9).tolist()
    (False, [[30.0, 45.0]])
    """
    middle = donors.mean(axis=1)
    donors, target = donors - middle[:, None], target - middle
    scale = max(np.abs(donors).max(initial=0), np.abs(target).max(initial=0)) or 1.0
    ways = (donors - target[:, None]) / scale
    way = ways @ weights
    length, distance = float(np.sqrt(way @ way)), (ways**2).sum(0)
    # No donor lies before the plane through the fitted point that faces the target; those on it can
    # have weight.
    slope = way @ ways + penalty / 2 * distance
    exact = length <= EXACT
    face = (
        (slope - weights @ slope <= EXACT * (length + penalty))
        | (weights > 0)
        | (exact and penalty == 0)
    )
    rows = [donors / scale, *([distance] if penalty else []), np.ones(len(weights))]
    whole = Optimum(np.vstack(rows), distance, weights, face, exact, unique=False)
    return replace(whole, unique=_is_alone(whole))


def _is_alone(optimum: Optimum) -> bool:
    if _independent(optimum.points[:, optimum.face]):
        return True
    held = optimum.points[:, optimum.weights > EXACT]
    if not _independent(held):
        return False
    if held.shape[1] == len(optimum.points):
        return False  # donors above zero that span everything: any other donor can take some
    unheld = np.where(optimum.weights > 0, 0.0, 1.0)  # can any other donor have weight?
    return float(unheld @ optimum._least(-unheld)[0]) <= EXACT


def nearest_of_many(
    donors: Array, targets: Array, allowed: NDArray[np.bool_], weights: Array
) -> Array:
    """Apply the rule ``nearest`` to the optimal answers of many targets of one panel.

    A penalty on distance so small that only ties feel it finds the donors. Their weights are then
    those that meet the fitted point exactly, and the dual of the linear programme proves them; what
    is not proved goes to HiGHS.

    Parameters
    ----------
    donors : array, shape (T, N)
    targets : array, shape (U, T)
    allowed : bool array, shape (U, N)
        As for :func:`fit_simplex`, and nothing NaN.
    weights : array, shape (U, N)
        Optimal answers.

    Returns
    -------
    array, shape (U, N)
        Unique answers as they came, the others chosen.
    """
    middle = donors.mean(axis=1)
    scale = np.abs(donors - middle[:, None]).max() or 1.0
    points = np.vstack([(donors - middle[:, None]) / scale, np.ones(donors.shape[1])])
    goals = np.hstack([(targets - middle) / scale, np.ones((len(targets), 1))])
    ways = (weights @ points.T - goals)[:, :-1]
    length = np.linalg.norm(ways, axis=1)
    chosen = weights.copy()
    slope = ways @ points[:-1]
    ahead = slope - (weights * slope).sum(axis=1, keepdims=True)
    on_face = allowed & (ahead <= EXACT * length[:, None])
    # Beside a target that is not met, more donors can have weight than have it: rare, and left to
    # HiGHS.
    open_yet = (length > EXACT) & (on_face & (weights == 0)).any(axis=1)
    choose_each(donors, targets, allowed, chosen, np.flatnonzero(open_yet), "nearest")
    tied = np.flatnonzero(length <= EXACT)
    if not len(tied):
        return chosen
    guess, _ = fit_simplex(
        donors[None], targets[None, tied], allowed[None, tied], penalty=SMALL_PENALTY
    )
    cost = (points[:-1] ** 2).sum(0)
    count = (guess[0] > 0).sum(axis=1)
    for size in np.unique(count):
        rows = tied[count == size]
        held = np.nonzero(guess[0][count == size])[1].reshape(-1, size)
        bases = points[:, held].transpose(1, 0, 2)  # (rows, R, size)
        inverse = np.linalg.pinv(bases)
        exact = (inverse @ goals[rows][:, :, None])[:, :, 0]
        dual = (cost[held][:, None] @ inverse)[:, 0]
        reduced = np.where(allowed[rows], cost - dual @ points, np.inf)
        proved = (
            np.abs((bases @ exact[:, :, None])[:, :, 0] - goals[rows]).max(axis=1) <= EXACT
        ) & (exact.min(1) >= 0)
        proved &= np.abs(np.take_along_axis(reduced, held, axis=1)).max(1) <= EXACT
        np.put_along_axis(reduced, held, np.inf, axis=1)
        proved &= reduced.min(1) > EXACT  # else another donor is as near, and the norm decides
        chosen[rows[proved]] = 0.0
        chosen[rows[proved][:, None], held[proved]] = exact[proved] / exact[proved].sum(
            axis=1, keepdims=True
        )
        choose_each(donors, targets, allowed, chosen, rows[~proved], "nearest")
    return chosen


def choose_each(
    donors: Array,
    targets: Array,
    allowed: NDArray[np.bool_],
    weights: Array,
    rows: Iterable[int],
    rule: str,
) -> None:
    """Put the rule's weights in place of the optimal ones, target by target, in some rows."""
    for row in rows:
        own = allowed[row]
        optimum = find_optimum(donors[:, own], targets[row], weights[row, own])
        weights[row, own] = optimum.choose(rule)


def fit_targets(
    rows: Array, targets: Array, allowed: NDArray[np.bool_], ties: str
) -> tuple[Array, Array]:
    """Fit many targets of one panel, each under the tie rule.

    Parameters
    ----------
    rows : array, shape (R, N)
    targets : array, shape (U, R)
    allowed : bool array, shape (U, N)
        Which donors a target may use.
    ties : str
        A name in :data:`TIE_RULES`.

    Returns
    -------
    weights : array, shape (U, N)
    certificate : array, shape (U,)
        Scaled duality gap.

    Raises
    ------
    ArgumentError
        If an answer cannot be certified.

    Examples
    --------
    >>> rows = np.array([[0.0, 1.0, 2.0, 4.0]])
    >>> weights, certificate = fit_targets(rows, rows.T, ~np.eye(4, dtype=bool), "nearest")
    >>> weights[1].round(9).tolist(), bool(certificate.max() < 1e-12)
    ([0.5, 0.0, 0.5, 0.0], True)
    """
    found, certificate = fit_simplex(rows[None], targets[None], allowed[None])
    check_certified(certificate)
    weights = found[0]
    if ties == "nearest":
        weights = nearest_of_many(rows, targets, allowed, weights)
    else:
        choose_each(rows, targets, allowed, weights, range(len(targets)), ties)
    return weights, certificate[0]


def are_met(rows: Array, weights: Array, scale: float) -> NDArray[np.bool_]:
    """Which units, in the columns, their weights (units, units) meet exactly."""
    return np.linalg.norm(rows - rows @ weights.T, axis=0) <= EXACT * scale


def spread_of(rows: Array) -> float:
    """Largest distance from the mean of a row; 1 if there is none."""
    return float(np.abs(rows - rows.mean(axis=1, keepdims=True)).max(initial=0)) or 1.0


def fit_each_unit(
    rows: Array, usable: NDArray[np.bool_] | None = None, *, nearest: bool = True
) -> tuple[Array, Array]:
    """Fit each unit of each panel by the others.

    Parameters
    ----------
    rows : array, shape (P, R, N)
        What is matched; panels with fewer rows are filled up with zeros, which match always.
    usable : bool array, shape (P, N), optional
        Units that belong to a panel, where panels with fewer units are filled up. All if not given.
    nearest : bool
        Apply the tie rule ``nearest`` to units that are met exactly; else whichever optimal answer
        was met first is given, which is right where only the fit is used.

    Returns
    -------
    weights : array, shape (P, N, N)
        In the row of a unit the weights of the others; the row of an unusable unit is zero.
    certificate : array, shape (P, N)
        Scaled duality gap.

    Examples
    --------
    >>> rows = np.array([[[0.0, 1.0, 2.0, 4.0]]])
    >>> weights, certificate = fit_each_unit(rows)
    >>> weights[0, 3].tolist(), bool(certificate.max() < 1e-12)
    ([0.0, 0.0, 1.0, 0.0], True)
    """
    panels, _, units = rows.shape
    usable = np.ones((panels, units), bool) if usable is None else usable
    # An unusable unit is fitted to itself, which takes no time and leaves nothing undefined.
    allowed = usable[:, None, :] & usable[:, :, None] & ~np.eye(units, dtype=bool)
    allowed |= ~usable[:, :, None] & np.eye(units, dtype=bool)
    targets = np.ascontiguousarray(rows.transpose(0, 2, 1))
    weights, certificate = fit_simplex(rows, targets, allowed)
    if nearest:
        for panel in range(panels):
            own = np.flatnonzero(usable[panel])
            weights[panel][np.ix_(own, own)] = nearest_of_many(
                np.ascontiguousarray(rows[panel][:, own]),
                targets[panel, own],
                ~np.eye(len(own), dtype=bool),
                weights[panel][np.ix_(own, own)],
            )
    weights[~usable] = 0.0
    certificate[~usable] = 0.0
    return weights, certificate


def _independent(columns: Array) -> bool:
    """Whether at most one set of weights on these donors gives any point."""
    return (
        columns.shape[1] <= len(columns)
        and np.linalg.matrix_rank(columns, tol=EXACT) == columns.shape[1]
    )

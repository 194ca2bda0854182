"""Other programs on the benchmark's problems.

Placebo.py runs this file in an environment of its own (peers.txt).

A peer is set up once for each panel, outside the time; then it fits one unit by the others at a
call."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import numpy as np
from problems import Array, Problem, peak, rows_and_asked, rows_of, scaled_gaps, timed

Fit = Callable[[int], Array]  # number of a unit -> weights of the others


def nnls(rows: Array) -> Fit:
    """Exact reduction to non-negative least squares.

    The point of least norm of the hull of the ways to the others.
    """
    from scipy.optimize import nnls as solve

    count, units = rows.shape
    system, goal = np.ones((count + 1, units - 1)), np.zeros(count + 1)
    goal[-1] = 1.0

    def fit(unit: int) -> Array:
        system[:-1, :unit] = rows[:, :unit]
        system[:-1, unit:] = rows[:, unit + 1 :]
        system[:-1] -= rows[:, unit, None]
        found, _ = solve(system, goal)
        return found / found.sum()

    return fit


def clarabel(rows: Array) -> Fit:
    """Interior points through its own interface.

    Variables are the weights and the ways from the target.
    """
    import clarabel as solver
    from scipy import sparse

    count, donors = rows.shape[0], rows.shape[1] - 1
    quadratic = sparse.diags_array(np.r_[np.zeros(donors), np.ones(count)], format="csc")
    # Each donor's column holds its rows, a 1 for the sum and a -1 for its sign; only its rows
    # change from fit to fit.
    of_donors = np.hstack(
        [np.tile(np.arange(count + 1), (donors, 1)), count + 1 + np.arange(donors)[:, None]]
    )
    values = np.ones((donors, count + 2))
    values[:, -1] = -1.0
    shape = (count + 1 + donors, donors + count)
    indices = np.r_[of_donors.ravel(), np.arange(count)]
    starts = np.r_[np.arange(donors) * (count + 2), donors * (count + 2) + np.arange(count + 1)]
    limits, linear = np.r_[np.zeros(count), 1.0, np.zeros(donors)], np.zeros(donors + count)
    cones = [solver.ZeroConeT(count + 1), solver.NonnegativeConeT(donors)]
    settings = solver.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = (
        1e-11  # gives what our own fits must have
    )

    def fit(unit: int) -> Array:
        values[:, :count] = np.delete(rows, unit, axis=1).T
        limits[:count] = rows[:, unit]
        system = sparse.csc_array(
            (np.r_[values.ravel(), -np.ones(count)], indices, starts), shape=shape
        )
        solved = solver.DefaultSolver(quadratic, linear, system, limits, cones, settings).solve()
        return np.array(solved.x[:donors])

    return fit


def mlsynth(rows: Array) -> Fit:
    """The solver that its public class ends in."""
    from mlsynth.utils.bilevel.ridge_augment import simplex_qp

    return lambda unit: simplex_qp(np.delete(rows, unit, axis=1), rows[:, unit])


def mlsynth_call(rows: Array) -> Fit:
    """Its public class, without inference. It asks for a wave after the treatment.

    The last one stands in again.
    """
    import pandas as pd
    from mlsynth import VanillaSC

    whole = np.vstack([rows, rows[-1:]])
    waves, units = whole.shape
    names = [f"u{unit:04}" for unit in range(units)]
    frame = pd.DataFrame(
        {
            "unit": np.repeat(names, waves),
            "wave": np.tile(np.arange(waves), units),
            "score": whole.T.ravel(),
        }
    )
    columns = {"outcome": "score", "treat": "treated", "unitid": "unit", "time": "wave"}

    def fit(unit: int) -> Array:
        treated = ((frame["unit"] == names[unit]) & (frame["wave"] == waves - 1)).astype(int)
        given = {
            "df": frame.assign(treated=treated),
            **columns,
            "inference": False,
            "display_graphs": False,
        }
        found = VanillaSC(given).fit().weights.donor_weights
        return np.array([found.get(name, 0.0) for name in names[:unit] + names[unit + 1 :]])

    return fit


def pysyncon(rows: Array) -> Fit:
    """Its Synth on the outcomes alone.

    The given V undoes its scaling, so that the problem is the same.
    """
    import pandas as pd
    from pysyncon import Synth

    frame, scale = pd.DataFrame(rows), rows.var(axis=1, ddof=1)

    def fit(unit: int) -> Array:
        others, target = frame.drop(columns=unit), frame[unit]
        synth = Synth()
        synth.fit(X0=others, X1=target, Z0=others, Z1=target, custom_V=scale)
        return synth.W

    return fit


PEERS = {one.__name__: one for one in (nnls, clarabel, mlsynth, mlsynth_call, pysyncon)}


def run(name: str, problem: Problem) -> dict[str, float]:
    rows, asked = rows_and_asked(problem)
    fits = {panel: PEERS[name](rows_of(rows[panel])) for panel in np.unique(asked[:, 0])}
    fits[asked[0, 0]](asked[0, 1])  # the first call of a program may be slow
    seconds, found = timed(lambda: [fits[panel](unit) for panel, unit in asked])
    memory, largest = peak(), 0.0
    for panel in fits:
        here = np.flatnonzero(asked[:, 0] == panel)
        units = asked[here, 1]
        weights = np.array(
            [np.insert(found[place], unit, 0.0) for place, unit in zip(here, units, strict=True)]
        )
        largest = max(largest, scaled_gaps(rows[panel], units, weights).max())
    return {"seconds": seconds / problem.share, "gap": largest, "peak": memory}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Problem(**json.loads(sys.argv[2])))))

"""The project's own programs on the benchmark's problems.

Placebo.py runs this file, each time in a fresh process.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from joblib import Parallel, delayed
from problems import (
    Array,
    Problem,
    make_specifications,
    peak,
    rows_and_asked,
    rows_of,
    scaled_gaps,
    timed,
)

from egovstudy.methods.synthetic.simplex import fit_simplex
from egovstudy.methods.synthetic.ties import fit_each_unit

CHUNK = 16  # specifications fitted side by side; more of them need more memory
ROUND = 2  # chunks whose data are set out before the clock runs, at most one for each worker


def placebo(problem: Problem, *, nearest: bool) -> dict[str, float]:
    rows, asked = rows_and_asked(problem)
    seconds, (weights, certificate) = timed(lambda: fit_each_unit(rows, nearest=nearest))
    memory = peak()
    gap = max(scaled_gaps(rows[0], asked[:, 1], weights[0]).max(), certificate.max())
    return {"seconds": seconds, "gap": gap, "peak": memory, "flops": least_flops(rows, weights)}


def single(problem: Problem) -> dict[str, float]:
    """One fit for each specification, all in one batch."""
    rows, _ = rows_and_asked(problem)
    donors, targets = (
        np.ascontiguousarray(rows[:, :, 1:]),
        np.ascontiguousarray(rows[:, None, :, 0]),
    )
    allowed = np.ones((len(rows), 1, donors.shape[2]), bool)
    seconds, (weights, certificate) = timed(lambda: fit_simplex(donors, targets, allowed))
    memory, first = peak(), np.zeros(1, np.intp)
    gaps = [
        scaled_gaps(one, first, np.insert(held, 0, 0.0, 1))
        for one, held in zip(rows, weights, strict=True)
    ]
    return {"seconds": seconds, "gap": max(np.max(gaps), certificate.max()), "peak": memory}


def grid(problem: Problem, *, nearest: bool, workers: int) -> dict[str, float]:
    """Every unit of each specification.

    Weights, certificate, and the rank of the first unit's gap among all.
    """
    seconds, gap, flops, units = 0.0, 0.0, 0, np.arange(problem.units)
    starts = range(0, problem.specifications, CHUNK)
    with Parallel(n_jobs=workers, prefer="threads") as parallel:
        for place in range(0, len(starts), ROUND):
            chunks = [
                make_specifications(
                    problem.units, np.arange(start, min(start + CHUNK, problem.specifications))
                )
                for start in starts[place : place + ROUND]
            ]
            started = time.perf_counter()
            found = parallel(delayed(fit_and_rank)(*chunk, nearest=nearest) for chunk in chunks)
            seconds += time.perf_counter() - started
            for (rows, _), (weights, certificate, ranked) in zip(chunks, found, strict=True):
                assert ((ranked >= 1 / problem.units) & (ranked <= 1)).all()
                judged = [
                    scaled_gaps(one, units, held).max()
                    for one, held in zip(rows, weights, strict=True)
                ]
                gap, flops = (
                    max(gap, certificate.max(), *judged),
                    flops + least_flops(rows, weights),
                )
    return {"seconds": seconds, "gap": gap, "peak": peak(), "flops": flops}


def fit_and_rank(rows: Array, after: Array, *, nearest: bool) -> tuple[Array, Array, Array]:
    weights, certificate = fit_each_unit(rows, nearest=nearest)
    return weights, certificate, rank_p(after, weights)


def rank_p(after: Array, weights: Array) -> Array:
    """Share of the units whose mean gap after, whatever its sign, is at least the first unit's."""
    gaps = np.abs(after - (weights @ after[:, :, None])[:, :, 0])
    return (gaps >= gaps[:, :1]).mean(axis=1)


def least_flops(rows: Array, weights: Array) -> int:
    """Multiplications and additions of the physical floor.

    For each weight above 0 one look at every unit.

    A method that takes in one donor after the other must set the way to the target beside all units
    each time."""
    counts = [
        2 * rows_of(one).size * int((held > 0).sum())
        for one, held in zip(rows, weights, strict=True)
    ]
    return sum(counts)


def peak_flops() -> dict[str, float]:
    """Multiplications and additions a second in a large matrix product.

    The most that this machine gives.
    """
    square = np.random.default_rng(0).random((1000, 1000))
    seconds = [timed(lambda: square @ square)[0] for _ in range(3)]
    return {"flops": 2 * len(square) ** 3 / min(seconds)}


def run(name: str, problem: Problem) -> dict[str, float]:
    if problem.kind == "single":
        return single(problem)
    if problem.kind == "placebo":
        return placebo(problem, nearest=name == "nearest")
    return grid(
        problem, nearest=name.startswith("nearest"), workers=2 if name.endswith("two") else 1
    )


if __name__ == "__main__":
    print(
        json.dumps(
            peak_flops()
            if len(sys.argv) == 1
            else run(sys.argv[1], Problem(**json.loads(sys.argv[2])))
        )
    )

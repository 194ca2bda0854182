"""What the benchmark of the synthetic control sets to all programs alike.

Made-up panels, a clock, a judge.

It needs numpy alone and runs in both environments, so that nothing but a few words passes between
them."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Result = TypeVar("Result")
SEED = 20240
WAVES = (2003, 2004, 2005, 2008, 2010, 2012, 2014, 2016, 2018, 2020, 2022, 2024)
# A grid of specifications: so many made-up outcomes, each with every pair of a first and a
# treatment wave.
STARTS, TREATMENTS = (0, 1, 2, 3), (7, 8, 9, 10)
WINDOWS = tuple(product(STARTS, TREATMENTS))
PASS_SECONDS, PASSES = 1.0, 25


@dataclass(frozen=True)
class Problem:
    """What to fit.

    ``placebo``: every unit of one panel by the others. ``single``: the first unit of each
    specification. ``grid``: every unit of each specification. A program that is slow is timed on
    ``asked`` units, or specifications, spread evenly over all of them, and its time is scaled up.
    """

    kind: str
    units: int
    waves: int = len(WAVES)
    before: int = 8
    specifications: int = 1
    asked: int | None = None

    @property
    def fits(self) -> int:
        return self.specifications * (1 if self.kind == "single" else self.units)

    @property
    def share(self) -> float:
        whole = self.units if self.kind == "placebo" else self.specifications
        return (self.asked or whole) / whole

    @property
    def fits_timed(self) -> int:
        return round(self.fits * self.share)

    def __str__(self) -> str:
        size = f"{self.units} units x {self.waves} waves"
        if self.kind == "placebo":
            return f"{size}, {self.before} before"
        return (
            f"{self.specifications:,} specifications,"
            f" {'one fit' if self.kind == 'single' else 'placebos'}, {size}"
        )


def make_panel(units: int, waves: int, seed: int = SEED) -> Array:
    """Scores between 0 and 1 that follow five common movements, with persistent noise.

    (waves, units).
    """
    rng = np.random.default_rng(seed)
    year = (
        np.array(WAVES, float) if waves == len(WAVES) else np.linspace(WAVES[0], WAVES[-1], waves)
    )
    time_ = ((year - year[0]) / (year[-1] - year[0]))[:, None]
    level, slope, bend, swing, beat = rng.standard_normal((5, units))
    path = (
        -0.35
        + 0.8 * level
        + (1.1 - 0.25 * level + 0.35 * slope) * time_
        + (0.1 + 0.25 * bend) * time_**2
    )
    path += 0.12 * swing * np.sin(2 * np.pi * time_) + 0.08 * beat * np.cos(3 * np.pi * time_)
    noise = rng.standard_normal((waves, units))
    for wave in range(1, waves):
        noise[wave] = 0.5 * noise[wave - 1] + np.sqrt(0.75) * noise[wave]
    return 1 / (1 + np.exp(-path)) + 0.012 * noise


def make_specifications(units: int, numbers: NDArray[np.intp]) -> tuple[Array, Array]:
    """Rows of some specifications, filled up with zeros, and means over the waves after."""
    rows = np.zeros((len(numbers), max(TREATMENTS), units))
    after = np.empty((len(numbers), units))
    panels = {
        outcome: make_panel(units, len(WAVES), SEED + outcome)
        for outcome in set(numbers // len(WINDOWS))
    }
    for place, number in enumerate(numbers):
        panel = panels[number // len(WINDOWS)]
        first, treatment = WINDOWS[number % len(WINDOWS)]
        rows[place, : treatment - first] = panel[first:treatment]
        after[place] = panel[treatment:].mean(axis=0)
    return rows, after


def rows_of(panel: Array) -> Array:
    """A panel without the zeros that fill it up."""
    return panel[(panel != 0).any(axis=1)]


def spread(whole: int, asked: int | None) -> NDArray[np.intp]:
    return np.linspace(0, whole - 1, asked or whole).astype(np.intp)


def rows_and_asked(problem: Problem) -> tuple[Array, NDArray[np.intp]]:
    """Panels (P, R, N), and the panel and unit of each fit that is asked for (K, 2)."""
    if problem.kind == "placebo":
        rows = make_panel(problem.units, problem.waves)[None, : problem.before]
        return rows, np.array([(0, unit) for unit in spread(problem.units, problem.asked)])
    rows, _ = make_specifications(problem.units, spread(problem.specifications, problem.asked))
    units = range(1 if problem.kind == "single" else problem.units)
    return rows, np.array(list(product(range(len(rows)), units)))


def scaled_gaps(rows: Array, units: NDArray[np.intp], weights: Array) -> Array:
    """Duality gap of some units of a panel (R, N), over the largest squared distance from means.

    The weights (K, N) are first brought to where they belong: what is below 0 becomes 0, and they
    sum to 1."""
    rows = rows - rows.mean(axis=1, keepdims=True)
    weights = np.maximum(weights, 0)
    weights = weights / weights.sum(axis=1, keepdims=True)
    fitted = weights @ rows.T
    way = fitted - rows[:, units].T
    slope = way @ rows
    slope[np.arange(len(units)), units] = np.inf
    return ((way * fitted).sum(axis=1) - slope.min(axis=1)) / (np.abs(rows).max() ** 2 or 1.0)


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Median seconds of a pass over passes of a second together, and what the last one gave."""
    seconds: list[float] = []
    while sum(seconds) < PASS_SECONDS and len(seconds) < PASSES:
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds), result


def peak() -> float:
    """Largest memory of this process so far in MB; NaN on Windows, which does not tell."""
    if os.name == "nt":
        return float("nan")
    import resource

    return (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        * (1 if sys.platform == "darwin" else 1024)
        / 1e6
    )

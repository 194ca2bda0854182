"""Panels made for tests: families of inputs on which solvers have failed, drawn from a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import egovstudy as eg

Array = NDArray[np.float64]


def smooth(units: int, waves: int, *, seed: int = 20240, noise: float = 0.012) -> Array:
    """Scores between 0 and 1 of few common movements, with persistent noise: (waves, units)."""
    rng = np.random.default_rng(seed)
    time = np.linspace(0, 1, waves)[:, None]
    level, slope, bend, swing = rng.standard_normal((4, units))
    path = (
        -0.35
        + 0.8 * level
        + (1.1 - 0.25 * level + 0.35 * slope) * time
        + (0.1 + 0.25 * bend) * time**2
    )
    path += 0.12 * swing * np.sin(2 * np.pi * time)
    draws = rng.standard_normal((waves, units))
    for wave in range(1, waves):
        draws[wave] = 0.5 * draws[wave - 1] + np.sqrt(0.75) * draws[wave]
    return 1 / (1 + np.exp(-path)) + noise * draws


def families() -> dict[str, Array]:
    """Name each family: rows by units."""
    rng = np.random.default_rng(7)
    plain = smooth(193, 12)[:8]
    return {
        "plain": plain,
        "another seed": smooth(193, 12, seed=1)[:9],
        "one row": plain[:1],
        "two rows": plain[:2],
        "constant": np.zeros((8, 20)),
        "one score a wave": np.outer(np.arange(8.0), np.ones(20)),
        "one score a unit": np.outer(np.ones(8), np.arange(20.0)),
        "collinear": np.outer(np.arange(8.0), np.linspace(0, 1, 50)) + 1,
        "duplicate donors": np.hstack([plain[:, :60], plain[:, :60]]),
        "level offset 1e4": plain + 1e4,
        "unit offsets 1e4": plain + 1e4 * np.arange(193),
        "noise 1e-4": smooth(193, 12, seed=5, noise=1e-4)[:9],
        "noise 1e-7": smooth(193, 12, seed=5, noise=1e-7)[:9],
        "noise 1e-7, many waves": smooth(200, 60, seed=5, noise=1e-7)[:50],
        "offset 1e4, spread 1e-7": 1e4 + 1e-7 * plain,
        "scale 1e6": 1e6 * plain,
        "scale 1e-6": 1e-6 * plain,
        "two decimals": plain.round(2),
        "ranks": (plain.argsort(1).argsort(1) + 1.0) / 193,
        "first wave is zero": plain - plain[:1],
        "one donor": smooth(2, 12)[:8],
        "two donors": smooth(3, 12)[:8],
        "more waves than donors": smooth(12, 60)[:50],
        "500 x 60": smooth(500, 60)[:40],
        "normal": rng.standard_normal((8, 100)),
        "normal, many waves": rng.standard_normal((30, 100)),
        "one outlier": np.hstack([rng.standard_normal((8, 50)), 1e6 * rng.standard_normal((8, 1))]),
        "random walks": np.cumsum(rng.standard_normal((20, 150)), axis=0),
        "zeros and ones": (rng.random((8, 100)) < 0.5) * 1.0,
        "whole numbers": rng.integers(0, 4, (6, 120)) * 1.0,
    }


def panel_of(values: np.ndarray) -> pd.DataFrame:
    """Units U00, U01, ... in the rows, waves 2001, 2002, ... in the columns."""
    units, waves = values.shape
    return pd.DataFrame(
        {
            "iso3": np.repeat([f"U{number:02d}" for number in range(units)], waves),
            "wave": np.tile(2001 + np.arange(waves), units),
            "score": values.ravel(),
        }
    )


def fit_of(panel: pd.DataFrame, treatment_wave: int, treated: str = "U00", **options: object):
    donors = options.pop("donors", [one for one in panel["iso3"].unique() if one != treated])
    return eg.fit_synthetic(
        panel,
        outcome="score",
        treated=treated,
        donors=donors,
        treatment_wave=treatment_wave,
        **options,
    )

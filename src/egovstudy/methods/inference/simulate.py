"""Panels of which everything is known: made from nothing, or from a real panel without any gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed
from egovstudy.methods.synthetic import Array

WAVES = (2003, 2004, 2005, 2008, 2010, 2012, 2014, 2016, 2018, 2020, 2022, 2024)
TWINS = 0.1  # how far a twin lies apart from the treatment wave on


def simulate_panel(
    *,
    units: int = 40,
    waves: Sequence[int] = WAVES,
    treatment_wave: int = 2018,
    gap: float = 0.0,
    twins: bool = False,
    breaks: Mapping[int, float] | None = None,
    noise: float = 0.01,
    seed: int = 0,
) -> pd.DataFrame:
    """Make a panel in which the treated country's gap, its donors and the breaks are known.

    Three common movements with a weight for each country, and noise that halves within two years.
    The treated country ``TTT`` is 0.5 of ``D001``, 0.3 of ``D002`` and 0.2 of ``D003`` in every
    wave, and ``gap`` above that from the treatment wave on.

    Parameters
    ----------
    units : int
        Donors, at least 3.
    waves : sequence of int
        Ascending; may be irregular.
    treatment_wave : int
        One of them, not the first.
    gap : float
        In units of the outcome.
    twins : bool
        Give ``D001`` a twin, the last donor: the same before the treatment wave, and higher by 0.1
        from it on. Any split between the two fits equally well, so that the gap has the sharp
        bounds ``gap - 0.05`` and ``gap``.
    breaks : mapping of int to float, optional
        Change of the yardstick: by wave, what is added to all countries from there on. It leaves
        the gap as it is.
    noise : float
        Standard deviation of the noise, in units of the outcome.
    seed : int
        Seed of all draws.

    Returns
    -------
    DataFrame
        ``iso3, wave, score``.

    Raises
    ------
    ArgumentError
        If there are fewer than three donors, or a wave is not one of ``waves``.

    Examples
    --------
    >>> panel = simulate_panel(units=6, gap=0.1, seed=1).set_index(["iso3", "wave"])["score"]
    >>> donors = 0.5 * panel["D001"] + 0.3 * panel["D002"] + 0.2 * panel["D003"]
    >>> (panel["TTT"] - donors).round(9).tolist()[-5:]
    [0.0, 0.1, 0.1, 0.1, 0.1]
    """
    years = np.asarray(waves)
    if units < 3:
        raise ArgumentError(
            f"units={units} is too few. The treated country is made of three donors; give 3 or"
            " more."
        )
    for wave in (treatment_wave, *(breaks or {})):
        if wave not in years[1:]:
            raise ArgumentError(
                f"{wave} is not a wave after the first. Waves: {listed(list(waves), 20)}."
            )
    rng = np.random.default_rng(seed)
    time = (years - years[0]) / (years[-1] - years[0])
    moves = np.vstack([np.ones(len(years)), time, np.sin(2 * np.pi * time)])
    weights = np.column_stack(
        [rng.uniform(0.2, 0.5, units), rng.uniform(0, 0.4, units), rng.normal(0, 0.05, units)]
    )
    scores = (
        weights @ moves + noise * persistent(rng, 1, years, np.ones(units), np.full(units, 0.5))[0]
    )
    after = years >= treatment_wave
    if twins:
        scores[-1] = scores[0] + TWINS * after
    treated = np.array([0.5, 0.3, 0.2]) @ scores[:3] + gap * after
    scores = np.vstack([treated, scores])
    for wave, shift in (breaks or {}).items():
        scores[:, years >= wave] += shift
    names = ["TTT", *(f"D{number:03}" for number in range(1, units + 1))]
    return pd.DataFrame(
        {
            "iso3": np.repeat(names, len(years)),
            "wave": np.tile(years, len(names)),
            "score": scores.ravel(),
        }
    )


@dataclass(frozen=True, eq=False)
class NullPanel:
    """A real panel taken apart, to draw panels like it in which nobody has a gap.

    Attributes
    ----------
    countries, waves : tuple
    common : array, shape (N, T)
        Each country's mean and its part in the common movements. It is the same in every draw.
    spread, persistence : array, shape (N,)
        Of each country's own residual: standard deviation, in units of the outcome, and share that
        is left after two years.
    """

    countries: tuple[str, ...]
    waves: tuple[int, ...]
    common: Array
    spread: Array
    persistence: Array

    def draw(self, panels: int, seed: int | np.random.SeedSequence) -> Array:
        """Draw panels: common part plus new residuals, shape (panels, N, T)."""
        rng = np.random.default_rng(seed)
        return self.common + persistent(
            rng, panels, np.asarray(self.waves), self.spread, self.persistence
        )


def null_panel(wide: pd.DataFrame, treatment_wave: int, *, movements: int = 1) -> NullPanel:
    """Take a panel apart into common movements and each country's own residuals.

    The common movements are the mean of all waves and the first principal components of the rest
    (interactive fixed effects, Bai 2009, Econometrica 77, 1229-1279), from all countries but the
    first, over all waves. A country's mean and its part in each movement come from its waves before
    the treatment wave alone: a rise of its own after it is not drawn again as if it were common.
    Its residuals before the treatment wave give its variance and, from their first autocorrelation
    in steps of waves, corrected for few waves (Kendall 1954, Biometrika 41, 403-404), its
    persistence. So countries are not exchangeable, by construction.

    Parameters
    ----------
    wide : DataFrame
        Countries by waves, complete, the treated one first.
    treatment_wave : int
        At least ``movements + 3`` waves lie before it.
    movements : int
        Number of common movements beside the mean of a wave, 0 or more.

    Returns
    -------
    NullPanel

    Raises
    ------
    ArgumentError
        If a value is missing or too many movements are asked.

    Examples
    --------
    >>> wide = simulate_panel(noise=0.02).pivot_table(index="iso3", columns="wave", values="score")
    >>> null = null_panel(wide, 2018, movements=2)
    >>> null.draw(3, seed=0).shape, bool(0.005 < np.median(null.spread) < 0.03)
    ((3, 41, 12), True)
    """
    if wide.isna().to_numpy().any():
        raise ArgumentError(
            "the panel has gaps; a panel can be taken apart only where every country has every"
            " wave."
        )
    before = np.asarray(wide.columns) < treatment_wave
    # Waves less a country's mean, its part in the mean path and in the movements.
    left = before.sum() - 2 - movements
    if movements < 0 or left < 1:
        most = max(before.sum() - 3, 0)
        raise ArgumentError(
            f"movements={movements} is not allowed with {before.sum()} pre-waves. Give 0 to {most}."
        )
    scores = wide.to_numpy(dtype=float)
    path = scores[1:].mean(axis=0)
    rest = scores[1:] - scores[1:].mean(axis=1, keepdims=True) - (path - path.mean())
    shapes = np.vstack(
        [np.ones(len(path)), path, np.linalg.svd(rest, full_matrices=False)[2][:movements]]
    )
    parts = np.linalg.lstsq(shapes[:, before].T, scores[:, before].T)[0].T
    common = parts @ shapes
    own = (scores - common)[:, before]
    squares = (own**2).sum(axis=1)
    along = np.divide(
        (own[:, 1:] * own[:, :-1]).sum(axis=1), squares, out=np.zeros(len(own)), where=squares > 0
    )
    persistence = np.clip(along + (1 + 3 * along) / before.sum(), 0.0, 0.9)
    return NullPanel(
        tuple(wide.index),
        tuple(int(wave) for wave in wide.columns),
        common,
        np.sqrt(squares / left),
        persistence,
    )


def persistent(
    rng: np.random.Generator, panels: int, years: Array, spread: Array, persistence: Array
) -> Array:
    """Draw stationary noise with the persistence given for two years, shape (panels, N, T)."""
    draws = rng.standard_normal((panels, len(spread), len(years)))
    for wave in range(1, len(years)):
        kept = persistence ** ((years[wave] - years[wave - 1]) / 2)
        draws[:, :, wave] = kept * draws[:, :, wave - 1] + np.sqrt(1 - kept**2) * draws[:, :, wave]
    return spread[:, None] * draws

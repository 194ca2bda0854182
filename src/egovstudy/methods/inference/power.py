"""How large a gap must be to be seen, and how often each test sees one that is not there.

Panels without a gap are drawn from a real one taken apart (:func:`null_panel`); a gap of known size
is added to the treated country from the treatment wave on; each design gives its p-value for each
panel and gap, for many of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from egovstudy.errors import ArgumentError
from egovstudy.methods.inference.draws import blocks, progress
from egovstudy.methods.inference.ranks import ON_LEVEL, rank_p
from egovstudy.methods.inference.regressions import TERMS, fit_many, trend_design
from egovstudy.methods.inference.simulate import NullPanel, null_panel
from egovstudy.methods.panel import Result, outcome_by_wave
from egovstudy.methods.synthetic import (
    Array,
    check_choice,
    check_units,
    check_window,
    fit_each_unit,
    fit_simplex,
)

if TYPE_CHECKING:
    from joblib import Memory

GAPS = tuple(round(0.02 * step, 2) for step in range(21))
TOO_LARGE = 0.075  # a nominal 5 % test that rejects more often than this is nobody's main test
CHUNK = 100  # panels at a time: bounds the memory


@dataclass(frozen=True, eq=False, repr=False)
class Power(Result):
    """How often each design rejects, by size of the gap.

    Attributes
    ----------
    table : DataFrame
        One row per design: ``design``; ``floor``, the smallest p it can give; ``size``, the share
        of panels without a gap that it rejects, with ``size_se``; ``detectable``, the smallest gap
        that it sees in 80 per cent of the panels, in units of the outcome (NaN if not even the
        largest gap is); ``main_test``, whether the size allows it.
    curve : DataFrame
        ``design, gap, power``.
    level : float
        At which a p-value rejects.
    panels, n, n_pre, n_post, seed : int
        Panels drawn; countries; waves before and after.
    """

    table: pd.DataFrame
    curve: pd.DataFrame
    level: float
    panels: int
    n: int
    n_pre: int
    n_post: int
    seed: int

    def _lines(self) -> list[str]:
        shown = self.table.assign(
            floor=self.table["floor"].map("{:.4f}".format),
            size=self.table["size"].map("{:.3f}".format),
            size_se=self.table["size_se"].map("{:.3f}".format),
            detectable=self.table["detectable"].map("{:.3f}".format).replace("nan", "none seen"),
        )
        return [
            f"{self.panels} panels of {self.n} countries, {self.n_pre} pre-waves and {self.n_post}"
            f" post-waves, seed {self.seed}; tests at {self.level:g}.",
            shown.to_string(index=False),
            "size: share rejected without a gap. detectable: smallest gap seen in 80 per cent of"
            " the panels.",
            f"Above a size of {TOO_LARGE:g} a design is nobody's main test. Common movements are"
            " the same in all panels; residuals are drawn with each country's own variance and"
            " persistence.",
        ]


def simulate_power(
    panel: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    donors: Sequence[str],
    treatment_wave: int,
    first_wave: int | None = None,
    designs: Sequence[str] | None = None,
    gaps: Sequence[float] = GAPS,
    panels: int = 2000,
    level: float = 0.05,
    movements: int = 1,
    seed: int = 0,
    memory: Memory | None = None,
) -> Power:
    """Measure the size and the power of each design on panels like the real one.

    Parameters
    ----------
    panel : DataFrame
        As :func:`egovstudy.make_panel` returns it.
    outcome, treated, donors, treatment_wave, first_wave
        As for :func:`egovstudy.fit_synthetic`.
    designs : sequence of str, optional
        All if not given. Names in :data:`DESIGNS`: ``post_gap`` and ``scaled_gap``, as in
        :func:`egovstudy.placebo_in_space`; ``moving_block``, as in
        :func:`egovstudy.test_conformal`; ``trend_rank``, ``trend_hc3`` and ``trend_hac``, as in
        :func:`egovstudy.trend_placebo` and :func:`egovstudy.fit_trend`.
    gaps : sequence of float
        Sizes to try, from 0 on, in units of the outcome; added in every post-wave.
    panels : int
        How many are drawn.
    level : float
        A p-value up to here rejects.
    movements : int
        Common movements in the real panel beside the mean of a wave; see :func:`null_panel`.
    seed : int
        Seed of all draws.
    memory : joblib.Memory, optional
        Keeps results by the content of what they come from, where the caller says.

    Returns
    -------
    Power

    Raises
    ------
    ArgumentError
        If a country, wave or design is not known, or a gap is negative.

    Examples
    --------
    >>> from egovstudy.methods.inference.simulate import simulate_panel
    >>> design = {"outcome": "score", "treated": "TTT", "treatment_wave": 2018}
    >>> found = simulate_power(
    ...     simulate_panel(units=30, noise=0.02),
    ...     **design,
    ...     donors=[f"D{n:03}" for n in range(4, 31)],
    ...     designs=["post_gap"],
    ...     panels=50,
    ... )
    >>> found.curve["power"].is_monotonic_increasing, round(found.table["floor"].item(), 4)
    (True, 0.0357)
    """
    designs = tuple(DESIGNS if designs is None else designs)
    for name in designs:
        check_choice("design", name, DESIGNS)
    sizes = check_draws(gaps, panels, level)
    wide = outcome_by_wave(panel, outcome)
    check_units(wide, treated, tuple(donors))
    wide = wide.loc[[treated, *donors], check_window(wide, treatment_wave, first_wave)]
    null = null_panel(wide, treatment_wave, movements=movements)
    setting = Setting(null.waves, treatment_wave)
    run = rejections if memory is None else memory.cache(rejections)
    power = run(null, setting, sizes, designs, panels, level, seed)
    floors = {name: DESIGNS[name].floor(len(wide), len(null.waves)) for name in designs}
    n_post = int(setting.post.sum())
    return report(
        power, floors, sizes, level, panels, len(wide), len(null.waves) - n_post, n_post, seed
    )


def rejections(
    null: NullPanel,
    setting: Setting,
    gaps: Array,
    designs: tuple[str, ...],
    panels: int,
    level: float,
    seed: int,
) -> dict[str, Array]:
    """Share of drawn panels that each design rejects at each gap."""
    sizes = blocks(panels, CHUNK)
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))
    rejected = {name: np.zeros(len(gaps)) for name in designs}
    for size, child in progress(zip(sizes, seeds, strict=True), "panels", len(sizes)):
        drawn = null.draw(size, child)
        for name, p in p_values(drawn, setting, gaps, designs).items():
            rejected[name] += (p <= level + ON_LEVEL).sum(axis=1)
    return {name: count / panels for name, count in rejected.items()}


def check_draws(gaps: Sequence[float], panels: int, level: float) -> Array:
    """Check what a simulation is asked, and give the gaps as an array."""
    sizes = np.asarray(gaps, dtype=float)
    if (
        len(sizes) == 0
        or sizes[0] != 0
        or (np.diff(sizes) <= 0).any()
        or not np.isfinite(sizes).all()
    ):
        raise ArgumentError(
            f"gaps={list(gaps)!r} is not allowed. Give sizes from 0 upwards, each once."
        )
    if panels < 1 or not 0 < level < 1:
        raise ArgumentError(
            f"panels={panels} and level={level}: give at least one panel, and a level between 0"
            " and 1."
        )
    return sizes


def report(
    power: Mapping[str, Array],
    floors: Mapping[str, float],
    gaps: Array,
    level: float,
    panels: int,
    n: int,
    n_pre: int,
    n_post: int,
    seed: int,
) -> Power:
    """Set rejections out as a result."""
    rows = []
    for name, share in power.items():
        seen = np.flatnonzero(share >= 0.8)
        rows.append(
            {
                "design": name,
                "floor": floors[name],
                "size": share[0],
                "size_se": np.sqrt(share[0] * (1 - share[0]) / panels),
                "detectable": gaps[seen[0]] if len(seen) else np.nan,
                "main_test": bool(share[0] <= TOO_LARGE),
            }
        )
    curve = pd.DataFrame({"gap": gaps, **power}).melt("gap", var_name="design", value_name="power")
    curve = curve[["design", "gap", "power"]]
    return Power(pd.DataFrame(rows), curve, level, panels, n, n_pre, n_post, seed)


@dataclass(frozen=True)
class Setting:
    """Waves of the window and the treatment wave; the treated country is the first unit."""

    waves: tuple[int, ...]
    treatment_wave: int

    @cached_property
    def post(self) -> NDArray[np.bool_]:
        """Which waves are not before the treatment wave."""
        return np.asarray(self.waves) >= self.treatment_wave

    def rows(self, drawn: Array) -> Array:
        """Give what is matched, shape (panels, pre-waves, N)."""
        return np.ascontiguousarray(drawn[:, :, ~self.post].transpose(0, 2, 1))


@dataclass(frozen=True)
class Design:
    """A test: its p-values, and the smallest one from so many units and waves.

    ``p_values(drawn, setting, gaps, weights)`` has shape (gaps, panels); ``weights``, of every unit
    as the treated one, has shape (panels, N, N) and is empty for a design that does not need it.
    """

    p_values: Callable[[Array, Setting, Array, Array], Array]
    floor: Callable[[int, int], float]
    needs_weights: bool = False


def p_values(
    drawn: Array, setting: Setting, gaps: Array, designs: Sequence[str]
) -> dict[str, Array]:
    """Give each design's p-values, shape (gaps, panels).

    ``drawn`` holds panels of shape (panels, N, T), the treated country first.
    """
    needed = any(DESIGNS[name].needs_weights for name in designs)
    weights = fit_each_unit(setting.rows(drawn))[0] if needed else np.empty(0)
    return {name: DESIGNS[name].p_values(drawn, setting, gaps, weights) for name in designs}


def _rank(statistic: Array) -> Array:
    """Give the p of the first unit among all, units last."""
    first = statistic[..., :1]
    return rank_p(statistic, first, 1e-12 * (1 + np.abs(first)))


def _in_space(
    drawn: Array, setting: Setting, gaps: Array, weights: Array, scale: Array | float = 1.0
) -> Array:
    """Rank of the absolute mean post gap over the scale.

    If the treated country stands higher by a gap, so does what it gives the others as a donor.
    """
    values = drawn[:, :, setting.post].mean(axis=2)
    found = values - (weights @ values[:, :, None])[:, :, 0]
    moves = -weights[:, :, 0]
    moves[:, 0] = 1.0
    return np.stack([_rank(np.abs(found + gap * moves) / scale) for gap in gaps])


def _scaled_gap(drawn: Array, setting: Setting, gaps: Array, weights: Array) -> Array:
    """Rank in space of the mean post gap over the leave-one-wave-out prediction error."""
    rows = setting.rows(drawn)
    error = np.zeros(drawn.shape[:2])
    for wave in range(rows.shape[1]):
        without, _ = fit_each_unit(np.ascontiguousarray(np.delete(rows, wave, axis=1)))
        left = rows[:, wave]
        error += (left - (without @ left[:, :, None])[:, :, 0]) ** 2
    return _in_space(drawn, setting, gaps, weights, np.sqrt(error / rows.shape[1]))


def _moving_block(drawn: Array, setting: Setting, gaps: Array, weights: Array) -> Array:
    """Conformal test of no gap: cyclic shifts of the residuals of a fit on all waves."""
    rows = np.ascontiguousarray(drawn.transpose(0, 2, 1))
    targets = drawn[:, 0][:, None] + gaps[:, None] * setting.post  # (panels, gaps, T)
    allowed = np.ones((len(drawn), len(gaps), drawn.shape[1] - 1), bool)
    donors = np.ascontiguousarray(rows[:, :, 1:])
    found, _ = fit_simplex(donors, targets, allowed)
    residual = np.abs(targets - found @ donors.transpose(0, 2, 1))
    shifts = [np.roll(residual, step, axis=2) for step in range(rows.shape[1])]
    sums = np.stack([shifted[:, :, setting.post].sum(axis=2) for shifted in shifts])
    return rank_p(sums, sums[0], 1e-12, axis=0).T


def _trend(drawn: Array, setting: Setting, gaps: Array, error: str) -> Array:
    """Size of t of the level change of units, the treated country first: (gaps, panels, units)."""
    design, row = trend_design(setting.waves, setting.treatment_wave), TERMS.index("level_change")
    found = []
    for gap in gaps:
        outcomes = drawn.copy()
        outcomes[:, 0] += gap * setting.post
        outcomes = outcomes.reshape(-1, drawn.shape[2]).T
        estimates, errors, _ = fit_many(design, outcomes, hac_lag=1 if error == "hac" else 0)
        found.append(np.abs(estimates[row] / errors[error][row]).reshape(drawn.shape[:2]))
    return np.stack(found)


def _trend_hc3(drawn: Array, setting: Setting, gaps: Array, weights: Array) -> Array:
    """Level change in the treated country's own trend, HC3 and t(n - k)."""
    from scipy.stats import t

    degrees = len(setting.waves) - len(TERMS)
    return 2 * t.sf(_trend(drawn[:, :1], setting, gaps, "hc3")[:, :, 0], degrees)


def _trend_hac(drawn: Array, setting: Setting, gaps: Array, weights: Array) -> Array:
    """Level change in the treated country's own trend, Newey-West with lag 1 and the normal."""
    from scipy.stats import norm

    return 2 * norm.sf(_trend(drawn[:, :1], setting, gaps, "hac")[:, :, 0])


def _trend_rank(drawn: Array, setting: Setting, gaps: Array, weights: Array) -> Array:
    """Rank of that t (HC3) among all countries."""
    return _rank(_trend(drawn, setting, gaps, "hc3"))


DESIGNS = {
    "post_gap": Design(_in_space, lambda units, waves: 1 / units, needs_weights=True),
    "scaled_gap": Design(_scaled_gap, lambda units, waves: 1 / units, needs_weights=True),
    "moving_block": Design(_moving_block, lambda units, waves: 1 / waves),
    "trend_rank": Design(_trend_rank, lambda units, waves: 1 / units),
    "trend_hc3": Design(_trend_hc3, lambda units, waves: 0.0),
    "trend_hac": Design(_trend_hac, lambda units, waves: 0.0),
}

"""The designs whose size and power are measured: each gives p-values for many panels and gaps at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from egovstudy.methods.inference.regressions import fit_many, trend_design
from egovstudy.methods.synthetic import Array, fit_each_unit, fit_simplex

LEVEL_CHANGE = 2  # row of the trend model


@dataclass(frozen=True)
class Setting:
    """Waves of the window and the treatment wave; the treated country is the first unit."""

    waves: tuple[int, ...]
    treatment_wave: int

    @cached_property
    def post(self) -> NDArray[np.bool_]:
        """Which waves are not before the treatment wave."""
        return np.asarray(self.waves) >= self.treatment_wave

    def fit(self, drawn: Array) -> Array:
        """Weights of every unit as the treated one, shape (panels, N, N)."""
        rows = np.ascontiguousarray(drawn[:, :, ~self.post].transpose(0, 2, 1))
        return fit_each_unit(rows)[0]


PValues = Callable[[Array, Setting, Array, Array | None], Array]


@dataclass(frozen=True)
class Design:
    """A test: ``p_values(drawn, setting, gaps, weights)`` of shape (gaps, panels), and the smallest p it can give."""

    p_values: PValues
    floor: Callable[[int, Setting], float]
    needs_weights: bool = False


def _rank(statistic: Array) -> Array:
    """Share of units, the first one among them, at least as far out as the first; units last."""
    first = statistic[..., :1]
    return (statistic >= first - 1e-12 * (1 + np.abs(first))).mean(axis=-1)


def _with_gap(values: Array, weights: Array, gap: float) -> Array:
    """Mean post gaps of all units if the treated country stood ``gap`` higher: it is also a donor of the others."""
    moved = -gap * weights[:, :, 0]
    moved[:, 0] = gap
    return values + moved


def post_gap(drawn: Array, setting: Setting, gaps: Array, weights: Array | None) -> Array:
    """Rank in space of the absolute mean post gap."""
    values = drawn[:, :, setting.post].mean(axis=2)
    found = values - (weights @ values[:, :, None])[:, :, 0]
    return np.stack([_rank(np.abs(_with_gap(found, weights, gap))) for gap in gaps])


def scaled_gap(drawn: Array, setting: Setting, gaps: Array, weights: Array | None) -> Array:
    """Rank in space of the absolute mean post gap over the leave-one-wave-out prediction error."""
    rows = np.ascontiguousarray(drawn[:, :, ~setting.post].transpose(0, 2, 1))
    error = np.zeros(drawn.shape[:2])
    for wave in range(rows.shape[1]):
        kept = np.delete(rows, wave, axis=1)
        without, _ = fit_each_unit(np.ascontiguousarray(kept))
        left = rows[:, wave]
        error += (left - (without @ left[:, :, None])[:, :, 0]) ** 2
    error = np.sqrt(error / rows.shape[1])
    values = drawn[:, :, setting.post].mean(axis=2)
    found = values - (weights @ values[:, :, None])[:, :, 0]
    return np.stack([_rank(np.abs(_with_gap(found, weights, gap)) / error) for gap in gaps])


def moving_block(drawn: Array, setting: Setting, gaps: Array, weights: Array | None) -> Array:
    """Conformal test of no gap: cyclic shifts of the residuals of a fit on all waves (Chernozhukov et al. 2021)."""
    rows = np.ascontiguousarray(drawn.transpose(0, 2, 1))
    targets = drawn[:, 0][:, None] + gaps[:, None] * setting.post  # (panels, gaps, T)
    allowed = np.ones((len(drawn), len(gaps), drawn.shape[1] - 1), bool)
    donors = np.ascontiguousarray(rows[:, :, 1:])
    found, _ = fit_simplex(donors, targets, allowed)
    residual = np.abs(targets - found @ donors.transpose(0, 2, 1))
    shifted = np.stack(
        [
            np.roll(residual, step, axis=2)[:, :, setting.post].sum(axis=2)
            for step in range(rows.shape[1])
        ]
    )
    return (shifted >= shifted[0] - 1e-12).mean(axis=0).T


def _trend(drawn: Array, setting: Setting, gap: float, error: str, hac_lag: int = 0) -> Array:
    """Statistics t of the level change of the treated country, or of all, shape (panels, units)."""
    outcomes = drawn.copy()
    outcomes[:, 0] += gap * setting.post
    design = trend_design(setting.waves, setting.treatment_wave)
    estimates, errors, _ = fit_many(design, outcomes.reshape(-1, drawn.shape[2]).T, hac_lag)
    return (estimates[LEVEL_CHANGE] / errors[error][LEVEL_CHANGE]).reshape(drawn.shape[:2])


def trend_hc3(drawn: Array, setting: Setting, gaps: Array, weights: Array | None) -> Array:
    """Level change in the treated country's own trend, HC3 and t(n - k)."""
    from scipy.stats import t

    left = len(setting.waves) - 4
    return np.stack(
        [2 * t.sf(np.abs(_trend(drawn[:, :1], setting, gap, "hc3")[:, 0]), left) for gap in gaps]
    )


def trend_hac(drawn: Array, setting: Setting, gaps: Array, weights: Array | None) -> Array:
    """Level change in the treated country's own trend, Newey-West with lag 1 and the normal distribution."""
    from scipy.stats import norm

    return np.stack(
        [2 * norm.sf(np.abs(_trend(drawn[:, :1], setting, gap, "hac", 1)[:, 0])) for gap in gaps]
    )


def trend_rank(drawn: Array, setting: Setting, gaps: Array, weights: Array | None) -> Array:
    """Rank of that t (HC3) among all countries."""
    return np.stack([_rank(np.abs(_trend(drawn, setting, gap, "hc3"))) for gap in gaps])


def _among_units(n: int, setting: Setting) -> float:
    return 1 / n


def _among_waves(n: int, setting: Setting) -> float:
    return 1 / len(setting.waves)


def _none(n: int, setting: Setting) -> float:
    return 0.0


DESIGNS = {
    "post_gap": Design(post_gap, _among_units, needs_weights=True),
    "scaled_gap": Design(scaled_gap, _among_units, needs_weights=True),
    "moving_block": Design(moving_block, _among_waves),
    "trend_rank": Design(trend_rank, _among_units),
    "trend_hc3": Design(trend_hc3, _none),
    "trend_hac": Design(trend_hac, _none),
}


def p_values(
    drawn: Array, setting: Setting, gaps: Array, designs: Sequence[str]
) -> dict[str, Array]:
    """Give each design's p-values, shape (gaps, panels), for panels of shape (panels, N, T), the treated one first."""
    fitted = setting.fit(drawn) if any(DESIGNS[name].needs_weights for name in designs) else None
    return {name: DESIGNS[name].p_values(drawn, setting, gaps, fitted) for name in designs}

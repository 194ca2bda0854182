"""How large a gap must be to be seen, and how often each test sees one that is not there.

Panels without a gap are drawn from a real one taken apart
(:mod:`egovstudy.methods.inference.simulate`); a gap of known size is added to the treated country
from the treatment wave on; each design gives its p-value for each panel and gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.inference.designs import DESIGNS, Setting, p_values
from egovstudy.methods.inference.draws import progress
from egovstudy.methods.inference.ranks import ON_LEVEL
from egovstudy.methods.inference.simulate import NullPanel, null_panel
from egovstudy.methods.panel import outcome_by_wave
from egovstudy.methods.synthetic import Array, check_units, check_window

if TYPE_CHECKING:
    from joblib import Memory

GAPS = tuple(round(0.02 * step, 2) for step in range(21))
TOO_LARGE = 0.075  # a nominal 5 % test that rejects more often than this is nobody's main test
CHUNK = 100  # panels at a time: bounds the memory


@dataclass(frozen=True, eq=False)
class Power:
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

    def __repr__(self) -> str:
        shown = self.table.assign(
            floor=self.table["floor"].map("{:.4f}".format),
            size=self.table["size"].map("{:.3f}".format),
            size_se=self.table["size_se"].map("{:.3f}".format),
            detectable=self.table["detectable"].map(
                lambda gap: "none seen" if np.isnan(gap) else f"{gap:.3f}"
            ),
        )
        return "\n".join(
            [
                (
                    f"{self.panels} panels of {self.n} countries, {self.n_pre} pre-waves and"
                    f" {self.n_post} post-waves, seed {self.seed}; tests at {self.level:g}."
                ),
                shown.to_string(index=False),
                (
                    "size: share rejected without a gap. detectable: smallest gap seen in 80 per"
                    " cent of the panels."
                ),
                (
                    f"Above a size of {TOO_LARGE:g} a design is nobody's main test. Common"
                    " movements are the same in all panels; residuals are drawn with each"
                    " country's own variance and persistence."
                ),
            ]
        )


def simulate_power(
    panel: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    donors: Sequence[str],
    treatment_wave: int,
    first_wave: int | None = None,
    designs: Sequence[str] = tuple(DESIGNS),
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
    designs : sequence of str
        Names in :data:`egovstudy.methods.inference.designs.DESIGNS`.
    gaps : sequence of float
        Sizes to try, from 0 on, in units of the outcome; added in every post-wave.
    panels : int
        How many are drawn.
    level : float
        A p-value up to here rejects.
    movements : int
        Common movements in the real panel; see
        :func:`egovstudy.methods.inference.simulate.null_panel`.
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
    >>> frame = simulate_panel(units=30, noise=0.02)
    >>> found = simulate_power(
    ...     frame, outcome="score", treated="TTT", donors=[f"D{n:03}" for n in range(4, 31)], treatment_wave=2018,
    ...     designs=["post_gap"], panels=50,
    ... )
    >>> bool(found.curve["power"].is_monotonic_increasing), float(found.table["floor"].round(4).item())
    (True, 0.0357)
    """
    for name in designs:
        if name not in DESIGNS:
            raise ArgumentError(
                f"no design {name!r}.{nearest(name, list(DESIGNS))} Allowed:"
                f" {listed(list(DESIGNS))}."
            )
    sizes = check_draws(gaps, panels, level)
    wide = outcome_by_wave(panel, outcome)
    check_units(wide, treated, tuple(donors))
    wide = wide.loc[[treated, *donors], check_window(wide, treatment_wave, first_wave)]
    null = null_panel(wide, treatment_wave, movements=movements)
    setting = Setting(null.waves, treatment_wave)
    run = rejections if memory is None else memory.cache(rejections)
    power = run(null, setting, sizes, tuple(designs), panels, level, seed)
    floors = {name: DESIGNS[name].floor(len(wide), setting) for name in designs}
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
    seeds = np.random.SeedSequence(seed).spawn(-(-panels // CHUNK))
    rejected = {name: np.zeros(len(gaps)) for name in designs}
    for number, child in enumerate(progress(seeds, "panels", len(seeds))):
        drawn = null.draw(min(CHUNK, panels - number * CHUNK), child)
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
    rows, curve = [], []
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
        curve += [
            {"design": name, "gap": gap, "power": at} for gap, at in zip(gaps, share, strict=True)
        ]
    return Power(pd.DataFrame(rows), pd.DataFrame(curve), level, panels, n, n_pre, n_post, seed)

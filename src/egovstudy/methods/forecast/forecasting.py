"""What the waves so far predict for the next: rules chosen by their errors on past waves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.forecast.rules import FORECAST_RULES, HISTORY, forecasts
from egovstudy.methods.panel import Result, make_panel, outcome_by_wave

OUTCOMES = ("egdi", "osi", "tii", "hci", "epi", "egdi_rank")
LEVEL, NEIGHBOURS = 0.8, 64
DIGITS = 5  # as the UN prints scores


@dataclass(frozen=True, eq=False, repr=False)
class Forecast(Result):
    """What is predicted for a wave, and how the same procedure did on past waves.

    Attributes
    ----------
    wave : int
        The wave that is forecast.
    level : float
        Nominal share of intervals that hold what comes, 0 to 1.
    table : DataFrame
        ``outcome, iso3, rule, last_wave, last, forecast, lower, upper``; a country without values
        in the last three waves has no row.
    errors : DataFrame
        ``outcome, wave, rule, error``: mean absolute error of each rule over the countries of each
        past wave.
    past : DataFrame
        ``how, outcome, wave, iso3, rule, observed, forecast, lower, upper, inside``. ``how`` is
        ``leave_one_out`` (rule and width from all other past waves) or ``earlier_only`` (from the
        waves before). Either way a forecast itself uses no wave but earlier ones.
    """

    wave: int
    level: float
    table: pd.DataFrame
    errors: pd.DataFrame
    past: pd.DataFrame

    def _lines(self) -> list[str]:
        inside = self.past.groupby(["how", "outcome"], sort=False)["inside"].mean()
        return [
            f"Forecast of {self.wave} with {self.level:.0%} intervals",
            self.table.to_string(index=False, max_rows=20),
            "Share of past values inside their interval:",
            inside.to_string(float_format="{:.2f}".format),
            "A new method that moves all countries at once shows only as far as the past had one.",
        ]


def forecast_wave(
    egdi: pd.DataFrame,
    wave: int,
    *,
    outcomes: Sequence[str] = OUTCOMES,
    level: float = LEVEL,
    neighbours: int = NEIGHBOURS,
) -> Forecast:
    """Forecast scores and ranks of all countries for a wave from the waves before it.

    Each rule forecasts each past wave from the waves before it, in calendar time. The rule with the
    smallest mean absolute error, each wave counted once, is used if it beats ``persistence`` on
    average and in more than half of the waves; else ``persistence`` is. The interval runs between
    quantiles of that rule's past errors over the countries that stood nearest in place, the same
    number from each wave. It knows no new method: one that moves all countries at once, as in 2024
    for TII, shows in it only as far as past waves had the like.

    Parameters
    ----------
    egdi : DataFrame
        With ``iso3``, ``wave`` and the outcomes, e.g. :func:`egovstudy.load_egdi`. Waves from
        ``wave`` on are not used.
    wave : int
        The wave to forecast, later than at least five waves.
    outcomes : sequence of str
        Scores from 0 to 1 (a value outside is left out), or ranks (the name ends in ``_rank``).
    level : float
        Nominal level of the intervals.
    neighbours : int
        Countries of each past wave whose errors make an interval.

    Returns
    -------
    Forecast

    Raises
    ------
    ArgumentError
        If there are too few earlier waves, an outcome is missing, or a setting will not do.

    Examples
    --------
    >>> import egovstudy as eg
    >>> seen = eg.forecast_wave(eg.load_egdi(), 2024, outcomes=["egdi"])
    >>> seen.table.query("iso3 == 'IDN'")[["last_wave", "last"]].values.tolist()
    [[2022.0, 0.716]]
    """
    if not 0 < level < 1:
        raise ArgumentError(f"level={level} is no share. Give a number between 0 and 1, e.g. 0.8.")
    if neighbours < 5:
        raise ArgumentError(
            f"neighbours={neighbours} countries give no quantiles. Give at least 5."
        )
    if not len(outcomes):
        raise ArgumentError(f"no outcome was named. Outcomes: {listed(OUTCOMES)}.")
    panel = make_panel(egdi)
    panel = panel[panel["wave"] < wave]
    waves = sorted(set(panel["wave"]))
    if len(waves) < HISTORY + 2:
        raise ArgumentError(
            f"wave={wave} has {len(waves)} waves before it; {HISTORY + 2} are needed, to forecast"
            f" and to see how well. Waves in this table: {listed(sorted(set(egdi['wave'])))}."
        )
    tables, errors, past = [], [], []
    for outcome in outcomes:
        if outcome not in panel:
            raise ArgumentError(
                f"no outcome {outcome!r}.{nearest(outcome, OUTCOMES)} Outcomes: {listed(OUTCOMES)}."
            )
        one = _Outcome(
            outcome,
            outcome_by_wave(panel.astype({outcome: "float64"}), outcome),
            wave,
            level,
            neighbours,
        )
        tables.append(one.table())
        errors.append(one.errors())
        past.append(one.past())
    return Forecast(
        wave, level, *(pd.concat(parts, ignore_index=True) for parts in (tables, errors, past))
    )


class _Outcome:
    """One outcome: every rule's forecast of every wave, and what follows from their errors."""

    def __init__(
        self, name: str, wide: pd.DataFrame, wave: int, level: float, neighbours: int
    ) -> None:
        self.name, self.level, self.neighbours = name, level, neighbours
        self.is_rank = name.endswith("_rank")
        # Ranks only change hands: all countries cannot step the same way.
        self.rules = [
            rule for rule in FORECAST_RULES if not (self.is_rank and rule == "common_step")
        ]
        self.low, self.high = (
            (1.0, float(np.nanmax(wide.iloc[:, -1]))) if self.is_rank else (0.0, 1.0)
        )
        if not self.is_rank:
            wide = wide.where(
                (wide >= 0) & (wide <= 1)
            )  # Micronesia's HCI of 1.422 in 2003 is no score
        self.countries, self.waves = wide.index.to_numpy(), [int(year) for year in wide.columns]
        self.values = wide.to_numpy()
        self.made = {
            year: self._make(place, year)
            for place, year in enumerate([*self.waves, wave])
            if place >= HISTORY
        }
        self.wave = wave
        self._near: dict[tuple[int, int], np.ndarray] = {}
        self.tried = [year for year in self.made if year != wave and len(self.made[year]["rows"])]
        if len(self.tried) < 2 or not len(self.made[wave]["rows"]):
            raise ArgumentError(
                f"{name!r} has too few values to forecast {wave}: countries need it in {HISTORY}"
                " waves running. Give an outcome with more values."
            )

    def _make(self, place: int, year: int) -> dict[str, Any]:
        """Forecast one wave from the ``place`` waves before it, by every rule."""
        history, years = self.values[:, :place], np.array(self.waves[:place], dtype=float)
        known = np.isfinite(history[:, -HISTORY:]).all(axis=1)
        observed = self.values[:, place] if place < len(self.waves) else np.full(len(known), np.nan)
        if place < len(self.waves):
            known &= np.isfinite(observed)
        rows = np.flatnonzero(known)
        last = history[rows, -1]
        standing = (pd.Series(last).rank().to_numpy() - 0.5) / max(len(rows), 1)
        made = (
            forecasts(history, rows, years, year - years[-1], self.low, self.high)
            if len(rows)
            else {}
        )
        rules = {rule: self._bounded(values) for rule, values in made.items() if rule in self.rules}
        return {
            "rows": rows,
            "last": last,
            "standing": standing,
            "observed": observed[rows],
            "rules": rules,
        }

    def _bounded(self, values: np.ndarray, rounded: Any = np.round) -> np.ndarray:
        within = np.clip(values, self.low, self.high)
        return rounded(within) if self.is_rank else np.round(within, DIGITS)

    def _error(self, year: int, rule: str) -> np.ndarray:
        return self.made[year]["observed"] - self.made[year]["rules"][rule]

    def _choose(self, years: Sequence[int]) -> str:
        """Name the rule with the smallest error; persistence unless another is clearly better."""
        table = pd.DataFrame(
            {
                rule: [np.abs(self._error(year, rule)).mean() for year in years]
                for rule in self.rules
            }
        )
        benchmark = table["persistence"]
        better = [rule for rule in self.rules if 2 * (table[rule] < benchmark).sum() > len(years)]
        better = [rule for rule in better if table[rule].mean() < benchmark.mean()]
        return min(better, key=lambda rule: table[rule].mean()) if better else "persistence"

    def _nearest(self, year: int, other: int) -> np.ndarray:
        """Give, for each country of a wave, those nearest to its place before another."""
        if (year, other) not in self._near:
            own, theirs = self.made[year]["standing"], self.made[other]["standing"]
            order = np.argsort(np.abs(own[:, None] - theirs[None, :]), axis=1, kind="stable")
            self._near[year, other] = order[:, : self.neighbours]
        return self._near[year, other]

    def _intervals(self, year: int, rule: str, years: Sequence[int]) -> pd.DataFrame:
        """Give forecasts of one wave with intervals from the rule's errors in other waves."""
        made = self.made[year]
        near = []
        for other in years:
            near.append(self._error(other, rule)[self._nearest(year, other)])
        tail = (1 - self.level) / 2
        low, high = np.quantile(np.concatenate(near, axis=1), [tail, 1 - tail], axis=1)
        point = made["rules"][rule]
        return pd.DataFrame(
            {
                "outcome": self.name,
                "iso3": self.countries[made["rows"]],
                "rule": rule,
                "observed": made["observed"],
                "last": made["last"],
                "forecast": point,
                "lower": self._bounded(point + np.minimum(low, 0), np.floor),
                "upper": self._bounded(point + np.maximum(high, 0), np.ceil),
            }
        )

    def table(self) -> pd.DataFrame:
        """Forecast the next wave."""
        rows = self._intervals(self.wave, self._choose(self.tried), self.tried).assign(
            last_wave=self.waves[-1]
        )
        return rows[["outcome", "iso3", "rule", "last_wave", "last", "forecast", "lower", "upper"]]

    def errors(self) -> pd.DataFrame:
        """Mean absolute error by past wave and rule."""
        found = [
            (self.name, year, rule, np.abs(self._error(year, rule)).mean())
            for year in self.tried
            for rule in self.rules
        ]
        return pd.DataFrame(found, columns=["outcome", "wave", "rule", "error"])

    def past(self) -> pd.DataFrame:
        """Forecast each past wave, by rule and width of the others, and of earlier ones."""
        parts = []
        for place, year in enumerate(self.tried):
            for how, years in (
                ("leave_one_out", [one for one in self.tried if one != year]),
                ("earlier_only", self.tried[:place] if place >= 2 else []),
            ):
                if years:
                    rows = self._intervals(year, self._choose(years), years)
                    inside = rows["observed"].between(rows["lower"], rows["upper"])
                    parts.append(rows.assign(how=how, wave=year, inside=inside))
        columns = [
            "how",
            "outcome",
            "wave",
            "iso3",
            "rule",
            "observed",
            "forecast",
            "lower",
            "upper",
            "inside",
        ]
        return pd.concat(parts)[columns]


def score_forecast(forecast: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Set a forecast beside what came.

    Parameters
    ----------
    forecast : DataFrame
        ``outcome, iso3, last, forecast, lower, upper``, as in the ``table`` that ``forecast_wave``
        gives, or frozen.
    observed : DataFrame
        One row per country: ``iso3`` and a column for each outcome, numbers.

    Returns
    -------
    DataFrame
        The rows of the forecast with ``observed``, ``inside`` (missing where nothing was observed),
        ``error`` (observed minus forecast) and ``error_of_last`` (observed minus the last value).

    Raises
    ------
    ArgumentError
        If an outcome is not among what was observed.

    Examples
    --------
    >>> frozen = pd.DataFrame({"outcome": ["egdi"], "iso3": ["IDN"], "last": [0.5],
    ...                        "forecast": [0.6], "lower": [0.55], "upper": [0.7]})
    >>> score_forecast(frozen, pd.DataFrame({"iso3": ["IDN"], "egdi": [0.71]}))["inside"].tolist()
    [False]
    """
    outcomes = list(dict.fromkeys(forecast["outcome"]))
    missing = [name for name in outcomes if name not in observed]
    if missing:
        raise ArgumentError(
            f"nothing was observed for {listed(missing)}. Columns that came:"
            f" {listed(list(observed))}."
        )
    long = observed.melt("iso3", outcomes, "outcome", "observed")
    rows = forecast.merge(long, on=["outcome", "iso3"], how="left", validate="one_to_one")
    there = rows["observed"].notna()
    inside = rows["observed"].between(rows["lower"], rows["upper"]).astype("boolean")
    rows["inside"] = inside.mask(~there)
    return rows.assign(
        error=rows["observed"] - rows["forecast"], error_of_last=rows["observed"] - rows["last"]
    )

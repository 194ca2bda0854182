"""Forecasts of a wave: known truths, calendar time, honest intervals, and the frozen plan."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.un_files import COLUMNS, figures, write_un_file

import egovstudy as eg
from egovstudy.methods.forecast import score_forecast
from egovstudy.methods.forecast.forecasting import HISTORY, OUTCOMES
from egovstudy.methods.forecast.rules import FORECAST_RULES, forecasts
from egovstudy.rerun.next_wave import forecast_plan as plan

PROJECT = Path(__file__).resolve().parents[3]
PLAN = PROJECT / "data" / "plan"
FROZEN_SHA256 = "601db9a1a84172046a8560d99723454b641ebb26e56e3fedf8569ee37240354f"
PLAN_SHA256 = "0e156d74c91ff0ebfd7e9de08d306d387483e704728d018b752efc184183a1a5"
WAVES = [2003, 2004, 2005, 2008, 2010, 2012, 2014, 2016, 2018, 2020, 2022, 2024]


@pytest.fixture(scope="module")
def egdi() -> pd.DataFrame:
    return eg.load_egdi()


@pytest.fixture(scope="module")
def forecast(egdi: pd.DataFrame):
    return eg.forecast_wave(egdi, 2026)


def panel(values: np.ndarray, waves: list[int] = WAVES, name: str = "osi") -> pd.DataFrame:
    """Countries by waves as a long frame."""
    codes = [f"{chr(65 + i // 26)}{chr(65 + i % 26)}X" for i in range(len(values))]
    frame = pd.DataFrame(values, index=codes, columns=waves).rename_axis("iso3").reset_index()
    return frame.melt("iso3", var_name="wave", value_name=name).astype({"wave": "int64"})


def test_straight_lines_in_calendar_time_are_continued_exactly() -> None:
    """Waves one, three and two years apart: a rule that counted waves, not years, would miss."""
    rng = np.random.default_rng(1)
    years = np.array(WAVES)
    slope, start = rng.uniform(0.001, 0.02, 40), rng.uniform(0.1, 0.4, 40)
    ahead = eg.forecast_wave(
        panel(start[:, None] + slope[:, None] * (years - 2003)), 2027, outcomes=["osi"]
    )
    assert set(ahead.table["rule"]) == {"own_step"}
    assert ahead.table["forecast"].to_numpy() == pytest.approx(start + slope * 24, abs=1e-5)
    assert ahead.table["upper"].to_numpy() == pytest.approx(
        ahead.table["lower"].to_numpy(), abs=3e-5
    )


def test_what_only_wanders_is_left_where_it_is() -> None:
    rng = np.random.default_rng(2)
    walk = 0.5 + 0.01 * rng.standard_normal((150, 12)).cumsum(axis=1)
    ahead = eg.forecast_wave(panel(walk), 2026, outcomes=["osi"])
    own = ahead.table
    assert set(own["rule"]) <= {"persistence", "common_step", "pooled"}
    assert np.abs(own["forecast"] - own["last"]).mean() < 0.002
    assert (own["upper"] - own["lower"]).mean() == pytest.approx(2 * 1.2816 * 0.01, rel=0.15)
    assert ahead.past.groupby("how")["inside"].mean().to_numpy() == pytest.approx(0.8, abs=0.03)


def test_noise_around_a_level_is_pulled_back() -> None:
    rng = np.random.default_rng(3)
    level = rng.uniform(0.2, 0.8, 150)
    ahead = eg.forecast_wave(
        panel(level[:, None] + 0.05 * rng.standard_normal((150, 12))), 2026, outcomes=["osi"]
    )
    assert set(ahead.table["rule"]) == {"pooled"}
    error = ahead.errors.groupby("rule")["error"].mean()
    assert error["pooled"] < 0.95 * error["persistence"] < error["own_step"]


def test_a_new_method_in_one_wave_breaks_its_intervals_and_says_so() -> None:
    rng = np.random.default_rng(4)
    walk = 0.3 + 0.005 * rng.standard_normal((100, 12)).cumsum(axis=1)
    walk[:, -2:] += 0.2  # every country jumps in 2022
    ahead = eg.forecast_wave(panel(walk), 2026, outcomes=["osi"])
    left_out = ahead.past[ahead.past["how"].eq("leave_one_out")].groupby("wave")["inside"].mean()
    assert left_out[2022] < 0.05
    assert left_out.drop(2022).min() > 0.6


def test_a_past_forecast_sees_no_later_wave(egdi: pd.DataFrame) -> None:
    """Forecast and past of earlier waves are the same with 2024 there, spoiled or gone."""
    whole = eg.forecast_wave(egdi, 2024, outcomes=["osi"])
    gone = eg.forecast_wave(egdi[egdi["wave"] < 2024], 2024, outcomes=["osi"])
    spoiled = egdi.assign(osi=egdi["osi"].where(egdi["wave"] < 2024, 0.5))
    again = eg.forecast_wave(spoiled, 2024, outcomes=["osi"])
    for other in (gone, again):
        pd.testing.assert_frame_equal(other.table, whole.table)
        pd.testing.assert_frame_equal(other.past, whole.past)
    later = eg.forecast_wave(egdi, 2026, outcomes=["osi"]).past.query("how == 'earlier_only'")
    pd.testing.assert_frame_equal(
        later[later["wave"] < 2024].reset_index(drop=True),
        whole.past.query("how == 'earlier_only'").reset_index(drop=True),
    )


def test_every_rule_by_hand() -> None:
    history = np.array([[0.2, 0.3, 0.5], [0.4, 0.4, 0.4], [0.3, 0.4, 0.5], [0.1, 0.3, 0.2]])
    made = forecasts(history, np.arange(4), np.array([2018.0, 2020.0, 2024.0]), 2.0, 0.0, 1.0)
    assert set(made) == set(FORECAST_RULES)
    one = {rule: values[0] for rule, values in made.items()}
    assert one["persistence"] == 0.5
    assert one["own_step"] == pytest.approx(0.5 + 2 * 0.2 / 4)
    assert one["damped_trend"] == pytest.approx(0.5 + 2 * 0.3 / 6 / 2)
    assert one["common_step"] == pytest.approx(
        0.5 + 2 * np.median([np.median([0.05, 0, 0.05, 0.1]), 0.0125])
    )
    assert one["logit_trend"] == pytest.approx(1 / (1 + np.exp(-(0 + 2 * np.log(4) / 6))))
    z = (history - history.mean(axis=0)) / history.std(axis=0)
    assert one["z_trend"] == pytest.approx(
        0.4 + history[:, -1].std() * (z[0, 2] + 2 * (z[0, 2] - z[0, 0]) / 6)
    )


def test_bounds_order_and_level(forecast) -> None:
    table = forecast.table
    assert ((table["lower"] <= table["forecast"]) & (table["forecast"] <= table["upper"])).all()
    rank = table["outcome"].eq("egdi_rank")
    assert table.loc[rank, "lower"].min() >= 1
    assert table.loc[rank, "upper"].max() <= 193
    assert (table.loc[rank, ["forecast", "lower", "upper"]] % 1 == 0).all(axis=None)
    assert table.loc[~rank, "lower"].min() >= 0
    assert table.loc[~rank, "upper"].max() <= 1
    assert table.groupby("outcome").size().to_dict() == dict.fromkeys(OUTCOMES, 193)
    inside = (
        forecast.past[forecast.past["how"].eq("leave_one_out")].groupby("outcome")["inside"].mean()
    )
    assert inside.between(0.70, 0.90).all(), inside


def test_wider_levels_hold_more(egdi: pd.DataFrame) -> None:
    narrow, wide = (
        eg.forecast_wave(egdi, 2026, outcomes=["osi"], level=level) for level in (0.5, 0.9)
    )
    assert (wide.table["lower"] <= narrow.table["lower"]).all()
    assert (wide.table["upper"] >= narrow.table["upper"]).all()
    assert wide.past["inside"].mean() > narrow.past["inside"].mean() + 0.2


def test_impossible_and_absent_figures_do_not_count(egdi: pd.DataFrame) -> None:
    """Micronesia's HCI of 1.422 in 2003 is no score; without a last wave there is no forecast."""
    gone = egdi[~(egdi["iso3"].eq("IDN") & egdi["wave"].eq(2022))]
    table = eg.forecast_wave(gone, 2026, outcomes=["hci"]).table
    assert "IDN" not in set(table["iso3"])
    assert len(table) == 192
    clean = egdi.assign(hci=egdi["hci"].where(egdi["hci"] <= 1))
    pd.testing.assert_frame_equal(
        eg.forecast_wave(clean, 2026, outcomes=["hci"]).table,
        eg.forecast_wave(egdi, 2026, outcomes=["hci"]).table,
    )


def test_bad_calls(egdi: pd.DataFrame) -> None:
    for words, message in (
        ({"wave": 2008}, f"wave=2008 has 3 waves before it; {HISTORY + 2} are needed"),
        ({"wave": 2026, "outcomes": ["ossi"]}, "no outcome 'ossi'. Nearest: 'osi'"),
        ({"wave": 2026, "outcomes": []}, "no outcome was named"),
        ({"wave": 2026, "level": 80}, "level=80 is no share"),
        ({"wave": 2026, "neighbours": 1}, "give no quantiles"),
    ):
        with pytest.raises(eg.ArgumentError, match=re.escape(message)):
            eg.forecast_wave(egdi, **words)
    empty = egdi.assign(osi=egdi["osi"].where(egdi["wave"].isin([2003, 2010, 2018])))
    with pytest.raises(eg.ArgumentError, match="too few values to forecast 2026"):
        eg.forecast_wave(empty, 2026, outcomes=["osi"])


def test_the_frozen_forecast_is_what_the_waves_up_to_2024_give(egdi: pd.DataFrame) -> None:
    frozen = eg.load("forecast_2026")
    made = eg.forecast_wave(egdi[egdi["wave"] <= 2024], 2026).table.sort_values(
        ["outcome", "iso3"], ignore_index=True
    )
    for column in ("outcome", "iso3", "rule"):
        assert frozen[column].astype("str").tolist() == made[column].tolist()
    for column in ("last", "forecast", "lower", "upper"):
        scale = np.where(frozen["outcome"].eq("egdi_rank"), 1, 2e-5)
        assert (np.abs(frozen[column].astype(float) - made[column]) <= scale).all(), column


def test_forecast_and_plan_are_the_frozen_ones() -> None:
    for name, digest in (("forecast-2026.csv", FROZEN_SHA256), ("analysis-plan.md", PLAN_SHA256)):
        found = hashlib.sha256((PLAN / name).read_bytes()).hexdigest()
        assert found == digest, (
            f"{name} was frozen on 24 November 2026 and is not the frozen file. Restore it."
        )


def test_the_plans_treatment_waves_are_the_rules_own() -> None:
    text = (PLAN / "analysis-plan.md").read_text(encoding="utf-8")
    planned = dict(re.findall(r"\| `([\w-]+)` \| (\d{4}) \|", text))
    dates = pd.concat(
        [
            eg.load("events").set_index("event_id")["date"],
            eg.load("milestones").set_index("milestone_id")["date"],
        ]
    )
    rows = dates[list(planned)].rename("date").to_frame()
    assert eg.assign_wave(rows).astype("str").to_dict() == planned
    assert len(planned) == 4


def made_up(folder: Path, change: dict[tuple[str, str], str] | None = None) -> Path:
    """A file of 2026 in which everything comes as forecast, but for what is changed."""
    frozen = eg.load("forecast_2026")
    rows = {iso3: dict(figures(2024)[iso3]) for iso3 in figures(2024)}
    for row in frozen.itertuples():
        rows[row.iso3][row.outcome] = f"{row.forecast:.{0 if row.outcome == 'egdi_rank' else 5}f}"
    for (iso3, outcome), text in (change or {}).items():
        rows[iso3][outcome] = text
    assert set(rows["IDN"]) == set(COLUMNS)
    return write_un_file(folder / "EGOV_DATA_2026.csv", 2026, rows)


def test_a_wave_as_forecast_is_inside_everywhere(tmp_path: Path) -> None:
    scored = plan.score(made_up(tmp_path))
    assert len(scored) == 6 * 193
    # A forecast of exactly 0 would be read as the UN's zero; none is ranked 0.
    assert scored.loc[scored["observed"].notna(), "inside"].all()
    assert scored["error"].abs().max() < 1e-9


def test_a_surprise_is_outside_and_told(
    tmp_path: Path, command: Callable[..., subprocess.CompletedProcess]
) -> None:
    path = made_up(tmp_path, {("IDN", "osi"): "0.10000", ("SGP", "egdi_rank"): "100"})
    told = command("score-forecast", str(path), "--to", str(tmp_path / "scores.csv"))
    assert told.returncode == 0, told.stderr
    assert re.search(r"IDN osi +0\.10000, 0\.80346 \[0\.\d+, [01]\.\d+\] outside", told.stdout)
    assert re.search(r"SGP egdi_rank +100, \d+ \[\d+, \d+\] outside", told.stdout)
    assert len(re.findall(r" outside$", told.stdout, re.MULTILINE)) == 2
    assert re.search(r"osi +193 +99 %", told.stdout)
    written = pd.read_csv(tmp_path / "scores.csv")
    assert written["inside"].eq(False).sum() == 2
    assert len(written) == 6 * 193


def test_scores_by_hand_and_what_was_not_observed() -> None:
    frozen = pd.DataFrame(
        {
            "outcome": "osi",
            "iso3": ["AAA", "BBB", "CCC"],
            "last": [0.5, 0.5, 0.5],
            "forecast": [0.6, 0.6, 0.6],
            "lower": [0.55, 0.55, 0.55],
            "upper": [0.7, 0.7, 0.7],
        }
    )
    scored = score_forecast(
        frozen, pd.DataFrame({"iso3": ["AAA", "BBB"], "osi": [0.7, 0.71]})
    ).set_index("iso3")
    assert scored.loc["AAA", "inside"]
    assert not scored.loc["BBB", "inside"]
    assert pd.isna(scored.loc["CCC", "inside"])
    assert scored["error"].round(6).tolist()[:2] == [0.1, 0.11]
    assert scored["error_of_last"].round(6).tolist()[:2] == [0.2, 0.21]
    with pytest.raises(eg.ArgumentError, match="nothing was observed for osi"):
        score_forecast(frozen, pd.DataFrame({"iso3": ["AAA"], "egdi": [0.7]}))


def test_what_cannot_be_scored(
    tmp_path: Path, command: Callable[..., subprocess.CompletedProcess]
) -> None:
    other = write_un_file(tmp_path / "EGOV_DATA_2024.csv", 2024, figures(2024))
    told = command("score-forecast", str(other))
    assert (told.returncode, told.stdout) == (2, "")
    assert "no table 'forecast_2024'; forecasts there: forecast_2026" in told.stderr
    path = made_up(tmp_path, {("IDN", "osi"): "n/a"})
    with pytest.raises(
        eg.DataError, match="row 143, column Online Service Index: Indonesia: 'n/a' is no number"
    ):
        plan.score(path)


def test_a_frozen_forecast_is_not_frozen_again(data_copy: Path) -> None:
    frozen = data_copy / "plan" / "forecast-2026.csv"
    before = frozen.read_bytes()
    with pytest.raises(eg.EgovstudyError, match="is not written again"):
        plan.freeze_forecast(2026, "2027-01-01")
    for day in ("2026-11", "24.11.2026", "2026-02-30"):
        with pytest.raises(eg.ArgumentError, match="is no day"):
            plan.freeze_forecast(2026, day)
    assert frozen.read_bytes() == before
    frozen.unlink()  # as on the day it was frozen: the same figures, sealed
    path, digest = plan.freeze_forecast(2026, "2026-11-24")
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest() == FROZEN_SHA256
    assert eg.check_data().tables > 30

"""The panel and the columns beside it: rows stay, calendar time decides, nothing is filled in."""

from __future__ import annotations

import pandas as pd
import pytest

import egovstudy as eg
from egovstudy.data.events.waves import wave_windows
from egovstudy.errors import ArgumentError
from egovstudy.methods.panel.rows import outcome_by_wave


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return eg.make_panel(eg.load_egdi())


def small(waves: tuple[int, ...] = (2003, 2005, 2008, 2020, 2022, 2024)) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product([["IDN", "KOR"], waves], names=["iso3", "wave"])
    return pd.DataFrame({"egdi": 0.5}, index=keys).reset_index()


def figures(*rows: tuple) -> pd.DataFrame:
    """Reform rows: (indicator, year, value, as_of, status, conflict_id, scope_detail)."""
    names = ["indicator", "year", "value", "as_of", "status", "conflict_id", "scope_detail"]
    filled = [[*row, *[None, "ok", None, None][len(row) - 3 :]] for row in rows]
    frame = pd.DataFrame(filled, columns=names).astype({name: "object" for name in names[3:]})
    return frame.assign(scope="national")


def context(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["iso3", "year", "indicator", "value"])


def of(frame: pd.DataFrame, iso3: str, column: str) -> dict[int, object]:
    rows = frame[frame["iso3"].eq(iso3) & frame[column].notna()]
    return dict(zip(rows["wave"], rows[column], strict=True))


# make_panel, outcome_by_wave


def test_every_country_stands_in_every_wave(panel: pd.DataFrame) -> None:
    assert len(panel) == 193 * 12
    assert not panel.duplicated(["iso3", "wave"]).any()
    assert panel["egdi"].notna().sum() == eg.load_egdi()["egdi"].notna().sum()


def test_a_missing_row_is_added_empty_and_order_does_not_matter() -> None:
    frame = small().drop(index=3).sample(frac=1, random_state=1)
    made = eg.make_panel(frame)
    assert made[["iso3", "wave"]].equals(small()[["iso3", "wave"]])
    assert made["egdi"].isna().tolist() == [row == 3 for row in range(12)]


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (small().rename(columns={"wave": "year"}), "no column 'wave'"),
        (small().astype({"wave": "float64"}), "whole year"),
        (small().iloc[[0, 0, 1]], "IDN stands twice in wave 2003"),
        (small().iloc[:0], "needs rows"),
        (small().assign(iso3=None), "needs rows"),
    ],
)
def test_a_panel_without_a_key_is_refused(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        eg.make_panel(frame)


def test_one_outcome_as_countries_by_waves() -> None:
    frame = small().drop(index=3)
    wide = outcome_by_wave(frame.iloc[::-1], "egdi")
    assert wide.shape == (2, 6)
    assert wide.isna().to_numpy().tolist() == [
        [False, False, False, True, False, False],
        [False] * 6,
    ]


@pytest.mark.parametrize(
    ("values", "outcome", "words"),
    [
        (0.5, "egdj", "Nearest: 'egdi'"),
        ("high", "egdi", "not a number"),
        (float("inf"), "egdi", "infinite for IDN in 2003"),
        (float("nan"), "egdi", "empty for every country"),
    ],
)
def test_an_outcome_that_is_none_is_refused(values: object, outcome: str, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        outcome_by_wave(small().assign(egdi=values), outcome)


# rows never change


@pytest.mark.parametrize("add", ["events", "reform", "context"])
def test_rows_stay_as_they_are(panel: pd.DataFrame, add: str) -> None:
    mixed = panel[panel["wave"].ne(2010)].sample(frac=0.7, random_state=5)
    mixed = mixed if "IDN" in set(mixed["iso3"]) else panel
    before = mixed.copy(deep=True)
    table = eg.load(add).copy() if add != "events" else eg.load_events()
    kept = table.copy(deep=True)
    after = getattr(eg, f"add_{add}")(mixed, table)
    pd.testing.assert_frame_equal(mixed, before)
    pd.testing.assert_frame_equal(table, kept)
    pd.testing.assert_frame_equal(after[before.columns.tolist()], before)
    assert after.shape[1] > before.shape[1]


def test_columns_do_not_depend_on_the_other_rows(panel: pd.DataFrame) -> None:
    table = eg.load("context")
    whole = eg.add_context(panel, table, ["hdi"])
    part = panel["wave"].isin([2008, 2024]) & panel["iso3"].isin(["IDN", "VNM"])
    pd.testing.assert_frame_equal(eg.add_context(panel[part], table, ["hdi"]), whole[part])


def test_a_column_is_not_written_twice(panel: pd.DataFrame) -> None:
    once = eg.add_context(panel, eg.load("context"), ["hdi"])
    with pytest.raises(ArgumentError, match="context_hdi, context_hdi_year already"):
        eg.add_context(once, eg.load("context"), ["hdi"])


# events


def test_events_are_the_exposure_of_indonesia_alone(panel: pd.DataFrame) -> None:
    events = eg.load_events()
    added = eg.add_events(panel, events)
    names = [name for name in added if name not in panel]
    assert added.loc[added["iso3"].ne("IDN"), names].isna().to_numpy().all()
    assert added.loc[added["iso3"].eq("IDN"), names].notna().to_numpy().all()
    stock = eg.exposure(events)
    for group, one in stock.groupby("partner_type"):
        assert of(added, "IDN", f"partnerships_{group}") == dict(
            zip(one["wave"], one["partnerships"], strict=True)
        )
        assert of(added, "IDN", f"weighted_{group}") == dict(
            zip(one["wave"], one["weighted"], strict=True)
        )
    every = eg.add_events(panel, events, by=None)
    total = added.filter(like="partnerships_").sum(axis=1)[added["iso3"].eq("IDN")]
    assert every.loc[added["iso3"].eq("IDN"), "partnerships_all"].tolist() == total.tolist()


@pytest.mark.parametrize(
    "choice", [{"minimum_score": 7}, {"lapse_after": 1}, {"rule": "published"}]
)
def test_a_choice_reaches_the_count(panel: pd.DataFrame, choice: dict) -> None:
    events = eg.load_events()
    counts = of(eg.add_events(panel, events, by=None, **choice), "IDN", "partnerships_all")
    stock = eg.exposure(events, None, **choice)
    assert counts == dict(zip(stock["wave"], stock["partnerships"], strict=True))
    assert counts != of(eg.add_events(panel, events, by=None), "IDN", "partnerships_all")


def test_columns_of_events_are_numbers_an_outcome_can_be_made_of(panel: pd.DataFrame) -> None:
    added = eg.add_events(panel, eg.load_events())
    wide = outcome_by_wave(added, "partnerships_government")
    assert wide.loc["IDN"].notna().all()
    assert wide.drop(index="IDN").isna().to_numpy().all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"by": "partner"}, "by='partner'"),
        ({"rule": "windows"}, "Nearest: 'window'"),
        ({"minimum_score": 9}, "no event of a partnership is left"),
        ({"panel": small().query("iso3 != 'IDN'")}, "no IDN in the panel"),
        ({"panel": small((2003, 2019))}, "2019 in column wave is not a survey wave"),
        ({"events": pd.DataFrame({"date": ["2020"]})}, "no column 'partnership_id'"),
    ],
)
def test_bad_input_of_events(change: dict, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        eg.add_events(**{"panel": small(), "events": eg.load_events(), **change})


# reform


def test_the_last_figure_before_the_opening_stands() -> None:
    opens = wave_windows()
    assert [str(opens[wave].date()) for wave in (2020, 2022, 2024)] == [
        "2019-04-01",
        "2021-06-01",
        "2023-06-01",
    ]
    reform = figures(("x", 2018, 1), ("x", 2019, 2), ("x", 2020, 3), ("x", 2021, 4), ("x", 2023, 6))
    added = eg.add_reform(small(), reform)
    assert of(added, "IDN", "reform_x") == {2020: 1, 2022: 3, 2024: 4}
    assert of(added, "IDN", "reform_x_year") == {2020: 2018, 2022: 2020, 2024: 2021}
    assert of(added, "KOR", "reform_x") == {}


def test_nothing_is_carried_on_or_filled_between() -> None:
    added = eg.add_reform(small(), figures(("x", 2018, 1), ("x", 2022, 3)))
    assert of(added, "IDN", "reform_x") == {2020: 1, 2024: 3}


def test_a_wave_that_is_not_in_the_panel_passes_nothing_on() -> None:
    added = eg.add_reform(
        small((2020, 2024)), figures(("x", 2018, 1), ("x", 2020, 2), ("y", 2022, 3))
    )
    assert of(added, "IDN", "reform_x") == {2020: 1}


def test_a_running_count_is_placed_by_its_day() -> None:
    reform = figures(
        ("x", 2023, 1, "2023-05-31"), ("x", 2023, 2, "2023-06"), ("x", 2023, 3, "2023-03")
    )
    assert of(eg.add_reform(small(), reform), "IDN", "reform_x") == {2024: 1}


def test_a_rank_announced_of_the_survey_stands_at_its_wave() -> None:
    reform = figures(("egdi_rank_announced", 2022, 77), ("egdi_rank_target", 2022, 60))
    added = eg.add_reform(small(), reform)
    assert of(added, "IDN", "reform_egdi_rank_announced") == {2022: 77}
    assert of(added, "IDN", "reform_egdi_rank_target") == {2024: 60}


def test_a_conflict_is_kept_and_never_averaged() -> None:
    reform = figures(
        ("x", 2018, 5),
        ("x", 2020, 1, None, "conflict", "x-2020"),
        ("x", 2020, 2, None, "ok", "x-2020"),
        ("x", 2022, 9, None, "conflict"),
        ("y", 2020, 4, None, "uncertain"),
    )
    added = eg.add_reform(small(), reform)
    assert of(added, "IDN", "reform_x") == {2020: 5}
    assert of(added, "IDN", "reform_x_low") == {2020: 5, 2022: 1, 2024: 9}
    assert of(added, "IDN", "reform_x_high") == {2020: 5, 2022: 2, 2024: 9}
    assert of(added, "IDN", "reform_x_status") == {2020: "ok", 2022: "conflict", 2024: "conflict"}
    assert of(added, "IDN", "reform_y_status") == {2022: "uncertain"}
    assert "reform_y_low" not in added


def test_a_side_that_came_later_is_not_known_yet() -> None:
    reform = figures(
        ("x", 2020, 46, None, "conflict", "c"), ("x", 2022, 30, None, "uncertain", "c")
    )
    added = eg.add_reform(small(), reform)
    assert of(added, "IDN", "reform_x") == {}
    assert of(added, "IDN", "reform_x_low") == {2022: 46, 2024: 30}
    assert of(added, "IDN", "reform_x_high") == {2022: 46, 2024: 46}


def test_every_real_figure_in_a_wave_was_over_before_its_opening(panel: pd.DataFrame) -> None:
    reform = eg.load_reform()
    for rule in ("window", "published", "later"):
        added, opens = eg.add_reform(panel, reform, rule=rule), wave_windows(rule)
        for name in sorted(
            set(reform["indicator"]) - {name for name in reform["indicator"] if "announced" in name}
        ):
            column = f"reform_{name}_year"
            if column in added:
                for wave, year in of(added, "IDN", column).items():
                    assert year <= opens[wave].year, (rule, name, wave, year)
    conflicts = (
        eg.add_reform(panel, reform, ["eodb_rank"]).set_index(["iso3", "wave"]).loc[("IDN", 2018)]
    )
    assert conflicts[["reform_eodb_rank_low", "reform_eodb_rank_high"]].tolist() == [106, 109]
    assert pd.isna(conflicts["reform_eodb_rank"])


def test_a_scope_names_its_columns(panel: pd.DataFrame) -> None:
    added = eg.add_reform(panel, eg.load_reform(), ["rb_index"], scope="provinces")
    assert [name for name in added if name not in panel][0] == "reform_rb_index_provinces"


@pytest.mark.parametrize(
    ("reform", "change", "words"),
    [
        (figures(("x", 2020, 1)), {"scope": "nationals"}, "Nearest: 'national'"),
        (figures(("mpp_count", 2020, 1)), {"indicators": ["mpp_counts"]}, "Nearest: 'mpp_count'"),
        (figures(("x", 2020, 1)), {"indicators": "x"}, "Give a list"),
        (
            figures(("x", 2020, 1), ("y", 2024, 1)),
            {"indicators": ["x", "y"]},
            "y has no value that a wave",
        ),
        (figures(("x", 2025, 1)), {}, "no indicator has a value that a wave"),
        (
            figures(("x", 2020, 1), ("x", 2020, 2)),
            {},
            "figures 1, 2 for 2020 without one conflict_id",
        ),
        (
            figures(("x", 2020, 1), ("x", 2018, 2, None, "ok", None, "Aceh")),
            {},
            "several bodies: Aceh, not named",
        ),
        (figures(("x", 2020, float("nan"))), {}, "no finite number"),
        (figures(("x", 2020, 1)).drop(columns="as_of"), {}, "no column 'as_of'"),
        (figures(("x", 2020, 1, "June 2020")), {}, "is no date"),
    ],
)
def test_bad_input_of_reform(reform: pd.DataFrame, change: dict, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        eg.add_reform(small(), reform, **change)


# context


def test_context_takes_the_last_year_between_two_openings() -> None:
    table = context(
        ("KOR", 2003, "x", 1.0),
        ("KOR", 2004, "x", 2.0),
        ("KOR", 2006, "x", 4.0),
        ("IDN", 2002, "x", 7.0),
        ("IDN", 2021, "x", 8.0),
        ("IDN", 2022, "x", 9.0),
        ("USA", 2022, "x", 5.0),
    )
    added = eg.add_context(small(), table)
    assert of(added, "KOR", "context_x") == {2008: 2}
    assert of(added, "KOR", "context_x_year") == {2008: 2004}
    assert of(added, "IDN", "context_x") == {2005: 7, 2024: 9}


def test_the_first_wave_reaches_back_three_years() -> None:
    years = context(("IDN", 1998, "old", 1.0), ("IDN", 1997, "older", 1.0), ("IDN", 2000, "x", 2.0))
    assert str(wave_windows()[2003].date()) == "2001-10-01"
    added = eg.add_context(small(), years)
    assert "context_older" not in added
    assert of(added, "IDN", "context_old") == {2003: 1}
    assert of(added, "IDN", "context_x") == {2003: 2}


def test_no_context_is_made_up(panel: pd.DataFrame) -> None:
    table = eg.load("context")
    added = eg.add_context(panel, table)
    for name in table["indicator"].unique():
        rows = (
            added[["iso3", f"context_{name}_year", f"context_{name}"]]
            .dropna()
            .set_axis(["iso3", "year", "value"], axis=1)
        )
        there = table[table["indicator"].eq(name)]
        met = rows.merge(there, on=["iso3", "year", "value"])
        assert len(met) == len(rows) > 0


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        (context(("IDN", 2022, "x", 1.0), ("IDN", 2022, "x", 2.0)), {}, "twice"),
        (context(("IDN", 2022, "x", float("inf"))), {}, "no finite number"),
        (context(("IDN", 2022, "x", "many")), {}, "no finite number"),
        (context(("IDN", 2022, "hdi", 1.0)), {"indicators": ["hdj"]}, "Nearest: 'hdi'"),
        (context(("USA", 2022, "hdi", 1.0)), {"indicators": ["hdi"]}, "hdi has no value"),
        (context(("USA", 2022, "hdi", 1.0)), {}, "No row is about its countries"),
        (context(("IDN", 2022, "x", 1.0)).drop(columns="year"), {}, "no column 'year'"),
        (context(("IDN", 2022, "x", 1.0)), {"rule": "open"}, "no rule 'open'"),
    ],
)
def test_bad_input_of_context(table: pd.DataFrame, change: dict, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        eg.add_context(small(), table, **change)

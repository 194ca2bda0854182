"""Lead and lag: counted arrangements, exact p-values read twice, planted leads, bad input."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import egovstudy as eg
from egovstudy import ArgumentError, lead_lag
from egovstudy.data.events.waves import wave_windows
from egovstudy.methods.comparative.terms import (
    active_on,
    count_active,
    dated_events,
    every_arrangement,
    office_terms,
    p_of_arrangements,
    term_of,
)
from egovstudy.methods.inference import ways

HOLDERS = pd.DataFrame(
    {
        "holder_id": ["first", "second"],
        "office": "minister",
        "start_date": ["2010-01-01", "2014-01-01"],
        "end_date": ["2013-12-31", None],
    }
)
EVENTS = pd.DataFrame(
    [
        ("2010-03-01", "a", "agreement"),
        ("2010-05-01", "b", "contact"),
        ("2012-06-01", "a", "implementation"),
        ("2013-02-01", "c", "agreement"),
        ("2014-02-01", "d", "contact"),
        ("2015-06-01", "b", "agreement"),
        ("2016-03-01", "d", "implementation"),
        ("2019-11-01", "e", "contact"),
    ],
    columns=["date", "partnership_id", "stage"],
).assign(act_status="done")
YEARS = list(range(2010, 2019))
REFORM = pd.DataFrame(
    {"indicator": "index", "year": YEARS, "value": [1.0, 1.5, 1.2, 2.2, 2.0, 3.1, 3.0, 3.7, 3.9]}
)


def run(events: pd.DataFrame = EVENTS, reform: pd.DataFrame = REFORM, **options) -> object:
    options = {
        "indicator": "index",
        "office": "minister",
        "lags": 1,
        "lapse_after": 2,
        "draws": 9_999,
    } | options
    return lead_lag(events, reform, HOLDERS, **options)


def slow(events: pd.DataFrame) -> list[float]:
    """Read the statistic off at lags -1, 0 and 1 year by year, without any of the module."""
    exposure = {}
    for year in range(2009, 2020):
        day, two_years_back = f"{year + 1}-01-01", f"{year - 1}-01-01"
        rows = zip(events["date"], events["partnership_id"], events["stage"], strict=True)
        active = {
            name
            for date, name, stage in rows
            if two_years_back <= date < day and stage != "contact"
        }
        exposure[year] = len(active)
    covered = [year for year in exposure if "2010-03-01" <= f"{year + 1}-01-01" <= "2019-11-01"]
    value = dict(zip(REFORM["year"], REFORM["value"], strict=True))
    found = []
    for lag in (-1, 0, 1):
        ends = [year for year in YEARS[1:] if {year - 1 - lag, year - lag} <= set(covered)]
        moved = [exposure[year - lag] - exposure[year - 1 - lag] for year in ends]
        change = [value[year] - value[year - 1] for year in ends]
        found.append(0.0 if len(set(moved)) == 1 else float(np.corrcoef(moved, change)[0, 1]))
    return found


def shuffles(events: pd.DataFrame) -> list[pd.DataFrame]:
    """Every way to deal the dates within the two terms, the equal ones as often as they come."""
    first, second = events["date"][:4].tolist(), events["date"][4:].tolist()
    return [
        events.assign(date=[*one, *two])
        for one in permutations(first)
        for two in permutations(second)
    ]


# ---------------------------------------------------------------- counting


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), max_size=5), min_size=1, max_size=2))
def test_arrangements_are_counted_exactly(terms: list[list[int]]) -> None:
    codes = np.array([code for term in terms for code in term], dtype=int)
    ends = np.cumsum([len(term) for term in terms])
    groups = [np.arange(end - len(term), end) for term, end in zip(terms, ends, strict=True)]
    counted = np.prod([len(set(permutations(term))) for term in terms])
    assert np.prod([ways(np.unique(term, return_counts=True)[1]) for term in terms]) == counted
    found = (
        np.concatenate(list(every_arrangement(codes, groups))) if len(codes) else np.zeros((1, 0))
    )
    assert len(found) == len({tuple(one) for one in found.tolist()}) == counted
    for group, term in zip(groups, terms, strict=True):
        assert (np.sort(found[:, group], axis=1) == np.sort(term)).all()


def test_large_counts_are_exact_whole_numbers() -> None:
    assert ways([1] * 40) == factorial(40)
    assert ways([30, 30]) == 118264581564861424


def test_number_of_arrangements_by_hand() -> None:
    found = run()
    # 2010-03 and 2010-05 are both in 2010: no 1 January tells them apart
    assert found.terms["ways"].tolist() == [12, 24]
    assert found.distinct == 288
    assert found.exact
    assert found.arrangements == 288
    assert found.table["floor"].tolist() == [1 / 288] * 3
    assert "288 distinct arrangements, all of them" in repr(found)


# ---------------------------------------------------------------- p-values


def test_exact_p_values_are_those_of_the_slow_reading() -> None:
    found = run().table
    own, every = np.array(slow(EVENTS)), np.array([slow(events) for events in shuffles(EVENTS)])
    assert found["correlation"].tolist() == pytest.approx(own.tolist())
    assert found["expected"].tolist() == pytest.approx(every.mean(axis=0).tolist())
    far = np.abs(every - every.mean(axis=0))
    rare = (far >= np.abs(own - every.mean(axis=0)) - 1e-9).mean(axis=0)
    assert found["p"].tolist() == pytest.approx(rare.tolist())


def test_a_small_p_is_as_rare_as_it_says() -> None:
    # every arrangement in turn is the observed one: a share of at most a may have p <= a, for one
    # lag and for all
    whole = p_of_arrangements(
        np.zeros(3), np.random.default_rng(1).normal(size=(400, 3)), exact=True
    )
    assert (whole["p_lags"] >= whole["p"]).all()
    chance = np.random.default_rng(2).normal(size=(300, 3)).round(1)
    every = np.array(
        [
            [p_of_arrangements(one, chance, exact=True)[name] for name in ("p", "p_lags")]
            for one in chance
        ]
    )
    for level in (0.01, 0.05, 0.2):
        assert ((every[:, 0] <= level).mean(axis=0) <= level).all()
        assert (every[:, 1].min(axis=1) <= level).mean() <= level


def test_the_observed_arrangement_counts_among_the_drawn() -> None:
    # 99 draws, none as far as the observed 5: p is 1 / 100, never 0
    drawn = p_of_arrangements(
        np.array([5.0]), np.random.default_rng(3).normal(size=(99, 1)), exact=False
    )
    assert drawn["p"].tolist() == drawn["p_lags"].tolist() == [0.01]


def test_drawn_p_values_come_near_the_exact_ones() -> None:
    exact, drawn = run(draws=287), run(draws=286)
    assert exact.exact
    assert not drawn.exact
    assert drawn.arrangements == 286
    assert drawn.table["floor"].tolist() == [1 / 287] * 3
    assert drawn.table["p"].tolist() == pytest.approx(exact.table["p"].tolist(), abs=0.12)
    assert drawn.table["p"].ge(1 / 287).all()
    assert run(draws=286).table.equals(drawn.table)
    assert not run(draws=286, seed=1).table["p"].equals(drawn.table["p"])


def test_a_planted_lead_is_found_at_its_lag() -> None:
    months = (
        "2003-01 2004-02 2004-05 2006-03 2007-03 2007-08 2007-09 2010-04 2012-02 2012-03 2015-01"
        " 2019-01"
    )
    dates = [f"{month}-15" for month in months.split()]
    events = pd.DataFrame(
        {"date": dates, "partnership_id": [f"p{at}" for at in range(12)], "stage": "agreement"}
    )
    events = events.assign(act_status="done")
    events.loc[[1, 5, 8, 11], "stage"] = "contact"
    rows, _ = dated_events(events)
    holders = HOLDERS.assign(start_date=["2003", "2009"], end_date=["2008", None])
    for lag in (-1, 2):
        years = range(2006, 2015)
        days = np.array(
            [pd.Timestamp(year + 1 - lag, 1, 1) for year in years], dtype="datetime64[s]"
        )
        value = count_active(rows, active_on(rows, days, 3)[None])[0] * 2.5 + 1
        reform = pd.DataFrame({"indicator": "index", "year": years, "value": value})
        found = lead_lag(
            events, reform, holders, indicator="index", office="minister"
        ).table.set_index("lag")
        assert found.loc[lag, "correlation"] == pytest.approx(1)
        assert found["correlation"].drop(lag).abs().max() < 0.95
        assert found["p"].idxmin() == lag


# ---------------------------------------------------------------- what is counted


def test_exposure_is_the_projects_where_no_end_is_stated() -> None:
    events = eg.load_events()
    events = events[
        events["stage"].isin(["agreement", "implementation", "renewal"])
        & events["date_precision"].eq("day")
    ]
    events = events.assign(term_end=None, date_end=None)
    stock = eg.exposure(events, by=None)
    rows, _ = dated_events(events)
    days = np.array(list(wave_windows().values()), dtype="datetime64[s]")
    assert (
        count_active(rows, active_on(rows, days, 3)[None])[0].tolist()
        == stock["partnerships"].tolist()
    )


def test_real_tables() -> None:
    reform = eg.load_reform()
    reform = reform[reform["scope"].eq("national") & reform["status"].eq("ok")]
    tables = eg.load_events(), reform, eg.load("office_holders")
    before = [table.copy() for table in tables]
    options = {
        "indicator": "spbe_index",
        "office": "minister_panrb",
        "breaks": eg.load("reform_breaks"),
        "draws": 199,
    }
    found = lead_lag(*tables, **options)
    for table, was in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, was)
    # seven values, six changes, one across the break of 2021
    assert found.table.set_index("lag")["n"].loc[[0, 1, 2, 3]].tolist() == [5, 5, 5, 5]
    assert found.table["note"].tolist()[:2] == ["fewer than 5 pairs"] * 2
    assert (
        found.table.loc[:1, ["correlation", "expected", "p", "p_lags", "floor"]]
        .isna()
        .all(axis=None)
    )
    assert isinstance(found.distinct, int)
    assert found.distinct == np.prod([int(one) for one in found.terms["ways"]], dtype=object)
    assert found.distinct > 10**40
    assert found.table["floor"].dropna().eq(1 / 200).all()
    for words in (
        "What moved first need not have moved the other",
        "199 drawn with seed 0",
        "no term holds it",
    ):
        assert words in repr(found)
    again = lead_lag(tables[0].sample(frac=1, random_state=1), *tables[1:], **options)
    pd.testing.assert_frame_equal(again.table, found.table)


def test_days_of_waves_may_be_given() -> None:
    osi = eg.load_egdi()
    osi = (
        osi[osi["iso3"].eq("IDN")]
        .rename(columns={"wave": "year", "osi": "value"})
        .assign(indicator="osi")
    )
    found = lead_lag(
        eg.load_events(),
        osi,
        eg.load("office_holders"),
        indicator="osi",
        office="minister_panrb",
        lags=0,
        days=wave_windows(),
        draws=99,
    )
    # the first event is of July 2004, so the waves of 2003 to 2005, assessed before, have no
    # exposure
    assert found.series["exposure"].isna().tolist() == [True] * 3 + [False] * 9
    assert found.table["n"].tolist() == [8]


def test_terms_and_days_of_handover() -> None:
    holders = pd.DataFrame(
        {
            "holder_id": ["new", "old", "unknown", "other"],
            "office": ["minister"] * 3 + ["head"],
            "start_date": ["2019-10-23", "2018-08-15", None, "2000"],
            "end_date": [None, "2019-10", "2018-08-14", None],
        }
    )
    terms = office_terms(holders, "minister")
    assert terms["holder_id"].tolist() == ["old", "new"]
    days = pd.Series(
        pd.to_datetime(["2018-08-14", "2018-08-15", "2019-10-22", "2019-10-23", "2030-01-01"])
    )
    assert term_of(days, terms).tolist() == [-1, 0, 0, 1, 1]
    gap = office_terms(holders.assign(end_date=[None, "2019-10-20", None, None]), "minister")
    assert term_of(days, gap).tolist() == [-1, 0, -1, 1, 1]


def test_events_that_no_term_holds_keep_their_dates() -> None:
    coarse = EVENTS.assign(
        date=EVENTS["date"].replace({"2013-02-01": "2013", "2012-06-01": "2009-06-01"})
    )
    found = run(coarse)
    assert (
        found.fixed == 1
    )  # a year within one term is dealt out with the others; 2009 is before any term
    assert found.terms["events"].tolist() == [3, 4]
    across = HOLDERS.assign(start_date=["2010-01-01", "2013-07-01"], end_date=["2013-06-30", None])
    options = {"indicator": "index", "office": "minister", "lags": 1, "lapse_after": 2}
    assert (
        lead_lag(coarse, REFORM, across, **options).fixed == 2
    )  # the year 2013 now falls in two terms
    planned = EVENTS.assign(act_status=["announced", *["done"] * 7])
    assert run(planned).terms["events"].tolist() == [3, 4]


def test_breaks_leave_their_change_out() -> None:
    breaks = pd.DataFrame({"indicator": ["index", "index", "another"], "year": [2012, 2010, 2015]})
    assert (run().table["n"] - run(breaks=breaks).table["n"]).tolist() == [1, 1, 1]


def test_an_exposure_that_does_not_change_has_a_note() -> None:
    still = EVENTS.assign(stage="contact")
    still.loc[0, "stage"] = "agreement"
    found = run(still, REFORM[REFORM["year"] >= 2012], lags=0, lapse_after=1).table
    assert found["note"].tolist() == ["nothing changes"]
    assert found[["correlation", "p", "floor"]].isna().all(axis=None)


# ---------------------------------------------------------------- bad input


def test_errors() -> None:
    wide = REFORM.assign(scope=["national"] * 8 + ["provinces"])
    for changed, words in [
        ({"indicator": "inde"}, "no indicator 'inde'. Nearest: 'index'"),
        ({"office": "ministry"}, "no office 'ministry'. Nearest: 'minister'"),
        ({"lags": 11}, "lags=11 is out of range. Give a whole number from 0 to 10"),
        ({"lapse_after": 0}, "lapse_after=0 is out of range"),
        ({"draws": 10}, "draws=10 is out of range"),
        ({"reform": REFORM.head(5)}, "'index' has 4 usable changes at its best lag; 5 are needed"),
        ({"reform": pd.concat([REFORM, REFORM.head(1)])}, "two values in 2010"),
        ({"reform": REFORM.replace({"value": {3.1: np.inf}})}, "an infinite one"),
        (
            {"reform": REFORM.astype({"year": "Int64"}).replace({"year": {2012: pd.NA}})},
            "a value without year",
        ),
        ({"reform": wide}, "values of scopes national, provinces"),
        ({"reform": REFORM.drop(columns="value")}, "no column 'value' in reform"),
        ({"events": EVENTS.drop(columns="stage")}, "no column 'stage' in events"),
        ({"events": EVENTS.assign(stage="contact")}, "no partnership is ever active"),
        ({"events": EVENTS.head(0)}, "no partnership is ever active"),
        ({"events": EVENTS.assign(date="May 2010")}, "is no date"),
        ({"breaks": pd.DataFrame({"what": []})}, "no column 'indicator' in breaks"),
        ({"days": {2010: pd.Timestamp("2010-06-01")}}, "days has no day for 2011"),
        ({"events": EVENTS.iloc[[0, 7]]}, "no date could have fallen otherwise"),
    ]:
        with pytest.raises(ArgumentError, match=words):
            run(**changed)
    with pytest.raises(ArgumentError, match="no holder of 'minister' has a start_date"):
        lead_lag(
            EVENTS, REFORM, HOLDERS.assign(start_date=None), indicator="index", office="minister"
        )

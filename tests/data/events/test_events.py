"""The event tables: what must hold among themselves, and that each kind of error is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import egovstudy as eg
from egovstudy.data.events import checks as event_checks
from egovstudy.data.tables.loading import forget

EGCC = "kor-2016-03-02-egcc-launch"


def spoil(folder: Path, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    path = folder / f"{table}.csv"
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    change(frame).to_csv(path, index=False, lineterminator="\n")
    forget()


def test_known_events_stand_where_sources_put_them() -> None:
    events = eg.load_events().set_index("event_id")
    assert events.loc["idn-2024-12-05-bandung-rakor-paguyuban", "date"] == "2024-12-05"
    assert events.loc[EGCC, "date"] == "2016-03-02"
    assert events.loc["kor-2021-05-25-dgcc-mou", ["stage", "instrument", "level"]].tolist() == [
        "renewal",
        "mou",
        "minister",
    ]
    assert events.loc["tbi-2023-05-26-loi-london", ["stage", "level", "partner_type"]].tolist() == [
        "intent",
        "director_general",
        "think_tank",
    ]
    assert events.loc["sgp-2025-05-06-psd-visit", ["instrument", "stage"]].tolist() == [
        "visit",
        "intent",
    ]


def test_there_are_enough_events_and_most_are_dated_to_the_day() -> None:
    events = eg.load_events()
    assert len(events) >= 180
    assert events["date_precision"].eq("day").mean() >= 0.85
    links = eg.load("event_sources")
    assert set(events["event_id"]) == set(links["event_id"])


def test_every_candidate_was_decided() -> None:
    decisions, events = eg.load("decisions"), eg.load_events()
    assert decisions["candidate_id"].nunique() == 211
    assert set(decisions["event_id"].dropna()) == set(events["event_id"])
    assert decisions["reason"].str.len().gt(20).all()


def test_the_record_score_is_the_sum_of_its_parts() -> None:
    events = eg.load_events()
    parts = events[["points_sources", "points_date", "points_act", "points_kind"]]
    assert (parts.sum(axis=1) == events["record_score"]).all()
    assert parts.isin([0, 1, 2]).all().all()
    year_only = events["date_precision"].eq("year")
    assert events.loc[year_only, "points_date"].eq(0).all()
    assert events.loc[events["act_status"].eq("announced"), "points_act"].eq(0).all()


def test_one_press_text_counts_once() -> None:
    events = eg.load_events().set_index("event_id")
    links = eg.load("event_sources").merge(eg.load("sources"), on="source_id")
    shared = links[links["press_text_id"].notna()].groupby(["event_id", "press_text_id"]).size()
    event, text = shared.index[shared > 1][0]
    addresses = links[links["event_id"].eq(event)]
    assert events.loc[event, "independent_sources"] < len(addresses)


def set_cell(event: str, column: str, value: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        assert frame["event_id"].eq(event).any()
        return frame.assign(**{column: frame[column].where(frame["event_id"].ne(event), value)})

    return change


def drop_sources(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["event_id"].ne(EGCC)]


FAULTS = {  # of each place in the files one; test_rules.py has a fault for every rule
    "no such day": (
        "events",
        set_cell(EGCC, "date", "2016-02-30"),
        "there is no 2016-02-30 in the calendar",
    ),
    "another day": (
        "events",
        set_cell("tls-2019-07-23-cfp-bkn", "date", "2019-07-24"),
        "is not what the printed date gives",
    ),
    "no source": ("event_sources", drop_sources, "no main source"),
    "two main sources": (
        "event_sources",
        set_cell(EGCC, "role", "main"),
        "more than one main source",
    ),
    "nothing printed": (
        "event_sources",
        set_cell("tls-2019-07-23-cfp-bkn", "printed_date", ""),
        "is finer than its source",
    ),
    "unreadable": (
        "event_sources",
        set_cell(EGCC, "printed_date", "the 99th"),
        "no date can be read in 'the 99th'",
    ),
    "no theme": (
        "event_themes",
        lambda frame: frame[frame["event_id"].ne(EGCC)],
        "0 themes; one to 3",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_events_are_seen(name: str, data_copy: Path) -> None:
    table, change, words = FAULTS[name]
    spoil(data_copy, table, change)
    findings = [*event_checks.event_findings(), *event_checks.printed_findings()]
    assert any(words in str(one) for one in findings), [str(one) for one in findings]


def test_evidence_that_bears_another_value_is_seen(data_copy: Path) -> None:
    spoil(data_copy, "evidence", set_cell("tbi-2023-05-26-loi-london", "value", "mou"))
    assert any("not what is coded" in str(one) for one in event_checks.evidence_findings())


def test_evidence_from_a_text_that_is_no_source_is_seen(data_copy: Path) -> None:
    spoil(
        data_copy, "evidence", set_cell("tbi-2023-05-26-loi-london", "source_id", "semarak-a10d94")
    )
    words = [str(one) for one in event_checks.evidence_findings()]
    assert any("no source of this event" in one for one in words)
    assert any("another digest" in one for one in words)


def test_codings_with_unknown_codes_are_seen(data_copy: Path) -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        first = frame.index[frame["variable"].eq("stage")][0]
        frame.loc[first, "value"] = "agreed"
        return frame

    spoil(data_copy, "codings", change)
    assert any(
        "not one of the codes of stage" in str(one) for one in event_checks.coding_findings()
    )


def test_an_adjudication_without_a_disagreement_is_seen(data_copy: Path) -> None:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(variable=["city", *frame["variable"][1:]])

    spoil(data_copy, "adjudications", change)
    assert any("do not disagree" in str(one) for one in event_checks.coding_findings())


def test_records_that_do_not_follow_are_seen_and_sealed_anew(data_copy: Path) -> None:
    spoil(data_copy, "event_records", set_cell(EGCC, "record_score", "1"))
    assert any("seal" in str(one) for one in event_checks.record_findings())
    from egovstudy.data.integrity.sealing import seal

    seal()
    forget()
    assert event_checks.record_findings() == []


def test_cite_gives_the_sources_of_selected_events() -> None:
    events = eg.load_events()
    text = eg.cite(events[events["event_id"].eq(EGCC)])
    expected = eg.load("event_sources").query("event_id == @EGCC")["source_id"]
    assert all(f"@misc{{{source}," in text for source in expected)
    assert text.count("@misc{") == len(expected)

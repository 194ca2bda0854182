"""Printed dates: every conflict met in the sources, its rule, and what must stay undecided."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

import egovstudy as eg
from egovstudy.data.events.dates import COVERED, resolve_date
from egovstudy.data.events.printed import WEEKDAYS, read_printed, span
from egovstudy.data.events.records import weekday_conflicts

RESOLVED = [
    # printed, published, date, rule
    ("Kamis (5/11)", "2024-12", "2024-12-05", "weekday_over_number"),
    ("Kamis (5/11)", "2024-12-06", "2024-12-05", "weekday_over_number"),
    ("Rabu (03/03)", "2016-03", "2016-03-02", "weekday_over_number"),
    ("Rabu (17/7)", "2025-07-18", "2025-07-16", "weekday_over_number"),
    ("Selasa 25 Februari 2019", "2019-02-27", "2019-02-26", "weekday_over_number"),
    ("Rabu (6/11/2018)", "2018-11-07", "2018-11-07", "weekday_over_number"),
    ("Kamis (09/11)", "2018-11-09", "2018-11-08", "weekday_over_number"),
    ("Senin (7/3/2023)", "2023-03-07", "2023-03-06", "weekday_over_number"),
    ("last Monday (November 6)", "2012-11", "2012-11-05", "weekday_over_number"),
    ("Sunday (18/02/2019)", "2019-02-20", "2019-02-17", "weekday_over_number"),
    ("Jumat (26/05)", "2023-05-27", "2023-05-26", "year_supplied"),
    ("Jumat (18/2)", "2011", "2011-02-18", "year_supplied"),
    ("Senin (30/12)", "2025-01-02", "2024-12-30", "year_supplied"),
    ("Selasa, 6/5/2025", None, "2025-05-06", "printed"),
    ("2013년 7월 4일(목)", None, "2013-07-04", "printed"),
    ("July 4, 2013", None, "2013-07-04", "printed"),
    ("Thursday, 4 July 2013", None, "2013-07-04", "printed"),
    ("27 – 29 Agustus 2014", None, "2014-08-27", "printed"),
    ("Selasa", "2021-05-26", "2021-05-25", "weekday_supplied"),
    ("kemarin", "2021-05-26", "2021-05-25", "weekday_supplied"),
    ("hari ini", "2021-05-26", "2021-05-26", "publication"),
    ("16일", "2022-06-17", "2022-06-16", "year_supplied"),
    ("November 2019", None, "2019-11", "period"),
    ("Maret lalu", "2023-05-27", "2023-03", "period"),
    ("sejak 2013", None, "2013", "period"),
]


@pytest.mark.parametrize(("printed", "published", "date", "rule"), RESOLVED)
def test_printed_dates_are_resolved_by_the_named_rule(
    printed: str, published: str, date: str, rule: str
) -> None:
    found = resolve_date(printed, published=published)
    assert (found.date, found.rule) == (date, rule)
    assert found.weekday_conflict == (rule == "weekday_over_number")


UNDECIDED = [
    ("Kamis (5/11)", {}, {"2009-11-05", "2015-11-05", "2020-11-05", "2026-11-05"}),
    (
        "Kamis (5/11)",
        {"holder": "panrb-rini-widyantini-definitive"},
        {"2024-11-05", "2024-12-05", "2026-11-05"},
    ),
    (
        "Rabu (03/03)",
        {"holder": "panrb-yuddy-chrisnandi-definitive"},
        {"2016-03-02", "2016-02-03", "2015-03-04"},
    ),
    ("Rabu (03/03)", {}, {"2010-03-03", "2021-03-03"}),
    ("Selasa", {"published": "2021-05"}, {"2021-05-18", "2021-05-25"}),
    ("07/01/2024", {"published": "2024-07-02"}, {"2024-01-07", "2024-07-01"}),
    ("Selasa 25 Februari 2019", {}, {"2019-02-25", "2019-02-26"}),
]


@pytest.mark.parametrize(("printed", "known", "among"), UNDECIDED)
def test_what_several_days_fit_is_not_decided(
    printed: str, known: dict[str, str], among: set[str]
) -> None:
    found = resolve_date(printed, **known)
    assert found.rule == "cannot_tell"
    assert among <= set(found.candidates)
    assert found.precision != "day"
    assert "cannot_tell" in str(found)
    assert min(among) in str(found)


def test_an_office_holder_decides_only_where_the_term_leaves_one_day() -> None:
    found = resolve_date("10/7", holder="panrb-tito-karnavian-ad-interim")
    assert (found.date, found.rule) == ("2022-07-10", "inferred")
    assert resolve_date("15/8", holder="panrb-tito-karnavian-ad-interim").date is None


def test_a_day_that_the_calendar_lacks_is_said() -> None:
    assert "no such day" in resolve_date("Kamis (30/2)", published="2020-03").why


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"printed": "beberapa waktu lalu"}, "no date in 'beberapa waktu lalu'"),
        ({"printed": "5/11", "weekday": "kamis"}, "no weekday 'kamis'"),
        ({"printed": "5/11", "published": "Dec 2024"}, "'Dec 2024' is no date"),
        ({"printed": "5/11", "published": "2024-02-30"}, "a day that the calendar has"),
        (
            {"printed": "5/11", "holder": "panrb-rini-widyantini"},
            "Nearest: 'panrb-rini-widyantini-definitive'",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(call: dict[str, str], words: str) -> None:
    with pytest.raises(eg.ArgumentError, match=words):
        resolve_date(**call)


@pytest.mark.parametrize("word", ["senin", "Monday", "월요일"])
def test_weekdays_are_read_in_three_languages(word: str) -> None:
    assert read_printed(f"{word}, 2/3/2020").weekday == "monday"


def test_a_week_is_no_sunday() -> None:
    assert read_printed("minggu lalu, 3/3/2020").weekday is None
    assert read_printed("Minggu (1/3/2020)").weekday == "sunday"


days = st.dates(*COVERED)


@given(days)
def test_a_date_printed_in_full_is_that_date(day: dt.date) -> None:
    for text in (f"{WEEKDAYS[day.weekday()]}, {day.day}/{day.month}/{day.year}", day.isoformat()):
        assert resolve_date(text).date == day.isoformat()


@given(days, st.integers(0, 5))
def test_what_is_resolved_is_never_finer_than_what_is_printed(day: dt.date, later: int) -> None:
    published = (day + dt.timedelta(days=later)).isoformat()
    assert resolve_date(f"{day.day}/{day.month}", published=published).date == day.isoformat()
    assert resolve_date(day.strftime("%B %Y")).precision == "month"
    assert resolve_date(str(day.year)).precision == "year"


@given(days)
def test_a_span_holds_its_day(day: dt.date) -> None:
    for length in (4, 7, 10):
        first, last = span(day.isoformat()[:length])
        assert first <= day <= last
        assert first.isoformat()[:length] == last.isoformat()[:length]


def test_every_weekday_conflict_of_the_first_notes_is_found() -> None:
    links = eg.load("event_sources").merge(
        eg.load("sources").rename(columns={"date": "published"}), on="source_id"
    )
    found = set(weekday_conflicts(links)["event_id"])
    assert {
        "kor-2016-03-02-egcc-launch",
        "sgp-2015-01-25-yuddy-visit",
        "tls-2025-07-16-lan-inap-pks",
        "idn-2024-12-05-bandung-rakor-paguyuban",
        "aus-2019-02-26-apsc-roundtable",
        "ogp-2018-11-06-forum",
        "multi-2018-11-07-ips-forum-jakarta",
        "tbi-2023-03-06-blair-at-panrb",
    } <= found

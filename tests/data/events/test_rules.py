"""Rules of events: the tables hold to each, a spoilt event does not; sheets hold to the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from egovstudy.data.contribute.rules import CHECKS
from egovstudy.data.events.checks import TABLE_RULES
from egovstudy.data.events.rules import ERROR, EVENT_RULES
from egovstudy.data.events.sourced import Event, Known, coded_events

NAME = "tls-2019-07-23-cfp-bkn"
# One fault each: cells of the event or, where they are those of a source, of its only source.
FAULTS = {
    "themes": {"themes": "training;training"},
    "domestic": {"partner_id": "idn-paguyuban", "instrument": "visit"},
    "letter of intent": {"instrument": "loi", "stage": "contact"},
    "announced": {"act_status": "announced", "confidence": "high"},
    "summary": {"summary": "word " * 41},
    "event id": {"event_id": "TLS 2019"},
    "address": {"source_url": "www.example.org"},
    "press text": {"source_press_text": "PT no. 1"},
    "missing source": {"source_url": "", "source_title": ""},
    "date after source": {"source_date": "2019-06"},
    "date form": {"term_end": "23/7/2019"},
    "calendar": {"date_end": "2019-07-32"},
    "precision": {"date_precision": "month"},
    "end before start": {"term_end": "2018"},
    "finer than source": {"printed_date": "Juli 2019", "printed_weekday": ""},
    "printed form": {"printed_date": "the 99th"},
    "printed date": {"printed_date": "24 Juli 2019", "printed_weekday": ""},
    "weekday": {"printed_weekday": "monday"},
    "main source": {"role": "other"},
}


@pytest.fixture(scope="module")
def known() -> Known:
    return Known.load()


@pytest.fixture(scope="module")
def coded() -> list[Event]:
    return list(coded_events())


def test_sheets_are_held_to_every_rule_of_events_and_no_rule_has_two_names() -> None:
    assert all(CHECKS[name] is rule for name, rule in EVENT_RULES.items())
    assert not set(TABLE_RULES) & set(CHECKS)
    assert set(FAULTS) == {*EVENT_RULES, *TABLE_RULES}
    assert {rule.severity for rule in EVENT_RULES.values()} == {ERROR}  # the tables hold to all


@pytest.mark.parametrize("name", FAULTS)
def test_a_spoilt_event_of_the_tables_is_told_by_the_rule(
    name: str, coded: list[Event], known: Known
) -> None:
    rule = (EVENT_RULES | TABLE_RULES)[name]
    assert rule.run(coded, known) == []
    event = next(one for one in coded if one.coded == NAME)
    source = event.sources[0]
    fault = FAULTS[name]
    source = replace(source, cells={**source.cells, **fault})
    spoilt = replace(event, cells={**event.cells, **fault}, sources=(source,))
    found = rule.run([spoilt], known)
    assert found
    for finding in found:
        assert finding.check == name
        assert finding.message.startswith(f"{NAME}: ")
        assert finding.file.startswith(("event", "sources"))

"""Named rules of sheets alone: their form, codes and ids, and questions to whoever hands them in.

What events are held to wherever they stand is said once, in the room of events; together they are
``CHECKS``. What a sheet may not be is found when it is read and only named here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence

import pandas as pd

from egovstudy.data.contribute import form
from egovstudy.data.events import (
    AGREED,
    ERROR,
    EVENT_RULES,
    QUESTION,
    Event,
    Known,
    Rule,
    Term,
    address,
    days,
    find_duplicates,
    home,
    rule,
    rule_of_all,
)
from egovstudy.data.tables import load, schema
from egovstudy.errors import Finding, listed, nearest

UNSIGNED = (
    "meeting",
    "visit",
    "conference",
    "training",
    "award",
    "coordination_meeting",
    "exchange_programme",
)
RULES_OF_ONE_SOURCE = (
    "printed",
    "year_supplied",
    "weekday_supplied",
    "period",
    "publication",
    "weekday_over_number",
)
QUOTES = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
OF_ITS_TIME = 60  # days from the act within which a report is of its time
OFFICE_WORDS = re.compile(
    r"\b(minister|menteri|menpan\S*|head|kepala|acting|plt|ad interim)\b", re.IGNORECASE
)
LOWER_RANKS = re.compile(r"\b(secretary|deputy|vice|sekretaris|deputi|wakil)\b")
FORMER = re.compile(r"\b(former|mantan|ex)\b", re.IGNORECASE)
BLOCK = 400  # rows compared at a time, so that a long sheet of like rows needs no square of memory
SAME_ACT = ["partner_id", "body_id", "instrument"]

FOUND_ON_READING = {
    "header": "Row 1 names the columns of the form, each once, and no others.",
    "cells": "No cell stands outside the named columns.",
    "merged cells": "No cells are merged.",
    "formula": "No cell is a formula, or would be one in a spreadsheet, or shows an error.",
    "spreadsheet date": (
        "No date was turned into a serial number, a moment or another day by a spreadsheet."
    ),
    "text form": "Cells are plain text: no HTML, no control characters, no article in a cell.",
    "rows": "The sheet holds at least one event.",
}
SHEET_RULES = {
    name: Rule(name, about, ERROR, (), lambda events, known: iter(()))
    for name, about in FOUND_ON_READING.items()
}


@rule(SHEET_RULES, "required", "Every row fills the columns that an event cannot be without.")
def _required(event: Event, known: Known) -> Iterator[Finding]:
    for column in form.needed():
        if not event[column] and column not in event.unread:
            yield event.found(column, "empty, but every event needs it.")
    for one in event.sources:
        unread = f"{one.prefix}source_kind" in event.unread
        if one["source_url"] and not one["source_kind"] and not unread:
            kinds = load("codes-source-kind")["code"].tolist()
            yield one.found(
                "source_kind", f"empty, but a new source needs its kind: {listed(kinds)}."
            )


@rule_of_all(SHEET_RULES, "code", "Coded columns hold a code of their list.")
def _code(events: Sequence[Event], known: Known) -> Iterator[Finding]:
    codes = form.codes()
    for event in events:
        for column, allowed in codes.items():
            given = event[column].split(";") if column == "themes" else [event[column]]
            for value in map(str.strip, given):
                if value and value not in allowed:
                    yield event.found(column, _no_code(value, allowed))


def _no_code(value: str, allowed: Collection[str]) -> str:
    plain = value.strip(QUOTES)
    bare = plain.strip().lower()
    if bare in allowed:
        what = "Quotation marks stand around it" if value != plain else "It is written otherwise"
        return f"{value!r} is not a code. {what}: write {bare}."
    near = nearest(bare, list(allowed))
    return f"{value!r} is not one of its codes. Allowed: {listed(list(allowed), 20)}.{near}"


@rule_of_all(SHEET_RULES, "register", "Partner, body and country stand in their registers.")
def _register(events: Sequence[Event], known: Known) -> Iterator[Finding]:
    for column, table in form.REGISTERS.items():
        allowed = load(table)[schema.primary_key(table)[0]].tolist()
        for event in events:
            value = event[column]
            if value and value not in allowed:
                yield event.found(
                    column,
                    f"{value!r} is not in {table}.{nearest(value.strip(QUOTES), allowed)}"
                    f" A new one is added to data/{table}.csv first.",
                )


@rule_of_all(
    SHEET_RULES,
    "free id",
    "An event id is not taken, in the tables or the sheet; left empty, one is made.",
    "event_id",
)
def _free_id(events: Sequence[Event], known: Known) -> Iterator[Finding]:
    taken = dict.fromkeys(known.events["event_id"], "is taken by an event in events.csv. Leave it")
    for event in events:
        name = event["event_id"]
        if name in taken:
            yield event.found("event_id", f"{name} {taken[name]} empty to have one made.")
        elif name:
            taken[name] = f"stands in row {event.row} too. Each id may stand once: leave it"


@rule(
    SHEET_RULES,
    "think tank",
    "A think tank named in partner_detail is not coded as its government (r25).",
    "partner_id",
    "partner_detail",
    severity=QUESTION,
)
def _think_tank(event: Event, known: Known) -> Iterator[Finding]:
    if known.partner_types.get(event["partner_id"]) != "government":
        return
    for name, partner in known.think_tanks.items():
        if name.lower() in event["partner_detail"].lower():
            yield event.found(
                "partner_id",
                f"partner_detail names {name}, a think tank: {partner}, not"
                f" {event['partner_id']} (r25)?",
            )


@rule(
    SHEET_RULES,
    "unsigned agreement",
    "An agreement, a renewal or a stated term rests on a signed text (r12).",
    "instrument",
    "stage",
    "act_status",
    "term_end",
    severity=QUESTION,
)
def _unsigned_agreement(event: Event, known: Known) -> Iterator[Finding]:
    instrument, stage = event["instrument"], event["stage"]
    if event["act_status"] != "done" or instrument not in UNSIGNED:
        return
    if stage in AGREED:
        yield event.found(
            "stage",
            f"stage is {stage}, but a {instrument} signs nothing. No signed text: contact or"
            " intent (r12), unless a role was formally taken on.",
        )
    elif event["term_end"] and stage != "closure":
        yield event.found(
            "term_end",
            f"a term is given, but a {instrument} signs no text that could have one (r12).",
        )


@rule(
    SHEET_RULES,
    "known source",
    "What the sheet says of a source that is known already agrees.",
    severity=QUESTION,
)
def _known_source(event: Event, known: Known) -> Iterator[Finding]:
    for one in event.sources:
        table = known.sources.get(address(one["source_url"]), {})
        for name in ("source_date", "source_kind", "source_press_text") if table else ():
            came, there = event[one.prefix + name], table[home(name)[1]]
            if came and came != there:
                yield one.found(
                    name,
                    f"sources.csv has {there or 'nothing'} for this address"
                    f" ({table['source_id']}), not {came}. It keeps what it has; mend"
                    " the table if the sheet is right.",
                )


@rule(
    SHEET_RULES,
    "second source",
    "The second source is independent of the first (r45).",
    severity=QUESTION,
)
def _second_source(event: Event, known: Known) -> Iterator[Finding]:
    if len(event.sources) < 2:
        return
    first, second = event.sources
    url, text = second["source_url"], second["source_press_text"]
    if url and address(url) == address(first["source_url"]):
        yield second.found(
            "source_url", "the address of the first source: it confirms nothing. Leave it out."
        )
    elif text and text == first["source_press_text"]:
        yield second.found(
            "source_press_text", "the press text of the first source: it confirms nothing (r45)."
        )


@rule(
    SHEET_RULES,
    "retrospective",
    "retrospective says whether a report from within sixty days of the act is among the sources"
    " (r44).",
    "date",
    "retrospective",
    severity=QUESTION,
)
def _retrospective(event: Event, known: Known) -> Iterator[Finding]:
    act, end = days(event["date"]), days(event["date_end"])
    told = [span for one in event.sources if (span := days(one["source_date"]))]
    if not act or not told:
        return
    soonest = min((first - (end or act)[1]).days for first, _ in told)
    latest = min((last - act[0]).days for _, last in told)
    if event["retrospective"] == "false" and soonest > OF_ITS_TIME:
        yield event.found(
            "retrospective",
            f"the source is {soonest} days or more after the act: true, or a report of the time"
            " (r44)?",
        )
    elif event["retrospective"] == "true" and 0 <= latest <= OF_ITS_TIME:
        yield event.found(
            "retrospective", f"a source is within {OF_ITS_TIME} days of the act: false (r44)?"
        )


@rule(
    SHEET_RULES,
    "date basis",
    "date_basis names the rule that gives the date.",
    "date",
    "date_basis",
    severity=QUESTION,
)
def _date_basis(event: Event, known: Known) -> Iterator[Finding]:
    basis = event["date_basis"]
    if basis not in RULES_OF_ONE_SOURCE or event.conflict():
        return
    answers = [answer for answer in event.answers() if answer.date == event["date"]]
    rules = list(dict.fromkeys(answer.rule for answer in answers))
    if rules and basis not in rules:
        yield event.found(
            "date_basis",
            f"{event['date']} follows by {listed(rules)}, not by {basis}: {answers[0].why}",
        )


@rule(
    SHEET_RULES,
    "office",
    "Whoever is named as minister or head held the office on that date.",
    "date",
    "indonesian_lead",
    severity=QUESTION,
)
def _office(event: Event, known: Known) -> Iterator[Finding]:
    act, lead = days(event["date"]), event["indonesian_lead"]
    if not act or not lead or FORMER.search(lead):
        return
    named: dict[str, list[Term]] = {}
    for term in known.terms:
        if _is_named(term, lead, event["body_id"]):
            named.setdefault(term.person, []).append(term)
    for person, terms in named.items():
        if any(_covers(term, act) for term in terms):
            continue
        offices = {term.office for term in terms}
        held = listed([f"{term.office} from {term.first} to {term.last}" for term in terms])
        then = [
            term.person
            for term in known.terms
            if term.office in offices and term.dated and _covers(term, act)
        ]
        yield event.found(
            "indonesian_lead",
            f"{person} was {held}, not on {event['date']}. In office then:"
            f" {listed(then) or 'not known'}.",
        )


def _covers(term: Term, act: tuple[dt.date, dt.date]) -> bool:
    return term.first <= act[1] and act[0] <= term.last


def _is_named(term: Term, lead: str, body: str) -> bool:
    """Whether the words name this office-holder: in full, or by the last name beside an office."""
    text = lead.lower().replace("pan-rb", "panrb")
    if term.body != body and not re.search(rf"\b{re.escape(term.body)}\b", text):
        return False  # many hold other offices at other times
    if not OFFICE_WORDS.search(text) or LOWER_RANKS.search(text):
        return False
    person = term.person.lower()
    last = person.split()[-1]
    by_last_name = len(last) > 3 and re.search(rf"\b{re.escape(last)}\b", text)
    return person in text or bool(by_last_name)


@rule_of_all(
    SHEET_RULES,
    "duplicate",
    "The event is not in the table or the sheet already.",
    "date",
    *SAME_ACT,
    severity=QUESTION,
)
def _duplicate(events: Sequence[Event], known: Known) -> Iterator[Finding]:
    taken = set(known.events["event_id"])  # of these "free id" speaks
    new = {one.row: one for one in events if days(one["date"]) and one["event_id"] not in taken}
    if not new:
        return
    frame = pd.DataFrame(
        {
            "event_id": [f"{row:07}" for row in new],
            "date_end": [
                one["date_end"] if days(one["date_end"]) else None for one in new.values()
            ],
            **{name: [one[name] for one in new.values()] for name in ("date", *SAME_ACT)},
        }
    )
    alike: dict[int, dict[str, str]] = {row: {} for row in new}
    for own, other in find_duplicates(frame, known.events).itertuples(index=False):
        alike[int(own)][f"{other} in events.csv"] = "partner, body and instrument"
    for earlier, own in _pairs(frame):
        alike[int(own)][f"row {int(earlier)}"] = "partner, body and instrument"
    told = {page: f"{event} in events.csv" for page, event in known.told.items()}
    for row, event in new.items():
        page = address(event["source_url"]), event["date"]
        if page[0] and page in told:
            alike[row].setdefault(told[page], "source and date")
        told.setdefault(page, f"row {row}")
    for row, others in alike.items():
        for other, same in list(others.items())[:1]:
            more = f" (and {len(others) - 1} more)" if len(others) > 1 else ""
            yield new[row].found(
                "date",
                f"may be there already: {other} has the same {same}{more}, on or near"
                f" {new[row]['date']}. One act is one row (r01).",
            )


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs within the sheet, block by block in order of date, each half over the next."""
    found: set[tuple[str, str]] = set()
    for _, group in frame.sort_values([*SAME_ACT, "date"]).groupby(SAME_ACT):
        for start in range(0, max(len(group) - BLOCK // 2, 1), BLOCK // 2):
            block = find_duplicates(group.iloc[start : start + BLOCK])
            found |= set(block.itertuples(index=False, name=None))
    return sorted(found)


CHECKS = SHEET_RULES | EVENT_RULES

"""Named checks of a contribution against its sources, the events there are, and who was in office."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pandas as pd

from egovstudy.data.contribute import form
from egovstudy.data.contribute.check_codes import ID
from egovstudy.data.contribute.registry import (
    QUESTION,
    Contribution,
    Known,
    Row,
    Said,
    Term,
    address,
    row_check,
    sheet_check,
)
from egovstudy.data.contribute.witnesses import days, witnesses
from egovstudy.data.events import find_duplicates
from egovstudy.errors import listed

OF_ITS_TIME = 60  # days from the act within which a report is of its time
OFFICE_WORDS = re.compile(
    r"\b(minister|menteri|menpan\S*|head|kepala|acting|plt|ad interim)\b", re.IGNORECASE
)
LOWER_RANKS = re.compile(r"\b(secretary|deputy|vice|sekretaris|deputi|wakil)\b")
FORMER = re.compile(r"\b(former|mantan|ex)\b", re.IGNORECASE)
BLOCK = 400  # rows compared at a time, so that a long sheet of like rows needs no square of memory


@row_check(
    "missing source",
    "Every event has a source: an address, or a title and a publisher.",
    "source_publisher",
)
def _missing_source(row: Row, known: Known) -> Said:
    unread = {
        f"{prefix}{name}" for prefix in ("", form.SECOND) for name in form.WITNESS
    } & row.unread
    seen = {one.prefix: one for one in witnesses(row, known)}
    for prefix in seen.keys() | {""}:
        one = seen.get(prefix)
        if not (one and (one.url or (one.title and one.publisher))) and not unread:
            yield f"{prefix}source_url", "no source: give its address, or its title and publisher."


@row_check("address", "An address of a source begins with http:// or https://.")
def _address(row: Row, known: Known) -> Said:
    for prefix in ("", form.SECOND):
        url = row[f"{prefix}source_url"]
        if url and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", url):
            yield (
                f"{prefix}source_url",
                f"{url[:80]!r} is no web address. Copy it from the browser, from https:// on.",
            )


@row_check(
    "press text", "The id of a press text is lower-case letters and digits joined by hyphens."
)
def _press_text(row: Row, known: Known) -> Said:
    for prefix in ("", form.SECOND):
        value = row[f"{prefix}source_press_text"]
        if value and not ID.fullmatch(value):
            yield (
                f"{prefix}source_press_text",
                f"{value!r} is no id. Write it like pt-bandung-december-2024.",
            )


@row_check(
    "known source",
    "What the sheet says of a source that is known already agrees.",
    severity=QUESTION,
)
def _known_source(row: Row, known: Known) -> Said:
    for prefix in ("", form.SECOND):
        table = known.sources.get(address(row[f"{prefix}source_url"]), {})
        for name in ("source_date", "source_kind", "source_press_text") if table else ():
            came, there = row[f"{prefix}{name}"], table[form.home(name)[1]]
            if came and came != there:
                words = (
                    f"sources.csv has {there or 'nothing'} for this address ({table['source_id']}),"
                    f" not {came}."
                )
                yield (
                    f"{prefix}{name}",
                    f"{words} It keeps what it has; mend the table if the sheet is right.",
                )


@row_check(
    "second source", "The second source is independent of the first (r45).", severity=QUESTION
)
def _second_source(row: Row, known: Known) -> Said:
    seen = witnesses(row, known)
    if len(seen) < 2 or seen[0].prefix or not seen[1].prefix:
        return
    first, second = seen
    if second.url and address(first.url) == address(second.url):
        yield (
            "second_source_url",
            "the address of the first source: it confirms nothing. Leave it out.",
        )
    elif second.press_text and first.press_text == second.press_text:
        yield (
            "second_source_press_text",
            "the press text of the first source: it confirms nothing (r45).",
        )


@row_check(
    "date after source",
    "What is done lies no later than the source that tells of it.",
    "date",
    "act_status",
)
def _date_after_source(row: Row, known: Known) -> Said:
    event, seen = days(row["date"]), witnesses(row, known)
    told = days(seen[0].published) if seen else None
    if event and told and row["act_status"] == "done" and event[0] > told[1]:
        words = (
            f"{row['date']} lies after the source's date, {seen[0].published}: a notice in advance"
            " is announced (r11)"
        )
        yield "date", f"{words}, and a report of the act is needed for done."


@row_check(
    "retrospective",
    "retrospective says whether a report from within sixty days of the act is among the sources"
    " (r44).",
    "date",
    "retrospective",
    severity=QUESTION,
)
def _retrospective(row: Row, known: Known) -> Said:
    first, last = days(row["date"]), days(row["date_end"]) or days(row["date"])
    told = [
        one for one in map(days, (witness.published for witness in witnesses(row, known))) if one
    ]
    if not first or not told:
        return
    soonest = min((one[0] - last[1]).days for one in told)
    latest = min((one[1] - first[0]).days for one in told)
    if row["retrospective"] == "false" and soonest > OF_ITS_TIME:
        yield (
            "retrospective",
            (
                f"the source is {soonest} days or more after the act: true, or a report of the time"
                " (r44)?"
            ),
        )
    elif row["retrospective"] == "true" and 0 <= latest <= OF_ITS_TIME:
        yield "retrospective", f"a source is within {OF_ITS_TIME} days of the act: false (r44)?"


@row_check(
    "office",
    "Whoever is named as minister or head held the office on that date.",
    "date",
    "indonesian_lead",
    severity=QUESTION,
)
def _office(row: Row, known: Known) -> Said:
    event, lead = days(row["date"]), row["indonesian_lead"]
    if not event or not lead or FORMER.search(lead):
        return
    named = [term for term in known.terms if _is_named(term, lead, row["body_id"])]
    for person in dict.fromkeys(term.person for term in named):
        terms = [term for term in named if term.person == person]
        if any(_covers(term, event) for term in terms):
            continue
        offices = {term.office for term in terms}
        held = listed([f"{term.office} from {term.first} to {term.last}" for term in terms])
        then = [
            term.person
            for term in known.terms
            if term.office in offices and term.dated and _covers(term, event)
        ]
        words = (
            f"{person} was {held}, not on {row['date']}. In office then:"
            f" {listed(then) or 'not known'}."
        )
        yield "indonesian_lead", words


def _covers(term: Term, event: tuple[dt.date, dt.date]) -> bool:
    return term.first <= event[1] and event[0] <= term.last


def _is_named(term: Term, lead: str, body: str) -> bool:
    """Whether the words name this office-holder: in full, or by the last name beside an office."""
    text = lead.lower().replace("pan-rb", "panrb")
    if term.body != body and not re.search(rf"\b{re.escape(term.body)}\b", text):
        return False  # many hold other offices at other times
    if not OFFICE_WORDS.search(text) or LOWER_RANKS.search(text):
        return False
    last = term.person.lower().split()[-1]
    return term.person.lower() in text or (
        len(last) > 3 and bool(re.search(rf"\b{re.escape(last)}\b", text))
    )


@sheet_check(
    "duplicate",
    "The event is not in the table or the sheet already.",
    "date",
    "partner_id",
    "body_id",
    "instrument",
    severity=QUESTION,
)
def _duplicate(contribution: Contribution) -> Iterator[tuple[int, str, str]]:
    known, rows = (
        contribution.known,
        {row.number: row for row in contribution.rows if days(row["date"])},
    )
    taken = set(known.events["event_id"])
    new = {
        number: row for number, row in rows.items() if row["event_id"] not in taken
    }  # else "event id" says it
    frame = pd.DataFrame(
        {
            "event_id": [f"{number:07}" for number in new],
            **{
                name: [row[name] for row in new.values()]
                for name in ("date", "partner_id", "body_id", "instrument")
            },
            "date_end": [
                row["date_end"] if days(row["date_end"]) else None for row in new.values()
            ],
        }
    )
    seen: dict[tuple[int, str], str] = {}
    for own, other in find_duplicates(frame, known.events).itertuples(index=False) if new else ():
        seen.setdefault(
            (int(own), other), f"{other} in events.csv has the same partner, body and instrument"
        )
    for number, row in new.items():
        other = (
            known.told.get((address(row["source_url"]), row["date"])) if row["source_url"] else None
        )
        if other:
            seen.setdefault((number, other), f"{other} in events.csv has the same source and date")
    for earlier, own in _pairs(frame):
        seen.setdefault(
            (int(own), earlier), f"row {int(earlier)} has the same partner, body and instrument"
        )
    first: dict[tuple[str, str], int] = {}
    for number, row in new.items():
        key = (address(row["source_url"]), row["date"])
        if row["source_url"] and key in first:
            seen.setdefault(
                (number, f"{first[key]:07}"), f"row {first[key]} has the same source and date"
            )
        first.setdefault(key, number)
    alike: dict[int, list[str]] = {}
    for (number, _), words in sorted(seen.items()):
        alike.setdefault(number, []).append(words)
    for number, others in alike.items():
        more = f" (and {len(others) - 1} more)" if len(others) > 1 else ""
        words = f"{others[0]}{more}, on or near {rows[number]['date']}"
        yield number, "date", f"may be there already: {words}. One act is one row (r01)."


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs within the sheet, block by block in order of date, each block overlapping the next by half."""
    same = ["partner_id", "body_id", "instrument"]
    found: set[tuple[str, str]] = set()
    for _, group in frame.sort_values([*same, "date"]).groupby(same):
        for start in range(0, max(len(group) - BLOCK // 2, 1), BLOCK // 2):
            block = group.iloc[start : start + BLOCK]
            if len(block) > 1:
                found |= set(find_duplicates(block).itertuples(index=False, name=None))
    return sorted(found)

"""Named rules of events, each stated once, for a row of a sheet and an event of the tables alike.

A rule is an *error*, or a *question*: look again, it may be right. The rules here hold for both.
Those of the tables alone stand in :mod:`egovstudy.data.events.checks`, those of sheets alone in
:mod:`egovstudy.data.contribute.rules`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from egovstudy.data.events.printed import WEEKDAYS, span
from egovstudy.data.events.sourced import (
    PRECISION,
    SECOND,
    WITNESS,
    Event,
    Known,
    Source,
    days,
    said,
)
from egovstudy.errors import Finding, listed

ERROR, QUESTION = "error", "question"
MOST_THEMES, MOST_WORDS = 3, 40
AGREED = ("agreement", "renewal")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+")
PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
FINENESS = tuple(PRECISION.values())
EVENT_DATES = ("date", "date_end", "term_end")
# Bases on which a day needs no printed day of the event: the date of the page or document, or a
# stated inference.
DAY_WITHOUT_PRINT = ("publication", "document", "inferred")
CONFLICT_BASES = (
    "weekday_over_number",
    "number_over_weekday",
    "other_source",
    "cannot_tell",
    "document",
    "inferred",
)


Look = Callable[[Event, Known], Iterator[Finding]]
LookAtAll = Callable[[Sequence[Event], Known], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """A named rule.

    Attributes
    ----------
    name, about, severity : str
        Severity is ``error`` or ``question``.
    needs : tuple of str
        Columns that must be answered before it can be asked about one event.
    look : callable
        Takes all events and what they are held against; gives what it finds.
    """

    name: str
    about: str
    severity: str
    needs: tuple[str, ...]
    look: LookAtAll

    def run(self, events: Sequence[Event], known: Known) -> list[Finding]:
        """Look at events and put the rule's name to what is found."""
        return [replace(one, check=self.name) for one in self.look(events, known)]


Rules = dict[str, Rule]
EVENT_RULES: Rules = {}


def rule_of_all(
    rules: Rules, name: str, about: str, *needs: str, severity: str = ERROR
) -> Callable[[LookAtAll], LookAtAll]:
    """Enter a function that looks at all events together into a register of rules."""

    def enter(look: LookAtAll) -> LookAtAll:
        rules[name] = Rule(name, about, severity, needs, look)
        return look

    return enter


def rule(
    rules: Rules, name: str, about: str, *needs: str, severity: str = ERROR
) -> Callable[[Look], Look]:
    """Enter a function that looks at one event into a register of rules."""

    def enter(look: Look) -> Look:
        def every(events: Sequence[Event], known: Known) -> Iterator[Finding]:
            for event in events:
                yield from look(event, known)

        rule_of_all(rules, name, about, *needs, severity=severity)(every)
        return look

    return enter


# Codes ------------------------------------------------------------------------------------------


@rule(EVENT_RULES, "themes", "One to three themes, each once (r35).", "themes")
def _themes(event: Event, known: Known) -> Iterator[Finding]:
    given = [theme.strip() for theme in event["themes"].split(";") if theme.strip()]
    twice = [theme for theme, count in Counter(given).items() if count > 1]
    if twice:
        yield event.found("themes", f"{listed(twice)} stands twice.")
    elif len(given) > MOST_THEMES or (event.coded and not given):  # of sheets "required" says it
        yield event.found(
            "themes", f"{len(given)} themes; one to {MOST_THEMES}, separated by semicolons (r35)."
        )


@rule(
    EVENT_RULES,
    "domestic",
    "Indonesian bodies among themselves neither visit nor learn across a border (r31).",
    "partner_id",
    "learning",
    "instrument",
)
def _domestic(event: Event, known: Known) -> Iterator[Finding]:
    if known.partner_types.get(event["partner_id"]) != "domestic":
        return
    words = f"{event['partner_id']} is domestic"
    if event["learning"] not in ("", "not_stated"):
        yield event.found("learning", f"{words}: learning is not_stated (r31).")
    if event["instrument"] == "visit":
        yield event.found(
            "instrument", f"{words}: a meeting of such bodies is coordination_meeting (r31)."
        )


@rule(
    EVENT_RULES,
    "letter of intent",
    "A letter of intent is intent, also when signed with ceremony (r15).",
    "instrument",
    "stage",
)
def _letter_of_intent(event: Event, known: Known) -> Iterator[Finding]:
    if event["instrument"] == "loi" and event["stage"] not in ("", "intent"):
        yield event.found(
            "stage", f"the instrument is loi, so the stage is intent, not {event['stage']} (r15)."
        )


@rule(
    EVENT_RULES,
    "announced",
    "What is only announced is neither agreed nor sure (r10, r11).",
    "act_status",
    "stage",
    "confidence",
)
def _announced(event: Event, known: Known) -> Iterator[Finding]:
    if event["act_status"] != "announced":
        return
    if event["confidence"] == "high":
        yield event.found("confidence", "announced only, so confidence is at most medium (r11).")
    if event["stage"] in AGREED:
        yield event.found(
            "stage",
            f"announced only, so nothing was agreed yet: {event['stage']} needs a signed text"
            " (r10).",
        )


@rule(EVENT_RULES, "summary", "The summary is a sentence of at most forty words.", "summary")
def _summary(event: Event, known: Known) -> Iterator[Finding]:
    words = len(event["summary"].split())
    if words > MOST_WORDS:
        advice = "One sentence in your own words, nothing copied."
        yield event.found("summary", f"{words} words; at most {MOST_WORDS}. {advice}")


@rule(EVENT_RULES, "event id", "An event id is lower-case words joined by hyphens.", "event_id")
def _event_id(event: Event, known: Known) -> Iterator[Finding]:
    name = event["event_id"]
    if name and not ID.fullmatch(name):
        words = "lower-case letters and digits joined by hyphens, such as kor-2021-05-25-dgcc-mou"
        yield event.found("event_id", f"{name!r} is no event id: {words}. Or leave it empty.")


# Sources ----------------------------------------------------------------------------------------


@rule(EVENT_RULES, "address", "An address of a source begins with http:// or https://.")
def _address(event: Event, known: Known) -> Iterator[Finding]:
    for one in event.sources:
        url = one["source_url"]
        if url and not ADDRESS.fullmatch(url):
            yield one.found(
                "source_url",
                f"{url[:80]!r} is no web address. Copy it from the browser, from https:// on.",
            )


@rule(
    EVENT_RULES,
    "press text",
    "The id of a press text is lower-case letters and digits joined by hyphens.",
)
def _press_text(event: Event, known: Known) -> Iterator[Finding]:
    for one in event.sources:
        value = one["source_press_text"]
        if value and not ID.fullmatch(value):
            yield one.found(
                "source_press_text", f"{value!r} is no id. Write it like pt-bandung-december-2024."
            )


@rule(
    EVENT_RULES,
    "missing source",
    "Every event has a source: an address, or a title and a publisher.",
    "source_publisher",
)
def _missing_source(event: Event, known: Known) -> Iterator[Finding]:
    words = "no source: give its address, or its title and publisher."
    if {name.removeprefix(SECOND) for name in event.unread} & set(WITNESS):
        return
    if not event.coded and all(one.prefix for one in event.sources):
        yield event.found("source_url", words)
    for one in event.sources:
        if not (one["source_url"] or (one["source_title"] and one["source_publisher"])):
            yield one.found("source_url", words)


@rule(
    EVENT_RULES,
    "date after source",
    "What is done lies no later than the source that tells of it.",
    "date",
    "act_status",
)
def _date_after_source(event: Event, known: Known) -> Iterator[Finding]:
    told = days(event.sources[0]["source_date"]) if event.sources else None
    first = days(event["date"])
    if first and told and event["act_status"] == "done" and first[0] > told[1]:
        published = event.sources[0]["source_date"]
        yield event.found(
            "date",
            f"{event['date']} lies after the source's date, {published}: a notice in advance is"
            " announced (r11), and a report of the act is needed for done.",
        )


# Dates ------------------------------------------------------------------------------------------


def _dates(event: Event) -> Iterator[tuple[Event | Source, str]]:
    for column in EVENT_DATES:
        yield event, column
    for one in event.sources:
        yield one, "source_date"


@rule(EVENT_RULES, "date form", "Dates are partial ISO dates: 2016-03-02, 2016-03 or 2016.")
def _date_form(event: Event, known: Known) -> Iterator[Finding]:
    for place, column in _dates(event):
        value = place[column]
        if value and not PARTIAL.fullmatch(value):
            yield place.found(column, f"{value!r} is no partial ISO date.{_date_hint(value)}")


def _date_hint(value: str) -> str:
    if re.fullmatch(r"\d{4}\.0", value):
        return f" A spreadsheet made a number of it: write {value[:4]}."
    parts = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", value)
    if not parts:
        return " Write 2016-03-02, 2016-03 or 2016, as fine as the source."
    first, second = int(parts[1]), int(parts[2])
    unsure = max(first, second) <= 12 and first != second
    return f"{' Day and month cannot be told apart.' if unsure else ''} Write it as 2016-03-02."


@rule(EVENT_RULES, "calendar", "The calendar has the day.")
def _calendar(event: Event, known: Known) -> Iterator[Finding]:
    for place, column in _dates(event):
        if PARTIAL.fullmatch(place[column]) and days(place[column]) is None:
            yield place.found(column, f"there is no {place[column]} in the calendar.")


@rule(
    EVENT_RULES,
    "precision",
    "The date is as fine as date_precision says.",
    "date",
    "date_precision",
)
def _precision(event: Event, known: Known) -> Iterator[Finding]:
    date, given = event["date"], event["date_precision"]
    if days(date) and given in FINENESS and PRECISION[len(date)] != given:
        yield event.found("date_precision", f"{date} is a {PRECISION[len(date)]}, not a {given}.")


@rule(
    EVENT_RULES,
    "end before start",
    "Neither the act nor its term ends before the act begins.",
    "date",
)
def _end_before_start(event: Event, known: Known) -> Iterator[Finding]:
    first = days(event["date"])
    for column in ("date_end", "term_end"):
        last = days(event[column])
        if first and last and last[1] < first[0]:
            yield event.found(column, f"{event[column]} lies before the date, {event['date']}.")


# Printed dates ----------------------------------------------------------------------------------


@rule(
    EVENT_RULES,
    "finer than source",
    "The date is no finer than what a source prints.",
    "date",
    "date_basis",
)
def _finer(event: Event, known: Known) -> Iterator[Finding]:
    if _too_fine(event):
        fine = max(one.fineness() for one in event.sources)
        printed = f"the sources print a {FINENESS[fine]}" if fine >= 0 else "no date is printed"
        yield event.found(
            "date",
            f"{event['date']} is finer than its source: {printed}."
            " Make it coarser, or say why in date_basis.",
        )


def _too_fine(event: Event) -> bool:
    known_basis = event["date_basis"] in DAY_WITHOUT_PRINT
    if known_basis or not event.sources or days(event["date"]) is None or _unreadable(event):
        return False
    finest = max(one.fineness() for one in event.sources)
    # A year needs no print: the text has its time.
    return FINENESS.index(PRECISION[len(event["date"])]) > max(finest, 0)


def _unreadable(event: Event) -> list[Source]:
    """Give sources whose printed date is none; the tables may keep words that place no day."""
    return [
        one
        for one in event.sources
        if one["printed_date"]
        and one.printed is None
        and (not event.coded or re.search(r"\d", one["printed_date"]))
    ]


@rule(
    EVENT_RULES,
    "printed form",
    "A printed date is one, and its weekday is that of printed_weekday.",
)
def _printed_form(event: Event, known: Known) -> Iterator[Finding]:
    for one in _unreadable(event):
        yield one.found(
            "printed_date",
            f"no date can be read in {one['printed_date']!r}. Copy it as printed, such as"
            " 'Kamis (5/11)' or 'July 2013', or leave it empty where no more is printed.",
        )
    for one in event.sources:
        printed, given = one.printed, one["printed_weekday"]
        # "from yesterday until Friday": a weekday beside such a word need not be that of the act.
        weekday = printed.weekday if printed and printed.days_ago is None else None
        if weekday not in (None, given) and given in ("", *WEEKDAYS):
            yield one.found(
                "printed_weekday",
                f"{one['printed_date']!r} prints {weekday}; printed_weekday has"
                f" {given or 'nothing'}.",
            )


@rule(
    EVENT_RULES,
    "printed date",
    "The date is what the printed date and the date of the source make.",
    "date",
    "date_basis",
)
def _printed_date(event: Event, known: Known) -> Iterator[Finding]:
    act, answers = days(event["date"]), event.answers()
    silent = event["date_basis"] in CONFLICT_BASES or event.conflict() or _too_fine(event)
    if act is None or not answers or silent:
        return
    last = days(event["date_end"]) or act
    for answer in answers:
        if answer.date and (
            answer.date == event["date"] or act[0] <= span(answer.date)[0] <= last[1]
        ):
            return
    yield event.found(
        "date", f"{event['date']} is not what the printed date gives: {said(answers[0])}"
    )


@rule(
    EVENT_RULES,
    "weekday",
    "Printed weekday and number agree, or date_basis says what decided.",
    "date_basis",
)
def _weekday(event: Event, known: Known) -> Iterator[Finding]:
    found = event.conflict()
    if found and event["date_basis"] not in CONFLICT_BASES:
        source, answer = found
        yield source.found(
            "printed_weekday",
            f"{source['printed_weekday']} does not fit {source['printed_date']!r}, and"
            f" date_basis does not say what decided: {said(answer)}",
        )

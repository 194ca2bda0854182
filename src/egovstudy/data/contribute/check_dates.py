"""Named checks of the dates of a contribution: their form, and what the sources print."""

from __future__ import annotations

import datetime as dt
import re

from egovstudy.data.contribute import form
from egovstudy.data.contribute.registry import QUESTION, Known, Row, Said, row_check
from egovstudy.data.contribute.witnesses import PRECISION, Witness, days, said, witnesses
from egovstudy.data.events import CONFLICT_BASES, DAY_WITHOUT_PRINT, WEEKDAYS, Resolution, span
from egovstudy.errors import listed

PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
FINENESS = ("year", "month", "day")
RULES_OF_ONE_SOURCE = (
    "printed",
    "year_supplied",
    "weekday_supplied",
    "period",
    "publication",
    "weekday_over_number",
)


@row_check("date form", "Dates are partial ISO dates: 2016-03-02, 2016-03 or 2016.")
def _date_form(row: Row, known: Known) -> Said:
    for column in form.DATES:
        value = row[column]
        if value and not PARTIAL.fullmatch(value):
            yield column, f"{value!r} is no partial ISO date.{_date_hint(value)}"


def _date_hint(value: str) -> str:
    parts = [int(part) for part in re.findall(r"\d+", value)]
    if re.fullmatch(r"\d{4}\.0", value):
        return f" A spreadsheet made a number of it: write {value[:4]}."
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", value):
        unsure = max(parts[:2]) <= 12 and parts[0] != parts[1]
        return (
            " Day and month cannot be told apart." if unsure else ""
        ) + " Write it as 2016-03-02."
    return " Write 2016-03-02, 2016-03 or 2016, as fine as the source."


@row_check("calendar", "The calendar has the day.")
def _calendar(row: Row, known: Known) -> Said:
    for column in form.DATES:
        if PARTIAL.fullmatch(row[column]) and days(row[column]) is None:
            yield column, f"there is no {row[column]} in the calendar."


@row_check("precision", "The date is as fine as date_precision says.", "date", "date_precision")
def _precision(row: Row, known: Known) -> Said:
    if (
        days(row["date"])
        and row["date_precision"] in FINENESS
        and PRECISION[len(row["date"])] != row["date_precision"]
    ):
        yield (
            "date_precision",
            f"{row['date']} is a {PRECISION[len(row['date'])]}, not a {row['date_precision']}.",
        )


@row_check(
    "finer than source", "The date is no finer than what a source prints.", "date", "date_basis"
)
def _finer(row: Row, known: Known) -> Said:
    if days(row["date"]) and _too_fine(row, known):
        fine = max((one.fineness() for one in witnesses(row, known)), default=-1)
        printed = (
            f"the sources print a {FINENESS[fine]}" if fine >= 0 else "no printed date is given"
        )
        yield (
            "date",
            (
                f"{row['date']} is finer than its source: {printed}. Make it coarser, or say why in"
                " date_basis."
            ),
        )


def _too_fine(row: Row, known: Known) -> bool:
    if row["date_basis"] in DAY_WITHOUT_PRINT or not witnesses(row, known):
        return False
    if any(one.printed and one.parts is None for one in witnesses(row, known)):
        return False  # what cannot be read is said by "printed form"
    finest = max(one.fineness() for one in witnesses(row, known))
    return FINENESS.index(PRECISION[len(row["date"])]) > max(
        finest, 0
    )  # a year needs no print, the text has its time


@row_check("printed form", "A printed date is one, and its weekday is that of printed_weekday.")
def _printed_form(row: Row, known: Known) -> Said:
    for one in witnesses(row, known):
        if one.printed and one.parts is None:
            words = (
                f"no date can be read in {one.printed!r}. Copy it as printed, such as 'Kamis"
                " (5/11)' or 'July 2013'"
            )
            yield (
                f"{one.prefix}printed_date",
                f"{words}, or leave it empty where no more is printed.",
            )
        elif (
            one.parts
            and one.parts.weekday
            and one.parts.weekday != one.weekday
            and one.weekday in ("", *WEEKDAYS)
        ):
            words = (
                f"{one.printed!r} prints {one.parts.weekday}; printed_weekday has"
                f" {one.weekday or 'nothing'}."
            )
            yield f"{one.prefix}printed_weekday", words


@row_check(
    "printed date",
    "The date is what the printed date and the date of the source make.",
    "date",
    "date_basis",
)
def _printed_date(row: Row, known: Known) -> Said:
    answers = [answer for one in witnesses(row, known) if (answer := one.resolve())]
    silent = (
        row["date_basis"] in CONFLICT_BASES
        or days(row["date"]) is None
        or _conflict(row, known) is not None
    )
    if not answers or silent or _too_fine(row, known):
        return
    last = days(row["date_end"]) or days(row["date"])
    if not any(_leads_to(answer, days(row["date"])[0], last[1], row["date"]) for answer in answers):
        yield "date", f"{row['date']} is not what the printed date gives: {said(answers[0])}"


def _leads_to(answer: Resolution, first: dt.date, last: dt.date, date: str) -> bool:
    return answer.date is not None and (
        answer.date == date or first <= span(answer.date)[0] <= last
    )


@row_check(
    "weekday", "Printed weekday and number agree, or date_basis says what decided.", "date_basis"
)
def _weekday(row: Row, known: Known) -> Said:
    found = _conflict(row, known)
    if found and row["date_basis"] not in CONFLICT_BASES:
        witness, answer = found
        words = (
            f"{witness.weekday} does not fit {witness.printed!r}, and date_basis does not say what"
            " decided"
        )
        yield f"{witness.prefix}printed_weekday", f"{words}: {said(answer)}"


def _conflict(row: Row, known: Known) -> tuple[Witness, Resolution] | None:
    """Find the first source that prints a date, if its weekday does not fit."""
    for one in witnesses(row, known):
        if one.parts is not None:
            answer = one.resolve()
            return (one, answer) if answer.weekday_conflict else None
    return None


@row_check(
    "date basis",
    "date_basis names the rule that gives the date.",
    "date",
    "date_basis",
    severity=QUESTION,
)
def _date_basis(row: Row, known: Known) -> Said:
    if row["date_basis"] not in RULES_OF_ONE_SOURCE or _conflict(row, known):
        return
    answers = [
        answer
        for one in witnesses(row, known)
        if (answer := one.resolve()) and answer.date == row["date"]
    ]
    rules = list(dict.fromkeys(answer.rule for answer in answers))
    if rules and row["date_basis"] not in rules:
        yield (
            "date_basis",
            (
                f"{row['date']} follows by {listed(rules)}, not by {row['date_basis']}:"
                f" {answers[0].why}"
            ),
        )


@row_check("end before start", "Neither the act nor its term ends before the act begins.", "date")
def _end_before_start(row: Row, known: Known) -> Said:
    first = days(row["date"])
    for column in ("date_end", "term_end"):
        last = days(row[column])
        if first and last and last[1] < first[0]:
            yield column, f"{row[column]} lies before the date, {row['date']}."

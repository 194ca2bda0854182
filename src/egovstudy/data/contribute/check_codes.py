"""Named checks of the cells and codes of a contribution; those of dates and sources are in ``contribution_dates``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from egovstudy.data.contribute import form
from egovstudy.data.contribute.registry import (
    CHECKS,
    ERROR,
    QUESTION,
    Check,
    Contribution,
    Known,
    Row,
    Said,
    address,
    row_check,
    sheet_check,
)
from egovstudy.errors import listed, nearest

MOST_THEMES, MOST_WORDS = 3, 40
AGREED = ("agreement", "renewal")
UNSIGNED = (
    "meeting",
    "visit",
    "conference",
    "training",
    "award",
    "coordination_meeting",
    "exchange_programme",
)
QUOTES = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _found_on_reading(name: str, about: str) -> None:
    CHECKS[name] = Check(
        name,
        about,
        ERROR,
        (),
        lambda contribution: [one for one in contribution.read if one.check == name],
    )


_found_on_reading("header", "Row 1 names the columns of the form, each once, and no others.")
_found_on_reading("cells", "No cell stands outside the named columns.")
_found_on_reading("merged cells", "No cells are merged.")
_found_on_reading(
    "formula", "No cell is a formula, or would be one in a spreadsheet, or shows an error."
)
_found_on_reading(
    "spreadsheet date",
    "No date was turned into a serial number, a moment or another day by a spreadsheet.",
)
_found_on_reading(
    "text form", "Cells are plain text: no HTML, no control characters, no article in a cell."
)


@sheet_check("rows", "The sheet holds at least one event.")
def _rows(contribution: Contribution) -> Iterator[tuple[int | None, str | None, str]]:
    if not contribution.rows and not contribution.read:
        yield None, None, "no events in the sheet: below the header every row is blank."


@row_check("required", "Every row fills the columns that an event cannot be without.")
def _required(row: Row, known: Known) -> Said:
    for column in form.needed():
        if not row[column] and column not in row.unread:
            yield column, "empty, but every event needs it."
    for prefix in ("", form.SECOND):
        url, kind = row[f"{prefix}source_url"], f"{prefix}source_kind"
        if url and not row[kind] and kind not in row.unread and address(url) not in known.sources:
            yield kind, f"empty, but a new source needs its kind: {listed(known.codes[kind])}."


@row_check("code", "Coded columns hold a code of their list.")
def _code(row: Row, known: Known) -> Said:
    for column, allowed in known.codes.items():
        value = row[column]
        if column == "themes" or not value or value in allowed:
            continue
        yield column, _no_code(value, allowed)


def _no_code(value: str, allowed: Collection[str]) -> str:
    bare = value.strip(QUOTES).strip().lower()
    if bare in allowed:
        what = (
            "Quotation marks stand around it"
            if value.strip(QUOTES) != value
            else "It is written otherwise"
        )
        return f"{value!r} is not a code. {what}: write {bare}."
    return (
        f"{value!r} is not one of its codes. Allowed:"
        f" {listed(list(allowed), 20)}.{nearest(bare, list(allowed))}"
    )


@row_check("register", "Partner, body and country stand in their registers.")
def _register(row: Row, known: Known) -> Said:
    for column, table in form.REGISTERS.items():
        value, allowed = row[column], known.registers[column]
        if value and value not in allowed:
            hint = nearest(value.strip(QUOTES), allowed)
            yield (
                column,
                f"{value!r} is not in {table}.{hint} A new one is added to data/{table}.csv first.",
            )


@row_check("themes", "One to three themes, each of the list and once.", "themes")
def _themes(row: Row, known: Known) -> Said:
    if not row["themes"]:
        return
    given = [theme.strip() for theme in row["themes"].split(";") if theme.strip()]
    for theme in given:
        if theme not in known.codes["themes"]:
            yield "themes", _no_code(theme, known.codes["themes"])
    if len(given) != len(set(given)):
        yield (
            "themes",
            (
                f"{listed([theme for theme, count in Counter(given).items() if count > 1])} stands"
                " twice."
            ),
        )
    elif not 1 <= len(given) <= MOST_THEMES:
        yield "themes", f"{len(given)} themes; one to {MOST_THEMES}, separated by semicolons (r35)."


@row_check(
    "domestic",
    "Indonesian bodies among themselves neither visit nor learn across a border (r31).",
    "partner_id",
    "learning",
    "instrument",
)
def _domestic(row: Row, known: Known) -> Said:
    if known.partner_types.get(row["partner_id"]) != "domestic":
        return
    if row["learning"] not in ("", "not_stated"):
        yield "learning", f"{row['partner_id']} is domestic: learning is not_stated (r31)."
    if row["instrument"] == "visit":
        yield (
            "instrument",
            (
                f"{row['partner_id']} is domestic: a meeting of such bodies is coordination_meeting"
                " (r31)."
            ),
        )


@row_check(
    "think tank",
    "A think tank named in partner_detail is not coded as its government (r25).",
    "partner_id",
    "partner_detail",
    severity=QUESTION,
)
def _think_tank(row: Row, known: Known) -> Said:
    if known.partner_types.get(row["partner_id"]) != "government":
        return
    for name, partner in known.think_tanks.items():
        if name.lower() in row["partner_detail"].lower():
            yield (
                "partner_id",
                (
                    f"partner_detail names {name}, a think tank: {partner}, not {row['partner_id']}"
                    " (r25)?"
                ),
            )


@row_check(
    "unsigned agreement",
    "An agreement, a renewal or a stated term rests on a signed text (r12).",
    "instrument",
    "stage",
    "act_status",
    "term_end",
    severity=QUESTION,
)
def _unsigned_agreement(row: Row, known: Known) -> Said:
    if row["act_status"] != "done" or row["instrument"] not in UNSIGNED:
        return
    if row["stage"] in AGREED:
        words = (
            f"stage is {row['stage']}, but a {row['instrument']} signs nothing. No signed text:"
            " contact or intent"
        )
        yield "stage", f"{words} (r12), unless a role was formally taken on."
    elif row["term_end"] and row["stage"] != "closure":
        yield (
            "term_end",
            f"a term is given, but a {row['instrument']} signs no text that could have one (r12).",
        )


@row_check(
    "letter of intent",
    "A letter of intent is intent, also when signed with ceremony (r15).",
    "instrument",
    "stage",
)
def _letter_of_intent(row: Row, known: Known) -> Said:
    if (
        row["instrument"] == "loi"
        and row["stage"] in known.codes["stage"]
        and row["stage"] != "intent"
    ):
        yield "stage", f"the instrument is loi, so the stage is intent, not {row['stage']} (r15)."


@row_check(
    "announced",
    "What is only announced is neither agreed nor sure (r10, r11).",
    "act_status",
    "stage",
    "confidence",
)
def _announced(row: Row, known: Known) -> Said:
    if row["act_status"] != "announced":
        return
    if row["confidence"] == "high":
        yield "confidence", "announced only, so confidence is at most medium (r11)."
    if row["stage"] in AGREED:
        yield (
            "stage",
            f"announced only, so nothing was agreed yet: {row['stage']} needs a signed text (r10).",
        )


@row_check("summary", "The summary is a sentence of at most forty words.", "summary")
def _summary(row: Row, known: Known) -> Said:
    words = len(row["summary"].split())
    if words > MOST_WORDS:
        yield (
            "summary",
            f"{words} words; at most {MOST_WORDS}. One sentence in your own words, nothing copied.",
        )


@sheet_check(
    "event id", "An event id is free and well formed; left empty, one is made.", "event_id"
)
def _event_id(contribution: Contribution) -> Iterator[tuple[int, str, str]]:
    taken, first = set(contribution.known.events["event_id"]), {}
    for row in contribution.rows:
        name = row["event_id"]
        if name and not ID.fullmatch(name):
            form_words = (
                "lower-case letters and digits joined by hyphens, such as kor-2021-05-25-dgcc-mou"
            )
            yield (
                row.number,
                "event_id",
                f"{name!r} is no event id: {form_words}. Or leave it empty.",
            )
        elif name in taken:
            yield (
                row.number,
                "event_id",
                f"{name} is taken by an event in events.csv. Leave it empty to have one made.",
            )
        elif name in first:
            yield (
                row.number,
                "event_id",
                f"{name} stands in row {first[name]} too. Each id may stand once.",
            )
        if name:
            first.setdefault(name, row.number)

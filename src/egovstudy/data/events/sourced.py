"""An event with its sources: the one view that rows of a sheet and the coded tables share.

A cell bears the name of its column in the form of a contribution; :func:`home` says where that
column stands in the tables.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from egovstudy.data.events.dates import Resolution, resolve_date, term_of
from egovstudy.data.events.printed import WEEKDAYS, Printed, read_printed, span
from egovstudy.data.tables import FIRST_ROW, load, schema
from egovstudy.errors import ArgumentError, Finding, listed

SECOND = "second_"
SOURCE_FIELDS = (
    "source_url",
    "source_title",
    "source_publisher",
    "source_date",
    "source_kind",
    "source_press_text",
)
WITNESS = (*SOURCE_FIELDS, "printed_date", "printed_weekday")
PRECISION = {4: "year", 7: "month", 10: "day"}  # by the length of a partial ISO date
MOST_CANDIDATES = 6


def home(column: str) -> tuple[str, str]:
    """Table and column of the data package in which a column of the form ends up.

    Examples
    --------
    >>> home("second_source_url"), home("printed_date"), home("themes")
    (('sources', 'url'), ('event_sources', 'printed_date'), ('event_themes', 'theme'))
    """
    name = column.removeprefix(SECOND)
    if name == "source_press_text":
        return "sources", "press_text_id"
    if name in SOURCE_FIELDS:
        return "sources", name.removeprefix("source_")
    if name in WITNESS:
        return "event_sources", name
    return ("event_themes", "theme") if name == "themes" else ("events", name)


def days(text: str) -> tuple[dt.date, dt.date] | None:
    """Give the first and last day of a partial ISO date, or None if it is none."""
    try:
        return span(text)
    except ArgumentError:
        return None


def address(url: object) -> str:
    """Give a web address without what does not tell two pages apart.

    Examples
    --------
    >>> address("http://www.example.org/a/") == address("https://example.org/a")
    True
    """
    return "" if pd.isna(url) else re.sub(r"^https?://(www\.)?", "", str(url).strip()).rstrip("/")


def said(answer: Resolution) -> str:
    """Say what a printed date gives, in a line."""
    several = len(answer.candidates) > 1
    among = f" Candidates: {listed(answer.candidates, MOST_CANDIDATES)}." if several else ""
    return f"{answer.date or 'cannot tell'} ({answer.rule}): {answer.why}{among}"


@dataclass(frozen=True)
class Cells:
    """Cells as text, empty where blank, and where they stand.

    Attributes
    ----------
    cells : mapping of str to str
        By column of the form, those of a source without ``second_``.
    file : str
        The sheet, or the table.
    row : int
        As a spreadsheet counts it.
    prefix : str
        ``second_`` for the second source of a sheet.
    coded : str
        Id of the event in the tables; empty for a sheet.
    """

    cells: Mapping[str, str]
    file: str = ""
    row: int = 1
    prefix: str = ""
    coded: str = ""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def found(self, column: str, words: str) -> Finding:
        """Say something of a cell; the rule that says it puts its name to it."""
        if not self.coded:
            return Finding(self.file, "", words, self.row, self.prefix + column)
        table, name = home(column)
        file = schema.resource(table)["path"]
        row = self.row if file == self.file else None
        return Finding(file, "", f"{self.coded}: {words}", row, name)


@dataclass(frozen=True)
class Source(Cells):
    """One of the sources of an event, a witness of its date."""

    @property
    def printed(self) -> Printed | None:
        """Parts of the printed date; None if there is none, or it cannot be read."""
        return _read(self["printed_date"])

    def resolve(self) -> Resolution | None:
        """Resolve the printed date, if it can be read."""
        if self.printed is None:
            return None
        weekday, published = self["printed_weekday"], self["source_date"]
        return _resolve(
            self["printed_date"],
            weekday if weekday in WEEKDAYS else None,
            published if days(published) else None,
        )

    def fineness(self) -> int:
        """How fine the printed date is: 2 day, 1 month, 0 year, -1 nothing printed."""
        parts = self.printed or Printed()
        if parts.day or parts.weekday or parts.days_ago is not None:
            return 2
        return 1 if parts.month else 0 if parts.year else -1


@lru_cache(maxsize=1024)
def _read(printed: str) -> Printed | None:
    try:
        return read_printed(printed) if printed else None
    except ArgumentError:
        return None


@lru_cache(maxsize=1024)
def _resolve(printed: str, weekday: str | None, published: str | None) -> Resolution:
    return resolve_date(printed, weekday=weekday, published=published)


@dataclass(frozen=True)
class Event(Cells):
    """An event with its sources.

    Attributes
    ----------
    sources : tuple of Source
        Those of which anything is filled in, the main one first.
    unread : frozenset of str
        Columns of a sheet whose cells were no text.
    """

    sources: tuple[Source, ...] = ()
    unread: frozenset[str] = frozenset()

    def answers(self) -> list[Resolution]:
        """Give what the printed dates make, source by source."""
        return [answer for one in self.sources if (answer := one.resolve())]

    def conflict(self) -> tuple[Source, Resolution] | None:
        """Give the first source that prints a date, if its weekday does not fit the number."""
        for one in self.sources:
            answer = one.resolve()
            if answer:
                return (one, answer) if answer.weekday_conflict else None
        return None


@dataclass(frozen=True)
class Term:
    """A person's term in an office; a day that is not known bounds nothing."""

    person: str
    office: str
    body: str
    first: dt.date
    last: dt.date
    dated: bool


@dataclass(frozen=True)
class Known:
    """What events are held against, loaded once."""

    partner_types: Mapping[str, str]
    think_tanks: Mapping[str, str]
    terms: tuple[Term, ...]
    events: pd.DataFrame
    sources: Mapping[str, Mapping[str, str]]
    told: Mapping[tuple[str, str], str]

    @classmethod
    def load(cls) -> Known:
        """Read the tables of the data package."""
        partners = load("partners").astype({"partner_type": "str"})
        tanks = partners[partners["partner_type"].eq("think_tank")]
        events, sources = load("events"), _as_text("sources")
        sources["address"] = sources["url"].map(address)
        links = load("event_sources").merge(sources[sources["url"].ne("")], on="source_id")
        links = links.merge(events, on="event_id", suffixes=("", "_event"))
        tellings = links[["address", "date_event", "event_id"]].itertuples(index=False)
        terms = []
        for _, row in load("office_holders").dropna(subset=["person"]).iterrows():
            person, office, dated = row["person"], str(row["office"]), pd.notna(row["start_date"])
            terms.append(Term(person, office, row["body"], *term_of(row), dated=dated))
        return cls(
            partner_types=dict(partners[["partner_id", "partner_type"]].itertuples(index=False)),
            think_tanks={
                re.sub(r" \(.*", "", row.name): row.partner_id for row in tanks.itertuples()
            },
            terms=tuple(terms),
            events=events,
            sources={row["address"]: row for row in sources.to_dict("records") if row["url"]},
            told={(page, date): event for page, date, event in tellings},
        )

    def event(
        self,
        cells: Mapping[str, str],
        file: str = "",
        row: int = 1,
        unread: frozenset[str] = frozenset(),
    ) -> Event:
        """Give a row of a sheet as an event; what it leaves out of a known source is added."""
        sources = []
        for prefix in ("", SECOND):
            given = {name: cells.get(f"{prefix}{name}", "") for name in WITNESS}
            if any(given.values()):
                table = self.sources.get(address(given["source_url"]), {})
                told = {name: given[name] or table.get(home(name)[1], "") for name in SOURCE_FIELDS}
                sources.append(Source(given | told, file, row, prefix))
        return Event(cells, file, row, sources=tuple(sources), unread=unread)


def _as_text(table: str) -> pd.DataFrame:
    frame = load(table)
    return frame.astype("str").where(frame.notna(), "")


def coded_events() -> Iterator[Event]:
    """Give the events of the tables with their sources and themes, cells as the file has them."""
    themes = _as_text("event_themes").groupby("event_id")["theme"].agg(";".join)
    files = {name: schema.resource(name)["path"] for name in ("events", "event_sources")}
    sources = _as_text("sources").set_index("source_id").to_dict("index")
    links = _as_text("event_sources")
    links["role"] = load("event_sources")["role"]  # in the order of its code list: main first
    by_event: dict[str, list[Source]] = {}
    for at, link in links.sort_values("role", kind="stable").to_dict("index").items():
        cells = {name: sources[link["source_id"]][home(name)[1]] for name in SOURCE_FIELDS} | link
        own = by_event.setdefault(link["event_id"], [])
        own.append(Source(cells, files["event_sources"], at + FIRST_ROW, coded=link["event_id"]))
    events = _as_text("events")
    events["retrospective"] = events["retrospective"].str.lower()  # as the file writes it
    for at, cells in events.to_dict("index").items():
        name = cells["event_id"]
        cells["themes"] = themes.get(name, "")
        own = by_event.get(name, [])
        yield Event(cells, files["events"], at + FIRST_ROW, coded=name, sources=tuple(own))

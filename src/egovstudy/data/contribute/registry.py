"""The registry of named checks, as a data hub runs them on each contribution, and what they look at.

A finding is an *error*, or a *question*: look again, it may be right. The checks are in
:mod:`egovstudy.data.contribute.check_codes` and :mod:`egovstudy.data.contribute.check_dates`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from egovstudy.data.contribute import form
from egovstudy.data.events import term_of
from egovstudy.data.tables import load, schema
from egovstudy.errors import Finding

ERROR, QUESTION = "error", "question"

Said = Iterator[tuple[str, str]]  # column and message


@dataclass(frozen=True)
class Row:
    """A row of the form: its number in the sheet, its cells as text, and the columns whose cells were no text."""

    number: int
    cells: Mapping[str, str]
    unread: frozenset[str] = frozenset()

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


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
    """What contributions are held against, loaded once."""

    codes: Mapping[str, list[str]]
    registers: Mapping[str, list[str]]
    partner_types: Mapping[str, str]
    think_tanks: Mapping[str, str]
    terms: tuple[Term, ...]
    events: pd.DataFrame
    sources: Mapping[str, Mapping[str, str]]
    told: Mapping[tuple[str, str], str]

    @classmethod
    def load(cls) -> Known:
        """Read the tables of the data package."""
        partners, sources, events = load("partners"), load("sources"), load("events")
        types = dict(
            zip(partners["partner_id"], partners["partner_type"].astype("str"), strict=True)
        )
        tanks = partners[partners["partner_type"].astype("str").eq("think_tank")]
        texts = (
            sources.astype("str")
            .where(sources.notna(), "")
            .assign(address=sources["url"].map(address))
        )
        links = (
            load("event_sources")
            .merge(texts, on="source_id")
            .merge(events, on="event_id", suffixes=("", "_event"))
        )
        return cls(
            codes=form.codes(),
            registers={
                column: load(one)[schema.primary_key(one)[0]].tolist()
                for column, one in form.REGISTERS.items()
            },
            partner_types=types,
            think_tanks={
                re.sub(r" \(.*", "", row.name): row.partner_id
                for row in tanks.itertuples(index=False)
            },
            terms=tuple(
                Term(
                    row["person"],
                    str(row["office"]),
                    row["body"],
                    *term_of(row),
                    dated=pd.notna(row["start_date"]),
                )
                for _, row in load("office_holders").dropna(subset=["person"]).iterrows()
            ),
            events=events,
            sources={row["address"]: row for row in texts[texts["url"].ne("")].to_dict("records")},
            told={
                (row.address, row.date_event): row.event_id
                for row in links[links["url"].ne("")].itertuples()
            },
        )


def address(url: object) -> str:
    """Give a web address without what does not tell two pages apart.

    Examples
    --------
    >>> address("http://www.example.org/a/") == address("https://example.org/a")
    True
    """
    return "" if pd.isna(url) else re.sub(r"^https?://(www\.)?", "", str(url).strip()).rstrip("/")


@dataclass(frozen=True)
class Contribution:
    """A sheet as parsed: its rows, what was found while reading it, and what it is held against."""

    file: str
    rows: tuple[Row, ...]
    read: tuple[Finding, ...]
    known: Known


@dataclass(frozen=True)
class Check:
    """A named check.

    Attributes
    ----------
    name, about, severity : str
        Severity is ``error`` or ``question``.
    needs : tuple of str
        Columns that must be answered before it can be asked about one row.
    run : callable
        Takes a :class:`Contribution`, gives findings.
    """

    name: str
    about: str
    severity: str
    needs: tuple[str, ...]
    run: Callable[[Contribution], list[Finding]]


CHECKS: dict[str, Check] = {}


def sheet_check(name: str, about: str, *needs: str, severity: str = ERROR) -> Callable:
    """Register a function of the whole contribution that yields row, column and message."""

    def register(
        look: Callable[[Contribution], Iterator[tuple[int | None, str | None, str]]],
    ) -> Callable:
        def run(contribution: Contribution) -> list[Finding]:
            return [
                Finding(contribution.file, name, words, row, column)
                for row, column, words in look(contribution)
            ]

        CHECKS[name] = Check(name, about, severity, needs, run)
        return look

    return register


def row_check(name: str, about: str, *needs: str, severity: str = ERROR) -> Callable:
    """Register a function of one row that yields column and message."""

    def register(look: Callable[[Row, Known], Said]) -> Callable:
        def every(contribution: Contribution) -> Iterator[tuple[int, str, str]]:
            for row in contribution.rows:
                for column, words in look(row, contribution.known):
                    yield row.number, column, words

        sheet_check(name, about, *needs, severity=severity)(every)
        return look

    return register

"""New events go into the tables: event, sources, themes, all or nothing; the data are sealed."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from egovstudy.data.contribute.contributions import check_contribution, errors, read_contribution
from egovstudy.data.events import PRECISION, SOURCE_FIELDS, Event, Source, address, home
from egovstudy.data.integrity import need_checkout, write_if_it_holds
from egovstudy.data.tables import raw_rows, schema
from egovstudy.errors import DataError

Table = list[dict[str, str]]
TABLES = ("events", "event_sources", "event_themes", "sources")
SLUG_LENGTH, ID_WORDS = 24, 3
STOP_WORDS = re.compile(
    "a|an|and|at|by|for|from|in|into|its|of|on|or|that|the|their|to|was|were|with|who|which|while|"
    "after|before|under|minister|ministry|indonesia|indonesian|government|met|visited|signed|held"
)


def add_sheet(path: Path, say: Callable[[str], object]) -> list[str]:
    """Add every event of a sheet that has no errors.

    Parameters
    ----------
    path : Path
        CSV or XLSX in the form of ``egovstudy event-template``.
    say : callable
        Told the questions that are left, line by line.

    Returns
    -------
    list of str
        The new event ids.

    Raises
    ------
    DataError
        If a check finds an error, or the tables would not hold with the new rows; nothing is
        written then.
    """
    contribution = read_contribution(path)
    findings = check_contribution(contribution)
    wrong = errors(findings)
    if wrong:
        raise DataError(wrong)
    for finding in findings:
        say(f"Look again: {finding}")
    return add_events(contribution.events)


def add_events(events: Sequence[Event]) -> list[str]:
    """Write events with their sources and themes into the tables and seal them.

    The new tables are first tried out in a copy of the data folder. Only if everything holds there
    are they written, each file whole; if one cannot be written, those before it are put back.

    Parameters
    ----------
    events : sequence of Event
        Rows of the form without errors.

    Returns
    -------
    list of str
        The new event ids.

    Raises
    ------
    DataError
        If the tables would not hold with the new rows.
    EgovstudyError
        If the data are those of an installed package, or a file cannot be written. The tables are
        as they were.
    """
    need_checkout()
    tables = {name: raw_rows(name) for name in TABLES}
    added = [_append(tables, event) for event in events]
    texts = {schema.resource(name)["path"]: _as_csv(name, tables[name]) for name in TABLES}
    write_if_it_holds(texts)
    return added


def _as_csv(name: str, table: Table) -> str:
    frame = pd.DataFrame(table, columns=list(schema.fields(name)), dtype="str").fillna("")
    frame = frame.sort_values(schema.primary_key(name), kind="stable")
    return frame.to_csv(index=False, lineterminator="\n")


def _append(tables: dict[str, Table], event: Event) -> str:
    """Append one event with what belongs to it; give its id."""
    name = event["event_id"] or new_event_id(event, {one["event_id"] for one in tables["events"]})
    own = {column: event[column] for column in schema.fields("events")}
    tables["events"].append(own | {"event_id": name})
    themes = {theme.strip() for theme in event["themes"].split(";") if theme.strip()}
    tables["event_themes"] += [{"event_id": name, "theme": theme} for theme in sorted(themes)]
    links: dict[str, dict[str, str]] = {}
    for one in event.sources:
        source_id = _source_id(tables["sources"], one)
        link = {column: one[column] for column in ("printed_date", "printed_weekday")}
        link |= {"event_id": name, "source_id": source_id}
        link["role"] = "second" if one.prefix else "main"
        links.setdefault(source_id, link)  # a second source that is the first again is no row
    tables["event_sources"] += links.values()
    return name


def new_event_id(event: Event, taken: set[str]) -> str:
    """Make an event id of the partner, the date and words of the summary.

    Parameters
    ----------
    event : Event
        With ``partner_id``, ``date`` and ``summary``.
    taken : set of str
        Ids that are there.

    Returns
    -------
    str

    Examples
    --------
    >>> cells = {"partner_id": "kor-mois", "date": "2021-05-25", "summary": "The DGCC memorandum."}
    >>> new_event_id(Event(cells), {"kor-2021-05-25-dgcc-memorandum"})
    'kor-2021-05-25-dgcc-memorandum-2'
    """
    words = [
        word
        for word in _slug(event["summary"], 200).split("-")
        if len(word) > 1 and not STOP_WORDS.fullmatch(word)
    ]
    stem = "-".join([event["partner_id"].split("-")[0], event["date"], *words[:ID_WORDS]])
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def _source_id(sources: Table, source: Source) -> str:
    """Id of the source in the table; a new document gets a row."""
    url, publisher = source["source_url"], source["source_publisher"]
    for one in sources:
        if url and address(one["url"]) == address(url):
            return one["source_id"]
    slug = _slug(publisher or urlsplit(url).netloc.removeprefix("www."), SLUG_LENGTH)
    marks = url or "|".join([source["source_title"], publisher, source["source_date"]])
    name = f"{slug or 'unknown'}-{hashlib.sha256(marks.encode()).hexdigest()[:6]}"
    if all(one["source_id"] != name for one in sources):
        row = dict.fromkeys(schema.fields("sources"), "")
        row |= {home(column)[1]: source[column] for column in SOURCE_FIELDS}
        row |= {"source_id": name, "date_precision": PRECISION.get(len(row["date"]), "")}
        row |= {"reading": "read", "licence_basis": "unknown"}
        sources.append(row | {"accessed": dt.date.today().isoformat()})
    return name


def _slug(text: str, longest: int) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].strip("-")

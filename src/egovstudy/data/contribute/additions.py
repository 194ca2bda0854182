"""New events go into the tables: event, sources, themes, all or nothing, and the data are sealed anew."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from egovstudy.data.contribute import form
from egovstudy.data.contribute.contributions import check_contribution, errors, read_contribution
from egovstudy.data.contribute.registry import Known, Row, address
from egovstudy.data.contribute.witnesses import Witness, witnesses
from egovstudy.data.integrity import need_checkout, write_if_it_holds
from egovstudy.data.tables import raw_rows, schema
from egovstudy.errors import DataError

Table = list[dict[str, str]]
TABLES = ("events", "event_sources", "event_themes", "sources")
SLUG_LENGTH, ID_WORDS = 24, 3
STOP_WORDS = frozenset(
    (
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "its",
        "of",
        "on",
        "or",
        "that",
        "the",
        "their",
        "to",
    )
    + (
        "was",
        "were",
        "with",
        "who",
        "which",
        "while",
        "after",
        "before",
        "under",
        "minister",
        "ministry",
        "indonesia",
    )
    + ("indonesian", "government", "met", "visited", "signed", "held")
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
    return add_events(contribution.rows, contribution.known)


def add_events(rows: Sequence[Row], known: Known) -> list[str]:
    """Write events with their sources and themes into the tables and seal them.

    The new tables are first tried out in a copy of the data folder. Only if everything holds there
    are they written, each file whole; if one cannot be written, those before it are put back.

    Parameters
    ----------
    rows : sequence of Row
        Rows of the form without errors.
    known : Known
        The tables as they are.

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
    added = [_append(tables, row, known) for row in rows]
    texts = {schema.resource(name)["path"]: _as_csv(name, tables[name]) for name in TABLES}
    write_if_it_holds(texts)
    return added


def _as_csv(name: str, table: Table) -> str:
    import pandas as pd

    frame = pd.DataFrame(table, columns=list(schema.fields(name)), dtype="str").fillna("")
    return frame.sort_values(schema.primary_key(name), kind="stable").to_csv(
        index=False, lineterminator="\n"
    )


def _append(tables: dict[str, Table], row: Row, known: Known) -> str:
    """Append one event with what belongs to it; give its id."""
    name = row["event_id"] or new_event_id(row, {one["event_id"] for one in tables["events"]})
    tables["events"].append(
        {column: row[column] for column in schema.fields("events")} | {"event_id": name}
    )
    themes = {theme.strip() for theme in row["themes"].split(";") if theme.strip()}
    tables["event_themes"] += [{"event_id": name, "theme": theme} for theme in sorted(themes)]
    used: set[str] = set()
    for witness in witnesses(row, known):
        source = _source_id(tables["sources"], witness, row)
        if source not in used:  # a second source that is the first again is no further row
            role = "second" if witness.prefix else "main"
            printed = {"printed_date": witness.printed, "printed_weekday": witness.weekday}
            tables["event_sources"].append(
                {"event_id": name, "source_id": source, "role": role, **printed}
            )
        used.add(source)
    return name


def new_event_id(row: Row, taken: set[str]) -> str:
    """Make an event id of the partner, the date and words of the summary.

    Parameters
    ----------
    row : Row
        With ``partner_id``, ``date`` and ``summary``.
    taken : set of str
        Ids that are there.

    Returns
    -------
    str

    Examples
    --------
    >>> row = Row(2, {"partner_id": "kor-mois", "date": "2021-05-25", "summary": "The DGCC memorandum was signed."})
    >>> new_event_id(row, {"kor-2021-05-25-dgcc-memorandum"})
    'kor-2021-05-25-dgcc-memorandum-2'
    """
    words = [
        word
        for word in _slug(row["summary"], 200).split("-")
        if word not in STOP_WORDS and len(word) > 1
    ]
    stem = "-".join([row["partner_id"].split("-")[0], row["date"], *words[:ID_WORDS]])
    number = 2
    name = stem
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    return name


def _source_id(sources: Table, witness: Witness, row: Row) -> str:
    """Id of the source in the table; a new document gets a row."""
    here = address(witness.url)
    for one in sources:
        if here and address(one["url"]) == here:
            return one["source_id"]
    publisher = _slug(
        witness.publisher or urlsplit(witness.url).netloc.removeprefix("www."), SLUG_LENGTH
    )
    marks = witness.url or "|".join([witness.title, witness.publisher, witness.published])
    name = f"{publisher or 'unknown'}-{hashlib.sha256(marks.encode()).hexdigest()[:6]}"
    if all(one["source_id"] != name for one in sources):
        given = {
            form.home(column)[1]: row[f"{witness.prefix}{column}"] for column in form.SOURCE_FIELDS
        }
        precision = {0: "", 4: "year", 7: "month", 10: "day"}[len(given["date"])]
        fixed = {
            "reading": "read",
            "licence_basis": "unknown",
            "accessed": dt.date.today().isoformat(),
        }
        blank = dict.fromkeys(schema.fields("sources"), "")
        sources.append(blank | given | {"source_id": name, "date_precision": precision} | fixed)
    return name


def _slug(text: str, longest: int) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].strip("-")

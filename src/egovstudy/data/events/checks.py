"""What the coded tables must satisfy: the rules of events; evidence, codings, derived records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import pandas as pd

from egovstudy.data.events.evidence import digest
from egovstudy.data.events.records import as_csv, event_records
from egovstudy.data.events.rules import EVENT_RULES, Rules, rule
from egovstudy.data.events.sourced import Event, Known, coded_events
from egovstudy.data.tables import FIRST_ROW, load, schema
from egovstudy.errors import Finding
from egovstudy.paths import data_dir

PRINTED = ("finer than source", "printed form", "printed date", "weekday")
# Variables of codings and evidence that are not columns of events.
JOINED = ("themes", "theme", "partner_type", "printed_date", "printed_weekday")
TABLE_RULES: Rules = {}


@rule(TABLE_RULES, "main source", "Every event of the tables has one main source.")
def _main_source(event: Event, known: Known) -> Iterator[Finding]:
    mains = sum(one["role"] == "main" for one in event.sources)
    if not mains:
        yield event.found("event_id", "no main source in event_sources.csv. Add one.")
    if mains > 1:
        words = "more than one main source in event_sources.csv. Keep one."
        yield event.found("event_id", words)


def event_findings() -> list[Finding]:
    """Hold the events of the tables to every rule but those of printed dates."""
    return _hold_to(name for name in (*TABLE_RULES, *EVENT_RULES) if name not in PRINTED)


def printed_findings() -> list[Finding]:
    """Hold dates to what the sources print: never finer, never another day without saying why."""
    return _hold_to(PRINTED)


def _hold_to(names: Iterable[str]) -> list[Finding]:
    rules, known, events = TABLE_RULES | EVENT_RULES, Known.load(), list(coded_events())
    return [finding for name in names for finding in rules[name].run(events, known)]


def record_findings() -> list[Finding]:
    """Compare ``event_records.csv`` with what the coded tables give."""
    path = data_dir() / schema.resource("event_records")["path"]
    if path.read_text(encoding="utf-8") == as_csv(event_records()):
        return []
    words = "it is not what the coded tables give. Run `egovstudy seal`."
    return [Finding(path.name, "records", words)]


def _found(
    table: str, check: str, frame: pd.DataFrame, rows: Sequence[bool], column: str, words: str
) -> list[Finding]:
    return [
        Finding(
            f"{table}.csv", check, f"{frame.loc[at, 'event_id']}: {words}", at + FIRST_ROW, column
        )
        for at in frame.index[rows]
    ]


def _among(
    frame: pd.DataFrame, columns: list[str], known: Collection[tuple[str, ...]]
) -> pd.Series:
    rows = frame[columns].itertuples(index=False, name=None)
    return pd.Series([row in known for row in rows], index=frame.index, dtype=bool)


def _coded_values(event: Event, known: Known) -> dict[str, str]:
    """Coded values of an event by variable; themes joined."""
    values = {**event.cells, "partner_type": known.partner_types.get(event["partner_id"], "")}
    return {variable: value for variable, value in values.items() if value}


def evidence_findings() -> list[Finding]:
    """Check that evidence bears coded values, from sources of the event, with one digest a text."""
    evidence, known = load("evidence"), Known.load()
    coded: set[tuple[str, ...]] = set()
    for event in coded_events():
        pairs = list(_coded_values(event, known).items())
        pairs += [("theme", theme) for theme in event["themes"].split(";")]
        for source in event.sources:
            pairs += [(name, source[name]) for name in ("printed_date", "printed_weekday")]
        coded |= {(event.coded, *pair) for pair in pairs}
    linked = set(
        load("event_sources")[["event_id", "source_id"]].itertuples(index=False, name=None)
    )
    texts = evidence.groupby("source_id")["text_sha256"].transform("nunique")
    faults = (
        (
            ~_among(evidence, ["event_id", "variable", "value"], coded),
            "value",
            "this is not what is coded.",
        ),
        (
            ~_among(evidence, ["event_id", "source_id"], linked),
            "source_id",
            "the text is no source of this event in event_sources.csv.",
        ),
        (evidence["end"].le(evidence["start"]), "end", "the span ends before it begins."),
        (texts.gt(1), "text_sha256", "the text has another digest in another row."),
        (evidence["span_sha256"].eq(digest("")), "span_sha256", "this is the digest of nothing."),
    )
    return [one for fault in faults for one in _found("evidence", "evidence", evidence, *fault)]


def coding_findings() -> list[Finding]:
    """Check codings: known variables and codes, and no adjudication without a disagreement."""
    codings, adjudications, known = load("codings"), load("adjudications"), Known.load()
    variables = {*schema.fields("events"), *JOINED}
    unknown = ~codings["variable"].isin(variables)
    findings = _found(
        "codings", "coding", codings, unknown, "variable", "no such variable in events."
    )
    for variable, codes in _codes_of_codings().items():
        own = codings.loc[codings["variable"].eq(variable), "value"].dropna()
        wrong = [at for at, value in own.items() if not set(value.split(";")) <= codes]
        words = f"not one of the codes of {variable}."
        findings += _found("codings", "coding", codings, codings.index.isin(wrong), "value", words)
    key = ["sample", "event_id", "variable"]
    differing = codings.assign(value=codings["value"].fillna("")).groupby(key)["value"].nunique()
    agreed = ~_among(adjudications, key, set(differing.index[differing > 1]))
    words = "the passes do not disagree here."
    findings += _found("adjudications", "coding", adjudications, agreed, "variable", words)
    coded = {
        (event.coded, variable, value)
        for event in coded_events()
        for variable, value in _coded_values(event, known).items()
    }
    other = ~_among(adjudications, ["event_id", "variable", "adjudicated"], coded)
    words = "events has another value."
    return findings + _found("adjudications", "coding", adjudications, other, "adjudicated", words)


def _codes_of_codings() -> dict[str, set[str]]:
    lists = schema.code_list_of("events")
    lists |= {"themes": "codes-theme", "partner_type": "codes-partner-type"}
    codes = {variable: set(load(name)["code"]) for variable, name in lists.items()}
    codes["retrospective"] = {"true", "false"}
    codes["partner_id"] = {*load("partners")["partner_id"], "other"}
    return codes


EVENT_CHECKS: dict[str, Callable[[], list[Finding]]] = {
    "events": event_findings,
    "printed dates": printed_findings,
    "event records": record_findings,
    "evidence": evidence_findings,
    "codings": coding_findings,
}

"""What the coded tables must satisfy among themselves: dates against print, evidence, codings, derived records."""

from __future__ import annotations

import pandas as pd

from egovstudy.data.events.dates import resolve_date
from egovstudy.data.events.evidence import digest
from egovstudy.data.events.printed import Printed, read_printed, span
from egovstudy.data.events.records import as_csv, event_records
from egovstudy.data.tables import FIRST_ROW, load, schema
from egovstudy.errors import ArgumentError, Finding
from egovstudy.paths import data_dir

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
MOST_THEMES = 3
# Variables of codings and evidence that are not columns of events.
JOINED = ("themes", "theme", "partner_type", "printed_date", "printed_weekday")


def _finder(file: str, frame: pd.DataFrame, findings: list[Finding], check: str):
    def add(rows: pd.Series, column: str, words: str) -> None:
        for index in frame.index[rows.fillna(False).to_numpy(dtype=bool)]:
            name = frame.loc[index, "event_id"]
            findings.append(
                Finding(file, check, f"{name}: {words}", int(index) + FIRST_ROW, column)
            )

    return add


def event_findings() -> list[Finding]:
    """Check events: dates as fine as they say and in the calendar, one main source, one to three themes."""
    events, findings = load("events"), []
    add = _finder("events.csv", events, findings, "event")
    length = events["date"].str.len().map({4: "year", 7: "month", 10: "day"})
    precision = events["date_precision"].astype("str")
    add(
        length != precision,
        "date_precision",
        "the date is not as fine or coarse as its precision says.",
    )
    days = events["date"].where(precision == "day")
    add(
        days.notna() & pd.to_datetime(days, errors="coerce").isna(),
        "date",
        "there is no such day in the calendar.",
    )
    add(events["date_end"].fillna("9999") < events["date"], "date_end", "it ends before it begins.")
    links = load("event_sources")
    mains = links[links["role"].astype("str").eq("main")].groupby("event_id").size()
    count = events["event_id"].map(mains).fillna(0)
    add(count.eq(0), "event_id", "no main source in event_sources.csv. Add one.")
    add(count.gt(1), "event_id", "more than one main source in event_sources.csv. Keep one.")
    themes = events["event_id"].map(load("event_themes").groupby("event_id").size()).fillna(0)
    add(
        ~themes.between(1, MOST_THEMES),
        "event_id",
        f"needs one to {MOST_THEMES} themes in event_themes.csv.",
    )
    later = events["act_status"].astype("str").eq("announced") & events["confidence"].astype(
        "str"
    ).eq("high")
    add(later, "confidence", "announced only, so confidence is at most medium (r11).")
    return findings


def printed_findings() -> list[Finding]:
    """Check every date against what the sources print: never finer, never another day without saying why."""
    events = load("events")
    links = load("event_sources")
    findings: list[Finding] = []
    published = links["source_id"].map(load("sources").set_index("source_id")["date"])
    printed = links.assign(published=published)[links["printed_date"].notna()]
    read: dict[str, list[tuple[Printed, str | None]]] = {}
    in_conflict = set()  # events whose main source prints a weekday that does not fit
    for index, row in printed.iterrows():
        try:
            parts = read_printed(row["printed_date"])
        except ArgumentError as error:
            if any(
                sign.isdigit() for sign in row["printed_date"]
            ):  # words alone ("last week") place no day
                place = int(index) + FIRST_ROW
                findings.append(
                    Finding("event_sources.csv", "printed", str(error), place, "printed_date")
                )
            continue
        if parts.weekday not in (None, row["printed_weekday"]) and parts.days_ago is None:
            words = (
                f"{row['printed_date']!r} prints {parts.weekday}, printed_weekday has"
                f" {row['printed_weekday']}."
            )
            findings.append(
                Finding(
                    "event_sources.csv", "printed", words, int(index) + FIRST_ROW, "printed_weekday"
                )
            )
        date, conflict = _resolved(row)
        read.setdefault(row["event_id"], []).append((parts, date))
        if conflict and row["role"] == "main":
            in_conflict.add(row["event_id"])
    add = _finder("events.csv", events, findings, "printed date")
    basis = events["date_basis"].astype("str")
    day = events["date_precision"].astype("str").eq("day")
    has_day = events["event_id"].map(
        lambda one: any(
            part.day or part.weekday or part.days_ago is not None for part, _ in read.get(one, [])
        )
    )
    add(
        day & ~has_day & ~basis.isin(DAY_WITHOUT_PRINT),
        "date",
        "no source prints a day. A date is never finer than its source.",
    )
    fits = [_fits(event, read.get(event.event_id, [])) for event in events.itertuples()]
    other = pd.Series(fits, index=events.index).eq(False)
    words = "no printed date leads to this day. Mend the date, or let date_basis say what decided."
    add(day & has_day & other & ~basis.isin(CONFLICT_BASES), "date", words)
    words = (
        "the main source's weekday does not fit its number, and date_basis does not say what"
        " decided."
    )
    add(events["event_id"].isin(in_conflict) & ~basis.isin(CONFLICT_BASES), "date_basis", words)
    return findings


def _resolved(row: pd.Series) -> tuple[str | None, bool]:
    weekday = None if pd.isna(row["printed_weekday"]) else row["printed_weekday"]
    published = None if pd.isna(row["published"]) else row["published"]
    answer = resolve_date(row["printed_date"], weekday=weekday, published=published)
    return answer.date, answer.weekday_conflict


def _fits(event: object, printed: list) -> bool | None:
    """Say whether a source's date leads to the event's day, or to a day within it; None if nothing can be compared."""
    try:
        first = span(event.date)[0]
        last = span(event.date_end if isinstance(event.date_end, str) else event.date)[1]
    except ArgumentError:  # no such day: event_findings says so
        return None
    if not printed:
        return None
    return any(
        date is not None
        and (date[:10] == event.date or (first <= span(date)[0] <= last))
        or date is None
        and part.day == first.day
        and part.month == first.month
        for part, date in printed
    )


def record_findings() -> list[Finding]:
    """Compare ``event_records.csv`` with what the coded tables give."""
    path = data_dir() / schema.resource("event_records")["path"]
    if path.read_text(encoding="utf-8") == as_csv(event_records()):
        return []
    return [
        Finding(path.name, "records", "it is not what the coded tables give. Run `egovstudy seal`.")
    ]


def coded_values() -> pd.DataFrame:
    """Every coded value of every event, long: ``event_id, variable, value``; themes once each and joined."""
    events, themes = load("events"), load("event_themes")
    wide = events.astype("str").where(events.notna())
    wide["retrospective"] = wide["retrospective"].str.lower()  # as the file writes it
    wide["partner_type"] = events["partner_id"].map(
        load("partners").set_index("partner_id")["partner_type"].astype("str")
    )
    long = wide.melt("event_id", var_name="variable", value_name="value").dropna()
    each = pd.DataFrame(
        {
            "event_id": themes["event_id"],
            "variable": "theme",
            "value": themes["theme"].astype("str"),
        }
    )
    joined = (
        each.groupby("event_id")["value"]
        .agg(lambda one: ";".join(sorted(one)))
        .reset_index()
        .assign(variable="themes")
    )
    return pd.concat([long, each, joined], ignore_index=True)


def evidence_findings() -> list[Finding]:
    """Check evidence: each row bears a value that is coded, from a source of the event, with one digest a text."""
    evidence, findings = load("evidence"), []
    add = _finder("evidence.csv", evidence, findings, "evidence")
    links = load("event_sources")
    printed = links.melt(
        ["event_id", "source_id"], ["printed_date", "printed_weekday"], "variable", "value"
    ).dropna()
    coded = set(coded_values().itertuples(index=False, name=None))
    coded |= set(printed[["event_id", "variable", "value"]].itertuples(index=False, name=None))
    rows = evidence[["event_id", "variable", "value"]].itertuples(index=False, name=None)
    add(
        pd.Series([row not in coded for row in rows], index=evidence.index),
        "value",
        "this is not what is coded.",
    )
    pairs = pd.MultiIndex.from_frame(evidence[["event_id", "source_id"]]).isin(
        pd.MultiIndex.from_frame(links[["event_id", "source_id"]])
    )
    add(
        pd.Series(~pairs, index=evidence.index),
        "source_id",
        "the text is no source of this event in event_sources.csv.",
    )
    add(evidence["end"].le(evidence["start"]), "end", "the span ends before it begins.")
    texts = evidence.groupby("source_id")["text_sha256"].transform("nunique")
    add(texts.gt(1), "text_sha256", "the text has another digest in another row.")
    add(evidence["span_sha256"].eq(digest("")), "span_sha256", "this is the digest of nothing.")
    return findings


def coding_findings() -> list[Finding]:
    """Check codings and adjudications: known variables and codes, and no adjudication without a disagreement."""
    codings, findings = load("codings"), []
    add = _finder("codings.csv", codings, findings, "coding")
    lists = {
        column: set(load(name)["code"]) for column, name in schema.code_list_of("events").items()
    }
    lists |= {
        "themes": set(load("codes-theme")["code"]),
        "partner_type": set(load("codes-partner-type")["code"]),
    }
    lists |= {
        "retrospective": {"true", "false"},
        "partner_id": set(load("partners")["partner_id"]) | {"other"},
    }
    known = set(schema.fields("events")) | set(JOINED)
    add(~codings["variable"].isin(known), "variable", "no such variable in events.")
    for variable, codes in lists.items():
        rows = codings["variable"].eq(variable) & codings["value"].notna()
        right = [set(value.split(";")) <= codes for value in codings.loc[rows, "value"]]
        known_codes = pd.Series(right, index=codings.index[rows], dtype=bool).reindex(
            codings.index, fill_value=True
        )
        add(~known_codes, "value", f"not one of the codes of {variable}.")
    adjudications = load("adjudications")
    key = ["sample", "event_id", "variable"]
    differing = codings.assign(value=codings["value"].fillna("")).groupby(key)["value"].nunique()
    settled = pd.MultiIndex.from_frame(adjudications[key])
    late = _finder("adjudications.csv", adjudications, findings, "coding")
    late(
        pd.Series(~settled.isin(differing.index[differing > 1]), index=adjudications.index),
        "variable",
        "the passes do not disagree here.",
    )
    coded = coded_values().set_index(["event_id", "variable"])["value"]
    coded = coded[~coded.index.duplicated()]
    now = pd.MultiIndex.from_frame(adjudications[["event_id", "variable"]]).map(coded)
    late(
        pd.Series(now, index=adjudications.index).ne(adjudications["adjudicated"]),
        "adjudicated",
        "events has another value.",
    )
    return findings

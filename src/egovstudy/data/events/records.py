"""What follows from the coded tables for each event: record score, partnership, scope, conflicts.

``egovstudy seal`` writes it into ``event_records.csv``, so that it can be used without Python;
nobody edits that file.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from egovstudy.data.events.dates import resolve_date
from egovstudy.data.events.printed import read_printed
from egovstudy.data.tables import load, schema
from egovstudy.errors import ArgumentError

CORE_THEMES = (
    "spbe_architecture",
    "public_services",
    "digital_id",
    "civil_service_hr",
    "service_malls",
)
OPENED = ("read", "read_part")
SEEN = (*OPENED, "first_pass")
OWN_VOICE = ("official_page", "press_release", "report", "regulation", "dataset")
PRESS = ("news", "sponsored")
DATE_POINTS = {"day": 2, "month": 1, "year": 0}
UNSURE_BASIS = ("inferred", "cannot_tell")
POINTS = ["points_sources", "points_date", "points_act", "points_kind"]


def event_records() -> pd.DataFrame:
    """Derive ``event_records`` from the coded tables.

    The record score is the sum of four parts of 0 to 2 points each, 0 to 8 in all:

    - sources: independent sources (one press text counts once), at most 2; none if no source could
      be opened again;
    - date: day 2, month 1, year 0; one less, not below 0, if the date is inferred or cannot be
      told;
    - act: 2 if a source of the time that was opened again reports it as done, 1 if it is known only
      from later texts or
      from the first pass, 0 if it is only announced;
    - kind: 2 if an official page, press release, report or document is among the sources, 1 for
      news, else 0.

    Returns
    -------
    DataFrame
        One row per event, in the columns of the table ``event_records``.

    Examples
    --------
    >>> records = event_records().set_index("event_id")
    >>> bool(records["record_score"].between(0, 8).all())
    True
    """
    events, partners = load("events"), load("partners").set_index("partner_id")
    links = load("event_sources").merge(load("sources"), on="source_id", validate="many_to_one")
    texts = {name: links[name].astype("str") for name in ("reading", "kind")}
    ids = events["event_id"]

    def of_event(rows: pd.Series) -> np.ndarray:
        return ids.isin(set(links.loc[rows, "event_id"])).to_numpy()

    seen = links[texts["reading"].isin(SEEN)]
    independent = (
        seen["press_text_id"].fillna(seen["source_id"]).groupby(seen["event_id"]).nunique()
    )
    count = ids.map(independent).fillna(0).astype(int).to_numpy()
    opened = of_event(texts["reading"].isin(OPENED))
    later = events["retrospective"].to_numpy(dtype=bool)
    done = events["act_status"].astype("str").eq("done").to_numpy()
    unsure = events["date_basis"].astype("str").isin(UNSURE_BASIS).to_numpy()
    points_date = events["date_precision"].astype("str").map(DATE_POINTS).to_numpy()
    themes = load("event_themes")
    core = themes.loc[themes["theme"].astype("str").isin(CORE_THEMES), "event_id"]
    conflicts = weekday_conflicts(links.rename(columns={"date": "published"}))
    domestic = ids.index.isin(
        ids.index[events["partner_id"].map(partners["partner_type"]).astype("str").eq("domestic")]
    )
    out = pd.DataFrame(
        {
            "event_id": ids,
            "partnership_id": (events["partner_id"] + "--" + events["body_id"]).where(~domestic),
            "core_scope": ids.isin(set(core)),
            "weekday_conflict": ids.isin(set(conflicts["event_id"])),
            "verification": np.where(opened, "verified", "unverified"),
            "independent_sources": count,
            "points_sources": np.where(opened, np.minimum(count, 2), 0),
            "points_date": np.maximum(points_date - unsure, 0),
            "points_act": np.select([~done, later | ~opened], [0, 1], 2),
            "points_kind": np.select(
                [of_event(texts["kind"].isin(OWN_VOICE)), of_event(texts["kind"].isin(PRESS))],
                [2, 1],
                0,
            ),
        }
    )
    out["record_score"] = out[POINTS].sum(axis=1)
    return out[list(schema.fields("event_records"))]


def as_csv(records: pd.DataFrame) -> str:
    """Write the records as the text of ``event_records.csv``."""
    words = records.assign(
        **{
            name: records[name].map({True: "true", False: "false"})
            for name in records.select_dtypes("bool")
        }
    )
    return words.to_csv(index=False, lineterminator="\n")


def weekday_conflicts(printed: pd.DataFrame) -> pd.DataFrame:
    """Find printed dates whose weekday does not fit their number.

    Parameters
    ----------
    printed : DataFrame
        Columns ``printed_date``, ``printed_weekday`` and ``published`` (partial ISO date, for a
        year left out); other columns are kept.

    Returns
    -------
    DataFrame
        The conflicting rows with ``resolved``: what :func:`egovstudy.resolve_date` makes of each,
        in words.

    Examples
    --------
    >>> import egovstudy as eg
    >>> sources = eg.load("sources").rename(columns={"date": "published"})
    >>> links = eg.load("event_sources").merge(sources, on="source_id")
    >>> bool(weekday_conflicts(links)["event_id"].eq("kor-2016-03-02-egcc-launch").any())
    True
    """
    rows = printed[printed["printed_date"].notna() & printed["printed_weekday"].notna()]
    found = {}
    for index, row in rows.iterrows():
        published = None if pd.isna(row["published"]) else row["published"]
        try:
            read = read_printed(row["printed_date"])
        except ArgumentError:  # words that hold no date: the checks name them
            continue
        if read.day is None or (read.year is None and published is None):
            continue
        answer = resolve_date(
            row["printed_date"], weekday=row["printed_weekday"], published=published
        )
        if answer.weekday_conflict:
            found[index] = str(answer)
    return rows.loc[list(found)].assign(resolved=list(found.values()))

"""What must hold among the SPBE figures of single agencies, which were read by text recognition."""

from __future__ import annotations

import numpy as np
import pandas as pd

from egovstudy.data.tables import FIRST_ROW, load
from egovstudy.errors import Finding

FILE = "spbe_agencies.csv"
# Lowest index of each grade above the first.
EDGES = {
    "cukup": 1.8,
    "baik": 2.6,
    "sangat_baik": 3.5,
    "memuaskan": 4.2,
}
JUMP = 1.5  # points between the two years; a larger step needs a flag


def agency_findings() -> list[Finding]:
    """Check grades, names, kinds and steps against the flags, and the rows against reform."""
    rows = load("spbe_agencies").astype({"scope": "str", "grade": "str", "flag": "object"})
    return _grade_findings(rows) + _pair_findings(rows) + _total_findings(rows)


def _found(index: int, column: str, words: str) -> Finding:
    return Finding(FILE, "agencies", words, int(index) + FIRST_ROW, column)


def _grade_findings(rows: pd.DataFrame) -> list[Finding]:
    grades = np.array(["kurang", *EDGES])
    due = pd.Series(
        grades[np.searchsorted(list(EDGES.values()), rows["spbe_index"], side="right")], rows.index
    )
    below = pd.Series(
        grades[np.searchsorted(list(EDGES.values()), rows["spbe_index"], side="left")], rows.index
    )
    at_edge = rows["flag"].eq("grade_at_edge")
    off = rows["grade"].ne(due) & ~(at_edge & rows["grade"].eq(below) & below.ne(due))
    off |= at_edge & rows["grade"].eq(due)
    return [
        _found(
            index, "grade", f"{row['spbe_index']:.2f} is {due[index]}; {row['grade']} stands here."
        )
        for index, row in rows[off].iterrows()
    ]


def _pair_findings(rows: pd.DataFrame) -> list[Finding]:
    by_agency = rows.groupby("agency_id")
    single = by_agency["year"].transform("nunique").eq(1)
    renamed = by_agency["agency"].transform("nunique").gt(1)
    step = by_agency["spbe_index"].transform("max") - by_agency["spbe_index"].transform("min")
    must = (
        ("one_year", single, rows["flag"].eq("one_year"), "the agency has a row in one year only"),
        (
            "name_differs",
            renamed,
            rows["flag"].eq("name_differs"),
            "the names of the two years differ",
        ),
        (
            "jump",
            step.gt(JUMP),
            rows["flag"].isin(["jump", "impossible_part"]),
            f"the years differ by more than {JUMP}",
        ),
    )
    findings = []
    for flag, holds, flagged, words in must:
        extra = flagged & ~holds & rows["flag"].eq(flag)
        findings += [
            _found(index, "flag", f"{words}, and {flag} is not there.")
            for index in rows.index[holds & ~flagged]
        ]
        findings += [
            _found(index, "flag", f"{flag} is there, and it does not hold that {words}.")
            for index in rows.index[extra]
        ]
    for column in ("scope", "province", "body_id"):
        moved = rows.fillna({column: ""}).groupby("agency_id")[column].transform("nunique").gt(1)
        findings += [
            _found(index, column, "it differs between the two years.")
            for index in rows.index[moved]
        ]
    return findings


def _total_findings(rows: pd.DataFrame) -> list[Finding]:
    """Reform holds the mean and the numbers of these rows.

    They must agree to the digits that stand there.
    """
    reform = load("reform").astype({"scope": "str"})
    findings = []
    for indicator, how, hair in (
        ("spbe_index_mean_of_agencies", "mean", 6e-4),
        ("spbe_agencies_evaluated", "size", 0),
    ):
        told = reform[
            reform["indicator"].eq(indicator) & reform["year"].isin(rows["year"].unique())
        ]
        for row in told.to_dict("records"):
            own = rows[
                rows["year"].eq(row["year"])
                & (rows["scope"].eq(row["scope"]) | (row["scope"] == "all_agencies"))
            ]
            came = own["spbe_index"].mean() if how == "mean" else len(own)
            if abs(came - row["value"]) > hair:
                words = (
                    f"{how} {came:.4g}, but {row['value']:g} in {row['reform_id']} of reform.csv."
                )
                findings.append(Finding(FILE, "agencies", words, column="spbe_index"))
    return findings

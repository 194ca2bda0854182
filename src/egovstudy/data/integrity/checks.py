"""Is the data intact? Schema, keys, hashes, and what the figures must satisfy among themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from egovstudy.data.claims import form_findings
from egovstudy.data.egdi import EGDI_CHECKS, file_digest, grid_findings
from egovstudy.data.events import EVENT_CHECKS
from egovstudy.data.integrity import agencies as agency_checks
from egovstudy.data.tables import FIRST_ROW, codebook, forget, load, schema
from egovstudy.errors import DataError, Finding, nearest
from egovstudy.paths import data_dir


@dataclass(frozen=True)
class DataCheck:
    """What a passed check has looked at.

    Attributes
    ----------
    tables : int
        Number of tables and code lists read.
    rows : int
        Rows in them.
    checks : tuple of str
        Names of the checks that ran.
    """

    tables: int
    rows: int
    checks: tuple[str, ...]

    def __repr__(self) -> str:
        # No counts: a notebook's first output should not change whenever a row is added.
        return f"Data intact. Checks that hold: {', '.join(self.checks)}."


def check_data(*, hashes: bool = True) -> DataCheck:
    """Check every table of the data package and say what was checked.

    Parameters
    ----------
    hashes : bool
        Also compare every file with its recorded SHA-256. Without it the semantic checks stand
        alone.

    Returns
    -------
    DataCheck
        Its text is the one line a notebook shows.

    Raises
    ------
    DataError
        With every finding in every file.

    Examples
    --------
    >>> import egovstudy as eg
    >>> eg.check_data().tables > 30
    True
    """
    findings: list[Finding] = []
    rows = 0
    names = schema.table_names(codes=True)
    forget()  # every file is read anew, once; the checks below and later loads then share it
    for table in names:
        try:
            rows += len(load(table))
        except DataError as error:
            findings += error.findings
    # A bad code list is met again with every table that uses it.
    findings = list(dict.fromkeys(findings))
    # First in the list: a changed file is the cause, and one dropped code can spoil many rows.
    if hashes:
        findings = hash_findings() + findings
    for checks in (STRUCTURE, MEANING):
        # Each stage relies on the one before: figures are only weighed once every row is there and
        # in its place.
        if not findings:
            findings = [finding for run in checks.values() for finding in run()]
    if findings:
        raise DataError(findings)
    return DataCheck(
        len(names), rows, ("schema", *(("hashes",) if hashes else ()), *STRUCTURE, *MEANING)
    )


def hash_findings() -> list[Finding]:
    """Compare every file with its recorded SHA-256, and the codebook with the schema."""
    findings = []
    for table in schema.table_names(codes=True):
        one = schema.resource(table)
        path = data_dir() / one["path"]
        if path.exists() and f"sha256:{file_digest(path)}" != one.get("hash"):
            findings.append(
                Finding(
                    one["path"],
                    "hash",
                    "the file is not the one on record. If you changed it on purpose, run"
                    " `egovstudy seal`; if not, restore it.",
                )
            )
    return findings


def codebook_findings() -> list[Finding]:
    """Compare ``CODEBOOK.md`` with what the schema and the code lists give."""
    path = data_dir() / "CODEBOOK.md"
    if path.exists() and path.read_text(encoding="utf-8") == codebook.render():
        return []
    return [
        Finding(
            path.name,
            "codebook",
            "it differs from datapackage.json and the code lists. Run `egovstudy seal`.",
        )
    ]


def row_count_findings() -> list[Finding]:
    """Compare the number of rows with the recorded one: a cut file is seen without its hash."""
    findings = []
    for table in schema.table_names(codes=True):
        recorded, came = schema.resource(table).get("rows"), len(load(table))
        if recorded != came:
            findings.append(
                Finding(
                    schema.resource(table)["path"],
                    "rows",
                    f"{came} rows came, {recorded} are on record. Is the file cut?",
                )
            )
    return findings


def order_findings() -> list[Finding]:
    """Check that rows stand in the order of their key, so that two copies compare line by line."""
    findings = []
    for table in schema.table_names():
        key = schema.resource(table).get("sorted_by", schema.primary_key(table))
        frame = load(table)[key]
        frame = frame.astype(
            {name: "str" for name in key if isinstance(frame[name].dtype, pd.CategoricalDtype)}
        )
        order = frame.sort_values(key, kind="stable").index.to_numpy()
        moved = np.flatnonzero(order != np.arange(len(frame)))
        if moved.size:
            row = int(moved[0]) + FIRST_ROW
            words = (
                f"the rows are not in the order of {', '.join(key)}; this is the first out of"
                " place. Sort the file."
            )
            findings.append(Finding(schema.resource(table)["path"], "order", words, row=row))
    return findings


def key_findings() -> list[Finding]:
    """Check every foreign key between tables."""
    findings = []
    for table in schema.table_names(codes=True):
        for own, other, theirs in schema.foreign_keys(table):
            if other.startswith(schema.CODES):
                continue  # codes are held at loading
            known, frame = load(other)[theirs], load(table)
            filled = frame[own].dropna()
            found = (
                pd.MultiIndex.from_frame(filled).isin(pd.MultiIndex.from_frame(known))
                if len(own) > 1
                else filled[own[0]].isin(known[theirs[0]])
            )
            for index in filled.index[~np.asarray(found)]:
                value = ", ".join(str(frame.loc[index, name]) for name in own)
                words = (
                    f"{value!r} is not in"
                    f" {other}.{nearest(value, known[theirs[0]].astype('str').tolist())}"
                )
                findings.append(
                    Finding(
                        schema.resource(table)["path"],
                        "foreign key",
                        words,
                        row=int(index) + FIRST_ROW,
                        column=own[0],
                    )
                )
    return findings


def reform_findings() -> list[Finding]:
    """Check reform values against their scale, conflicts, and the single agencies."""
    register = load("indicators").set_index("indicator")
    reform = load("reform")
    low = reform["indicator"].map(register["scale_min"]).astype(float)
    high = reform["indicator"].map(register["scale_max"]).astype(float)
    findings = [
        Finding(
            "reform.csv",
            "scale",
            f"{reform.loc[index, 'value']} is outside its indicator's scale.",
            int(index) + FIRST_ROW,
            "value",
        )
        for index in reform.index[(reform["value"] < low) | (reform["value"] > high)]
    ]
    sizes = reform.groupby("conflict_id").size()
    findings += [
        Finding(
            "reform.csv",
            "conflict",
            f"conflict {name!r} has one row: a conflict needs at least two.",
            column="conflict_id",
        )
        for name in sizes.index[sizes < 2]
    ]
    return findings + _published_twice(reform) + agency_checks.agency_findings()


def _published_twice(reform: pd.DataFrame) -> list[Finding]:
    """Indonesia's corruption perceptions scores stand in reform and in context.

    They must be the same.
    """
    context = load("context")
    theirs = context[context["iso3"].eq("IDN") & context["indicator"].eq("cpi_score")].set_index(
        "year"
    )["value"]
    own = reform[reform["indicator"].eq("cpi_score")]
    other = own["year"].map(theirs)
    return [
        Finding(
            "reform.csv",
            "twice",
            f"{own.loc[index, 'value']} here, {other[index]} in context.csv.",
            int(index) + FIRST_ROW,
            "value",
        )
        for index in own.index[other.notna() & (own["value"] != other)]
    ]


def context_findings() -> list[Finding]:
    """Check context values against the plausible range of their indicator."""
    register = load("context_indicators").set_index("indicator")
    context = load("context")
    low = context["indicator"].map(register["minimum"]).astype(float)
    high = context["indicator"].map(register["maximum"]).astype(float)
    return [
        Finding(
            "context.csv",
            "range",
            f"{context.loc[index, 'value']} is implausible here.",
            int(index) + FIRST_ROW,
            "value",
        )
        for index in context.index[(context["value"] < low) | (context["value"] > high)]
    ]


STRUCTURE: dict[str, Callable[[], list[Finding]]] = {
    "row counts": row_count_findings,
    "row order": order_findings,
    "foreign keys": key_findings,
    "EGDI grid": grid_findings,
}
MEANING: dict[str, Callable[[], list[Finding]]] = {
    **EGDI_CHECKS,
    **EVENT_CHECKS,
    "reform scales": reform_findings,
    "context ranges": context_findings,
    "claims": form_findings,
    "codebook": codebook_findings,
}

"""Frames held against the schema: every error at once, by file, row and column.

A library of checks was tried here: every check had to be written for it, so that it only called
ours, took a second to import, and half of the time of checking the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np
import pandas as pd

from egovstudy.data.tables import schema
from egovstudy.errors import Finding, listed, nearest

FIRST_ROW = 2  # the header is line 1 of the file
MOST = 1000  # findings of one kind in one column that are told row by row
INTEGER = r"[+-]?[0-9]{1,18}"
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
ISO_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
EXCEL_DATE = re.compile(
    r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}-[A-Za-z]{3}-\d{2,4}"
)


def _day(word: str) -> datetime | None:
    try:
        return datetime.fromisoformat(word)
    except ValueError:  # no such day in the calendar
        return None


# Written form, reader and dtype. Python's own float() keeps every printed digit; the fast readers
# may be one bit off.
TYPES: dict[str, tuple[str, Callable[[str], Any], str]] = {
    "integer": (INTEGER, int, "Int64"),
    "year": (INTEGER, int, "Int64"),
    "number": (NUMBER, float, "float64"),
    "date": (ISO_DAY, _day, "datetime64[us]"),
    "boolean": ("true|false", "true".__eq__, "boolean"),
}


def parse(
    table: str, raw: pd.DataFrame, codes: Mapping[str, Sequence[str]]
) -> tuple[pd.DataFrame, list[Finding], dict[str, np.ndarray]]:
    """Turn columns of strings into the schema's types.

    Parameters
    ----------
    table : str
        Name of the table in the data package.
    raw : DataFrame
        All columns as strings, NaN where a value is missing.
    codes : dict
        Allowed codes by column, in the code list's order.

    Returns
    -------
    frame : DataFrame
        Int64, float64, boolean, string or ordered-as-listed categorical columns; missing values are
        ``<NA>`` or NaN.
    findings : list of Finding
        Cells that cannot be read as their type.
    unread : dict
        Positions of those cells by column; in the frame they are missing.
    """
    findings: list[Finding] = []
    unread = {}
    columns: dict[str, Any] = {}
    file = schema.resource(table)["path"]
    for name, field in schema.fields(table).items():
        kind = field["type"]
        cells = raw[name].array
        if name not in codes and kind not in TYPES:
            columns[name] = cells
            continue
        # Each distinct text is read once; -1 where a cell is empty.
        place, words = pd.factorize(cells)
        if name in codes:
            allowed = pd.Index(codes[name], dtype="str")
            values = pd.Categorical.from_codes(allowed.get_indexer(words), categories=allowed)
            check, say = "code", partial(_not_a_code, allowed=list(allowed))
        else:
            form, read, dtype = TYPES[kind]
            values = pd.array(
                [read(word) if re.fullmatch(form, word) else None for word in words], dtype=dtype
            )
            check, say = "type", partial(_not_of_type, kind=kind)
        columns[name] = values.take(place, allow_fill=True)
        unread[name] = np.flatnonzero(np.append(values.isna(), False)[place])
        findings += per_row(file, check, name, unread[name], map(say, cells[unread[name]]))
    return pd.DataFrame(columns, copy=False), findings, unread


def per_row(
    file: str,
    check: str,
    column: str | None,
    positions: Sequence[int] | np.ndarray,
    messages: Iterable[str],
) -> list[Finding]:
    """Make one finding for each row.

    Where very many are alike, the first of them after one that counts them all.

    Parameters
    ----------
    file, check, column
        As in :class:`Finding`.
    positions : sequence of int
        Rows, counted from 0 below the header.
    messages : iterable of str
        What is wrong in each; only as many are drawn as are told.
    """
    findings = [
        Finding(file, check, message, row=int(position) + FIRST_ROW, column=column)
        for position, message in zip(positions[:MOST], messages, strict=False)
    ]
    if len(positions) > MOST:
        words = f"{len(positions):,} rows fail this check; the first {MOST:,} of them follow."
        findings.insert(0, Finding(file, check, words, column=column))
    return findings


def _not_a_code(value: str, allowed: Sequence[str]) -> str:
    return (
        f"{value!r} is not one of its codes. Allowed: {listed(allowed)}.{nearest(value, allowed)}"
    )


def _not_of_type(value: str, kind: str) -> str:
    return f"{value!r} is not {_type_words(kind)}.{_hint(value, kind)}"


def _type_words(kind: str) -> str:
    return {
        "integer": "a whole number",
        "year": "a year",
        "number": "a number with a decimal point",
        "date": "a day written as YYYY-MM-DD",
        "boolean": "true or false",
    }[kind]


def _hint(value: str, kind: str) -> str:
    if EXCEL_DATE.fullmatch(value):
        return (
            " It looks like a date that a spreadsheet rewrote: write 2016-03-02, 2016-03 or 2016."
        )
    if kind == "number" and re.fullmatch(r"-?\d+,\d+", value):
        return " Write a decimal point, not a comma."
    return ""


def _breaches(table: str, frame: pd.DataFrame) -> Iterator[tuple[str, str | None, np.ndarray]]:
    """Yield for each constraint that is broken its name, the column, and the rows counted from 0.

    An empty cell breaks nothing but ``required``.
    """
    for name, field in schema.fields(table).items():
        limits = field.get("constraints", {})
        cells = frame[name]
        filled = cells.dropna()
        broken = {}
        if limits.get("required"):
            broken["required"] = cells.isna()
        if limits.get("unique"):
            broken["unique"] = filled.duplicated(keep=False)
        if "enum" in limits:
            broken["enum"] = ~filled.isin(limits["enum"])
        if "minimum" in limits or "maximum" in limits:
            low, high = limits.get("minimum", -np.inf), limits.get("maximum", np.inf)
            broken["range"] = ~filled.between(low, high)
        if "pattern" in limits:
            form = re.compile(limits["pattern"])
            # Each distinct value is looked at once.
            broken["pattern"] = ~filled.isin(
                [one for one in filled.unique() if form.fullmatch(one)]
            )
        for check, rows in broken.items():
            if rows.any():
                yield check, name, rows.index[rows].to_numpy()
    key = schema.primary_key(table)
    if len(key) > 1:
        # Keys of which a part is missing or could not be read are left to the checks of that part.
        whole = frame[key].dropna()
        twice = whole.duplicated(keep=False)
        if twice.any():
            yield "key", None, whole.index[twice].to_numpy()


def constraint_findings(
    table: str, frame: pd.DataFrame, unread: dict[str, np.ndarray]
) -> list[Finding]:
    """Check a typed frame against the schema's constraints.

    Parameters
    ----------
    table : str
        Name of the table in the data package.
    frame : DataFrame
        As :func:`parse` returns it.
    unread : dict
        As :func:`parse` returns it: cells that are missing only because they could not be read.

    Returns
    -------
    list of Finding
        Empty if all constraints hold.
    """
    file = schema.resource(table)["path"]
    findings = []
    for check, column, rows in _breaches(table, frame):
        if column is None:
            key = ", ".join(schema.primary_key(table))
            words = f"the key ({key}) stands twice. Each may stand once."
            findings += per_row(file, "key", None, rows, repeat(words))
            continue
        if check == "required":
            rows = np.setdiff1d(rows, unread.get(column, []))
        name = {"unique": "key", "enum": "code"}.get(check, check)
        say = partial(_breach, check, schema.fields(table)[column])
        findings += per_row(
            file, name, column, rows, map(say, frame[column].iloc[rows[:MOST]].tolist())
        )
    return findings


def _breach(check: str, field: dict[str, Any], value: Any) -> str:
    limits = field["constraints"]
    if check == "required":
        lost = (
            " If the value is Namibia's NA, a program read it as missing."
            if field["name"] == "iso2"
            else ""
        )
        return f"empty, but every row needs a value: {field['title'].lower()}.{lost}"
    if check == "unique":
        return f"{value!r} stands twice. Each may stand once."
    if check == "enum":
        return (
            f"{value!r} is not allowed. Allowed:"
            f" {listed(limits['enum'])}.{nearest(value, limits['enum'])}"
        )
    if check == "range":
        return (
            f"{value} is outside {limits.get('minimum', '-inf')} to {limits.get('maximum', 'inf')}."
        )
    hint = _hint(value, "string") or (
        " Leading zeros may have been lost." if value.isdigit() else ""
    )
    return f"{value!r} does not have the form {limits['pattern']}.{hint}"

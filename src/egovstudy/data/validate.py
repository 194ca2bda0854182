"""Frames held against the schema: every error at once, by file, row and column.

pandera does the constraint checks; the small mapper from Table Schema is ours because pandera's own
Frictionless reader fails on lists and drops dates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from egovstudy.data import schema
from egovstudy.errors import Finding, listed, nearest

FIRST_ROW = 2  # the header is line 1 of the file
INTEGER = r"[+-]?\d+"
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
ISO_DAY = r"\d{4}-\d{2}-\d{2}"
EXCEL_DATE = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}-[A-Za-z]{3}-\d{2,4}")


def parse(table: str, raw: pd.DataFrame, codes: dict[str, Sequence[str]]) -> tuple[pd.DataFrame, list[Finding]]:
    """Turn a frame of strings into the schema's types.

    Parameters
    ----------
    table : str
        Name of the table in the data package.
    raw : DataFrame
        All columns as strings, the empty string where a value is missing.
    codes : dict
        Allowed codes by column, in the code list's order.

    Returns
    -------
    frame : DataFrame
        Int64, float64, boolean, string or ordered-as-listed categorical columns; missing values are ``<NA>`` or NaN.
    findings : list of Finding
        Every cell that cannot be read as its type.
    """
    findings: list[Finding] = []
    file = schema.resource(table)["path"]
    columns = {}
    for name, field in schema.fields(table).items():
        text = raw[name]
        filled = text != ""
        kind = field["type"]
        if name in codes:
            wrong = filled & ~text.isin(list(codes[name]))
            findings += _code_findings(file, name, text[wrong], codes[name])
            columns[name] = pd.Categorical(text.where(filled & ~wrong), categories=list(codes[name]))
            continue
        pattern = {"integer": INTEGER, "year": INTEGER, "number": NUMBER, "date": ISO_DAY, "boolean": "true|false"}.get(
            kind
        )
        if pattern is None:
            columns[name] = text.where(filled).astype("str")
            continue
        wrong = filled & ~text.str.fullmatch(pattern)
        if kind == "date":
            wrong |= filled & pd.to_datetime(text.where(filled), format="%Y-%m-%d", errors="coerce").isna()
        findings += [
            _finding(file, "type", row, name, f"{value!r} is not {_type_words(kind)}.{_hint(str(value), kind)}")
            for row, value in text[wrong].items()
        ]
        columns[name] = _typed(text.where(filled & ~wrong), kind)
    return pd.DataFrame(columns, index=raw.index), findings


def _typed(text: pd.Series, kind: str) -> Any:
    if kind in ("integer", "year"):
        return pd.array([pd.NA if pd.isna(one) else int(one) for one in text], dtype="Int64")
    if kind == "number":
        # Python's own float() keeps every printed digit; the fast readers may be one bit off.
        return pd.array([float("nan") if pd.isna(one) else float(one) for one in text], dtype="float64")
    if kind == "boolean":
        return pd.array([pd.NA if pd.isna(one) else one == "true" for one in text], dtype="boolean")
    return pd.to_datetime(text, format="%Y-%m-%d")


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
        return " It looks like a date that a spreadsheet rewrote: write 2016-03-02, 2016-03 or 2016."
    if kind == "number" and re.fullmatch(r"-?\d+,\d+", value):
        return " Write a decimal point, not a comma."
    return ""


def _finding(file: str, check: str, index: Any, column: str | None, message: str) -> Finding:
    return Finding(file, check, message, row=None if index is None else int(index) + FIRST_ROW, column=column)


def _code_findings(file: str, column: str, wrong: pd.Series, allowed: Sequence[str]) -> list[Finding]:
    return [
        _finding(
            file,
            "code",
            row,
            column,
            f"{value!r} is not one of its codes. Allowed: {listed(allowed)}.{nearest(value, allowed)}",
        )
        for row, value in wrong.items()
    ]


def pandera_schema(table: str) -> Any:
    """Map a table's Table Schema to a pandera ``DataFrameSchema``.

    Parameters
    ----------
    table : str
        Name of the table in the data package.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        With the schema's constraints: required, unique, enum, minimum, maximum, pattern, primary key.
    """
    import pandera.pandas as pa

    columns = {}
    for name, field in schema.fields(table).items():
        limits = field.get("constraints", {})
        checks = []
        if "enum" in limits:
            checks.append(pa.Check.isin(limits["enum"]))
        if "minimum" in limits:
            checks.append(pa.Check.ge(limits["minimum"]))
        if "maximum" in limits:
            checks.append(pa.Check.le(limits["maximum"]))
        if "pattern" in limits:
            checks.append(pa.Check.str_matches(f"^(?:{limits['pattern']})$"))
        columns[name] = pa.Column(
            checks=checks, nullable=not limits.get("required", False), unique=limits.get("unique", False)
        )
    key = schema.primary_key(table)
    return pa.DataFrameSchema(columns, strict=True, unique=key if len(key) > 1 else None)


def constraint_findings(table: str, frame: pd.DataFrame) -> list[Finding]:
    """Check a typed frame against the schema's constraints.

    Parameters
    ----------
    table : str
        Name of the table in the data package.
    frame : DataFrame
        As :func:`parse` returns it.

    Returns
    -------
    list of Finding
        Empty if all constraints hold.
    """
    import pandera.pandas as pa

    try:
        pandera_schema(table).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return _from_pandera(table, errors.failure_cases)
    return []


def _from_pandera(table: str, cases: pd.DataFrame) -> list[Finding]:
    file = schema.resource(table)["path"]
    fields = schema.fields(table)
    key = schema.primary_key(table)
    findings = []
    seen = set()
    for case in cases.itertuples():
        check, value = str(case.check), case.failure_case
        column = case.column if case.column in fields else None
        limits = fields[column].get("constraints", {}) if column else {}
        if check.startswith("multiple_fields_uniqueness"):
            place, name, message = None, "key", f"the key ({', '.join(key)}) stands twice. Each may stand once."
        elif check == "not_nullable":
            place, name = column, "required"
            lost = (
                " If the value is Namibia's NA, a program read it as missing."
                if value != value and column == "iso2"
                else ""
            )
            message = f"empty, but every row needs a value: {fields[column]['title'].lower()}.{lost}"
        elif check == "field_uniqueness":
            place, name, message = column, "key", f"{value!r} stands twice. Each may stand once."
        elif check.startswith("str_matches"):
            zeros = " Leading zeros may have been lost." if str(value).isdigit() else ""
            hint = _hint(str(value), "string") or zeros
            place, name = column, "pattern"
            message = f"{value!r} does not have the form {limits['pattern']}.{hint}"
        elif check.startswith("isin"):
            allowed = limits["enum"]
            place, name = column, "code"
            message = f"{value!r} is not allowed. Allowed: {listed(allowed)}.{nearest(value, allowed)}"
        else:
            place, name = column, "range"
            message = f"{value} is outside {limits.get('minimum', '-inf')} to {limits.get('maximum', 'inf')}."
        mark = (case.index, place, name)
        if mark not in seen:
            seen.add(mark)
            findings.append(_finding(file, name, case.index, place, message))
    return findings

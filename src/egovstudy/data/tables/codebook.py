"""The codebook is the schema, asked in words: ``describe``, ``find``, and ``data/CODEBOOK.md``."""

from __future__ import annotations

from typing import Any

import pandas as pd

from egovstudy.data.tables import schema
from egovstudy.data.tables.loading import load
from egovstudy.errors import ArgumentError, listed, nearest

CODE_COLUMNS = ["code", "label_en", "label_id", "definition", "example", "not_this"]
CONSTRAINT_WORDS = {
    "minimum": "at least",
    "maximum": "at most",
    "pattern": "form",
    "enum": "one of",
}


def describe(table: str | None = None, column: str | None = None) -> pd.DataFrame:
    """Say what tables there are, what a table's columns mean, or what codes a column allows.

    Parameters
    ----------
    table : str, optional
        A table; without it, all tables are listed.
    column : str, optional
        A column of the table; a coded one gives its codes with definition, example and
        counter-example.

    Returns
    -------
    DataFrame
        One row per table, per column or per code.

    Raises
    ------
    ArgumentError
        If there is no such table or column.

    Examples
    --------
    >>> import egovstudy as eg
    >>> eg.describe("egdi").loc["osi", "unit"]
    'index 0 to 1'
    >>> "mou" in eg.describe("events", "instrument").index
    True
    """
    if table is None:
        rows = [schema.resource(name) for name in schema.table_names()]
        return pd.DataFrame(
            [
                {
                    "table": one["name"],
                    "rows": one.get("rows"),
                    "title": one["title"],
                    "about": one["description"],
                }
                for one in rows
            ]
        ).set_index("table")
    fields = schema.fields(table)
    if column is None:
        return pd.DataFrame([_field_row(table, field) for field in fields.values()]).set_index(
            "column"
        )
    if column not in fields:
        raise ArgumentError(
            f"no column {column!r} in {table}. Columns:"
            f" {listed(list(fields), 40)}.{nearest(column, list(fields))}"
        )
    codes = schema.code_list_of(table).get(column)
    if codes:
        return load(codes).set_index("code")
    return pd.DataFrame([_field_row(table, fields[column])]).set_index("column")


def _field_row(table: str, field: dict[str, Any]) -> dict[str, str]:
    return {
        "column": field["name"],
        "title": field["title"],
        "type": field["type"],
        "unit": field.get("unit", ""),
        "allowed": _allowed(table, field),
        "about": field["description"],
        "example": field.get("case", ""),
        "not_this": field.get("not_this", ""),
    }


def _allowed(table: str, field: dict[str, Any]) -> str:
    limits = field.get("constraints", {})
    words = ["required"] if limits.get("required") else []
    words += [
        f"{words_} {', '.join(map(str, limits[name])) if name == 'enum' else limits[name]}"
        for name, words_ in CONSTRAINT_WORDS.items()
        if name in limits
    ]
    words += [
        f"from {other}" for own, other, _ in schema.foreign_keys(table) if own == [field["name"]]
    ]
    return "; ".join(words)


def find(word: str) -> pd.DataFrame:
    """Search every table, column and code for a word.

    Parameters
    ----------
    word : str
        Any part of a name, title, label, definition or example, in any case.

    Returns
    -------
    DataFrame
        Columns ``where`` (table, table.column or code list:code) and ``text``.

    Raises
    ------
    ArgumentError
        If the word is empty.

    Examples
    --------
    >>> import egovstudy as eg
    >>> bool(eg.find("archive")["where"].str.startswith("codes-").any())
    True
    """
    if not word.strip():
        raise ArgumentError("nothing to find. Give a word, e.g. eg.find('archive').")
    entries = []
    for table in schema.table_names(codes=True):
        one = schema.resource(table)
        entries.append((table, f"{one['title']}. {one['description']}"))
        if table.startswith(schema.CODES):
            entries += [
                (f"{table}:{row.code}", " | ".join(str(cell) for cell in row[2:] if pd.notna(cell)))
                for row in load(table).itertuples()
            ]
        else:
            entries += [
                (f"{table}.{name}", f"{field['title']}. {field['description']}")
                for name, field in schema.fields(table).items()
            ]
    needle = word.lower()
    return pd.DataFrame(
        [entry for entry in entries if needle in f"{entry[0]} {entry[1]}".lower()],
        columns=["where", "text"],
    )


def render() -> str:
    """Write ``CODEBOOK.md`` out of the schema and the code lists."""
    package = schema.package()
    lines = [
        f"# Codebook: {package['title']}",
        "",
        (
            "Made by `egovstudy seal` from `datapackage.json` and the code lists; do not edit it by"
            " hand."
        ),
        "",
        package["description"],
        "",
        "| table | one row is | rows | licence |",
        "|---|---|---|---|",
    ]
    for name in schema.table_names():
        one = schema.resource(name)
        licence = "; ".join(_cell(licence["title"]) for licence in one["licenses"])
        lines.append(
            f"| [`{name}`](#{name}) | {_cell(one['title'])} | {one.get('rows', '')} | {licence} |"
        )
    for name in schema.table_names():
        lines += _table_section(name)
    lines += [
        "",
        "# Rulings",
        "",
        "How ambiguities are decided; the coding manuals print them in English and Indonesian.",
        "",
    ]
    lines += [
        "| ruling | variable | question and answer | example | not this |",
        "|---|---|---|---|---|",
    ]
    for row in load("rulings").itertuples(index=False):
        cells = [
            row.ruling,
            f"`{row.variable}`",
            f"**{row.question_en}** {row.answer_en}",
            row.example,
            row.not_this,
        ]
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    lines += ["", "# Code lists"]
    for name in schema.table_names(codes=True):
        if name.startswith(schema.CODES):
            lines += _codes_section(name)
    return "\n".join(lines) + "\n"


def _cell(text: Any) -> str:
    return "" if pd.isna(text) else str(text).replace("|", "\\|").replace("\n", " ")


def _table_section(name: str) -> list[str]:
    one = schema.resource(name)
    key = ", ".join(f"`{column}`" for column in schema.primary_key(name))
    lines = [
        "",
        f"## {name}",
        "",
        f"{one['title']}. {one['description']}",
        "",
        f"File `{one['path']}`, key {key}.",
        "",
    ]
    lines += ["| column | type | unit | allowed | meaning |", "|---|---|---|---|---|"]
    for column, row in describe(name).iterrows():
        meaning = f"{row['title']}. {row['about']}"
        meaning += f" *Example:* {row['example']}." if row["example"] else ""
        meaning += f" *Not this:* {row['not_this']}." if row["not_this"] else ""
        cells = [f"`{column}`", row["type"], row["unit"], row["allowed"], meaning]
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return lines


def _codes_section(name: str) -> list[str]:
    one = schema.resource(name)
    lines = ["", f"## {name}", "", one["description"], ""]
    lines += [
        "| code | English | Indonesian | definition | example | not this |",
        "|---|---|---|---|---|---|",
    ]
    for row in load(name)[CODE_COLUMNS].itertuples(index=False):
        lines.append(
            "| " + " | ".join([f"`{row.code}`", *(_cell(cell) for cell in row[1:])]) + " |"
        )
    return lines

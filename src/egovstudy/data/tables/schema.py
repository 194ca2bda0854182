"""The one schema: ``datapackage.json``, read once and asked for tables, fields and code lists."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from egovstudy.errors import ArgumentError, EgovstudyError, listed, nearest
from egovstudy.paths import SCHEMA_FILE, data_dir

CODES = "codes-"


@lru_cache(maxsize=8)
def _parsed(path: Path, _stamp: int) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise EgovstudyError(
            f"{path} is not valid JSON ({error}). Restore it from the project's history."
        ) from error


def package() -> dict[str, Any]:
    """Return the whole data package descriptor (Frictionless Data Package), as parsed JSON."""
    path = data_dir() / SCHEMA_FILE
    return _parsed(path, path.stat().st_mtime_ns)


def table_names(*, codes: bool = False) -> list[str]:
    """List the tables, in the order of the package.

    Parameters
    ----------
    codes : bool
        Also list the code lists (names that begin with ``codes-``).
    """
    names = [one["name"] for one in package()["resources"]]
    return [name for name in names if codes or not name.startswith(CODES)]


def resource(table: str) -> dict[str, Any]:
    """Descriptor of one table.

    Raises
    ------
    ArgumentError
        If there is no such table; the nearest name is given.
    """
    for one in package()["resources"]:
        if one["name"] == table:
            return one
    raise ArgumentError(
        f"no table {table!r}. Tables:"
        f" {listed(table_names(), most=60)}.{nearest(table, table_names(codes=True))}"
    )


def fields(table: str) -> dict[str, dict[str, Any]]:
    """Field descriptors of a table by name, in column order."""
    return {field["name"]: field for field in resource(table)["schema"]["fields"]}


def primary_key(table: str) -> list[str]:
    """Columns that identify a row."""
    key = resource(table)["schema"].get("primaryKey", [])
    return [key] if isinstance(key, str) else list(key)


def foreign_keys(table: str) -> list[tuple[list[str], str, list[str]]]:
    """Foreign keys of a table as ``(columns, other table, its columns)``."""
    found = []
    for key in resource(table)["schema"].get("foreignKeys", []):
        own, other = key["fields"], key["reference"]["fields"]
        found.append(
            (
                [own] if isinstance(own, str) else list(own),
                key["reference"]["resource"] or table,
                [other] if isinstance(other, str) else list(other),
            )
        )
    return found


def code_list_of(table: str) -> dict[str, str]:
    """Columns of a table that take their values from a code list, with that list's name."""
    return {own[0]: other for own, other, _ in foreign_keys(table) if other.startswith(CODES)}

"""Registers: small tables that several notebooks write one row at a time, sorted and whole."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from egovstudy.paths import alone, write_safely
from egovstudy.publish.words.rounding import csv_text

MANIFEST = "manifest.csv"
MANIFEST_COLUMNS = (
    *("name", "kind", "notebook", "venue", "width_mm", "height_mm", "rows", "data_digest"),
    *("cites", "sha256", "caption"),
)


def read_rows(path: Path) -> dict[str, dict[str, str]]:
    """Read a register as rows by key, the key being its first column.

    An absent file is an empty register.
    """
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def upsert(path: Path, row: Mapping[str, object], columns: Sequence[str]) -> None:
    """Add a row, or replace the one with the same key; any order of calls leaves the same file.

    Notebooks run side by side, and each reads, adds and writes: one waits for the other.

    Parameters
    ----------
    path : Path
        The register.
    row : mapping
        Value by column; the first of ``columns`` is the key.
    columns : sequence of str
        Columns in order.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with alone(path.parent):
        rows: dict[str, Mapping[str, object]] = {**read_rows(path)}
        rows[str(row[columns[0]])] = row
        cells = ([rows[key].get(name, "") for name in columns] for key in sorted(rows))
        write_safely(path, csv_text(columns, cells))

"""Small tables that several notebooks write one row at a time: sorted by key, whole at every moment."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from egovstudy.paths import write_safely
from egovstudy.publish.words.rounding import csv_text

try:
    import fcntl
except ImportError:  # Windows: there notebooks that publish are run one after another.
    fcntl = None

MANIFEST = "manifest.csv"
MANIFEST_COLUMNS = (
    "name", "kind", "notebook", "venue", "width_mm", "height_mm", "rows", "data_digest", "cites", "sha256", "caption",
)  # fmt: skip


def read_rows(path: Path) -> dict[str, dict[str, str]]:
    """Read a ledger as rows by key, the key being its first column; an absent file is an empty ledger."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return {row[reader.fieldnames[0]]: row for row in reader}


def upsert(path: Path, row: dict[str, object], columns: Sequence[str]) -> None:
    """Add a row, or replace the one with the same key, so that any order of calls leaves the same file.

    Parameters
    ----------
    path : Path
        The ledger.
    row : dict
        Value by column; the first of ``columns`` is the key.
    columns : sequence of str
        Columns in order.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.parent):
        rows = read_rows(path)
        rows[str(row[columns[0]])] = row
        write_safely(
            path,
            csv_text(
                columns, ([rows[key].get(name, "") for name in columns] for key in sorted(rows))
            ),
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    # Notebooks run side by side and each reads, adds and writes: without a lock one would undo
    # another's row. The folder itself is locked, so nothing is left lying about.
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)

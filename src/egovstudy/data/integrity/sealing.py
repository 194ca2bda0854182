"""Seal the data package: record each file's hash, size and rows, and write the codebook anew."""

from __future__ import annotations

import copy
import json

from egovstudy.data.egdi import file_digest
from egovstudy.data.events import as_csv, event_records
from egovstudy.data.tables import codebook, load, manual, schema
from egovstudy.paths import SCHEMA_FILE, data_dir, write_safely


def seal() -> list[str]:
    """Record the state of every table, and write anew what follows from the tables.

    That is ``event_records.csv``, ``CODEBOOK.md`` and the tables inside the coding manuals. The
    tables are loaded first, so a file that does not hold its schema is never sealed.

    Returns
    -------
    list of str
        Names of the tables whose record changed.

    Raises
    ------
    DataError
        If a table does not hold its schema.
    """
    write_safely(data_dir() / schema.resource("event_records")["path"], as_csv(event_records()))
    package = copy.deepcopy(schema.package())
    changed = []
    for one in package["resources"]:
        path = data_dir() / one["path"]
        state = {
            "hash": f"sha256:{file_digest(path)}" if path.exists() else None,
            "bytes": path.stat().st_size if path.exists() else None,
            "rows": len(load(one["name"])),
        }
        if any(one.get(name) != value for name, value in state.items()):
            changed.append(one["name"])
            one.update(state)
    write_safely(data_dir() / SCHEMA_FILE, json.dumps(package, indent=1, ensure_ascii=False) + "\n")
    write_safely(data_dir() / "CODEBOOK.md", codebook.render())
    for path, language in manual.manuals().items():
        write_safely(path, manual.render(path.read_text(encoding="utf-8"), language))
    return changed

"""Mutations of the data that leave the recorded hashes as they were."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

from .cells import Spot, calls, spots
from .kinds import Mutation, change_digit, kind

Row = dict[str, str]
CHANGED = "the file is not the one on record"


def read(file: Path) -> tuple[list[str], list[Row]]:
    """Read a table as text."""
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        return list(reader.fieldnames or []), list(reader)


def write(file: Path, columns: list[str], rows: list[Row]) -> None:
    """Write a table as the project does."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(out.getvalue(), encoding="utf-8")


def resources(project: Path) -> list[dict]:
    """Tables and code lists of the data package, as its schema describes them."""
    return json.loads((project / "data/datapackage.json").read_text(encoding="utf-8"))["resources"]


def record(project: Path, path: str) -> None:
    """Forge the record of a table, so that its hash agrees though it was not sealed."""
    file = project / "data/datapackage.json"
    package = json.loads(file.read_text(encoding="utf-8"))
    one = next(one for one in package["resources"] if one["path"] == path)
    content = (project / "data" / path).read_bytes()
    one |= {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
    file.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _checking(project: Path, rng: Random) -> Spot:
    """A cell that checks the data; every notebook has one, and each checks all of the data."""
    return rng.choice(spots(project, lambda cell: bool(calls(cell, "check_data"))))


def refused(project: Path, rng: Random, what: str, words: str, *, seal: bool = False) -> Mutation:
    """Expect the check of the data to fail in its cell, and to name the file and the matter."""
    spot = _checking(project, rng)
    return Mutation(what, (spot.path,), (spot.differs(), rf"(?m)^.*{words}"), seal)


def _one_value(rows: list[Row], rng: Random) -> str:
    row = rng.choice(rows)
    column = rng.choice([name for name, value in row.items() if value])
    old = row[column]
    at = rng.randrange(len(old))
    row[column] = (
        change_digit(old, rng) if re.search(r"\d", old) else old[:at] + "q" + old[at + 1 :]
    )
    return f"{column} {old[:40]!r} becomes {row[column][:40]!r}"


def _one_row_gone(rows: list[Row], rng: Random) -> str:
    return f"row {rows.pop(rng.randrange(len(rows)))} is dropped"[:120]


def _two_rows_swapped(rows: list[Row], rng: Random) -> str:
    at = rng.randrange(len(rows) - 1)
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    return f"records {at + 1} and {at + 2} are swapped"


def _two_values_swapped(rows: list[Row], rng: Random) -> str:
    columns = [name for name in rows[0] if len({row[name] for row in rows}) > 1]
    column = rng.choice(columns)
    one = rng.choice(rows)
    other = rng.choice([row for row in rows if row[column] != one[column]])
    one[column], other[column] = other[column], one[column]
    return f"two values of {column} are swapped"


@kind("data")
def table_changed(project: Path, rng: Random) -> Mutation:
    """Change any table or code list, and leave its recorded hash."""
    path = rng.choice(resources(project))["path"]
    columns, rows = read(project / "data" / path)
    what = rng.choice(
        (_one_value, _one_value, _one_row_gone, _two_rows_swapped, _two_values_swapped)
    )(rows, rng)
    write(project / "data" / path, columns, rows)
    return refused(project, rng, f"{path}: {what}", f"{re.escape(path)}.*: {CHANGED}")


def _no_utf8(raw: bytes, rng: Random) -> tuple[bytes, str]:
    at = rng.randrange(len(raw))
    return raw[:at] + b"\xe9\n" + raw[at:], "is not UTF-8"


def _byte_order_mark(raw: bytes, rng: Random) -> tuple[bytes, str]:
    return rng.choice((b"\xef\xbb\xbf", b"\xff\xfe")) + raw, "begins with a byte-order mark"


def _cut(raw: bytes, rng: Random) -> tuple[bytes, str]:
    end = rng.randrange(len(raw) // 2, len(raw))
    return raw[:end].rstrip(b"\n"), "looks truncated"


def _nul(raw: bytes, rng: Random) -> tuple[bytes, str]:
    at = rng.randrange(raw.index(b"\n") + 1, len(raw))
    return raw[:at] + b"\0" + raw[at:], CHANGED


def _emptied(raw: bytes, rng: Random) -> tuple[bytes, str]:
    return b"", "the file is empty"


@kind("data")
def file_garbled(project: Path, rng: Random) -> Mutation:
    """Damage the bytes of any table."""
    path = rng.choice(resources(project))["path"]
    file = project / "data" / path
    damage: Callable = rng.choice((_no_utf8, _byte_order_mark, _cut, _nul, _emptied))
    content, words = damage(file.read_bytes(), rng)
    file.write_bytes(content)
    return refused(
        project, rng, f"{path}: {damage.__name__.strip('_')}", f"{re.escape(path)}.*{words}"
    )

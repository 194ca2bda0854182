"""How long do a million coded events take to load and validate, beside pandas and frictionless?

The table is made up from the schema and the real events as they are on the day. Every time is taken
in a fresh process."""

from __future__ import annotations

import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd

import egovstudy as eg
from egovstudy.data.tables import schema
from egovstudy.paths import SCHEMA_FILE, data_dir

ROWS, SAMPLE, ROUNDS, FAULTS = 1_000_000, 20_000, 3, 10
RATIO_LIMIT, PEAK_LIMIT = 4, 2000  # times pandas.read_csv; MB
DTYPES = {"integer": "Int64", "year": "Int64", "number": "float64", "boolean": "boolean"}
DAY = r"\d{4}(-"  # how the patterns of partial dates begin
LONG = 12  # characters from which on a free text is made different in every row


def make_events(rows: int, folder: Path, seed: int = 20241) -> Path:
    """Copy the data to ``folder``, with so many made-up events instead of the real ones."""
    shutil.copytree(data_dir(), folder)
    path = folder / schema.resource("events")["path"]
    real = pd.read_csv(path, dtype="str", keep_default_na=False)
    codes = {
        name: eg.load(other)["code"].tolist()
        for name, other in schema.code_list_of("events").items()
    }
    days = pd.date_range("2004-01-01", "2026-06-30").strftime("%Y-%m-%d").to_numpy(object)
    rng = np.random.default_rng(seed)
    number = np.arange(rows).astype("str").astype(object)
    columns = {}
    for name, field in schema.fields("events").items():
        limits = field.get("constraints", {})
        cells = rng.choice(np.array(codes.get(name, real[name]), dtype=object), rows)
        if limits.get("unique"):
            cells = cells + "-" + number
        elif limits.get("pattern", "").startswith(DAY):
            cells = np.where(cells == "", "", rng.choice(days, rows))
        elif (
            not limits.keys() & {"pattern", "enum"}
            and name not in codes
            and real[name].str.len().mean() > LONG
        ):
            cells = np.where(cells == "", "", cells + " (" + number + ")")
        columns[name] = cells
    pd.DataFrame(columns).to_csv(path, index=False, lineterminator="\n")
    descriptor = json.loads((folder / SCHEMA_FILE).read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        for recorded in ("hash", "bytes", "rows"):
            resource.pop(recorded, None)
    (folder / SCHEMA_FILE).write_text(json.dumps(descriptor), encoding="utf-8")
    return path


def faults() -> Iterator[tuple[str, str, str]]:
    """Yield a column of the events, a cell that is wrong there, and the check that must find it."""
    codes = schema.code_list_of("events")
    for turn in count(1):
        for name, field in schema.fields("events").items():
            limits = field.get("constraints", {})
            if name in codes or "enum" in limits:
                yield name, "no-such-code", "code"
            elif field["type"] != "string":
                yield name, "perhaps", "type"
            elif "pattern" in limits:
                yield name, f"{turn}/2/2016", "pattern"
            elif limits.get("required"):
                yield name, "", "required"


def plant(path: Path, rows: list[int]) -> set[tuple[int, str, str]]:
    """Put one fault into each of the rows (the header is row 1).

    Give row, column and check of each.
    """
    planted = dict(zip(rows, faults(), strict=False))
    names = list(schema.fields("events"))
    beside = path.with_suffix(".new")
    with (
        path.open(encoding="utf-8", newline="") as old,
        beside.open("w", encoding="utf-8", newline="") as new,
    ):
        writer = csv.writer(new, lineterminator="\n")
        for row, cells in enumerate(csv.reader(old), start=1):
            if row in planted:
                column, cell, _ = planted[row]
                cells[names.index(column)] = cell
            writer.writerow(cells)
    beside.replace(path)
    return {(row, column, check) for row, (column, _, check) in planted.items()}


def read_alone() -> str:
    """The measure: nothing but the types."""
    codes = schema.code_list_of("events")
    types = {
        name: DTYPES.get(field["type"], "str") for name, field in schema.fields("events").items()
    }
    path = data_dir() / schema.resource("events")["path"]
    started = time.perf_counter()
    pd.read_csv(
        path, dtype=types | dict.fromkeys(codes, "category"), keep_default_na=False, na_values=[""]
    )
    return str(time.perf_counter() - started)


def load_all() -> str:
    started = time.perf_counter()
    eg.load("events")
    return str(time.perf_counter() - started)


def load_warm() -> str:
    eg.load("waves")
    return load_all()


def load_faulty() -> str:
    try:
        eg.load("events")
    except eg.DataError as error:
        return json.dumps([(one.row, one.column, one.check) for one in error.findings])
    return "[]"


def frictionless_alone() -> str:
    from frictionless import Package

    resource = Package(str(data_dir() / SCHEMA_FILE)).get_resource("events")
    started = time.perf_counter()
    report = resource.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]
    return str(time.perf_counter() - started)


TASKS: dict[str, Callable[[], str]] = {
    task.__name__: task
    for task in (read_alone, load_all, load_warm, load_faulty, frictionless_alone)
}


def peak() -> float:
    """Largest memory of this process so far in MB; NaN on Windows, which does not tell."""
    if os.name == "nt":
        return float("nan")
    import resource

    return (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        * (1 if sys.platform == "darwin" else 1024)
        / 1e6
    )


def run(task: Callable[[], str], folder: Path) -> tuple[str, float]:
    """What a task gives in a fresh process over that folder, and the most memory it took in MB."""
    result = subprocess.run(
        [sys.executable, __file__, task.__name__],
        env={**os.environ, "EGOVSTUDY_DATA": str(folder)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    given, memory = result.stdout.splitlines()
    return given, float(memory)


def medians(
    first: Callable[[], str], second: Callable[[], str], folder: Path
) -> dict[str, tuple[float, float]]:
    """Seconds and peak of two tasks in turn, so that a busy moment meets both.

    The first task also ends the series.
    """
    seen: dict[str, list[tuple[float, float]]] = {first.__name__: [], second.__name__: []}
    for task in [first, second] * ROUNDS + [first]:
        given, memory = run(task, folder)
        seen[task.__name__].append((float(given), memory))
    return {
        name: (statistics.median(s for s, _ in all_), max(m for _, m in all_))
        for name, all_ in seen.items()
    }


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        folder, sample = Path(place) / "all", Path(place) / "sample"
        path = make_events(ROWS, folder)
        print(
            f"{ROWS:,} events, {len(schema.fields('events'))} columns,"
            f" {path.stat().st_size / 1e6:.0f} MB"
        )
        (base, base_peak), (own, own_peak) = medians(read_alone, load_all, folder).values()
        print(f"pandas.read_csv with dtypes  {base:6.1f} s  peak {base_peak:5.0f} MB")
        print(
            f"eg.load('events')            {own:6.1f} s  peak {own_peak:5.0f} MB  {own / base:.2f}"
            " times"
        )
        expected = plant(path, np.linspace(2, ROWS + 1, FAULTS, dtype=int).tolist())
        found, faulty_peak = run(load_faulty, folder)
        right = {tuple(one) for one in json.loads(found)} == expected
        print(
            f"{FAULTS} planted faults reported at their rows: {'yes' if right else 'NO'}  peak"
            f" {faulty_peak:5.0f} MB"
        )
        make_events(SAMPLE, sample)
        (other, _), (warm, _) = medians(frictionless_alone, load_warm, sample).values()
        print(
            f"rows a second of {SAMPLE:,}: frictionless {SAMPLE / other:,.0f}, eg.load"
            f" {SAMPLE / warm:,.0f}"
        )
    holds = own <= RATIO_LIMIT * base and not max(own_peak, faulty_peak) > PEAK_LIMIT and right
    print(
        f"within {RATIO_LIMIT} times pandas.read_csv and {PEAK_LIMIT:,} MB:"
        f" {'yes' if holds else 'NO'}"
    )
    return 0 if holds else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(TASKS[sys.argv[1]](), peak(), sep="\n")
    else:
        sys.exit(main())

"""Large tables: every fault is found at its row, and what is read is what a plain reading gives."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import egovstudy as eg
from egovstudy.data.tables import loading as load
from egovstudy.data.tables import schema
from egovstudy.data.tables import validation as validate

PROJECT = Path(__file__).resolve().parents[3]
ROWS = 20_000


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """`benchmarks/validation.py`, which makes the table and plants the faults."""
    spec = importlib.util.spec_from_file_location(
        "validation_bench", PROJECT / "benchmarks" / "validation.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(bench: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "data"
    bench.make_events(ROWS, folder)
    return folder


@pytest.fixture
def events(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private copy of the large events table, the one that `eg.load` reads."""
    folder = tmp_path / "data"
    shutil.copytree(made, folder)
    monkeypatch.setenv("EGOVSTUDY_DATA", str(folder))
    return folder / "events.csv"


def findings(table: str = "events") -> set[tuple[int | None, str | None, str]]:
    with pytest.raises(eg.DataError) as caught:
        eg.load(table)
    return {(one.row, one.column, one.check) for one in caught.value.findings}


def records(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)


def plain(path: Path, table: str) -> dict[str, list[object]]:
    """Every column as Python values, None where a cell is empty."""
    read: dict[str, Callable[[str], object]] = {
        "integer": int,
        "year": int,
        "number": float,
        "boolean": "true".__eq__,
        "date": datetime.fromisoformat,
    }
    header, *rows = records(path)
    kinds = {name: read.get(field["type"], str) for name, field in schema.fields(table).items()}
    return {
        name: [kinds[name](cell) if cell else None for cell in cells]
        for name, cells in zip(header, zip(*rows, strict=True), strict=True)
    }


def same(frame: pd.DataFrame, expected: dict[str, list[object]]) -> bool:
    came = {name: [None if pd.isna(one) else one for one in frame[name].tolist()] for name in frame}
    return came == expected and frame.index.equals(pd.RangeIndex(len(frame)))


@pytest.mark.parametrize("table", schema.table_names(codes=True))
def test_every_table_is_what_a_plain_reading_gives(table: str) -> None:
    assert same(eg.load(table), plain(PROJECT / "data" / schema.resource(table)["path"], table))


def test_a_large_table_is_what_a_plain_reading_gives(events: Path) -> None:
    rows = records(events)
    rows[7][rows[0].index("summary")] = 'Two lines,\nand "quotes", and é'
    write(events, rows)
    frame = eg.load("events")
    assert same(frame, plain(events, "events"))
    for name, other in schema.code_list_of("events").items():
        assert frame[name].cat.categories.tolist() == eg.load(other)["code"].tolist()
    assert {str(frame[name].dtype) for name in schema.fields("events")} <= {
        "str",
        "category",
        "boolean",
        "Int64",
    }


def test_each_fault_is_told_at_its_row(events: Path, bench: ModuleType) -> None:
    rows = records(events)
    rows[5][rows[0].index("summary")] = (
        "A line end\nin a cell: the rows below are counted by record, not by line."
    )
    identifier = rows[0].index("event_id")
    rows[9_000][identifier] = rows[400][identifier]
    write(events, rows)
    expected = bench.plant(events, np.linspace(2, ROWS + 1, 3 * len(rows[0]), dtype=int).tolist())
    assert {check for _, _, check in expected} == {"code", "type", "pattern", "required"}
    assert findings() == expected | {(401, "event_id", "key"), (9_001, "event_id", "key")}


def test_lines_of_wrong_length_are_told_at_their_rows(events: Path) -> None:
    rows = records(events)
    rows[1].append("")
    rows[3_000].pop()
    rows[12_000] = []
    rows[ROWS].append("one more")
    write(events, rows)
    assert findings() == {(row, None, "form") for row in (2, 3_001, 12_001, ROWS + 1)}


def test_a_byte_that_is_not_utf8_is_told_at_its_line(events: Path) -> None:
    lines = events.read_bytes().splitlines(keepends=True)
    lines[15_000] = lines[15_000].replace(b"a", b"\xe9", 1)
    events.write_bytes(b"".join(lines))
    assert findings() == {(15_001, None, "encoding")}


def test_a_quote_that_is_not_closed_is_told_at_its_row(events: Path) -> None:
    lines = events.read_text(encoding="utf-8").splitlines(keepends=True)
    for row in (4_000, ROWS + 1):  # far from the end, and in the last line
        events.write_text(
            "".join([*lines[: row - 1], '"' + lines[row - 1], *lines[row:]]), encoding="utf-8"
        )
        assert findings() == {(row, None, "form")}
        load.forget()


def test_very_many_alike_are_counted_and_the_first_of_them_told(events: Path) -> None:
    rows = records(events)
    place = rows[0].index("instrument")
    for row in rows[1:]:
        row[place] = "mouu"
    write(events, rows)
    with pytest.raises(
        eg.DataError, match=r"(?s)column instrument: 20,000 rows fail this check.*Nearest: 'mou'"
    ) as caught:
        eg.load("events")
    # A cell that cannot be read is not also called empty, however many there are.
    assert [one.check for one in caught.value.findings] == ["code"] * (1 + validate.MOST)
    assert [one.row for one in caught.value.findings] == [None, *range(2, validate.MOST + 2)]


def test_a_table_without_rows_keeps_its_types(events: Path) -> None:
    full = eg.load("events")
    write(events, records(events)[:1])
    load.forget()
    empty = eg.load("events")
    assert empty.empty
    assert empty.dtypes.astype("str").tolist() == full.dtypes.astype("str").tolist()


FAULTS = {
    "a whole number that no machine holds": ({"egdi_rank": "9" * 20}, {("egdi_rank", "type")}),
    "digits of another script": ({"egdi_rank": "٣"}, {("egdi_rank", "type")}),
    "a line end behind a code": ({"iso3": "AFG\n"}, {("iso3", "pattern"), (None, "key")}),
    "part of a key unread": ({"wave": "20O3"}, {("wave", "type")}),
    "part of a key missing": ({"wave": ""}, {("wave", "required")}),
    "a key twice": ({"iso3": "ALB"}, {(None, "key")}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_that_are_easily_missed(name: str, data_copy: Path) -> None:
    cells, expected = FAULTS[name]
    path = data_copy / "egdi.csv"
    rows = records(path)
    for row in (1, 3):
        for column, cell in cells.items():
            rows[row][rows[0].index(column)] = cell
    write(path, rows)
    came = findings("egdi")
    assert {(column, check) for _, column, check in came} == expected
    assert {row for row, _, _ in came} >= {2, 4}


CELLS = st.lists(
    st.sampled_from(
        [
            "a",
            "b",
            ",",
            ",",
            '"',
            '""',
            '"x,y"',
            "\n",
            "\n",
            "\r\n",
            "\r",
            " ",
            "é",
            "NA",
            "\0",
            "1,2,3\n",
        ]
    )
)


@settings(
    max_examples=400,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=CELLS.map("".join), width=st.integers(1, 3))
def test_any_text_is_read_as_the_standard_library_reads_it(
    body: str, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either the same cells, or findings at the rows that have not one cell for each column."""
    names = list("abc")[:width]
    fields = [{"name": name, "type": "string"} for name in names]
    package = {"resources": [{"name": "any", "path": "any.csv", "schema": {"fields": fields}}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    text = ",".join(names) + "\n" + body + "\n"
    path = tmp_path / "any.csv"
    path.write_bytes(text.encode())
    monkeypatch.setenv("EGOVSTUDY_DATA", str(tmp_path))
    schema._parsed.cache_clear()
    frame, wrong = load.read_table("any", path)
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    if frame is not None:
        assert not wrong
        assert frame.fillna("").to_numpy().tolist() == rows
    else:
        ragged = [row for row, cells in enumerate(rows, start=2) if len(cells) != width]
        open_quote = not ragged  # the standard library takes the rest of the file as its last cell
        assert [one.row for one in wrong] == ragged or (open_quote and len(wrong) == 1)

"""Two coders' sheets side by side: matched rows, disagreements, agreement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.forms import CLEAN, table, workbook, write_csv

import egovstudy as eg
from egovstudy.data.contribute.comparisons import compare

DAYS = ("2017-05-09", "2017-06-13", "2017-07-11", "2017-08-08")


def event(number: int, **cells: str) -> dict[str, str]:
    return CLEAN | {"date": DAYS[number], "source_url": f"https://example.org/{number}"} | cells


@pytest.fixture
def sheets(tmp_path: Path) -> tuple[Path, Path]:
    """By id under other dates, by address and day, by address alone; one event in each only."""
    first = [
        event(0, event_id="kor-a", stage="contact", themes="training;spbe_architecture"),
        event(1, instrument="visit"),
        event(2, level="minister"),
        event(3, source_url="https://example.org/mine"),
    ]
    second = [
        event(
            0,
            event_id="kor-a",
            stage="intent",
            source_url="https://example.org/other",
            summary="Other words.",
        ),
        event(1, instrument="meeting", source_url="http://www.example.org/1/"),
        event(2, date="2017-07", date_precision="month", level="technical"),
        event(3, source_url="https://example.org/theirs"),
    ]
    workbook(table(*first)).save(tmp_path / "ani.xlsx")
    return tmp_path / "ani.xlsx", write_csv(tmp_path / "budi.csv", table(*second), delimiter=";")


def test_rows_are_matched_and_disagreements_found(sheets: tuple[Path, Path]) -> None:
    found = compare(*sheets)
    differ = found.values[~found.values["same"]]
    assert differ[["event", "variable", "ani", "budi"]].to_numpy().tolist() == [
        ["kor-a", "stage", "contact", "intent"],
        ["row 3", "instrument", "visit", "meeting"],
        ["row 4", "date", "2017-07-11", "2017-07"],
        ["row 4", "date_precision", "day", "month"],
        ["row 4", "level", "minister", "technical"],
    ]
    assert [len(rows) for rows in found.alone.values()] == [1, 1]
    assert "row 5: 2017-08-08 kor-mois example.org/mine" in found.alone["ani"]


def test_agreement_is_that_of_the_function(sheets: tuple[Path, Path]) -> None:
    table = compare(*sheets).measured.table.set_index("variable")
    assert table.loc["stage", ["events", "share"]].tolist() == [3, pytest.approx(2 / 3)]
    assert table.loc["themes", "level"] == "masi"
    assert table.loc["themes", "share"] == 1


def test_the_command_shows_and_writes_the_comparison(
    sheets: tuple[Path, Path], command: Callable
) -> None:
    first, second = sheets
    to = first.parent / "both.csv"
    told = command("compare-codings", str(first), str(second), "--to", str(to))
    assert (told.returncode, told.stderr) == (0, "")
    for words in (
        "3 events in both",
        "5 differ",
        "kor-a",
        "Only in ani: 1",
        "67 %",
        "Krippendorff's alpha",
    ):
        assert words in told.stdout
    lines = to.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "event,row_first,row_second,variable,ani,budi,same,adjudicated,reason"
    assert "kor-a,2,2,stage,contact,intent,false,," in lines


def test_sheets_without_a_common_event_are_said(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", table(event(0)))
    second = write_csv(tmp_path / "b.csv", table(event(1)))
    with pytest.raises(eg.ArgumentError, match=r"no event stands both in a\.csv and b\.csv"):
        compare(first, second)


def test_cells_that_are_no_text_are_named(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "a.csv", table(event(0)))
    second = write_csv(tmp_path / "b.csv", table(event(0, city="=1+1")))
    with pytest.raises(eg.DataError, match=r"b\.csv, row 2, column city"):
        compare(first, second)


def test_one_file_against_itself_agrees_throughout(sheets: tuple[Path, Path]) -> None:
    found = compare(sheets[0], sheets[0])
    assert found.values["same"].all()
    assert found.coders == ("first", "second")

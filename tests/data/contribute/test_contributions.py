"""Each named check has a row that it, and no other, reports; a clean row reports nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from support.forms import CLEAN, place, table, workbook, write_csv

import egovstudy as eg
from egovstudy.data.contribute import form
from egovstudy.data.contribute.contributions import (
    Contribution,
    check_contribution,
    errors,
    read_contribution,
)
from egovstudy.data.contribute.rules import CHECKS
from egovstudy.data.events import SECOND, WITNESS, Known
from egovstudy.data.events.sourced import coded_events
from egovstudy.errors import Finding

LAUNCH = {
    "date": "2016-03-02",
    "indonesian_lead": "Minister (Yuddy Chrisnandi)",
    "instrument": "centre_launch",
    "source_date": "2016-03-03",
    "printed_date": "Rabu (2/3/2016)",
    "printed_weekday": "wednesday",
    "second_source_date": "2016-03-03",
    "second_printed_date": "2 March 2016",
}
NO_SOURCE = {column: "" for column in CLEAN if "source_" in column or "printed_" in column}
ONE_SOURCE = {column: "" for column in CLEAN if column.startswith("second_")}


def merge(book: Workbook) -> None:
    book.active.merge_cells(f"{place('city')}:{place('country_of_event')}")


def stray_cell(book: Workbook) -> None:
    book.active.cell(2, len(form.columns()) + 2).value = "look here"


# A valid contribution with one fault: cells to change, or a change of the workbook.
FAULTS: dict[str, dict[str, object] | Callable[[Workbook], None]] = {
    "header": {"remarks": "a column of my own"},
    "cells": stray_cell,
    "merged cells": merge,
    "formula": {"date_note": '=HYPERLINK("https://example.org","here")'},
    "spreadsheet date": {"date": 42864},
    "text form": {"summary": "The minister met a <b>Korean</b> delegation."},
    "rows": lambda book: book.active.delete_rows(2),
    "required": {"confidence": ""},
    "code": {"level": "ministr"},
    "register": {"body_id": "panrbb"},
    "themes": {"themes": "training; spbe_architecture; training"},
    "domestic": {"partner_id": "idn-paguyuban", "instrument": "coordination_meeting"},
    "think tank": {"partner_detail": "MOI, with Korea University"},
    "unsigned agreement": {"stage": "agreement"},
    "letter of intent": {"instrument": "loi"},
    "announced": {"act_status": "announced"},
    "summary": {"summary": "word " * 41},
    "event id": {"event_id": "kor_2017 visit"},
    "free id": {"event_id": "kor-2016-03-02-egcc-launch"},
    "missing source": NO_SOURCE,
    "address": {"source_url": "www.example.org/news/a"},
    "press text": {"source_press_text": "PT no. 1"},
    "known source": {},  # filled below: an address that the tables have
    "second source": {"second_source_url": "http://www.example.org/news/a/"},
    "date after source": ONE_SOURCE | {"source_date": "2017-05-08"},
    "retrospective": {"retrospective": "true"},
    "office": {"indonesian_lead": "Minister of PANRB (Tjahjo Kumolo)"},
    "duplicate": LAUNCH,
    "date form": {"date_end": "9/5/2017"},
    "calendar": {"date_end": "2017-05-32"},
    "precision": {"date_precision": "month"},
    "finer than source": ONE_SOURCE | {"printed_date": "Mei 2017", "printed_weekday": ""},
    "printed form": {"second_printed_date": "some time ago"},
    "printed date": ONE_SOURCE | {"printed_date": "Selasa (16/5/2017)"},
    "weekday": {"printed_date": "Rabu (9/5/2017)", "printed_weekday": "wednesday"},
    "date basis": {"date_basis": "year_supplied"},
    "end before start": {"date_end": "2017-05-08"},
}


def findings_of(path: Path) -> list[Finding]:
    return check_contribution(read_contribution(path))


def spoilt(name: str) -> Workbook:
    fault = FAULTS[name]
    if name == "known source":
        sources = eg.load("sources")
        row = sources[
            sources["url"].notna() & sources["kind"].eq("news") & sources["press_text_id"].isna()
        ].iloc[0]
        fault = {"source_url": row["url"], "source_kind": "other"}
    book = workbook(table(CLEAN | (fault if isinstance(fault, dict) else {})))
    if callable(fault):
        fault(book)
    return book


def test_every_check_has_a_fault_and_every_fault_a_check() -> None:
    assert set(FAULTS) == set(CHECKS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_by_its_check_and_no_other(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    spoilt(name).save(path)
    found = findings_of(path)
    assert {finding.check for finding in found} == {name}, found
    assert all(finding.file == "mine.xlsx" and len(finding.message) > 20 for finding in found)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_clean_row_reports_nothing(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"mine.{ending}"
    if ending == "csv":
        write_csv(path, table(CLEAN))
    else:
        workbook(table(CLEAN)).save(path)
    assert findings_of(path) == []


def test_the_template_takes_a_clean_row(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = form.write_template(tmp_path / "mine.xlsx")
    book = load_workbook(path)
    events, codes = book["events"], book["codes"]
    assert [cell.value for cell in events[1]] == form.columns()
    assert all(
        events.column_dimensions[cell.column_letter].number_format == "@" for cell in events[1]
    )
    assert ("instrument", "loi") in {
        (row[0].value, row[1].value) for row in codes.iter_rows(min_row=2)
    }
    lists = {
        str(one.sqref).split("2:")[0]: one.formula1
        for one in events.data_validations.dataValidation
    }
    start, end = (
        lists[place("stage").removesuffix("2")].removeprefix("codes!").replace("$", "").split(":")
    )
    assert [cell[0].value for cell in codes[start:end]] == eg.load("codes-stage")["code"].tolist()
    for column, value in CLEAN.items():
        events[place(column)].value = value
    book.save(path)
    assert findings_of(path) == []


def test_the_coded_events_pass_as_contributions() -> None:
    """The checks are calibrated on the table: it must not be sent back itself."""
    known, rows = Known.load(), []
    for event in coded_events():
        cells = event.cells | {"event_id": ""}
        used = [one for one in event.sources if one["role"] in ("main", "second")]
        for prefix, source in zip(("", SECOND), used, strict=False):
            cells |= {f"{prefix}{name}": source[name] for name in WITNESS}
        rows.append(known.event(cells, "mine.csv", event.row))
    found = check_contribution(Contribution("mine.csv", tuple(rows), (), known))
    again = {finding.row for finding in found if finding.check == "duplicate"}
    assert again == {event.row for event in rows}
    wrong = {finding.row for finding in errors(found)}
    assert len(wrong) < 0.03 * len(rows), errors(found)


def test_duplicates_within_a_long_sheet_are_found_in_bounded_memory(tmp_path: Path) -> None:
    rows = [
        CLEAN | {"source_url": f"https://example.org/{number}", "second_source_url": ""}
        for number in range(900)
    ]
    found = [
        one
        for one in findings_of(write_csv(tmp_path / "long.csv", table(*rows)))
        if one.check == "duplicate"
    ]
    assert {finding.row for finding in found} == set(range(3, 902))


def test_text_and_json_of_the_command(tmp_path: Path, command: Callable) -> None:
    path = write_csv(
        tmp_path / "mine.csv", table(CLEAN | {"stage": "intention", "retrospective": "true"}, CLEAN)
    )
    told = command("check-events", str(path))
    assert (told.returncode, told.stderr) == (1, "")
    assert "row 2, column stage [code] 'intention' is not one of its codes." in told.stdout
    assert "Nearest: 'intent'" in told.stdout
    assert (
        told.stdout.index("To mend")
        < told.stdout.index("[code]")
        < told.stdout.index("To look at again")
    )
    assert told.stdout.rstrip().endswith("mine.csv: 1 error, 2 questions in 2 events.")
    listed = command("check-events", str(path), "--json")
    assert listed.returncode == 1
    rows = json.loads(listed.stdout)
    assert [(row["row"], row["column"], row["check"], row["severity"]) for row in rows] == [
        (2, "stage", "code", "error"),
        (2, "retrospective", "retrospective", "question"),
        (3, "date", "duplicate", "question"),
    ]
    assert all(
        set(row) == {"file", "row", "column", "check", "severity", "message"} for row in rows
    )


def test_questions_alone_exit_with_0_and_no_table_with_2(tmp_path: Path, command: Callable) -> None:
    path = write_csv(tmp_path / "mine.csv", table(CLEAN | {"retrospective": "true"}))
    told = command("check-events", str(path))
    assert told.returncode == 0
    assert "1 question in 1 event. It can go in" in told.stdout
    gone = command("check-events", str(tmp_path / "gone.csv"))
    assert (gone.returncode, gone.stdout) == (2, "")
    assert "there is no file" in gone.stderr
    named = command("check-events", "--list")
    assert named.returncode == 0
    assert [line.split("  ")[0] for line in named.stdout.splitlines()] == list(CHECKS)

"""Events go into the tables whole or not at all: from a sheet, or by asking."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.forms import CLEAN, table, write_csv

import egovstudy as eg
from egovstudy.data.contribute import additions, form, interview
from egovstudy.data.events import SECOND, SOURCE_FIELDS, WITNESS, Event
from egovstudy.data.integrity import writing as trying

NEW_ID = "kor-2017-05-09-delegation-korean-explained"
JUNE = CLEAN | {
    "event_id": "kor-2017-06-13-second-portal-visit",
    "date": "2017-06-13",
    "source_date": "2017-06-14",
    "printed_date": "Selasa (13/6/2017)",
    "second_source_url": "",
    "second_source_title": "",
    "second_source_publisher": "",
    "second_source_date": "",
    "second_source_kind": "",
    "second_printed_date": "",
}


def state(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_sheet_goes_in_whole_and_the_data_hold(
    data_copy: Path, tmp_path: Path, command: Callable
) -> None:
    before = state(data_copy)
    known = next(one for one in rows(data_copy, "sources") if one["url"] and one["kind"] == "news")
    june = (
        JUNE
        | {"source_url": known["url"], "source_kind": "", "source_date": ""}
        | {"retrospective": "true"}
    )
    path = write_csv(tmp_path / "mine.csv", table(CLEAN, june))
    told = command("add-event", "--from", str(path))
    assert (told.returncode, told.stderr) == (0, "")
    assert f"Added: {NEW_ID}, {JUNE['event_id']}." in told.stdout
    assert "Next: egovstudy reproduce --update" in told.stdout
    eg.check_data()
    events = {one["event_id"]: one for one in rows(data_copy, "events")}
    assert list(events) == sorted(events)
    shared = [column for column in CLEAN if column in events[NEW_ID]]
    assert {column: events[NEW_ID][column] for column in shared} == {
        column: CLEAN[column] for column in shared
    }
    assert [
        one["theme"] for one in rows(data_copy, "event_themes") if one["event_id"] == NEW_ID
    ] == [
        "spbe_architecture",
        "training",
    ]
    links = {
        one["role"]: one for one in rows(data_copy, "event_sources") if one["event_id"] == NEW_ID
    }
    assert (links["main"]["printed_date"], links["main"]["printed_weekday"]) == (
        "Selasa (9/5/2017)",
        "tuesday",
    )
    assert links["second"]["printed_date"] == "9 May 2017"
    source = next(
        one for one in rows(data_copy, "sources") if one["source_id"] == links["main"]["source_id"]
    )
    assert source["source_id"].startswith("example-daily-")
    assert (source["url"], source["reading"], source["date_precision"]) == (
        CLEAN["source_url"],
        "read",
        "day",
    )
    again = [one for one in rows(data_copy, "event_sources") if one["event_id"] == JUNE["event_id"]]
    assert [one["source_id"] for one in again] == [known["source_id"]]
    for name in additions.TABLES:  # what was there stands as it stood, to the byte
        lines = before[f"{name}.csv"].splitlines()
        assert set(lines) <= set((data_copy / f"{name}.csv").read_bytes().splitlines())


def test_a_sheet_with_an_error_writes_nothing(
    data_copy: Path, tmp_path: Path, command: Callable
) -> None:
    before = state(data_copy)
    path = write_csv(tmp_path / "mine.csv", table(CLEAN, JUNE | {"stage": "intention"}))
    told = command("add-event", "--from", str(path))
    assert told.returncode == 1
    assert "mine.csv, row 3, column stage: 'intention' is not one of its codes" in told.stderr
    assert state(data_copy) == before


def test_a_failing_write_puts_everything_back(
    data_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, write = state(data_copy), trying.write_safely

    def full_disk(path: Path, content: bytes | str) -> Path:
        if path == data_copy / "sources.csv" and isinstance(content, str):
            raise eg.EgovstudyError("the disk is full")
        return write(path, content)

    monkeypatch.setattr(trying, "write_safely", full_disk)
    path = write_csv(tmp_path / "mine.csv", table(CLEAN))
    with pytest.raises(eg.EgovstudyError, match="the disk is full"):
        additions.add_sheet(path, print)
    assert state(data_copy) == before


def test_data_that_do_not_hold_are_said_and_left(data_copy: Path, tmp_path: Path) -> None:
    events = data_copy / "events.csv"
    events.write_text(
        events.read_text(encoding="utf-8").replace(",2021-05-25,day,", ",2021-05,day,", 1),
        encoding="utf-8",
    )
    before = state(data_copy)
    path = write_csv(tmp_path / "mine.csv", table(CLEAN))
    with pytest.raises(eg.EgovstudyError, match="did not hold before the addition either"):
        additions.add_sheet(path, print)
    assert state(data_copy) == before


def test_the_tables_of_an_installed_package_are_not_written(
    data_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "data_dir", lambda: trying.PACKAGE_DIR / "_tables")
    with pytest.raises(eg.EgovstudyError, match="belongs to the installed package"):
        additions.add_events([Event(CLEAN)])


def replies(**instead: list[str]) -> list[str]:
    """Answers in the order of the questions; a list where a question is asked more than once."""
    return [
        reply
        for column in interview.ORDER
        for reply in instead.get(column, [CLEAN.get(column, "")])
    ]


class Person:
    """Somebody who answers from a list; keeps what was asked and said."""

    def __init__(self, answers: list[str]) -> None:
        self.answers: Iterator[str] = iter(answers)
        self.heard: list[str] = []

    def ask(self, prompt: str) -> str:
        self.heard.append(prompt)
        try:
            return next(self.answers)
        except StopIteration:
            raise EOFError from None

    def say(self, line: str) -> None:
        self.heard.append(line)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Rows that an interview would have written."""
    kept: list[Event] = []
    monkeypatch.setattr(
        interview, "add_events", lambda rows: kept.extend(rows) or [rows[0]["event_id"]]
    )
    return kept


def test_a_command_fed_line_by_line_writes_the_event(data_copy: Path, command: Callable) -> None:
    told = command("add-event", input="\n".join([*replies(), "yes", ""]))
    assert (told.returncode, told.stderr) == (0, "")
    assert f"Added: {NEW_ID}." in told.stdout
    assert NEW_ID in eg.load_events()["event_id"].tolist()
    eg.check_data()


def test_wrong_answers_are_asked_again_with_the_reason(written: list[Event]) -> None:
    answers = replies(
        source_url=["example.org/news/a", CLEAN["source_url"]],
        printed_date=["some time ago", CLEAN["printed_date"]],
        date=["9/5/2017", "2017-05-10"],
        date_basis=[
            "printed",
            "<",
            "<",
            "<",
            CLEAN["date"],
            "",
            "",
            "printed",
        ],  # back over end and precision
        instrument=["visits", "visit"],
        stage=["?", "contact"],
        themes=["digital", CLEAN["themes"]],
        indonesian_lead=["=1+1", CLEAN["indonesian_lead"]],
        summary=["", "word " * 41, CLEAN["summary"]],
    )
    person = Person([*answers, "yes"])
    assert interview.add_by_asking(person.ask, person.say) == [NEW_ID]
    heard = "\n".join(person.heard)
    for words in (
        "[address] 'example.org/news/a' is no web address",
        "[printed form] no date can be read in 'some time ago'",
        "[date form] '9/5/2017' is no partial ISO date",
        "2017-05-10 is not what the printed date gives: 2017-05-09",
        "To mend date, go back with <",
        "[code] 'visits' is not one of its codes",
        "[code] 'digital' is not one of its codes",
        "[formula] '=1+1' begins with '='",
        "[required] empty",
        "[summary] 41 words",
        "r15 Letter of intent: intent or agreement?",
    ):
        assert words in heard, words
    assert {column: written[0][column] for column in CLEAN} == CLEAN


def test_enter_takes_what_the_printed_date_gives(written: list[Event]) -> None:
    person = Person([*replies(date=[""], date_precision=[""], date_basis=[""]), "yes"])
    interview.add_by_asking(person.ask, person.say)
    assert (written[0]["date"], written[0]["date_precision"], written[0]["date_basis"]) == (
        "2017-05-09",
        "day",
        "printed",
    )
    assert any("The printed date gives: 2017-05-09 (printed)" in line for line in person.heard)


def test_going_back_and_known_sources(written: list[Event]) -> None:
    known = eg.load("sources").dropna(subset=["url", "date"]).query("date.str.len() == 10").iloc[0]
    skipped = {name: [] for name in SOURCE_FIELDS[1:]}
    second = {f"{SECOND}{name}": [] for name in WITNESS[2:]}
    answers = replies(
        source_url=[known["url"]],
        **skipped,
        **second,
        printed_date=[""],
        printed_weekday=["<", "", ""],
        date=[known["date"]],
        date_basis=["publication"],
        indonesian_lead=[""],
        second_source_url=[""],
        second_source_title=[""],
    )
    person = Person([*answers, "yes"])
    interview.add_by_asking(person.ask, person.say)
    assert any(f"This source is known as {known['source_id']}" in line for line in person.heard)
    assert sum(line.startswith("printed_date (") for line in person.heard) == 2
    assert written[0]["source_url"] == known["url"]
    assert written[0]["second_printed_date"] == ""


def test_duplicates_are_told_and_no_means_no(written: list[Event]) -> None:
    launch = eg.load_events().set_index("event_id").loc["kor-2016-03-02-egcc-launch"]
    told = {"date": "2016-03-02", "source_date": "2016-03-03", "printed_date": "Rabu (2/3/2016)"}
    told |= {
        "printed_weekday": "wednesday",
        "second_source_date": "2016-03-04",
        "second_printed_date": "2 March 2016",
    }
    told |= {
        "instrument": launch["instrument"],
        "indonesian_lead": "Minister (Yuddy Chrisnandi)",
        "body_id": "panrb",
    }
    person = Person(
        [*replies(**{column: [value] for column, value in told.items()}), "perhaps", "no"]
    )
    assert interview.add_by_asking(person.ask, person.say) == []
    assert (
        sum("kor-2016-03-02-egcc-launch in events.csv" in line for line in person.heard) == 2
    )  # at once, and at the end
    assert person.heard[-1] == "Nothing was written."
    assert written == []


def test_input_that_ends_writes_nothing(data_copy: Path, command: Callable) -> None:
    before = state(data_copy)
    told = command("add-event", input="\n".join(replies()[:9]))
    assert told.returncode == 1
    assert "Nothing was written" in told.stderr
    assert state(data_copy) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child process")
def test_interrupting_writes_nothing(data_copy: Path) -> None:
    before = state(data_copy)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "egovstudy", "add-event"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    process.stdout.readline()  # the dialogue has begun
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert state(data_copy) == before


@pytest.mark.parametrize("column", interview.ORDER)
def test_every_question_is_explained(column: str) -> None:
    lines = interview.explain(column)
    assert len(lines[0]) > 20
    if column in form.codes():
        assert all(any(code in line for line in lines) for code in form.codes()[column])


def test_the_interview_asks_for_every_column() -> None:
    assert sorted(interview.ORDER) == sorted(form.columns())

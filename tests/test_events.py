"""The event table: what must hold, and that each kind of error is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

import egovstudy as eg


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_known_events_stand_where_sources_put_them() -> None:
    events = eg.load_events().set_index("event_id")
    assert events.loc["idn-2024-12-05-bandung-rakor-paguyuban", "date"] == "2024-12-05"
    assert events.loc["kor-2016-03-02-egcc-launch", ["date", "printed_weekday"]].tolist() == ["2016-03-02", "wednesday"]
    assert events.loc["kor-2021-05-25-dgcc-mou", "stage"] == "renewal"
    assert len(events) >= 180
    assert events["date_precision"].eq("day").mean() > 0.8


def test_every_candidate_was_decided() -> None:
    decisions, events = eg.load("decisions"), eg.load_events()
    assert len(decisions) == 211
    assert set(decisions["event_id"].dropna()) == set(events["event_id"])
    assert decisions.loc[decisions["action"] == "dropped", "reason"].notna().all()


ERRORS = {
    "weekday": (",2016-03-02,day,", ",2016-03-03,day,", "row .*column date: kor-2016-03-02.*printed weekday"),
    "too fine": (",2016-03-02,day,", ",2016-03-02,month,", "column date_precision: .*as fine or coarse"),
    "no such day": (",2021-05-25,day,", ",2021-02-30,day,", "no such day in the calendar"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_wrong_dates_are_seen(name: str, data_copy: Path) -> None:
    old, new, words = ERRORS[name]
    spoil(data_copy, "events.csv", old, new)
    with pytest.raises(eg.DataError, match=words):
        eg.check_data(hashes=False)


def test_an_event_without_a_source_is_seen(data_copy: Path) -> None:
    path = data_copy / "event_sources.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = [line for line in lines if not line.startswith("kor-2016-03-02-egcc-launch,")]
    path.write_text("".join(gone), encoding="utf-8")
    record = data_copy / "datapackage.json"
    record.write_text(
        record.read_text(encoding="utf-8").replace(f'"rows": {len(lines) - 1}\n', f'"rows": {len(gone) - 1}\n'),
        encoding="utf-8",
    )
    with pytest.raises(eg.DataError, match=r"kor-2016-03-02-egcc-launch: no main source"):
        eg.check_data(hashes=False)

"""A new wave from the UN's own file: put in again to the byte, or refused whole."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.un_files import figures, write_un_file

import egovstudy as eg
from egovstudy.data.contribute import new_wave, wave_addition
from egovstudy.data.egdi.un_files import file_digest, iso3_by_un_name
from egovstudy.rerun.next_wave.needs import what_is_needed

TITLE = (
    "UN E-Government Survey 2024: Accelerating Digital Transformation for Sustainable Development"
)
SOURCE, WINDOW_SOURCE = "united-nations-departmen-bb0fd4", "un-volunteers-62b965"
WORDS = ("--title", TITLE, "--publication-date", "2024-09-17", "--source", SOURCE)
TABLES = ("egdi", "un_files", "waves")
# What neither the UN's file nor the command line can know of a wave.
UNKNOWN = {
    *(
        "publication_basis",
        "window_basis",
        "osi_components",
        "osi_basis",
        "tii_components",
        "tii_basis",
    ),
    *(
        "hci_components",
        "hci_basis",
        "assessors",
        "tii_hci_vintage",
        "publication_confidence",
        "window_confidence",
    ),
    *("note", "comparability", "weights_basis"),
}


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def take_out(folder: Path, wave: int = 2024) -> None:
    for table in TABLES:
        kept = [row for row in rows(folder, table) if row["wave"] != str(wave)]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(kept[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(kept)


@pytest.fixture
def un_file(tmp_path: Path) -> Path:
    """The UN's file of 2024, to the byte: its digest is the one on record."""
    path = write_un_file(tmp_path / "EGOV_DATA_2024.csv", 2024, figures(2024))
    assert file_digest(path) == eg.load("un_files").set_index("wave")["sha256"][2024]
    return path


@pytest.fixture
def without_2024(un_file: Path, data_copy: Path) -> Path:
    take_out(data_copy)
    return data_copy


def test_2024_taken_out_and_added_again(
    un_file: Path, data_copy: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    before, waves = state(data_copy), rows(data_copy, "waves")
    take_out(data_copy)
    assert b",2024," not in (data_copy / "egdi.csv").read_bytes()
    window = ("--window", "2023-06", "2023-09", "--window-source", WINDOW_SOURCE)
    told = command("add-wave", str(un_file), *WORDS, *window)
    assert told.returncode == 0, told.stderr
    after = state(data_copy)
    assert {name for name in after if after[name] != before[name]} == {
        "waves.csv",
        "datapackage.json",
    }
    assert rows(data_copy, "waves")[:-1] == waves[:-1]
    differing = {
        name for name, cell in rows(data_copy, "waves")[-1].items() if cell != waves[-1][name]
    }
    assert differing == UNKNOWN
    assert (
        eg.check_data().tables > 30
    )  # breaks, anchors, context and events stand on the wave that came back
    assert (
        command("check", "--against", str(un_file.parent)).stdout.count("the file on record") == 1
    )
    for line in (
        "Wave 2024: 193 members, 193 ranked; weights OSI 1, TII 1, HCI 1.",
        "TII 0.575 to 0.690 (look for a new method)",
        "up: LBY 169 to 125",
        "IDN: egdi_rank 77 to 64",
        "- waves.csv, row 2024: read the survey's annex and fill publication_basis",
        "- notebooks/01-egdi-path.ipynb: rerun",
        "egovstudy reproduce --update",
    ):
        assert line in told.stdout, line


def test_a_dry_run_writes_nothing(without_2024: Path, un_file: Path, command: Callable) -> None:
    before = state(without_2024)
    told = command("add-wave", str(un_file), *WORDS, "--dry")
    assert (told.returncode, "Nothing was written." in told.stdout) == (0, True)
    assert state(without_2024) == before


def test_a_wave_that_is_there_is_not_added(un_file: Path, command: Callable) -> None:
    told = command("add-wave", str(un_file), *WORDS)
    assert told.returncode == 2
    assert "wave 2024 is in the tables already" in told.stderr
    assert "check --against" in told.stderr


def changed(iso3: str, **cells: str) -> dict[str, dict[str, str]]:
    rows = figures(2024)
    rows[iso3] = rows[iso3] | cells
    return rows


BAD_FIGURES = {
    "a member missing": (
        {k: v for k, v in figures(2024).items() if k != "IDN"},
        "192 countries came.*missing: IDN",
    ),
    "a decimal comma": (
        changed("IDN", osi='"0,80346"'),
        "row 143, column Online Service Index: Indonesia: '0,80346'",
    ),
    "nothing": (changed("IDN", osi=""), "'' is no number.*0 for absent"),
    "above one": (
        changed("IDN", hci="1.422"),
        "row 143, column Human Capital Index: Indonesia: '1.422' is above 1",
    ),
    "no rank": (changed("IDN", egdi_rank="64.0"), "'64.0' is no whole rank"),
    "not ranked": (changed("IDN", egdi_rank="0", egdi="0"), "row 143: IDN is not ranked"),
    "identity": (
        changed("IDN", osi="0.70346"),
        "row 143, column E-Government Index: IDN is not the mean",
    ),
}


@pytest.mark.parametrize("name", BAD_FIGURES)
def test_bad_figures_are_named_by_row(name: str, without_2024: Path, tmp_path: Path) -> None:
    figures_, words = BAD_FIGURES[name]
    before = state(without_2024)
    path = write_un_file(tmp_path / "EGOV_DATA_2024.csv", 2024, figures_)
    with pytest.raises(eg.DataError, match=words):
        wave_addition.add_wave(
            new_wave.read_new_wave(path), title=TITLE, publication_date="2024-09-17", source=SOURCE
        )
    assert state(without_2024) == before


def test_a_wrong_rank_is_found_by_the_checks_and_pointed_to_the_file(
    data_copy: Path, tmp_path: Path
) -> None:
    """Whatever the checks of the tables find is told by the line of the UN's file."""
    before = state(data_copy)
    path = write_un_file(tmp_path / "EGOV_DATA_2026.csv", 2026, changed("IDN", egdi_rank="65"))
    words = (
        "EGOV_DATA_2026.csv, row 143, column E-Government Rank: IDN 2026: rank and score do not"
        " agree"
    )
    with pytest.raises(eg.DataError, match=words):
        wave_addition.add_wave(
            new_wave.read_new_wave(path), title="Made up", publication_date="2026", source=SOURCE
        )
    assert state(data_copy) == before


def test_a_made_up_wave_of_2026_goes_in(data_copy: Path, tmp_path: Path, command: Callable) -> None:
    before = (data_copy / "egdi.csv").read_text(encoding="utf-8")
    path = write_un_file(tmp_path / "EGOV_DATA_2026.csv", 2026, figures(2024))
    told = command(
        "add-wave",
        str(path),
        "--title",
        "Made up",
        "--publication-date",
        "2026-09",
        "--source",
        SOURCE,
    )
    assert told.returncode == 0, told.stderr
    assert (data_copy / "egdi.csv").read_text(encoding="utf-8") == before + "".join(
        line.replace(",2024,", ",2026,", 1) + "\n"
        for line in before.splitlines()
        if ",2024," in line
    )
    assert "- Before anything else: egovstudy score-forecast FILE" in told.stdout
    assert "it and its text name 2024 in cell" in told.stdout
    own = eg.load("waves").set_index("wave").loc[2026]
    assert own[["window_start", "osi_components", "note", "publication_basis"]].isna().all()
    assert own["comparability"].startswith("Nobody has read yet")
    assert command("check").returncode == 0


def test_an_unknown_name_says_the_nearest_and_can_be_given(
    without_2024: Path, un_file: Path, command: Callable
) -> None:
    un_file.write_text(
        un_file.read_text(encoding="utf-8").replace('"Indonesia"', '"Republic of Indonesia"'),
        "utf-8",
    )
    before = state(without_2024)
    told = command("add-wave", str(un_file), *WORDS)
    assert told.returncode == 1
    assert "row 143, column Country Name: 'Republic of Indonesia' is no UN name" in told.stderr
    assert "Nearest: " in told.stderr
    assert state(without_2024) == before
    told = command("add-wave", str(un_file), *WORDS, "--name", "IDN=Republic of Indonesia")
    assert told.returncode == 0, told.stderr
    assert "Countries that changed name: IDN now 'Republic of Indonesia'." in told.stdout
    assert iso3_by_un_name()["Republic of Indonesia"] == iso3_by_un_name()["Indonesia"] == "IDN"
    assert "193 countries compared" in command("check", "--against", str(un_file.parent)).stdout


BAD_WORDS = {
    "another year": ({"publication_date": "2025-01"}, "2025-01 is not in 2024"),
    "no date": ({"publication_date": "17.9.2024"}, "'17.9.2024' is no date"),
    "no such source": (
        {"source": "united-nations-departmen-bb0fd5"},
        "Nearest: 'united-nations-departmen-bb0fd4'",
    ),
    "no title": ({"title": " "}, "the title is empty"),
    "half a window": ({"window": ("2023-06", "")}, "a window has two ends"),
    "a window without its source": ({"window": ("2023-06", "2023-09")}, "--window-source"),
}


@pytest.mark.parametrize("name", BAD_WORDS)
def test_what_the_caller_must_say(name: str, without_2024: Path, un_file: Path) -> None:
    words, message = BAD_WORDS[name]
    given = {"title": TITLE, "publication_date": "2024-09-17", "source": SOURCE} | words
    with pytest.raises(eg.ArgumentError, match=message):
        wave_addition.add_wave(new_wave.read_new_wave(un_file), **given)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "an empty file"),
        ("a,b\n1,2\n", "came a, b. Needed are the UN Data Center's columns"),
        (None, "cells came, 8 are needed"),
        ("twice", "'Indonesia' .IDN. stands twice"),
        ("year", "'2O24' is no year"),
        ("other year", "'2022' is not the year 2024"),
    ],
)
def test_files_that_are_not_the_uns(
    content: str | None, message: str, without_2024: Path, un_file: Path
) -> None:
    text = un_file.read_text(encoding="utf-8")
    spoiled = {
        None: text.replace('2024,"Indonesia",', '2024,"Indonesia"'),
        "twice": text.replace('"Iraq"', '"Indonesia"'),
        "year": text.replace('2024,"Indonesia"', '2O24,"Indonesia"'),
        "other year": text.replace('2024,"Indonesia"', '2022,"Indonesia"'),
    }
    un_file.write_text(spoiled.get(content, content), encoding="utf-8")
    with pytest.raises(eg.EgovstudyError, match=message):
        new_wave.read_new_wave(un_file)


def test_the_files_name_and_the_options_are_checked(tmp_path: Path) -> None:
    with pytest.raises(eg.ArgumentError, match="Rename it to EGOV_DATA_<year>.csv"):
        new_wave.read_new_wave(tmp_path / "new.csv")
    with pytest.raises(eg.ArgumentError, match="ISO3=Name"):
        new_wave.names_of(["Indonesia"])
    for weights in ("1,1", "1,1,0", "a,b,c", "1,1,1.5"):
        with pytest.raises(eg.ArgumentError, match="34,33,33"):
            new_wave.weights_of(weights)
    with pytest.raises(eg.ArgumentError, match="'IDX': no UN member. Nearest: "):
        new_wave.read_new_wave(tmp_path / "EGOV_DATA_2026.csv", {"Indonesia Raya": "IDX"})


def test_weights_and_oddities_of_2008_are_found_again(data_copy: Path, tmp_path: Path) -> None:
    """A wave with other weights, absences, and two countries whose index fits none."""
    own = [row for row in rows(data_copy, "egdi") if row["wave"] == "2008"]
    path = write_un_file(tmp_path / "EGOV_DATA_2008.csv", 2008, figures(2008))
    take_out(data_copy, 2008)
    new = new_wave.read_new_wave(path)
    assert (new.weights, new.unexplained) == ((34, 33, 33), ("KHM", "CMR"))
    assert new.rows.to_dict("records") == own
    with pytest.raises(eg.DataError, match="KHM is not the mean.*--flag-unexplained"):
        wave_addition.add_wave(new, title="Survey", publication_date="2008", source=SOURCE)
    with pytest.raises(
        eg.ArgumentError, match="the index of 1[0-9]{2} of 193 countries is not the mean"
    ):
        new_wave.read_new_wave(path, weights=(1, 1, 98))


def test_what_is_needed_reads_the_notebooks() -> None:
    told = "\n".join(what_is_needed(2024, ["note"]))
    assert "waves.csv, row 2024: read the survey's annex and fill note" in told
    assert "notebooks/05-reform-indicators.ipynb: sees no waves" in told
    assert "notebooks/01-egdi-path.ipynb: rerun; it and its text name 2022 in cell" in told

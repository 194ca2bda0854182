"""Evidence: spans verify on text, reflowed copy and reprint; one changed character is seen."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import egovstudy as eg
from egovstudy.data.events.evidence import digest, find_span, normalise, verify_evidence

TEXT = (
    "Menteri Rini membuka “rapat koordinasi” di Bandung,\nKamis (5/11). Badan Kepegawaian Negara -"
    " BKN - hadir.\n\nLayanan publik digital harus merata; arsip dan pelatihan dibahas pula."
    " Sesudah itu peserta pulang."
)
QUOTES = [
    "Menteri Rini",
    "membuka “rapat koordinasi”",
    "Kamis (5/11)",
    "Badan Kepegawaian Negara",
    "arsip dan pelatihan",
]
SOURCE = "suara-borneo-215960"


@pytest.fixture
def held(data_copy: Path, tmp_path: Path) -> Path:
    """A data package whose evidence speaks of a text of our own, and the folder of the text."""
    rows = [
        {
            "event_id": "idn-2024-12-05-bandung-rakor-paguyuban",
            "variable": f"v_{letter}",
            "value": quote,
            "source_id": SOURCE,
        }
        | find_span(TEXT, quote)
        for letter, quote in zip("abcde", QUOTES, strict=True)
    ]
    pd.DataFrame(rows).to_csv(data_copy / "evidence.csv", index=False, lineterminator="\n")
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "mine.txt").write_text(TEXT, encoding="utf-8")
    return folder


def test_the_text_itself_verifies(held: Path) -> None:
    found = verify_evidence(held)
    assert found["status"].eq("verified").all()
    assert found["match"].eq("whole").all()


def test_a_reflowed_copy_verifies(held: Path) -> None:
    copy = (
        TEXT.replace("“", '"')
        .replace("”", '"')
        .replace("\n", " ")
        .replace(" ", "\u00a0\n", 9)
        .replace("-", "—")
    )
    (held / "mine.txt").write_text("\ufeff" + copy, encoding="utf-8")
    found = verify_evidence(held)
    assert found["status"].eq("verified").all()
    assert found["match"].eq("whole").all()


def test_a_reprint_verifies_by_its_spans(held: Path) -> None:
    (held / "mine.txt").write_text(
        "KOTA, Media. " + TEXT + " Baca juga: berita lain.", encoding="utf-8"
    )
    found = verify_evidence(held)
    assert found["status"].eq("verified").all()
    assert found["match"].eq("spans").all()


@pytest.mark.parametrize("seed", range(5))
def test_one_changed_character_is_reported_and_only_that(held: Path, seed: int) -> None:
    whole = normalise(TEXT)
    spans = [find_span(TEXT, quote) for quote in QUOTES]
    one = random.Random(seed).choice(spans)
    place = random.Random(seed).randrange(one["start"], one["end"])
    spoiled = whole[:place] + ("x" if whole[place] != "x" else "y") + whole[place + 1 :]
    (held / "mine.txt").write_text(spoiled, encoding="utf-8")
    found = verify_evidence(held)
    expected = ["changed" if span["start"] <= place < span["end"] else "verified" for span in spans]
    assert found["status"].tolist() == expected
    assert expected.count("changed") == 1


def test_a_character_outside_all_spans_changes_nothing(held: Path) -> None:
    (held / "mine.txt").write_text(TEXT.replace("pulang", "pulanh"), encoding="utf-8")
    assert verify_evidence(held)["status"].eq("verified").all()


def test_another_text_is_not_the_source(held: Path) -> None:
    (held / "mine.txt").write_text("Menteri Rini berkunjung ke Singapura. " * 20, encoding="utf-8")
    found = verify_evidence(held)
    assert found["status"].eq("not found").all()
    assert found["file"].isna().all()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "mine.txt").unlink(), "holds no .txt file"),
        (lambda folder: (folder / "mine.txt").write_bytes(b"caf\xe9"), "cannot be read as UTF-8"),
        (lambda folder: folder.rename(folder.with_name("gone")), "is no folder"),
    ],
)
def test_a_folder_that_cannot_be_read_is_said(
    held: Path, spoil: Callable[[Path], object], words: str, command: Callable
) -> None:
    spoil(held)
    done = command("verify-evidence", str(held))
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_counts_and_lists(held: Path, command: Callable) -> None:
    done = command("verify-evidence", str(held))
    assert done.returncode == 0
    assert "5 verified, 0 changed, 0 not found" in done.stdout
    (held / "mine.txt").write_text(TEXT.replace("arsip", "arsep"), encoding="utf-8")
    done = command("verify-evidence", str(held), "--json")
    rows = json.loads(done.stdout)
    assert done.returncode == 1
    assert [row["status"] for row in rows].count("changed") == 1
    assert {"event_id", "variable", "value", "source_id", "file", "status"} <= set(rows[0])


def test_a_passage_that_is_not_there_is_refused() -> None:
    for passage in ("Menteri Budi", "enteri Rini", ""):
        with pytest.raises(eg.ArgumentError, match="does not stand in the text"):
            find_span(TEXT, passage)


def test_a_passage_that_stands_twice_is_refused() -> None:
    with pytest.raises(eg.ArgumentError, match="stands 2 times in the text. Copy a few words more"):
        find_span("Rini spoke. Later Rini left.", "Rini")


def test_the_projects_evidence_is_whole() -> None:
    evidence = eg.load("evidence")
    assert evidence["source_id"].nunique() == 5
    assert len(evidence) >= 100
    by_event = evidence.groupby("event_id")["variable"].nunique()
    assert by_event["sgp-2025-05-06-psd-visit"] >= 14
    assert evidence.loc[evidence["source_id"].eq("semarak-a10d94"), "event_id"].nunique() >= 4


@pytest.mark.skipif(
    "EGOVSTUDY_TEXTS" not in os.environ,
    reason="EGOVSTUDY_TEXTS names no folder with the five articles",
)
def test_the_five_articles_verify(tmp_path: Path) -> None:
    found = verify_evidence(Path(os.environ["EGOVSTUDY_TEXTS"]))
    assert found["status"].eq("verified").all()


def test_no_text_is_shipped() -> None:
    for row in eg.load("evidence").itertuples():
        assert digest(str(row.value)) != row.text_sha256
        assert row.end - row.start < 400

"""``eg.published``: what the registers say, and each way in which they can be wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import egovstudy as eg
from egovstudy.paths import PUBLISHED_VARIABLE
from egovstudy.publish.words.registers import MANIFEST, MANIFEST_COLUMNS, read_rows, upsert
from egovstudy.publish.words.rounding import sha256
from egovstudy.rerun.reproduce.notebooks import reads_results

PROJECT = Path(__file__).resolve().parents[3]
NOTEBOOK = PROJECT / "notebooks" / "14-paper.ipynb"
FRAME = pd.DataFrame({"iso3": "IDN", "wave": [2022, 2024], "egdi": [0.716, 0.79911]})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a notebook leaves: a figure and a table that show a kept number, in two languages."""
    monkeypatch.setenv("EGOVSTUDY_FIGURES", str(tmp_path))
    eg.use_venue("giq")
    eg.keep_number("97.rank", 64, shown="64", unit="", description="Rank in 2024.")
    eg.save_figure(
        eg.plot_path(FRAME, y="egdi", highlight=["IDN"]),
        "fig97a-path",
        data=FRAME,
        cites=["egdi"],
        caption={"en": "Rank {{number:97.rank}}.", "id": "Peringkat {{number:97.rank}}."},
        alt="A line that rises.",
    )
    eg.save_table(FRAME, "tab97a-path", caption="A table.", note="Rank {{number:97.rank}}.")
    return tmp_path


def figure(folder: Path, **words: str) -> pd.Series:
    return eg.published("figures", folder=folder, **words).loc["fig97a-path"]


def rewrite(folder: Path, name: str, **parts: object) -> None:
    """Change a sidecar and put the changed one on record, as a program gone wrong might."""
    path = folder / f"{name}.json"
    path.write_text(
        json.dumps({**json.loads(path.read_text(encoding="utf-8")), **parts}), encoding="utf-8"
    )
    row = read_rows(folder / MANIFEST)[name]
    upsert(folder / MANIFEST, {**row, "sha256": sha256(path.read_bytes())}, MANIFEST_COLUMNS)


def test_it_gives_what_was_published(folder: Path) -> None:
    row = figure(folder)
    said = json.loads((folder / "fig97a-path.json").read_text(encoding="utf-8"))
    assert row[["notebook", "caption", "rows", "digest", "cites", "flaws"]].tolist() == [
        "97",
        "Rank 64.",
        2,
        said["data_digest"],
        "egdi",
        "",
    ]
    assert row[["width_mm", "height_mm", "min_pt"]].tolist() == [
        said[n] for n in ("width_mm", "height_mm", "min_pt")
    ]
    tables = eg.published("tables", folder=folder)
    assert tables.index.tolist() == ["tab97a-path"]
    assert tables[["width_mm", "height_mm", "min_pt"]].isna().all(axis=None)
    assert tables["flaws"].tolist() == [""]
    numbers = eg.published("numbers", folder=folder)
    assert numbers.loc["97.rank"].tolist() == ["64", "", "97", "Rank in 2024."]


def test_captions_come_in_the_language_asked_for(folder: Path) -> None:
    assert figure(folder, language="id")["caption"] == "Peringkat 64."
    tables = eg.published("tables", folder=folder, language="id")
    assert tables["caption"].tolist() == ["A table."]  # English stands in


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "a missing file": (
        lambda at: (at / "fig97a-path.pdf").unlink(),
        r"fig97a-path\.pdf is missing",
    ),
    "a changed file": (
        lambda at: (at / "fig97a-path.csv").write_text("iso3,wave,egdi\n"),
        r"fig97a-path\.csv is not the one on record",
    ),
    "a changed sidecar": (
        lambda at: (at / "fig97a-path.json").write_text(
            (at / "fig97a-path.json").read_text() + " "
        ),
        r"fig97a-path\.json is not the one on record",
    ),
    "a missing sidecar": (
        lambda at: (at / "fig97a-path.json").unlink(),
        r"fig97a-path\.json is missing",
    ),
    "another number": (
        lambda at: eg.keep_number("97.rank", 65, shown="65", unit="", description="Rank."),
        r"caption \(en\) shows another number.*caption \(id\) shows another number",
    ),
    "no such number": (
        lambda at: (at / "numbers.csv").unlink(),
        r"caption \(en\): no number '97.rank' is kept",
    ),
    "small text": (
        lambda at: rewrite(at, "fig97a-path", min_pt=5.5),
        r"text of 5\.5 pt; giq asks for \d",
    ),
    "another width": (
        lambda at: rewrite(at, "fig97a-path", width_mm=139),
        "139 mm wide, which giq does not take",
    ),
    "too high": (lambda at: rewrite(at, "fig97a-path", height_mm=400), "400 mm high; giq takes"),
    "no alternative text": (
        lambda at: rewrite(at, "fig97a-path", alt={}, alt_keyed={}),
        "no alternative text",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_each_flaw_is_told(name: str, folder: Path) -> None:
    spoil, told = SPOILT[name]
    spoil(folder)
    assert re.search(told, figure(folder)["flaws"]), figure(folder)["flaws"]


def test_a_size_of_the_authors_own_is_no_flaw(folder: Path) -> None:
    rewrite(folder, "fig97a-path", venue="own", width_mm=120, min_pt=4)
    assert figure(folder)["flaws"] == ""


def test_it_reads_what_is_committed_and_not_what_is_being_published(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "97.rank" not in eg.published("numbers").index
    monkeypatch.setenv(PUBLISHED_VARIABLE, str(folder))
    assert eg.published("numbers").index.tolist() == ["97.rank"]


def test_errors_say_what_is_allowed(tmp_path: Path) -> None:
    with pytest.raises(
        eg.ArgumentError, match=r"kind='figure' is none of figures, tables, numbers.*'figures'"
    ):
        eg.published("figure")
    with pytest.raises(eg.ArgumentError, match="language='de' is none of en, id"):
        eg.published("tables", language="de")
    with pytest.raises(eg.EgovstudyError, match=r"holds no manifest\.csv"):
        eg.published("tables", folder=tmp_path)


def test_the_kinds_share_out_the_register() -> None:
    found = [name for kind in ("figures", "tables") for name in eg.published(kind).index]
    assert sorted(found) == sorted(read_rows(PROJECT / "figures" / MANIFEST))
    assert all(row[:3] in ("fig", "tab") for row in found)


def test_what_the_paper_holds_has_no_flaw() -> None:
    held = read_rows(PROJECT / "figures" / "tab14a-contents.csv")
    rows = pd.DataFrame(held.values()).set_index("name")
    records = pd.concat([eg.published("figures"), eg.published("tables")]).loc[rows.index]
    assert records["flaws"].tolist() == [""] * len(rows)
    assert records["digest"].tolist() == rows["digest"].tolist()
    assert "14" not in set(records["notebook"])  # it adds nothing


def test_the_paper_notebook_estimates_and_draws_nothing() -> None:
    code = "\n".join(
        "".join(cell["source"])
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    )
    called = set(re.findall(r"\beg\.(\w+)", code))
    assert called == {"check_data", "published", "save_table"}
    assert reads_results(NOTEBOOK)
    assert not reads_results(PROJECT / "notebooks" / "01-egdi-path.ipynb")


def test_every_estimate_stands_beside_its_floor_or_detectable_gap_and_n() -> None:
    rows = (
        pd.read_csv(PROJECT / "figures" / "tab14b-estimates.csv", dtype=str)
        .set_index("what")
        .fillna("")
    )
    assert len(rows) > 12
    for name, row in rows.iterrows():
        assert row["n"], name
        assert row["floor"] or row["detectable"], name
        assert not row["estimate"] or row["bounds"], name
        assert not row["p"] or row["floor"], name

"""``egovstudy export``: what comes into a paper's folder, what stays, and what is never lost."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from PIL import Image
from support.commands import run_egovstudy

from egovstudy.errors import ArgumentError, EgovstudyError
from egovstudy.publish.words.numbers import read_numbers
from egovstudy.publish.words.rounding import sha256
from egovstudy.rerun.export import paper_folder as exporting
from egovstudy.rerun.export.parcel import Record, carry_out, check_folder, make_plan, read_record
from egovstudy.rerun.reproduce.notebooks import Run, read_notebook

PROJECT = Path(__file__).resolve().parents[3]
RECORD = "egovstudy-export.json"
CELLS = (
    "import egovstudy as eg\n\nown = eg.load_egdi().query(\"iso3 == 'IDN'\")",
    "eg.keep_number('99.rank', 64, shown='64', unit='', description='Rank in 2024.')",
    (
        "ax = eg.plot_path(own, highlight=['IDN'])\neg.save_figure(\n    ax, 'fig99a-path',"
        " data=own[['wave', 'egdi']], cites=['egdi'],\n    caption={'en': 'Path to rank"
        " {{number:99.rank}}.', 'id': 'Jalur ke peringkat {{number:99.rank}}.'},\n    alt={'en': 'A"
        " line that rises.', 'id': 'Garis naik.'},\n)"
    ),
    (
        "ax = eg.plot_path(own, highlight=['IDN'])\ntitle = ax.set_title('A title that is by far"
        " too long for a narrow figure, and fits a wide one')\neg.save_figure(ax, 'fig99b-wide',"
        " data=own[['wave', 'egdi']], caption='Wide.', alt='A line.')"
    ),
    (
        "eg.save_table(own[['wave', 'egdi']], 'tab99a-path', caption='Path.', note='Source: UN"
        " DESA.', cites=['breaks'])"
    ),
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with one quick notebook and the numbers that it keeps."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("notebooks", "figures", "docs"):
        (folder / name).mkdir()
    (folder / "data").symlink_to(PROJECT / "data")
    row = "key,value,shown,unit,notebook,description\n99.rank,64,64,,99,Rank in 2024.\n"
    (folder / "figures" / "numbers.csv").write_text(row, encoding="utf-8")
    cells = [nbformat.v4.new_code_cell(code, id=f"c{number}") for number, code in enumerate(CELLS)]
    about = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata=about),
        folder / "notebooks" / "99-quick.ipynb",
    )
    return folder


def run(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run_egovstudy("export", *words, cwd=cwd)


@pytest.fixture(scope="module")
def first(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An export in Indonesian into a folder outside the checkout, called from a folder inside it.

    Its second figure is too dense for 90 mm.
    """
    to = tmp_path_factory.mktemp("papers") / "new" / "paper"
    result = run(
        checkout / "docs",
        "--venue",
        "giq",
        "--width",
        "column",
        "--language",
        "id",
        "--to",
        str(to),
    )
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    shutil.copytree(checkout / "build" / "export", checkout / "run")
    return to, result.stdout


@pytest.fixture
def paper(first: tuple[Path, str], tmp_path: Path) -> Path:
    return Path(shutil.copytree(first[0], tmp_path / "paper"))


@pytest.fixture
def again(checkout: Path, first: object, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Export again in this process, with what the real run of the notebook has published."""

    def replayed(paths: list[Path], *rest: object) -> list[Run]:
        return [
            Run(one.stem, read_notebook(one), checkout / "run" / one.stem / "figures", 0.0)
            for one in paths
        ]

    monkeypatch.chdir(checkout)
    monkeypatch.setattr(exporting, "execute_all", replayed)
    monkeypatch.setattr(exporting, "check_data", lambda: "Data intact.")

    def export(
        to: Path, *, language: str = "id", only: tuple[str, ...] = (), force: bool = False
    ) -> bool:
        return exporting.export(to, "giq", "column", language, list(only), force)

    return export


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def test_everything_comes_in_its_formats(first: tuple[Path, str]) -> None:
    to, said = first
    endings = ("pdf", "svg", "png", "tiff", "eps", "csv", "json")
    names = {
        *(f"figures/fig99a-path.{ending}" for ending in endings),
        *(f"tables/tab99a-path.{ending}" for ending in ("tex", "html", "docx", "csv", "json")),
        *(f"numbers.{ending}" for ending in ("csv", "tex", "txt")),
        "captions.tex",
        "captions.txt",
        "references.bib",
        "contact-sheet.png",
        "README.txt",
        RECORD,
    }
    found = contents(to)
    assert set(found) == names
    assert f"{len(names) - 1} written, 0 unchanged, 0 removed" in said
    record = json.loads(found[RECORD])
    assert record["about"] == {"venue": "giq", "width": "column", "language": "id"}
    assert record["files"] == {name: sha256(found[name]) for name in names - {RECORD}}


def test_a_figure_that_does_not_fit_costs_no_other(first: tuple[Path, str]) -> None:
    _, said = first
    assert re.search(r"Not exported:\n  fig99b-wide: .+\n$", said), said


def test_figures_are_those_of_venue_and_language(first: tuple[Path, str]) -> None:
    to, _ = first
    about = json.loads((to / "figures" / "fig99a-path.json").read_text(encoding="utf-8"))
    assert (about["width_mm"], about["language"], about["venue"]) == (90, "id", "giq")
    with Image.open(to / "figures" / "fig99a-path.png") as picture:
        assert picture.width == round(90 / 25.4 * 600)
    assert "\\egovset{caption}{fig99a-path}{Jalur ke peringkat 64.}" in (
        to / "captions.tex"
    ).read_text(encoding="utf-8")
    text = (to / "captions.txt").read_text(encoding="utf-8")
    assert "Caption: Jalur ke peringkat 64.\nAlternative text: Garis naik." in text
    assert "fig99a-path (90 x " in text
    assert "Caption: Path.\nNote: Source: UN DESA." in text, (
        "English stands in where Indonesian is missing"
    )


def test_numbers_and_references(first: tuple[Path, str]) -> None:
    to, _ = first
    assert read_numbers(to / "numbers.csv")["99.rank"]["shown"] == "64"
    assert "\\egovset{number}{99.rank}{64}" in (to / "numbers.tex").read_text(encoding="utf-8")
    assert re.search(
        r"^99\.rank +64 +Rank in 2024\.$",
        (to / "numbers.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    bib = (to / "references.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@misc\{([^,]+),$", bib, re.MULTILINE)
    assert "un-desa-egovkb" in keys
    assert len(keys) == len(set(keys)) > 1
    assert "  note = " not in bib
    sheet = Image.open(io.BytesIO((to / "contact-sheet.png").read_bytes()))
    assert sheet.width == 700 + 2 * 30
    readme = (to / "README.txt").read_text(encoding="utf-8")
    assert "--venue giq --width column --language id" in readme
    assert "{{figure:fig99a-path}}" in readme
    assert max(map(len, readme.splitlines())) <= 125


def test_a_second_export_writes_nothing_that_is_so_already(
    paper: Path, again: Callable[..., bool], capsys: pytest.CaptureFixture[str]
) -> None:
    before = {one: one.stat().st_mtime_ns for one in paper.rglob("*")}
    count = len(contents(paper)) - 1
    assert again(paper)
    assert f"0 written, {count} unchanged, 0 removed" in capsys.readouterr().out
    assert {one: one.stat().st_mtime_ns for one in paper.rglob("*")} == before


def test_only_what_changed_is_written_and_what_is_gone_is_removed(
    paper: Path, again: Callable[..., bool], checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = checkout / "run" / "99-quick" / "figures"
    table = {one: one.read_bytes() for one in figures.glob("tab99a*")}
    data = (figures / "fig99a-path.csv").read_bytes()
    before = contents(paper)
    (paper / "tables" / "tab99a-path.html").write_text("edited", encoding="utf-8")
    (paper / "mine.txt").write_text("mine", encoding="utf-8")
    try:
        for one in table:
            one.unlink()
        (figures / "fig99a-path.csv").write_bytes(data + b"\n")
        assert again(paper)
    finally:
        for one, raw in table.items():
            one.write_bytes(raw)
        (figures / "fig99a-path.csv").write_bytes(data)
    said = capsys.readouterr().out
    assert "tab99a-path.html is no longer published; it was edited since and stays." in said
    assert f"{len(table) - 1} removed" in said
    after = contents(paper)
    assert {name for name in after if "tab99a" in name} == {"tables/tab99a-path.html"}
    assert after["mine.txt"] == b"mine"
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]} - {
        RECORD
    }
    assert changed == {
        "figures/fig99a-path.csv",
        "tables/tab99a-path.html",
        "captions.tex",
        "captions.txt",
        "references.bib",
        "README.txt",
    }


def test_the_authors_files_are_not_written_over(paper: Path, again: Callable[..., bool]) -> None:
    (paper / "figures" / "fig99a-path.pdf").write_bytes(b"drawn by hand")
    (paper / RECORD).unlink()
    (paper / "numbers.csv").write_text("key\n", encoding="utf-8")
    before = contents(paper)
    with pytest.raises(EgovstudyError) as caught:
        again(paper)
    words = str(caught.value)
    for line in (
        "figures/fig99a-path.pdf is not from an export",
        "numbers.csv is not from an export",
        "--force",
    ):
        assert line in words
    assert "captions.txt" not in words, "what is the same bytes is no conflict"
    assert contents(paper) == before
    assert again(paper, force=True)
    assert contents(paper)["figures/fig99a-path.pdf"].startswith(b"%PDF")


def test_an_edited_file_is_not_written_over(paper: Path, again: Callable[..., bool]) -> None:
    path = paper / "captions.txt"
    path.write_text("My own words.", encoding="utf-8")
    with pytest.raises(EgovstudyError, match=r"captions\.txt was edited since"):
        again(paper)
    assert path.read_text(encoding="utf-8") == "My own words."


def test_other_numbers_than_the_projects_are_refused(
    paper: Path, again: Callable[..., bool], checkout: Path
) -> None:
    path = checkout / "figures" / "numbers.csv"
    text = path.read_text(encoding="utf-8")
    before = contents(paper)
    try:
        path.write_text(text.replace("64,64", "65,65"), encoding="utf-8")
        with pytest.raises(
            EgovstudyError, match=r"99\.rank: committed 65, came 64(?s:.*)Run egovstudy reproduce"
        ):
            again(paper)
    finally:
        path.write_text(text, encoding="utf-8")
    assert contents(paper) == before


def test_only_leaves_the_files_of_other_notebooks(
    paper: Path, again: Callable[..., bool], checkout: Path
) -> None:
    """Two notebooks exported one after another stand side by side, as if exported together."""
    other, run98 = (
        checkout / "notebooks" / "98-other.ipynb",
        checkout / "run" / "98-other" / "figures",
    )
    shutil.copy(checkout / "notebooks" / "99-quick.ipynb", other)
    run98.mkdir(parents=True)
    for one in (checkout / "run" / "99-quick" / "figures").glob("fig99a*"):
        raw = (
            one.read_bytes().replace(b"fig99a", b"fig98a")
            if one.suffix == ".json"
            else one.read_bytes()
        )
        (run98 / one.name.replace("fig99a", "fig98a")).write_bytes(raw)
    try:
        together = paper.with_name("together")
        assert again(together)
        assert again(paper, only=("98",))
        assert contents(paper) == contents(together)
        with pytest.raises(
            ArgumentError, match="holds figures for giq/column/id, not giq/column/en"
        ):
            again(paper, only=("98",), language="en")
    finally:
        other.unlink()
        shutil.rmtree(run98.parent)


# --- Bad input: refused before any notebook runs, nothing written ---


def refused(checkout: Path, monkeypatch: pytest.MonkeyPatch, **changes: object) -> str:
    monkeypatch.chdir(checkout)
    call = {
        "to": checkout.parent / "to",
        "venue": "giq",
        "width": None,
        "language": "en",
        "only": [],
        "force": True,
    }
    with pytest.raises(EgovstudyError) as caught:
        exporting.export(**(call | changes))
    return str(caught.value)


def test_unknown_words(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nearest: 'nature'" in refused(checkout, monkeypatch, venue="natur")
    assert "Nearest: 'column'" in refused(checkout, monkeypatch, width="colum")
    assert "Languages: en, id" in refused(checkout, monkeypatch, language="fr")
    assert "no notebook '07'" in refused(checkout, monkeypatch, only=["07"])
    assert not (checkout.parent / "to").exists()


def test_folders_that_will_not_do(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for to in (tmp_path / "file", tmp_path / "file" / "deep"):
        assert f"{tmp_path / 'file'} is no folder" in refused(checkout, monkeypatch, to=to)
    (tmp_path / "paper").mkdir()
    (tmp_path / "paper" / "figures").write_text("mine", encoding="utf-8")
    assert "figures is no folder" in refused(checkout, monkeypatch, to=tmp_path / "paper")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "figures").symlink_to(checkout / "figures")
    for to in (
        checkout,
        checkout / "figures",
        checkout / "figures" / "deep",
        checkout / "notebooks",
        tmp_path / "linked",
    ):
        assert "the project's own" in refused(checkout, monkeypatch, to=to), to
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    assert "is no folder" in refused(checkout, monkeypatch, to=tmp_path / "dead")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"about": {}}',
        '{"about": {}, "files": {"../x": "0"}}',
        '{"about": {}, "files": {"/etc/x": "0"}}',
        '{"about": {}, "files": {"figures/../../x": "0"}}',
        '{"about": {}, "files": ["a"]}',
    ],
)
def test_a_damaged_record(
    text: str, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / RECORD).write_text(text, encoding="utf-8")
    assert "is damaged" in refused(checkout, monkeypatch, to=tmp_path)
    assert contents(tmp_path) == {RECORD: text.encode("utf-8")}


@pytest.mark.skipif(os.name == "nt", reason="needs file modes")
def test_a_read_only_folder() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:  # root may write anywhere: for a moment this process is nobody
        os.setresuid(65534, 65534, 0)
    try:
        with pytest.raises(EgovstudyError, match=f"{folder} is read-only"):
            check_folder(folder / "paper", ("figures",))
    finally:
        if root:
            os.setresuid(0, 0, 0)
        folder.chmod(0o755)
        folder.rmdir()


# --- The parcel: all or nothing ---


def test_a_parcel_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    """Between two files the record knows what stood there and what is to stand there."""
    old, new = {"figures/a": b"1", "b": b"1"}, {"figures/a": b"2", "b": b"2"}
    carry_out(tmp_path, old, make_plan(tmp_path, old, Record()), Record(), {})
    before = read_record(tmp_path)
    shutil.rmtree(tmp_path / "figures")
    (tmp_path / "figures").write_bytes(b"in the way")
    with pytest.raises(EgovstudyError):
        carry_out(tmp_path, new, make_plan(tmp_path, new, before), before, {})
    (tmp_path / "figures").unlink()
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"2")
    halfway = read_record(tmp_path)
    plan = make_plan(tmp_path, new, halfway)
    assert (plan.new, plan.unchanged, plan.conflicts) == (["figures/a"], ["b"], {})
    carry_out(tmp_path, new, plan, halfway, {})
    assert contents(tmp_path) == {**new, RECORD: read_record(tmp_path).text().encode("utf-8")}
    assert read_record(tmp_path).before == {}


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"a": b"1", "b": b"2"}
    carry_out(tmp_path, files, make_plan(tmp_path, files, Record()), Record(), {})
    before, record = contents(tmp_path), read_record(tmp_path)
    real = os.fsync

    def full(handle: int) -> None:
        real(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    more = {"a": b"9", "b": b"9"}
    with pytest.raises(EgovstudyError, match="the disk is full"):
        carry_out(tmp_path, more, make_plan(tmp_path, more, record), record, {})
    assert contents(tmp_path) == before


def test_a_link_is_the_authors(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"1")
    (tmp_path / "a").symlink_to(tmp_path / "real")
    record = Record({}, {"a": sha256(b"1")})
    assert make_plan(tmp_path, {"a": b"2"}, record).conflicts == {"a": "was edited since"}
    assert make_plan(tmp_path, {}, record).left == ["a"]
    (tmp_path / "folder").mkdir()
    assert make_plan(tmp_path, {"folder": b"2"}, record).conflicts == {"folder": "is no file"}

"""The README says what is there: commands, tables, notebooks, figures, numbers, and code that runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from egovstudy.cli import app
from egovstudy.data import schema
from egovstudy.publish.numbers import read_numbers, stale

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


def commands(start: str) -> list[list[str]]:
    lines = [line.partition("#")[0] for kind, block in BLOCKS if kind == "sh" for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", README)
    words = [shlex.split(line) for line in lines if line.strip().startswith(start) or f"/{start} " in line]
    return [[one.split("/")[-1] for one in line[:1]] + line[1:] for line in words if line]


def test_egovstudy_commands_exist() -> None:
    group = typer.main.get_command(app)
    found = [line[1:] for line in commands("egovstudy") if line[0] == "egovstudy" and len(line) > 1]
    assert len(found) >= 8
    for name, *rest in found:
        assert name in group.commands, name
        known = {
            option
            for parameter in group.commands[name].params
            for option in [*parameter.opts, *parameter.secondary_opts]
        }
        assert {word for word in rest if word.startswith("-")} <= known, (name, rest)


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {line[1] for line in commands("make") if len(line) > 1 and line[0] == "make"}
    assert {"reproduce", "test", "lab"} <= named <= targets


def test_the_code_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("EGOVSTUDY_FIGURES", str(tmp_path))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names: dict[str, object] = {}
    blocks = [block for kind, block in BLOCKS if kind == "python"]
    assert len(blocks[0].strip().splitlines()) <= 12
    try:
        for block in blocks:
            exec(block, names)
    finally:
        import egovstudy as eg

        eg.use_venue()
    assert (tmp_path / "fig90a-osi.pdf").exists()
    assert "@misc{" in capsys.readouterr().out


def test_every_table_notebook_and_figure_is_listed() -> None:
    for name in schema.table_names():
        assert f"| `{name}` |" in README, name
    for path in (PROJECT / "notebooks").glob("[0-9]*.ipynb"):
        assert f"notebooks/{path.name}" in README, path.name
    published = {path.stem for path in (PROJECT / "figures").glob("*.json") if path.name != "environment.json"}
    mapped = set(re.findall(r"`((?:fig|tab)\d\d[a-z]-[a-z0-9-]+)`", README))
    assert mapped == published
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (PROJECT / link).exists(), link


def test_numbers_are_fresh() -> None:
    assert "{{number:" in README
    assert stale(README, read_numbers(PROJECT / "figures" / "numbers.csv")) == []

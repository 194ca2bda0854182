"""The README says what is there.

Commands, tables, notebooks, figures, numbers, and code that runs.
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer
import yaml

from egovstudy.cli import app
from egovstudy.data.tables import schema

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
TEXTS = ("README.md", "LICENSE-data.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.id.md")
READMES = {"en": "README.md", "id": "README.id.md"}  # test_readme_id.py sets one beside the other
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


def read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def commands(start: str) -> list[list[str]]:
    """List the commands in the README and CONTRIBUTING that call ``start``, as words.

    Inline and in shell blocks.
    """
    both = README + read("CONTRIBUTING.md")
    blocks = re.findall(r"```sh\n(.*?)```", both, re.DOTALL)
    lines = [line.partition("#")[0] for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", both, flags=re.DOTALL))
    words = [
        shlex.split(line)
        for line in lines
        if line.strip().startswith(start) or f"/{start} " in line
    ]
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
    targets = set(
        re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    named = {line[1] for line in commands("make") if len(line) > 1 and line[0] == "make"}
    assert {"reproduce", "test", "lab"} <= named <= targets


def test_the_code_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
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
    published = {
        path.stem
        for path in (PROJECT / "figures").glob("*.json")
        if path.name != "environment.json"
    }
    mapped = set(re.findall(r"`((?:fig|tab)\d\d[a-z]?-[a-z0-9-]+)`", README))
    assert mapped == published
    for name in TEXTS:
        for link in re.findall(r"\]\(([^)#:]+)\)", read(name)):
            assert (PROJECT / link).exists(), (name, link)


def test_links_inside_lead_to_headings() -> None:
    for name in READMES.values():
        headings = re.findall(r"^#+ (.+)$", read(name), re.MULTILINE)
        anchors = {
            re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings
        }
        assert set(re.findall(r"\]\(#([^)]+)\)", read(name))) <= anchors, name


def test_each_figure_stands_with_its_notebook() -> None:
    for names, notebook in re.findall(r"^\| (`fig\d\d.+?) \| `([^`]+)` \|$", README, re.MULTILINE):
        assert (PROJECT / "notebooks" / f"{notebook}.ipynb").exists(), notebook
        assert {name[3:5] for name in re.findall(r"`([^`]+)`", names)} == {notebook[:2]}


def test_the_figure_carries_its_own_alt_text_and_caption() -> None:
    for language, name in READMES.items():
        alt, figure = re.search(r"!\[([^]]+)\]\(([^)]+)\)", read(name)).groups()
        about = json.loads(read(figure.replace(".png", ".json")))
        assert alt == about["alt"][language]
        assert f"*{about['caption'][language]}*" in read(name)


def test_licences_agree_with_the_schema() -> None:
    rows = {
        name: dict(re.findall(r"^\| `(\w+)` \|(?:.+\|)? ([^|]+) \|$", read(name), re.MULTILINE))
        for name in TEXTS[:2]
    }
    for table in schema.table_names():
        names = {one["name"] for one in schema.resource(table)["licenses"]}
        for text, licences in rows.items():
            assert "CC-BY-4.0" not in names or "CC BY 4.0" in licences[table], (text, table)
            assert ("CC BY 3.0 IGO" in licences[table]) == ("CC-BY-3.0-IGO" in names), (text, table)
            assert ("terms" in licences[table]) == ("other-closed" in names), (text, table)


def test_versions_agree() -> None:
    import egovstudy

    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    found = {
        "__init__": egovstudy.__version__,
        "CITATION.cff": yaml.safe_load(read("CITATION.cff"))["version"],
        "datapackage.json": json.loads(read("data/datapackage.json"))["version"],
        "CHANGELOG.md": re.search(r"^## (\d+\.\d+\.\d+)", read("CHANGELOG.md"), re.MULTILINE)[1],
    }
    assert set(found.values()) == {version}, found
    parts = re.findall(r"^### (.+)$", read("CHANGELOG.md").split("\n## ")[1], re.MULTILINE)
    assert parts == ["Data", "Codebook", "Results", "Code"]


def test_no_machine_paths_and_no_registry_hosts() -> None:
    for name in TEXTS:
        assert not re.search(r"(?<![\w.])/(home|root|Users|tmp|work|var)/", read(name)), name
        assert not re.search(r"pypi\.|pythonhosted|anaconda\.org|conda\.anaconda", read(name)), name

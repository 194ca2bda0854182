"""The guard through its real entry point: pytest on a project with kernels, beside nbval."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from support.tiny import CLOSING, README, build, change, markdown, question, replace

from egovstudy.rerun.guard import plugin as guard
from egovstudy.rerun.reproduce.compare import ENVIRONMENT_FILE, image_environment

PROJECT = Path(__file__).resolve().parents[3]
# The shape of these notebooks is not looked at: they spare the kernel the check of the data.
SELECTED = "not shape"
INI = """\
[pytest]
addopts = -p nbval.plugin -p egovstudy.rerun.guard.plugin
  --nbval --nbval-current-env -p no:cacheprovider --color=no
"""
RULES = set(guard.NOTEBOOK_RULES) - {"shape"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of three notebooks, of which 96 holds prose only and shows the rank that 98 keeps.

    And a template.
    """
    project = tmp_path_factory.mktemp("made")
    for number in ("97", "98"):
        build(project, number, runs=True)
    for name in ("96-tiny.ipynb", "_template.ipynb"):
        notebook = nbformat.v4.new_notebook(
            cells=[markdown(question("98.rank")), markdown(CLOSING)]
        )
        nbformat.write(notebook, project / "notebooks" / name)
    row = README.splitlines(keepends=True)[2]
    text = README.replace(row, "".join(row.replace("97", number) for number in ("96", "97", "98")))
    (project / "README.md").write_text(
        text + "\nOther <!--{{number:98.rank}}-->64<!--/-->.\n", encoding="utf-8"
    )
    (project / "docs").mkdir()
    (project / "docs" / "page.md").write_text(
        "Words.\n\nRank <!--{{number:98.rank}}-->64<!--/-->.\n", encoding="utf-8"
    )
    (project / "docs" / "README.md").write_text(
        "A README that lists no notebooks.\n", encoding="utf-8"
    )
    (project / "pytest.ini").write_text(INI, encoding="utf-8")
    shutil.copy(PROJECT / "requirements.lock", project)
    environment = json.dumps(image_environment(project))
    (project / "figures" / ENVIRONMENT_FILE).write_text(environment, encoding="utf-8")
    return project


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project"))


def checked(project: Path, *words: str, **environment: str) -> SimpleNamespace:
    words = (sys.executable, "-m", "pytest", "-q", "-rA", *words)
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        **environment,
    }  # others take seconds to load
    result = subprocess.run(
        words, cwd=project, capture_output=True, text=True, check=False, env=environment
    )
    passed, failed = (
        set(re.findall(rf"^{word} (.+?)(?: - .*)?$", result.stdout, re.MULTILINE))
        for word in ("PASSED", "FAILED")
    )
    return SimpleNamespace(
        code=result.returncode, text=result.stdout + result.stderr, passed=passed, failed=failed
    )


def items(name: str, rules: set[str]) -> set[str]:
    return {f"{name}::guard[{rule}]" for rule in rules}


def test_a_changed_number_is_told_in_every_place_and_nothing_else_is(
    project: Path, tmp_path: Path
) -> None:
    change(project, replace(6, "rank = 64", "rank = 65"), "98-tiny.ipynb")
    change(project, replace(4, "\n", "\nax.lines[0].set_linestyle(':')\n"), "98-tiny.ipynb")
    outside = tmp_path / "outside"
    # What the shell sets must not reach the notebooks.
    result = checked(
        project, "-k", SELECTED, EGOVSTUDY_FIGURES=str(outside), EGOVSTUDY_EXPORT="nature/column/id"
    )
    assert not outside.exists()

    published = "notebooks/98-tiny.ipynb::guard[published]"
    assert result.failed == {
        "notebooks/98-tiny.ipynb::Cell 3",
        "notebooks/98-tiny.ipynb::Cell 5",
        published,
    }, result.text
    cells = {f"notebooks/97-tiny.ipynb::Cell {cell}" for cell in range(7)}
    assert (
        cells | items("notebooks/97-tiny.ipynb", RULES) | items("notebooks/96-tiny.ipynb", RULES)
        <= result.passed
    )
    template = items("notebooks/_template.ipynb", RULES - {"files", "published"})
    assert {item for item in result.passed if "_template" in item} == template
    assert items("README.md", {"notebooks", "numbers", "prose"}) <= result.passed
    assert (
        items("docs/page.md", {"numbers", "prose"}) | items("notebooks", {"notebooks"})
        <= result.passed
    )

    assert items("docs/README.md", {"numbers", "prose"}) <= result.passed

    right = (
        "98.rank: '64' stands there, '65' is right. Cure: egovstudy reproduce --only 98 --update."
    )
    for place in ("README.md, line 9", "docs/page.md, line 3", "notebooks/96-tiny.ipynb, cell 0"):
        assert f"{place}: {right}" in result.text, (place, result.text)
    assert f"notebooks/98-tiny.ipynb, cell 0: {right}" in result.text
    assert (
        "notebooks/98-tiny.ipynb, cell 6: number 98.rank: committed 64 (64), came 65 (65)"
        in result.text
    )
    told = (
        r"notebooks/98-tiny.ipynb, cell 4: data fig98a-path.marks.csv: row \d+, column style:"
        r" committed '-?', came"
    )
    assert re.search(told, result.text), result.text
    assert "image fig98a-path" not in result.text  # other marks, other picture: said once
    assert "data fig98a-path.csv" not in result.text
    assert "guard.py" not in result.text


def test_a_check_that_could_not_be_made_has_not_passed(project: Path) -> None:
    (project / "notebooks" / "96-tiny.ipynb").unlink()
    result = checked(project, ".", "-k", "guard and not shape")
    missing = {"README.md::guard[notebooks]", "notebooks::guard[notebooks]"}
    assert result.failed == missing | {
        f"notebooks/{n}-tiny.ipynb::guard[published]" for n in ("97", "98")
    }, result.text
    assert "README.md, line 3: lists notebooks/96-tiny.ipynb, which is not there" in result.text
    assert (
        "notebooks/97-tiny.ipynb: only 0 of 7 code cells ran here, so nothing fresh can be"
        " compared. Cure: run python -m pytest notebooks/97-tiny.ipynb whole" in result.text
    )


def test_the_plugin_starts_light() -> None:
    code = (
        "import sys, pathlib, egovstudy.rerun.guard.plugin as guard\n"
        "assert guard._is_page(pathlib.Path('README.md').resolve())\n"
        "assert not guard._is_page(pathlib.Path('CHANGELOG.md').resolve())\n"
        "print([name for name in ('pandas', 'nbformat', 'matplotlib') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "[]\n"

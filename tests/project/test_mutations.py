"""The machinery of the mutation tests.

It draws alike, really changes something, judges strictly, restores exactly.

Whether the check catches the mutations is what ``make mutations`` says.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from mutations import library_code, notebook_code
from mutations.check import draw_from, judge
from mutations.draw import plan, unchanged
from mutations.kinds import GROUPS, Mutation
from mutations.registered import KINDS
from mutations.sandbox import PROJECT, Sandbox, snapshot

QUICK = sorted(name for name, kind in KINDS.items() if not kind.slow)
SAMPLE = 40  # what .ci/run draws


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return Sandbox(tmp_path_factory.mktemp("mutations"), snapshot())


@pytest.mark.parametrize("name", QUICK)
def test_a_kind_changes_something_draws_alike_and_is_undone(name: str, sandbox: Sandbox) -> None:
    drawn = []
    for seed in (1, 1, 2, 3, 4):
        mutation = KINDS[name].make(sandbox.project, draw_from(seed, 7, name))
        changed = sandbox.changed()
        assert changed, mutation.what
        drawn.append((mutation, {path: _content(sandbox.project / path) for path in changed}))
        assert mutation.reasons
        assert all(re.compile(reason) for reason in mutation.reasons)
        assert all((sandbox.project / path).is_file() for path in mutation.paths)
        sandbox.restore()  # it looks at every byte itself; a test below holds that
    assert drawn[0] == drawn[1]
    assert any(other != drawn[0] for other in drawn[2:])


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def test_restoring_undoes_whatever_happened(sandbox: Sandbox) -> None:
    (sandbox.project / "README.md").unlink()
    (sandbox.project / "data/egdi.csv").write_bytes(b"")
    (sandbox.project / "figures/fig01z-extra.png").write_bytes(b"x")
    (sandbox.scratch / "left over").mkdir()
    assert sandbox.changed() == ["README.md", "data/egdi.csv", "figures/fig01z-extra.png"]
    sandbox.restore()
    assert snapshot(sandbox.project) == sandbox.files
    assert not list(sandbox.scratch.iterdir())


def test_the_check_in_the_sandbox_uses_the_sandbox(sandbox: Sandbox) -> None:
    (sandbox.project / "src/egovstudy/__main__.py").write_text(
        "import egovstudy; print(egovstudy.__file__)"
    )
    try:
        code, output = sandbox.run("egovstudy", seconds=60)
    finally:
        sandbox.restore()
    assert (code, output.strip()) == (0, str(sandbox.project / "src/egovstudy/__init__.py"))


def test_every_kind_is_in_the_sample_and_plans_grow() -> None:
    sample, whole = plan(SAMPLE, 1), plan(200, 1)
    assert {kind.name for _, kind in sample} == KINDS.keys()
    assert whole[:SAMPLE] == sample
    assert [number for number, _ in whole] == list(range(1, 201))
    assert {kind.group for kind in KINDS.values()} == set(GROUPS)
    assert plan(200, 1) != plan(200, 2)


def test_words_that_only_other_countries_show_are_left_alone() -> None:
    both = (
        '"en": f"{name} falls steeply." if country == "IDN" else "Lines, and no word.", "id":'
        ' "Garis turun tajam."'
    )
    source = f"save(alt={{{both}}})"
    (call,) = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    words = notebook_code._words(notebook_code._shown(source, call.keywords[0].value))
    assert [found[0] for found in words] == ["falls", "steeply", "turun", "tajam"]


@pytest.mark.parametrize(
    ("code", "output", "why"),
    [
        (1, "FAILED a.ipynb::guard[counts]\na.ipynb, cell 3: was never run", ""),
        (1, "FAILED a.ipynb::guard[counts]\na.ipynb, cell 4: was never run", "not for its reason"),
        (0, "cell 3: was never run", "green"),
        (2, "FAILED a.ipynb::guard[counts]\na.ipynb, cell 3: was never run", "exit code 2"),
    ],
)
def test_only_red_for_the_reason_is_caught(code: int, output: str, why: str) -> None:
    mutation = Mutation(
        "", ("a.ipynb",), (r"(?m)^FAILED .*guard\[counts\]", r"cell 3: was never run")
    )
    found = judge(mutation, code, output)
    assert why in found
    assert bool(found) == bool(why)


def test_every_notebook_and_page_is_checked_unchanged() -> None:
    assert "README.md" in unchanged()
    assert {f"notebooks/{path.name}" for path in PROJECT.glob("notebooks/[0-9]*.ipynb")} < set(
        unchanged()
    )


def test_formulas_still_stand_and_each_mutant_is_other_code() -> None:
    sites = list(library_code.sites(PROJECT))
    assert {site.function for site in sites} == {
        function for _, function, *_ in library_code.FORMULAS
    }
    assert len(sites) > 100
    for site in sites:
        assert ast.unparse(ast.parse(site.code)) != ast.unparse(site.node)


def test_roundings_still_stand() -> None:
    for old, *_ in library_code.ROUNDINGS:
        assert library_code.module_with(PROJECT, "publish/words", old)

"""Wings, rooms and doors.

Imports go downwards, through doors, and one module reads the datasets.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from house.page import DOCS, page, picture
from house.structure import (
    GROUND,
    SOURCE,
    WINGS,
    arrows,
    door,
    doors,
    imports_of,
    modules,
    room_of,
    rooms,
)

FLOORS = {
    **dict.fromkeys(GROUND, 0),
    **{wing: floor for floor, wing in enumerate(WINGS, 1)},
    "cli": 9,
    "__main__": 10,
}
READERS = {"read_csv", "read_excel", "read_parquet", "read_table", "read_json", "read_fwf"}


def short(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", modules(), ids=short)
def test_imports_go_downwards(path: Path) -> None:
    own = FLOORS[path.relative_to(SOURCE).parts[0].removesuffix(".py")]
    above = {one.place for one in imports_of(path) if FLOORS.get(one.place.split(".")[0], -1) > own}
    assert not above, f"{path.name} imports {above} from a floor above it"


def test_rooms_stand_above_one_another() -> None:
    below: dict[str, set[str]] = {room: set() for room in rooms()}
    for room, other in arrows():
        below.setdefault(room, set()).add(other)
    list(TopologicalSorter(below).static_order())  # a circle raises CycleError, which names it


@pytest.mark.parametrize("path", modules(), ids=short)
def test_other_rooms_are_entered_by_their_door(path: Path) -> None:
    for one in imports_of(path):
        if one.place.split(".")[0] in WINGS and one.place.split(".")[:2] != room_of(path).split(
            "."
        ):
            where = f"{short(path)}, line {one.line}: {one.name} of {one.place}"
            assert one.place.count(".") == 1, f"{where} is taken past the door"
            assert one.name in door(one.place), f"{where} is not named by the door"


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_has_three_to_six_rooms_and_nothing_else(wing: str) -> None:
    assert 3 <= sum(room.startswith(f"{wing}.") for room in rooms()) <= 6
    assert [path.name for path in (SOURCE / wing).glob("*.py")] == ["__init__.py"]


@pytest.mark.parametrize("room", rooms())
def test_a_door_says_what_each_name_is_and_names_nothing_that_nobody_uses(room: str) -> None:
    used = {
        one.name
        for path in [*modules(), SOURCE / "__init__.pyi"]
        for one in _taken_from(path, room)
    }
    for name, (module, sentence) in door(room).items():
        assert sentence[:1].isupper(), f"{room}: {name} has no sentence"
        assert sentence.endswith("."), f"{room}: the sentence of {name} has no end"
        assert name != module, f"{room}: the module {module} would hide the name {name}"
        assert name in used, f"{room}: nobody outside uses {name}"


def _taken_from(path: Path, room: str) -> list:
    if path.name == "__init__.pyi":  # the public names, which stand as relative imports
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == room
        ]
        return [alias for node in found for alias in node.names]
    return [one for one in imports_of(path) if one.place == room]


@pytest.mark.parametrize("path", modules(), ids=short)
def test_only_loading_reads_datasets(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    if path.name != "loading.py":
        assert not called & READERS
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not ("csv" in names and "data_dir" in names), (
            f"{path.name} reads a file of the data folder"
        )


@pytest.mark.parametrize("path", modules(), ids=short)
def test_sorts_by_one_key_are_stable(path: Path) -> None:
    """The default sorts rows of equal keys in an order that depends on the processor."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "sort_values"
        ):
            many = node.args and isinstance(node.args[0], ast.List) and len(node.args[0].elts) > 1
            words = {word.arg: ast.unparse(word.value) for word in node.keywords}
            assert many or words.get("kind") == "'stable'", f"{path.name}, line {node.lineno}"


def test_methods_touch_nothing_outside() -> None:
    banned = {"matplotlib", "seaborn", "open", "os", "pathlib"}
    for path in (SOURCE / "methods").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        names |= {
            (node.module or "").split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
        }
        assert not names & banned, path.name


def test_import_is_light() -> None:
    code = (
        "import sys, egovstudy; heavy = {'pandas', 'numpy', 'matplotlib', 'statsmodels',"
        " 'scipy'};assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_help_is_light() -> None:
    code = (
        "import sys; sys.argv = ['egovstudy', '--help']\nfrom egovstudy.cli import main\ntry:\n   "
        " main()\nexcept SystemExit as end:\n    assert end.code == 0, end.code\nheavy = {'pandas',"
        " 'numpy', 'matplotlib', 'rich'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_every_public_name_loads() -> None:
    import egovstudy as eg

    for name in eg.__all__:
        assert getattr(eg, name).__doc__, f"{name} has no docstring"


def test_doors_are_whole() -> None:
    for path in doors():
        assert (path.parent / "__init__.py").exists()


def test_the_page_shows_the_house_as_it_is() -> None:
    said = "python -m tests.house writes it anew"
    assert (DOCS / "house.md").read_text(encoding="utf-8") == page(), said
    assert (DOCS / "house.svg").read_text(encoding="utf-8") == picture(), said

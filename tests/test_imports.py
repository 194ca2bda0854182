"""The four wings import only downwards, and one module reads the datasets."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "egovstudy"
FLOORS = {"errors": 0, "paths": 0, "data": 1, "methods": 2, "publish": 3, "rerun": 4, "cli": 5, "__main__": 6}
READERS = {"read_csv", "read_excel", "read_parquet", "read_table", "read_json", "read_fwf"}


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if path != SOURCE / "__init__.py")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("egovstudy"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("egovstudy.")}
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"relative import in {path.name}"
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_downwards(path: Path) -> None:
    own = FLOORS[path.relative_to(SOURCE).parts[0].removesuffix(".py")]
    above = {name for name in imported(path) if FLOORS.get(name, -1) > own}
    assert not above, f"{path.name} imports {above} from a floor above it"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_only_load_reads_datasets(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    if path.name != "load.py":
        assert not called & READERS
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        reads_tables = "csv" in names and "data_dir" in names
        assert not reads_tables, f"{path.name} reads a file of the data folder; only data/load.py may"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_sorts_by_one_key_are_stable(path: Path) -> None:
    """The default sorts rows of equal keys in an order that depends on the processor."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sort_values":
            many = node.args and isinstance(node.args[0], ast.List) and len(node.args[0].elts) > 1
            words = {word.arg: ast.unparse(word.value) for word in node.keywords}
            assert many or words.get("kind") == "'stable'", f"{path.name}, line {node.lineno}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_methods_touch_nothing_outside() -> None:
    banned = {"matplotlib", "seaborn", "open", "os", "pathlib"}
    for path in (SOURCE / "methods").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        names |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not names & banned, path.name


def test_import_is_light() -> None:
    code = (
        "import sys, egovstudy; heavy = {'pandas', 'numpy', 'matplotlib', 'statsmodels', 'pandera', 'scipy'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_help_is_light() -> None:
    code = (
        "import sys; sys.argv = ['egovstudy', '--help']\n"
        "from egovstudy.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code == 0, end.code\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'rich'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def test_every_public_name_loads() -> None:
    import egovstudy as eg

    assert len(eg.__all__) <= 75  # a quarter of them plots, one for each kind of figure
    for name in eg.__all__:
        assert getattr(eg, name).__doc__, f"{name} has no docstring"

"""The structure as the code has it: wings, rooms, doors and who imports whom."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "egovstudy"
# From the ground floor up.
WINGS = ("data", "methods", "publish", "rerun")
GROUND = ("errors", "paths")


@dataclass(frozen=True)
class Import:
    """One name that a module takes from another place of the house.

    Attributes
    ----------
    path : Path
        The module that imports.
    line : int
        Where.
    place : str
        What it imports from, below ``egovstudy``: ``data.tables`` or ``data.tables.loading``.
    name : str
        What it takes.
    """

    path: Path
    line: int
    place: str
    name: str


def modules() -> list[Path]:
    """List every module but the doors."""
    return sorted(path for path in SOURCE.rglob("*.py") if path.name != "__init__.py")


def doors() -> list[Path]:
    """List the stub of every room's door."""
    return sorted(path for wing in WINGS for path in (SOURCE / wing).glob("*/__init__.pyi"))


def rooms() -> list[str]:
    """Name every room, as ``data.tables``."""
    return [
        f"{wing}.{path.parent.name}"
        for wing in WINGS
        for path in sorted((SOURCE / wing).glob("*/__init__.py"))
    ]


def room_of(path: Path) -> str:
    """Name the room, or the place without rooms, that a module stands in."""
    parts = path.relative_to(SOURCE).parts
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0].removesuffix(".py")


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    """Read what a module imports from the project itself."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level or path.name == "__init__.pyi", f"relative import in {path}"
            if (node.module or "").split(".")[0] == "egovstudy":
                place = (node.module or "").partition(".")[2]
                found += [Import(path, node.lineno, place, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("egovstudy.")]
            found += [
                Import(path, node.lineno, *name.removeprefix("egovstudy.").rpartition(".")[::2])
                for name in names
            ]
    return tuple(found)


@cache
def door(room: str) -> dict[str, tuple[str, str]]:
    """Read a door: by name the module it comes from (empty for a module) and its sentence."""
    path = SOURCE / Path(*room.split(".")) / "__init__.pyi"
    if not path.exists():
        return {}
    names, said = {}, ""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = {
        node.lineno: node
        for node in ast.parse("\n".join(lines)).body
        if isinstance(node, ast.ImportFrom)
    }
    for number, line in enumerate(lines, start=1):
        if line.startswith("#"):
            said = f"{said} {line[1:].strip()}".strip()
        elif number in at:
            for alias in at[number].names:
                names[alias.name] = (at[number].module or "", said)
            said = ""
    return names


@cache
def arrows() -> frozenset[tuple[str, str]]:
    """Say which room imports from which other."""
    return frozenset(
        (room_of(path), ".".join(one.place.split(".")[:2]))
        for path in modules()
        for one in imports_of(path)
        if one.place and room_of(path) != ".".join(one.place.split(".")[:2])
    )


@cache
def public() -> dict[str, list[tuple[str, str]]]:
    """Read the public names: by task the names, each with the room that it comes from."""
    tasks: dict[str, list[tuple[str, str]]] = {}
    path, task = SOURCE / "__init__.pyi", ""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = {node.lineno: node for node in ast.parse("\n".join(lines)).body}
    for number, line in enumerate(lines, start=1):
        node = at.get(number)
        if line.startswith("# ") and not line.startswith("# isort"):
            task = line[2:]
        elif isinstance(node, ast.ImportFrom):
            names = [(alias.name, node.module or "") for alias in node.names]
            tasks.setdefault(task, []).extend(names)
    return tasks


def summary(path: Path) -> str:
    """First paragraph of a module's docstring, on one line."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split())


def said_of(name: str, room: str) -> str:
    """Say in a sentence what a public name is, as its room's door does."""
    return door(room)[name][1] if "." in room else "What went wrong, in words for people."

"""Cells of notebooks, as places to break."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from egovstudy.rerun.reproduce.notebooks import notebook_paths

from .kinds import Mutation, failed, ruled


@dataclass(frozen=True)
class Spot:
    """One cell: ``index`` counts all cells of the file from 0, as the check's messages do."""

    file: Path
    notebook: Any
    index: int

    @property
    def path(self) -> str:
        """Path of the notebook below the project."""
        return f"notebooks/{self.file.name}"

    @property
    def cell(self) -> Any:
        """The cell itself."""
        return self.notebook.cells[self.index]

    @property
    def place(self) -> str:
        """How a message names the cell, as a regular expression."""
        return rf"{re.escape(self.file.stem)}\S*, cell {self.index}\b"

    def save(self) -> None:
        """Write the changed notebook."""
        from nbformat.v4 import writes

        self.file.write_text(writes(self.notebook, indent=1) + "\n", encoding="utf-8")

    def breaks(self, rule: str, what: str, words: str = "") -> Mutation:
        """Save, and expect the guard's rule to name this cell."""
        self.save()
        return Mutation(
            f"{self.file.stem}, cell {self.index}: {what}",
            (self.path,),
            ruled(self.path, rule, f"{self.place}.*{words}"),
        )

    def differs(self) -> str:
        """Reason: nbval found other outputs than the stored ones (it counts code cells only)."""
        before = self.notebook.cells[: self.index]
        return failed(self.path, rf"Cell {sum(cell.cell_type == 'code' for cell in before)}\b")


def spots(project: Path, fits: Callable[[Any], bool]) -> list[Spot]:
    """List the cells of all numbered notebooks that fit."""
    return [
        Spot(file, notebook, index)
        for file, notebook in notebooks(project)
        for index, cell in enumerate(notebook.cells)
        if fits(cell)
    ]


def notebooks(project: Path) -> Iterator[tuple[Path, Any]]:
    """Read every numbered notebook, unvalidated, which is quicker.

    They are read anew for every draw.
    """
    from nbformat.v4 import reads

    for file in notebook_paths(project, []):
        yield file, reads(file.read_text(encoding="utf-8"))


def is_code(cell: Any) -> bool:
    """Tell code cells."""
    return cell.cell_type == "code"


def is_prose(cell: Any) -> bool:
    """Tell cells of text."""
    return cell.cell_type == "markdown"


def has_outputs(cell: Any) -> bool:
    """Tell code cells that show something."""
    return bool(cell.get("outputs"))


def statements(cell: Any) -> list[ast.stmt]:
    """Parse a code cell."""
    return ast.parse(cell.source).body


def calls(cell: Any, name: str) -> list[ast.Call]:
    """List the calls of library functions (``eg.…``) whose name begins with ``name``."""
    if not is_code(cell):
        return []
    found = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
    return [
        one
        for one in found
        if isinstance(one.func, ast.Attribute) and one.func.attr.startswith(name)
    ]


def published_name(cell: Any) -> str | None:
    """Name of the figure or table that a cell saves."""
    for call in calls(cell, "save_"):
        return ast.literal_eval(call.args[1])
    return None

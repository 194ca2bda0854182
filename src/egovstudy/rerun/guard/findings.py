"""What the guard checks and what it finds.

A notebook with its surroundings, and a flaw with its cure.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from egovstudy.rerun.reproduce import read_notebook

SHOWN = 60
DIGEST_LINE = re.compile(
    r"(?P<name>(?:fig|tab)\d\d[a-z]?-[a-z0-9-]+) \| (?:[\d.]+ x [\d.]+ mm \| )?\d+ rows"
    r" \| data digest (?P<data>[0-9a-f]{12})(?: \| marks digest (?P<marks>[0-9a-f]{12}))?"
)


@dataclass(frozen=True)
class Flaw:
    """One thing wrong in one place.

    Attributes
    ----------
    file : str
        Path inside the project.
    place : str
        ``cell 4``, ``line 71``, ``caption (en)``, or empty for the file as such.
    what, cure : str
        What is wrong and what to do, as parts of a sentence.
    """

    file: str
    place: str
    what: str
    cure: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return (
            f"{where}: {self.what}{'' if self.what.endswith(('.', '?')) else '.'} Cure:"
            f" {self.cure}."
        )


def told(flaws: Sequence[Flaw]) -> str:
    """Write flaws one a line, the first ones where there are very many."""
    lines = [str(flaw) for flaw in flaws[:SHOWN]]
    if len(flaws) > SHOWN:
        lines.append(f"... and {len(flaws) - SHOWN} more")
    return "\n".join(lines)


def project_of(path: Path) -> Path:
    """Find the project that a file belongs to.

    The nearest folder above it that holds ``notebooks/``.
    """
    for folder in path.parents:
        if (folder / "notebooks").is_dir():
            return folder
    return path.parent


@dataclass
class Guarded:
    """A notebook under check.

    Attributes
    ----------
    path : Path
        The file.
    fresh : list
        Outputs of each code cell as nbval has just run it; None for a cell that did not run.
    published : Path or None
        Folder into which the fresh run published.
    """

    path: Path
    fresh: list[list[Any] | None] = field(default_factory=list)
    published: Path | None = None

    @cached_property
    def notebook(self) -> Any:
        """The notebook as stored."""
        return read_notebook(self.path)

    @cached_property
    def project(self) -> Path:
        """Root of its checkout."""
        return project_of(self.path)

    @property
    def figures(self) -> Path:
        """Folder of what is committed."""
        return self.project / "figures"

    @property
    def file(self) -> str:
        """Path inside the project."""
        return self.path.relative_to(self.project).as_posix()

    @property
    def number(self) -> str:
        """The two digits that begin its name and everything it publishes.

        Empty for the template.
        """
        return self.path.name[:2] if self.path.name[:2].isdigit() else ""

    @property
    def rerun(self) -> str:
        """How to run it anew, as a cure."""
        return (
            f"egovstudy reproduce --only {self.number} --update"
            if self.number
            else "run all cells from the top"
        )

    def cells(self, kind: str) -> list[tuple[int, Any]]:
        """Cells of one type with their places in the file, from 0."""
        return [
            (place, cell)
            for place, cell in enumerate(self.notebook.cells)
            if cell.cell_type == kind
        ]

    def trees(self) -> Iterator[tuple[int, Any, ast.Module]]:
        """Code cells that are Python, with their places and syntax trees."""
        for place, cell in self.cells("code"):
            try:
                yield place, cell, ast.parse(cell.source)
            except SyntaxError:  # the rule on shape reports it
                continue

    def flaw(self, place: int | str, what: str, cure: str) -> Flaw:
        """Report something wrong in a cell of the notebook, or in the notebook as such."""
        return Flaw(self.file, f"cell {place}" if isinstance(place, int) else place, what, cure)

    def sidecars(self) -> dict[str, dict[str, Any]]:
        """Read the committed sidecars of its figures and tables, by name."""
        paths = sorted(self.figures.glob(f"???{self.number}[a-z-]*.json")) if self.number else []
        return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}

    def written(self) -> Iterator[tuple[str, str, str]]:
        """Captions, alternative texts and notes as (file, place, text), number marks still in."""
        for name, about in self.sidecars().items():
            for part in ("caption", "alt", "note"):
                for language, text in about.get(f"{part}_keyed", {}).items():
                    yield f"figures/{name}.json", f"{part} ({language})", text


def texts_of(output: Any) -> Iterator[str]:
    """Give everything of an output that is text."""
    if output.output_type == "stream":
        yield output.text
    for kind, text in (output.get("data") or {}).items():
        if kind.startswith("text/"):
            yield text


def calls(tree: ast.AST, names: Sequence[str]) -> Iterator[tuple[str, ast.Call]]:
    """Find calls of functions or methods with these names, as (name, call)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in names:
                yield name, node

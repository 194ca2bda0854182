"""What a mark in somebody's text may call up: a number, a caption, a picture.

And where these lie for a given file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from egovstudy.errors import ArgumentError, EgovstudyError, nearest
from egovstudy.paths import figures_dir
from egovstudy.publish.words import NUMBERS, read_numbers

EXPORT_RECORD = "egovstudy-export.json"  # stands in every folder that `egovstudy export` wrote


@dataclass(frozen=True)
class Mark:
    """One mark in a text.

    Attributes
    ----------
    place : str
        Where in the file, e.g. ``"line 3"``.
    name : str
        ``number:KEY``, or ``caption``, ``note``, ``alt``, ``figure`` or ``table`` with a name.
    found : str
        What stands there.
    right : str or None
        What should stand there; None if it names nothing that is kept.
    advice : str
        For such a name: the nearest one.
    """

    place: str
    name: str
    found: str
    right: str | None
    advice: str = ""

    @property
    def fresh(self) -> bool:
        """Whether what stands there is right."""
        return self.found == self.right

    def __str__(self) -> str:
        if self.right is None:
            return f"{self.place}: {self.advice}"
        return f"{self.place}: {self.name}: {self.found!r} stands there, {self.right!r} is right"


@dataclass(frozen=True)
class Picture:
    """A picture for a text: its file, its size in mm and its alternative text."""

    file: Path
    width_mm: float
    height_mm: float
    alt: str


@dataclass(frozen=True)
class Store:
    """Numbers, captions, pictures and tables of the project or of one exported folder.

    Attributes
    ----------
    numbers : dict
        Rows by key.
    folders : tuple of Path
        Where the sidecars and pictures lie.
    language : str
        Language of captions and alternative texts; English stands in where one is missing.
    """

    numbers: dict[str, dict[str, str]]
    folders: tuple[Path, ...]
    language: str
    _sidecars: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)

    def text(self, kind: str, key: str) -> str:
        """Give the text of a number, a caption, a note or an alternative text.

        Raises
        ------
        ArgumentError
            If nothing of that name is kept; the nearest is named.
        """
        if kind == "number":
            if key not in self.numbers:
                raise ArgumentError(
                    f"there is no number {key!r}.{nearest(key, list(self.numbers))}"
                )
            return self.numbers[key]["shown"]
        return said(self._sidecar(key), kind, self.language)

    def picture(self, name: str) -> Picture:
        """Give the PNG of a figure, with its size and alternative text.

        Raises
        ------
        ArgumentError
            If there is no such figure, or its PNG is missing.
        """
        about = self._sidecar(name)
        files = [
            folder / f"{name}.png" for folder in self.folders if (folder / f"{name}.png").is_file()
        ]
        if not files or "width_mm" not in about:
            raise ArgumentError(f"there is no picture {name}.png to put in. Only figures have one.")
        return Picture(
            files[0], about["width_mm"], about["height_mm"], said(about, "alt", self.language)
        )

    def table(self, name: str) -> Path:
        """Give the Word file of a table.

        Raises
        ------
        ArgumentError
            If there is no such table, or it has no Word file: only an export has.
        """
        self._sidecar(name)
        for folder in self.folders:
            if (folder / f"{name}.docx").is_file():
                return folder / f"{name}.docx"
        raise ArgumentError(
            f"there is no {name}.docx to take a table from. Fill it in a folder that was exported."
        )

    def _sidecar(self, name: str) -> dict[str, Any]:
        if not self._sidecars:
            for folder in self.folders:
                for path in sorted(
                    [*folder.glob("fig[0-9]*.json"), *folder.glob("tab[0-9]*.json")]
                ):
                    self._sidecars[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        if name not in self._sidecars:
            raise ArgumentError(
                f"there is no figure or table {name!r}.{nearest(name, list(self._sidecars))}"
            )
        return self._sidecars[name]


def said(about: Mapping[str, Any], kind: str, language: str) -> str:
    """Give a sidecar's caption, note or alternative text in a language, else in English.

    Raises
    ------
    ArgumentError
        If it has no such text: tables have no alternative text.
    """
    if kind not in about:
        raise ArgumentError(f"{about['name']} has no {kind}.")
    return about[kind].get(language) or about[kind]["en"]


def store_for(file: Path) -> Store:
    """Find the store of a file.

    The exported folder that it lies in, else the project's ``figures/``.

    Raises
    ------
    EgovstudyError
        If there is neither.
    """
    for folder in file.absolute().parents:
        if (folder / EXPORT_RECORD).is_file():
            try:
                language = json.loads((folder / EXPORT_RECORD).read_text(encoding="utf-8"))[
                    "about"
                ]["language"]
            except (ValueError, KeyError, TypeError) as error:
                raise EgovstudyError(
                    f"{folder / EXPORT_RECORD} is damaged. Run egovstudy export again."
                ) from error
            return Store(
                read_numbers(folder / NUMBERS), (folder / "figures", folder / "tables"), language
            )
    figures = figures_dir()
    if not (figures / NUMBERS).is_file():
        raise EgovstudyError(
            f"{file.name} lies in no folder that egovstudy export wrote, and {figures} holds no"
            f" {NUMBERS}. Move it into such a folder, or run the command inside the project."
        )
    return Store(read_numbers(figures / NUMBERS), (figures,), "en")

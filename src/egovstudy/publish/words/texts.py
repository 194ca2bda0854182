"""Which texts of the project show kept numbers, and where in them each number stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from egovstudy.errors import nearest
from egovstudy.paths import pages
from egovstudy.publish.words.numbers import MARKED, check_closed, shown
from egovstudy.publish.words.prose import without_code


@dataclass(frozen=True)
class Mark:
    """A kept number where a text shows it.

    Attributes
    ----------
    file : str
        Path of the text inside the project.
    place : str
        ``line 71`` of a page or ``cell 4`` of a notebook.
    key, shown : str
        The number's key, and what stands there.
    """

    file: str
    place: str
    key: str
    shown: str


@dataclass(frozen=True)
class StaleMark:
    """A mark that shows something else than the kept number; ``problem`` says what is right."""

    mark: Mark
    problem: str


def marks(project: Path) -> list[Mark]:
    """List every keyed number that stands in a page or in the prose of a notebook.

    Parameters
    ----------
    project : Path
        Root of the checkout.

    Returns
    -------
    list of Mark
        Pages first, then notebooks, in order of the texts.
    """
    found = [mark for path in pages(project) for mark in marks_of_page(path, project)]
    for path in sorted((project / "notebooks").glob("*.ipynb")):
        found += _of_notebook(path, path.relative_to(project).as_posix())
    return found


def marks_of_page(path: Path, project: Path) -> Iterator[Mark]:
    """Give the keyed numbers of one page."""
    file = path.relative_to(project).as_posix()
    for line, key, found, _ in _marked(path.read_text(encoding="utf-8")):
        yield Mark(file, f"line {line}", key, found)


def _of_notebook(path: Path, file: str) -> Iterator[Mark]:
    # As plain JSON: the pages are read often, and a notebook that nbformat refuses still has its
    # prose.
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] == "markdown":
            for _, key, found, _ in _marked("".join(cell["source"])):
                yield Mark(file, f"cell {number}", key, found)


def _marked(text: str) -> Iterator[tuple[int, str, str, slice]]:
    """Give line, key, what is shown and where of each mark; one in code is an example."""
    for mark in MARKED.finditer(without_code(text)):
        place = slice(*mark.span("found"))
        yield text.count("\n", 0, mark.start()) + 1, mark["key"], text[place], place


def replaced(text: str, right: Callable[[int, str, str], str | None]) -> str:
    """Put a text into each mark of a page, save for the examples in its code.

    Parameters
    ----------
    text : str
        Markdown.
    right : callable
        Gets line, key and what stands there; gives what should, or None to leave it.

    Raises
    ------
    ArgumentError
        If a mark has no end.

    Examples
    --------
    >>> replaced("In <!--{{number:01.waves}}-->?<!--/--> waves.", lambda line, key, found: "12")
    'In <!--{{number:01.waves}}-->12<!--/--> waves.'
    """
    check_closed(without_code(text))
    parts, last = [], 0
    for line, key, found, place in _marked(text):
        new = right(line, key, found)
        parts += [text[last : place.start], found if new is None else new]
        last = place.stop
    return "".join([*parts, text[last:]])


def filled(text: str, numbers: dict[str, dict[str, str]]) -> str:
    """Put kept numbers into the marks of a page, save for the examples in its code.

    Parameters
    ----------
    text : str
        Markdown.
    numbers : dict
        Row by key.

    Raises
    ------
    ArgumentError
        If a key is unknown (the nearest is named) or a mark has no end.

    Examples
    --------
    >>> text = "`<!--{{number:NN.key}}-->x<!--/-->`: <!--{{number:01.a}}-->?<!--/-->"
    >>> filled(text, {"01.a": {"shown": "0.083"}})
    '`<!--{{number:NN.key}}-->x<!--/-->`: <!--{{number:01.a}}-->0.083<!--/-->'
    """
    return replaced(text, lambda line, key, found: shown(key, numbers))


def stale_marks(found: list[Mark], numbers: dict[str, dict[str, str]]) -> list[StaleMark]:
    """Give the marks that do not show the kept number, or whose key is unknown.

    Parameters
    ----------
    found : list of Mark
        From :func:`marks`.
    numbers : dict
        Row by key, as of :func:`egovstudy.publish.words.numbers.read_numbers`.

    Examples
    --------
    >>> mark = Mark("README.md", "line 3", "01.rise", "0.08")
    >>> stale_marks([mark], {"01.rise": {"shown": "0.083"}})[0].problem
    "01.rise: '0.08' stands there, '0.083' is right"
    """
    stale = []
    for mark in found:
        right = numbers[mark.key]["shown"] if mark.key in numbers else None
        if right is None:
            problem = f"no such number is kept.{nearest(mark.key, list(numbers))}"
        else:
            problem = f"{mark.shown!r} stands there, {right!r} is right"
        if mark.shown != right:
            stale.append(StaleMark(mark, f"{mark.key}: {problem}"))
    return stale

r"""``egovstudy fill``: kept numbers put into texts, or checked: Markdown, Word and LaTeX.

Markdown holds ``<!--{{number:KEY}}-->shown<!--/-->``. In Word one types ``{{number:KEY}}``, and
likewise ``{{figure:NAME}}``, ``{{table:NAME}}``, ``{{caption:NAME}}`` and ``{{note:NAME}}``. LaTeX
has ``\egovnumber{KEY}``, ``\egovcaption{NAME}`` and ``\egovalt{NAME}`` and looks them up itself, so
there only the names are checked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from egovstudy.errors import ArgumentError, EgovstudyError, nearest
from egovstudy.paths import write_safely
from egovstudy.publish.papers.store import Mark, Store, store_for
from egovstudy.publish.words import replaced

# With # it defines a macro.
MACRO = re.compile(r"\\egov(?P<kind>number|caption|alt)\s*\{(?P<key>[^{}#]*)\}")
COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%.*")
SHOWN = 25


@dataclass(frozen=True)
class Filled:
    """A text with its marks looked up.

    Attributes
    ----------
    path : Path
        The file.
    marks : list of Mark
        In the order of the text.
    content : bytes or None
        The file as it should be; None if it is so already.
    """

    path: Path
    marks: list[Mark]
    content: bytes | None

    @property
    def wrong(self) -> list[Mark]:
        """Marks where something else stands than should."""
        return [mark for mark in self.marks if not mark.fresh]

    def __str__(self) -> str:
        if not self.marks:
            return f"{self.path}: no marks in it."
        named = f"{self.path}: {_many(len(self.marks), 'mark')}, "
        if self.path.suffix.lower() == ".tex":
            return (
                f"{named}every name is kept. LaTeX takes the texts from numbers.tex and"
                " captions.tex."
            )
        return (
            f"{named}{len(self.wrong)} filled anew."
            if self.wrong
            else f"{named}all as they should be."
        )


def fill_files(files: Sequence[Path], *, check: bool = False) -> list[Filled]:
    """Fill the marks of texts, all or none; or only look.

    Parameters
    ----------
    files : sequence of Path
        Texts that end in ``.md``, ``.docx`` or ``.tex``.
    check : bool
        Write nothing.

    Returns
    -------
    list of Filled
        One per file.

    Raises
    ------
    ArgumentError
        If a file is of another kind or, unless ``check``, a mark names nothing that is kept.
    EgovstudyError
        If a file cannot be read or written; none of the files is changed then.

    Examples
    --------
    >>> import os, tempfile
    >>> from egovstudy.publish.words.numbers import keep_number
    >>> folder = os.environ["EGOVSTUDY_FIGURES"] = tempfile.mkdtemp()
    >>> number = keep_number("01.waves", 12, shown="12", unit="", description="Survey waves.")
    >>> text = Path(folder, "text.md")
    >>> text.write_text("In <!--{{number:01.waves}}-->?<!--/--> waves.")
    45
    >>> [str(mark) for mark in fill_files([text])[0].wrong]
    ["line 1: number:01.waves: '?' stands there, '12' is right"]
    >>> text.read_text()
    'In <!--{{number:01.waves}}-->12<!--/--> waves.'
    >>> del os.environ["EGOVSTUDY_FIGURES"]
    """
    filled = [_looked_up(Path(file)) for file in files]
    if check:
        return filled
    unknown = [f"{one.path}, {mark}" for one in filled for mark in one.marks if mark.right is None]
    if unknown:
        more = [f"... and {len(unknown) - SHOWN} more"] if len(unknown) > SHOWN else []
        raise ArgumentError(
            "\n".join([*unknown[:SHOWN], *more, "Nothing was written. Mend these marks first."])
        )
    changed = [(one.path, one.content) for one in filled if one.content is not None]
    for path, _ in changed:
        _check_writable(path)
    for link, content in changed:
        path = link.resolve()  # a link stays a link
        mode = path.stat().st_mode
        write_safely(path, content)
        path.chmod(mode)
    return filled


def _looked_up(path: Path) -> Filled:
    kind = path.suffix.lower()
    if kind not in KINDS:
        advice = (
            " Save it as .docx." if kind in (".doc", ".odt", ".rtf") else nearest(kind, list(KINDS))
        )
        raise ArgumentError(
            f"{path} ends in {kind or 'nothing'}. Allowed: {', '.join(KINDS)}.{advice}"
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        why = (
            "there is no such file"
            if isinstance(error, FileNotFoundError)
            else error.strerror or str(error)
        )
        raise EgovstudyError(f"{path} cannot be read: {why}. Nothing was written.") from error
    marks, content = KINDS[kind](raw, path, store_for(path))
    return Filled(path, marks, None if content == raw else content)


def _mark(store: Store, place: str, kind: str, key: str, found: str) -> Mark:
    try:
        return Mark(place, f"{kind}:{key}", found, store.text(kind, key))
    except ArgumentError as error:
        return Mark(place, f"{kind}:{key}", found, None, str(error))


def _markdown(raw: bytes, path: Path, store: Store) -> tuple[list[Mark], bytes]:
    marks: list[Mark] = []

    def right(line: int, key: str, found: str) -> str | None:
        marks.append(_mark(store, f"line {line}", "number", key, found))
        return marks[-1].right

    try:
        return marks, replaced(_decoded(raw, path), right).encode("utf-8")
    except ArgumentError as error:
        raise ArgumentError(f"{path}: {error} Nothing was written.") from error


def _latex(raw: bytes, path: Path, store: Store) -> tuple[list[Mark], bytes]:
    text = COMMENT.sub(r"\1", _decoded(raw, path))
    marks = []
    for macro in MACRO.finditer(text):
        line = text.count("\n", 0, macro.start()) + 1
        one = _mark(store, f"line {line}", macro["kind"], macro["key"], macro[0])
        marks.append(one if one.right is None else Mark(one.place, one.name, macro[0], macro[0]))
    return marks, raw


def _word(raw: bytes, path: Path, store: Store) -> tuple[list[Mark], bytes]:
    from egovstudy.publish.papers.fill_word import fill_document

    return fill_document(raw, path.name, store)


def _decoded(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-8")  # line ends and a byte order mark stay as they are
    except UnicodeDecodeError as error:
        raise EgovstudyError(
            f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8 in your editor."
        ) from error


def _check_writable(path: Path) -> None:
    # Word puts "~$" in the place of up to two letters, the more the longer the name.
    locks = (*(f"~${path.name[cut:]}" for cut in (0, 1, 2)), f".~lock.{path.name}#")
    for lock in locks:
        if path.suffix.lower() == ".docx" and path.with_name(lock).exists():
            raise EgovstudyError(
                f"{path} is open in a word processor. Close it there and run the command again. If"
                f" it is not open, delete {path.with_name(lock)}. Nothing was written."
            )
    if not os.access(path, os.W_OK) or not path.stat().st_mode & 0o222:
        raise EgovstudyError(
            f"{path} is read-only. Make it writable, or fill a copy. Nothing was written."
        )


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


KINDS: dict[str, Callable[[bytes, Path, Store], tuple[list[Mark], bytes]]] = {
    ".md": _markdown,
    ".docx": _word,
    ".tex": _latex,
}

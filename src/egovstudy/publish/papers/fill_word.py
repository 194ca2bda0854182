"""Marks in a Word file: typed once as ``{{number:KEY}}``, refreshed from then on.

Numbers, captions and notes become content controls: they keep the formatting of what was typed, and
their tag says what they hold. Pictures and tables carry their own name. Body, tables, text boxes,
headers, footers, footnotes and endnotes are read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.opc.oxml import serialize_part_xml
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.parts.document import DocumentPart
from docx.parts.story import StoryPart

from egovstudy.errors import ArgumentError, EgovstudyError
from egovstudy.publish.papers import word_objects as objects
from egovstudy.publish.papers.store import Mark, Store
from egovstudy.publish.papers.word_xml import (
    KINDS,
    cut,
    is_own,
    new_control,
    new_run,
    new_text,
    tag_of,
    words_of,
)
from egovstudy.publish.tables import document_bytes

TYPED = re.compile(rf"\{{\{{\s*({KINDS})\s*:\s*([^{{}}]*?)\s*\}}\}}", re.IGNORECASE)
BEGUN = re.compile(rf"\{{\{{\s*(?:{KINDS})\b", re.IGNORECASE)
STORIES = {
    "document.main+xml": "text",
    "header+xml": "header",
    "footer+xml": "footer",
    "footnotes+xml": "footnotes",
    "endnotes+xml": "endnotes",
}
LONGEST_TAG = 64  # more, and Word calls the file damaged
SHOWN = 30  # letters of a paragraph in messages


def fill_document(raw: bytes, name: str, store: Store) -> tuple[list[Mark], bytes]:
    """Turn typed marks into content controls, and refresh those that are there.

    Parameters
    ----------
    raw : bytes
        The file.
    name : str
        Its name, for messages.
    store : Store
        Numbers, captions, pictures and tables.

    Returns
    -------
    tuple of list of Mark and bytes
        Every mark with what stood there, and the file as it should be: the same bytes if nothing
        had to change.

    Raises
    ------
    EgovstudyError
        If it cannot be read as a Word file.
    """
    try:
        document = Document(io.BytesIO(raw))
        parts = list(document.part.package.iter_parts())
    except (
        Exception
    ) as error:  # the zip, XML and package layers raise many kinds; all mean the same to the reader
        raise EgovstudyError(
            f"{name} cannot be read as a Word file. Open it in Word, without a password, and save"
            " it as .docx."
        ) from error
    marks = []
    for ending, word in STORIES.items():
        for part in sorted(
            (one for one in parts if one.content_type.endswith(ending)),
            key=lambda one: one.partname,
        ):
            root = part.element if isinstance(part, XmlPart) else parse_xml(part.blob)
            found = _Story(part, root, word, store).filled()
            if not isinstance(part, XmlPart) and any(not mark.fresh for mark in found):
                # Footnotes are a part that python-docx keeps as bytes.
                part._blob = serialize_part_xml(root)
            marks += found
    changed = any(mark.right is not None and not mark.fresh for mark in marks)
    return marks, document_bytes(document) if changed else raw


class _Story:
    """The marks of one part of a Word file."""

    def __init__(self, part: Any, root: Any, word: str, store: Store) -> None:
        self.part, self.root, self.word, self.store = part, root, word, store

    def filled(self) -> list[Mark]:
        found: list[tuple[int, Mark]] = []
        paragraphs = list(self.root.iter(qn("w:p")))
        before = [("figure", *one) for one in objects.pictures(self.root)]
        before += [("table", *one) for one in objects.tables(self.root)]
        controls = [(tag_of(one), one) for one in self.root.iter(qn("w:sdt"))]
        before += [(*tag, one) for tag, one in controls if tag is not None]
        for kind, key, element in before:
            holder = next(element.iterancestors(qn("w:p")), None)
            holder = next(element.iter(qn("w:p")), None) if holder is None else holder
            number = 0 if holder is None else paragraphs.index(holder) + 1
            found.append((number, self._refreshed(element, kind, key, self._place(number, holder))))
        for number, paragraph in enumerate(paragraphs, start=1):
            found += [(number, mark) for mark in self._typed(paragraph, number)]
        return [mark for _, mark in sorted(found, key=lambda one: one[0])]

    def _place(self, number: int, paragraph: Any) -> str:
        words = "" if paragraph is None else words_of(paragraph)
        return (
            f"{self.word}, paragraph {number}"
            f' "{words[:SHOWN]}{"..." if len(words) > SHOWN else ""}"'
        )

    def _typed(self, paragraph: Any, number: int) -> Iterator[Mark]:
        texts = [text for text in paragraph.iter(qn("w:t")) if is_own(text, paragraph)]
        whole = "".join(text.text or "" for text in texts)
        place = self._place(number, paragraph)
        for begun in BEGUN.finditer(whole):
            if not TYPED.match(whole, begun.start()):
                words = whole[begun.start() : begun.start() + SHOWN]
                yield Mark(
                    place, words, words, None, f"{words!r} has no end. Write {{{{number:KEY}}}}."
                )
        marks = []
        for typed in reversed(list(TYPED.finditer(whole))):
            kind, key = typed[1].lower(), typed[2]
            mark = self._looked_up(place, kind, key, typed[0])
            if kind == "table" and mark.right is not None and whole.strip() != typed[0]:
                mark = Mark(
                    place, mark.name, typed[0], None, f"{typed[0]} must stand alone on its line."
                )
            if mark.right is not None:
                self._replace(texts, typed.start(), typed.end(), kind, key)
            marks.append(mark)
        yield from reversed(marks)

    def _looked_up(self, place: str, kind: str, key: str, found: str) -> Mark:
        name = f"{kind}:{key}"
        try:
            if len(name) > LONGEST_TAG:
                raise ArgumentError(
                    f"{name} is longer than the {LONGEST_TAG} signs that Word allows."
                )
            if kind == "figure":
                self._need(StoryPart, name)
                right = objects.picture_words(self.store.picture(key))
            elif kind == "table":
                self._need(DocumentPart, name)
                right = objects.table_words(objects.exported_table(self.store.table(key))[0])
            else:
                right = self.store.text(kind, key)
        except ArgumentError as error:
            return Mark(place, name, found, None, str(error))
        return Mark(place, name, found, right)

    def _need(self, kind: type, name: str) -> None:
        if not isinstance(self.part, kind):
            raise ArgumentError(f"{name} cannot stand in the {self.word}. Put it into the text.")

    def _replace(self, texts: list[Any], start: int, end: int, kind: str, key: str) -> None:
        """Put in what typed text asks for, however many runs Word has cut that into."""
        covered, at = [], 0
        for text in texts:
            length = len(text.text or "")
            low, high = max(start - at, 0), min(end - at, length)
            if low < high:
                cut(text, high)
                covered.append(cut(text, low))
            at += length
        first = covered[0].getparent()
        paragraph = next(first.iterancestors(qn("w:p")))
        if kind == "table":
            paragraph.addprevious(self._table(key))
        else:
            run = self._run(first, kind, key)
            first.addprevious(run if kind == "figure" else new_control(f"{kind}:{key}", run))
        for text in covered:
            run = text.getparent()
            run.remove(text)
            if all(child.tag == qn("w:rPr") for child in run):
                run.getparent().remove(run)
        # A table in a cell, and a section, must end with a paragraph: only one that others follow
        # can go.
        follower = paragraph.getnext()
        if (
            kind == "table"
            and follower is not None
            and follower.tag == qn("w:p")
            and not _holds_more(paragraph)
        ):
            paragraph.getparent().remove(paragraph)

    def _run(self, like: Any, kind: str, key: str) -> Any:
        run = new_run(like)
        if kind == "figure":
            run.append(objects.new_drawing(self.part, self.store.picture(key)))
        else:
            run.append(new_text(self.store.text(kind, key)))
        return run

    def _table(self, key: str) -> Any:
        table, styles = objects.exported_table(self.store.table(key))
        objects.add_styles(self.part, styles)
        return table

    def _refreshed(self, element: Any, kind: str, key: str, place: str) -> Mark:
        if kind == "figure":
            found = objects.found_picture(self.part, element)
        else:
            found = objects.table_words(element) if kind == "table" else words_of(element)
        mark = self._looked_up(place, kind, key, found)
        if mark.right is None or mark.fresh:
            return mark
        if kind == "figure":
            objects.redraw(self.part, element, self.store.picture(key))
        elif kind == "table":
            element.getparent().replace(element, self._table(key))
        else:
            self._rewrite(element, kind, key)
        return mark

    def _rewrite(self, control: Any, kind: str, key: str) -> None:
        content = control.find(qn("w:sdtContent"))
        runs = list(content.iter(qn("w:r")))
        new = self._run(runs[0] if runs else None, kind, key)
        prompt = control.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}")
        if prompt is not None:  # Word shows its own prompt where the author has emptied the control
            prompt.getparent().remove(prompt)
            for style in list(new.iter(qn("w:rStyle"))):
                style.getparent().remove(style)
        if runs:
            top, holder = runs[0], next(runs[0].iterancestors(qn("w:p"), qn("w:sdtContent")))
            while (
                top.getparent() is not holder
            ):  # a tracked deletion may hold the run, and must not hold the new one
                top = top.getparent()
            top.addprevious(new)
        else:
            next(content.iter(qn("w:p")), content).append(new)
        for run in runs:
            run.getparent().remove(run)


def _holds_more(paragraph: Any) -> bool:
    """Say whether a paragraph holds anything but its own properties.

    A break, a bookmark, the end of a section.
    """
    section = next(paragraph.iter(qn("w:sectPr")), None)
    return section is not None or any(
        child.tag not in (qn("w:pPr"), qn("w:proofErr")) for child in paragraph
    )

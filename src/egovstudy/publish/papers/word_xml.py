"""The few pieces of Word's XML that marks need: content controls, runs and texts."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

TEXTS = "number|caption|note"
KINDS = f"{TEXTS}|figure|table"


def tag_of(control: Any) -> tuple[str, str] | None:
    """Give kind and key of a content control that is one of ours."""
    about = control.find(qn("w:sdtPr"))
    for name in ("w:tag", "w:alias"):  # LibreOffice before 7.5 keeps only the second
        one = None if about is None else about.find(qn(name))
        match = None if one is None else re.fullmatch(rf"({TEXTS}):(.+)", one.get(qn("w:val"), ""))
        if match:
            return match[1], match[2]
    return None


def is_own(text: Any, paragraph: Any) -> bool:
    """Say whether a text is the paragraph's own.

    Not of a text box in it, and not of a control of ours.
    """
    own = next(text.iterancestors(qn("w:p"))) is paragraph
    return own and not any(tag_of(control) for control in text.iterancestors(qn("w:sdt")))


def cut(text: Any, at: int) -> Any:
    """Cut a run in two at a place in one of its texts, and give the text that begins there."""
    run, whole = text.getparent(), text.text or ""
    before = [one for one in text.itersiblings(preceding=True) if one.tag != qn("w:rPr")]
    after = list(text.itersiblings())
    if (at == 0 and not before) or (at == len(whole) and not after):
        return text
    second, rest = new_run(run), new_text(whole[at:])
    second.extend([rest, *after] if whole[at:] else after)
    run.addnext(second)
    if at == 0:
        run.remove(text)
        return rest
    _set_text(text, whole[:at])
    return rest


def new_control(name: str, inside: Any) -> Any:
    """Make a control of plain text with a tag.

    The tag is also its title, which Word shows at it.
    """
    control, about, content = (
        OxmlElement("w:sdt"),
        OxmlElement("w:sdtPr"),
        OxmlElement("w:sdtContent"),
    )
    for word in ("w:alias", "w:tag"):
        one = OxmlElement(word)
        one.set(qn("w:val"), name)
        about.append(one)
    about.append(OxmlElement("w:text"))
    content.append(inside)
    control.extend([about, content])
    return control


def new_run(like: Any) -> Any:
    """Make an empty run with the formatting of another, if there is another."""
    run = OxmlElement("w:r")
    if like is not None and like.find(qn("w:rPr")) is not None:
        run.append(deepcopy(like.find(qn("w:rPr"))))
    return run


def new_text(words: str) -> Any:
    """Make the text of a run."""
    text = OxmlElement("w:t")
    _set_text(text, words)
    return text


def _set_text(text: Any, words: str) -> None:
    text.text = words
    text.set(qn("xml:space"), "preserve")


def words_of(element: Any) -> str:
    """Give all text inside an element."""
    return "".join(text.text or "" for text in element.iter(qn("w:t")))

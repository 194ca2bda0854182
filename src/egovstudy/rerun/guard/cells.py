"""Rules on cells and their stored outputs.

Run in order, whole, quiet, unmarked, rounded, of no machine.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from egovstudy.rerun.guard.findings import Flaw, Guarded, calls, texts_of

SHOWING = ("save_figure", "save_table", "keep_number", "check_data")
MARKER = re.compile(
    r"\b(?:NBVAL|PYTEST_VALIDATE)_[A-Z_]+|^[ \t]*#\|.*", re.IGNORECASE | re.MULTILINE
)
HIDING = re.compile(
    r"nbval|skip|ignore|raises|remov|hid(?:e|den)|exclude|allow_errors|execution_mode|^collapsed$",
    re.IGNORECASE,
)
# pandas cuts floats at six decimals, so six or more say that nobody rounded; the publishers print
# five at most.
UNROUNDED = re.compile(r"(?<![\w.,/])[+−-]?\d+\.\d{6,}(?![\w/])")
# 1e-9 is how one writes something tiny; 3.14159e+06 or 2.220446e-16 is what a computer writes.
SCIENTIFIC = re.compile(r"(?<![\w.,/])[+−-]?\d+(?:\.\d+)?e[+-]?\d+(?![\w/])", re.IGNORECASE)
TINY = re.compile(r"[+−-]?\d(?:\.\d\d?)?e-0*(?:[5-9]|\d{2,})", re.IGNORECASE)
MACHINE = re.compile(
    r"(?<![\w.])/(?:home|Users|root|tmp|var|work|private|mnt|media|opt|usr|srv)/[\w.~-]+(?:/[\w.~-]+)*"
    r"|\b[A-Za-z]:\\{1,2}[\w.~-]+(?:\\{1,2}[\w.~-]+)*"
    r"|\bfile://[^\s\"')]+"
    r"|\b[a-z_][\w.-]*@[\w-]+:[~/][^\s]*"  # a shell's prompt: user@machine:folder
    r"|(?<![\w/])~/[\w.-]+"
    r"|\bsite-packages/[\w.-]+"
    r"|\b0x[0-9a-f]{8,}\b"  # an address in memory is of this run only
)
ADDRESS = re.compile(r"\bhttps?://[^\s\"'<>}]+")
TAG = re.compile(r"<style.*?</style>|<[^<>]*>", re.DOTALL)


def counts(notebook: Guarded) -> Iterator[Flaw]:
    """Check that execution counts are 1 to n: every cell was run, once, in order."""
    for right, (place, cell) in enumerate(notebook.cells("code"), start=1):
        count = cell.get("execution_count")
        if not cell.source.strip():
            yield notebook.flaw(place, "is an empty code cell", "delete it")
        elif count is None:
            yield notebook.flaw(place, "was never run (it has no execution count)", notebook.rerun)
        elif count != right:
            yield notebook.flaw(
                place, f"has execution count {count}, {right} is right", notebook.rerun
            )
        for output in cell.get("outputs", []):
            of = output.get("execution_count", count)
            if of != count:
                yield notebook.flaw(
                    place,
                    f"shows the output of run {of}, and the cell itself is run {count}",
                    notebook.rerun,
                )


def outputs(notebook: Guarded) -> Iterator[Flaw]:
    """Check that a cell stores what it shows, pictures included, which nbval does not compare."""
    expected = {place: _why_output(tree, cell.source) for place, cell, tree in notebook.trees()}
    for number, (place, cell) in enumerate(notebook.cells("code")):
        stored = _kinds(cell.get("outputs", []))
        fresh = _fresh_kinds(notebook, number)
        why = "the fresh run shows some" if fresh else expected.get(place)
        if why and not stored:
            yield notebook.flaw(place, f"has no stored output, though {why}", notebook.rerun)
            continue
        for kind in sorted(fresh - stored):
            yield notebook.flaw(place, f"lacks {kind}, which the fresh run shows", notebook.rerun)
        if expected.get(place) == "it calls save_figure" and "image/png" not in stored | fresh:
            yield notebook.flaw(
                place, "stores no picture, though it calls save_figure", notebook.rerun
            )


def _kinds(stored: list[Any]) -> set[str]:
    found: set[str] = set()
    for output in stored:
        found |= {output.name} if output.output_type == "stream" else set(output.get("data") or {})
    return found


def _fresh_kinds(notebook: Guarded, number: int) -> set[str]:
    fresh = notebook.fresh[number] if number < len(notebook.fresh) else None
    if not fresh or any(output.output_type == "error" for output in fresh):
        return set()
    return _kinds(fresh) - {"stderr"}  # what should not be shown is another rule's


def _why_output(tree: ast.Module, source: str) -> str | None:
    """Say why a cell must show something, if that can be read from its code."""
    if not tree.body:
        return None
    statements = [
        *tree.body,
        *(inner for one in tree.body if isinstance(one, ast.For) for inner in one.body),
    ]
    bare = [one.value for one in statements if isinstance(one, ast.Expr)]
    if any(True for value in bare for _ in calls(value, ["print"])):
        return "it prints"
    last = tree.body[-1]
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
        return None
    if isinstance(last.value, ast.Call):
        name = getattr(last.value.func, "attr", getattr(last.value.func, "id", None))
        return f"it calls {name}" if name in SHOWING else None
    return None if isinstance(last.value, ast.Constant) else "its last line is a value"


def errors(notebook: Guarded) -> Iterator[Flaw]:
    """Check that no error is stored and nothing on stderr."""
    for place, cell in notebook.cells("code"):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                about = f"{output.get('ename')}: {output.get('evalue')}"[:100]
                yield notebook.flaw(
                    place, f"stores an error ({about})", "mend what raises it and rerun"
                )
            elif output.output_type == "stream" and output.get("name") == "stderr":
                first = (output.text.strip().splitlines() or [""])[0][:100]
                yield notebook.flaw(
                    place,
                    f"stores output on stderr ({first})",
                    "mend what warns, in the library if need be, and rerun",
                )


def markers(notebook: Guarded) -> Iterator[Flaw]:
    """Check that nothing makes nbval or a reader's tool skip, ignore or hide a cell."""
    cure = "remove it; every cell is run, compared and shown"
    for key in _hiding(notebook.notebook.metadata):
        yield notebook.flaw("", f"the notebook has metadata {key!r}, which skip or hide it", cure)
    for place, cell in enumerate(notebook.notebook.cells):
        if cell.cell_type == "raw":
            yield notebook.flaw(
                place, "is a raw cell, which nothing runs", "make it a code or a Markdown cell"
            )
        if cell.cell_type == "code":
            for marker in MARKER.findall(cell.source):
                yield notebook.flaw(place, f"holds the marker {marker}", cure)
        metadata = dict(cell.metadata)
        tags = metadata.pop("tags", [])
        for tag in tags if isinstance(tags, list) else [tags]:
            if tag != "parameters":
                yield notebook.flaw(
                    place, f"carries the tag {tag!r}", f"{cure}; only the tag parameters is allowed"
                )
        for key in _hiding(metadata):
            yield notebook.flaw(place, f"has metadata {key!r}, which skip or hide it", cure)


def _hiding(metadata: Any) -> Iterator[str]:
    for key, value in dict(metadata).items():
        if HIDING.search(key) and value is not False:
            yield key
        elif hasattr(value, "items"):
            yield from _hiding(value)
        elif (
            isinstance(value, str) and key not in ("display_name", "name") and HIDING.search(value)
        ):
            yield f"{key}: {value}"


def floats(notebook: Guarded) -> Iterator[Flaw]:
    """Check that every number that is shown was rounded."""
    for place, cell in notebook.cells("code"):
        seen = set()
        for output in cell.get("outputs", []):
            for text in texts_of(output):
                plain = ADDRESS.sub(" ", TAG.sub(" ", text))
                raw = [found[0] for found in UNROUNDED.finditer(plain)]
                raw += [
                    found[0] for found in SCIENTIFIC.finditer(plain) if not TINY.fullmatch(found[0])
                ]
                seen |= set(raw)
        for number in sorted(seen):
            yield notebook.flaw(
                place, f"shows the unrounded number {number}", "round it with .round(3) or eg.show"
            )


def paths(notebook: Guarded) -> Iterator[Flaw]:
    """Check that no path, user name or memory address of the machine it ran on is shown."""
    cure = "say the place relative to the project, or leave it out"
    for place, cell in enumerate(notebook.notebook.cells):
        texts = [
            cell.source,
            *(text for output in cell.get("outputs", []) for text in texts_of(output)),
        ]
        texts += [
            f"{one.get('evalue', '')}"
            for one in cell.get("outputs", [])
            if one.output_type == "error"
        ]
        found = {one[0] for text in texts for one in MACHINE.finditer(ADDRESS.sub(" ", text))}
        for path in sorted(found):
            yield notebook.flaw(place, f"holds the machine path {path!r}", cure)
    for path in sorted({one[0] for one in MACHINE.finditer(str(dict(notebook.notebook.metadata)))}):
        yield notebook.flaw("", f"its metadata hold the machine path {path!r}", cure)

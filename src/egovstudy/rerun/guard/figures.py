"""Rules on figures and tables.

What a notebook stores of them, their files, and what a fresh run publishes.
"""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from egovstudy.publish.words import (
    MANIFEST,
    NUMBERS,
    canonical,
    marks,
    read_numbers,
    read_rows,
    sha256,
    stale_marks,
)
from egovstudy.rerun.guard.findings import DIGEST_LINE, Flaw, Guarded, calls, texts_of
from egovstudy.rerun.reproduce import compare_published, rows_after, why_images_may_differ

PICTURE = re.compile(r"<(?:img|svg|canvas)\b|!\[", re.IGNORECASE)


def digests(notebook: Guarded) -> Iterator[Flaw]:
    """Check that pictures come from save_figure, and that sidecars say what is stored with them."""
    sidecars = notebook.sidecars()
    for place, cell in notebook.cells("markdown"):
        if cell.get("attachments") or PICTURE.search(cell.source):
            yield notebook.flaw(
                place, "holds a picture in its text", "draw it with a plot and eg.save_figure"
            )
    for place, cell, tree in notebook.trees():
        shown = [found for output in cell.get("outputs", []) for found in _lines(output)]
        names = {found["name"] for found in shown}
        for call, name in _saved(tree):
            if (name not in names) if name else not names:
                what = f"calls {call}{f' for {name!r}' if name else ''} and shows no digest of it"
                yield notebook.flaw(
                    place, what, "let the call be the last line of its cell, and rerun"
                )
        for output in cell.get("outputs", []):
            if _is_picture(output) and not any(
                found["name"].startswith("fig") for found in _lines(output)
            ):
                what = "shows a picture that save_figure did not write"
                yield notebook.flaw(
                    place, what, "end the cell with eg.save_figure, which prints the digest"
                )
            for found in _lines(output):
                for what in _against_sidecar(found, output, sidecars.get(found["name"]), notebook):
                    yield notebook.flaw(place, what, notebook.rerun)


def _lines(output: Any) -> list[re.Match[str]]:
    kinds = output.get("data") or {}
    text = kinds.get("text/plain", "") if kinds else next(texts_of(output), "")
    return [found for line in text.splitlines() if (found := DIGEST_LINE.fullmatch(line.strip()))]


def _is_picture(output: Any) -> bool:
    kinds = output.get("data") or {}
    return any(kind.startswith("image/") for kind in kinds) or bool(
        PICTURE.search(kinds.get("text/html", ""))
    )


def _saved(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    """Find calls that publish, with the name they publish under where it is written out."""
    for call, node in calls(tree, ["save_figure", "save_table"]):
        named = [word.value for word in node.keywords if word.arg == "name"] or node.args[1:2]
        yield call, str(named[0].value) if named and isinstance(named[0], ast.Constant) else None


def _against_sidecar(
    found: re.Match[str], output: Any, about: dict | None, notebook: Guarded
) -> Iterator[str]:
    name = found["name"]
    is_figure = name.startswith("fig")
    if is_figure and not found["marks"]:
        yield f"shows {name} without a marks digest"
    if not notebook.number:  # what the template draws is never committed
        return
    if about is None:
        yield f"shows the digest of {name}, which has no sidecar"
        return
    for kind in ("data", "marks") if is_figure and found["marks"] else ("data",):
        if found[kind] != about.get(f"{kind}_digest"):
            yield (
                f"shows the {kind} digest {found[kind]} of {name}, and its sidecar says"
                f" {about.get(f'{kind}_digest')}"
            )
    picture = (output.get("data") or {}).get("image/png")
    if picture is None:
        return
    file = notebook.figures / f"{name}.png"
    if not file.is_file() or base64.b64decode(picture) != file.read_bytes():
        yield f"stores a picture of {name} that is not figures/{name}.png"
    alt = (output.get("metadata") or {}).get("image/png", {}).get("alt")
    if alt != about.get("alt", {}).get("en"):
        yield f"stores an alt text with {name} that is not its sidecar's"


def files(notebook: Guarded) -> Iterator[Flaw]:
    """Check that files are what sidecars say, sidecars what the manifest says; no file is over."""
    own, sidecars = notebook.number, notebook.sidecars()
    there = {
        path.name
        for path in notebook.figures.glob("*")
        if re.match(rf"(?:fig|tab){own}\D", path.name)
    }
    expected = set()
    for name, about in sidecars.items():
        expected.add(f"{name}.json")
        for ending, digest in about.get("sha256", {}).items():
            file = f"{name}.{ending}"
            expected.add(file)
            if file not in there:
                yield Flaw(f"figures/{file}", "", "is missing", notebook.rerun)
            elif sha256((notebook.figures / file).read_bytes()) != digest:
                yield Flaw(
                    f"figures/{file}",
                    "",
                    "has not the SHA-256 that its sidecar says",
                    notebook.rerun,
                )
    for file in sorted(there - expected):
        yield Flaw(
            f"figures/{file}",
            "",
            "belongs to no figure or table",
            f"delete it, or {notebook.rerun}",
        )
    rows = {
        key: row for key, row in read_rows(notebook.figures / MANIFEST).items() if key[3:5] == own
    }
    for name in sorted(rows.keys() - sidecars.keys()):
        yield Flaw(
            f"figures/{name}.json", "", f"has a row in {MANIFEST} and no sidecar", notebook.rerun
        )
    for name, about in sidecars.items():
        about |= {"notebook": own, "kind": "figure" if name.startswith("fig") else "table"}
        for what in _against_row(
            about, (notebook.figures / f"{name}.json").read_bytes(), rows.get(name)
        ):
            yield Flaw(f"figures/{name}.json", "", what, notebook.rerun)


def _against_row(about: dict, content: bytes, row: dict[str, str] | None) -> Iterator[str]:
    if row is None:
        yield f"has no row in {MANIFEST}"
        return
    if row["sha256"] != sha256(content):
        yield f"is not the sidecar in {MANIFEST}"
    said = {**about, "caption": about["caption"].get("en"), "cites": " ".join(about["cites"])}
    for column in row.keys() & said.keys() - {"sha256", "name"}:
        if row[column] != canonical(said[column]):
            yield f"has another {column} in {MANIFEST}"


def published(notebook: Guarded) -> Iterator[Flaw]:
    """Check that a fresh run publishes what is committed, and that texts show its numbers."""
    code = notebook.cells("code")
    ran = [one for one in notebook.fresh if one is not None]
    if len(ran) < len(code) or notebook.published is None:
        what = (
            f"only {len(ran)} of {len(code)} code cells ran here, so nothing fresh can be compared"
        )
        yield notebook.flaw(
            "", what, f"run python -m pytest {notebook.file} whole, with xdist by --dist loadscope"
        )
        return
    for (place, _), fresh in zip(code, notebook.fresh, strict=True):
        for output in fresh or []:
            if output.output_type == "error":
                about = f"{output.get('ename')}: {output.get('evalue')}"[:200]
                yield notebook.flaw(
                    place, f"failed when it was run afresh ({about})", "mend what raises it"
                )
    # Before the long list of files: it says what a reader would be told wrongly.
    yield from _stale(notebook, notebook.published)
    reason = why_images_may_differ(notebook.project)
    differing = [
        one
        for one in compare_published(
            notebook.path.stem, notebook.published, notebook.figures, reason
        )
        if one.holds is False
    ]
    redrawn = {_name(one.item) for one in differing if one.kind == "data"}
    for one in differing:
        if one.kind == "image" and _name(one.item) in redrawn:
            continue  # other data, other picture: the line on the data has said it
        what = f"{one.kind} {one.item}: {one.detail}"
        cure = f"if it is right so, {notebook.rerun}"
        yield notebook.flaw(_place_of(notebook, one.item), what, cure)


def _place_of(notebook: Guarded, item: str) -> int | str:
    """Find the cell that publishes a file or a number, where it can be told."""
    name = _name(item) if item[:3] in ("fig", "tab") else item
    for place, cell in notebook.cells("code"):
        shown = "\n".join(text for output in cell.get("outputs", []) for text in texts_of(output))
        if f'"{name}"' in cell.source or f"{name} = " in shown or f"{name} | " in shown:
            return place
    return ""


def _name(file: str) -> str:
    return file.split(".")[0]


def _stale(notebook: Guarded, published: Path) -> Iterator[Flaw]:
    committed = read_numbers(notebook.figures / NUMBERS)
    numbers = rows_after(committed, {notebook.number: published}, NUMBERS)
    # A key of this notebook wherever it stands, and any key in this notebook: the rest is another
    # notebook's check.
    own = [
        mark
        for mark in marks(notebook.project)
        if mark.key[:2] == notebook.number or mark.file == notebook.file
    ]
    for one in stale_marks(own, numbers):
        yield Flaw(one.mark.file, one.mark.place, one.problem, notebook.rerun)

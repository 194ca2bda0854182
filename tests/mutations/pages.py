"""Mutations of the README, in both languages, and the pages in docs/."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from egovstudy.data.tables.manual import BLOCK
from egovstudy.publish.words.numbers import MARKED

from .cells import Spot, notebooks
from .kinds import Mutation, change_digit, kind, ruled
from .notebook_prose import put_in_mark, typed_sentence, types

ROW = re.compile(r"(?m)^\| *\[`[^`]+`\]\((?P<path>notebooks/[^)]+)\) *\| *(?P<question>.+?) *\|\n")
README = "README.md"


def pages(project: Path) -> list[Path]:
    """List the pages that the check takes."""
    return [project / README, project / "README.id.md", *sorted((project / "docs").rglob("*.md"))]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


@kind("texts")
def page_number_stale(project: Path, rng: Random) -> Mutation:
    """Change a keyed number of a page, or its key to one that nobody keeps."""
    places = [
        (page, text, mark)
        for page in pages(project)
        for text in [page.read_text(encoding="utf-8")]
        for mark in MARKED.finditer(text)
    ]
    page, text, mark = rng.choice(places)
    path, key = page.relative_to(project).as_posix(), mark["key"]
    if rng.random() < 0.3:
        at = rng.randrange(3, len(key))
        unknown = key[:at] + ("q" if key[at] != "q" else "z") + key[at + 1 :]
        page.write_text(
            text[: mark.start("key")] + unknown + text[mark.end("key") :], encoding="utf-8"
        )
        what, words = f"{key} is called {unknown}", rf"{re.escape(unknown)}: no such number"
    else:
        stale = change_digit(mark["found"], rng)
        page.write_text(put_in_mark(text, mark, stale), encoding="utf-8")
        what = f"{key} reads {stale} instead of {mark['found']}"
        words = rf"{re.escape(key)}: '{re.escape(stale)}' stands there"
    line = _line(text, mark.start())
    place = rf"{re.escape(path)}, line {line}: "
    return Mutation(f"{path}, line {line}: {what}", (path,), ruled(path, "numbers", place + words))


@kind("texts")
def page_number_typed(project: Path, rng: Random) -> Mutation:
    """Type a number into the prose of a page."""
    page = rng.choice(pages(project))
    path, text = page.relative_to(project).as_posix(), page.read_text(encoding="utf-8")
    sentence, number = typed_sentence(rng)
    kept = BLOCK.sub(
        lambda block: re.sub(r"[^\n]", "x", block[0]), text
    )  # tables that the data write are their own
    ends = [
        found.end()
        for found in re.finditer(r"(?m)^[A-Z].*[a-z)]\.$", kept)
        if text[: found.end()].count("```") % 2 == 0
    ]
    at = rng.choice(ends)
    page.write_text(f"{text[:at]} {sentence}{text[at:]}", encoding="utf-8")
    place = rf"{re.escape(path)}, line {_line(text, at)}: "
    what = f"{path}, line {_line(text, at)}: {sentence!r} is added"
    return Mutation(what, (path,), ruled(path, "prose", place + types(number)))


@kind("texts")
def page_question_changed(project: Path, rng: Random) -> Mutation:
    """Let the README ask something else than a notebook, or forget one."""
    page = project / README
    text = page.read_text(encoding="utf-8")
    row = rng.choice(list(ROW.finditer(text)))
    named = re.escape(row["path"])
    change = rng.choice(("README", "notebook", "row"))
    if change == "row":
        page.write_text(text[: row.start()] + text[row.end() :], encoding="utf-8")
        return Mutation(
            f"{README} does not list {row['path']}",
            (README,),
            ruled(README, "notebooks", f"does not list {named}"),
        )
    word = rng.choice(re.findall(r"\w+", row["question"]))
    other = re.sub(rf"\b{word}\b", "otherwise", row["question"], count=1)
    if change == "README":
        new = text[: row.start("question")] + other + text[row.end("question") :]
        page.write_text(new, encoding="utf-8")
    else:
        file, notebook = next(one for one in notebooks(project) if one[0].name in row["path"])
        notebook.cells[0].source = notebook.cells[0].source.replace(row["question"], other, 1)
        Spot(file, notebook, 0).save()
    return Mutation(
        f"the {change} asks {other!r} for {row['path']}",
        (README,),
        ruled(README, "notebooks", rf"line {_line(text, row.start())}: asks .*{named} asks"),
    )

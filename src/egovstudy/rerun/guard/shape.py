"""The shape of a notebook.

One question, a fixed opening and closing, short, and nothing that hides or defines.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from egovstudy.publish.words import CODE_BLOCK
from egovstudy.rerun.guard.findings import Flaw, Guarded

CELLS, LINES_A_CELL, EXERCISES = 40, 20, 3
NAME = re.compile(r"(?:\d\d-[a-z0-9]+(?:-[a-z0-9]+)*|_template)\.ipynb")
OPENING = ("**In short.**", "**Data:**", "**Run time:**")
CLOSING = ["Answer", "What this cannot say", "Try it"]
HEADING = re.compile(r"^(#+)[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
MAGIC = re.compile(r"^[ \t]*(%%?\w+|!\S+|\?\S+|\S+\?{1,2}[ \t]*$)", re.MULTILINE)
STATEMENTS = {
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "def",
    ast.ClassDef: "class",
    ast.Try: "try",
    ast.TryStar: "try",
    ast.Global: "global",
    ast.Nonlocal: "nonlocal",
    ast.Assert: "assert",
}
# Words that install, move, silence, write past the library, or run what a reader does not see.
WORDS = """
    pip subprocess system chdir environ putenv exit quit setattr exec eval compile
    importlib import_module __import__ get_ipython run_line_magic run_cell_magic
    clear_output filterwarnings simplefilter catch_warnings resetwarnings showwarning
    seterr errstate suppress raises redirect_stdout redirect_stderr open write_text
    write_bytes savefig to_csv to_excel to_json to_parquet to_pickle
"""
NAMES = frozenset(WORDS.split())


def shape(notebook: Guarded) -> Iterator[Flaw]:
    """Check name, headings, opening, length, code and closing."""
    if not NAME.fullmatch(notebook.path.name):
        what = "the file's name does not begin with two digits and a hyphen"
        yield notebook.flaw("", what, "name it like 06-events-and-reform.ipynb")
    yield from _headings(notebook)
    yield from _opening(notebook)
    yield from _length(notebook)
    yield from _code(notebook)
    yield from _closing(notebook)


def headings(notebook: Guarded) -> list[tuple[int, int, str]]:
    """List all headings as (cell, level, text)."""
    found = []
    for place, cell in notebook.cells("markdown"):
        for signs, text in HEADING.findall(CODE_BLOCK.sub("", cell.source)):
            found.append((place, len(signs), text))
    return found


def _headings(notebook: Guarded) -> Iterator[Flaw]:
    first = [(place, text) for place, level, text in headings(notebook) if level == 1]
    cure = "begin the first cell with one '# question?'"
    if len(first) != 1:
        yield notebook.flaw("", f"has {len(first)} headings of the first level, one is right", cure)
    for place, text in first[:1]:
        if place != 0:
            yield notebook.flaw(place, "the first heading does not stand in the first cell", cure)
        if not text.endswith("?"):
            yield notebook.flaw(place, f'the first heading does not end in "?" ({text})', cure)
    top = notebook.notebook.cells[0].source if notebook.notebook.cells else ""
    for words in OPENING:
        if words not in top:
            yield notebook.flaw(
                0, f'lacks "{words}"', "give the answer in short, the data and the run time there"
            )


def _opening(notebook: Guarded) -> Iterator[Flaw]:
    code = list(notebook.trees())
    for place, cell, _ in code[1:]:
        if "parameters" in cell.metadata.get("tags", []):
            what = "carries the tag parameters and is not the first code cell"
            yield notebook.flaw(place, what, "put the parameters into the first code cell")
    cure = "open with parameters (if any), then a cell that imports and ends with eg.check_data()"
    if code and "parameters" in code[0][1].metadata.get("tags", []):
        place, _, tree = code.pop(0)
        if not all(
            isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant) for one in tree.body
        ):
            yield notebook.flaw(
                place, "sets more than parameters", "let it set plain values only, as name = value"
            )
    if not code:
        yield notebook.flaw("", "has no opening code cell", cure)
        return
    place, cell, tree = code[0]
    if not re.search(r"^import egovstudy as eg$", cell.source, re.MULTILINE):
        yield notebook.flaw(place, "does not import egovstudy", cure)
    if not tree.body or ast.unparse(tree.body[-1]) != "eg.check_data()":
        yield notebook.flaw(place, "does not end with eg.check_data()", cure)
    for place, _, tree in code[1:]:
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree)):
            yield notebook.flaw(place, "imports after the opening cell", "import at the top")


def _length(notebook: Guarded) -> Iterator[Flaw]:
    cells = len(notebook.notebook.cells)
    cure = "move what is long into the library, with a test, or split the notebook"
    for place, cell in notebook.cells("code"):
        lines = sum(1 for line in cell.source.splitlines() if line.strip())
        if lines > LINES_A_CELL:
            what = f"has {lines} lines of code, {LINES_A_CELL} are allowed"
            yield notebook.flaw(place, what, cure)
    if cells > CELLS:
        yield notebook.flaw("", f"the notebook has {cells} cells, {CELLS} are allowed", cure)


def _code(notebook: Guarded) -> Iterator[Flaw]:
    readable = {place for place, _, _ in notebook.trees()}
    for place, cell in notebook.cells("code"):
        if place not in readable:
            magic = MAGIC.search(cell.source)
            what = (
                f"uses a magic ({magic[1]}), which notebooks do not"
                if magic
                else "is not plain Python"
            )
            yield notebook.flaw(place, what, "write plain Python")
    cure = (
        "put it into the library, with a test, or leave it out: a notebook defines, installs,"
        " catches and hides nothing"
    )
    for place, _, tree in notebook.trees():
        found = {STATEMENTS[type(node)] for node in ast.walk(tree) if type(node) in STATEMENTS}
        for node in ast.walk(tree):
            found |= NAMES & {
                getattr(node, "id", None),
                getattr(node, "attr", None),
                getattr(node, "module", None),
            }
            found |= NAMES & {part for name in getattr(node, "names", []) for part in _parts(name)}
        for word in sorted(found):
            yield notebook.flaw(place, f"uses {word}, which notebooks do not", cure)
    yield from _patches(notebook)


def _patches(notebook: Guarded) -> Iterator[Flaw]:
    """Find assignments that put something else into a module, or into its name."""
    modules = {
        name.asname or name.name.split(".")[0]
        for _, _, tree in notebook.trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    for place, _, tree in notebook.trees():
        for node in ast.walk(tree):
            if not (
                isinstance(node, ast.Name | ast.Attribute)
                and isinstance(node.ctx, ast.Store | ast.Del)
            ):
                continue
            root = ast.unparse(node).split(".")[0]
            if root in modules:
                cure = "leave the library as it is, and give your own things their own names"
                yield notebook.flaw(
                    place, f"changes {ast.unparse(node)}, which notebooks do not", cure
                )


def _parts(name: object) -> list[str]:
    return name.name.split(".") if isinstance(name, ast.alias) else []


def _closing(notebook: Guarded) -> Iterator[Flaw]:
    second = [(place, text) for place, level, text in headings(notebook) if level == 2]
    last = [text for _, text in second[-3:]]
    if last != CLOSING:
        what = f"the closing sections are {', '.join(last) or 'missing'}, not {', '.join(CLOSING)}"
        yield notebook.flaw("", what, "end with these three, in this order")
        return
    place = second[-1][0]
    if place != len(notebook.notebook.cells) - 1:
        yield notebook.flaw(
            place + 1, "cells follow the closing sections", "move them before the answer"
        )
    part = re.split(
        r"^## Try it[ \t]*$", notebook.notebook.cells[place].source, flags=re.MULTILINE
    )[-1]
    exercises = len(re.findall(r"^\d+\.[ \t]+\S", part, re.MULTILINE))
    if exercises != EXERCISES:
        yield notebook.flaw(
            place, f"Try it has {exercises} exercises, three are right", "number them 1. to 3."
        )

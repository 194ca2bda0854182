"""Mutations of what the library computes: its formulas and its rounding."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from pathlib import Path
from random import Random

from .cells import notebooks
from .figure_files import owner
from .kinds import Mutation, failed, kind, ruled
from .library_look import replace_nodes
from .tables import Row, read

LIBRARY = "src/egovstudy"
# Functions that are formulas through and through, which parts of them a notebook runs and shows,
# and the calls by which a notebook shows what they give. Left out: distances of levels that no
# notebook asks for, columns that none prints.
FORMULAS = (
    ("data/egdi", "within_wave", r"^(?!.*(std|mean|'z')).*", r"eg\.within_wave\(.*percentile"),
    ("data/egdi", "within_wave", r"std|mean|'z'", r"eg\.within_wave\([^\"]*\)"),
    ("data/egdi", "decompose", r"^(?!.* / change$)", r"eg\.decompose\("),
    ("data/egdi", "_weights", "", r"eg\.decompose\("),
    ("data/egdi", "breaks_between", "", r"eg\.breaks_between\("),
    ("data/events", "_distances", r"^(?!.*(points|difference|total|interval))", r"eg\.agreement\("),
    ("data/events", "_alphas", r"^(?!.*(ranks|cumsum|totals / 2|within))", r"eg\.agreement\("),
    ("data/events", "_measured", r"^(?!.*defined)", r"eg\.agreement\("),
    ("data/events", "exposure", "", r"eg\.exposure\("),
    ("data/events", "_opening", "", r"eg\.exposure\("),
    ("methods/forecast", "forecasts", r"^(?!.*EDGE)", r"eg\.forecast_wave\("),
    ("methods/forecast", "_pooled_step", "", r"eg\.forecast_wave\("),
    ("publish/plots", "_span", "", r"eg\.plot_timeline\("),
    (
        "publish/plots",
        "plot_decomposition",
        r"^(?!.*points\()(?!.*min_pt)",
        r"eg\.plot_decomposition\(",
    ),
    ("publish/plots", "_stack", "", r"eg\.plot_decomposition\("),
    ("publish/plots", "plot_counts", "", r"eg\.plot_counts\("),
    ("publish/plots", "plot_intervals", "", r"eg\.plot_intervals\("),
    ("publish/plots", "_one_indicator", "", r"eg\.plot_indicators\("),
)
OPERATORS = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*"}
METHODS = {"gt": "lt", "lt": "gt", "ge": "lt", "le": "gt", "eq": "ne", "ne": "eq"}
SIGNS = {ast.Lt: ">=", ast.GtE: "<", ast.Gt: "<=", ast.LtE: ">", ast.Eq: "!=", ast.NotEq: "=="}


@dataclass(frozen=True)
class Site:
    """A part of a formula, the code that takes its place, and the calls that show it."""

    file: Path
    function: str
    node: ast.AST
    code: str
    shown_by: str


def sites(project: Path) -> Iterator[Site]:
    """List all places in the formulas, with all that may take their place."""
    for room, function, wanted, shown_by in FORMULAS:
        file = module_with(project, room, f"def {function}(")
        tree = ast.parse(file.read_text(encoding="utf-8"))
        body = next(node for node in ast.walk(tree) if getattr(node, "name", "") == function)
        for node in _weighed(body):
            if re.search(wanted, ast.unparse(node)):
                yield from (Site(file, function, node, code, shown_by) for code in _mutants(node))


def module_with(project: Path, room: str, text: str) -> Path:
    """Find the one module of a room that holds a text."""
    files = [
        file
        for file in sorted((project / LIBRARY / room).glob("*.py"))
        if text in file.read_text(encoding="utf-8")
    ]
    if len(files) != 1:
        raise LookupError(f"{text!r} stands in {len(files)} modules of {room}, not in one")
    return files[0]


def _weighed(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a function, but not what only refuses bad arguments, nor annotations and defaults."""
    for child in ast.iter_child_nodes(node):
        refusing = isinstance(child, ast.If) and any(
            isinstance(one, ast.Raise) for one in child.body
        )
        if not refusing and not isinstance(child, ast.Raise | ast.arguments | ast.JoinedStr):
            yield child
            yield from _weighed(child)


def _mutants(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield f"({ast.unparse(node.left)}) {OPERATORS[type(node.op)]} ({ast.unparse(node.right)})"
        for side in ("left", "right"):
            if isinstance(getattr(node, side), ast.Constant) and isinstance(
                getattr(node, side).value, int | float
            ):
                yield ast.unparse(_with(node, side, ast.Constant(getattr(node, side).value + 1)))
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in SIGNS:
        yield (
            f"({ast.unparse(node.left)} {SIGNS[type(node.ops[0])]}"
            f" {ast.unparse(node.comparators[0])})"
        )
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in METHODS
    ):
        arguments = ", ".join(ast.unparse(one) for one in node.args)
        yield f"{ast.unparse(node.func.value)}.{METHODS[node.func.attr]}({arguments})"


def _with(node: ast.BinOp, side: str, value: ast.expr) -> ast.BinOp:
    sides = {"left": node.left, "right": node.right, side: value}
    return ast.BinOp(sides["left"], node.op, sides["right"])


def _showing(project: Path, pattern: str) -> list[str]:
    """Notebooks whose code matches."""
    return [
        f"notebooks/{file.name}"
        for file, notebook in notebooks(project)
        if any(
            cell.cell_type == "code" and re.search(pattern, cell.source) for cell in notebook.cells
        )
    ]


@kind("library")
def formula_changed(project: Path, rng: Random) -> Mutation:
    """Put a wrong operator, comparison or constant into a formula that a notebook shows."""
    showing = {shown_by: _showing(project, shown_by) for *_, shown_by in FORMULAS}
    places = [(site, path) for site in sites(project) for path in showing[site.shown_by]]
    site, path = rng.choice(places)
    before = ast.unparse(site.node)
    replace_nodes(site.file, {site.node: f"({site.code})"})
    # What follows from a formula may be a number, a figure or a table of the notebook, or its
    # failure.
    words = (
        rf"(number {path[10:12]}\.|(fig|tab){path[10:12]}\w-[\w-]+\.|failed when it was run afresh)"
    )
    what = f"{site.function}, line {site.node.lineno}: {before} becomes {site.code}"
    return Mutation(
        f"{path[10:12]}: {what}",
        (path,),
        (failed(path, r"Cell \d+"), *ruled(path, "published", words)),
    )


def _decimals(number: Row) -> int | None:
    found = re.fullmatch(r"[+−-]?[\d,]+(?:\.(\d+))?", number["shown"])
    return len(found[1] or "") if found else None


def _rounded(value: str, decimals: int, rounding: str) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=rounding)


def _moved(rounding: str) -> Callable[[Row], bool]:
    """Tell numbers that another rounding shows otherwise."""

    def moves(number: Row) -> bool:
        decimals = _decimals(number)
        value = number["value"]
        return decimals is not None and _rounded(value, decimals, rounding) != _rounded(
            value, decimals, ROUND_HALF_UP
        )

    return moves


HALF_UP = "scaleb(-digits), rounding=ROUND_HALF_UP"
# What to change in the rounding, and which numbers then show or keep something else.
ROUNDINGS = (
    (HALF_UP, HALF_UP.replace("ROUND_HALF_UP", '"ROUND_DOWN"'), _moved(ROUND_DOWN)),
    (HALF_UP, HALF_UP.replace("ROUND_HALF_UP", '"ROUND_UP"'), _moved(ROUND_UP)),
    ("digits: int = 3", "digits: int = 2", lambda number: _decimals(number) == 3),
    ("digits: int = 3", "digits: int = 4", lambda number: _decimals(number) == 3),
    (
        "SIGNIFICANT = 10",
        "SIGNIFICANT = 3",
        lambda number: len(number["value"].replace(".", "")) > 5,
    ),
    (
        "SIGNIFICANT = 10",
        "SIGNIFICANT = 4",
        lambda number: len(number["value"].replace(".", "")) > 6,
    ),
)


@kind("library")
def rounding_changed(project: Path, rng: Random) -> Mutation:
    """Round otherwise, where that moves a number that a notebook keeps."""
    old, new, moves = rng.choice(ROUNDINGS)
    numbers = read(project / "figures/numbers.csv")[1]
    keys = [number["key"] for number in numbers if moves(number)]
    path = owner(project, rng.choice(keys))
    own = [re.escape(key) for key in keys if key[:2] == path[10:12]]
    file = module_with(project, "publish/words", old)
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    words = rf"number ({'|'.join(own)}): committed"
    return Mutation(
        f"{path[10:12]}: {new} in {file.name}", (path,), ruled(path, "published", words)
    )

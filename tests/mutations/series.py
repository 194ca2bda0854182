"""Mutations of what a notebook draws, while the data that it publishes stay as they are."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random
from typing import Any

from .cells import Spot, calls, published_name, spots, statements
from .kinds import Mutation, kind, ruled

# By plot: the column that is drawn, the one that tells its series apart, and the rows of ``drawn``
# that show.
THERE = 'drawn.dropna(subset=["{column}"])'
DRAWN = {
    "plot_path": ("{y}", "iso3", THERE),
    "plot_decomposition": ("contribution", "component", 'drawn[drawn["component"].ne("rounding")]'),
    "plot_counts": ("count", "category", THERE),
    "plot_intervals": ("upper", "label", THERE),
    "plot_matrix": ("count", "category", THERE),
    "plot_indicators": ("value", "indicator", THERE),
    "plot_lines": ("{y}", "panel", THERE),
    "plot_timeline": ("date", "partner", THERE),
}
FACTORS = (1.02, 1.1, 0.97)


@kind("notebooks")
def series_changed(project: Path, rng: Random) -> Mutation:
    """Draw one series otherwise, leave out one row, or take one drawn mark away."""
    spot = rng.choice(spots(project, _assigned))
    what = rng.choice((_scaled, _thinned, _erased))(spot, rng)
    spot.save()
    return Mutation(
        f"{spot.file.stem}, cell {spot.index}: {what}",
        (spot.path,),
        (
            spot.differs(),
            *ruled(spot.path, "published", rf"{published_name(spot.cell)}\.marks\.csv"),
        ),
    )


def _assigned(cell: Any) -> bool:
    """Tell cells that draw one known plot and keep its axes."""
    drawn = calls(cell, "plot_")
    if len(drawn) != 1 or drawn[0].func.attr not in DRAWN:
        return False
    kept = [one.value for one in statements(cell) if isinstance(one, ast.Assign)]
    return ast.dump(drawn[0]) in map(ast.dump, kept)


def _replace(spot: Spot, node: ast.expr, code: str) -> None:
    old = ast.get_source_segment(spot.cell.source, node)
    lines = spot.cell.source.split("\n")
    start = sum(len(line) + 1 for line in lines[: node.lineno - 1])
    # ast counts bytes.
    start += len(lines[node.lineno - 1].encode()[: node.col_offset].decode())
    spot.cell.source = spot.cell.source[:start] + code + spot.cell.source[start + len(old) :]


def _given(spot: Spot) -> tuple[ast.Call, str, str, str, str]:
    """Give the plot's call, the code of the frame that it gets, and how it draws that frame."""
    (call,) = calls(spot.cell, "plot_")
    y = next(
        (ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg == "y"), "egdi"
    )
    column, group, rows = DRAWN[call.func.attr]
    column = column.format(y=y if isinstance(y, str) else y[0])
    return (
        call,
        ast.get_source_segment(spot.cell.source, call.args[0]),
        column,
        group,
        rows.format(column=column),
    )


def _scaled(spot: Spot, rng: Random) -> str:
    """Scale one series in the frame that the plot gets; a date cannot be scaled."""
    call, frame, column, group, rows = _given(spot)
    if column == "date":
        return _thinned(spot, rng)
    row, factor = rng.randrange(1000), rng.choice(FACTORS)
    series = f'{rows}["{group}"].astype(str).iloc[{row} % len({rows})]'
    factors = f'drawn["{group}"].astype(str).eq({series}) * {factor - 1:.2f} + 1'
    _replace(
        spot, call.args[0], f'(drawn := {frame}).assign({column}=drawn["{column}"] * ({factors}))'
    )
    return f"{call.func.attr} draws the {group} of row {row} times {factor}"


def _thinned(spot: Spot, rng: Random) -> str:
    """Leave a row out of the frame that the plot gets."""
    call, frame, _, _, rows = _given(spot)
    row = rng.randrange(1000)
    _replace(
        spot,
        call.args[0],
        f"(drawn := ({frame}).reset_index(drop=True)).drop({rows}.index[{row} % len({rows})])",
    )
    return f"{call.func.attr} gets all rows but row {row}"


def _erased(spot: Spot, rng: Random) -> str:
    """Take one line or bar off the axes after they were drawn."""
    (call,) = calls(spot.cell, "plot_")
    name, last = next(
        (one.targets[0].id, one.end_lineno)
        for one in statements(spot.cell)
        if isinstance(one, ast.Assign) and one.lineno <= call.lineno <= one.end_lineno
    )
    panel = f"{name}[{rng.randrange(1000)} % len({name})]" if name == "axes" else name
    number = rng.randrange(1000)
    lines = spot.cell.source.split("\n")
    lines[last:last] = [
        (
            f"drawn = [one for one in [*{panel}.lines, *{panel}.patches, *{panel}.collections] if"
            " sum(one.get_window_extent().size) > 0]"
        ),
        f"drawn[{number} % len(drawn)].remove()",
    ]
    spot.cell.source = "\n".join(lines)
    return f"mark {number} of {panel} is taken off"

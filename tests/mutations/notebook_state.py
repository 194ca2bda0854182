"""Mutations of what a notebook stores beside its code: outputs, counts, markers."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any

from .cells import Spot, has_outputs, is_code, spots
from .kinds import Mutation, change_digit, kind, ruled

DIGEST = " digest "
COUNT = "has execution count"
ERROR = {
    "output_type": "error",
    "ename": "ValueError",
    "evalue": "no",
    "traceback": ["ValueError: no"],
}
WARNING = {"output_type": "stream", "name": "stderr", "text": "UserWarning: something is off\n"}


@kind("notebooks")
def output_stripped(project: Path, rng: Random) -> Mutation:
    spot = rng.choice(spots(project, has_outputs))
    spot.cell.outputs = []
    return spot.breaks("outputs", "its outputs are stripped", "has no stored output")


@kind("notebooks")
def cell_not_run(project: Path, rng: Random) -> Mutation:
    spot = rng.choice(spots(project, is_code))
    spot.cell.outputs, spot.cell.execution_count = [], None
    return spot.breaks("counts", "it was not run", "was never run")


@kind("notebooks")
def counts_disordered(project: Path, rng: Random) -> Mutation:
    spot = rng.choice(spots(project, is_code))
    later = [cell for cell in spot.notebook.cells[spot.index + 1 :] if is_code(cell)]
    if later and rng.random() < 0.5:
        other = rng.choice(later)
        spot.cell.execution_count, other.execution_count = (
            other.execution_count,
            spot.cell.execution_count,
        )
        return spot.breaks(
            "counts", "its execution count is swapped with that of a later cell", COUNT
        )
    for cell in [spot.cell, *later]:
        cell.execution_count += 1
    return spot.breaks("counts", "a gap in the execution counts from here on", COUNT)


def _marked(
    project: Path, rng: Random, comments: tuple[str, ...], tags: tuple[str, ...]
) -> Mutation:
    spot = rng.choice(spots(project, is_code))
    marker = rng.choice([*comments, *tags])
    if marker in tags:
        spot.cell.metadata.setdefault("tags", []).append(marker)
    else:
        lines = spot.cell.source.split("\n")
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(("# ", "#", "  ## ")) + marker)
        spot.cell.source = "\n".join(lines)
    return spot.breaks(
        "markers", f"the marker {marker}", f"(holds the marker|carries the tag) '?{marker}"
    )


@kind("notebooks")
def marker_ignore(project: Path, rng: Random) -> Mutation:
    return _marked(
        project,
        rng,
        ("NBVAL_IGNORE_OUTPUT", "PYTEST_VALIDATE_IGNORE_OUTPUT"),
        ("nbval-ignore-output",),
    )


@kind("notebooks")
def marker_skip(project: Path, rng: Random) -> Mutation:
    return _marked(project, rng, ("NBVAL_SKIP",), ("nbval-skip", "skip-execution"))


@kind("notebooks")
def marker_raises(project: Path, rng: Random) -> Mutation:
    return _marked(
        project, rng, ("NBVAL_RAISES_EXCEPTION",), ("nbval-raises-exception", "raises-exception")
    )


@kind("notebooks")
def error_stored(project: Path, rng: Random) -> Mutation:
    from nbformat import from_dict

    spot = rng.choice(spots(project, is_code))
    output = rng.choice((ERROR, WARNING))
    spot.cell.outputs.insert(rng.randrange(len(spot.cell.outputs) + 1), from_dict(output))
    return spot.breaks(
        "errors",
        f"a stored {output.get('name', output['output_type'])} output",
        "stores (an error|output on stderr)",
    )


def _texts(cell: Any) -> list[tuple[Any, str]]:
    """Texts among a cell's outputs, as (holder, key)."""
    return [
        (holder, key)
        for output in cell.get("outputs", [])
        for holder in (output, output.get("data", {}))
        for key in holder
        if key == "text" or key.startswith("text/")
    ]


@kind("notebooks")
def output_edited(project: Path, rng: Random) -> Mutation:
    places = [
        (spot, holder, key)
        for spot in spots(project, has_outputs)
        for holder, key in _texts(spot.cell)
        if re.search(r"\d", holder[key])
    ]
    spot, holder, key = rng.choice(places)
    holder[key] = change_digit(holder[key], rng)
    spot.save()
    return Mutation(
        f"{spot.file.stem}, cell {spot.index}: a digit of its {key}",
        (spot.path,),
        (spot.differs(),),
    )


@kind("notebooks")
def digest_removed(project: Path, rng: Random) -> Mutation:
    def digested(cell: Any) -> bool:
        return any(DIGEST in holder[key] for holder, key in _texts(cell))

    spot = rng.choice(spots(project, digested))
    holder, key = next((holder, key) for holder, key in _texts(spot.cell) if DIGEST in holder[key])
    parts = holder[key].split(" | ")
    gone = rng.choice([part for part in parts if DIGEST in part])
    holder[key] = " | ".join(part for part in parts if part != gone)
    return spot.breaks(
        "digests", f"{gone!r} is taken from its output", "(shows no digest|without a marks digest)"
    )


def _pictures(spot: Spot) -> list[Any]:
    return [
        output.data
        for output in spot.cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


@kind("notebooks")
def picture_swapped(project: Path, rng: Random) -> Mutation:
    there = [spot for spot in spots(project, has_outputs) if _pictures(spot)]
    spot, other = rng.sample(there, 2)
    _pictures(spot)[0]["image/png"] = _pictures(other)[0]["image/png"]
    spot.save()
    return Mutation(
        f"{spot.file.stem}, cell {spot.index}: it shows the picture of {other.file.stem}, cell"
        f" {other.index}",
        (spot.path,),
        ruled(spot.path, "digests", f"{spot.place}.*stores a picture of"),
    )

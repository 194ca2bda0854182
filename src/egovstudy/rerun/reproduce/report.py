"""The report at the end of a rerun.

A table on the screen, ``reproduction.md`` and ``reproduction.json``.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from egovstudy.paths import write_safely
from egovstudy.rerun.reproduce.compare import Comparison

KINDS = ("text", "number", "data", "caption", "image")


def say(text: str) -> None:
    """Print a line of a command as it is, however long."""
    from rich.console import Console

    Console(highlight=False, soft_wrap=True).print(text, markup=False)


def write_report(build: Path, found: list[Comparison], facts: dict[str, Any]) -> bool:
    """Write the report in both forms and show its table.

    Parameters
    ----------
    build : Path
        Folder for ``reproduction.md`` and ``reproduction.json``.
    found : list of Comparison
        Every verdict.
    facts : dict
        Python, machine, package versions, tolerance, seconds per notebook.

    Returns
    -------
    bool
        True only if nothing differs.
    """
    from rich.console import Console
    from rich.table import Table

    holds = not any(one.holds is False for one in found)
    rows = _rows(found, facts["seconds"])
    write_safely(build / "reproduction.md", _markdown(found, facts, rows, holds))
    record = {"reproduced": holds, **facts, "compared": [asdict(one) for one in found]}
    write_safely(
        build / "reproduction.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    )

    table = Table(title="Reproduced" if holds else "NOT reproduced", title_justify="left")
    for column in ("notebook", *KINDS, "seconds"):
        table.add_column(column, justify="left" if column == "notebook" else "right")
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    for one in found:
        if one.holds is False:
            console.print(
                f"differs: {one.notebook}, {one.kind} {one.item}: {one.detail}", markup=False
            )
    for reason in sorted({one.detail for one in found if one.holds is None}):
        console.print(f"images {reason}", markup=False)
    console.print(f"Report: {build / 'reproduction.md'}", markup=False)
    return holds


def _rows(found: list[Comparison], seconds: dict[str, float]) -> list[tuple[str, ...]]:
    rows = []
    for name in dict.fromkeys(one.notebook for one in found):
        cells = []
        for kind in KINDS:
            verdicts = Counter(
                one.holds for one in found if one.notebook == name and one.kind == kind
            )
            total = verdicts.total()
            held = verdicts[True]
            cells.append(
                ""
                if not total
                else f"{held}/{total}" + (" (not compared)" if verdicts[None] else "")
            )
        if any(one.kind == "run" for one in found if one.notebook == name):
            cells[0] = "failed"
        time = seconds.get(name)
        rows.append((name, *cells, "" if time is None else f"{time:.1f}"))
    return rows


def _markdown(
    found: list[Comparison], facts: dict[str, Any], rows: list[tuple[str, ...]], holds: bool
) -> str:
    lines = [
        "# Reproduction report",
        "",
        "Everything was reproduced." if holds else "**Not everything was reproduced.**",
        "",
    ]
    lines += [f"| {' | '.join(('notebook', *KINDS, 'seconds'))} |", "|" + "---|" * (len(KINDS) + 2)]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    lines += [
        "",
        (
            "Held / compared. Text outputs must be equal; numbers and plotted data may differ by a"
            " relative "
        ),
    ]
    lines[-1] += (
        f"{facts['rtol']:g}; image files must be equal byte for byte where the environment is the"
        " pinned one."
    )
    differing = [one for one in found if one.holds is False]
    lines += ["", "## What differs", ""]
    lines += [f"- {one.notebook}, {one.kind} {one.item}: {one.detail}" for one in differing] or [
        "Nothing."
    ]
    within = [one for one in found if one.holds and one.detail]
    lines += ["", "## Differences within tolerance", ""]
    lines += [f"- {one.notebook}, {one.kind} {one.item}: {one.detail}" for one in within] or [
        "None."
    ]
    apart = sorted({one.detail for one in found if one.holds is None})
    if apart:
        lines += ["", "## Not compared", "", *(f"- images {reason}" for reason in apart)]
    lines += ["", "## Where it ran", "", f"- Python {facts['python']} on {facts['machine']}"]
    lines += [f"- {name} {number}" for name, number in facts["packages"].items()]
    return "\n".join(lines) + "\n"

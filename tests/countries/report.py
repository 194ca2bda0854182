"""What a run prints: verdicts as they come, and the table by country and notebook."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from egovstudy.paths import write_safely

from .draw import Drawn
from .expected import NOTEBOOKS
from .judge import Verdict


def by_reason(verdict: Verdict) -> str:
    """Tell what a notebook leaves out, by the reason that it shows."""
    designs = defaultdict(list)
    for design, why in verdict.left_out.items():
        designs[why].append(design)
    return "; ".join(f"{', '.join(names)}: {why}" for why, names in designs.items())


def say_verdict(console: Console, verdict: Verdict) -> None:
    """Print one verdict with its reasons, without the part of a message that is the same in all."""
    told = "; ".join(verdict.faults) if verdict.kind == "failed" else by_reason(verdict)
    told = told.replace(f"treated {verdict.iso3} does not satisfy the rule for donors itself: ", "")
    told = told.replace(". Choose other waves or another outcome.", "")
    console.print(f"{verdict.iso3} {verdict.notebook}: {verdict.kind}{'. ' if told else ''}{told}")


def say_table(console: Console, drawn: list[Drawn], verdicts: list[Verdict]) -> None:
    """Print how each country fared in each notebook.

    The number of designs left out where it says why.
    """
    found = {(one.iso3, one.notebook): one for one in verdicts}
    table = Table(title="Notebooks run for other countries", title_justify="left")
    shown = [number for number in NOTEBOOKS if any(one.notebook == number for one in verdicts)]
    for column in ("country", "drawn as", *shown):
        table.add_column(column)
    for one in sorted(drawn, key=lambda one: one.iso3):
        cells = [_cell(found[one.iso3, number]) for number in shown]
        table.add_row(one.iso3, one.stratum, *cells)
    console.print(table)
    for number in shown:
        kinds = [one.kind for one in verdicts if one.notebook == number]
        console.print(
            f"{number}: {kinds.count('ran')} ran whole, {kinds.count('says why')} say what they"
            f" leave out and why, {kinds.count('failed')} failed."
        )


def _cell(verdict: Verdict) -> str:
    return (
        f"says why ({len(verdict.left_out)} left out)"
        if verdict.kind == "says why"
        else verdict.kind
    )


def write_results(verdicts: list[Verdict], path: Path) -> None:
    """Write one row for each country and notebook."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["iso3", "notebook", "verdict", "left_out", "faults", "seconds"])
    for one in sorted(verdicts, key=lambda one: (one.iso3, one.notebook)):
        faults = "; ".join(one.faults)
        rows.writerow(
            [one.iso3, one.notebook, one.kind, by_reason(one), faults, f"{one.seconds:.1f}"]
        )
    write_safely(path, text.getvalue())

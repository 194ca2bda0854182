"""What a run prints: misses as they come, and the table by class and kind."""

from __future__ import annotations

from collections import defaultdict

from rich.console import Console
from rich.table import Table

from .check import Verdict
from .kinds import GROUPS


def say_miss(console: Console, verdict: Verdict, seed: int, count: int) -> None:
    """Print one mutation that was not caught, and how to draw it again."""
    console.print(
        f"NOT CAUGHT, draw {verdict.number}: {verdict.kind.name} ({verdict.kind.group})."
        f" {verdict.what}"
    )
    console.print(f"  {verdict.why}")
    console.print(
        f"  again: python -m tests.mutations --count {count} --seed {seed} --only {verdict.number}"
    )
    for line in verdict.tail.splitlines():
        console.print(f"  | {line}")


def say_table(console: Console, verdicts: list[Verdict]) -> None:
    """Print how many of each class and kind were drawn and caught."""
    by_kind: dict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        by_kind[verdict.kind.group, verdict.kind.name].append(verdict)
    table = Table(title="Mutations caught, each for its reason", title_justify="left")
    for column in ("class", "kind", "drawn", "caught", "share", "seconds"):
        table.add_column(column, justify="left" if column in ("class", "kind") else "right")
    for group in GROUPS:
        of_group = [(name, found) for (of, name), found in sorted(by_kind.items()) if of == group]
        for name, found in of_group:
            table.add_row(group, name, *_figures(found))
        if of_group:
            together = [verdict for _, found in of_group for verdict in found]
            table.add_row(f"{group}, all", "", *_figures(together), style="bold", end_section=True)
    table.add_row("all", "", *_figures(verdicts), style="bold")
    console.print(table)


def _figures(verdicts: list[Verdict]) -> tuple[str, str, str, str]:
    caught = sum(verdict.caught for verdict in verdicts)
    mean = sum(verdict.seconds for verdict in verdicts) / len(verdicts)
    return str(len(verdicts)), str(caught), f"{caught / len(verdicts):.0%}", f"{mean:.0f}"

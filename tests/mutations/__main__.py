"""Command line: ``python -m tests.mutations --count 200 --seed 1 --jobs 2``."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .draw import Workers, control, mutate, plan, unchanged
from .kinds import Kind
from .registered import KINDS
from .report import say_miss, say_table


def main(words: list[str] | None = None) -> int:
    """Run the mutation tests; 0 only if nothing unchanged is red and every mutation is caught."""
    asked = _asked(words)
    chosen = [one for one in plan(asked.count, asked.seed) if _wanted(one, asked)]
    if not chosen:
        print(f"Nothing is drawn so. Kinds: {', '.join(sorted(KINDS))}. Draws: 1 to {asked.count}.")
        return 2
    console = Console(highlight=False, soft_wrap=True, markup=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    workers = Workers(asked.jobs)
    alarms, verdicts = [], []
    try:
        with Progress(*columns, console=Console(file=sys.stderr)) as progress:
            controls = [] if asked.no_control else unchanged()
            bar = progress.add_task("unchanged", total=len(controls))
            for path, code, output in workers.each(control, [(path,) for path in controls]):
                progress.advance(bar)
                if code:
                    alarms.append(path)
                    console.print(f"FALSE ALARM: {path} is unchanged and red.\n{output}")
            bar = progress.add_task("mutations", total=len(chosen))
            for verdict in workers.each(
                mutate, [(number, kind, asked.seed) for number, kind in chosen]
            ):
                progress.advance(bar)
                verdicts.append(verdict)
                if not verdict.caught:
                    say_miss(console, verdict, asked.seed, asked.count)
                else:
                    console.print(
                        f"caught, draw {verdict.number}: {verdict.kind.name}. {verdict.what}"
                    )
    finally:
        workers.close()
    say_table(console, verdicts)
    missed = sum(not verdict.caught for verdict in verdicts)
    console.print(
        f"{len(verdicts)} drawn (seed {asked.seed}), {missed} not caught, {len(alarms)} false"
        " alarms."
    )
    return 1 if missed or alarms else 0


def _asked(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="draws (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="where the draws come from (default 1)")
    parser.add_argument("--jobs", type=int, default=2, help="checks at the same time (default 2)")
    parser.add_argument("--kind", help="of these draws, only one kind")
    parser.add_argument("--only", type=int, help="of these draws, only the one with this number")
    parser.add_argument(
        "--no-control", action="store_true", help="do not check the unchanged files first"
    )
    return parser.parse_args(words)


def _wanted(one: tuple[int, Kind], asked: argparse.Namespace) -> bool:
    number, kind = one
    return asked.only in (None, number) and asked.kind in (None, kind.name)


if __name__ == "__main__":
    sys.exit(main())

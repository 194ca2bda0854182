"""Command line: ``python -m tests.countries --count 20 --seed 1 --jobs 2``."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from egovstudy.paths import write_safely
from egovstudy.rerun.reproduce.notebooks import execute, fresh_folder, notebook_paths
from egovstudy.rerun.reproduce.rerunning import notebook_text

from .draw import PROJECT, STRATA, STUDIED, Drawn, draw, strata
from .expected import NOTEBOOKS
from .judge import Verdict, judge
from .report import say_table, say_verdict, write_results

BUILD = PROJECT / "build" / "countries"


def main(words: list[str] | None = None) -> int:
    """Run the notebooks for the countries; 0 only if each runs, or says what it leaves out."""
    asked = _asked(words)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    drawn = _chosen(asked)
    if isinstance(drawn, str):
        console.print(drawn)
        return 2
    for one in drawn:
        console.print(f"{one.iso3}: {one.why}")
    paths = notebook_paths(PROJECT, asked.notebook or list(NOTEBOOKS))
    fresh_folder(BUILD)
    verdicts = []
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    pool = ThreadPoolExecutor(
        max_workers=asked.jobs
    )  # threads suffice: each waits for a kernel, which is a process
    try:
        with Progress(*columns, console=Console(file=sys.stderr)) as progress:
            bar = progress.add_task("runs", total=len(drawn) * len(paths))
            waiting = [pool.submit(_run, path, one.iso3) for one in drawn for path in paths]
            for done in as_completed(waiting):
                verdicts.append(done.result())
                say_verdict(console, verdicts[-1])
                progress.advance(bar)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        write_results(verdicts, BUILD / "results.csv")  # also what was found before an interrupt
    say_table(console, drawn, verdicts)
    failed = sum(verdict.kind == "failed" for verdict in verdicts)
    console.print(
        f"{len(verdicts)} runs for {len(drawn)} countries (seed {asked.seed}), {failed} failed."
    )
    return 1 if failed else 0


def _run(path: Path, iso3: str) -> Verdict:
    folder = BUILD / iso3 / path.stem
    run = execute(path, folder, {"country": iso3})
    write_safely(folder / path.name, notebook_text(run.notebook))
    return judge(run, iso3)


def _chosen(asked: argparse.Namespace) -> list[Drawn] | str:
    """Countries drawn or named, or what is wrong with the wish."""
    known = {iso3: name for name in reversed(STRATA) for iso3 in strata()[name]}
    strange = [iso3 for iso3 in asked.country or [] if iso3 not in known]
    if strange:
        return (
            f"No country {strange[0]} beside {STUDIED}. Countries are UN members by ISO 3166-1"
            " alpha-3 code."
        )
    strange = [one for one in asked.notebook or [] if one not in NOTEBOOKS]
    if strange:
        return f"Notebook {strange[0]} takes no country. These do: {', '.join(NOTEBOOKS)}."
    if not 1 <= asked.count <= len(known):
        return f"--count {asked.count}: from 1 to {len(known)} countries can be drawn."
    if asked.country:
        return [Drawn(iso3, known[iso3]) for iso3 in dict.fromkeys(asked.country)]
    return draw(asked.count, asked.seed)


def _asked(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.countries", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="countries (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="where the draw comes from (default 1)")
    parser.add_argument(
        "--jobs", type=int, default=2, help="notebooks at the same time (default 2)"
    )
    parser.add_argument(
        "--country", action="append", help="this country in place of a draw; may be given again"
    )
    parser.add_argument(
        "--notebook", action="append", help="only this notebook, e.g. 08; may be given again"
    )
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())

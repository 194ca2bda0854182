"""How fast and exact is the synthetic control beside other programs, and what is its cost by size?

python benchmarks/placebo.py            # measure and print; an error code unless all targets hold
python benchmarks/placebo.py --write    # and write docs/benchmarks.md with its picture
python benchmarks/placebo.py --quick    # a rehearsal with small sizes that judges nothing
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
from page import Costs, write_page
from problems import Problem

from egovstudy.paths import write_safely

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent / "docs"
PINS, PLACE = HERE / "peers.txt", HERE / ".venv"
THREADS = ("OPENBLAS", "OMP", "MKL", "BLIS", "VECLIB", "NUMEXPR", "RAYON")
Verdict = tuple[str, str, str, bool]  # of what, what is asked, what came, whether it holds
PROVED = 1e-10  # scaled duality gap of every own fit
SECONDS, SECONDS_NEAREST, MEGABYTES = 20, 90, 200  # for the whole grid


@dataclass(frozen=True)
class Program:
    """One that is timed between own runs; its ratio must be at least ``target``."""

    name: str
    title: str
    asked: int | None = None
    target: float | None = None


@dataclass(frozen=True)
class Case:
    problem: Problem
    programs: tuple[Program, ...]
    rounds: int = 5


@dataclass
class Record:
    """What the runs of one program gave."""

    problem: Problem
    runs: list[dict[str, float]] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return statistics.median(one["seconds"] for one in self.runs)

    def largest(self, what: str) -> float:
        return max(one[what] for one in self.runs)


OWN = Program("plain", "egovstudy")
NEAREST = Program("nearest", "egovstudy, with the tie rule")
TWO = Program("plain_two", "egovstudy, two workers")
NNLS, CLARABEL = (
    Program("nnls", "scipy nnls, exact reduction"),
    Program("clarabel", "clarabel, direct"),
)
MLSYNTH, MLSYNTH_CALL = (
    Program("mlsynth", "mlsynth, solver"),
    Program("mlsynth_call", "mlsynth, public call"),
)
PYSYNCON = Program("pysyncon", "pysyncon, fit")
CASES = {
    "small": Case(
        Problem("placebo", 193),
        (
            NEAREST,
            replace(NNLS, target=2),
            replace(CLARABEL, target=25),
            replace(MLSYNTH, target=150),
            replace(MLSYNTH_CALL, asked=40),
            replace(PYSYNCON, asked=10),
        ),
    ),
    "large": Case(
        Problem("placebo", 500, waves=60, before=40),
        (
            NEAREST,
            replace(NNLS, asked=100),
            replace(CLARABEL, asked=50, target=100),
            replace(MLSYNTH, asked=20, target=500),
            replace(MLSYNTH_CALL, asked=10),
            replace(PYSYNCON, asked=3),
        ),
    ),
    "single": Case(Problem("single", 193, specifications=2000), (replace(NNLS, target=1),)),
    "grid": Case(
        Problem("grid", 193, specifications=2000), (TWO, NEAREST, replace(NNLS, asked=50)), rounds=3
    ),
}
COSTS = {
    "units": [Problem("placebo", units) for units in (25, 50, 100, 193, 400, 800, 1600)],
    "waves": [Problem("placebo", 193, waves, waves * 2 // 3) for waves in (6, 12, 24, 48, 96, 192)],
    "specifications": [
        Problem("grid", 193, specifications=count) for count in (1, 4, 16, 64, 256, 1024)
    ],
}


def peers_python() -> Path:
    """Python of the peers' environment, which is made where there is none with these pins."""
    python = PLACE / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    made = PLACE / PINS.name
    if not made.exists() or made.read_text(encoding="utf-8") != PINS.read_text(encoding="utf-8"):
        uv = [sys.executable, "-m", "uv"]
        subprocess.run(
            [*uv, "venv", "--quiet", "--clear", "--python", sys.executable, PLACE], check=True
        )
        install = [
            "pip",
            "install",
            "--quiet",
            "--compile-bytecode",
            "--python",
            python,
            "-r",
            PINS,
        ]
        subprocess.run([*uv, *install], check=True)
        write_safely(made, PINS.read_text(encoding="utf-8"))
    return python


def run(*words: str | Path) -> dict[str, float]:
    """What a fresh process with one BLAS thread prints in its last line."""
    one_thread = {
        f"{name}_{'MAXIMUM' if name == 'VECLIB' else 'NUM'}_THREADS": "1" for name in THREADS
    }
    result = subprocess.run(
        words, env=os.environ | one_thread, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(result.stdout.splitlines()[-1])


def run_program(program: Program, problem: Problem) -> dict[str, float]:
    words = program.name, json.dumps(asdict(problem))
    if program in (OWN, TWO, NEAREST):
        return run(sys.executable, HERE / "own.py", *words)
    return run(peers_python(), HERE / "peers.py", *words)


def measure(case: Case) -> dict[Program, Record]:
    """Run every program between two own runs, in each round anew."""
    records = {OWN: Record(case.problem)}
    records |= {
        program: Record(replace(case.problem, asked=program.asked)) for program in case.programs
    }
    own = records[OWN].runs
    own.append(run_program(OWN, case.problem))
    for _ in range(case.rounds):
        for program in case.programs:
            record = records[program]
            record.runs.append(run_program(program, record.problem))
            own.append(run_program(OWN, case.problem))
            record.ratios.append(
                2 * record.runs[-1]["seconds"] / (own[-1]["seconds"] + own[-2]["seconds"])
            )
    return records


def proved(records: dict[Program, Record]) -> bool:
    return all(
        record.largest("gap") <= PROVED
        for program, record in records.items()
        if program in (OWN, TWO, NEAREST)
    )


def table(records: dict[Program, Record]) -> str:
    widths = "<30", ">11", ">11", ">9", ">20", ">13", ">6"
    rows = [("", "fits timed", "seconds", "ratio", "of rounds", "largest gap", "MB")]
    for program, record in records.items():
        ratio, reach = "1", ""
        if record.ratios:
            ratio = shown(statistics.median(record.ratios)) if proved(records) else "void"
            reach = f"{shown(min(record.ratios))} to {shown(max(record.ratios))}"
        gap, memory = f"{record.largest('gap'):.0e}", f"{record.largest('peak'):.0f}"
        timed = f"{record.problem.fits_timed:,}"
        rows.append((program.title, timed, shown(record.seconds), ratio, reach, gap, memory))
    head = f"{records[OWN].problem}: {records[OWN].problem.fits:,} fits"
    return "\n".join([head, "", *(aligned(row, widths) for row in rows)])


def aligned(row: Iterable[str], widths: Iterable[str]) -> str:
    return "".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def shown(value: float) -> str:
    """Three digits, without powers of ten."""
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:,.{digits}f}"


def judge(name: str, records: dict[Program, Record]) -> Iterator[Verdict]:
    own = [records[program] for program in (OWN, TWO, NEAREST) if program in records]
    yield (
        "largest gap of our own",
        f"at most {PROVED:.0e}",
        f"{max(one.largest('gap') for one in own):.0e}",
        proved(records),
    )
    for program, record in records.items():
        if program.target:
            ratio = statistics.median(record.ratios)
            yield (
                program.title,
                f"ratio {program.target:g}",
                shown(ratio),
                proved(records) and ratio >= program.target,
            )
    if name == "grid":
        for program, limit in ((TWO, SECONDS), (NEAREST, SECONDS_NEAREST)):
            seconds, memory = records[program].seconds, records[program].largest("peak")
            yield (
                f"{program.title}, this machine",
                f"within {limit} s",
                f"{shown(seconds)} s",
                seconds <= limit,
            )
            yield (
                f"{program.title}, whole process",
                f"{MEGABYTES} MB",
                f"{memory:.0f} MB",
                not memory > MEGABYTES,
            )


def target_table(verdicts: dict[str, list[Verdict]]) -> str:
    lines = []
    for name, judged in verdicts.items():
        lines += ["", str(CASES[name].problem)]
        for what, asked, came, holds in judged:
            lines.append(
                aligned(
                    (f"  {what}", asked, came, "  yes" if holds else "  NO"),
                    ("<46", "<16", ">10", "<6"),
                )
            )
    return "\n".join(lines[1:])


def measure_costs(flops: float) -> Costs:
    costs: Costs = {}
    for what, problems in COSTS.items():
        runs = [(problem, run_program(OWN, problem)) for problem in problems]
        costs[what] = [
            (getattr(problem, what), one["seconds"], one["flops"] / flops) for problem, one in runs
        ]
    return costs


def cost_table(costs: Costs, flops: float) -> str:
    lines = [f"floor at {flops / 1e9:.0f} Gflop a second, measured"]
    widths = "<16", ">13", ">11", ">8", ">8"
    for what, points in costs.items():
        lines += [
            "",
            f"up to {COSTS[what][-1]}",
            aligned((what, "milliseconds", "floor", "times", "power"), widths),
        ]
        for place, (size, seconds, floor) in enumerate(points):
            power = ""
            if place:
                last_size, last_seconds, _ = points[place - 1]
                power = f"{math.log(seconds / last_seconds) / math.log(size / last_size):.1f}"
            row = (
                f"{size:,}",
                shown(1000 * seconds),
                shown(1000 * floor),
                shown(seconds / floor),
                power,
            )
            lines.append(aligned(row, widths))
    return "\n".join(lines)


def machine() -> str:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return "\n".join(
        [
            f"{os.cpu_count()} cores, {platform.system()} on {platform.machine()}",
            "a run uses one core unless two workers are named",
            (
                f"Python {platform.python_version()}, numpy {np.__version__} with {blas['name']}"
                f" {blas['version']}"
            ),
            "others: " + ", ".join(PINS.read_text(encoding="utf-8").split()),
        ]
    )


def rehearsal() -> None:
    """Cut all sizes, so that every step is gone through in moments."""
    for name, case in CASES.items():
        problem = replace(
            case.problem, units=30, specifications=min(case.problem.specifications, 20)
        )
        programs = tuple(replace(one, asked=one.asked and 3, target=None) for one in case.programs)
        CASES[name] = Case(problem, programs, rounds=1)
    for what, problems in COSTS.items():
        COSTS[what] = [
            replace(one, units=min(one.units, 30 + place)) for place, one in enumerate(problems[:3])
        ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--write",
        nargs="?",
        type=Path,
        const=DOCS,
        metavar="FOLDER",
        help="write the page, into docs",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a rehearsal with small sizes that judges nothing"
    )
    given = parser.parse_args()
    if given.quick and given.write == DOCS:
        parser.error("a rehearsal does not go into docs; name another folder after --write")
    if given.quick:
        rehearsal()
    blocks = {"machine": machine()}
    print(blocks["machine"], flush=True)
    verdicts = {}
    for name, case in CASES.items():
        records = measure(case)
        blocks[name], verdicts[name] = table(records), list(judge(name, records))
        print("", blocks[name], sep="\n", flush=True)
    flops = run(sys.executable, HERE / "own.py")["flops"]
    costs = measure_costs(flops)
    blocks["cost"], blocks["targets"] = cost_table(costs, flops), target_table(verdicts)
    print("", blocks["cost"], "", blocks["targets"], sep="\n")
    if given.write:
        write_page(given.write, blocks, costs)
    return 0 if all(one[-1] for judged in verdicts.values() for one in judged) else 1


if __name__ == "__main__":
    sys.exit(main())

"""How quickly does the package start? Ratios in one run, medians of several fresh processes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
HELP_LIMIT = 1.5
PYTHON = sys.executable
EGOVSTUDY = str(Path(PYTHON).parent / "egovstudy")
COMMANDS = {
    "python -c pass": [PYTHON, "-c", "pass"],
    "import typer": [PYTHON, "-c", "import typer"],
    "egovstudy --help": [EGOVSTUDY, "--help"],
    "import egovstudy": [PYTHON, "-c", "import egovstudy"],
    "import pandas": [PYTHON, "-c", "import pandas"],
    "eg.load_egdi()": [PYTHON, "-c", "import egovstudy as eg; eg.load_egdi()"],
}


def seconds(words: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> int:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for words in COMMANDS.values():
        seconds(words)  # fill the caches of bytecode and disk
    for _ in range(ROUNDS):
        for name, words in COMMANDS.items():  # interleaved, so that a busy moment meets all alike
            times[name].append(seconds(words))
    medians = {name: statistics.median(values) for name, values in times.items()}
    base = medians["import typer"]
    print(f"{'command':<20} {'median ms':>10} {'of import typer':>16}")
    for name, value in medians.items():
        print(f"{name:<20} {1000 * value:>10.0f} {value / base:>16.2f}")
    holds = medians["egovstudy --help"] <= HELP_LIMIT * base
    print(f"egovstudy --help within {HELP_LIMIT} times import typer: {'yes' if holds else 'NO'}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

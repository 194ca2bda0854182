"""One value of the data, every place where a number that follows from it shows."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from egovstudy.publish.words.numbers import MARKED
from egovstudy.rerun.reproduce.notebooks import CELL_TIMEOUT, KERNEL_ENVIRONMENT

from .cells import notebooks
from .kinds import Mutation, failed, kind
from .pages import pages
from .sandbox import environment
from .tables import read, write

COUNTRY, WAVE, COLUMN = "IDN", "2024", "egdi"


@kind("texts", slow=True)
def value_everywhere(project: Path, rng: Random) -> Mutation:
    """Change Indonesia's EGDI of 2024, seal anew, and expect every place that fails to be named.

    Which places these are is worked out without the check: the notebooks are run on the changed
    data, and every text of the project is searched for the keys of numbers that came out otherwise.
    """
    columns, rows = read(project / "data/egdi.csv")
    row = next(row for row in rows if (row["iso3"], row["wave"]) == (COUNTRY, WAVE))
    old = row[COLUMN]
    row[COLUMN] = f"{float(old) + rng.choice((-1, 1)) * rng.uniform(0.02, 0.12):.5f}"
    write(project / "data/egdi.csv", columns, rows)
    committed = {number["key"]: number for number in read(project / "figures/numbers.csv")[1]}
    fresh = _fresh_numbers(project)
    moved = {key for key, shown in fresh.items() if committed[key]["shown"] != shown}
    places = _places(project, moved)
    if not places:
        raise LookupError("no text shows a number that follows from the value")
    paths = [f"notebooks/{file.name}" for file, _ in notebooks(project)]
    paths += [page.relative_to(project).as_posix() for page in pages(project)]
    reasons = [rf"(?m)^.*number {re.escape(key)}: committed " for key in sorted(moved)]
    reasons += [rf"(?m)^.*{re.escape(place)}: {re.escape(key)}: " for place, key in places]
    captions = _captions(project, moved)
    reasons += [rf"(?m)^.*caption {re.escape(name)}\.json: differs in " for name in captions]
    owners = sorted(
        {path for path in paths for key in moved if path.startswith(f"notebooks/{key[:2]}-")}
    )
    reasons += [failed(path, r"guard\[published\]") for path in owners]
    what = f"egdi.csv, {COUNTRY} {WAVE}: {old} becomes {row[COLUMN]}, sealed anew; "
    what += f"{len(places) + len(captions)} places show one of {len(moved)} numbers that follow"
    return Mutation(what, tuple(paths), tuple(reasons), seal=True)


def _places(project: Path, keys: set[str]) -> list[tuple[str, str]]:
    """Every place in a page or a notebook's prose that shows one of the numbers, with its key."""
    found = []
    for page in pages(project):
        text = page.read_text(encoding="utf-8")
        for mark in MARKED.finditer(text):
            line = text.count("\n", 0, mark.start()) + 1
            found.append((f"{page.relative_to(project).as_posix()}, line {line}", mark["key"]))
    for file, notebook in notebooks(project):
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "markdown":
                found += [
                    (f"notebooks/{file.name}, cell {index}", mark["key"])
                    for mark in MARKED.finditer(cell.source)
                ]
    return sorted({(place, key) for place, key in found if key in keys})


def _captions(project: Path, keys: set[str]) -> list[str]:
    """Every figure or table whose caption, note or alternative text shows one of the numbers."""
    texts = {
        file.stem: file.read_text(encoding="utf-8")
        for file in sorted((project / "figures").glob("[ft][ia]*.json"))
    }
    return [
        name for name, text in texts.items() if any(f"{{{{number:{key}}}}}" in text for key in keys)
    ]


def _fresh_numbers(project: Path) -> dict[str, str]:
    """Run every notebook past the failing check of the data, and give what its numbers show."""
    from nbclient import NotebookClient

    folder = project.parent / "scratch" / "fresh"
    for file, notebook in notebooks(project):
        client = NotebookClient(
            notebook,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            allow_errors=True,
            extra_arguments=["--IPKernelApp.log_level=40"],
            resources={"metadata": {"path": str(file.parent)}},
        )
        client.execute(
            env={**environment(project), **KERNEL_ENVIRONMENT, "EGOVSTUDY_FIGURES": str(folder)}
        )
    return {number["key"]: number["shown"] for number in read(folder / "numbers.csv")[1]}

"""``egovstudy reproduce``: rerun, compare, report; or write the results into the project."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
from pathlib import Path
from typing import Any

from egovstudy.data.integrity import check_data
from egovstudy.errors import ArgumentError, listed
from egovstudy.paths import pages, project_dir, write_safely
from egovstudy.publish.words import read_rows
from egovstudy.rerun.reproduce import compare
from egovstudy.rerun.reproduce.notebooks import (
    Run,
    execute_all,
    fresh_folder,
    notebook_paths,
    parameters_of,
    read_notebook,
    reads_results,
)
from egovstudy.rerun.reproduce.report import say, write_report


def reproduce(only: list[str], jobs: int | None, update: bool, parameters: list[str]) -> bool:
    """Rerun notebooks and compare, or update the project.

    Parameters
    ----------
    only : list of str
        Numbers or names of notebooks; empty for all.
    jobs : int or None
        Notebooks at the same time; None for one per core.
    update : bool
        Write the results into the project instead of comparing.
    parameters : list of str
        ``name=value`` pairs for notebooks that take them; then nothing is compared or written into
        the project.

    Returns
    -------
    bool
        True only if everything that was run holds.

    Raises
    ------
    ArgumentError
        For an unknown notebook or parameter.
    DataError
        If the data are not intact.
    """
    values = _parsed(parameters)
    if values and update:
        raise ArgumentError(
            "--update and -p do not go together: the project holds the notebooks' default results"
            " only."
        )
    project = project_dir()
    paths = notebook_paths(project, only)
    if values:
        paths = _taking(paths, values, bool(only))
    say(f"{check_data()!r}")
    build = project / "build"
    jobs = jobs or os.cpu_count() or 1
    if update:
        runs = _in_two_rounds(project, paths, fresh_folder(build / "run"), jobs)
    else:
        runs = execute_all(paths, fresh_folder(build / "run"), jobs, values)
    _keep_notebooks(runs, build)
    if values:
        return _say_failures(runs, build)
    if update:
        return _update(project, runs)
    return _compare_and_report(project, build, paths, runs)


def _in_two_rounds(project: Path, paths: list[Path], folder: Path, jobs: int) -> list[Run]:
    """Run what is to be written.

    Then, on a copy of the project's results with the new ones in it, what reads them.

    A notebook that reads results runs even if nobody asked for it: left as it was it would show old
    ones.
    """
    last = [path for path in notebook_paths(project, []) if reads_results(path)]
    first = [path for path in paths if path not in last]
    runs = execute_all(first, folder, jobs, {}) if first else []
    if not last or any(run.error for run in runs):
        return runs
    results = folder / "results"
    if (project / "figures").is_dir():
        shutil.copytree(project / "figures", results)
    _write_published(results, runs, _registers(project, runs))
    return runs + execute_all(last, folder, jobs, {}, results=str(results))


def _parsed(parameters: list[str]) -> dict[str, str]:
    values = {}
    for pair in parameters:
        name, equals, value = pair.partition("=")
        if not equals or not name.isidentifier():
            raise ArgumentError(f"-p {pair!r} is not name=value. Write e.g. -p country=VNM.")
        values[name] = value
    return values


def _taking(paths: list[Path], values: dict[str, str], asked: bool) -> list[Path]:
    taken = {path: parameters_of(read_notebook(path)) for path in paths}
    fits = [path for path in paths if values.keys() <= taken[path].keys()]
    if not fits or (asked and len(fits) < len(paths)):
        words = "; ".join(
            f"{path.stem} takes {listed(list(taken[path])) or 'none'}" for path in paths
        )
        raise ArgumentError(f"not every notebook asked for takes {listed(list(values))}: {words}.")
    return fits


def notebook_text(notebook: Any) -> str:
    """Write a notebook as the project keeps it: indented by one, one line end at the end."""
    import nbformat

    return nbformat.writes(notebook, indent=1) + "\n"


def _keep_notebooks(runs: list[Run], build: Path) -> None:
    for run in runs:
        write_safely(build / "notebooks" / f"{run.name}.ipynb", notebook_text(run.notebook))


def _say_failures(runs: list[Run], build: Path) -> bool:
    for run in runs:
        say(f"{run.name}: {run.error or 'ran'}; see {build / 'notebooks' / run.name}.ipynb")
    say("Parameters were given, so nothing was compared.")
    return not any(run.error for run in runs)


def _update(project: Path, runs: list[Run]) -> bool:
    failed = [run for run in runs if run.error]
    if failed:
        for run in failed:
            say(f"{run.name} failed: {run.error}")
        say("Nothing was written into the project.")
        return False
    # All or nothing: a Ctrl-C waits until the files stand.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        _write_results(project, runs)
    finally:
        signal.signal(signal.SIGINT, before)
    say(f"Written into {project}: {listed([run.name for run in runs], 20)}.")
    return True


def _write_results(project: Path, runs: list[Run]) -> None:
    from egovstudy.publish.words import NUMBERS

    figures = project / "figures"
    registers = _registers(project, runs)
    # First of all: an unknown key stops it here.
    texts = _filled_texts(project, runs, registers[NUMBERS])
    _write_published(figures, runs, registers)
    write_safely(
        figures / compare.ENVIRONMENT_FILE,
        json.dumps(compare.image_environment(project), indent=1) + "\n",
    )
    for path, text in texts.items():
        write_safely(path, text)


def _registers(project: Path, runs: list[Run]) -> dict[str, dict[str, dict[str, str]]]:
    folders = compare.folders_of(runs)
    return {
        name: compare.rows_after(read_rows(project / "figures" / name), folders, name)
        for name in compare.REGISTERS
    }


def _write_published(
    figures: Path, runs: list[Run], registers: dict[str, dict[str, dict[str, str]]]
) -> None:
    """Put the registers and what the runs published in the place of what stood there before."""
    from egovstudy.publish.words import csv_text

    own = {run.name[:2] for run in runs}
    for register, rows in registers.items():
        if rows:
            columns = list(next(iter(rows.values())))
            text = csv_text(
                columns, ([rows[key][name] for name in columns] for key in sorted(rows))
            )
            write_safely(figures / register, text)
    for path in sorted(figures.glob("*")):
        if path.name[:3] in ("fig", "tab") and path.name[3:5] in own:
            path.unlink()
    for run in runs:
        for path in sorted(run.figures.glob("*")):
            if path.name not in compare.REGISTERS:
                write_safely(figures / path.name, path.read_bytes())


def _filled_texts(
    project: Path, runs: list[Run], numbers: dict[str, dict[str, str]]
) -> dict[Path, str]:
    """Every page and notebook with the new numbers.

    A notebook that was not run shows other notebooks' numbers too.
    """
    from egovstudy.publish.words import filled

    fresh = {run.name: run.notebook for run in runs}
    texts = {}
    for path in sorted((project / "notebooks").glob("*.ipynb")):
        notebook = fresh.get(path.stem) or read_notebook(path)
        before = [cell.source for cell in notebook.cells]
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = filled(cell.source, numbers)
        if path.stem in fresh or before != [cell.source for cell in notebook.cells]:
            texts[path] = notebook_text(notebook)
    for path in pages(project):
        text = path.read_text(encoding="utf-8")
        if (now := filled(text, numbers)) != text:
            texts[path] = now
    return texts


def _compare_and_report(project: Path, build: Path, paths: list[Path], runs: list[Run]) -> bool:
    reason = compare.why_images_may_differ(project)
    found = []
    for path, run in zip(paths, runs, strict=True):
        found += compare.compare_run(run, path, project / "figures", reason)
    found += _stale_numbers(project, runs)
    facts = {
        "python": platform.python_version(),
        "machine": (
            f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} cores"
        ),
        "packages": {name: compare.installed(name) for name in compare.PACKAGES},
        "rtol": compare.RTOL,
        "seconds": {run.name: round(run.seconds, 1) for run in runs},
    }
    return write_report(build, found, facts)


def _stale_numbers(project: Path, runs: list[Run]) -> list[compare.Comparison]:
    """Compare every number in a text with the fresh ones, or with committed ones not run anew."""
    from egovstudy.publish.words import NUMBERS, marks, read_numbers, stale_marks

    ran = compare.folders_of(run for run in runs if not run.error)
    numbers = compare.rows_after(read_numbers(project / "figures" / NUMBERS), ran, NUMBERS)
    shown = marks(project)
    problems = {one.mark: one.problem for one in stale_marks(shown, numbers)}
    found = []
    for file in dict.fromkeys(mark.file for mark in shown):
        wrong = [
            f"{mark.place}, {problem}" for mark, problem in problems.items() if mark.file == file
        ]
        found.append(
            compare.Comparison(file, "number", "numbers in the text", not wrong, "; ".join(wrong))
        )
    return found

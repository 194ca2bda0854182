"""``egovstudy reproduce``: rerun, compare, report; or write the results into the project."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import zlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from egovstudy.data.checks import check_data
from egovstudy.data.imports import file_digest
from egovstudy.errors import ArgumentError, EgovstudyError, listed
from egovstudy.paths import project_dir, write_safely
from egovstudy.rerun import compare
from egovstudy.rerun.notebooks import Run, execute_all, notebook_paths, parameters_of, read_notebook

PACKAGES = (
    "egovstudy",
    "jupyter",
    "matplotlib",
    "nbclient",
    "numpy",
    "pandas",
    "pillow",
    "scipy",
    "seaborn",
    "statsmodels",
)
ENVIRONMENT_FILE = "environment.json"
TEXTS_WITH_NUMBERS = ("README.md",)


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
        ``name=value`` pairs for notebooks that take them; then nothing is compared or written into the project.

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
            "--update and -p do not go together: the project holds the notebooks' default results only."
        )
    project = project_dir()
    paths = notebook_paths(project, only)
    if values:
        paths = _taking(paths, values, bool(only))
    _say(f"{check_data()!r}")
    build = _fresh_build(project)
    runs = execute_all(paths, build / "run", jobs or os.cpu_count() or 1, values)
    _keep_notebooks(runs, build)
    if values:
        return _say_failures(runs, build)
    if update:
        return _update(project, runs)
    return _compare_and_report(project, build, paths, runs)


def _say(text: str) -> None:
    from rich.console import Console

    Console(highlight=False, soft_wrap=True).print(text, markup=False)


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
        words = "; ".join(f"{path.stem} takes {listed(list(taken[path])) or 'none'}" for path in paths)
        raise ArgumentError(f"not every notebook asked for takes {listed(list(values))}: {words}.")
    return fits


def _fresh_build(project: Path) -> Path:
    build = project / "build"
    try:
        shutil.rmtree(build / "run", ignore_errors=True)
        build.mkdir(exist_ok=True)
    except OSError as error:
        raise EgovstudyError(f"{build} cannot be made ({error.strerror}). Reruns need a place to write.") from error
    return build


def notebook_text(notebook: Any) -> str:
    """Write a notebook as the project keeps it: indented by one, one line end at the end."""
    import nbformat

    return nbformat.writes(notebook, indent=1) + "\n"


def _keep_notebooks(runs: list[Run], build: Path) -> None:
    for run in runs:
        write_safely(build / "notebooks" / f"{run.name}.ipynb", notebook_text(run.notebook))


def _say_failures(runs: list[Run], build: Path) -> bool:
    for run in runs:
        _say(f"{run.name}: {run.error or 'ran'}; see {build / 'notebooks' / run.name}.ipynb")
    _say("Parameters were given, so nothing was compared.")
    return not any(run.error for run in runs)


def _update(project: Path, runs: list[Run]) -> bool:
    failed = [run for run in runs if run.error]
    if failed:
        for run in failed:
            _say(f"{run.name} failed: {run.error}")
        _say("Nothing was written into the project.")
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # all or nothing: a Ctrl-C waits until the files stand
    try:
        _write_results(project, runs)
    finally:
        signal.signal(signal.SIGINT, before)
    _say(f"Written into {project}: {listed([run.name for run in runs], 20)}.")
    return True


def _write_results(project: Path, runs: list[Run]) -> None:
    from egovstudy.publish.canonical import csv_text
    from egovstudy.publish.ledger import read_rows
    from egovstudy.publish.numbers import fill, read_numbers

    figures = project / "figures"
    own = {run.name[:2] for run in runs}
    for register in compare.REGISTERS:
        rows = {key: row for key, row in read_rows(figures / register).items() if row["notebook"] not in own}
        for run in runs:
            rows |= read_rows(run.figures / register)
        if rows:
            columns = list(next(iter(rows.values())))
            text = csv_text(columns, ([rows[key][name] for name in columns] for key in sorted(rows)))
            write_safely(figures / register, text)
    for path in sorted(figures.glob("*")):
        if path.name[:3] in ("fig", "tab") and path.name[3:5] in own:
            path.unlink()
    for run in runs:
        for path in sorted(run.figures.glob("*")):
            if path.name not in compare.REGISTERS:
                write_safely(figures / path.name, path.read_bytes())
    write_safely(figures / ENVIRONMENT_FILE, json.dumps(image_environment(project), indent=1) + "\n")
    numbers = read_numbers(figures / "numbers.csv")
    for run in runs:
        for cell in run.notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = fill(cell.source, numbers)
        write_safely(project / "notebooks" / f"{run.name}.ipynb", notebook_text(run.notebook))
    for name in TEXTS_WITH_NUMBERS:
        text = (project / name).read_text(encoding="utf-8")
        write_safely(project / name, fill(text, numbers))


def image_environment(project: Path) -> dict[str, str]:
    """Everything that decides an image's bytes: pins, system, and the zlib that packs PDF and PNG."""
    return {
        "lock": file_digest(project / "requirements.lock"),
        "system": f"{platform.system()} {platform.machine()}",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def _why_images_may_differ(project: Path) -> str | None:
    path = project / "figures" / ENVIRONMENT_FILE
    committed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    here = image_environment(project)
    other = [name for name in here if committed.get(name) != here[name]]
    unpinned = _unpinned(project)
    if unpinned:
        return f"not comparable: {listed(unpinned, 5)} not at the pinned version; the plotted data are compared"
    if other:
        return f"not comparable: made with another {', '.join(other)}; the plotted data are compared"
    return None


def _unpinned(project: Path) -> list[str]:
    pins = {}
    for line in (project / "requirements.lock").read_text(encoding="utf-8").splitlines():
        name, equals, rest = line.partition("==")
        if equals and not line.startswith((" ", "#")):
            pins[name] = rest.split()[0]
    return [name for name in PACKAGES if name in pins and _version(name) != pins[name]]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _compare_and_report(project: Path, build: Path, paths: list[Path], runs: list[Run]) -> bool:
    from egovstudy.rerun.report import write_report

    reason = _why_images_may_differ(project)
    found = []
    for path, run in zip(paths, runs, strict=True):
        found += compare.compare_run(run, path, project / "figures", reason)
    found += _stale_numbers(project, paths)
    facts = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} cores",
        "packages": {name: _version(name) for name in PACKAGES},
        "rtol": compare.RTOL,
        "seconds": {run.name: round(run.seconds, 1) for run in runs},
    }
    return write_report(build, found, facts)


def _stale_numbers(project: Path, paths: list[Path]) -> list[compare.Comparison]:
    from egovstudy.publish.numbers import read_numbers, stale

    numbers = read_numbers(project / "figures" / "numbers.csv")
    texts = [(name, (project / name).read_text(encoding="utf-8")) for name in TEXTS_WITH_NUMBERS]
    for path in paths:
        cells = read_notebook(path).cells
        texts.append((path.stem, "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")))
    found = []
    for name, text in texts:
        wrong = stale(text, numbers)
        detail = "; ".join(f"{key}: {came!r} stands there, {expected!r} is right" for key, came, expected in wrong)
        found.append(compare.Comparison(name, "number", "numbers in the text", not wrong, detail))
    return found

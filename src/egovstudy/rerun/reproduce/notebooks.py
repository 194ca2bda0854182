"""Execute notebooks in fresh kernels, apart from the project, and read what they published."""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from egovstudy.errors import ArgumentError, EgovstudyError, listed, nearest
from egovstudy.paths import FIXED_MOMENT, PUBLISHED_VARIABLE
from egovstudy.publish.style import EXPORT_VARIABLE

CELL_TIMEOUT = 300  # seconds
KERNEL_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",  # kernels run side by side, and one thread adds up in one order
    "SOURCE_DATE_EPOCH": FIXED_MOMENT,
    "EGOVSTUDY_DATA": "",
    # Only the export itself sets it: otherwise the committed figures would not come out again.
    EXPORT_VARIABLE: "",
    PUBLISHED_VARIABLE: "",  # only an update sets it
}
READS_RESULTS = re.compile(r"\bpublished\(")


@dataclass
class Run:
    """One executed notebook.

    Attributes
    ----------
    name : str
        File name without its ending, e.g. ``01-egdi-path``.
    notebook : NotebookNode
        The notebook with its fresh outputs.
    figures : Path
        Folder that it published into.
    seconds : float
        Wall time.
    error : str or None
        The message of the cell that failed, if one did.
    """

    name: str
    notebook: Any
    figures: Path
    seconds: float
    error: str | None = field(default=None)


def notebook_paths(project: Path, only: list[str]) -> list[Path]:
    """List the numbered notebooks of a checkout, in order, or those asked for.

    Parameters
    ----------
    project : Path
        Root of the checkout.
    only : list of str
        Numbers (``03``) or names (``03-partnership-events``); empty for all.

    Returns
    -------
    list of Path

    Raises
    ------
    ArgumentError
        If a number or name fits no notebook.
    """
    paths = sorted((project / "notebooks").glob("[0-9][0-9]-*.ipynb"))
    stems = [path.stem for path in paths]
    chosen = []
    for word in only:
        fits = [
            path
            for path in paths
            if path.stem == word.removesuffix(".ipynb") or path.stem[:2] == word.zfill(2)
        ]
        if not fits:
            raise ArgumentError(
                f"no notebook {word!r}. Notebooks: {listed(stems, 20)}.{nearest(word, stems)}"
            )
        chosen += fits
    return sorted(set(chosen)) if only else paths


def reads_results(path: Path) -> bool:
    """Whether a notebook calls ``eg.published``, so that updates of others change what it shows."""
    return any(
        READS_RESULTS.search(cell.source)
        for cell in read_notebook(path).cells
        if cell.cell_type == "code"
    )


def parameters_of(notebook: Any) -> dict[str, Any]:
    """Names and default values that a notebook's cell tagged ``parameters`` sets."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            body = ast.parse(cell.source).body
            return {
                node.targets[0].id: ast.literal_eval(node.value)
                for node in body
                if isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and isinstance(node.value, ast.Constant)
            }
    return {}


def with_parameters(notebook: Any, values: dict[str, str]) -> Any:
    """Put a cell that sets other values right after a notebook's parameters, as papermill does."""
    import nbformat

    defaults = parameters_of(notebook)
    lines = [f"{name} = {type(defaults[name])(value)!r}" for name, value in values.items()]
    place = next(
        i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", [])
    )
    cell = nbformat.v4.new_code_cell(
        "\n".join(lines), id="injected-parameters", metadata={"tags": ["injected-parameters"]}
    )
    notebook.cells.insert(place + 1, cell)
    return notebook


def read_notebook(path: Path) -> Any:
    """Read a notebook, or say in words why it cannot be read."""
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds; all mean the same to the reader
        raise EgovstudyError(
            f"{path.name} is not a readable notebook ({error}). Restore it from the project's"
            " history."
        ) from error


def execute(
    path: Path, folder: Path, values: dict[str, str], export: str = "", results: str = ""
) -> Run:
    """Execute one notebook in a fresh kernel, in a folder of its own.

    Parameters
    ----------
    path : Path
        The notebook; it is only read.
    folder : Path
        Working folder of the kernel; figures go to ``folder/figures``.
    values : dict
        Parameters to set, as text.
    export : str
        What to render the figures for, as ``venue/width/language``. The run then goes on after a
        cell that fails: a figure that does not fit the venue must not cost those after it.
    results : str
        Folder that ``eg.published`` reads; empty for the committed one.

    Returns
    -------
    Run
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = read_notebook(path)
    if values:
        notebook = with_parameters(notebook, values)
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        **KERNEL_ENVIRONMENT,
        "EGOVSTUDY_FIGURES": str(figures),
        EXPORT_VARIABLE: export,
    }
    environment[PUBLISHED_VARIABLE] = results
    if os.environ.get("EGOVSTUDY_DATA"):
        environment["EGOVSTUDY_DATA"] = str(Path(os.environ["EGOVSTUDY_DATA"]).resolve())
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # else it hangs on chance how what a cell prints is cut up
        allow_errors=bool(export),
        # Only errors: its notices mean nothing to the reader.
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(folder)}},
    )
    started = time.perf_counter()
    error = None
    try:
        client.execute(env=environment)
    except CellExecutionError as failure:
        error = f"{failure.ename}: {failure.evalue}".strip()
    except (CellTimeoutError, DeadKernelError) as failure:
        error = str(failure).splitlines()[0]
    notebook.metadata.pop("signature", None)
    # The same file on every supported Python.
    notebook.metadata.get("language_info", {}).pop("version", None)
    return Run(path.stem, notebook, figures, time.perf_counter() - started, error)


def execute_all(
    paths: list[Path],
    build: Path,
    jobs: int,
    values: dict[str, str],
    export: str = "",
    results: str = "",
) -> list[Run]:
    """Execute notebooks side by side with a live progress display.

    Parameters
    ----------
    paths : list of Path
        The notebooks.
    build : Path
        Folder for what they write.
    jobs : int
        How many at a time.
    values : dict
        Parameters to set.
    export, results : str
        As for :func:`execute`.

    Returns
    -------
    list of Run
        In the order of ``paths``.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    runs = {}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    # Threads suffice: each waits for a kernel, which is a process.
    pool = ThreadPoolExecutor(max_workers=jobs)
    with Progress(*columns, console=Console(file=sys.stderr)) as progress:
        bar = progress.add_task("notebooks", total=len(paths))
        waiting = {
            pool.submit(execute, path, build / path.stem, values, export, results): path
            for path in paths
        }
        try:
            for done in as_completed(waiting):
                run = done.result()
                runs[run.name] = run
                word = "[red]failed[/red]" if run.error else "done"
                progress.console.print(f"  {run.name}: {word}, {run.seconds:.1f} s")
                progress.advance(bar)
        finally:
            # On an interrupt the kernels have had the signal too; what has not begun must not
            # begin.
            pool.shutdown(wait=True, cancel_futures=True)
    return [runs[path.stem] for path in paths]


def fresh_folder(folder: Path) -> Path:
    """Make an empty folder for reruns in the place of an earlier one.

    Raises
    ------
    EgovstudyError
        If it cannot be made.
    """
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EgovstudyError(
            f"{folder} cannot be made ({error.strerror}). Reruns need a place to write."
        ) from error
    return folder

"""The real command, in a process of its own that need not import pandas anew.

An import is the longer part of a short command, and the tests call some two hundred. So one server
process imports the libraries once, none of them egovstudy's own modules, and each command runs in a
child forked from it: with its own state, streams, folder, environment and exit code. What is about
the start itself, or about signals, starts Python."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

LIBRARIES = ["pandas", "typer", "matplotlib.figure"]
CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()  # Windows cannot
FORKS = multiprocessing.get_context("forkserver" if CAN_FORK else "spawn")
if CAN_FORK:
    FORKS.set_forkserver_preload(LIBRARIES)


def run_egovstudy(
    *words: str, cwd: Path | None = None, input: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``egovstudy`` as a user does, in the environment of the test and what is added."""
    environment = {**os.environ, "COLUMNS": "200", **environment}
    with TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("in", "out", "err")]
        streams[0].write_text(input, encoding="utf-8")
        process = FORKS.Process(
            target=_command, args=(words, cwd or Path.cwd(), environment, streams)
        )
        process.start()
        process.join(300)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"egovstudy {' '.join(words)}: not at its end after 300 seconds")
        out, err = (path.read_text(encoding="utf-8") for path in streams[1:])
    return subprocess.CompletedProcess(["egovstudy", *words], process.exitcode, out, err)


def _command(
    words: tuple[str, ...], cwd: Path, environment: dict[str, str], streams: list[Path]
) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(streams):
        stream = path.open("r" if number == 0 else "w", encoding="utf-8")
        os.dup2(stream.fileno(), number)  # for the processes that the command starts
        setattr(sys, ("stdin", "stdout", "stderr")[number], stream)
    sys.argv = ["egovstudy", *words]
    runpy.run_module("egovstudy", run_name="__main__", alter_sys=True)

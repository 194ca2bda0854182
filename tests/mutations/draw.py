"""Draw mutations from a seed and run them side by side."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import TypeVar

from .check import Verdict, check, try_one
from .kinds import Kind
from .pages import pages
from .registered import KINDS
from .sandbox import PROJECT, Sandbox, snapshot

Result = TypeVar("Result")


def plan(count: int, seed: int) -> list[tuple[int, Kind]]:
    """Draw the kinds: each once, in drawn order, then as chance has it.

    Slow ones first and once only.

    Returns
    -------
    list of (int, Kind)
        Numbered from 1. The plan of a smaller count is the beginning of that of a larger one.
    """
    rng = Random(seed)
    slow = sorted(name for name, one in KINDS.items() if one.slow)
    quick = sorted(KINDS.keys() - set(slow))
    names = [*slow, *rng.sample(quick, len(quick))]
    names += rng.choices(quick, k=max(count - len(names), 0))
    return [(number, KINDS[name]) for number, name in enumerate(names[:count], start=1)]


class Workers:
    """Threads, each with a sandbox of its own.

    A thread only waits for a process, so threads suffice.
    """

    def __init__(self, jobs: int) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="egovstudy-mutations-")
        files = snapshot()
        self._free: SimpleQueue[Sandbox] = SimpleQueue()
        for number in range(jobs):
            self._free.put(Sandbox(Path(self._folder.name, str(number)), files))
        self._pool = ThreadPoolExecutor(max_workers=jobs)

    def each(self, work: Callable[[Sandbox], Result], times: Iterable[tuple]) -> Iterable[Result]:
        """Run ``work(sandbox, *arguments)`` for each tuple of arguments.

        Give results as they come.
        """
        waiting = [self._pool.submit(self._with_sandbox, work, arguments) for arguments in times]
        for done in as_completed(waiting):
            yield done.result()

    def _with_sandbox(self, work: Callable[..., Result], arguments: tuple) -> Result:
        sandbox = self._free.get()
        try:
            return work(sandbox, *arguments)
        finally:
            self._free.put(sandbox)

    def close(self) -> None:
        """Begin nothing more, wait for what runs, and remove the sandboxes."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._folder.cleanup()


def control(sandbox: Sandbox, path: str) -> tuple[str, int, str]:
    """Check one unchanged file: a false alarm would make every catch worthless."""
    code, output = check(sandbox, (path,))
    sandbox.restore()
    return path, code, output


def mutate(sandbox: Sandbox, number: int, kind: Kind, seed: int) -> Verdict:
    """Try one draw of the plan."""
    return try_one(sandbox, kind, number, seed)


def unchanged() -> list[str]:
    """Files that the check is run on as they are.

    Every notebook, both READMEs and the pages in docs/.
    """
    notebooks = sorted((PROJECT / "notebooks").glob("[0-9]*.ipynb"))
    return [path.relative_to(PROJECT).as_posix() for path in [*notebooks, *pages(PROJECT)]]

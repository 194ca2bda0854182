"""A copy of the project to break, and its exact restoration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def snapshot(project: Path = PROJECT) -> dict[str, bytes]:
    """Read every file that belongs to the project: all but what ``.gitignore`` names and git's own.

    Returns
    -------
    dict
        Content by path below the project, with forward slashes.
    """
    ignored = (project / ".gitignore").read_text(encoding="utf-8").split()
    skip = shutil.ignore_patterns(".git", *(pattern.rstrip("/") for pattern in ignored))
    found = {}
    for folder, folders, files in os.walk(project):
        left_out = skip(folder, [*folders, *files])
        folders[:] = [name for name in folders if name not in left_out]
        for name in files:
            if name not in left_out:
                path = Path(folder, name)
                found[path.relative_to(project).as_posix()] = path.read_bytes()
    return found


def environment(project: Path) -> dict[str, str]:
    """Environment of the check.

    The library, the data and everything temporary are the sandbox's own.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EGOVSTUDY_")}
    return {
        **clean,
        "PYTHONPATH": str(project / "src"),
        "PYTHONPYCACHEPREFIX": str(project.parent / "bytecode"),
        "TMPDIR": str(project.parent / "scratch"),
        "COLUMNS": "200",
    }


class Sandbox:
    """A folder that holds a copy of the project.

    Parameters
    ----------
    folder : Path
        Where; it is made.
    files : dict
        From :func:`snapshot`.
    """

    def __init__(self, folder: Path, files: dict[str, bytes]) -> None:
        self.project = folder / "project"
        self.scratch = folder / "scratch"
        self.files = files
        self.restore()

    def changed(self) -> list[str]:
        """Paths that differ from the snapshot, are missing or are there too much."""
        came = snapshot(self.project) if (self.project / ".gitignore").exists() else {}
        return sorted(
            path
            for path in came.keys() | self.files.keys()
            if came.get(path) != self.files.get(path)
        )

    def restore(self) -> None:
        """Put every file back as it was, drop what the check left behind, and make sure of it."""
        for path in self.changed():
            there = self.project / path
            if path in self.files:
                there.parent.mkdir(parents=True, exist_ok=True)
                there.write_bytes(self.files[path])
            else:
                there.unlink()
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        left = self.changed()
        if left:
            raise RuntimeError(f"the sandbox could not be restored: {', '.join(left)}")

    def run(self, *words: str, seconds: float) -> tuple[int, str]:
        """Run a Python module in the sandbox; return its exit code and everything it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.project,
            env=environment(self.project),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
        )
        return done.returncode, done.stdout

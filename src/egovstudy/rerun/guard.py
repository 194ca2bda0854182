"""pytest plugin: gives the notebooks' kernels the environment in which their outputs were made.

Loaded by ``-p egovstudy.rerun.guard`` (see ``pyproject.toml``), so that ``pytest notebooks`` alone does it too.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from egovstudy.rerun.notebooks import KERNEL_ENVIRONMENT


def pytest_configure() -> None:
    """Set the kernels' environment; what notebooks publish under test goes to a folder apart."""
    for name, value in KERNEL_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("EGOVSTUDY_FIGURES", str(Path(tempfile.mkdtemp(prefix="egovstudy-")) / "figures"))

"""pytest plugin: gives the notebooks' kernels the environment in which their outputs were made.

Loaded by ``-p egovstudy.rerun.guard`` (see ``pyproject.toml``), so that ``pytest notebooks`` alone does it too.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from egovstudy.rerun.notebooks import KERNEL_ENVIRONMENT


def pytest_configure() -> None:
    """Set the kernels' environment; what notebooks publish under test goes to a folder apart."""
    for name, value in KERNEL_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("EGOVSTUDY_FIGURES", str(Path(tempfile.mkdtemp(prefix="egovstudy-")) / "figures"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """Restore the environment after every test, so that an example's unset variable redirects no later notebook."""
    before = dict(os.environ)
    try:
        return (yield)
    finally:
        os.environ.clear()
        os.environ.update(before)

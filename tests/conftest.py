"""Shared fixtures: a copy of the data that a test may spoil, and the real command."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.commands import run_egovstudy

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture
def data_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private copy of ``data/`` that ``EGOVSTUDY_DATA`` points to."""
    folder = tmp_path / "data"
    shutil.copytree(PROJECT / "data", folder)
    monkeypatch.setenv("EGOVSTUDY_DATA", str(folder))
    return folder


@pytest.fixture
def command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``egovstudy`` as a user does, with the environment of the test."""
    return run_egovstudy


@pytest.fixture(autouse=True)
def _usual_venue() -> Iterator[None]:
    """Whatever a test set or drew, the next one starts in the usual venue and without figures."""
    yield
    if "egovstudy.publish.style.venues" in sys.modules:
        sys.modules["egovstudy.publish.style.venues"].use_venue("giq")
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that figures, tables and numbers are published into."""
    monkeypatch.setenv("EGOVSTUDY_FIGURES", str(tmp_path))
    return tmp_path

"""Shared fixtures: a copy of the data that a test may spoil, and the real command."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
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

"""Published and recomputed cases of others.

Read from a folder that ``EGOVSTUDY_CASES`` names, never shipped.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest


class Case:
    """One folder: ``expected`` and ``tolerance`` of its figures, and its tables."""

    def __init__(self, name: str) -> None:
        folder = os.environ.get("EGOVSTUDY_CASES")
        if not folder:
            pytest.skip("EGOVSTUDY_CASES names no folder of cases")
        self.folder = Path(folder, name)
        said: dict[str, Any] = json.loads(
            (self.folder / "expected.json").read_text(encoding="utf-8")
        )
        self.inputs, self.expected, self.tolerance = (
            said["inputs"],
            said["expected"],
            said["tolerance"],
        )

    def table(self, name: str = "data.csv") -> pd.DataFrame:
        return pd.read_csv(self.folder / name)

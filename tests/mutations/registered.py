"""All kinds: importing this registers them."""

from __future__ import annotations

from . import (  # noqa: F401
    everywhere,
    figure_files,
    library_code,
    library_look,
    notebook_code,
    notebook_prose,
    notebook_state,
    pages,
    sealed,
    series,
    tables,
)
from .kinds import KINDS

__all__ = ["KINDS"]

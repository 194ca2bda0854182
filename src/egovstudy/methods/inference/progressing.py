"""Progress of what takes more than two seconds."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def progress(items: Iterable[Item], words: str, total: int) -> Iterator[Item]:
    """Pass items on and show how far they are on a terminal; elsewhere, as in a notebook that is kept, nothing."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, words, total=total, console=Console(file=sys.stderr), transient=True)

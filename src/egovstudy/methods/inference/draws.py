"""Many draws: how many distinct ones there are, in which blocks they come, how far they are."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from math import factorial, prod
from typing import TypeVar

Item = TypeVar("Item")


def ways(counts: Iterable[int]) -> int:
    """Count the distinct orders of codes that stand so many times each: n! over the product of m!.

    Examples
    --------
    >>> ways([2, 1])
    3
    """
    counts = [int(count) for count in counts]
    return factorial(sum(counts)) // prod(factorial(count) for count in counts)


def blocks(total: int, size: int) -> list[int]:
    """Cut a number of draws into blocks that bound memory.

    Examples
    --------
    >>> blocks(5, 2)
    [2, 2, 1]
    """
    return [min(size, total - start) for start in range(0, total, size)]


def progress(items: Iterable[Item], words: str, total: int) -> Iterator[Item]:
    """Pass items on and show on a terminal how far they are.

    Elsewhere, as in a notebook that is kept, nothing is shown.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, words, total=total, console=Console(file=sys.stderr), transient=True)

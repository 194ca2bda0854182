"""What a kind of mutation is, and the register of all kinds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

GROUPS = ("notebooks", "data", "library", "figures", "texts")


@dataclass(frozen=True)
class Mutation:
    """One change that was made in a sandbox, and what the check must say to it.

    ``reasons`` are regular expressions; every one of them must be found in the check's output. With
    ``seal`` the data package is sealed anew before the check, so that hashes agree with the changed
    tables."""

    what: str
    paths: tuple[str, ...]
    reasons: tuple[str, ...]
    seal: bool = False


Make = Callable[[Path, Random], Mutation]


@dataclass(frozen=True)
class Kind:
    """A kind of mutation: draws a place, changes it and says what was done.

    ``slow`` kinds are drawn once a run.
    """

    name: str
    group: str
    make: Make
    slow: bool


KINDS: dict[str, Kind] = {}


def kind(group: str, *, slow: bool = False) -> Callable[[Make], Make]:
    """Register a function as a kind; its name, with hyphens, is the kind's name."""

    def register(make: Make) -> Make:
        name = make.__name__.replace("_", "-")
        KINDS[name] = Kind(name, group, make, slow)
        return make

    return register


def failed(path: str, item: str) -> str:
    """Reason: this item of the check failed; ``item`` is a regular expression."""
    return rf"(?m)^FAILED {re.escape(path)}::{item}"


def ruled(path: str, rule: str, words: str) -> tuple[str, ...]:
    """Reasons: the guard's rule failed for a file, and one line matches ``words``."""
    return (failed(path, rf"guard\[{rule}\]"), rf"(?m)^.*{words}")


def other_digit(digit: str, rng: Random) -> str:
    """Give another digit."""
    return rng.choice([one for one in "0123456789" if one != digit])


def change_digit(text: str, rng: Random, first: int = 99) -> str:
    """Change one of the first significant digits of a text that holds any."""
    places = [found.start() for found in re.finditer(r"\d", text)]
    leading = next((k for k, at in enumerate(places) if text[at] != "0"), 0)
    at = rng.choice(places[leading : leading + first])
    return text[:at] + other_digit(text[at], rng) + text[at + 1 :]

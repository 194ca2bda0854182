"""Run the check on a mutation and judge whether it was caught."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass
from random import Random

from .kinds import Kind, Mutation
from .sandbox import Sandbox

SECONDS = 300  # for one check of one file
RED = 1  # pytest's exit code for "tests ran and some failed"; anything else is not a finding
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
TAIL = 25  # lines of output shown with a miss


@dataclass(frozen=True)
class Verdict:
    """What became of one draw: ``caught`` with its reason, else ``why`` says what is wrong."""

    number: int
    kind: Kind
    what: str
    caught: bool
    why: str
    tail: str
    seconds: float


def check(sandbox: Sandbox, paths: tuple[str, ...]) -> tuple[int, str]:
    """Run the one entry point of the check on some files of the sandbox."""
    code, output = sandbox.run("pytest", "-q", *paths, seconds=SECONDS * len(paths))
    return code, COLOURS.sub("", output)


def try_one(sandbox: Sandbox, kind: Kind, number: int, seed: int) -> Verdict:
    """Make one mutation, run the check on the affected file, judge, and restore the sandbox."""
    started = time.perf_counter()
    mutation, output = None, ""
    try:
        mutation = kind.make(sandbox.project, draw_from(seed, number, kind.name))
        code, output = _sealed_and_checked(sandbox, mutation)
        why = judge(mutation, code, output)
    except subprocess.TimeoutExpired as error:
        why = f"no answer in {error.timeout:g} seconds"
    finally:
        sandbox.restore()
    tail = "\n".join(output.splitlines()[-TAIL:])
    what = mutation.what if mutation else "(not made)"
    return Verdict(number, kind, what, not why, why, tail, time.perf_counter() - started)


def draw_from(seed: int, number: int, name: str) -> Random:
    """Chance of one draw: it depends on nothing else, so that one draw can be repeated alone."""
    return Random(f"{seed}/{number}/{name}")


def _sealed_and_checked(sandbox: Sandbox, mutation: Mutation) -> tuple[int, str]:
    if mutation.seal:
        code, output = sandbox.run("egovstudy", "seal", seconds=SECONDS)
        if code:
            return -code, f"the data could not be sealed anew:\n{output}"
    return check(sandbox, mutation.paths)


def judge(mutation: Mutation, code: int, output: str) -> str:
    """Say why a mutation does not count as caught; nothing if it does."""
    if code != RED:
        return (
            f"the check is green (exit code {code})"
            if code == 0
            else f"exit code {code}, {RED} is needed"
        )
    missing = [reason for reason in mutation.reasons if not re.search(reason, output)]
    return f"red, but not for its reason: no {' and no '.join(missing)}" if missing else ""

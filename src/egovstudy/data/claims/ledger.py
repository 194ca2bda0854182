"""What a check asked and found: figures in words, open choices, and who vouches for them."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from egovstudy.data.claims.expressions import NotHeldError
from egovstudy.data.events import WEEKDAYS, span
from egovstudy.errors import ArgumentError

HAIR = 1e-9


class OpenChoiceError(Exception):
    """A figure has several values, so the check must be worked out once for each.

    Attributes
    ----------
    key : str
        What is open.
    options : int
        How many values there are.
    """

    def __init__(self, key: str, options: int) -> None:
        super().__init__(key)
        self.key, self.options = key, options


@dataclass
class Ledger:
    """Written by the functions of one check, read by the verdict.

    Attributes
    ----------
    own_sources : set of str
        Source of the statement, and whatever prints the same press text: no witness for it.
    choices : dict of str to int
        Which of several values is taken in this turn.
    found : dict of str to str
        Each figure asked for, in words, and its value.
    unwitnessed : list of str
        Figures that only the statement's own source gives.
    worked_out : dict of str to str
        Sides of comparisons that no table gives as such, shown where nothing else was found.
    asked : bool
        Whether a table or the calendar was asked at all.
    """

    own_sources: set[str] = field(default_factory=set)
    choices: dict[str, int] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    unwitnessed: list[str] = field(default_factory=list)
    worked_out: dict[str, str] = field(default_factory=dict)
    asked: bool = False

    def note(self, label: str, value: Any) -> Any:
        """Write down what was found, and give it back."""
        self.asked = True
        self.found[label] = shown(value)
        return value

    def choose(self, label: str, values: Sequence[Any]) -> Any:
        """Take the one value, or the one whose turn it is."""
        different = list(dict.fromkeys(values))
        if len(different) == 1:
            return different[0]
        if label not in self.choices:
            raise OpenChoiceError(label, len(different))
        return different[self.choices[label]]

    def witness(self, label: str, sources: Iterable[object]) -> None:
        """Remember a figure that nobody but the statement's own source gives."""
        if not {str(one) for one in sources if isinstance(one, str)} - self.own_sources:
            self.unwitnessed.append(label)


def shown(value: Any) -> str:
    """Write a value as a reader sees it: at most five decimals, lists with commas.

    Examples
    --------
    >>> shown([0.79911, 64]), shown("2016-03-02")
    ('0.79911, 64', '2016-03-02')
    """
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    if isinstance(value, float):
        return f"{value:.5f}".rstrip("0").rstrip(".")
    return str(value)


def many(value: Any) -> list:
    """Give a list for one value or for a list."""
    return value if isinstance(value, list) else [value]


def in_words(ledgers: Sequence[Ledger]) -> str:
    """Write what was found over all turns; a figure with several values shows them all."""
    values: dict[str, list[str]] = {}
    for ledger in ledgers:
        for label, value in (ledger.found or ledger.worked_out).items():
            values.setdefault(label, []).append(value)
    return "; ".join(
        f"{label}: {' or '.join(dict.fromkeys(several))}" for label, several in values.items()
    )


def years(first: int, last: int, step: int = 1) -> list[int]:
    """Calendar years from first to last."""
    if step < 1 or not 0 < first < 10_000 or last >= 10_000:
        raise ArgumentError(
            f"years({first}, {last}, {step}) are none. Give the first, the last and a step of 1 or"
            " more."
        )
    if last < first:
        raise NotHeldError(f"there are no years from {first} to {last}")
    return list(range(first, last + 1, step))


def year_of(date: str) -> int:
    """Year of a date."""
    return span(date)[0].year


def prints(value: float, printed: str) -> bool:
    """Whether a value, rounded or cut to the decimals printed, gives the printed figure.

    Examples
    --------
    >>> prints(0.79911, "0.7991"), prints(70.648, "70.70"), prints(11.6, "11")
    (True, False, True)
    """
    unit = 10.0 ** -len(printed.partition(".")[2])
    over = value - float(printed)
    return bool(-unit / 2 - HAIR <= over < unit - HAIR)


def rising(values: list) -> bool:
    """Whether each of two or more values is above the one before."""
    if len(values) < 2:
        raise NotHeldError("whether figures rise can be said of two or more")
    return all(one < other for one, other in zip(values, values[1:], strict=False))


def _flat(values: tuple) -> list:
    return [one for value in values for one in many(value)]


def plain_functions(ledger: Ledger) -> dict[str, Callable]:
    """Functions that ask no table: arithmetic, printed figures and the calendar."""

    def weekday(date: str) -> str:
        first, last = span(date)
        if first != last:
            raise ArgumentError(f"{date!r} is no day. Give it as YYYY-MM-DD.")
        return ledger.note(
            f"weekday of {date}",
            WEEKDAYS[calendar.weekday(first.year, first.month, first.day)].title(),
        )

    def named(words: str, value: float) -> float:
        ledger.found[words] = shown(value)
        return value

    return {
        "named": named,
        "weekday": weekday,
        "years": years,
        "year_of": year_of,
        "prints": prints,
        "rising": rising,
        "max": lambda *values: max(_flat(values)),
        "min": lambda *values: min(_flat(values)),
        "sum": lambda *values: sum(_flat(values)),
        "abs": lambda value: abs(value),
        "round": lambda value, digits=0: round(value, digits) if digits else round(value),
        "len": lambda values: len(values),
    }

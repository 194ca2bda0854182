"""Keyed numbers: every number in prose has one row, one writer and one rounding."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from egovstudy.errors import ArgumentError, nearest
from egovstudy.paths import figures_dir
from egovstudy.publish.words.registers import read_rows, upsert
from egovstudy.publish.words.rounding import canonical

NUMBERS = "numbers.csv"
COLUMNS = ("key", "value", "shown", "unit", "notebook", "description")
KEY = re.compile(r"(\d\d)\.[a-z0-9_]+")
BARE = re.compile(r"(?<!<!--)\{\{number:(?P<key>[^}]*)\}\}")
# What is shown holds no comment: a mark without its end must not swallow the text up to the next
# one's.
MARKED = re.compile(
    r"(<!--\{\{number:(?P<key>[^}]*)\}\}-->)(?P<found>(?:(?!<!--).)*?)(<!--/-->)", re.DOTALL
)
OPENED = re.compile(r"<!--\{\{number:")


@dataclass(frozen=True)
class KeptNumber:
    """A number as kept; its text is ``key = shown unit``."""

    key: str
    shown: str
    unit: str

    def __str__(self) -> str:
        return f"{self.key} = {self.shown} {self.unit}".rstrip()

    __repr__ = __str__


def show(value: float, digits: int = 3, *, sign: bool = False) -> str:
    """Write a number for readers: fixed decimals, a true minus, commas at thousands.

    Halves are rounded away from zero.

    Parameters
    ----------
    value : float
        The number.
    digits : int
        Decimals.
    sign : bool
        Write a plus before what is above zero.

    Raises
    ------
    ArgumentError
        If there is no finite number to show.

    Examples
    --------
    >>> show(0.0825), show(-12345.6, 0), show(0.0825, 2, sign=True), show(-0.0001)
    ('0.083', '−12,346', '+0.08', '0.000')
    """
    if value is None or not math.isfinite(value):
        raise ArgumentError(
            f"value={value} cannot be shown. Leave missing values out, or say in words why they"
            " miss."
        )
    # From the ten stable digits, so that 0.0825 rounds alike whether a platform makes it
    # 0.08249999... or 0.0825000...
    rounded = Decimal(canonical(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    if rounded == 0:
        return text
    return ("−" if rounded < 0 else "+" if sign else "") + text


def keep_number(key: str, value: float, *, shown: str, unit: str, description: str) -> KeptNumber:
    """Keep a number for prose, captions and the paper, as one row of ``figures/numbers.csv``.

    Parameters
    ----------
    key : str
        ``NN.words_like_this``: NN is the notebook that keeps it.
    value : float
        The number as computed.
    shown : str
        As prose prints it; use :func:`show`.
    unit : str
        Its unit; empty for a bare count.
    description : str
        What it is, in a sentence.

    Returns
    -------
    KeptNumber

    Raises
    ------
    ArgumentError
        If the key does not follow its pattern, or ``shown`` or ``description`` is empty.

    Examples
    --------
    >>> import os, tempfile
    >>> os.environ["EGOVSTUDY_FIGURES"] = tempfile.mkdtemp()
    >>> keep_number("01.waves", 12, shown="12", unit="waves", description="Survey waves with data.")
    01.waves = 12 waves
    >>> del os.environ["EGOVSTUDY_FIGURES"]
    """
    match = KEY.fullmatch(key)
    if not match:
        raise ArgumentError(
            f"key={key!r} will not do. Write it like '01.egdi_rise': the notebook's digits, a"
            " point, words."
        )
    for word, text in (("shown", shown), ("description", description)):
        if not text.strip():
            raise ArgumentError(
                f"{key} has no {word}. Say it, so that a reader of {NUMBERS} understands the row."
            )
    row = (key, value, shown, unit, match.group(1), description)
    upsert(figures_dir() / NUMBERS, dict(zip(COLUMNS, row, strict=True)), COLUMNS)
    return KeptNumber(key, shown, unit)


def read_numbers(path: Path | None = None) -> dict[str, dict[str, str]]:
    """Read the kept numbers.

    Parameters
    ----------
    path : Path, optional
        The table; ``figures/numbers.csv`` if left out. An absent file holds no numbers.

    Returns
    -------
    dict
        Row (value by column, all text) by key.
    """
    return read_rows(figures_dir() / NUMBERS if path is None else Path(path))


def resolve(text: str, numbers: dict[str, dict[str, str]]) -> str:
    """Put kept numbers in the place of bare marks, as in captions.

    Parameters
    ----------
    text : str
        Text with ``{{number:KEY}}``.
    numbers : dict
        From :func:`read_numbers`.

    Raises
    ------
    ArgumentError
        If a key is unknown; the nearest is named.

    Examples
    --------
    >>> resolve("rose by {{number:01.rise}} points", {"01.rise": {"shown": "0.083"}})
    'rose by 0.083 points'
    """
    return BARE.sub(lambda mark: shown(mark["key"], numbers), text)


def check_closed(text: str) -> None:
    """Check that every mark has its end.

    Raises
    ------
    ArgumentError
        Naming the line of the first that has none.
    """
    closed = {mark.start() for mark in MARKED.finditer(text)}
    for opened in OPENED.finditer(text):
        if opened.start() not in closed:
            line = text.count("\n", 0, opened.start()) + 1
            raise ArgumentError(
                f"the mark in line {line} has no end. Write <!--{{{{number:KEY}}}}-->shown<!--/-->,"
                " no comment inside."
            )


def shown(key: str, numbers: dict[str, dict[str, str]]) -> str:
    """Give a number as prose prints it.

    Raises
    ------
    ArgumentError
        If the key is unknown; the nearest is named.
    """
    if key not in numbers:
        raise ArgumentError(
            f"no number {key!r} is kept. Run the notebook that keeps"
            f" it.{nearest(key, list(numbers))}"
        )
    return numbers[key]["shown"]

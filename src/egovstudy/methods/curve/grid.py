"""The grid of defensible choices: every combination of them, one row each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import pandas as pd

from egovstudy.errors import ArgumentError
from egovstudy.methods.synthetic import check_choice

CHOICES = [
    "outcome",
    "scale",
    "first_wave",
    "coding",
    "date_rule",
    "treatment_wave",
    "pool",
    "ties",
    "statistic",
]
WORDS = {
    "scale": ["raw", "z", "percentile"],
    "ties": ["nearest", "none"],
    "statistic": ["post_gap", "last_gap", "scaled_gap"],
}


def specification_grid(
    *,
    outcomes: Sequence[str],
    first_waves: Sequence[int],
    treatment_waves: Mapping[str, Mapping[str, int]],
    pools: Iterable[str],
    scales: Sequence[str] = ("raw",),
    ties: Sequence[str] = ("nearest",),
    statistics: Sequence[str] = ("post_gap",),
) -> pd.DataFrame:
    """Set out every combination of defensible choices, one row each.

    Name only choices that a critical reader could defend, and all of those (Simonsohn, Simmons and
    Nelson 2020, Nature Human Behaviour 4, 1208-1214). Nothing is left out here: what cannot be
    computed is told by :func:`egovstudy.run_specifications`, row by row.

    Parameters
    ----------
    outcomes : sequence of str
        Columns of the panel, e.g. ``["egdi", "osi"]``.
    first_waves : sequence of int
        Waves in which the window may begin.
    treatment_waves : mapping of str to mapping of str to int
        By coding (which events count) and date rule, the first wave that could reflect the event,
        e.g. ``{"binding only": {"window": 2018, "published": 2016}}``; see
        :func:`egovstudy.assign_wave`. A missing value says that no wave is late enough.
    pools : iterable of str
        Labels of the donor pools; a mapping of label to rule will do.
    scales : sequence of {"raw", "z", "percentile"}
        As published, or placed among all countries of the panel in the same wave
        (:func:`egovstudy.within_wave`).
    ties : sequence of {"nearest", "none"}
        ``nearest``: where many weights fit equally well, those on the nearest donors. ``none``: no
        rule, so a specification whose answer is not unique has none, and a placebo that is met
        exactly, as a rule by many weights, is counted as further out than the treated country.
    statistics : sequence of {"post_gap", "last_gap", "scaled_gap"}
        Mean gap over the post-waves; gap in the last wave; mean gap over the root mean square error
        of predicting each pre-wave from the others.

    Returns
    -------
    DataFrame
        Columns ``outcome, scale, first_wave, coding, date_rule, treatment_wave, pool, ties,
        statistic``.

    Raises
    ------
    ArgumentError
        If a choice is unknown, empty or named twice.

    Examples
    --------
    >>> grid = specification_grid(
    ...     outcomes=["egdi", "osi"],
    ...     first_waves=[2003, 2008],
    ...     treatment_waves={"all events": {"window": 2018, "published": 2016}},
    ...     pools=["all countries"],
    ... )
    >>> len(grid), grid["date_rule"].tolist()[:2], grid["treatment_wave"].tolist()[:2]
    (8, ['window', 'published'], [2018, 2016])
    """
    lists = {"outcomes": outcomes, "scales": scales, "ties": ties, "statistics": statistics}
    for name, values in lists.items():
        if isinstance(values, str):
            raise ArgumentError(f"{name}={values!r} is one word. Give a list: {name}=[{values!r}].")
    waves = [(coding, *rule) for coding, rules in treatment_waves.items() for rule in rules.items()]
    every = product(outcomes, scales, first_waves, waves, pools, ties, statistics)
    rows = [(outcome, scale, first, *wave, *rest) for outcome, scale, first, wave, *rest in every]
    if not rows:
        raise ArgumentError(
            "the grid is empty: one of the choices names nothing. Give each at least one value."
        )
    return checked_grid(pd.DataFrame(rows, columns=CHOICES))


def checked_grid(grid: pd.DataFrame) -> pd.DataFrame:
    """Check the words of a grid; give it back with rows numbered from 0."""
    missing = [name for name in CHOICES if name not in grid]
    if missing or grid.empty:
        raise ArgumentError(
            f"no column {missing[0]!r} in the grid. Make it with specification_grid."
            if missing
            else "the grid has no row. Keep at least one."
        )
    for name, allowed in WORDS.items():
        for word in grid[name].unique():
            check_choice(name, word, allowed)
    twice = grid.duplicated(CHOICES)
    if twice.any():
        row = ", ".join(str(value) for value in grid.loc[twice, CHOICES].iloc[0])
        raise ArgumentError(
            f"a specification stands twice in the grid: {row}. Name each choice once."
        )
    whole = {"first_wave": "int64", "treatment_wave": "Int64"}
    try:
        return grid[CHOICES].reset_index(drop=True).astype(whole)
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"first_wave and treatment_wave are whole years such as 2018: {error}."
        ) from None

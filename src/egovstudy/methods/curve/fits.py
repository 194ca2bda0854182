"""The fits behind specifications: placebos in space for many designs, in chunks for any backend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from egovstudy.methods.inference import progress
from egovstudy.methods.synthetic import (
    EXACT,
    Array,
    Optimum,
    are_met,
    find_optimum,
    fit_each_unit,
    spread_of,
)

# Units x units x panels fitted together, e.g. 8 panels of 193: more saves no time, costs memory.
CELLS = 300_000


@dataclass(frozen=True, eq=False)
class Design:
    """What one synthetic control and its placebos need, and where it is found.

    Thousands of designs share a table and copy nothing until they are fitted.

    Attributes
    ----------
    table : array
        All countries by all waves.
    rows, columns : int arrays, shapes (U,) and (W,)
        The treated country, then its donors; the waves of the window.
    n_pre : int
        How many of the waves come before the treatment wave.
    leave_out : bool
        Find each unit's leave-one-wave-out prediction error too, which takes ``n_pre`` times as
        long again.
    """

    table: Array
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    n_pre: int
    leave_out: bool = False

    @property
    def outcomes(self) -> Array:
        """Shape (W, U)."""
        return self.table[np.ix_(self.rows, self.columns)].T

    @property
    def cells(self) -> int:
        """Size of the work."""
        return (1 + self.n_pre * self.leave_out) * len(self.rows) ** 2

    def panels(self) -> list[Array]:
        """Rows to fit: all pre-waves, then all but each one of them if that is asked for."""
        pre = self.outcomes[: self.n_pre]
        left_out = range(self.n_pre if self.leave_out else 0)
        return [pre, *(np.delete(pre, wave, axis=0) for wave in left_out)]


@dataclass(frozen=True, eq=False)
class Answer:
    """What a design gives; arrays by unit have the treated country first.

    Attributes
    ----------
    gaps : dict of str to array, shape (U,)
        ``post_gap``, mean gap over the post-waves; ``last_gap``, gap in the last wave.
    scaled : array, shape (U,)
        Post gap over the root mean square error of predicting each pre-wave from the others; NaN
        where not asked for or where that error is no more than rounding.
    tied, tied_left : bool array, shape (U,)
        Units that are met exactly, so that many weights fit; those met exactly when some wave is
        left out.
    exact, unique, pre_rmspe
        Of the treated country, as in :class:`SyntheticFit`.
    certificate, certificate_left : float
        The largest of all units' fits; the same with a wave left out, 0 where not asked for.
    bounds : dict of str to (float, float)
        Sharp bounds of the treated country's ``gaps``; empty if not asked for.
    """

    gaps: dict[str, Array]
    scaled: Array
    tied: NDArray[np.bool_]
    tied_left: NDArray[np.bool_]
    exact: bool
    unique: bool
    pre_rmspe: float
    certificate: float
    certificate_left: float
    bounds: dict[str, tuple[float, float]]


def fit_designs(designs: Sequence[Design], *, nearest: bool, bounds: bool) -> list[Answer]:
    """Fit all designs, in chunks of like size, on the joblib backend that is set.

    Chunks depend on the designs alone, never on the backend, so that each backend gives the same
    numbers.

    Parameters
    ----------
    designs : sequence of Design
    nearest : bool
        Apply the tie rule.
    bounds : bool
        Find the treated country's sharp bounds.

    Returns
    -------
    list of Answer
    """
    from joblib import Parallel, delayed

    order = sorted(range(len(designs)), key=lambda at: (len(designs[at].rows), designs[at].n_pre))
    chunks = list(_chunks(order, designs))
    found = Parallel(return_as="generator")(
        delayed(fit_chunk)([designs[at] for at in chunk], nearest, bounds) for chunk in chunks
    )
    answers = [one for some in progress(found, "specifications", len(chunks)) for one in some]
    return [answers[at] for at in np.argsort(order)]


def _chunks(order: Sequence[int], designs: Sequence[Design]) -> Iterator[list[int]]:
    chunk: list[int] = []
    cells = 0
    for at in order:
        if chunk and cells + designs[at].cells > CELLS:
            yield chunk
            chunk, cells = [], 0
        chunk.append(at)
        cells += designs[at].cells
    if chunk:
        yield chunk


def fit_chunk(designs: Sequence[Design], nearest: bool, bounds: bool) -> list[Answer]:
    """Fit every unit of some designs in one padded batch."""
    panels = [design.panels() for design in designs]
    weights, certificate = _fit_padded([one for own in panels for one in own], nearest)
    answers, start = [], 0
    for design, own in zip(designs, panels, strict=True):
        units, stop = len(design.rows), start + len(own)
        found = weights[start:stop, :units, :units]
        answers.append(_answer(design, own, found, certificate[start:stop], nearest, bounds))
        start = stop
    return answers


def _fit_padded(panels: Sequence[Array], nearest: bool) -> tuple[Array, Array]:
    rows, units = np.max([panel.shape for panel in panels], axis=0)
    stack, usable = np.zeros((len(panels), rows, units)), np.zeros((len(panels), units), dtype=bool)
    for place, panel in enumerate(panels):
        high, wide = panel.shape
        stack[place, :high, :wide] = panel
        # So that the fill moves no mean and widens nothing.
        stack[place, :high, wide:] = panel.mean(axis=1)[:, None]
        usable[place, :wide] = True
    return fit_each_unit(stack, usable, nearest=nearest)


def _answer(
    design: Design,
    panels: Sequence[Array],
    weights: Array,
    certificate: Array,
    nearest: bool,
    bounds: bool,
) -> Answer:
    """Read an answer off its weights: those of all pre-waves, then those with a wave left out."""
    pre, post, whole = panels[0], design.outcomes[design.n_pre :], weights[0]
    scale = spread_of(pre)
    optimum = find_optimum(pre[:, 1:], pre[:, 0], whole[0, 1:])
    if nearest and not optimum.unique and not optimum.exact:  # those of exact fits are broken
        whole[0, 1:] = optimum.choose("nearest")
    gaps = post - post @ whole.T
    post_gap, error = gaps.mean(axis=0), _prediction_error(pre, weights[1:])
    tied = [are_met(rows, each, scale) for rows, each in zip(panels, weights, strict=True)]
    predicted = error > EXACT * scale
    return Answer(
        gaps={"post_gap": post_gap, "last_gap": gaps[-1].copy()},
        scaled=np.divide(post_gap, error, out=np.full_like(error, np.nan), where=predicted),
        tied=tied[0],
        tied_left=np.any(tied[1:], axis=0) if design.leave_out else np.zeros_like(tied[0]),
        exact=optimum.exact,
        unique=optimum.unique,
        pre_rmspe=float(np.sqrt(((pre[:, 0] - pre @ whole[0]) ** 2).mean())),
        certificate=float(certificate[0].max()),
        certificate_left=float(certificate[1:].max(initial=0.0)),
        bounds=_bounds(optimum, post) if bounds else {},
    )


def _prediction_error(pre: Array, weights: Array) -> Array:
    """Root mean square gap of each pre-wave by the weights found without it; NaN without any."""
    if not len(weights):
        return np.full(pre.shape[1], np.nan)
    gaps = np.array([wave - each @ wave for wave, each in zip(pre, weights, strict=True)])
    return np.sqrt((gaps**2).mean(axis=0))


def _bounds(optimum: Optimum, post: Array) -> dict[str, tuple[float, float]]:
    kinds = {"post_gap": post.mean(axis=0), "last_gap": post[-1]}
    reach = optimum.bounds(np.array([values[1:] for values in kinds.values()]))
    return {
        kind: (values[0] - upper, values[0] - lower)
        for (kind, values), (lower, upper) in zip(kinds.items(), reach.tolist(), strict=True)
    }

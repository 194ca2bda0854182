"""The fits behind specifications: placebos in space for many designs, in chunks that any joblib backend can take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from egovstudy.methods.inference import progress
from egovstudy.methods.synthetic import EXACT, Array, Optimum, find_optimum, fit_each_unit

CELLS = 300_000  # units x units x panels fitted together, e.g. 8 panels of 193: more saves no time and costs memory


@dataclass(frozen=True, eq=False)
class Layout:
    """Where a fit finds its outcomes; thousands of fits share a table and copy nothing until they are made.

    Attributes
    ----------
    table : array
        All countries by all waves.
    rows, columns : int arrays, shapes (U,) and (W,)
        The treated country, then its donors; the waves of the window.
    n_pre : int
        How many of the waves come before the treatment wave.
    """

    table: Array
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    n_pre: int

    @property
    def outcomes(self) -> Array:
        """Shape (W, U)."""
        return self.table[np.ix_(self.rows, self.columns)].T


@dataclass(frozen=True, eq=False)
class Design:
    """What one synthetic control and its placebos need.

    Attributes
    ----------
    layout : Layout
    nearest : bool
        Apply the tie rule.
    leave_out : bool
        Find each unit's leave-one-wave-out prediction error too, which takes ``n_pre`` times as
        long again.
    bounds : bool
        Find the treated country's sharp bounds.
    """

    layout: Layout
    nearest: bool
    leave_out: bool
    bounds: bool

    @property
    def size(self) -> tuple[int, int]:
        """Units and pre-waves."""
        return len(self.layout.rows), self.layout.n_pre

    @property
    def cells(self) -> int:
        """Size of the work."""
        units, n_pre = self.size
        return (1 + n_pre * self.leave_out) * units**2

    def panels(self) -> list[Array]:
        """Rows to fit: all pre-waves, then all but each one of them if that is asked for."""
        n_pre = self.layout.n_pre
        pre = self.layout.outcomes[:n_pre]
        return [pre, *(np.delete(pre, wave, axis=0) for wave in range(n_pre) if self.leave_out)]


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
    n_pre : int
        Waves before the treatment wave.
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
    n_pre: int
    certificate: float
    certificate_left: float
    bounds: dict[str, tuple[float, float]]


def fit_designs(designs: Sequence[Design]) -> list[Answer]:
    """Fit all designs, in chunks of like size, on the joblib backend that is set.

    Chunks depend on the designs alone, never on the backend, so that each backend gives the same
    numbers.
    """
    from joblib import Parallel, delayed

    order = sorted(range(len(designs)), key=lambda at: designs[at].size)
    chunks = list(_chunks(order, designs))
    answers: list[Answer | None] = [None] * len(designs)
    found = Parallel(return_as="generator")(
        delayed(fit_chunk)([designs[at] for at in chunk]) for chunk in chunks
    )
    for chunk, some in zip(chunks, progress(found, "specifications", len(chunks)), strict=True):
        for at, answer in zip(chunk, some, strict=True):
            answers[at] = answer
    return answers


def _chunks(order: Sequence[int], designs: Sequence[Design]) -> Iterator[list[int]]:
    chunk, cells = [], 0
    for at in order:
        if chunk and cells + designs[at].cells > CELLS:
            yield chunk
            chunk, cells = [], 0
        chunk.append(at)
        cells += designs[at].cells
    if chunk:
        yield chunk


def fit_chunk(designs: Sequence[Design]) -> list[Answer]:
    """Fit every unit of some designs in one padded batch."""
    panels = [design.panels() for design in designs]
    weights, certificate = _fit_padded(
        sum(panels, []), nearest=any(design.nearest for design in designs)
    )
    answers, start = [], 0
    for design, own in zip(designs, panels, strict=True):
        units, stop = len(design.layout.rows), start + len(own)
        answers.append(
            _answer(design, own, weights[start:stop, :units, :units], certificate[start:stop])
        )
        start = stop
    return answers


def _fit_padded(panels: Sequence[Array], nearest: bool) -> tuple[Array, Array]:
    rows, units = (max(panel.shape[side] for panel in panels) for side in (0, 1))
    stack, usable = np.zeros((len(panels), rows, units)), np.zeros((len(panels), units), dtype=bool)
    for place, panel in enumerate(panels):
        high, wide = panel.shape
        stack[place, :high, :wide] = panel
        stack[place, :high, wide:] = panel.mean(axis=1)[
            :, None
        ]  # so that the fill moves no mean and widens nothing
        usable[place, :wide] = True
    return fit_each_unit(stack, usable, nearest=nearest)


def _answer(design: Design, panels: Sequence[Array], weights: Array, certificate: Array) -> Answer:
    """Read a design's answer off its weights: those of all pre-waves, then those with a wave left out."""
    pre, post, whole = panels[0], design.layout.outcomes[design.layout.n_pre :], weights[0]
    scale = float(np.abs(pre - pre.mean(axis=1, keepdims=True)).max()) or 1.0
    optimum = find_optimum(pre[:, 1:], pre[:, 0], whole[0, 1:])
    if (
        design.nearest and not optimum.unique and not optimum.exact
    ):  # ties of exact fits are broken already
        whole[0, 1:] = optimum.choose("nearest")
    gaps = post - post @ whole.T
    post_gap, error = gaps.mean(axis=0), _prediction_error(pre, weights[1:])
    tied = [_met(rows, each, scale) for rows, each in zip(panels, weights, strict=True)]
    return Answer(
        gaps={"post_gap": post_gap, "last_gap": gaps[-1].copy()},
        scaled=np.divide(
            post_gap, error, out=np.full_like(error, np.nan), where=error > EXACT * scale
        ),
        tied=tied[0],
        tied_left=np.any(tied[1:], axis=0) if design.leave_out else np.zeros_like(tied[0]),
        exact=optimum.exact,
        unique=optimum.unique,
        pre_rmspe=float(np.sqrt(((pre[:, 0] - pre @ whole[0]) ** 2).mean())),
        n_pre=len(pre),
        certificate=float(certificate[0].max()),
        certificate_left=float(certificate[1:].max(initial=0.0)),
        bounds=_bounds(optimum, post) if design.bounds else {},
    )


def _prediction_error(pre: Array, weights: Array) -> Array:
    """Root mean square, over pre-waves, of each gap by the weights found without its wave; NaN if there are none."""
    if not len(weights):
        return np.full(pre.shape[1], np.nan)
    gaps = np.array([wave - each @ wave for wave, each in zip(pre, weights, strict=True)])
    return np.sqrt((gaps**2).mean(axis=0))


def _met(rows: Array, weights: Array, scale: float) -> NDArray[np.bool_]:
    return np.linalg.norm(rows - rows @ weights.T, axis=0) <= EXACT * scale


def _bounds(optimum: Optimum, post: Array) -> dict[str, tuple[float, float]]:
    kinds = {"post_gap": post.mean(axis=0), "last_gap": post[-1]}
    reach = optimum.bounds(np.array([values[1:] for values in kinds.values()]))
    return {
        kind: (values[0] - upper, values[0] - lower)
        for (kind, values), (lower, upper) in zip(kinds.items(), reach.tolist(), strict=True)
    }

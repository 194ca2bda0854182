"""The arithmetic of the imputation estimator, for many assignments of adoption waves at once.

An assignment is a row of ``who`` (draws, hosts): which country has the adoption wave in ``start``
(hosts,). Only the rows of these countries change between assignments, so the normal equations of
each are those of a panel without any adoption, less its few hosts, plus the same hosts before
adoption. Country constants are taken out by demeaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed
from egovstudy.methods.comparative.event_design import Design
from egovstudy.methods.inference import ways

CHUNK = 2_000_000  # numbers in the largest array of one batch of assignments
SINGULAR = 1e-10  # an eigenvalue below this share of the largest is zero


def differences(design: Design, who: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Observed minus imputed, (draws, hosts, waves); NaN where untreated, absent or not imputed."""
    out = []
    for few in _batches(design, who):
        after = np.arange(len(design.waves)) >= start[:, None]  # (hosts, waves)
        wave_constants = _solve(design, few, start, 0)[:, None]  # (draws, 1, waves)
        rest = design.y[few] - wave_constants
        before = design.observed[few] & ~after
        count = before.sum(axis=2, keepdims=True)
        total = np.where(before, rest, 0).sum(axis=2, keepdims=True)
        country_constant = np.divide(
            total, count, out=np.full(total.shape, np.nan), where=count > 0
        )
        out.append(np.where(after, rest - country_constant, np.nan))
    return np.concatenate(out)


def lead_differences(design: Design, who: np.ndarray, start: np.ndarray, leads: int) -> np.ndarray:
    """Coefficients of lead dummies on untreated observations, (draws, leads), farthest first."""
    return np.concatenate(
        [_solve(design, few, start, leads)[:, len(design.waves) :] for few in _batches(design, who)]
    )


def means(values: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Mean over the finite cells of each mask (masks, hosts, waves), (draws, masks)."""
    cells, flat = values.reshape(len(values), -1), masks.reshape(len(masks), -1).T.astype(float)
    finite = np.isfinite(cells)
    count = finite @ flat
    return np.divide(
        np.where(finite, cells, 0) @ flat, count, out=np.full(count.shape, np.nan), where=count > 0
    )


def permutations(
    design: Design, hosts: np.ndarray, strata: Mapping[str, str] | None, draws: int, seed: int
) -> tuple[np.ndarray, int]:
    """Deal the adoption waves to countries: (draws, hosts), and the number of distinct deals."""
    group = (
        pd.Series(0, index=design.countries)
        if strata is None
        else pd.Series(strata).reindex(design.countries)
    )
    if group.isna().any():
        lost = listed(group.index[group.isna()].tolist(), 20)
        raise ArgumentError(
            f"no stratum for {lost}. Give each country one, or leave it out with exclude=."
        )
    rng, who, distinct = np.random.default_rng(seed), np.empty((draws, len(hosts)), dtype=int), 1
    codes = pd.factorize(group)[0]
    for code in np.unique(codes[hosts]):
        members, mine = np.flatnonzero(codes == code), np.flatnonzero(codes[hosts] == code)
        dealt = rng.random((draws, len(members))).argsort(axis=1)[:, : len(mine)]
        who[:, mine] = members[dealt]
        # Hosts of one wave, or of one history of centres, are interchangeable.
        marks = design.start[:, None] if design.stock is None else design.stock
        alike = np.unique(marks[hosts[mine]], axis=0, return_counts=True)[1]
        distinct *= ways([len(members) - len(mine), *alike])
    return who, distinct


def indicator(design: Design) -> Design:
    """Take the same design with the indicator of treated cells as its outcome."""
    return replace(design, y=np.where(design.observed, design.treated.astype(float), np.nan))


def _batches(design: Design, who: np.ndarray) -> list[np.ndarray]:
    size = who.shape[1] * len(design.waves) ** 2
    return np.array_split(who, max(1, min(len(who), who.shape[0] * size // CHUNK)))


def _solve(design: Design, who: np.ndarray, start: np.ndarray, leads: int) -> np.ndarray:
    """Least squares on untreated observations: constants and leads, (draws, waves + leads)."""
    waves = len(design.waves)
    since = np.arange(waves) - start[:, None]
    by_wave = np.broadcast_to(np.eye(waves), (len(start), waves, waves))
    by_lead = [since == -lead for lead in range(leads, 0, -1)]
    regressors = np.concatenate([by_wave, *[lead[..., None] for lead in by_lead]], axis=2).astype(
        float
    )
    nobody = np.hstack([np.eye(waves), np.zeros((waves, leads))])

    gram, moment = _within(nobody, design.y, design.observed)  # by country, as if nobody adopted
    gram, moment = (
        gram.sum(axis=0) - gram[who].sum(axis=1),
        moment.sum(axis=0) - moment[who].sum(axis=1),
    )
    before = design.observed[who] & (since < 0)
    own_gram, own_moment = _within(regressors, design.y[who], before)
    gram, moment = gram + own_gram.sum(axis=1), moment + own_moment.sum(axis=1)

    # Wave constants are known up to one constant (one zero eigenvalue), and a wave without
    # observations not at all.
    absent = (
        design.observed.sum(axis=0) - design.observed[who].sum(axis=1) + before.sum(axis=1) == 0
    )
    value, vector = np.linalg.eigh(gram)
    zero = value <= SINGULAR * value[:, -1:]
    inverse = np.divide(1, value, out=np.zeros_like(value), where=~zero)
    solved = vector @ (inverse[..., None] * (vector.transpose(0, 2, 1) @ moment[..., None]))
    unknown = (
        np.pad(absent, ((0, 0), (0, leads))) | (zero.sum(axis=1) > 1 + absent.sum(axis=1))[:, None]
    )
    return np.where(unknown, np.nan, solved[..., 0])


def _within(x: np.ndarray, y: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """X'X and X'y of each country after demeaning over its seen waves: (..., p, p) and (..., p)."""
    weight = seen / np.maximum(seen.sum(axis=-1, keepdims=True), 1)
    y = np.where(seen, y, 0)
    centred = np.where(seen, y - (weight * y).sum(axis=-1, keepdims=True), 0)
    x = (x - (weight[..., None, :] @ x)) * seen[..., None]
    turned = np.swapaxes(x, -1, -2)
    return turned @ x, (turned @ centred[..., None])[..., 0]

"""The arithmetic of Krippendorff's alpha.

Distances of values, and alpha of many resamples at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def distances(level: str, labels: Sequence[object]) -> np.ndarray | None:
    """Distances of labels, (labels, labels).

    None for ordinal, where they depend on how often each label is given.
    """
    if level == "ordinal":
        return None
    if level == "nominal":
        return 1 - np.eye(len(labels))
    if level in ("masi", "jaccard"):
        member = pd.Series(labels).str.get_dummies(";").to_numpy(float)  # (labels, codes)
        shared, size = member @ member.T, member.sum(axis=1)
        either = size[:, None] + size - shared
        subset = shared == np.minimum(size[:, None], size)
        weight = (
            np.where(shared == either, 1, np.where(subset, 2 / 3, 1 / 3)) if level == "masi" else 1
        )
        return 1 - weight * shared / either
    points = np.array(labels, dtype=float)
    difference = points[:, None] - points
    if level == "interval":
        return (
            difference / np.ptp(points)
        ) ** 2  # alpha has no unit; this keeps squares of any unit finite
    total = points[:, None] + points
    return np.divide(difference, total, out=np.zeros_like(total), where=total > 0) ** 2


def alphas(weights: np.ndarray, counts: np.ndarray, distance: np.ndarray | None) -> np.ndarray:
    """Alpha of each resample, (draws,), NaN where nothing varies.

    ``weights`` (draws, events) says how often.
    """
    sizes = counts.sum(axis=1)
    totals = weights @ counts  # (draws, labels)
    values = totals.sum(axis=1)
    if distance is None:
        # the ordinal distance is a squared difference of mid-ranks, and squared differences come
        # from two moments
        ranks = totals.cumsum(axis=1) - totals / 2
        # (draws, events)
        within = 2 * (sizes * (ranks**2 @ counts.T) - (ranks @ counts.T) ** 2) / (sizes - 1)
        observed = (weights * within).sum(axis=1)
        expected = 2 * (
            values * (totals * ranks**2).sum(axis=1) - (totals * ranks).sum(axis=1) ** 2
        )
    else:
        observed = weights @ (((counts @ distance) * counts).sum(axis=1) / (sizes - 1))
        expected = ((totals @ distance) * totals).sum(axis=1)
    varies = expected > 0
    ratio = np.divide(observed, expected, out=np.full(len(values), np.nan), where=varies)
    return 1 - (values - 1) * ratio


def kappa(codes: np.ndarray, labels: int, counts: np.ndarray) -> float:
    """Cohen's kappa of two coders, Fleiss' of more.

    ``codes`` (events, coders), ``counts`` (events, labels).
    """
    # A second to import.
    from statsmodels.stats.inter_rater import (
        cohens_kappa,
        fleiss_kappa,
        to_table,
    )

    if codes.shape[1] == 2:
        return float(cohens_kappa(to_table(codes, labels)[0], return_results=False))
    return float(fleiss_kappa(counts))

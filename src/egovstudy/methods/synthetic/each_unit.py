"""Every unit of a panel as the treated one in turn, all others its donors: what placebos in space are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from egovstudy.methods.synthetic.simplex import Array, fit_simplex
from egovstudy.methods.synthetic.ties import nearest_of_many


def fit_each_unit(
    rows: Array, usable: NDArray[np.bool_] | None = None, *, nearest: bool = True
) -> tuple[Array, Array]:
    """Fit each unit of each panel by the others.

    Parameters
    ----------
    rows : array, shape (P, R, N)
        What is matched; panels with fewer rows are filled up with zeros, which match always.
    usable : bool array, shape (P, N), optional
        Units that belong to a panel, where panels with fewer units are filled up. All if not given.
    nearest : bool
        Apply the tie rule ``nearest`` to units that are met exactly; else whichever optimal answer
        was met first is given, which is right where only the fit is used.

    Returns
    -------
    weights : array, shape (P, N, N)
        In the row of a unit the weights of the others; the row of an unusable unit is zero.
    certificate : array, shape (P, N)
        Scaled duality gap.

    Examples
    --------
    >>> rows = np.array([[[0.0, 1.0, 2.0, 4.0]]])
    >>> weights, certificate = fit_each_unit(rows)
    >>> weights[0, 3].tolist(), bool(certificate.max() < 1e-12)
    ([0.0, 0.0, 1.0, 0.0], True)
    """
    panels, _, units = rows.shape
    usable = np.ones((panels, units), bool) if usable is None else usable
    # An unusable unit is fitted to itself, which takes no time and leaves nothing undefined.
    allowed = usable[:, None, :] & usable[:, :, None] & ~np.eye(units, dtype=bool)
    allowed |= ~usable[:, :, None] & np.eye(units, dtype=bool)
    targets = np.ascontiguousarray(rows.transpose(0, 2, 1))
    weights, certificate = fit_simplex(rows, targets, allowed)
    if nearest:
        for panel in range(panels):
            own = np.flatnonzero(usable[panel])
            weights[panel][np.ix_(own, own)] = nearest_of_many(
                np.ascontiguousarray(rows[panel][:, own]),
                targets[panel, own],
                ~np.eye(len(own), dtype=bool),
                weights[panel][np.ix_(own, own)],
            )
    weights[~usable] = 0.0
    certificate[~usable] = 0.0
    return weights, certificate

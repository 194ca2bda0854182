"""Beside the imputation: differences of each group of hosts in each wave, from means alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError
from egovstudy.methods.comparative.event_design import Design, read_design
from egovstudy.methods.panel import Result


@dataclass(frozen=True, eq=False, repr=False)
class GroupTime(Result):
    """Group-time differences and their means; point figures only, beside the imputation.

    Attributes
    ----------
    outcome : str
    table : DataFrame
        ``adoption_wave, wave, event_time, difference, n_treated, n_donors``; a pair that nobody has
        is left out.
    simple : float
        Mean over event times from 0 on, weighted by treated countries.
    by_event_time : DataFrame
        ``event_time, difference, n_countries``, weighted in the same way.
    overall : float
        Mean of ``by_event_time`` from 0 on, equal weights.
    """

    outcome: str
    table: pd.DataFrame
    simple: float
    by_event_time: pd.DataFrame
    overall: float

    def _lines(self) -> list[str]:
        return [
            (
                f"Group-time differences of {self.outcome}: simple mean {self.simple:+.4f}, "
                f"mean over event times from 0 on {self.overall:+.4f}"
            ),
            self.by_event_time.to_string(index=False),
            (
                "- From 0 on the base is the last wave before adoption; before, each wave's own"
                " predecessor."
            ),
            "- Donors adopt in no wave of the panel: uncoded, not untreated.",
        ]


def group_time(
    panel: pd.DataFrame,
    outcome: str,
    adoption: pd.DataFrame | Mapping[str, int],
    *,
    exclude: Iterable[str] = (),
) -> GroupTime:
    """Compare each group of hosts with the countries that never adopt, wave by wave.

    The difference of group g in wave t is the mean change of its countries less the mean change of
    the donors, from the last wave before adoption to t, or, before adoption, from the wave before t
    to t (a varying base). No covariates.

    Parameters
    ----------
    panel, outcome, adoption, exclude
        As in :func:`egovstudy.fit_staggered`. A country counts in a pair of waves if both are
        observed.

    Returns
    -------
    GroupTime

    Raises
    ------
    ArgumentError
        As :func:`egovstudy.fit_staggered`, or if every country adopts, or no pair of waves can be
        compared.

    References
    ----------
    Callaway and Sant'Anna (2021), Journal of Econometrics 225(2).

    Examples
    --------
    >>> places = [(i, c, w) for i, c in enumerate("ABCD") for w in range(4)]
    >>> rows = [(c, w, i + w / 10 + (c == "A") * (w >= 2)) for i, c, w in places]
    >>> panel = pd.DataFrame(rows, columns=["iso3", "wave", "score"])
    >>> group_time(panel, "score", {"A": 2}).table["difference"].abs().round(6).tolist()
    [0.0, 1.0, 1.0]
    """
    design = read_design(panel, outcome, adoption, exclude)
    last = len(design.waves)
    if not (design.start == last).any():
        raise ArgumentError(
            "every country adopts, so no donor is left. Group-time differences need some that"
            " never do."
        )
    groups = np.unique(design.start[design.start < last])
    rows = [_pair(design, group, wave) for group in groups for wave in range(1, last)]
    table = pd.DataFrame([row for row in rows if row["n_treated"] and row["n_donors"]])
    after = table[table["event_time"] >= 0] if len(table) else table
    if after.empty:
        raise ArgumentError(
            "no host and donor are both observed before and after adoption. Check the outcome's"
            " gaps."
        )
    weighted = table.assign(difference=table["difference"] * table["n_treated"])
    by_time = weighted.groupby("event_time", as_index=False)[["difference", "n_treated"]].sum()
    by_time["difference"] /= by_time["n_treated"]
    return GroupTime(
        outcome=outcome,
        table=table.reset_index(drop=True),
        simple=float(np.average(after["difference"], weights=after["n_treated"])),
        by_event_time=by_time.rename(columns={"n_treated": "n_countries"}),
        overall=float(by_time.loc[by_time["event_time"] >= 0, "difference"].mean()),
    )


def _pair(design: Design, group: int, wave: int) -> dict[str, float]:
    base = group - 1 if wave >= group else wave - 1
    change = design.y[:, wave] - design.y[:, base]
    treated = change[(design.start == group) & np.isfinite(change)]
    donors = change[(design.start == len(design.waves)) & np.isfinite(change)]
    difference = treated.mean() - donors.mean() if len(treated) and len(donors) else np.nan
    names = {
        "adoption_wave": design.waves[group],
        "wave": design.waves[wave],
        "event_time": wave - group,
    }
    return names | {"difference": difference, "n_treated": len(treated), "n_donors": len(donors)}

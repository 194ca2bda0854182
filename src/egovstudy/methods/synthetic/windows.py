"""Synthetic controls side by side: by outcome, treatment wave and first wave, and why a design cannot be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.methods.panel import UNCODED, check_country, donor_pool, named, outcome_by_wave
from egovstudy.methods.synthetic.control import SyntheticFit, fit_synthetic
from egovstudy.methods.synthetic.ties import TIE_RULES

KEY = ["outcome", "treatment_wave", "first_wave"]


@dataclass(frozen=True, eq=False)
class WindowFits:
    """Synthetic controls of one country, one for each outcome, treatment wave and first wave.

    Attributes
    ----------
    treated, ties : str
        iso3 of the treated country; the tie rule.
    fits : dict
        By ``(outcome, treatment_wave, first_wave)``, in the order asked for.
    refused : DataFrame
        ``outcome, treatment_wave, first_wave, why``: designs that cannot be had.
    """

    treated: str
    ties: str
    fits: dict[tuple[str, int, int], SyntheticFit] = field(repr=False)
    refused: pd.DataFrame = field(repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """One row for each fit.

        The key, ``donors``, ``left_out`` (numbers of countries), ``n_pre``, ``n_post``,
        ``pre_rmspe``, ``exact``, ``unique``, ``floor`` (of a rank p), ``wave`` (the last), its
        ``gap``, and ``lower`` and ``upper`` over all weights that fit equally well.
        """
        columns = [
            *KEY,
            "donors",
            "left_out",
            "n_pre",
            "n_post",
            "pre_rmspe",
            "exact",
            "unique",
            "floor",
            "wave",
        ]
        rows = [
            (
                *key, len(fit.donors), fit.left_out["iso3"].nunique(), fit.n_pre, len(fit.bounds), fit.pre_rmspe,
                fit.exact, fit.unique, fit.floor, fit.last_wave, fit.gaps[fit.last_wave], *fit.bounds.iloc[-1],
            )
            for key, fit in self.fits.items()
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=[*columns, "gap", "lower", "upper"])

    @property
    def paths(self) -> pd.DataFrame:
        """One row for each fit and wave.

        The key, ``wave``, ``observed``, ``synthetic`` with ``synthetic_lower`` and
        ``synthetic_upper``, ``gap`` with ``lower`` and ``upper``, over all weights that fit equally
        well. Before the treatment wave these are one.
        """
        parts = []
        for key, fit in self.fits.items():
            rows = pd.DataFrame({"observed": fit.matching.outcomes[:, 0], "gap": fit.gaps})
            reach = fit.bounds.reindex(rows.index)
            rows = rows.assign(
                **{end: reach[end].fillna(rows["gap"]) for end in ("lower", "upper")}
            )
            rows = rows.assign(
                synthetic=rows["observed"] - rows["gap"],
                synthetic_lower=rows["observed"] - rows["upper"],
                synthetic_upper=rows["observed"] - rows["lower"],
            ).reset_index()
            parts.append(rows.assign(**dict(zip(KEY, key, strict=True))))
        order = [
            *KEY,
            "wave",
            "observed",
            "synthetic",
            "synthetic_lower",
            "synthetic_upper",
            "gap",
            "lower",
            "upper",
        ]
        return pd.concat(parts, ignore_index=True)[order] if parts else pd.DataFrame(columns=order)

    @property
    def weights(self) -> pd.DataFrame:
        """Donors with weight: the key, ``iso3``, ``weight``; most weight first in each fit."""
        parts = [pd.DataFrame(columns=[*KEY, "iso3", "weight"])] if not self.fits else []
        for key, fit in self.fits.items():
            held = (
                fit.weights[fit.weights > 0]
                .sort_values(ascending=False, kind="stable")
                .reset_index()
            )
            parts.append(held.assign(**dict(zip(KEY, key, strict=True)))[[*KEY, "iso3", "weight"]])
        return pd.concat(parts, ignore_index=True)

    def __repr__(self) -> str:
        shown = self.table[
            [*KEY, "donors", "n_pre", "unique", "wave", "gap", "lower", "upper"]
        ].round(3)
        lines = [
            f"{len(self.fits)} synthetic controls for {self.treated}, {len(self.refused)} that"
            " cannot be had."
        ]
        lines += [shown.to_string(index=False)] if len(shown) else []
        reasons = self.refused.groupby("why", sort=False)[KEY].agg(
            lambda values: listed(list(dict.fromkeys(values)))
        )
        lines += [f"{row[1]}; {row[2]}; from {row[3]}: {row[0]}" for row in reasons.itertuples()]
        return "\n".join([*lines, UNCODED])


def fit_windows(
    panel: pd.DataFrame,
    *,
    outcomes: Sequence[str],
    treated: str,
    treatment_waves: Sequence[int],
    first_waves: Sequence[int],
    ties: str = "nearest",
    leave_out: Sequence[str] | Mapping[str, Sequence[str]] = (),
) -> WindowFits:
    """Fit a synthetic control for each outcome, treatment wave and first wave.

    No window is better than another by itself, so they stand side by side. Donors are those of
    :func:`egovstudy.donor_pool` for each outcome and window. A design that this country's record
    does not allow is not fitted, and the reason is kept.

    Parameters
    ----------
    panel : DataFrame
        As :func:`egovstudy.make_panel` returns it.
    outcomes : sequence of str
        Columns of the panel.
    treated : str
        iso3 of the treated country.
    treatment_waves, first_waves : sequence of int
        Waves of the panel; a first wave that does not come before a treatment wave is refused for
        it alone.
    ties : {"nearest", "minimum_norm"}
        As for :func:`egovstudy.fit_synthetic`.
    leave_out : sequence of str, or mapping of reason to sequence of str
        As for :func:`egovstudy.donor_pool`.

    Returns
    -------
    WindowFits

    Raises
    ------
    ArgumentError
        If a column, country or wave is not in the panel; what only one design lacks is kept in
        ``refused`` instead.

    Examples
    --------
    >>> import egovstudy as eg
    >>> panel = eg.make_panel(eg.load_egdi())
    >>> found = fit_windows(panel, outcomes=["egdi"], treated="IDN", treatment_waves=[2018], first_waves=[2003, 2008])
    >>> found.table[["first_wave", "unique", "gap", "lower", "upper"]].round(3).to_numpy().tolist()
    [[2003, True, 0.117, 0.117, 0.117], [2008, False, 0.245, 0.075, 0.316]]
    >>> late = fit_windows(panel, outcomes=["egdi"], treated="SSD", treatment_waves=[2018], first_waves=[2003])
    >>> len(late.fits), late.refused["why"].item().split(":")[0]
    (0, 'treated SSD does not satisfy the rule for donors itself')
    """
    # What would fail every design is an error of the caller; what fails one is a finding.
    if ties not in TIE_RULES:
        raise ArgumentError(
            f"no tie rule {ties!r}.{nearest(ties, list(TIE_RULES))} Allowed:"
            f" {listed(list(TIE_RULES))}."
        )
    for outcome in outcomes:
        wide = outcome_by_wave(panel, outcome)
        check_country(treated, wide, "treated")
        named(leave_out, treated, wide)
    waves = sorted(panel["wave"].unique())
    for name, asked in (("treatment_waves", treatment_waves), ("first_waves", first_waves)):
        strange = [wave for wave in asked if wave not in waves]
        if strange:
            raise ArgumentError(
                f"{strange[0]} in {name} is not a wave of this panel. Waves: {listed(waves)}."
            )
    fits, refused = {}, []
    for key in product(
        dict.fromkeys(outcomes), dict.fromkeys(treatment_waves), dict.fromkeys(first_waves)
    ):
        outcome, treatment_wave, first_wave = key
        try:
            pool = donor_pool(panel, outcome, treated, first_wave, leave_out=leave_out)
            fits[key] = fit_synthetic(
                panel, outcome=outcome, treated=treated, donors=pool, treatment_wave=treatment_wave,
                first_wave=first_wave, ties=ties,
            )  # fmt: skip
        except ArgumentError as error:
            refused.append((*key, str(error)))
    return WindowFits(treated, ties, fits, pd.DataFrame(refused, columns=[*KEY, "why"]))

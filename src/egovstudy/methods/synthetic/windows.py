"""Synthetic controls side by side, by outcome and window, and why a design cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from egovstudy.errors import ArgumentError, listed
from egovstudy.methods.panel import (
    UNCODED,
    Result,
    check_country,
    donor_pool,
    named,
    outcome_by_wave,
)
from egovstudy.methods.synthetic.control import SyntheticFit, fit_synthetic
from egovstudy.methods.synthetic.matching import check_choice
from egovstudy.methods.synthetic.ties import TIE_RULES

KEY = ["outcome", "treatment_wave", "first_wave"]


@dataclass(frozen=True, eq=False, repr=False)
class WindowFits(Result):
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
    fits: dict[tuple[str, int, int], SyntheticFit]
    refused: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """One row for each fit.

        The key, ``donors``, ``left_out`` (numbers of countries), ``n_pre``, ``n_post``,
        ``pre_rmspe``, ``exact``, ``unique``, ``floor`` (of a rank p), ``wave`` (the last), its
        ``gap``, and ``lower`` and ``upper`` over all weights that fit equally well.
        """
        return self._stacked(
            lambda fit: pd.DataFrame(
                {
                    "donors": len(fit.donors),
                    "left_out": fit.left_out["iso3"].nunique(),
                    "n_pre": fit.n_pre,
                    "n_post": len(fit.bounds),
                    "pre_rmspe": fit.pre_rmspe,
                    "exact": fit.exact,
                    "unique": fit.unique,
                    "floor": fit.floor,
                    "wave": fit.last_wave,
                    **fit.table.loc[fit.last_wave, ["gap", "lower", "upper"]],
                },
                index=[0],
            )
        )

    @property
    def paths(self) -> pd.DataFrame:
        """One row for each fit and wave: the key, ``wave``, and ``table`` of the fit."""
        return self._stacked(SyntheticFit.to_frame)

    @property
    def weights(self) -> pd.DataFrame:
        """Donors with weight: the key, ``iso3``, ``weight``; most weight first in each fit."""
        return self._stacked(lambda fit: fit.held.reset_index())

    def _stacked(self, part: Callable[[SyntheticFit], pd.DataFrame]) -> pd.DataFrame:
        """Set what each fit gives one below the other, its key in front."""
        parts = {key: part(fit) for key, fit in self.fits.items()}
        if not parts:
            return pd.DataFrame(columns=[*KEY, "iso3", "wave", "gap"])
        return pd.concat(parts, names=[*KEY, None]).reset_index(KEY).reset_index(drop=True)

    def _lines(self) -> list[str]:
        lines = [
            f"{len(self.fits)} synthetic controls for {self.treated}, {len(self.refused)} that"
            " cannot be had."
        ]
        if self.fits:
            columns = [*KEY, "donors", "n_pre", "unique", "wave", "gap", "lower", "upper"]
            lines.append(self.table[columns].round(3).to_string(index=False))
        for why, rows in self.refused.groupby("why", sort=False):
            what = "; ".join(listed(rows[name].unique().tolist()) for name in KEY[:2])
            lines.append(f"{what}; from {listed(rows['first_wave'].unique().tolist())}: {why}")
        return [*lines, UNCODED]


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
    >>> asked = {"outcomes": ["egdi"], "treatment_waves": [2018]}
    >>> found = eg.fit_windows(panel, treated="IDN", first_waves=[2003, 2008], **asked)
    >>> found.table[["first_wave", "unique", "gap", "lower", "upper"]].round(3).to_numpy().tolist()
    [[2003, True, 0.117, 0.117, 0.117], [2008, False, 0.245, 0.075, 0.316]]
    >>> late = eg.fit_windows(panel, treated="SSD", first_waves=[2003], **asked)
    >>> len(late.fits), late.refused["why"].item().split(":")[0]
    (0, 'treated SSD does not satisfy the rule for donors itself')
    """
    # What would fail every design is an error of the caller; what fails one is a finding.
    check_choice("tie rule", ties, TIE_RULES)
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
                panel,
                outcome=outcome,
                treated=treated,
                donors=pool,
                treatment_wave=treatment_wave,
                first_wave=first_wave,
                ties=ties,
            )
        except ArgumentError as error:
            refused.append((*key, str(error)))
    return WindowFits(treated, ties, fits, pd.DataFrame(refused, columns=[*KEY, "why"]))

"""The synthetic control: weighted donors beside the treated country, and what is left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError
from egovstudy.methods.panel import UNCODED, Result
from egovstudy.methods.synthetic.matching import Matching, check_choice, matching_rows
from egovstudy.methods.synthetic.simplex import Array, check_certified, fit_simplex
from egovstudy.methods.synthetic.ties import TIE_RULES, find_optimum, fit_targets

if TYPE_CHECKING:
    from egovstudy.methods.panel import DonorPool


@dataclass(frozen=True, eq=False, repr=False)
class SyntheticFit(Result):
    """A synthetic control.

    Attributes
    ----------
    outcome, treated : str
        Column of the panel and iso3 of the treated country.
    treatment_wave, first_wave, last_wave : int
        First wave that could reflect the event; the window.
    donors : tuple of str
        Their partnerships are uncoded, not untreated.
    left_out : DataFrame
        Countries that the donor pool leaves out, with reason and flag; empty if plain donors were
        given.
    weights : Series
        By iso3, all donors, at least 0, sum 1.
    gaps : Series
        By wave: observed minus synthetic, in units of the outcome, under the tie rule.
    bounds : DataFrame
        By post-wave: ``lower`` and ``upper`` gap over all weights that fit equally well.
    pre_rmspe : float
        Root mean square of the gaps before the treatment wave.
    exact, unique : bool
        Whether the weights meet all that is matched; whether no other weights fit as well.
    certificate : float
        Scaled duality gap: 0 is a proof that no weights fit better.
    ties : str
        Tie rule: which weights are shown where many fit equally well.
    penalty : float
        On the distance of the donors, 0 for none.
    matching : Matching
        What was matched, for refits.
    """

    outcome: str
    treated: str
    treatment_wave: int
    first_wave: int
    last_wave: int
    donors: tuple[str, ...]
    left_out: pd.DataFrame
    weights: pd.Series
    gaps: pd.Series
    bounds: pd.DataFrame
    pre_rmspe: float
    exact: bool
    unique: bool
    certificate: float
    ties: str
    penalty: float
    matching: Matching

    @property
    def table(self) -> pd.DataFrame:
        """One row for each wave.

        ``observed``, ``synthetic`` with ``synthetic_lower`` and ``synthetic_upper``, ``gap`` with
        ``lower`` and ``upper``, over all weights that fit equally well. Before the treatment wave
        these are one.
        """
        observed = self.matching.outcomes[:, 0]
        table = self.bounds.reindex(self.gaps.index).apply(lambda end: end.fillna(self.gaps))
        table.insert(0, "observed", observed)
        table.insert(1, "synthetic", observed - self.gaps)
        table.insert(2, "synthetic_lower", observed - table["upper"])
        table.insert(3, "synthetic_upper", observed - table["lower"])
        table.insert(4, "gap", self.gaps)
        return table

    @property
    def tie_rule(self) -> str:
        """The tie rule in words."""
        return TIE_RULES[self.ties]

    @property
    def held(self) -> pd.Series:
        """Donors with weight, most first."""
        return self.weights[self.weights > 0].sort_values(ascending=False, kind="stable")

    @cached_property
    def each_unit(self) -> tuple[Array, Array]:
        """What placebos in space rest on: weights of every unit on all others, the treated first.

        Under the tie rule, shape (1 + N, 1 + N), and their certificates, shape (1 + N,).
        """
        rows = self.matching.rows
        others = ~np.eye(rows.shape[1], dtype=bool)
        return fit_targets(rows, np.ascontiguousarray(rows.T), others, self.ties)

    @property
    def n_pre(self) -> int:
        """Waves before the treatment wave."""
        return int((self.gaps.index < self.treatment_wave).sum())

    @property
    def floor(self) -> float:
        """Smallest p-value that a rank among the treated country and its donors can give."""
        return 1 / (len(self.donors) + 1)

    def _lines(self) -> list[str]:
        held = self.held[self.held > 5e-4]
        most = ", ".join(f"{iso3} {weight:.3f}" for iso3, weight in held.head(12).items())
        more = f" and {len(held) - 12} more" if len(held) > 12 else ""
        met = "met exactly" if self.exact else f"pre-RMSPE {self.pre_rmspe:.4f}"
        span, bounded, answer = "", "", "No other weights fit as well, so bounds and gap are one."
        if not self.unique:
            span, bounded = " [{lower:+.3f}, {upper:+.3f}]", ", with sharp bounds"
            answer = (
                f"Not unique: many weights fit equally well. Shown: {self.tie_rule}; the bounds"
                " hold all of them."
            )
        gaps = [
            f"  {wave}: {self.gaps[wave]:+.3f}" + span.format(**ends)
            for wave, ends in self.bounds.to_dict("index").items()
        ]
        return [
            f"Synthetic control for {self.treated}: {self.outcome}, treatment wave"
            f" {self.treatment_wave}.",
            f"{self.n_pre} pre-waves from {self.first_wave}, {met}; {len(self.bounds)} post-waves"
            f" to {self.last_wave}.",
            f"{len(self.donors)} donors ({self.left_out['iso3'].nunique()} countries left out)."
            f" Weights: {most}{more}.",
            f"Gaps, observed minus synthetic{bounded}:",
            *gaps,
            answer,
            f"Certificate (scaled duality gap): {max(self.certificate, 0):.0e}. Floor of a rank p"
            f" in space: 1/{len(self.donors) + 1} = {self.floor:.4f}.",
            "Assumes that the weighted donors would have gone on as the treated country without the"
            " event, and that no donor was touched by it.",
            UNCODED,
        ]


def fit_synthetic(
    panel: pd.DataFrame,
    *,
    outcome: str,
    treated: str,
    donors: DonorPool | Sequence[str],
    treatment_wave: int,
    first_wave: int | None = None,
    ties: str = "nearest",
    penalty: float = 0.0,
    intercept: bool = False,
    covariates: pd.DataFrame | None = None,
    covariate_weights: Mapping[str, float] | None = None,
    match_outcome: bool = True,
) -> SyntheticFit:
    """Fit the weighted donors that come nearest to the treated country before the event.

    Weights ``w >= 0`` with sum 1 minimise the sum over pre-waves of ``(treated - sum_j w_j
    donor_j)^2`` (Abadie, Diamond and Hainmueller 2010, JASA 105, 493-505), here exactly. The gap of
    a wave is observed minus weighted donors. Where many weights fit equally well, the bounds say
    how far their gaps lie apart.

    Parameters
    ----------
    panel : DataFrame
        As :func:`egovstudy.make_panel` returns it.
    outcome : str
        Column of the panel.
    treated : str
        iso3 of the treated country.
    donors : DonorPool or sequence of str
        From :func:`egovstudy.donor_pool`, or iso3 codes; at least two, with a value in every wave
        of the window.
    treatment_wave : int
        First wave that could reflect the event; see :func:`egovstudy.assign_wave`.
    first_wave : int, optional
        Where the window begins; the panel's first wave if not given. It ends with the panel's last
        wave.
    ties : {"nearest", "minimum_norm"}
        Which weights to show where many fit equally well: those on the donors nearest to the
        treated country (Abadie and L'Hour 2021 with the penalty going to 0), or those with the
        smallest sum of squares.
    penalty : float
        Add ``penalty * sum_j w_j |donor_j - treated|^2`` (Abadie and L'Hour 2021).
    intercept : bool
        Subtract from every country its mean over the pre-waves first (Doudchenko and Imbens 2016;
        Ferman and Pinto 2021), so that only movements are matched.
    covariates : DataFrame, optional
        Index iso3, one column for each covariate to match too; each is divided by its standard
        deviation over the treated country and the donors.
    covariate_weights : mapping, optional
        Weight of the squared distance in each covariate, at least 0, with sum 1. Needed with
        ``covariates``.
    match_outcome : bool
        False to match the covariates alone.

    Returns
    -------
    SyntheticFit

    Raises
    ------
    ArgumentError
        If a country, wave, column or weight is none that can be used; the message says what is.

    Examples
    --------
    >>> import egovstudy as eg
    >>> design = {"outcome": "egdi", "treated": "IDN", "treatment_wave": 2018}
    >>> near = ["MYS", "THA", "VNM", "PHL"]
    >>> fit = eg.fit_synthetic(eg.make_panel(eg.load_egdi()), donors=near, **design)
    >>> fit.unique, fit.n_pre, float(fit.gaps[2024].round(3))
    (True, 8, 0.03)
    """
    check_choice("tie rule", ties, TIE_RULES)
    if not (np.isfinite(penalty) and penalty >= 0):
        raise ArgumentError(
            f"penalty={penalty!r} is not allowed. Give 0 (none) or a positive number."
        )
    matching = matching_rows(
        panel,
        outcome=outcome,
        treated=treated,
        donors=tuple(getattr(donors, "donors", donors)),
        treatment_wave=treatment_wave,
        first_wave=first_wave,
        intercept=intercept,
        covariates=covariates,
        covariate_weights=covariate_weights,
        match_outcome=match_outcome,
    )
    left_out = getattr(
        donors, "left_out", pd.DataFrame(columns=["iso3", "reason", "waves", "flag"])
    )
    return fit_matching(matching, ties=ties, penalty=penalty, left_out=left_out)


def fit_matching(
    matching: Matching, *, ties: str, penalty: float, left_out: pd.DataFrame
) -> SyntheticFit:
    """Fit what :func:`matching_rows` has set out."""
    donors, target = matching.rows[:, 1:], matching.rows[:, 0]
    found, certificate = fit_simplex(
        donors[None], target[None, None], np.ones((1, 1, donors.shape[1]), bool), penalty=penalty
    )
    check_certified(certificate)
    optimum = find_optimum(donors, target, found[0, 0], penalty=penalty)
    weights = optimum.choose(ties)
    observed, others = matching.outcomes[:, 0], matching.outcomes[:, 1:]
    gaps = pd.Series(
        observed - others @ weights, index=pd.Index(matching.waves, name="wave"), name="gap"
    )
    post = gaps.index >= matching.treatment_wave
    reach = observed[post, None] - optimum.bounds(others[post])
    return SyntheticFit(
        outcome=matching.outcome,
        treated=matching.units[0],
        treatment_wave=matching.treatment_wave,
        first_wave=int(gaps.index[0]),
        last_wave=int(gaps.index[-1]),
        donors=matching.units[1:],
        left_out=left_out,
        weights=pd.Series(weights, index=pd.Index(matching.units[1:], name="iso3"), name="weight"),
        gaps=gaps,
        bounds=pd.DataFrame(reach[:, ::-1], index=gaps.index[post], columns=["lower", "upper"]),
        pre_rmspe=float(np.sqrt((gaps[~post] ** 2).mean())),
        exact=optimum.exact,
        unique=optimum.unique,
        certificate=certificate.item(),
        ties=ties,
        penalty=penalty,
        matching=matching,
    )

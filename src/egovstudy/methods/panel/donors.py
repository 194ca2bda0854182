"""The donor pool: who may be compared with the treated country, by a rule, and why not the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from egovstudy.errors import ArgumentError, listed
from egovstudy.methods.panel.donor_rules import (
    absent,
    check_country,
    elsewhere,
    excluding_flags,
    far,
    named,
    unfit,
)
from egovstudy.methods.panel.result import UNCODED
from egovstudy.methods.panel.rows import outcome_by_wave

COLUMNS = ["iso3", "reason", "waves", "flag"]


@dataclass(frozen=True, repr=False, eq=False)
class DonorPool:
    """The comparison countries of one treated country, outcome and window of waves.

    Iterating over it, and ``in`` and ``len``, take the donors.

    Attributes
    ----------
    treated, outcome : str
    first_wave, last_wave : int
        Both inside the window.
    donors : tuple of str
        iso3, ascending.
    left_out : DataFrame
        One row for each country and reason: ``iso3, reason, waves`` (those with the fault, joined
        by ``;``) and ``flag`` (what the panel says of these waves in ``flag`` and, where not
        ranked, in ``status``).
    rule : str
        What a donor had to satisfy, in words.
    """

    treated: str
    outcome: str
    first_wave: int
    last_wave: int
    donors: tuple[str, ...]
    left_out: pd.DataFrame
    rule: str

    def __len__(self) -> int:
        return len(self.donors)

    def __iter__(self) -> Iterator[str]:
        return iter(self.donors)

    def __repr__(self) -> str:
        counts = self.left_out["reason"].value_counts(sort=False)
        out = "; ".join(f"{count} {reason}" for reason, count in counts.items()) or "none"
        return (
            f"Donor pool of {self.treated} for {self.outcome}, waves {self.first_wave} to"
            f" {self.last_wave}: {len(self)} donors, {self.left_out['iso3'].nunique()} countries"
            f" left out.\nRule: {self.rule}\nLeft out (a country may have several reasons):"
            f" {out}.\n{UNCODED}"
        )


def donor_pool(
    panel: pd.DataFrame,
    outcome: str,
    treated: str,
    first_wave: int,
    last_wave: int | None = None,
    *,
    countries: pd.DataFrame | None = None,
    region: str | Sequence[str] | None = None,
    income: str | Sequence[str] | None = None,
    nearest: int | None = None,
    treatment_wave: int | None = None,
    coverage: float = 1.0,
    leave_out: Sequence[str] | Mapping[str, Sequence[str]] = (),
) -> DonorPool:
    """Choose the comparison countries of a treated country.

    By default a donor is every other country whose outcome is present in each wave of the window
    and does not rest on an absent or impossible component: an EGDI computed with a zero HCI or TII,
    an EGDI or HCI with an HCI above 1. An outcome named after a score (``egdi_rank``, ``egdi_z``)
    is ruled like the score. Other outcomes, OSI, EPI and TII among them, and a panel without the
    column ``flag`` are ruled by presence alone. The donors' own partnerships were never coded:
    donors are *uncoded, not untreated*.

    Parameters
    ----------
    panel : DataFrame
        As :func:`egovstudy.make_panel` returns it, or any frame unique on ``iso3`` and ``wave``.
    outcome : str
        A numeric column.
    treated : str
        iso3; it must satisfy the default rule itself.
    first_wave, last_wave : int
        Window, both ends in it; by default up to the last wave of the panel.
    countries : DataFrame, optional
        The table ``countries`` or some of its rows. Only countries with a row in it can be donors,
        so its rows for ASEAN members give a pool of ASEAN donors. Needed for ``region`` and
        ``income``.
    region : str or sequence of str, optional
        UN regions or subregions, e.g. ``"South-eastern Asia"``.
    income : str or sequence of str, optional
        World Bank income groups; one value for each country, of an unrecorded year, not a series.
    nearest : int, optional
        Keep so many donors nearest to the treated country: smallest root mean square difference of
        the outcome in the waves before ``treatment_wave`` that both have (equal distances: by
        iso3).
    treatment_wave : int, optional
        First wave that could reflect what is studied; used by ``nearest`` alone.
    coverage : float
        Smallest share of the window's waves with an outcome, above 0 and up to 1. A flagged figure
        leaves a country out whatever this is.
    leave_out : sequence of str, or mapping of reason to sequence of str
        iso3 of countries that must not be donors, such as the partners themselves.

    Returns
    -------
    DonorPool

    Raises
    ------
    ArgumentError
        If a column, country, wave, region or income group is unknown, the treated country is to be
        left out or does not satisfy the rule, a number is out of range, or fewer than two donors
        are left.

    References
    ----------
    Abadie, A. (2021), "Using Synthetic Controls", Journal of Economic Literature 59(2),
    on choosing donors.

    Examples
    --------
    >>> import egovstudy as eg
    >>> panel = eg.make_panel(eg.load_egdi())
    >>> partners, centres = eg.load("partners"), eg.load("centres")
    >>> len(eg.donor_pool(panel, outcome="egdi", treated="IDN", first_wave=2003))
    158
    >>> governments = partners.loc[partners["partner_type"].eq("government"), "country_iso3"]
    >>> hosts = centres.loc[centres["centre_type"].ne("information_access"), "country_iso3"]
    >>> others = {
    ...     "partner of Indonesia": sorted(set(governments.dropna()) - {"IDN"}),
    ...     "host of a Korean centre": sorted(set(hosts) - {"IDN"}),
    ... }
    >>> pool = eg.donor_pool(
    ...     panel, outcome="egdi", treated="IDN", first_wave=2003, leave_out=others
    ... )
    >>> len(pool), "KOR" in pool, "PER" in pool
    (121, False, False)
    """
    wide = outcome_by_wave(panel, outcome)
    check_country(treated, wide, "treated")
    window = _window(wide, first_wave, last_wave)
    if not 0 < coverage <= 1:
        raise ArgumentError(f"coverage={coverage}. Give a share above 0 and up to 1.")
    wide = wide[window]
    by_rule = [*absent(panel, wide, coverage), *unfit(panel, outcome, window)]
    own = [fault for fault in by_rule if fault[0] == treated]
    if own:
        _, reason, waves, _ = own[0]
        raise ArgumentError(
            f"treated {treated} does not satisfy the rule for donors itself: {outcome} is {reason}"
            f" in {waves}. Choose other waves or another outcome."
        )
    faults = by_rule + named(leave_out, treated, wide) + elsewhere(wide, countries, region, income)
    left = wide.drop(index={fault[0] for fault in faults if fault[0] != treated})
    faults += far(left, treated, nearest, treatment_wave)
    left_out = pd.DataFrame([fault for fault in faults if fault[0] != treated], columns=COLUMNS)
    donors = tuple(sorted(set(wide.index) - set(left_out["iso3"]) - {treated}))
    rule = _rule(panel, outcome, window, coverage)
    pool = DonorPool(treated, outcome, window[0], window[-1], donors, left_out, rule)
    if len(pool) < 2:
        raise ArgumentError(
            f"{len(pool)} donors are left; at least 2 are needed. Widen the choice.\n{pool}"
        )
    return pool


def _rule(panel: pd.DataFrame, outcome: str, window: list[int], coverage: float) -> str:
    share = "every wave" if coverage == 1 else f"at least {coverage:.0%} of the waves"
    flags = excluding_flags(panel, outcome)
    return f"{outcome} is present in {share} ({len(window)} in the window)" + (
        f" and never flagged {', '.join(flags)}." if flags else "."
    )


def _window(wide: pd.DataFrame, first_wave: int, last_wave: int | None) -> list[int]:
    waves = wide.columns.tolist()
    last_wave = waves[-1] if last_wave is None else last_wave
    for name, wave in (("first_wave", first_wave), ("last_wave", last_wave)):
        if wave not in waves:
            raise ArgumentError(
                f"{name}={wave} is not a wave of this panel. Waves: {listed(waves)}."
            )
    if first_wave > last_wave:
        raise ArgumentError(
            f"first_wave={first_wave} comes after last_wave={last_wave}. Give the earlier one"
            " first."
        )
    return [wave for wave in waves if first_wave <= wave <= last_wave]

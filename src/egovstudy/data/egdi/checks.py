"""What the EGDI figures must satisfy among themselves, whoever typed them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from egovstudy.data.egdi.un_files import COMPONENTS, misses_identity, weights_by_wave
from egovstudy.data.tables import FIRST_ROW, load
from egovstudy.errors import Finding

FILE = "egdi.csv"

Fault = tuple[str, pd.Series, str, str]  # name of the check, rows, column, words


def _found(egdi: pd.DataFrame, faults: Iterable[Fault]) -> list[Finding]:
    places = egdi["iso3"] + " " + egdi["wave"].astype("str")
    return [
        Finding(FILE, check, f"{places[at]}: {words}", int(at) + FIRST_ROW, column)
        for check, rows, column, words in faults
        for at in egdi.index[rows.fillna(False).to_numpy(dtype=bool)]
    ]


def _has(egdi: pd.DataFrame, flag: str) -> pd.Series:
    return egdi["flag"].fillna("").str.split(";").map(lambda flags: flag in flags)


def grid_findings() -> list[Finding]:
    """Check that all UN members stand in all waves, each with as many ranked as are on record."""
    egdi, countries = load("egdi"), load("countries")
    members = set(countries.loc[countries["un_member"].fillna(False).astype(bool), "iso3"])
    findings = []
    for wave in load("waves").itertuples():
        rows = egdi[egdi["wave"] == wave.wave]
        gone = members ^ set(rows["iso3"])
        if gone or len(rows) != len(members):
            words = (
                f"wave {wave.wave}: {len(rows)} rows came, one for each of {len(members)} members"
                f" is needed; look at {', '.join(sorted(gone))}."
            )
            findings.append(Finding(FILE, "grid", words))
        ranked = int((rows["status"] == "ranked").sum())
        if ranked != wave.ranked:
            words = f"wave {wave.wave}: {ranked} countries are ranked, {wave.ranked} are on record."
            findings.append(Finding(FILE, "grid", words, column="status"))
    return findings


def identity_findings() -> list[Finding]:
    """Check that the EGDI is the weighted mean of its components, with the weights of its wave.

    An absent HCI or TII counts as the 0 with which the UN computed that country's index; the two
    countries of 2008 whose index fits no weights are flagged and left out, and nothing else is.
    """
    egdi, weights = load("egdi"), weights_by_wave()
    figures = egdi[["egdi", *COMPONENTS]].fillna(0)
    parts = [
        misses_identity(rows, wave, weights[wave]) for wave, rows in figures.groupby(egdi["wave"])
    ]
    off = pd.concat(parts) & ~_has(egdi, "egdi_not_reproducible")
    words = "is not the weighted mean of OSI, TII and HCI."
    return _found(egdi, [("identity", off, "egdi", words)])


def rank_findings() -> list[Finding]:
    """Check ranks against scores: the competition rank, or one a tie was broken into."""
    egdi = load("egdi")
    faults = []
    for score, rank in (("egdi", "egdi_rank"), ("epi", "epi_rank")):
        scores, given = egdi.groupby("wave")[score], egdi[rank].astype("float64")
        best = scores.rank(ascending=False, method="min")
        worst = scores.rank(ascending=False, method="max")
        off = (given < best) | (given > worst) | (egdi[score].isna() != given.isna())
        faults.append(("rank", off, rank, "rank and score do not agree."))
        if score == "egdi":
            broken = (given > best) != _has(egdi, "rank_tie_broken")
            words = "a tie was broken without the flag rank_tie_broken, or flagged without a tie."
            faults.append(("rank", broken & given.notna() & ~off, rank, words))
    return _found(egdi, faults)


def flag_findings() -> list[Finding]:
    """Check that odd figures are flagged, and that nothing else is."""
    egdi = load("egdi")
    ranked, member = egdi["status"] == "ranked", egdi["status"] != "not_member"
    absent = egdi.isna()
    expected = {
        "hci_absent": member & absent["hci"],
        "tii_absent": member & absent["tii"],
        "egdi_with_hci_0": ranked & absent["hci"],
        "egdi_with_tii_0": ranked & absent["tii"],
        "hci_above_1": egdi["hci"] > 1,
    }
    faults = [
        ("flag", rows != _has(egdi, flag), "flag", f"flag {flag} does not agree with the figures.")
        for flag, rows in expected.items()
    ]
    unranked = ~ranked & ~absent["egdi"]
    faults += [
        ("flag", ranked & absent["egdi"], "egdi", "ranked, but there is no score."),
        ("flag", unranked, "status", "there is a score, but the country is not ranked."),
    ]
    for name in ("egdi", "osi", "tii", "epi"):
        outside = egdi[name].lt(0) | egdi[name].gt(1)
        faults.append(("range", outside, name, "is outside 0 to 1."))
    return _found(egdi, faults)


def anchor_findings() -> list[Finding]:
    """Compare with figures read in print, to their decimals; misprints are marked so."""
    egdi = load("egdi").set_index(["iso3", "wave"])
    findings = []
    for anchor in load("egdi_anchors").itertuples():
        value = float(egdi.loc[(anchor.iso3, anchor.wave), anchor.field])
        decimals = len(anchor.published.partition(".")[2])
        agrees = abs(value - float(anchor.published)) <= 0.5 * 10**-decimals + 1e-9
        if agrees != anchor.agrees:
            place = f"{anchor.iso3} {anchor.wave} {anchor.field}"
            words = (
                f"{place}: {value:g} against {anchor.published} in print, marked"
                f" agrees={str(anchor.agrees).lower()}."
            )
            findings.append(Finding(FILE, "anchor", words, column=anchor.field))
    return findings


EGDI_CHECKS: dict[str, Callable[[], list[Finding]]] = {
    "EGDI identity": identity_findings,
    "EGDI ranks": rank_findings,
    "EGDI flags": flag_findings,
    "EGDI anchors": anchor_findings,
}

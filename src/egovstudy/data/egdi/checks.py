"""What the EGDI figures must satisfy among themselves, whoever typed them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from egovstudy.data.egdi.un_files import COMPONENTS, misses_identity, weights_by_wave
from egovstudy.data.tables import FIRST_ROW, load
from egovstudy.errors import Finding

FILE = "egdi.csv"


def _found(
    check: str, egdi: pd.DataFrame, rows: pd.Series, column: str, words: str
) -> list[Finding]:
    return [
        Finding(
            FILE,
            check,
            f"{egdi.loc[index, 'iso3']} {egdi.loc[index, 'wave']}: {words}",
            int(index) + FIRST_ROW,
            column,
        )
        for index in egdi.index[rows.fillna(False).to_numpy(dtype=bool)]
    ]


def _has(egdi: pd.DataFrame, flag: str) -> pd.Series:
    return egdi["flag"].fillna("").str.split(";").map(lambda flags: flag in flags)


def grid_findings() -> list[Finding]:
    """Check that all UN members stand in all waves, and that each ranks as many as are on record."""
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
    return _found("identity", egdi, off, "egdi", words)


def rank_findings() -> list[Finding]:
    """Check ranks against scores: the competition rank, or one a tie was broken into."""
    egdi = load("egdi")
    findings = []
    for score, rank in (("egdi", "egdi_rank"), ("epi", "epi_rank")):
        best = egdi.groupby("wave")[score].rank(ascending=False, method="min")
        worst = egdi.groupby("wave")[score].rank(ascending=False, method="max")
        given = egdi[rank].astype("float64")
        off = (given < best) | (given > worst) | (egdi[score].isna() != given.isna())
        findings += _found("rank", egdi, off, rank, "rank and score do not agree.")
        if score == "egdi":
            broken = (given > best) != _has(egdi, "rank_tie_broken")
            words = "a tie was broken without the flag rank_tie_broken, or flagged without a tie."
            findings += _found("rank", egdi, broken & given.notna() & ~off, rank, words)
    return findings


def flag_findings() -> list[Finding]:
    """Check that odd figures are flagged, and that nothing else is."""
    egdi = load("egdi")
    ranked = egdi["status"] == "ranked"
    member = egdi["status"] != "not_member"
    expected = {
        "hci_absent": member & egdi["hci"].isna(),
        "tii_absent": member & egdi["tii"].isna(),
        "egdi_with_hci_0": ranked & egdi["hci"].isna(),
        "egdi_with_tii_0": ranked & egdi["tii"].isna(),
        "hci_above_1": egdi["hci"] > 1,
    }
    findings = []
    for flag, rows in expected.items():
        words = f"flag {flag} does not agree with the figures."
        findings += _found("flag", egdi, rows != _has(egdi, flag), "flag", words)
    there = egdi["egdi"].notna()
    findings += _found("flag", egdi, ranked & ~there, "egdi", "ranked, but there is no score.")
    words = "there is a score, but the country is not ranked."
    findings += _found("flag", egdi, ~ranked & there, "status", words)
    for name in ("egdi", "osi", "tii", "epi"):
        outside = egdi[name].lt(0) | egdi[name].gt(1)
        findings += _found("range", egdi, outside, name, "is outside 0 to 1.")
    return findings


def anchor_findings() -> list[Finding]:
    """Compare with figures read in print, to the decimals printed there; misprints are marked so."""
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

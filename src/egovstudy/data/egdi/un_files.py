"""The reader for the UN Data Center's own CSV files, and the comparison with them.

The UN writes 0 both for *zero* and for *absent*. What is absent is decided here, once:

- a country that was not a UN member in that wave has no figures at all (its whole row is 0);
- an index and rank of 0 mean *not ranked*;
- HCI 0 means absent before 2012, TII 0 likewise (from 2012 on both are rescaled so that the last
  country has a true 0);
- OSI and EPI of 0 are true zeros (a site that offers nothing, or no site).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pandas as pd

from egovstudy.data.tables import load
from egovstudy.errors import ArgumentError, DataError, EgovstudyError, Finding, nearest

UN_COLUMNS = {
    "Survey Year": "wave",
    "Country Name": "un_name",
    "E-Government Rank": "egdi_rank",
    "E-Government Index": "egdi",
    "E-Participation Index": "epi",
    "Online Service Index": "osi",
    "Human Capital Index": "hci",
    "Telecommunication Infrastructure Index": "tii",
}
NAMES_JOINED_BY = "; "  # in countries.csv, where the UN's files know a country by several names
COMPONENTS = ("osi", "tii", "hci")  # in the order of their weights
SCORES = ["egdi", "osi", "tii", "hci", "epi"]
FIGURES = [*SCORES, "egdi_rank"]
RESCALED_FROM = 2012  # first wave in which TII and HCI run from exactly 0 to exactly 1
# The largest distance between a published index and the weighted mean of its published components,
# by wave: figures are printed with 5 decimals to 2010 and in 2012-16, with 4 (index or components)
# in 2008 and from 2018.
IDENTITY_TOLERANCE = {2003: 1.1e-5, 2004: 1.1e-5, 2005: 1.1e-5, 2008: 6.1e-5, 2010: 1.1e-5}
IDENTITY_TOLERANCE_LATER = 7.1e-5
# Both countries' OSI and EPI stand otherwise in the UN vintage of November 2012 that the World
# Economic Forum printed.
OTHER_VINTAGE = {("MAR", 2012), ("ZWE", 2012)}

Weights = tuple[int, int, int]


def read_un_file(path: Path, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read one file of the UN E-Government Knowledgebase's Data Center, figures as printed.

    Parameters
    ----------
    path : Path
        E.g. ``EGOV_DATA_2024.csv`` as the Data Center hands it out.
    names : mapping of str to str, optional
        ISO code by name, for names that are not in ``countries`` yet.

    Returns
    -------
    DataFrame
        One row per country in the file, in its order: ``iso3, wave`` and the figures as the UN's
        own text.

    Raises
    ------
    EgovstudyError
        If the file cannot be read or its columns are not the UN's.
    DataError
        If a line has not a cell for each column, a wave is no year, or a country name is unknown.
    """
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise EgovstudyError(
            f"{path} cannot be read: {error}. Download it again from the UN Data Center."
        ) from error
    if not lines or lines[0] != list(UN_COLUMNS):
        came = ", ".join(lines[0]) if lines else "an empty file"
        raise EgovstudyError(
            f"{path.name}: came {came}. Needed are the UN Data Center's columns:"
            f" {', '.join(UN_COLUMNS)}."
        )
    wrong = [
        Finding(
            path.name,
            "form",
            f"{len(line)} cells came, {len(UN_COLUMNS)} are needed. Download it again.",
            row,
        )
        for row, line in enumerate(lines[1:], start=2)
        if len(line) != len(UN_COLUMNS)
    ]
    if len(lines) == 1:
        wrong = [Finding(path.name, "form", "it holds no country. Download it again.")]
    if wrong:
        raise DataError(wrong)
    frame = pd.DataFrame(lines[1:], columns=list(UN_COLUMNS.values()), dtype="str")
    known = {**iso3_by_un_name(), **(names or {})}
    for at, row in frame.iterrows():
        year, name = row["wave"], row["un_name"]
        if not (year.isascii() and year.isdigit()):
            wrong.append(Finding(path.name, "wave", f"{year!r} is no year.", at + 2, "Survey Year"))
        if name not in known:
            words = f"{name!r} is no UN name in countries.csv.{nearest(name, list(known))}"
            wrong.append(Finding(path.name, "country", words, at + 2, "Country Name"))
    if wrong:
        raise DataError(wrong)
    return frame.assign(iso3=frame["un_name"].map(known), wave=frame["wave"].astype(int))


def iso3_by_un_name() -> dict[str, str]:
    """Give the ISO code by each name under which the UN's files know a country."""
    countries = load("countries").dropna(subset=["un_name"])
    pairs = zip(countries["un_name"], countries["iso3"], strict=True)
    return {name: iso3 for names, iso3 in pairs for name in names.split(NAMES_JOINED_BY)}


def weights_by_wave() -> dict[int, Weights]:
    """Give the weights of OSI, TII and HCI of every wave."""
    columns = ["wave", *(f"weight_{name}" for name in COMPONENTS)]
    rows = load("waves")[columns].astype(int).itertuples(index=False)
    return {wave: (osi, tii, hci) for wave, osi, tii, hci in rows}


def misses_identity(figures: pd.DataFrame, wave: int, weights: Weights) -> pd.Series:
    """Mark where an index is not the weighted mean of its components, but for rounding in print.

    Parameters
    ----------
    figures : DataFrame
        Scores of one wave as numbers, 0 where absent.
    wave : int
        Which decides how far rounding reaches.
    weights : tuple of int
        Of OSI, TII and HCI.

    Returns
    -------
    Series of bool
        Aligned with ``figures``; False where there is no index.
    """
    total = sum(w * figures[name] for w, name in zip(weights, COMPONENTS, strict=True))
    limit = IDENTITY_TOLERANCE.get(wave, IDENTITY_TOLERANCE_LATER)
    return figures["egdi"].gt(0) & (figures["egdi"] - total / sum(weights)).abs().gt(limit)


def absent_and_flags(raw: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    """Tell absent from zero in one wave, and flag what a figure is not.

    Parameters
    ----------
    raw : DataFrame
        As :func:`read_un_file` gives it.
    weights : tuple of int
        Weights of OSI, TII and HCI in that wave.

    Returns
    -------
    DataFrame
        The columns of ``egdi.csv`` as text, in the file's order; the empty string where a figure is
        absent.
    """
    frame = raw.copy()
    value = frame[SCORES].replace("", "0").astype(float)
    wave = int(frame["wave"].iloc[0])
    absent = value.eq(0)
    member = ~absent.all(axis=1)
    ranked = member & ~absent["egdi"]
    early = wave < RESCALED_FROM
    no_hci, no_tii = (member & absent[name] & early for name in ("hci", "tii"))
    frame["status"] = "ranked"
    frame.loc[~ranked, "status"] = "component_missing" if wave in (2008, 2010) else "no_website"
    frame.loc[~member, "status"] = "not_member"
    flags = {
        "hci_absent": no_hci,
        "egdi_with_hci_0": no_hci & ranked,
        "tii_absent": no_tii,
        "egdi_with_tii_0": no_tii & ranked,
        "hci_above_1": value["hci"] > 1,
        "egdi_not_reproducible": misses_identity(value, wave, weights),
        "rank_tie_broken": ranked & _ties_broken(frame, ranked),
        "other_vintage_seen": frame["iso3"].map(lambda iso3: (iso3, wave) in OTHER_VINTAGE),
    }
    frame["flag"] = [
        ";".join(name for name, rows in flags.items() if rows[index]) for index in frame.index
    ]
    frame.loc[~ranked, ["egdi", "egdi_rank"]] = ""
    frame.loc[no_hci, "hci"] = ""
    frame.loc[no_tii, "tii"] = ""
    frame.loc[~member, SCORES] = ""
    # The files print no e-participation rank: it is the competition rank of the printed index.
    order = value["epi"].where(member).rank(ascending=False, method="min")
    frame["epi_rank"] = ["" if pd.isna(rank) else str(int(rank)) for rank in order]
    return frame


def _ties_broken(frame: pd.DataFrame, ranked: pd.Series) -> pd.Series:
    """Mark countries whose printed index equals another's while the UN ranks them later."""
    value = frame["egdi"].where(ranked).map(Decimal, na_action="ignore")
    rank = pd.to_numeric(frame["egdi_rank"].where(ranked))
    return (rank > rank.groupby(value).transform("min")).fillna(False)


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compare_with_un(folder: Path) -> list[str]:
    """Compare ``egdi.csv`` with a user's own UN downloads.

    Parameters
    ----------
    folder : Path
        Holds the Data Center's files, ``EGOV_DATA_2003.csv`` to ``EGOV_DATA_2024.csv`` (any number
        of them).

    Returns
    -------
    list of str
        One line per file: equal or not, and whether it is byte for byte the file on record.

    Raises
    ------
    ArgumentError
        If the folder holds none of the files.
    DataError
        One finding per differing figure.
    """
    record = load("un_files").set_index("file")
    files = sorted(path for path in folder.glob("*.csv") if path.name in record.index)
    if not files:
        raise ArgumentError(
            f"{folder} holds none of the UN files {record.index[0]} ... {record.index[-1]}."
        )
    own, weights = load("egdi").set_index(["wave", "iso3"]), weights_by_wave()
    lines: list[str] = []
    findings: list[Finding] = []
    for path in files:
        raw = read_un_file(path)
        theirs = absent_and_flags(raw, weights[raw["wave"].iloc[0]]).set_index(["wave", "iso3"])
        findings += _differences(path.name, own, theirs)
        known = "the file on record"
        if file_digest(path) != record.loc[path.name, "sha256"]:
            known = "another file than the one on record (SHA-256 differs)"
        lines.append(f"{path.name}: {len(theirs)} countries compared; {known}")
    if findings:
        raise DataError(findings)
    return lines


def _differences(file: str, own: pd.DataFrame, theirs: pd.DataFrame) -> list[Finding]:
    came = theirs[FIGURES].replace("", None).astype(float)
    mine = own[FIGURES].astype(float).reindex(came.index)
    equal = came.eq(mine) | (came.isna() & mine.isna())
    findings = []
    for (wave, iso3), row in equal[~equal.all(axis=1)].iterrows():
        for name in row.index[~row]:
            printed, there = theirs.loc[(wave, iso3), name], mine.loc[(wave, iso3), name]
            shown = "absent" if pd.isna(there) else f"{there:g}"
            words = f"the UN file has {printed or 'nothing'}, egdi.csv has {shown}."
            findings.append(Finding(file, "differs", f"{iso3} {wave} {name}: {words}"))
    return findings

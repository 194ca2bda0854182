"""A UN wave comes in: the reader for the UN Data Center's own CSV files, and the comparison with them.

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

from egovstudy.data.tables import load, schema
from egovstudy.errors import ArgumentError, DataError, EgovstudyError, Finding, nearest
from egovstudy.paths import write_safely

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
SCORES = ["egdi", "osi", "tii", "hci", "epi"]
RESCALED_FROM = 2012  # first wave in which TII and HCI run from exactly 0 to exactly 1
# The largest distance between a published index and the weighted mean of its published components,
# by wave: figures are printed with 5 decimals to 2010 and in 2012-16, with 4 (index or components)
# in 2008 and from 2018.
IDENTITY_TOLERANCE = {2003: 1.1e-5, 2004: 1.1e-5, 2005: 1.1e-5, 2008: 6.1e-5, 2010: 1.1e-5}
IDENTITY_TOLERANCE_LATER = 7.1e-5
# Both countries' OSI and EPI stand otherwise in the UN vintage of November 2012 that the World
# Economic Forum printed.
OTHER_VINTAGE = {("MAR", 2012), ("ZWE", 2012)}


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
    cut = [
        Finding(
            path.name,
            "form",
            f"{len(line)} cells came, {len(UN_COLUMNS)} are needed. Download it again.",
            row,
        )
        for row, line in enumerate(lines[1:], start=2)
        if len(line) != len(UN_COLUMNS)
    ]
    if cut or len(lines) < 2:
        raise DataError(
            cut or [Finding(path.name, "form", "it holds no country. Download it again.")]
        )
    frame = pd.DataFrame(lines[1:], columns=list(UN_COLUMNS.values()), dtype="str")
    names = {**iso3_by_un_name(), **(names or {})}
    wrong = [
        Finding(path.name, "wave", f"{year!r} is no year.", row + 2, "Survey Year")
        for row, year in enumerate(frame["wave"])
        if not (year.isascii() and year.isdigit())
    ]
    wrong += [
        Finding(
            path.name,
            "country",
            f"{name!r} is no UN name in countries.csv.{nearest(name, list(names))}",
            row + 2,
            "Country Name",
        )
        for row, name in enumerate(frame["un_name"])
        if name not in names
    ]
    if wrong:
        raise DataError(wrong)
    frame["iso3"] = frame["un_name"].map(names)
    frame["wave"] = frame["wave"].astype(int)
    return frame


def iso3_by_un_name() -> dict[str, str]:
    """Give the ISO code by each name under which the UN's files know a country."""
    countries = load("countries").dropna(subset=["un_name"])
    pairs = zip(countries["un_name"], countries["iso3"], strict=True)
    return {name: iso3 for names, iso3 in pairs for name in names.split(NAMES_JOINED_BY)}


def build_egdi(files: list[Path]) -> pd.DataFrame:
    """Build the ``egdi`` table from UN Data Center files, every figure as the UN prints it.

    Parameters
    ----------
    files : list of Path
        One file per wave.

    Returns
    -------
    DataFrame
        The columns of ``egdi.csv`` as text, sorted by ``wave, iso3``; the empty string where a
        figure is absent.
    """
    weights = {
        row.wave: (row.weight_osi, row.weight_tii, row.weight_hci)
        for row in load("waves").itertuples()
    }
    parts = [absent_and_flags(read_un_file(path), weights) for path in files]
    frame = pd.concat(parts).sort_values(["wave", "iso3"], ignore_index=True)
    return frame[list(schema.fields("egdi"))]


def absent_and_flags(
    raw: pd.DataFrame, weights: Mapping[int, tuple[int, int, int]]
) -> pd.DataFrame:
    """Tell absent from zero in one wave, and flag what a figure is not.

    Parameters
    ----------
    raw : DataFrame
        As :func:`read_un_file` gives it.
    weights : mapping of int to tuple of int
        Weights of OSI, TII and HCI by wave.

    Returns
    -------
    DataFrame
        The columns of ``egdi.csv`` as text, in the file's order; the empty string where a figure is
        absent.
    """
    frame = raw.copy()
    value = {name: frame[name].replace("", "0").astype(float) for name in SCORES}
    wave = int(frame["wave"].iloc[0])
    absent = pd.DataFrame({name: value[name] == 0 for name in SCORES})
    member = ~absent.all(axis=1)
    ranked = member & (value["egdi"] > 0)
    early = wave < RESCALED_FROM
    no_hci, no_tii = (member & absent[name] & early for name in ("hci", "tii"))
    frame["status"] = "ranked"
    frame.loc[~ranked, "status"] = "no_website" if wave not in (2008, 2010) else "component_missing"
    frame.loc[~member, "status"] = "not_member"

    total = sum(weights[wave])
    computed = (
        sum(w * value[name] for w, name in zip(weights[wave], ("osi", "tii", "hci"), strict=True))
        / total
    )
    limit = IDENTITY_TOLERANCE.get(wave, IDENTITY_TOLERANCE_LATER)
    flags = {
        "hci_absent": no_hci,
        "egdi_with_hci_0": no_hci & ranked,
        "tii_absent": no_tii,
        "egdi_with_tii_0": no_tii & ranked,
        "hci_above_1": value["hci"] > 1,
        "egdi_not_reproducible": ranked & ((value["egdi"] - computed).abs() > limit),
        "rank_tie_broken": ranked & _ties_broken(frame, ranked),
        "other_vintage_seen": pd.Series([(iso3, wave) in OTHER_VINTAGE for iso3 in frame["iso3"]]),
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
    """Mark countries whose printed index equals another's while the UN gives them the later rank."""
    value = (
        frame["egdi"]
        .where(ranked)
        .map(lambda text: Decimal(text) if isinstance(text, str) else None)
    )
    rank = pd.to_numeric(frame["egdi_rank"].where(ranked))
    best = rank.groupby(value).transform("min")
    return (rank > best).fillna(False)


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
    own = load("egdi").set_index(["wave", "iso3"])
    lines, findings = [], []
    for path in files:
        theirs = build_egdi([path]).set_index(["wave", "iso3"])
        findings += _differences(path.name, own, theirs)
        same = file_digest(path) == record.loc[path.name, "sha256"]
        known = (
            "the file on record"
            if same
            else "another file than the one on record (SHA-256 differs)"
        )
        lines.append(f"{path.name}: {len(theirs)} countries compared; {known}")
    if findings:
        raise DataError(findings)
    return lines


def _differences(file: str, own: pd.DataFrame, theirs: pd.DataFrame) -> list[Finding]:
    findings = []
    for key, row in theirs.iterrows():
        for name in [*SCORES, "egdi_rank"]:
            came = row[name]
            mine = own.loc[key, name] if key in own.index else pd.NA
            equal = (came == "" and pd.isna(mine)) or (
                came != "" and not pd.isna(mine) and float(came) == float(mine)
            )
            if not equal:
                shown = "absent" if pd.isna(mine) else f"{mine:g}"
                findings.append(
                    Finding(
                        file,
                        "differs",
                        f"{key[1]} {key[0]} {name}: the UN file has {came or 'nothing'}, egdi.csv"
                        f" has {shown}.",
                    )
                )
    return findings


def write_egdi(files: list[Path], path: Path) -> Path:
    """Write ``egdi.csv`` from UN Data Center files."""
    return write_safely(path, build_egdi(files).to_csv(index=False, lineterminator="\n"))

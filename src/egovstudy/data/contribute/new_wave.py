"""A new wave of the UN survey from the Data Center's own file: read and checked, not written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from egovstudy.data.egdi import (
    COMPONENTS,
    NAMES_JOINED_BY,
    RESCALED_FROM,
    SCORES,
    UN_COLUMNS,
    Weights,
    absent_and_flags,
    iso3_by_un_name,
    misses_identity,
    read_un_file,
    weights_by_wave,
)
from egovstudy.data.tables import load, schema
from egovstudy.errors import ArgumentError, DataError, Finding, listed, nearest

FILE_NAME = re.compile(r"EGOV_DATA_(\d{4})\.csv")
NUMBER, RANK = re.compile(r"\d+(\.\d+)?"), re.compile(r"\d+")
HEADS: dict[str | None, str] = {column: head for head, column in UN_COLUMNS.items()}


@dataclass(frozen=True)
class NewWave:
    """A wave as read from the UN's file.

    Attributes
    ----------
    path : Path
        The file.
    wave : int
        Its survey year.
    rows : DataFrame
        The columns of ``egdi.csv`` as text, by ``iso3``.
    line : dict of str to int
        Line of the file by country.
    weights : tuple of int
        Weights of OSI, TII and HCI that reproduce the index.
    unexplained : tuple of str
        Countries whose index these weights do not reproduce.
    renamed : dict of str to str
        ISO code by name, for names given by the caller.
    """

    path: Path
    wave: int
    rows: pd.DataFrame = field(repr=False)
    line: dict[str, int] = field(repr=False)
    weights: Weights
    unexplained: tuple[str, ...]
    renamed: dict[str, str]


def read_new_wave(
    path: Path, names: Mapping[str, str] | None = None, weights: Weights | None = None
) -> NewWave:
    """Read the UN's file of a wave that is not in the tables, and check it.

    Parameters
    ----------
    path : Path
        The file under its own name, e.g. ``EGOV_DATA_2026.csv``.
    names : mapping of str to str, optional
        ISO code by name, for countries that the file calls otherwise than the files before.
    weights : tuple of int, optional
        Weights of OSI, TII and HCI; if left out, those of an earlier wave that reproduce most
        indices.

    Returns
    -------
    NewWave

    Raises
    ------
    ArgumentError
        If the file's name is not the UN's, or the wave is there already.
    DataError
        With every finding in the file.
    """
    named = FILE_NAME.fullmatch(path.name)
    if not named:
        raise ArgumentError(
            f"{path.name} is not how the Data Center names its files. Rename it to"
            " EGOV_DATA_<year>.csv."
        )
    wave, names = int(named[1]), dict(names or {})
    there = {int(one) for table in ("waves", "egdi", "un_files") for one in load(table)["wave"]}
    if wave in there:
        raise ArgumentError(
            f"wave {wave} is in the tables already. To compare them with the file: egovstudy check"
            " --against FOLDER."
        )
    _check_names(names)
    raw = read_un_file(path, names)
    findings = _cell_findings(path.name, raw, wave) + _member_findings(path.name, raw)
    if findings:
        raise DataError(findings)
    found, unexplained = _weights(raw, wave, weights)
    rows = absent_and_flags(raw, found)
    lines = dict(zip(raw["iso3"], range(2, len(raw) + 2), strict=True))
    words = "is not ranked; every member has been since 2014. Look at its line."
    if wave > RESCALED_FROM and rows["status"].ne("ranked").any():
        unranked = rows.loc[rows["status"].ne("ranked"), "iso3"]
        raise DataError(
            [Finding(path.name, "rank", f"{iso3} {words}", lines[iso3]) for iso3 in unranked]
        )
    rows = rows[list(schema.fields("egdi"))].astype("str").sort_values("iso3", kind="stable")
    rows = rows.set_index("iso3", drop=False)
    return NewWave(path, wave, rows, lines, found, unexplained, names)


def _check_names(names: Mapping[str, str]) -> None:
    members = set(iso3_by_un_name().values())
    for name, iso3 in names.items():
        if iso3 not in members:
            raise ArgumentError(
                f"{name!r} cannot be {iso3!r}: no UN member.{nearest(iso3, sorted(members))}"
            )
        if name in iso3_by_un_name() or NAMES_JOINED_BY.strip() in name:
            raise ArgumentError(
                f"{name!r} is known already, or holds a semicolon. Leave --name {name!r} out."
            )


def _cell_findings(file: str, raw: pd.DataFrame, wave: int) -> list[Finding]:
    findings: list[Finding] = []

    def find(rows: pd.Series, column: str, words: str) -> None:
        for at in raw.index[rows]:
            said = f"{raw['un_name'][at]}: {str(raw[column][at])!r} {words}"
            findings.append(Finding(file, "cell", said, int(at) + 2, HEADS[column]))

    find(raw["wave"].ne(wave), "wave", f"is not the year {wave} of the file's name.")
    for column in SCORES:
        number = raw[column].str.fullmatch(NUMBER)
        find(~number, column, "is no number with a decimal point; the UN writes 0 for absent.")
        find(pd.to_numeric(raw[column].where(number)) > 1, column, "is above 1.")
    find(~raw["egdi_rank"].str.fullmatch(RANK), "egdi_rank", "is no whole rank.")
    return findings


def _member_findings(file: str, raw: pd.DataFrame) -> list[Finding]:
    members = set(iso3_by_un_name().values())
    findings = []
    for at, row in raw[raw["iso3"].duplicated()].iterrows():
        words = f"{row['un_name']!r} ({row['iso3']}) stands twice."
        findings.append(Finding(file, "members", words, int(at) + 2, HEADS["un_name"]))
    gone = sorted(members - set(raw["iso3"]))
    if gone:
        words = f"{raw['iso3'].nunique()} countries came, {len(members)} members are needed;"
        findings.append(Finding(file, "members", f"{words} missing: {listed(gone)}."))
    return findings


def _weights(
    raw: pd.DataFrame, wave: int, given: Weights | None
) -> tuple[Weights, tuple[str, ...]]:
    """Find the weights that reproduce most indices, and the countries whose index they do not."""
    value = raw[["egdi", *COMPONENTS]].astype(float)
    latest_first = [weights for _, weights in sorted(weights_by_wave().items(), reverse=True)]
    tried = {
        weights: tuple(raw.loc[misses_identity(value, wave, weights), "iso3"])
        for weights in ([given] if given else latest_first)
    }
    best = min(tried, key=lambda weights: len(tried[weights]))
    if 2 * len(tried[best]) > len(raw):
        raise ArgumentError(
            f"with the weights {best} of OSI, TII and HCI the index of {len(tried[best])} of"
            f" {len(raw)} countries is not the mean of its components. Read in the survey how the"
            " index is built, and give --weights OSI,TII,HCI."
        )
    return best, tried[best]


def names_of(pairs: Sequence[str]) -> dict[str, str]:
    """Read pairs of code and new name from the command line.

    Parameters
    ----------
    pairs : sequence of str
        Each ``ISO3=Name``.

    Raises
    ------
    ArgumentError
        If one is no pair.

    Examples
    --------
    >>> names_of(["TUR=Republic of Türkiye"])
    {'Republic of Türkiye': 'TUR'}
    """
    found = {}
    for pair in pairs:
        iso3, equals, name = pair.partition("=")
        if not (equals and iso3.strip() and name.strip()):
            raise ArgumentError(
                f"--name {pair!r} is no pair. Write the code and the new name: ISO3=Name."
            )
        found[name.strip()] = iso3.strip()
    return found


def weights_of(text: str | None) -> Weights | None:
    """Read the weights of OSI, TII and HCI from the command line.

    Raises
    ------
    ArgumentError
        If they are not three whole numbers above 0.

    Examples
    --------
    >>> weights_of("34,33,33")
    (34, 33, 33)
    """
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*", text)
    osi, tii, hci = map(int, found.groups()) if found else (0, 0, 0)
    if not all(0 < weight <= 100 for weight in (osi, tii, hci)):
        raise ArgumentError(
            f"--weights {text!r} will not do. Give OSI,TII,HCI as whole numbers, e.g. 1,1,1 or"
            " 34,33,33."
        )
    return osi, tii, hci

"""A new wave of the UN survey from the Data Center's own file: read and checked; added whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    file_digest,
    iso3_by_un_name,
    misses_identity,
    read_un_file,
    weights_by_wave,
)
from egovstudy.data.events import PRECISION, days
from egovstudy.data.integrity import need_checkout, write_if_it_holds
from egovstudy.data.tables import load, raw_rows, schema
from egovstudy.errors import ArgumentError, DataError, Finding, listed, nearest

FILE_NAME = re.compile(r"EGOV_DATA_(\d{4})\.csv")
NUMBER, RANK = re.compile(r"\d+(\.\d+)?"), re.compile(r"\d+")
HEADS: dict[str | None, str] = {column: head for head, column in UN_COLUMNS.items()}
NOT_READ = (
    "Nobody has read yet what changed in this wave. Do not compare its scores with those of the"
    " wave before until its rows in breaks are written."
)
MOVES_SHOWN = 5
SHIFT = 0.03  # a move of the world's mean that is worth a look at the method; a hint, no test


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


def add_wave(
    new: NewWave,
    *,
    title: str,
    publication_date: str,
    source: str,
    window: tuple[str, str] = ("", ""),
    window_source: str = "",
    flag_unexplained: bool = False,
) -> list[str]:
    """Write a wave into ``egdi``, ``un_files`` and ``waves``, and seal the data.

    The new tables are first tried out in a copy of the data folder. What neither file nor caller
    says stays empty.

    Parameters
    ----------
    new : NewWave
        From :func:`read_new_wave`.
    title : str
        Title of the survey as printed.
    publication_date : str
        Year, month or day, no finer than the source says.
    source : str
        ``source_id`` of the document that says title and date.
    window : tuple of str
        First and last month or day of the assessment, where a source says them.
    window_source : str
        ``source_id`` of that source; needed with a window.
    flag_unexplained : bool
        Take countries whose index fits no weights, with the flag ``egdi_not_reproducible``.

    Returns
    -------
    list of str
        The columns of ``waves`` that stayed empty.

    Raises
    ------
    ArgumentError
        If a date or the source will not do.
    DataError
        If the figures do not hold; nothing was written.
    """
    need_checkout()
    if new.unexplained and not flag_unexplained:
        words = f"is not the mean of OSI, TII and HCI with weights {new.weights}. If it stands so"
        words = f"{words} in the UN's file, say --flag-unexplained."
        raise DataError(
            [
                Finding(new.path.name, "identity", f"{iso3} {words}", new.line[iso3], HEADS["egdi"])
                for iso3 in new.unexplained
            ]
        )
    row = _waves_row(new, title, publication_date, source, (*window, window_source))
    added = {"egdi": new.rows.to_dict("records"), "un_files": [_file_row(new)], "waves": [row]}
    texts = {schema.resource(name)["path"]: _with_rows(name, rows) for name, rows in added.items()}
    if new.renamed:
        texts[schema.resource("countries")["path"]] = _with_names(new.renamed)
    try:
        write_if_it_holds(texts)
    except DataError as error:
        raise DataError([_in_the_file(new, one) for one in error.findings]) from error
    return [column for column, cell in row.items() if not cell]


def _waves_row(
    new: NewWave, title: str, date: str, source: str, window: tuple[str, str, str]
) -> dict[str, str]:
    for name, text in (("publication date", date), *(("window", end) for end in window[:2] if end)):
        if not days(text):
            raise ArgumentError(
                f"{name} {text!r} is no date. Write 2026, 2026-09 or 2026-09-17, as the source"
                " has it."
            )
    if date[:4] != str(new.wave):
        raise ArgumentError(
            f"a wave bears the year of its publication: {date} is not in {new.wave}."
        )
    if not title.strip():
        raise ArgumentError("the title is empty. Give the survey's title as printed.")
    if any(window) and not all(window):
        raise ArgumentError(
            "a window has two ends and a source of its own (--window-source). Give all, or leave it"
            " out."
        )
    sources = load("sources")["source_id"].tolist()
    for name in [source, window[2]] if window[2] else [source]:
        if name not in sources:
            raise ArgumentError(
                f"no source {name!r}.{nearest(name, sources)} Put the document that says it into"
                " sources.csv first."
            )
    start, end, window_source = window
    known = {
        "wave": new.wave,
        "survey_title": title,
        "publication_date": date,
        "publication_precision": PRECISION[len(date)],
        "window_start": start,
        "window_end": end,
        "window_precision": PRECISION.get(len(start), ""),
        "window_source_id": window_source,
        "weights_basis": "data",
        "member_states": new.rows["status"].ne("not_member").sum(),
        "ranked": new.rows["status"].eq("ranked").sum(),
        "comparability": NOT_READ,
        "source_id": source,
    }
    for name, weight in zip(COMPONENTS, new.weights, strict=True):
        known[f"weight_{name}"] = weight
    return {column: str(known.get(column, "")) for column in schema.fields("waves")}


def _file_row(new: NewWave) -> dict[str, str]:
    return {
        "file": new.path.name,
        "wave": str(new.wave),
        "sha256": file_digest(new.path),
        "bytes": str(new.path.stat().st_size),
        "rows": str(len(new.rows)),
    }


def _with_rows(name: str, added: list[dict[str, str]]) -> str:
    """Give a table's text with rows put in by wave, those that are there untouched."""
    frame = pd.DataFrame([*raw_rows(name), *added], columns=list(schema.fields(name)), dtype="str")
    order = frame["wave"].astype(int).sort_values(kind="stable").index
    return frame.loc[order].to_csv(index=False, lineterminator="\n")


def _with_names(renamed: Mapping[str, str]) -> str:
    rows = raw_rows("countries")
    for name, iso3 in renamed.items():
        row = next(one for one in rows if one["iso3"] == iso3)
        row["un_name"] += NAMES_JOINED_BY + name
    return pd.DataFrame(rows, dtype="str").to_csv(index=False, lineterminator="\n")


def _in_the_file(new: NewWave, finding: Finding) -> Finding:
    """Point a finding on a new row of ``egdi.csv`` to the line of the UN's file that it came from."""
    country = re.match(rf"([A-Z]{{3}}) {new.wave}: ", finding.message)
    if finding.file != "egdi.csv" or not country:
        return finding
    column = HEADS.get(finding.column, finding.column)
    return replace(finding, file=new.path.name, row=new.line.get(country[1]), column=column)


def what_changed(new: NewWave, country: str = "IDN") -> list[str]:
    """Say what a new wave brings beside the wave before, in lines; call it before the wave is written.

    Parameters
    ----------
    new : NewWave
        From :func:`read_new_wave`.
    country : str
        Country that has a line of its own.

    Returns
    -------
    list of str
    """
    egdi = load("egdi")
    figures = ["egdi_rank", *SCORES]
    now = new.rows.assign(**new.rows[figures].apply(pd.to_numeric))
    weights = zip(COMPONENTS, new.weights, strict=True)
    said = ", ".join(f"{name.upper()} {weight}" for name, weight in weights)
    ranked = int(now["egdi_rank"].notna().sum())
    renamed = ", ".join(f"{iso3} now {name!r}" for name, iso3 in new.renamed.items())
    absent = _countries(now[SCORES].isna())
    ties = now.loc[now["flag"].str.contains("rank_tie_broken"), "egdi_rank"]
    broken = listed([f"{iso3} {rank:g}" for iso3, rank in ties.items()])
    lines = [
        f"Wave {new.wave}: {len(now)} members, {ranked} ranked; weights {said}.",
        f"Countries that changed name: {renamed or 'none'}.",
        f"Absent components: {absent}. Zeros kept as zeros: {_countries(now[SCORES].eq(0))}.",
        f"Rank ties broken: {broken or 'none'}.",
        f"Fits no weights: {listed(new.unexplained) or 'none'}.",
    ]
    before = egdi.loc[egdi["wave"].lt(new.wave), "wave"].max()
    if pd.isna(before):
        return lines
    then = egdi[egdi["wave"].eq(before)].set_index("iso3").reindex(now.index)[figures].astype(float)
    means = []
    for name in SCORES:
        earlier, later = then[name].mean(), now[name].mean()
        mark = " (look for a new method)" if abs(later - earlier) >= SHIFT else ""
        means.append(f"{name.upper()} {earlier:.3f} to {later:.3f}{mark}")
    climbed = (then["egdi_rank"] - now["egdi_rank"]).dropna().sort_values(kind="stable").index

    def moves(countries: Sequence[str], name: str = "egdi_rank") -> str:
        ranks = [f"{iso3} {then[name][iso3]:g} to {now[name][iso3]:g}" for iso3 in countries]
        return ", ".join(ranks)

    own = [f"{name} {then[name][country]:g} to {now[name][country]:g}" for name in figures]
    up, down = moves(climbed[::-1][:MOVES_SHOWN]), moves(climbed[:MOVES_SHOWN])
    return [
        *lines,
        f"World means, {before} to {new.wave}: {'; '.join(means)}.",
        f"Largest moves in rank, up: {up}; down: {down}.",
        f"{country}: {', '.join(own)}.",
    ]


def _countries(marked: pd.DataFrame) -> str:
    """Say by score which countries are marked."""
    said = [
        f"{name.upper()} {', '.join(marked.index[marked[name]])}"
        for name in marked
        if marked[name].any()
    ]
    return "; ".join(said) or "none"

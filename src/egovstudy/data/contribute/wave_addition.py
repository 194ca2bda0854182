"""A new wave of the UN survey goes into the tables, whole or not at all; what changed with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from egovstudy.data.contribute.new_wave import HEADS, NewWave
from egovstudy.data.egdi import COMPONENTS, NAMES_JOINED_BY, SCORES, file_digest
from egovstudy.data.events import PRECISION, days
from egovstudy.data.integrity import need_checkout, write_if_it_holds
from egovstudy.data.tables import load, raw_rows, schema
from egovstudy.errors import ArgumentError, DataError, Finding, listed, nearest

NOT_READ = (
    "Nobody has read yet what changed in this wave. Do not compare its scores with those of the"
    " wave before until its rows in breaks are written."
)
MOVES_SHOWN = 5
SHIFT = 0.03  # a move of the world's mean that is worth a look at the method; a hint, no test


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
        words = (
            f"is not the mean of OSI, TII and HCI with weights {new.weights}. If it stands so in"
            " the UN's file, say --flag-unexplained."
        )
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
    """Point a finding on a new row of ``egdi.csv`` to the line of the UN's file behind it."""
    country = re.match(rf"([A-Z]{{3}}) {new.wave}: ", finding.message)
    if finding.file != "egdi.csv" or not country:
        return finding
    column = HEADS.get(finding.column, finding.column)
    return replace(finding, file=new.path.name, row=new.line.get(country[1]), column=column)


def what_changed(new: NewWave, country: str = "IDN") -> list[str]:
    """Say what a new wave brings beside the wave before, in lines, before it is written.

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
    then = egdi[egdi["wave"].eq(before)].set_index("iso3")[figures].astype(float)
    then = then.reindex(now.index)
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

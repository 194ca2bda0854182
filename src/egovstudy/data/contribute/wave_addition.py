"""A new wave of the UN survey goes into the tables: all of it, or nothing; and what changed with it, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from egovstudy.data.contribute.new_wave import COMPONENTS, HEADS, NewWave
from egovstudy.data.contribute.witnesses import PRECISION, days
from egovstudy.data.egdi import NAMES_JOINED_BY, SCORES, file_digest
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
            " the UN's file, "
        )
        words += "say --flag-unexplained."
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
    for name in [name for name in (source, window[2]) if name and name not in sources] or (
        [] if source else [source]
    ):
        near = nearest(name, sources)
        raise ArgumentError(
            f"no source {name!r}.{near} Put the document that says it into sources.csv first."
        )
    members = new.rows["status"].ne("not_member").sum()
    known = {
        "wave": new.wave, "survey_title": title, "publication_date": date,
        "publication_precision": PRECISION[len(date)], "window_start": window[0], "window_end": window[1],
        "window_precision": PRECISION.get(len(window[0]), ""), "window_source_id": window[2],
        "weights_basis": "data", "member_states": members, "ranked": new.rows["status"].eq("ranked").sum(),
        "comparability": NOT_READ, "source_id": source,
    }  # fmt: skip
    known |= {
        f"weight_{name}": weight for name, weight in zip(COMPONENTS, new.weights, strict=True)
    }
    return {column: str(known.get(column, "")) for column in schema.fields("waves")}


def _file_row(new: NewWave) -> dict[str, str]:
    size = new.path.stat().st_size
    return {
        "file": new.path.name, "wave": str(new.wave), "sha256": file_digest(new.path), "bytes": str(size),
        "rows": str(len(new.rows)),
    }  # fmt: skip


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
    return Finding(new.path.name, finding.check, finding.message, new.line.get(country[1]), column)


def what_changed(new: NewWave, country: str = "IDN") -> list[str]:
    """Say what a new wave brings beside the wave before, in lines; call it before the wave is written.

    Parameters
    ----------
    new : NewWave
        From :func:`egovstudy.data.contribute.new_wave.read_new_wave`.
    country : str
        Country that has a line of its own.

    Returns
    -------
    list of str
    """
    egdi = load("egdi")
    before_wave = max((int(wave) for wave in set(egdi["wave"]) if wave < new.wave), default=None)
    now = new.rows.assign(
        **{name: pd.to_numeric(new.rows[name]) for name in (*SCORES, "egdi_rank")}
    )
    weights = ", ".join(
        f"{name.upper()} {weight}" for name, weight in zip(COMPONENTS, new.weights, strict=True)
    )
    lines = [
        f"Wave {new.wave}: {len(now)} members, {int(now['egdi_rank'].notna().sum())} ranked;"
        f" weights {weights}."
    ]
    lines.append(f"Countries that changed name: {_pairs(new.renamed) or 'none'}.")
    zeros = [
        f"{name.upper()} {', '.join(now.index[now[name].eq(0)])}"
        for name in SCORES
        if now[name].eq(0).any()
    ]
    absent = [
        f"{name.upper()} {', '.join(now.index[now[name].isna()])}"
        for name in SCORES
        if now[name].isna().any()
    ]
    lines.append(
        f"Absent components: {'; '.join(absent) or 'none'}. Zeros kept as zeros:"
        f" {'; '.join(zeros) or 'none'}."
    )
    ties = now.loc[now["flag"].str.contains("rank_tie_broken"), "egdi_rank"]
    lines.append(
        "Rank ties broken:"
        f" {listed([f'{iso3} {rank:g}' for iso3, rank in ties.items()]) or 'none'}."
    )
    lines.append(f"Fits no weights: {listed(new.unexplained) or 'none'}.")
    if before_wave is None:
        return lines
    then = egdi[egdi["wave"].eq(before_wave)].set_index("iso3").reindex(now.index)
    means = []
    for name in SCORES:
        shift = float(now[name].mean() - then[name].mean())
        mark = " (look for a new method)" if abs(shift) >= SHIFT else ""
        means.append(f"{name.upper()} {then[name].mean():.3f} to {now[name].mean():.3f}{mark}")
    lines.append(f"World means, {before_wave} to {new.wave}: {'; '.join(means)}.")
    climbed = (
        (then["egdi_rank"].astype(float) - now["egdi_rank"]).dropna().sort_values(kind="stable")
    )
    moves = pd.concat([climbed.iloc[::-1].head(MOVES_SHOWN), climbed.head(MOVES_SHOWN)])
    told = [
        f"{iso3} {then['egdi_rank'][iso3]:g} to {now['egdi_rank'][iso3]:g}" for iso3 in moves.index
    ]
    lines.append(
        f"Largest moves in rank, up: {', '.join(told[:MOVES_SHOWN])}; down:"
        f" {', '.join(told[MOVES_SHOWN:])}."
    )
    own = [
        f"{name} {then[name][country]:g} to {now[name][country]:g}"
        for name in ("egdi_rank", *SCORES)
    ]
    return [*lines, f"{country}: {', '.join(own)}."]


def _pairs(renamed: Mapping[str, str]) -> str:
    return ", ".join(f"{iso3} now {name!r}" for name, iso3 in renamed.items())

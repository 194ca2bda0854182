"""Where each thing came from.

``cite`` gives BibTeX, licence and access date of exactly what was loaded.
"""

from __future__ import annotations

import re

import pandas as pd

from egovstudy.data.tables import schema
from egovstudy.data.tables.loading import load
from egovstudy.errors import ArgumentError

BIBTEX_ESCAPES = str.maketrans(
    {
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "_": r"\_",
        "$": r"\$",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
    }
)


def cite(what: str | pd.DataFrame) -> str:
    """Give the sources of a table, or of the rows at hand, as BibTeX with licence and access date.

    Parameters
    ----------
    what : str or DataFrame
        A table's name, or a frame that came from ``eg.load`` (also a part of one: then only the
        sources of its rows).

    Returns
    -------
    str
        Licence lines as BibTeX comments, then one entry per source.

    Raises
    ------
    ArgumentError
        If a frame does not say which table it came from.

    Examples
    --------
    >>> import egovstudy as eg
    >>> print(eg.cite("egdi").splitlines()[0])
    % egdi: UN E-Government Development Index, its components and ranks
    """
    table = what if isinstance(what, str) else what.attrs.get("table")
    if table is None:
        raise ArgumentError(
            "this frame does not say which table it came from. Give the table's name, e.g."
            " eg.cite('egdi')."
        )
    one = schema.resource(table)
    rows = load(table) if isinstance(what, str) else what
    lines = [f"% {table}: {one['title']}"]
    lines += [f"% licence: {licence['title']} ({licence['name']})" for licence in one["licenses"]]
    sources = load("sources").set_index("source_id")
    entries = [_entry(source_id, sources.loc[source_id]) for source_id in sources_of(table, rows)]
    if not entries:
        lines.append("% compiled by the egovstudy authors; see CITATION.cff")
    return "\n\n".join(["\n".join(lines), *entries]) + "\n"


def sources_of(table: str, rows: pd.DataFrame) -> list[str]:
    """List identifiers of the sources that a table names as a whole, or that its rows name.

    Parameters
    ----------
    table : str
        Name of the table.
    rows : DataFrame
        Its rows, or some of them.

    Returns
    -------
    list of str
        Sorted, each once.
    """
    found = {
        source["source_id"]
        for source in schema.resource(table).get("sources", [])
        if "source_id" in source
    }
    for own, other, _ in schema.foreign_keys(table):
        if other == "sources" and own[0] in rows:
            found |= set(rows[own[0]].dropna())
    if table == "events":
        links = load("event_sources")
        found |= set(links.loc[links["event_id"].isin(rows["event_id"]), "source_id"])
    if table == "context":
        register = load("context_indicators")
        found |= set(
            register.loc[
                register["indicator"].isin(rows["indicator"].unique()), "source_id"
            ].dropna()
        )
    return sorted(found)


def _entry(source_id: str, source: pd.Series) -> str:
    def text(name: str) -> str:
        return "" if pd.isna(source[name]) else str(source[name])

    year = re.match(r"\d{4}", text("date"))
    notes = [
        (
            f"licence: {text('licence')} ({text('licence_basis')})"
            if text("licence")
            else "licence: none stated in what was read"
        )
    ]
    if text("note"):
        notes.append(text("note"))
    parts = {
        "title": text("title"),
        "author": "{" + text("publisher").translate(BIBTEX_ESCAPES) + "}",
        "year": year.group() if year else "",
        "date": text("date"),
        "url": text("url"),
        "urldate": text("accessed")[:10],
        "note": "; ".join(notes),
    }
    escaped = {
        name: (
            value
            if name in ("author", "url", "urldate", "date", "year")
            else value.translate(BIBTEX_ESCAPES)
        )
        for name, value in parts.items()
        if value
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in escaped.items())
    return f"@misc{{{source_id},\n{body}\n}}"

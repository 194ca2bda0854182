"""Mutations of the data after which the package is sealed anew, so that every hash agrees."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from .cells import notebooks
from .kinds import Mutation, change_digit, kind, ruled
from .tables import Row, read, record, refused, resources, write

COUNTRY = "IDN"
NUMERIC = ("egdi", "reform")  # tables whose drawn values are numbers
# Where plotted values come from: published data, table, which columns name the row (theirs: ours),
# which value it is.
LINEAGE = (
    ("fig01a-egdi-path", "egdi", {"iso3": "iso3", "wave": "wave"}, "egdi"),
    ("fig01b-egdi-rank", "egdi", {"iso3": "iso3", "wave": "wave"}, "egdi_rank"),
    ("fig02a-decomposition", "egdi", {"wave": "wave_to"}, None),
    ("fig02b-components-z", "egdi", {"wave": "wave"}, None),
    ("fig03a-timeline", "events", {"event_id": "event_id"}, "date"),
    ("fig04b-second-sample", "codings", {"variable": "label"}, "value"),
    (
        "fig05a-indicators",
        "reform",
        {"indicator": "indicator", "year": "year", "value": "value"},
        "value",
    ),
    (
        "fig05b-spbe-domains",
        "reform",
        {"indicator": "indicator", "year": "year", "value": "value"},
        "value",
    ),
)


def _drawn_value(
    project: Path, rng: Random, fits: str = ""
) -> tuple[str, str, list[Row], Row, str]:
    """Draw a plotted value: the figure, the table, its rows, the value's own row and its column.

    ``fits`` is a regular expression that the value must fit.
    """
    lines = [line for line in LINEAGE if not fits or line[1] in NUMERIC]
    figure, table, keys, column = rng.choice(lines)
    _, plotted = read(project / f"figures/{figure}.csv")
    columns, rows = read(project / f"data/{table}.csv")
    sources = []
    for mark in plotted:
        named = {theirs: mark[ours] for theirs, ours in keys.items()}
        if column is None:
            named["iso3"] = COUNTRY
        if table == "codings":
            named |= {"sample": "s2", "coder": "second"}
        found = [
            row for row in rows if all(_same(row[name], value) for name, value in named.items())
        ]
        name = column or mark["component"].lower()
        # Where several rows could be meant, one that is not drawn might be hit.
        single = len(found) == 1 or table == "codings"
        if (
            single
            and name in columns
            and all(row[name] and re.match(fits, row[name]) for row in found)
        ):
            sources.append((found, name))
    found, name = rng.choice(sources)
    return figure, table, rows, rng.choice(found), name


def _same(ours: str, theirs: str) -> bool:
    try:
        return float(ours) == float(theirs)
    except ValueError:
        return ours == theirs


def _sealed(project: Path, figure: str, table: str, rows: list[Row], what: str) -> Mutation:
    """Expect the fresh figure to differ from the published one, whatever the data's check says."""
    write(project / f"data/{table}.csv", list(rows[0]), rows)
    path = next(
        f"notebooks/{file.name}" for file, _ in notebooks(project) if file.name[:2] == figure[3:5]
    )
    words = rf"data {figure}(\.marks)?\.csv: row "
    return Mutation(
        f"{table}.csv, {what}, sealed anew", (path,), ruled(path, "published", words), seal=True
    )


@kind("data")
def plotted_value_changed(project: Path, rng: Random) -> Mutation:
    """Change one value that a figure shows.

    A digit, a year, or a code to another of the same variable.
    """
    figure, table, rows, row, name = _drawn_value(project, rng)
    old = row[name]
    if table == "codings":
        row[name] = rng.choice(
            sorted({one["value"] for one in rows if one["variable"] == row["variable"]} - {old, ""})
        )
    elif name == "date":
        row[name] = f"{int(old[:4]) + rng.choice((-1, 1))}{old[4:]}".replace("-02-29", "-02-28")
    else:
        row[name] = change_digit(old, rng, first=3)
    return _sealed(project, figure, table, rows, f"{name} {old!r} becomes {row[name]!r}")


@kind("data")
def plotted_sign_changed(project: Path, rng: Random) -> Mutation:
    """Turn the sign of one number that a figure shows.

    Sealing refuses some, so the recorded hash is forged.
    """
    figure, table, rows, row, name = _drawn_value(project, rng, r"[\d.]*[1-9]")
    row[name] = f"-{row[name]}"
    drawn = _sealed(project, figure, table, rows, "")
    record(project, f"{table}.csv")
    refusal = rf"{table}\.csv, row \d+, column {name}: {float(row[name]):g} "
    what = f"{table}.csv, {name} becomes {row[name]}, and its recorded hash fits"
    return Mutation(what, drawn.paths, (rf"{drawn.reasons[1]}|^.*{refusal}",))


@kind("data")
def rows_moved(project: Path, rng: Random) -> Mutation:
    """Swap two neighbouring rows of any table, or drop a country's wave."""
    if rng.random() < 0.3:
        columns, rows = read(project / "data/egdi.csv")
        gone = rows.pop(rng.randrange(len(rows)))
        write(project / "data/egdi.csv", columns, rows)
        words = (
            rf"egdi\.csv: wave {gone['wave']}:"
            rf" {len([r for r in rows if r['wave'] == gone['wave']])} rows came"
        )
        what = f"egdi.csv, {gone['iso3']} {gone['wave']} is dropped, sealed anew"
        return refused(project, rng, what, words, seal=True)
    table = rng.choice(
        [
            one
            for one in resources(project)
            if not one["path"].startswith("codes/") and one["name"] != "event_records"
        ]
    )
    keys = table.get("sorted_by", table["schema"]["primaryKey"])
    columns, rows = read(project / "data" / table["path"])
    at = rng.choice(
        [
            k
            for k in range(len(rows) - 1)
            if any(rows[k][name] != rows[k + 1][name] for name in keys)
        ]
    )
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    write(project / "data" / table["path"], columns, rows)
    words = rf"{re.escape(table['path'])}, row {at + 2}\b.*: the rows are not in the order of"
    return refused(
        project,
        rng,
        f"{table['path']}, rows {at + 2} and {at + 3} are swapped, sealed anew",
        words,
        seal=True,
    )

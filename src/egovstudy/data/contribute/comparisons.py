"""Two coders' sheets side by side: the events of both, where they differ, how far they agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from egovstudy.data.contribute import form
from egovstudy.data.contribute.sheets import Sheet, read_sheet
from egovstudy.data.contribute.spreadsheets import export_tables
from egovstudy.data.events import Agreement, address, agreement
from egovstudy.errors import ArgumentError, DataError

# Words of one's own cannot be expected to agree; these can.
COMPARED = (
    *("date", "date_precision", "date_end", "date_basis", "partner_id", "body_id"),
    *("instrument", "stage", "act_status", "level", "learning", "themes"),
    *("country_of_event", "term_end", "retrospective", "confidence"),
    *("printed_date", "printed_weekday"),
)
LISTS = ("themes",)


@dataclass(frozen=True, eq=False)
class Comparison:
    """What two sheets have in common.

    Attributes
    ----------
    coders : tuple of str
        Names of the two files.
    values : DataFrame
        One row per event of both and variable: ``event, row_first, row_second, variable``, the two
        values under the names of the coders, and ``same``.
    alone : dict
        Events that only one file has, by coder: row and words to find them.
    measured : Agreement or None
        None if no variable has values of both.
    """

    coders: tuple[str, str]
    values: pd.DataFrame
    alone: dict[str, list[str]]
    measured: Agreement | None

    def write(self, path: Path) -> Path:
        """Write all values side by side, with empty columns to adjudicate, as XLSX or CSV."""
        same = self.values["same"].map({True: "true", False: "false"})
        rows = self.values.assign(same=same, adjudicated="", reason="")
        return export_tables(path, {"comparison": rows})

    def __str__(self) -> str:
        differ = self.values[~self.values["same"]]
        events = self.values["event"].nunique()
        lines = [
            f"{events} events in both, {len(self.values):,} values compared, {len(differ)} differ."
        ]
        if len(differ):
            shown = differ[["event", "variable", *self.coders]].replace("", "(empty)")
            lines += ["", shown.to_string(index=False, justify="left", max_colwidth=60)]
        for coder, rows in self.alone.items():
            if rows:
                lines += ["", f"Only in {coder}: {len(rows)}", *(f"  {one}" for one in rows)]
        return "\n".join([*lines, "", self._agreement_words()])

    def _agreement_words(self) -> str:
        if self.measured is None:
            return "No variable has values of both coders, so there is no agreement to measure."
        table = self.measured.table
        lower, upper = table["lower"].map(_number), table["upper"].map(_number)
        shown = table[["variable", "events"]].assign(
            agree=(100 * table["share"]).map("{:.0f} %".format),
            alpha=table["alpha"].map(_number),
            interval=lower + " to " + upper,
        )
        note = (
            "Krippendorff's alpha, 95 % bootstrap interval over events; themes by MASI. - where"
            " nothing varies."
        )
        return f"{shown.to_string(index=False)}\n{note}"


def _number(value: float) -> str:
    return "-" if pd.isna(value) else f"{value:.2f}"


def compare(first: Path, second: Path) -> Comparison:
    """Compare two sheets of the same form.

    Rows are matched by ``event_id``; else by ``source_url`` and ``date``; else by ``source_url``
    alone, where it stands once among the rows left in each sheet (the date may be what the coders
    differ on).

    Parameters
    ----------
    first, second : Path
        CSV or XLSX in the form of ``egovstudy event-template``; neither needs every column.

    Returns
    -------
    Comparison

    Raises
    ------
    ArgumentError
        If a file is no table, has nothing to match by, or no event is in both.
    DataError
        If cells cannot be taken as text (merged cells, formulas and the like).
    """
    sheets = [_readable(path) for path in (first, second)]
    coders = (first.stem, second.stem) if first.stem != second.stem else ("first", "second")
    pairs = list(_matched(sheets[0].cells, sheets[1].cells))
    if not pairs:
        raise ArgumentError(
            f"no event stands both in {first.name} and {second.name}: rows are matched by event_id,"
            " or by source_url and date. Are these the sheets of one sample?"
        )
    values = _values(sheets, coders, pairs)
    alone = {}
    for side, (coder, sheet) in enumerate(zip(coders, sheets, strict=True)):
        left = sheet.cells.drop(index=[pair[side] for pair in pairs])
        alone[coder] = [_words(row, cells) for row, cells in left.iterrows()]
    return Comparison(coders, values, alone, _measured(values, coders))


def _readable(path: Path) -> Sheet:
    sheet = read_sheet(path, form.columns(), dates=form.DATES)
    if sheet.findings:
        raise DataError(sheet.findings)
    cells = sheet.cells.reindex(columns=form.columns(), fill_value="")
    cells["source_url"] = cells["source_url"].map(address)
    cells["themes"] = [
        ";".join(sorted({one.strip() for one in value.split(";")} - {""}))
        for value in cells["themes"]
    ]
    cells["retrospective"] = cells["retrospective"].str.lower()
    return Sheet(sheet.file, cells, (), frozenset())


def _matched(first: pd.DataFrame, second: pd.DataFrame) -> Iterator[tuple[int, int]]:
    for keys in (["event_id"], ["source_url", "date"], ["source_url"]):
        rows = [_once(frame, keys).reset_index(names="row") for frame in (first, second)]
        both = rows[0].merge(rows[1], on=keys, suffixes=("", "_second"))
        yield from both[["row", "row_second"]].itertuples(index=False, name=None)
        first, second = first.drop(index=both["row"]), second.drop(index=both["row_second"])


def _once(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Keys of rows in which they are filled, where they stand once."""
    return rows.loc[rows[keys].ne("").all(axis=1), keys].drop_duplicates(keep=False)


def _words(row: int, cells: pd.Series) -> str:
    shown = cells["event_id"] or " ".join(
        one for one in (cells["date"], cells["partner_id"], cells["source_url"]) if one
    )
    return f"row {row}: {shown or cells['summary'] or 'no id, date or source'}"


def _values(
    sheets: list[Sheet], coders: tuple[str, str], pairs: list[tuple[int, int]]
) -> pd.DataFrame:
    rows = []
    for pair in sorted(pairs):
        mine, theirs = (sheet.cells.loc[row] for sheet, row in zip(sheets, pair, strict=True))
        event = mine["event_id"] or theirs["event_id"] or f"row {pair[0]}"
        for variable in COMPARED:
            came = mine[variable], theirs[variable]
            if any(came):
                rows.append((event, *pair, variable, *came, came[0] == came[1]))
    return pd.DataFrame(
        rows, columns=["event", "row_first", "row_second", "variable", *coders, "same"]
    )


def _measured(values: pd.DataFrame, coders: tuple[str, str]) -> Agreement | None:
    long = values.melt(["event", "row_first", "variable"], list(coders), "coder", "value")
    # Ids may be missing; the first sheet's rows are unique.
    long["event_id"] = long["row_first"].astype("str")
    long = long[long["value"].ne("")]
    both = long.groupby("variable", sort=False)["coder"].nunique()
    names = [variable for variable in COMPARED if both.get(variable, 0) == 2]
    if not names:
        return None
    level = {name: "masi" for name in LISTS if name in names}
    return agreement(long[["event_id", "variable", "coder", "value"]], on=names, level=level)

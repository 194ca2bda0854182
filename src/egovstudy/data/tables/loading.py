"""``load_*``: the only reader of datasets.

Each reads one table of the data package, gives every column its type, and raises one error that
names every file, row and column that does not hold what the schema says. Nothing is guessed.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import pandas as pd

from egovstudy.data.tables import schema
from egovstudy.data.tables import validation as validate
from egovstudy.errors import ArgumentError, DataError, Finding, listed, nearest
from egovstudy.paths import data_dir

UNTELLABLE = "the cells cannot be told apart"


def load(table: str) -> pd.DataFrame:
    """Load a table of the data package.

    Parameters
    ----------
    table : str
        Its name, e.g. ``"egdi"``; ``eg.describe()`` lists them.

    Returns
    -------
    DataFrame
        One row per row of the file, in the file's order, with a fresh index from 0. Whole numbers
        are ``Int64``, numbers ``float64``, codes categoricals in the code list's order.
        ``frame.attrs`` name the table and the recorded hash of its file.

    Raises
    ------
    ArgumentError
        If there is no such table.
    DataError
        If the file does not hold what its schema says.

    Examples
    --------
    >>> import egovstudy as eg
    >>> eg.load("egdi").shape
    (2316, 11)
    """
    resource = schema.resource(table)
    path = data_dir() / resource["path"]
    frame = _loaded(table, path, path.stat().st_mtime_ns if path.exists() else 0).copy()
    frame.attrs.update(table=table, hash=resource.get("hash"))
    return frame


# Above the number of tables, else a pass over all of them reads each one again.
@lru_cache(maxsize=128)
def _loaded(table: str, path: Path, _stamp: int) -> pd.DataFrame:
    frame, findings = read_table(table, path)
    if findings:
        raise DataError(findings)
    return frame


def forget() -> None:
    """Forget the tables read so far, so that the next load of each reads its file again."""
    _loaded.cache_clear()


def read_table(table: str, path: Path) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Read one file as the given table and collect everything wrong with it.

    Parameters
    ----------
    table : str
        Name of the table whose schema holds.
    path : Path
        The CSV file.

    Returns
    -------
    frame : DataFrame or None
        None if the file's form (encoding, header, row lengths) cannot be read at all.
    findings : list of Finding
        Empty if the file holds.
    """
    raw, findings = _read_text(table, path)
    if raw is None:
        return None, findings
    codes = {column: _codes(other) for column, other in schema.code_list_of(table).items()}
    frame, findings, unread = validate.parse(table, raw, codes)
    return frame, findings + validate.constraint_findings(table, frame, unread)


def raw_rows(table: str) -> list[dict[str, str]]:
    """Give a table's rows as the text that stands in the file, for writers that add to it."""
    with (data_dir() / schema.resource(table)["path"]).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _codes(code_list: str) -> list[str]:
    return load(code_list)["code"].tolist()


def labels(code_list: str, language: str = "en") -> pd.Series:
    """Labels of a code list, to map codes to words.

    Parameters
    ----------
    code_list : str
        Name of the list without its prefix, e.g. ``"instrument"``.
    language : {"en", "id"}
        English or Indonesian.

    Returns
    -------
    Series
        Label by code.

    Examples
    --------
    >>> import egovstudy as eg
    >>> eg.labels("partner-type")["government"]
    'Government'
    """
    listing = load(schema.CODES + code_list.removeprefix(schema.CODES))
    column = f"label_{language}"
    if column not in listing:
        raise ArgumentError(f"no labels in language {language!r}. Allowed: en, id.")
    return listing.set_index("code")[column].rename(None)


def _read_text(table: str, path: Path) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Read the file as strings, or say why its form is wrong."""
    file = schema.resource(table)["path"]
    expected = list(schema.fields(table))

    def wrong(
        message: str, row: int | None = None, check: str = "form"
    ) -> tuple[None, list[Finding]]:
        return None, [Finding(file, check, message, row=row)]

    try:
        problem = _bytes_problem(path) or _header_problem(path, expected)
    except FileNotFoundError:
        return wrong(
            f"the file is missing from {path.parent}. Restore it from the project's history.",
            check="missing",
        )
    except OSError as error:
        return wrong(f"the file cannot be read ({error.strerror}).", check="missing")
    if problem:
        return wrong(*problem)
    try:
        # The header is read as a row, because pandas lets the first row be too long; every later
        # one must fit it.
        raw = pd.read_csv(
            path,
            header=None,
            names=expected,
            index_col=False,
            dtype="str",
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=False,
        ).iloc[1:]
        # pandas fills a line that is too short: it can only be one whose last cell is empty.
        ragged = _ragged(path, len(expected)) if raw[expected[-1]].hasnans else {}
    except pd.errors.ParserError as error:
        ragged = _ragged(path, len(expected)) or _ragged(path, len(expected), strict=True)
        ragged = ragged or {-1: f"{UNTELLABLE} ({error})."}
    if ragged:
        return None, validate.per_row(file, "form", None, list(ragged), ragged.values())
    return raw, []


def _bytes_problem(path: Path) -> tuple[str, int | None, str] | None:
    """Say what is wrong before any cell is looked at: message, line and check."""
    line, row = b"", 0
    with path.open("rb") as lines:
        for row, line in enumerate(lines, start=1):  # noqa: B007 (the last line is looked at below)
            if row == 1 and line.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
                words = (
                    "it begins with a byte-order mark. Save it as plain UTF-8 (in Excel: not 'CSV"
                    " UTF-8')."
                )
                return words, 1, "encoding"
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                words = "the file was probably saved as Windows-1252. Save it as UTF-8."
                return f"byte {line[error.start]:#04x} is not UTF-8; {words}", row, "encoding"
    if not row:
        return "the file is empty. Restore it from the project's history.", None, "form"
    if not line.endswith(b"\n"):
        return (
            "the last line has no line end: the file looks truncated. Restore it.",
            row,
            "truncated",
        )
    return None


def _ragged(path: Path, width: int, *, strict: bool = False) -> dict[int, str]:
    """Say what is wrong with each record that has not one cell for each column (from 0).

    Python's own reader is too slow for every large file, but it can tell which record is meant.
    ``strict`` stops at the first quote that is out of place.
    """
    ragged = {}
    record = -1
    with path.open(encoding="utf-8", newline="") as lines:
        try:
            for record, cells in enumerate(csv.reader(lines, strict=strict), start=-1):
                if len(cells) != width:
                    came = f"{len(cells)} cells came, {width} are needed."
                    ragged[record] = f"{came} Is a line cut or a comma unquoted?"
        except csv.Error as error:
            ragged[record + 1] = (
                f"{UNTELLABLE} ({error}). Is a quote not closed, or not doubled inside a cell?"
            )
    return ragged


def _header_problem(path: Path, expected: list[str]) -> tuple[str, int, str] | None:
    """Say what is wrong with the first line: message, line and check."""
    with path.open(encoding="utf-8", newline="") as lines:
        try:
            words = _header_words(next(csv.reader([lines.readline()])), expected)
        except csv.Error as error:
            words = f"{UNTELLABLE} ({error})."
    return (words, 1, "header") if words else None


def _header_words(came: list[str], expected: list[str]) -> str | None:
    if came == expected:
        return None
    if len(came) == 1 and came[0].count(";") >= 1:
        return (
            "its cells are separated by semicolons. Save it with commas (spreadsheets with decimal"
            " commas do this)."
        )
    if len(came) == 1 and "\t" in came[0]:
        return "its cells are separated by tabs. Save it with commas."
    unknown = [name for name in came if name not in expected]
    missing = [name for name in expected if name not in came]
    if unknown:
        near = nearest(unknown[0], missing or expected)
        return f"unknown column {unknown[0]!r}.{near} Columns: {listed(expected, most=30)}."
    if missing:
        return f"column {missing[0]!r} is missing. Columns: {listed(expected, most=30)}."
    return f"the columns stand in another order. Expected: {listed(expected, most=30)}."


def load_egdi() -> pd.DataFrame:
    """UN E-Government Development Index: 193 countries x 12 waves, scores 0 to 1.

    Returns
    -------
    DataFrame
        2,316 rows: ``iso3, wave, egdi, egdi_rank, osi, tii, hci, epi, epi_rank, status, flag``. A
        score is absent (NaN) where the UN's 0 means absent; see ``eg.describe("egdi")``.

    Examples
    --------
    >>> import egovstudy as eg
    >>> egdi = eg.load_egdi()
    >>> egdi.query("iso3 == 'IDN' and wave == 2024")["egdi_rank"].tolist()
    [64]
    """
    return load("egdi")


def load_events() -> pd.DataFrame:
    """Coded events of Indonesian digital-government and administrative-reform partnership.

    Returns
    -------
    DataFrame
        One row per event: the columns of ``events``; ``partner_type`` and ``country_iso3`` of its
        partner; and what ``event_records`` derives, among it ``record_score`` (0 to 8) and
        ``partnership_id``. ``date`` is a text as fine as its source (``2016``, ``2016-03`` or
        ``2016-03-02``).

    Examples
    --------
    >>> import egovstudy as eg
    >>> events = eg.load_events()
    >>> bool(events["event_id"].is_unique and events["record_score"].between(0, 8).all())
    True
    """
    partners = load("partners")[["partner_id", "partner_type", "country_iso3"]]
    events = load("events").merge(partners, on="partner_id", how="left", validate="many_to_one")
    events = events.merge(load("event_records"), on="event_id", how="left", validate="one_to_one")
    events.attrs["table"] = "events"
    return events


def load_reform() -> pd.DataFrame:
    """Indonesia's own reform indicators, conflicting figures kept as rows.

    Returns
    -------
    DataFrame
        One row per indicator, year, scope and figure.

    Examples
    --------
    >>> import egovstudy as eg
    >>> bool((eg.load_reform()["indicator"] == "spbe_index").any())
    True
    """
    return load("reform")

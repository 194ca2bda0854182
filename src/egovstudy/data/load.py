"""``load_*``: the only reader of datasets.

Each reads one table of the data package, gives every column its type, and raises one error that names
every file, row and column that does not hold what the schema says. Nothing is guessed.
"""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from pathlib import Path

import pandas as pd

from egovstudy.data import schema, validate
from egovstudy.errors import ArgumentError, DataError, Finding, listed, nearest
from egovstudy.paths import data_dir


def load(table: str) -> pd.DataFrame:
    """Load a table of the data package.

    Parameters
    ----------
    table : str
        Its name, e.g. ``"egdi"``; ``eg.describe()`` lists them.

    Returns
    -------
    DataFrame
        One row per row of the file, in the file's order, with a fresh index from 0. Whole numbers are ``Int64``,
        numbers ``float64``, codes categoricals in the code list's order. ``frame.attrs["table"]`` names the table.

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
    path = data_dir() / schema.resource(table)["path"]
    frame = _loaded(table, path, path.stat().st_mtime_ns if path.exists() else 0).copy()
    frame.attrs["table"] = table
    return frame


@lru_cache(maxsize=64)
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
    frame, wrong = validate.parse(table, raw, codes)
    findings += wrong
    unread = {(one.row, one.column) for one in wrong}
    findings += [one for one in validate.constraint_findings(table, frame) if (one.row, one.column) not in unread]
    return frame, findings


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

    def wrong(message: str, row: int | None = None, check: str = "form") -> tuple[None, list[Finding]]:
        return None, [Finding(file, check, message, row=row)]

    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return wrong(f"the file is missing from {path.parent}. Restore it from the project's history.", check="missing")
    except OSError as error:
        return wrong(f"the file cannot be read ({error.strerror}).", check="missing")
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return wrong(
            "it begins with a byte-order mark. Save it as plain UTF-8 (in Excel: not 'CSV UTF-8').", 1, "encoding"
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        return wrong(
            f"byte {content[error.start]:#04x} is not UTF-8; "
            "the file was probably saved as Windows-1252. Save it as UTF-8.",
            row,
            "encoding",
        )
    lines = list(csv.reader(io.StringIO(text, newline="")))
    if not lines:
        return wrong("the file is empty. Restore it from the project's history.")
    expected = list(schema.fields(table))
    form = _header_problem(lines[0], expected)
    if form:
        return wrong(form, 1, "header")
    if not text.endswith("\n"):
        return wrong("the last line has no line end: the file looks truncated. Restore it.", len(lines), "truncated")
    ragged = [
        Finding(
            file,
            "form",
            f"{len(line)} cells came, {len(expected)} are needed. Is a line cut or a comma unquoted?",
            row=row,
        )
        for row, line in enumerate(lines[1:], start=2)
        if len(line) != len(expected)
    ]
    if ragged:
        return None, ragged
    raw = pd.DataFrame(lines[1:], columns=expected, dtype="str")
    return raw, []


def _header_problem(came: list[str], expected: list[str]) -> str | None:
    if came == expected:
        return None
    if len(came) == 1 and came[0].count(";") >= 1:
        return "its cells are separated by semicolons. Save it with commas (spreadsheets with decimal commas do this)."
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
        2,316 rows: ``iso3, wave, egdi, egdi_rank, osi, tii, hci, epi, epi_rank, status, flag``. A score is absent (NaN)
        where the UN's 0 means absent; see ``eg.describe("egdi")``.

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
        One row per event; ``date`` is a text as fine as its source (``2016``, ``2016-03`` or ``2016-03-02``).

    Examples
    --------
    >>> import egovstudy as eg
    >>> "instrument" in eg.load_events()
    True
    """
    return load("events")


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

"""Public statements held against the tables: verdicts are worked out, never typed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from egovstudy.data.claims.expressions import NotHeldError, evaluate, parse
from egovstudy.data.claims.index import IndexTables, index_functions
from egovstudy.data.claims.ledger import Ledger, OpenChoiceError, in_words, plain_functions
from egovstudy.data.claims.records import TABLES, RecordTables, record_functions
from egovstudy.data.tables import FIRST_ROW, load, load_events
from egovstudy.errors import ArgumentError, DataError, Finding, listed, nearest

HOLDS, FAILS, OTHER, OPEN = (
    "holds",
    "does not hold",
    "holds for another year",
    "cannot be checked here",
)
VERDICTS = (HOLDS, FAILS, OTHER, OPEN)
USED = ("egdi", "countries", "sources", *TABLES)
FREE = ("wave", "year")
MOST_TURNS = 64


@dataclass(frozen=True)
class _Outcome:
    """What one expression gave in one year: the verdict, what was found, and why it stays open."""

    verdict: str
    found: str = ""
    why: str = ""
    absent: bool = False


def check_claims(
    claims: pd.DataFrame | None = None, *, tables: Mapping[str, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """Hold statements against the tables and work out each verdict.

    An expression is true, false, or open. It is open if the tables do not hold what it asks for, if
    a figure has several published values that decide differently, or if a figure that would confirm
    it stands only in the statement's own source or press text: a statement is no witness for
    itself, but it can contradict itself. One with a free ``wave`` or ``year`` that is not true in
    its own is tried in every other up to the year in which the statement was made.

    Parameters
    ----------
    claims : DataFrame, optional
        Columns ``claim_id`` and ``check``, and those of the table ``claims`` that apply; by default
        that table. Without a check, or where it cannot be decided, ``second_check`` still gives the
        verdict of another reading.
    tables : mapping of str to DataFrame, optional
        Frames that stand in for the project's tables, by name, e.g. ``{"egdi": changed}``.

    Returns
    -------
    DataFrame
        One row per claim, in the order given: the columns that came, ``verdict`` (holds, does not
        hold, holds for another year, cannot be checked here), ``value_found`` (what the data show),
        ``other_years`` (for which it holds), ``why`` (why it, or a part of it, cannot be checked),
        ``second_verdict`` and ``second_found``.

    Raises
    ------
    ArgumentError
        If a column or a table is not one of these.
    DataError
        With every expression that cannot be read or worked out, by claim, file, row and column.

    Examples
    --------
    >>> import egovstudy as eg
    >>> check = 'rank("IDN", wave) == 88'
    >>> own = pd.DataFrame({"claim_id": ["C999"], "check": [check], "wave": [2022]})
    >>> eg.check_claims(own)[["verdict", "value_found", "other_years"]].iloc[0].tolist()
    ['holds for another year', 'EGDI rank, IDN 2022: 77', '2020']
    """
    rows = load("claims") if claims is None else claims
    missing = [name for name in ("claim_id", "check") if name not in rows]
    if missing:
        raise ArgumentError(
            f"no column {missing[0]!r} in claims. Columns: {listed(list(rows.columns), 30)}."
        )
    unknown = [name for name in tables or {} if name not in USED]
    if unknown:
        raise ArgumentError(
            f"tables names {unknown[0]!r}. Tables used:"
            f" {listed(USED, 20)}.{nearest(unknown[0], USED)}"
        )
    findings = form_findings(rows)
    if findings:
        raise DataError(findings)
    study = _Study(tables or {})
    results = []
    for position, row in enumerate(rows.to_dict("records")):
        filled = {name: None if _empty(value) else value for name, value in row.items()}
        try:
            results.append(study.judge(filled, position))
        except DataError as error:
            findings += error.findings
    if findings:
        raise DataError(findings)
    found = pd.DataFrame(results, index=rows.index)
    return pd.concat([rows.drop(columns=found.columns, errors="ignore"), found], axis=1)


def form_findings(claims: pd.DataFrame | None = None) -> list[Finding]:
    """List what is wrong with the expressions and years of claims, without asking the tables."""
    functions = _functions(None, None, Ledger())
    findings = []
    rows = load("claims") if claims is None else claims
    for position, row in enumerate(rows.to_dict("records")):
        free = [name for name in FREE if not _empty(row.get(name))]
        if len(free) > 1:
            words = "both wave and year are given. Keep the one that it speaks of."
            findings.append(_finding(row, position, "year", words))
        for column in ("check", "second_check"):
            if _empty(row.get(column)):
                continue
            try:
                parse(row[column], functions, free)
            except ArgumentError as error:
                free_name = any(f"'{one}'" in str(error) for one in FREE)
                hint = " Fill the column wave or year to use it." if free_name else ""
                findings.append(_finding(row, position, column, f"{error}{hint}"))
        if "reason" in row and _empty(row.get("check")) and _empty(row["reason"]):
            words = "no check and no reason. Say why it cannot be checked here."
            findings.append(_finding(row, position, "reason", words))
    return findings


def _finding(row: dict, position: int, column: str, words: str) -> Finding:
    return Finding(
        "claims.csv", "claims", f"{row['claim_id']}: {words}", position + FIRST_ROW, column
    )


def _empty(value: object) -> bool:
    return value is None or (not isinstance(value, list) and bool(pd.isna(value)))


def _functions(
    index: IndexTables | None, records: RecordTables | None, ledger: Ledger
) -> dict[str, Callable]:
    """All functions of the language; without tables only the form of calls can be looked at."""
    return {
        **index_functions(index, ledger),
        **record_functions(records, ledger),
        **plain_functions(ledger),
    }


class _Study:
    """The tables, and what a statement is held against."""

    def __init__(self, given: Mapping[str, pd.DataFrame]) -> None:
        def table(name: str) -> pd.DataFrame:
            return (
                given[name] if name in given else load_events() if name == "events" else load(name)
            )

        self.index = IndexTables(table("egdi"), table("countries"))
        self.records = RecordTables(table)
        texts = table("sources").set_index("source_id")["press_text_id"]
        self.text_of = texts.dropna().to_dict()

    def functions(self, ledger: Ledger) -> dict[str, Callable]:
        return _functions(self.index, self.records, ledger)

    def judge(self, row: dict, position: int) -> dict[str, str]:
        first = self._reading(row, position, "check")
        second = self._reading(row, position, "second_check")
        stated = row.get("reason")
        why = "; ".join(one for one in (stated, first[0].why) if one)
        holds_for = [f"holds for {second[1]}"] if second[1] else []
        return {
            "verdict": first[0].verdict,
            "value_found": first[0].found,
            "other_years": first[1],
            "why": why,
            "second_verdict": second[0].verdict if row.get("second_check") else "",
            "second_found": "; ".join([second[0].found, *holds_for]),
        }

    def _reading(self, row: dict, position: int, column: str) -> tuple[_Outcome, str]:
        """Outcome of the expression in one column, and the other years for which it holds."""
        if not row.get(column):
            return _Outcome(OPEN), ""
        try:
            return self._tried(row, row[column])
        except ArgumentError as error:
            raise DataError([_finding(row, position, column, str(error))]) from None

    def _tried(self, row: dict, text: str) -> tuple[_Outcome, str]:
        own = {row["source_id"]} if row.get("source_id") else set()
        press = {self.text_of[one] for one in own if one in self.text_of}
        own |= {one for one, print_ in self.text_of.items() if print_ in press}
        name = next((one for one in FREE if row.get(one) is not None), None)
        tree = parse(text, self.functions(Ledger()), [name] if name else [])
        value = int(row[name]) if name else None
        outcome = self._outcome(tree, name, value, own)
        uses = any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))
        if name is None or not uses or not (outcome.verdict == FAILS or outcome.absent):
            return outcome, ""
        said = int(str(row["date"])[:4]) if row.get("date") else 9999
        others = self.index.waves if name == "wave" else self.records.years
        true = [
            one
            for one in others
            if one != value and one <= said and self._true_for(tree, name, one, own)
        ]
        if not true:
            return outcome, ""
        found = "; ".join(one for one in (outcome.why, outcome.found) if one)
        return _Outcome(OTHER, found), ", ".join(map(str, true))

    def _true_for(self, tree: ast.expr, name: str, value: int, own: set[str]) -> bool:
        """Whether it holds for another year in which it can be worked out."""
        try:
            return self._outcome(tree, name, value, own).verdict == HOLDS
        except ArgumentError:
            return False

    def _outcome(
        self, tree: ast.expr, name: str | None, value: int | None, own: set[str]
    ) -> _Outcome:
        turns = self._turns(tree, {name: value} if name else {}, own, {})
        ledgers, results = [ledger for ledger, _ in turns], {result for _, result in turns}
        found = in_words(ledgers)
        absent = [result for result in results if isinstance(result, str)]
        if absent:
            return _Outcome(OPEN, found, listed(sorted(absent)), absent=True)
        if len(results) > 1:
            open_ = listed(sorted({label for ledger in ledgers for label in ledger.choices}))
            return _Outcome(OPEN, found, f"the values given for {open_} decide differently")
        if results == {False}:
            return _Outcome(FAILS, found)
        alone = list(dict.fromkeys(label for ledger in ledgers for label in ledger.unwitnessed))
        if alone:
            return _Outcome(
                OPEN, found, f"only the statement's own source gives {listed(alone, most=3)}"
            )
        if not all(ledger.asked for ledger in ledgers):
            return _Outcome(OPEN, found, "only its arithmetic can be checked, and that agrees")
        return _Outcome(HOLDS, found)

    def _turns(
        self, tree: ast.expr, values: dict, own: set[str], choices: dict[str, int]
    ) -> list[tuple[Ledger, bool | str]]:
        """Work the expression out once for each combination of the values that are open."""
        ledger = Ledger(own_sources=own, choices=choices)
        try:
            return [(ledger, evaluate(tree, self.functions(ledger), values))]
        except NotHeldError as error:
            return [(ledger, str(error))]
        except OpenChoiceError as error:
            turns = []
            for option in range(error.options):
                turns += self._turns(tree, values, own, {**choices, error.key: option})
                if len(turns) > MOST_TURNS:
                    raise ArgumentError(
                        f"more than {MOST_TURNS} combinations of disputed figures."
                    ) from None
            return turns

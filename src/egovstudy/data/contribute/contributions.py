"""Contributions: a sheet of events is read, every named check looks at it, all findings at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from egovstudy.data.contribute import form
from egovstudy.data.contribute.rules import CHECKS
from egovstudy.data.contribute.sheets import read_sheet
from egovstudy.data.events import ERROR, QUESTION, Event, Known
from egovstudy.errors import Finding


@dataclass(frozen=True)
class Contribution:
    """A sheet as parsed: its events, what was found on reading it, and what it is held against."""

    file: str
    events: tuple[Event, ...]
    read: tuple[Finding, ...]
    known: Known


def read_contribution(path: Path) -> Contribution:
    """Read a sheet of events.

    Parameters
    ----------
    path : Path
        CSV or XLSX in the form that ``egovstudy event-template`` writes.

    Returns
    -------
    Contribution

    Raises
    ------
    ArgumentError
        If the file is no table at all.
    """
    sheet = read_sheet(path, form.columns(), needed=form.needed(), dates=form.DATES)
    known, read = Known.load(), sheet.findings
    if sheet.cells.empty and not read:
        words = "no events in the sheet: below the header every row is blank."
        read = (Finding(sheet.file, "rows", words),)
    unread: dict[int, set[str]] = {}
    for number, column in sheet.unread:
        unread.setdefault(number, set()).add(column)
    events = []
    for number, cells in sheet.cells.to_dict("index").items():
        value = cells.get("retrospective", "").lower()
        if value in form.BOOLEANS:  # spreadsheets write TRUE and FALSE in capitals by themselves
            cells["retrospective"] = value
        left = frozenset(unread.get(number, ()))
        events.append(known.event(cells, sheet.file, number, left))
    return Contribution(sheet.file, tuple(events), read, known)


def check_contribution(contribution: Contribution) -> list[Finding]:
    """Run every named check.

    Parameters
    ----------
    contribution : Contribution
        As :func:`read_contribution` gives it.

    Returns
    -------
    list of Finding
        By row; within a row in the order of the checks. :func:`severity` says what each weighs.

    Examples
    --------
    >>> import tempfile
    >>> path = form.write_template(Path(tempfile.mkdtemp()) / "mine.csv")
    >>> [finding.check for finding in check_contribution(read_contribution(path))]
    ['rows']
    """
    findings = list(contribution.read)
    for check in CHECKS.values():
        findings += check.run(contribution.events, contribution.known)
    return sorted(findings, key=lambda finding: finding.row or 0)


def severity(finding: Finding) -> str:
    """``error``, or ``question`` for what may be right and deserves a second look."""
    return CHECKS[finding.check].severity


def errors(findings: Sequence[Finding]) -> list[Finding]:
    """Give the findings that must be mended."""
    return [finding for finding in findings if severity(finding) == ERROR]


def findings_as_text(contribution: Contribution, findings: Sequence[Finding]) -> str:
    """Write findings for people: errors, then questions, one line each, and what follows.

    Parameters
    ----------
    contribution : Contribution
        What was checked.
    findings : sequence of Finding
        As :func:`check_contribution` gives them.

    Returns
    -------
    str
    """
    lines: list[str] = []
    counts: list[str] = []
    for kind, title in ((ERROR, "To mend"), (QUESTION, "To look at again (may be right)")):
        of_kind = [finding for finding in findings if severity(finding) == kind]
        if of_kind:
            lines += [f"{title}:", *(f"  {_line(finding)}" for finding in of_kind), ""]
            counts.append(f"{len(of_kind)} {kind}{'s' if len(of_kind) > 1 else ''}")
    rows = len(contribution.events)
    verdict = f"{', '.join(counts) or 'nothing to mend'} in {rows} event{'' if rows == 1 else 's'}."
    closing = (
        "" if errors(findings) or not rows else " It can go in: egovstudy add-event --from FILE"
    )
    return "\n".join([*lines, f"{contribution.file}: {verdict}{closing}"])


def _line(finding: Finding) -> str:
    place = [f"row {finding.row}"] if finding.row is not None else []
    place += [f"column {finding.column}"] if finding.column is not None else []
    return f"{', '.join(place) or 'sheet'} [{finding.check}] {finding.message}"


def findings_as_json(findings: Sequence[Finding]) -> str:
    """Write findings as a list of objects: file, row, column, check, severity and message."""
    rows = [
        {
            "file": finding.file,
            "row": finding.row,
            "column": finding.column,
            "check": finding.check,
            "severity": severity(finding),
            "message": finding.message,
        }
        for finding in findings
    ]
    return json.dumps(rows, indent=1, ensure_ascii=False)


def list_checks() -> str:
    """Name every check with what it holds, one line each."""
    width = max(map(len, CHECKS))
    return "\n".join(
        f"{check.name:<{width}}  {check.severity:<8}  {check.about}" for check in CHECKS.values()
    )

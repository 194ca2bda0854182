"""Contributions: a sheet of events is read, every named check looks at it, all findings at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from egovstudy.data.contribute import check_codes as contribution_checks  # noqa: F401
from egovstudy.data.contribute import check_dates as contribution_dates  # noqa: F401
from egovstudy.data.contribute import check_sources as contribution_sources  # noqa: F401
from egovstudy.data.contribute import form  # noqa: F401
from egovstudy.data.contribute.registry import CHECKS, ERROR, QUESTION, Contribution, Known, Row
from egovstudy.data.contribute.sheets import read_sheet
from egovstudy.errors import Finding


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
    unread: dict[int, set[str]] = {}
    for number, column in sheet.unread:
        unread.setdefault(number, set()).add(column)
    rows = [
        Row(number, _plain(cells), frozenset(unread.get(number, ())))
        for number, cells in sheet.cells.to_dict("index").items()
    ]
    return Contribution(sheet.file, tuple(rows), sheet.findings, Known.load())


def _plain(cells: dict[str, str]) -> dict[str, str]:
    # Spreadsheets write TRUE and FALSE in capitals by themselves.
    value = cells.get("retrospective", "")
    return cells | {"retrospective": value.lower() if value.lower() in form.BOOLEANS else value}


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
    findings = [finding for check in CHECKS.values() for finding in check.run(contribution)]
    return sorted(findings, key=lambda finding: finding.row or 0)


def severity(finding: Finding) -> str:
    """``error``, or ``question`` for what may be right and deserves a second look."""
    return CHECKS[finding.check].severity


def errors(findings: Sequence[Finding]) -> list[Finding]:
    """Give the findings that must be mended."""
    return [finding for finding in findings if severity(finding) == ERROR]


def as_text(contribution: Contribution, findings: Sequence[Finding]) -> str:
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
    lines, counts = [], []
    for kind, title in ((ERROR, "To mend"), (QUESTION, "To look at again (may be right)")):
        of_kind = [finding for finding in findings if severity(finding) == kind]
        if of_kind:
            lines += [f"{title}:", *(f"  {_line(finding)}" for finding in of_kind), ""]
            counts.append(f"{len(of_kind)} {kind}{'s' if len(of_kind) > 1 else ''}")
    rows = len(contribution.rows)
    verdict = f"{', '.join(counts) or 'nothing to mend'} in {rows} event{'' if rows == 1 else 's'}."
    closing = (
        "" if errors(findings) or not rows else " It can go in: egovstudy add-event --from FILE"
    )
    return "\n".join([*lines, f"{contribution.file}: {verdict}{closing}"])


def _line(finding: Finding) -> str:
    place = [f"row {finding.row}"] if finding.row is not None else []
    place += [f"column {finding.column}"] if finding.column is not None else []
    return f"{', '.join(place) or 'sheet'} [{finding.check}] {finding.message}"


def as_json(findings: Sequence[Finding]) -> str:
    """Write findings for programs: a list of objects with file, row, column, check, severity and message."""
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

"""What a new wave asks of the project: of its notebooks, its tables and the papers that use it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from egovstudy.data.tables import load, schema
from egovstudy.errors import EgovstudyError, listed
from egovstudy.paths import data_dir, project_dir

# Calls and tables through which a notebook sees the waves, or what others made of them.
SEES_WAVES = re.compile(
    r"\b(?:load_egdi|make_panel|assign_wave|exposure|breaks_between|decompose|within_wave|count_events|forecast_wave)\b"
    r"|\bpublished\("
    r"|load\([\"'](?:egdi|waves|breaks|un_files|egdi_anchors)[\"']\)"
)
COUNTED = re.compile(r"\btwelve (?:waves|files)\b", re.IGNORECASE)


def what_is_needed(wave: int, empty: Sequence[str]) -> list[str]:
    """List what has to be done after a wave came in.

    Parameters
    ----------
    wave : int
        The wave that was added.
    empty : sequence of str
        Columns of ``waves`` that stayed empty.

    Returns
    -------
    list of str
        One thing to do per line, in order.
    """
    waves = sorted(int(one) for one in load("waves")["wave"])
    before = max((one for one in waves if one < wave), default=wave)
    documented = int(load("breaks")["wave"].eq(wave).sum())
    lines = [
        (
            f"waves.csv, row {wave}: read the survey's annex and fill {listed(empty, 40)}; rewrite"
            " comparability."
        ),
        (
            f"breaks.csv, {documented} rows for {wave} so far: one for each statement on EGDI, OSI,"
            " TII, HCI and EPI, also where none changed. Until then figures mark no break there."
        ),
        (
            f"egdi_anchors.csv: a few figures of {wave} as printed elsewhere, to test the file from"
            " outside."
        ),
        "Indicators in context.csv end where they ended; nothing was carried forward.",
    ]
    counted = [
        one["name"] for one in schema.package()["resources"] if COUNTED.search(json.dumps(one))
    ]
    lines.append(
        "datapackage.json still counts twelve waves or files in:"
        f" {listed(counted, 20) or 'nothing'}."
    )
    if (data_dir() / f"plan/forecast-{wave}.csv").is_file():
        lines.insert(
            0,
            "Before anything else: egovstudy score-forecast FILE; then read"
            " data/plan/analysis-plan.md.",
        )
    try:
        lines += [
            _notebook(path, before)
            for path in sorted((project_dir() / "notebooks").glob("[0-9]*.ipynb"))
        ]
    except EgovstudyError:
        lines.append("No notebooks here: this is no checkout.")
    return [
        *lines,
        (
            "egovstudy reproduce --update; then look at every figure, at printed size, in colour"
            " and in grey."
        ),
        (
            "egovstudy export once more for every paper's folder and its venue, egovstudy fill for"
            " its text."
        ),
        (
            "Tests and texts that count waves or rows: make test names them. README: What came out,"
            " and the data table."
        ),
        "CHANGELOG.md: the wave under Data, what moved under Results.",
    ]


def _notebook(path: Path, before: int) -> str:
    """Say what a notebook needs: nothing, a rerun, or an edit where it names the wave before."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    code = [
        source for source, cell in zip(sources, cells, strict=True) if cell["cell_type"] == "code"
    ]
    if not any(SEES_WAVES.search(source) for source in code):
        return (
            f"notebooks/{path.name}: sees no waves; a rerun changes nothing but counts of tables."
        )
    named = [
        str(number)
        for number, source in enumerate(sources, start=1)
        if re.search(rf"\b{before}\b", source)
    ]
    where = (
        f"name {before} in cell {', '.join(named)}: see whether it should be the new wave"
        if named
        else ""
    )
    return f"notebooks/{path.name}: rerun" + (f"; it and its text {where}." if where else ".")

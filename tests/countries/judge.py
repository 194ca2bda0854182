"""Judge a run: no exception is not enough.

What misses must be said, and no act of Indonesia shown as its own.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from egovstudy.publish.plots.canvas import country
from egovstudy.rerun.reproduce.compare import text_outputs
from egovstudy.rerun.reproduce.notebooks import Run

from .draw import PROJECT, rows
from .expected import left_out, unranked

UNCODED = "({}): no partnership, regulation or reform indicator of this country is coded here."
RANKED = re.compile(r"^EGDI: ranked in (\d+) of 12 waves", re.MULTILINE)
# Sentences by which notebooks say what is left out: the designs, and why.
NO_RANK = re.compile(
    r"^(?P<wave>\d{4}): .+ is (?P<why>not ranked), so no number is kept\.$", re.MULTILINE
)
NO_STEP = re.compile(r"^Left out, for (?P<why>.+?): (?P<steps>.+)\.$", re.MULTILINE)
NO_FIT = re.compile(
    r"^- (?P<scores>[\w, ]+?) from (?P<starts>[\d, ]+): (?P<why>\S.*)$", re.MULTILINE
)
ACTS = re.compile(r"EGCC|DGCC|\bTBI\b|Perpres")
ACT_IDS = ("kor-2016-03-02-egcc-launch", "kor-2021-05-25-dgcc-mou", "tbi-2023-05-26-loi-london")
WITH_LEAVE = re.compile(
    r"(?:partner countries|partners|an? acts?|acts) of Indonesia|(?:mitra|tindakan) Indonesia"
)


@dataclass
class Verdict:
    """What became of one notebook for one country.

    Attributes
    ----------
    iso3, notebook : str
    kind : str
        ``ran``, ``says why`` or ``failed``.
    left_out : dict
        Design to the reason, as the notebook shows them.
    faults : list of str
        Why it failed.
    seconds : float
    """

    iso3: str
    notebook: str
    kind: str
    left_out: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def judge(run: Run, iso3: str, committed: Path = PROJECT / "figures") -> Verdict:
    """Judge an executed notebook.

    Parameters
    ----------
    run : Run
        With the parameter ``country``.
    iso3 : str
        The country asked for.
    committed : Path
        Folder with the figures and tables that the notebook publishes for Indonesia.
    """
    number = run.name[:2]
    if run.error:
        return Verdict(iso3, number, "failed", {}, [_last_line(run.error)], run.seconds)
    text = "\n".join(text for cell in run.notebook.cells for _, text in text_outputs(cell))
    said = dict(stated(number, text, run.figures))
    faults = [*_silent(number, iso3, said), *_uncoded(iso3, text), *_borrowed(run, iso3, text)]
    faults += [*_unpublished(number, run.figures, committed), *_noise(run)]
    kind = "failed" if faults else "says why" if said else "ran"
    return Verdict(iso3, number, kind, said, faults, run.seconds)


def stated(notebook: str, text: str, figures: Path) -> Iterator[tuple[str, str]]:
    """Read from a notebook's output which designs it leaves out, and why."""
    if notebook == "01":
        yield from ((f"rank of {one['wave']}", one["why"]) for one in NO_RANK.finditer(text))
    elif notebook == "02":
        yield from (
            (step, one["why"])
            for one in NO_STEP.finditer(text)
            for step in one["steps"].split("; ")
        )
    elif notebook == "07":
        yield from _floors(figures / "tab07a-floors.csv")
    else:
        for one in NO_FIT.finditer(text):
            for score in one["scores"].split(", "):
                yield from (
                    (f"{score} from {start}", one["why"]) for start in one["starts"].split(", ")
                )


def _floors(table: Path) -> Iterator[tuple[str, str]]:
    """Windows that the table of floors calls impossible."""
    if not table.is_file():
        return
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            possible = next(
                (value for name, value in row.items() if name.startswith("possible for")), ""
            )
            if possible.startswith("no: "):
                yield (
                    f"{row['outcome'].lower()} from {row['first_wave']}",
                    possible.removeprefix("no: "),
                )


def _silent(number: str, iso3: str, said: dict[str, str]) -> Iterator[str]:
    expected = left_out(number, iso3)
    if silent := sorted(expected - said.keys()):
        yield f"does not say that it leaves out {', '.join(silent)}"
    if needless := sorted(said.keys() - expected):
        yield f"leaves out {', '.join(needless)}, which can be had"


def _uncoded(iso3: str, text: str) -> Iterator[str]:
    if UNCODED.format(iso3) not in text:
        yield "does not say that nothing of this country is coded"
    ranked = RANKED.search(text)
    if ranked is None or 12 - int(ranked[1]) != len(unranked(iso3)):
        yield f"does not say that it is ranked in {12 - len(unranked(iso3))} of 12 waves"


def _borrowed(run: Run, iso3: str, text: str) -> Iterator[str]:
    """Look for Indonesia's acts, and for captions that speak of Indonesia or of nobody."""
    days = [row["date"] for row in rows("events") if row["event_id"] in ACT_IDS]
    for day in days:
        if day in text:
            yield f"shows {day}, the day of an act of Indonesia"
    for path in sorted(run.figures.glob("*.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        words = [word for kind in ("caption", "alt") for word in (about.get(kind) or {}).values()]
        for word in words:
            if ACTS.search(word) or "Indonesia" in WITH_LEAVE.sub("", word):
                yield f"{path.stem} speaks of Indonesia: {word}"
        if path.name.startswith("fig") and country(iso3, "en") not in words[0]:
            yield f"the caption of {path.stem} does not name {country(iso3, 'en')}"
    for path in sorted(run.figures.glob("fig*.svg")):
        labels = re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8"))
        if acts := sorted({label for label in labels if ACTS.search(label)}):
            yield f"{path.stem} is labelled {', '.join(acts)}, acts of Indonesia"
    kept = run.figures / "numbers.csv"
    if kept.is_file():
        with kept.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if "Indonesia" in WITH_LEAVE.sub("", row["description"]):
                    yield (
                        f"the number {row['key']} is described as Indonesia's: {row['description']}"
                    )


def _unpublished(number: str, figures: Path, committed: Path) -> Iterator[str]:
    wanted, there = (
        {
            path.stem
            for path in folder.glob("*.json")
            if re.match(rf"(?:fig|tab){number}", path.name)
        }
        for folder in (committed, figures)
    )
    if missing := sorted(wanted - there):
        yield f"does not publish {', '.join(missing)}"


def _noise(run: Run) -> Iterator[str]:
    for cell in run.notebook.cells:
        for kind, text in text_outputs(cell):
            if kind == "stderr":
                yield f"writes on stderr: {text.strip().splitlines()[-1]}"


def _last_line(error: str) -> str:
    lines = [line for line in error.splitlines() if line.strip()]
    return lines[0] if len(lines) < 2 else f"{lines[0]} ... {lines[-1]}"

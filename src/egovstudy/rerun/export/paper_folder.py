"""``egovstudy export``: what the project publishes, into a paper's folder."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from egovstudy.data.integrity import check_data
from egovstudy.errors import ArgumentError, EgovstudyError, listed
from egovstudy.paths import project_dir
from egovstudy.publish.words import sha256
from egovstudy.rerun.export.parcel import (
    Plan,
    Record,
    carry_out,
    check_conflicts,
    check_folder,
    make_plan,
    read_record,
)
from egovstudy.rerun.reproduce import (
    Run,
    execute_all,
    folders_of,
    fresh_folder,
    notebook_paths,
    rows_after,
    say,
)

FOLDERS = {"fig": "figures", "tab": "tables"}
OWN = ("figures", "data", "notebooks", "src", "tests")
PUBLISHED = re.compile(r"\b(?:fig|tab)\d\d[a-z]?-[a-z0-9-]+")
MARKS = ".marks.csv"  # serves the comparison of runs, no reader


def export(
    to: Path, venue: str, width: str | None, language: str, only: list[str], force: bool
) -> bool:
    """Rerun notebooks for a venue and put what they publish into a folder.

    Parameters
    ----------
    to : Path
        The folder; it is made if need be.
    venue, width, language : str
        As in :func:`egovstudy.publish.style.venues.use_venue`.
    only : list of str
        Numbers or names of notebooks, empty for all; files of other notebooks that an earlier
        export wrote stay.
    force : bool
        Write over files that are the author's.

    Returns
    -------
    bool
        False if a figure or table could not be made; all others are exported.

    Raises
    ------
    ArgumentError
        For an unknown venue, width, language or notebook.
    EgovstudyError
        If the folder will not do, its files would be lost, or the run's numbers are not the
        committed ones.
    """
    from egovstudy.publish.style import VENUES, chosen_venue
    from egovstudy.publish.words import NUMBERS, read_numbers

    setting = chosen_venue(venue, width, None, None, language)
    about = {
        "venue": venue,
        "width": width or next(iter(VENUES[venue].widths_mm)),
        "language": language,
    }
    project = project_dir()
    paths = notebook_paths(project, only)
    folder = to.absolute()
    _check_apart(folder, project)
    check_folder(folder, tuple(FOLDERS.values()))
    record = read_record(folder)
    kept = _kept(folder, record, about, {path.stem[:2] for path in paths}) if only else {}
    say(f"{check_data()!r}")

    runs = execute_all(
        paths,
        fresh_folder(project / "build" / "export"),
        os.cpu_count() or 1,
        {},
        "/".join(about.values()),
    )
    failures = [failure for run in runs for failure in _failures(run)]
    # With --only the numbers of the other notebooks stay, as their figures do.
    numbers = rows_after(read_numbers(folder / NUMBERS) if kept else {}, folders_of(runs), NUMBERS)
    _check_numbers(numbers, project, {path.stem[:2] for path in paths}, failures)
    files = kept | _published(runs)
    if not files:
        raise EgovstudyError("\n".join(["nothing could be exported:", *failures]))
    files |= _joint(files, numbers, about, f"{setting!r}")
    plan = make_plan(folder, files, record)
    if not force:
        check_conflicts(folder, plan)
    carry_out(folder, files, plan, record, about)
    _report(folder, plan, failures, f"{setting!r}")
    return not failures


def _check_apart(folder: Path, project: Path) -> None:
    """Refuse the project's own folders, also where a link leads into them."""
    own = [(project / name).resolve() for name in OWN]
    for path in (folder, *(folder / name for name in FOLDERS.values())):
        for one in own:
            if path.resolve() == one or one in path.resolve().parents:
                raise ArgumentError(
                    f"{folder} would put files into the project's own {one.name}/, which the"
                    " notebooks write. Name a folder of your paper."
                )


def _kept(folder: Path, record: Record, about: dict[str, str], ran: set[str]) -> dict[str, bytes]:
    """Files of the other notebooks that an earlier export wrote: with --only they stay."""
    if not record.files:
        return {}
    if record.about != about:
        raise ArgumentError(
            f"{folder} holds figures for {'/'.join(record.about.get(name, '?') for name in about)},"
            f" not {'/'.join(about.values())}. Export without --only, or into another folder."
        )
    found = {}
    for name in record.files:
        notebook = re.match(r"(?:figures|tables)/(?:fig|tab)(\d\d)", name)
        path = folder / name
        if notebook and notebook[1] not in ran and path.is_file():
            raw = path.read_bytes()
            if record.wrote(name, sha256(raw)):
                found[name] = raw
    return found


def _failures(run: Run) -> list[str]:
    """Say what a run could not make: a figure or table by its name, anything else by its cell."""
    found = [] if run.error is None else [f"{run.name}: {run.error}"]
    for number, cell in enumerate(run.notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                name = PUBLISHED.search(cell.source)
                what = name[0] if name else f"{run.name}, cell {number}"
                found.append(f"{what}: {output.evalue or output.ename}")
    return found


def _check_numbers(
    numbers: Mapping[str, Mapping[str, str]], project: Path, ran: set[str], failures: list[str]
) -> None:
    """Refuse numbers that are not the committed ones: README and paper would differ."""
    from egovstudy.publish.words import NUMBERS, read_numbers

    committed = read_numbers(project / "figures" / NUMBERS)
    expected = {key for key in committed if key[:2] in ran}
    wrong = []
    for key in sorted(numbers.keys() | expected):
        old, new = (rows.get(key, {}).get("shown", "nothing") for rows in (committed, numbers))
        if (old, committed.get(key, {}).get("unit")) != (new, numbers.get(key, {}).get("unit")):
            wrong.append(f"{key}: committed {old}, came {new}")
    if wrong:
        raise EgovstudyError(
            "\n".join([f"the numbers are not the project's: {listed(wrong, 8)}.", *failures])
            + "\nRun egovstudy reproduce, mend what it reports, and export again without --only."
            " Nothing was written."
        )


def _published(runs: Iterable[Run]) -> dict[str, bytes]:
    return {
        f"{FOLDERS[path.name[:3]]}/{path.name}": path.read_bytes()
        for run in runs
        for path in sorted(run.figures.glob("*"))
        if path.name[:3] in FOLDERS
        and path.name[3:5] == run.name[:2]
        and not path.name.endswith(MARKS)
    }


def _joint(
    files: Mapping[str, bytes],
    numbers: Mapping[str, Mapping[str, str]],
    about: Mapping[str, str],
    setting: str,
) -> dict[str, bytes]:
    """Make the files that speak of all figures and tables together."""
    from egovstudy.publish.papers import contact_sheet, macros, paper
    from egovstudy.publish.words import COLUMNS, csv_text

    sidecars: list[dict[str, Any]] = [
        json.loads(files[name]) for name in sorted(files) if name.endswith(".json")
    ]
    pictures = {Path(name).stem: raw for name, raw in files.items() if name.endswith(".png")}
    texts = {
        "captions.tex": macros.captions_tex(sidecars, about["language"]),
        "captions.txt": macros.captions_txt(sidecars, about["language"]),
        "numbers.csv": csv_text(
            COLUMNS, ([row[name] for name in COLUMNS] for row in numbers.values())
        ),
        "numbers.tex": macros.numbers_tex(numbers),
        "numbers.txt": macros.numbers_txt(numbers),
        "references.bib": paper.references(
            {one for sidecar in sidecars for one in sidecar["cites"]}
        ),
        "README.txt": paper.readme(sidecars, numbers, about, setting),
    }
    sheet = {"contact-sheet.png": contact_sheet(pictures)} if pictures else {}
    return {name: text.encode("utf-8") for name, text in texts.items()} | sheet


def _report(folder: Path, plan: Plan, failures: list[str], setting: str) -> None:
    say(
        f"Exported into {folder} for {setting}: {len(plan.new) + len(plan.conflicts)} written, "
        f"{len(plan.unchanged)} unchanged, {len(plan.obsolete)} removed."
    )
    for name in plan.left:
        say(f"{name} is no longer published; it was edited since and stays.")
    if failures:
        say("\n".join(["Not exported:", *(f"  {failure}" for failure in failures)]))

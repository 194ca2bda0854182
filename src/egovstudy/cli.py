"""``egovstudy`` on the command line: the one front door. Heavy imports wait inside the commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

INTERRUPTED = 130  # the exit code typer gives to Ctrl-C, as shells do

app = typer.Typer(
    name="egovstudy",
    help=(
        "Reproducible research on digital-government diplomacy: check the data, rerun the"
        " notebooks, compare."
    ),
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
def check(
    against: Annotated[
        Path | None,
        typer.Option(
            help="Folder with your own downloads from the UN Data Center, to compare egdi.csv with."
        ),
    ] = None,
    hashes: Annotated[
        bool, typer.Option(help="Also compare every file with its recorded SHA-256.")
    ] = True,
) -> None:
    """Check that the data are intact: schema, keys, hashes, and the figures among themselves."""
    from egovstudy.data.integrity import check_data

    result = check_data(hashes=hashes)
    typer.echo(f"{result!r}\n{result.tables} tables and code lists, {result.rows:,} rows.")
    if against is not None:
        from egovstudy.data.egdi import compare_with_un

        for line in compare_with_un(against):
            typer.echo(line)


@app.command()
def seal() -> None:
    """After a deliberate change of a table: record the new hashes and write the codebook anew."""
    from egovstudy.data.integrity import seal as seal_package

    changed = seal_package()
    typer.echo(f"Sealed. Changed: {', '.join(changed) if changed else 'nothing'}.")


@app.command()
def verify_evidence(
    folder: Annotated[
        Path, typer.Argument(help="Folder with the texts that you hold, as .txt files in UTF-8.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One object for each coded value, as JSON.")
    ] = False,
) -> None:
    """Verify coded values against texts that you hold: verified, changed or not found."""
    from egovstudy.data.events import report
    from egovstudy.data.events import verify_evidence as verify

    found = verify(folder)
    typer.echo(
        found.to_json(orient="records", indent=1, force_ascii=False) if as_json else report(found)
    )
    raise typer.Exit(1 if found["status"].eq("changed").any() else 0)


@app.command()
def reproduce(
    only: Annotated[
        list[str] | None, typer.Option(help="Number or name of a notebook; may be given again.")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Notebooks run at the same time; by default one per core."),
    ] = None,
    update: Annotated[
        bool,
        typer.Option("--update", help="Write the results into the project instead of comparing."),
    ] = False,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter", "-p", help="name=value for notebooks that take it; nothing is compared."
        ),
    ] = None,
) -> None:
    """Rerun the notebooks from the data and compare all they give with what is committed."""
    from egovstudy.rerun.reproduce import reproduce as run

    holds = run(only=only or [], jobs=jobs, update=update, parameters=parameter or [])
    raise typer.Exit(0 if holds else 1)


@app.command()
def export(
    to: Annotated[Path, typer.Option(help="The paper's folder; it is made if need be.")],
    venue: Annotated[
        str, typer.Option(help="giq, nature, plos, pnas, science, agu, word, slides or thesis.")
    ] = "giq",
    width: Annotated[
        str | None, typer.Option(help="Name of a width of the venue; its first one if left out.")
    ] = None,
    language: Annotated[
        str, typer.Option(help="en or id, for labels, captions and alternative texts.")
    ] = "en",
    only: Annotated[
        list[str] | None, typer.Option(help="Number or name of a notebook; may be given again.")
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Write also over files that are yours or that you edited."),
    ] = False,
) -> None:
    """Rerun the notebooks for a venue and fill a paper's folder with what they publish.

    That is figures, tables, captions, numbers and references. Run it again after a change: only
    what differs is written, and no file that you made or edited.
    """
    from egovstudy.rerun.export import export as run

    complete = run(to, venue, width, language, only or [], force)
    raise typer.Exit(0 if complete else 1)


@app.command()
def fill(
    files: Annotated[list[Path], typer.Argument(help="Texts that end in .md, .docx or .tex.")],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; list what is stale and exit with 1.")
    ] = False,
) -> None:
    """Put the kept numbers into texts, in Word also captions and figures; or check them.

    A text in a folder that `egovstudy export` wrote gets the numbers of that folder, any other the
    project's.
    """
    from egovstudy.publish.papers import fill_files

    filled = fill_files(files, check=check)
    wrong = [(one, mark) for one in filled for mark in one.wrong] if check else []
    for one, mark in wrong:
        typer.echo(f"{one.path}, {mark}")
    for one in filled:
        if not check or not one.wrong:
            typer.echo(str(one))
    raise typer.Exit(1 if wrong else 0)


@app.command("event-template")
def event_template(
    file: Annotated[
        Path,
        typer.Argument(help="The sheet to write: ends in .xlsx or .csv, must not be there yet."),
    ],
) -> None:
    """Write an empty sheet for events: one row is one event with its sources."""
    from egovstudy.data.contribute import write_template

    typer.echo(f"Wrote {write_template(file)}. Fill it and run: egovstudy check-events {file}")


@app.command("check-events")
def check_events(
    file: Annotated[Path | None, typer.Argument(help="A sheet of events, XLSX or CSV.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Findings as a JSON list on standard output.")
    ] = False,
    names: Annotated[bool, typer.Option("--list", help="Name the checks and stop.")] = False,
) -> None:
    """Check a sheet of events before it goes in: every finding at once, by row and column.

    Exit code 1 if there is something to mend, 0 if there are at most questions, 2 if the file is no
    table at all.
    """
    from egovstudy.data.contribute import (
        check_contribution,
        errors,
        findings_as_json,
        findings_as_text,
        list_checks,
        read_contribution,
    )

    if names:
        typer.echo(list_checks())
        return
    if file is None:
        raise typer.BadParameter("Give a sheet to check, or --list.", param_hint="FILE")
    contribution = read_contribution(file)
    findings = check_contribution(contribution)
    typer.echo(findings_as_json(findings) if as_json else findings_as_text(contribution, findings))
    raise typer.Exit(1 if errors(findings) else 0)


@app.command("add-event")
def add_event(
    sheet: Annotated[
        Path | None, typer.Option("--from", help="Add every event of a checked sheet instead.")
    ] = None,
) -> None:
    """Ask for one event, check each answer, and write it into the tables; `?` explains."""
    from egovstudy.data.contribute import add_by_asking, add_sheet

    added = add_sheet(sheet, typer.echo) if sheet else add_by_asking(input, typer.echo)
    if added:
        typer.echo(
            f"Added: {', '.join(added)}. The data are sealed and hold. Next: egovstudy reproduce"
            " --update"
        )


@app.command("compare-codings")
def compare_codings(
    first: Annotated[Path, typer.Argument(help="One coder's sheet.")],
    second: Annotated[Path, typer.Argument(help="Another coder's sheet of the same events.")],
    to: Annotated[
        Path | None, typer.Option(help="Write both side by side, to adjudicate: .xlsx or .csv.")
    ] = None,
) -> None:
    """Set two coders' sheets side by side: where they differ, how far they agree beyond chance."""
    from egovstudy.data.contribute import compare

    comparison = compare(first, second)
    typer.echo(str(comparison))
    if to is not None:
        typer.echo(f"Wrote {comparison.write(to)}. Fill its columns adjudicated and reason.")


@app.command("add-wave")
def add_wave(
    file: Annotated[
        Path,
        typer.Argument(help="The UN Data Center's own CSV under its own name, EGOV_DATA_2026.csv."),
    ],
    title: Annotated[str, typer.Option(help="Title of the survey as printed.")],
    publication_date: Annotated[
        str, typer.Option(help="Day, month or year, no finer than the source says.")
    ],
    source: Annotated[
        str, typer.Option(help="source_id (in sources.csv) of the document that says both.")
    ],
    window: Annotated[
        tuple[str, str],
        typer.Option(help="First and last month or day of the assessment, if a source says them."),
    ] = ("", ""),
    window_source: Annotated[str, typer.Option(help="source_id of the source of the window.")] = "",
    weights: Annotated[
        str | None, typer.Option(help="OSI,TII,HCI if none of an earlier wave fit, e.g. 34,33,33.")
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(help="ISO3=Name for a country that has a new name; may be given again."),
    ] = None,
    flag_unexplained: Annotated[
        bool,
        typer.Option(
            "--flag-unexplained", help="Take countries whose index fits no weights, with a flag."
        ),
    ] = False,
    dry: Annotated[
        bool,
        typer.Option("--dry", help="Read and check the file, say what changed, write nothing."),
    ] = False,
) -> None:
    """Add a wave of the UN survey from the UN's own file: all of it, or nothing."""
    from egovstudy.data.contribute import add_wave as write_wave
    from egovstudy.data.contribute import names_of, read_new_wave, weights_of, what_changed

    new = read_new_wave(file, names_of(name or []), weights_of(weights))
    for line in what_changed(new):
        typer.echo(line)
    if dry:
        typer.echo("Nothing was written.")
        return
    empty = write_wave(
        new,
        title=title,
        publication_date=publication_date,
        source=source,
        window=window,
        window_source=window_source,
        flag_unexplained=flag_unexplained,
    )
    from egovstudy.rerun.next_wave import what_is_needed

    typer.echo(
        f"\nAdded wave {new.wave}: egdi, un_files and waves are written and the data are sealed."
        " Now needed:"
    )
    for line in what_is_needed(new.wave, empty):
        typer.echo(f"- {line}")


@app.command("freeze-forecast")
def freeze_forecast(
    wave: Annotated[int, typer.Argument(help="The wave to forecast, e.g. 2026.")],
    date: Annotated[str, typer.Option(help="Today, as 2026-11-24; nothing reads the clock.")],
) -> None:
    """Write the forecast of a wave into data/plan, once, and seal it."""
    from egovstudy.rerun.next_wave import freeze_forecast as freeze

    path, digest = freeze(wave, date)
    typer.echo(f"Frozen: {path.name}, SHA-256 {digest}.")


@app.command("score-forecast")
def score_forecast(
    file: Annotated[
        Path, typer.Argument(help="The UN Data Center's CSV of the wave that was forecast.")
    ],
    to: Annotated[Path | None, typer.Option(help="Write every country and score as CSV.")] = None,
) -> None:
    """Set the frozen forecast beside the wave, country by country; writes no table."""
    from egovstudy.rerun.next_wave import forecast_plan as plan

    scored = plan.score(file)
    typer.echo(plan.in_words(scored))
    if to is not None:
        typer.echo(f"Wrote {plan.write_scores(scored, to)}.")


def main() -> None:
    """Run the command line: words for people, exit code 1 or 2 for errors, 130 when interrupted."""
    from egovstudy.errors import EgovstudyError

    try:
        app()
    except EgovstudyError as error:
        typer.echo(f"egovstudy: {error}", err=True)
        sys.exit(error.exit_code)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            typer.echo("egovstudy: interrupted; the project is as it was.", err=True)
        raise

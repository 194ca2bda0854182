"""Commands that take in what people hand in: events, codings, a wave of the survey.

Heavy imports wait inside the commands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from egovstudy.cli.app import app


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

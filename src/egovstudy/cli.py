"""``egovstudy`` on the command line: the one front door. Heavy imports wait inside the commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

INTERRUPTED = 130  # the exit code typer gives to Ctrl-C, as shells do

app = typer.Typer(
    name="egovstudy",
    help="Reproducible research on digital-government diplomacy: check the data, rerun the notebooks, compare.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
def check(
    against: Annotated[
        Path | None,
        typer.Option(help="Folder with your own downloads from the UN Data Center, to compare egdi.csv with."),
    ] = None,
    hashes: Annotated[bool, typer.Option(help="Also compare every file with its recorded SHA-256.")] = True,
) -> None:
    """Check that the data are intact: schema, keys, hashes, and what the figures must satisfy among themselves."""
    from egovstudy.data.checks import check_data

    result = check_data(hashes=hashes)
    typer.echo(f"{result!r}\n{result.tables} tables and code lists, {result.rows:,} rows.")
    if against is not None:
        from egovstudy.data.imports import compare_with_un

        for line in compare_with_un(against):
            typer.echo(line)


@app.command()
def seal() -> None:
    """After a deliberate change of a table: record the new hashes and write the codebook anew."""
    from egovstudy.data.seal import seal as seal_package

    changed = seal_package()
    typer.echo(f"Sealed. Changed: {', '.join(changed) if changed else 'nothing'}.")


@app.command()
def reproduce(
    only: Annotated[list[str] | None, typer.Option(help="Number or name of a notebook; may be given again.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Notebooks run at the same time; by default one per core.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Write the results into the project instead of comparing.")
    ] = False,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", help="name=value for notebooks that take it; nothing is compared."),
    ] = None,
) -> None:
    """Rerun the notebooks from the data and compare every text, number and figure with what is committed."""
    from egovstudy.rerun.reproduce import reproduce as run

    holds = run(only=only or [], jobs=jobs, update=update, parameters=parameter or [])
    raise typer.Exit(0 if holds else 1)


def main() -> None:
    """Run the command line: messages for people, exit code 1 or 2 for errors, 130 when interrupted."""
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

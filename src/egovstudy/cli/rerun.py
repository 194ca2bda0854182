"""Commands that rerun the study and hand it over.

Heavy imports wait inside the commands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from egovstudy.cli.app import app


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

"""``egovstudy`` on the command line: a module for each group of commands."""

from __future__ import annotations

import sys

import typer

from egovstudy.cli.app import app
from egovstudy.errors import EgovstudyError

# Commands register themselves, in the order in which the help lists them.
from egovstudy.cli import data, rerun, contribute, forecast  # noqa: F401, I001, E402  isort: skip

INTERRUPTED = 130  # the exit code typer gives to Ctrl-C, as shells do


def main() -> None:
    """Run the command line: words for people, exit code 1 or 2 for errors, 130 when interrupted."""
    try:
        app()
    except EgovstudyError as error:
        typer.echo(f"egovstudy: {error}", err=True)
        sys.exit(error.exit_code)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            typer.echo("egovstudy: interrupted; the project is as it was.", err=True)
        raise

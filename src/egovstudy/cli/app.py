"""The one front door: the program that commands are added to."""

from __future__ import annotations

import typer

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

"""Commands on the data: are they intact, and what do they rest on.

Heavy imports wait inside the commands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from egovstudy.cli.app import app


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

"""Commands on the forecast of the next wave: frozen once, scored when the wave is there.

Heavy imports wait inside the commands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from egovstudy.cli.app import app


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

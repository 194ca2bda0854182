"""The page docs/benchmarks.md and its picture, around what one run of placebo.py measured.

No number stands in the prose of page.md: all stand in blocks that the run printed, so that none
outlives its run."""

from __future__ import annotations

import io
from pathlib import Path

from egovstudy.paths import write_safely

TEMPLATE = Path(__file__).with_name("page.md")
Costs = dict[
    str, list[tuple[int, float, float]]
]  # what it grows with -> size, seconds, seconds of the floor


def write_page(folder: Path, blocks: dict[str, str], costs: Costs) -> None:
    write_safely(folder / "benchmarks.svg", draw(costs))
    write_safely(folder / "benchmarks.md", TEMPLATE.read_text(encoding="utf-8").format(**blocks))


def draw(costs: Costs) -> bytes:
    """SVG of time and floor against what it grows with."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import NullLocator

    from egovstudy.publish.plots.canvas import new_axes
    from egovstudy.publish.style.look import INK, MUTED_TEXT
    from egovstudy.publish.style.venues import current_venue

    with mpl.rc_context(current_venue().style()):
        axes = new_axes(62, ncols=3)[0]
        for ax, (name, points) in zip(axes, costs.items(), strict=True):
            size, seconds, floor = zip(*points, strict=True)
            ax.loglog(
                size,
                [1000 * one for one in seconds],
                "o-",
                color=INK,
                markersize=3,
                linewidth=1.2,
                label="measured",
            )
            ax.loglog(
                size,
                [1000 * one for one in floor],
                "--",
                color=MUTED_TEXT,
                linewidth=1,
                label="floor",
            )
            ax.set_xticks(size, [f"{one:,}" for one in size], rotation=45)
            ax.xaxis.set_minor_locator(NullLocator())
            ax.set_xlabel(name)
        axes[0].set_ylabel("milliseconds")
        axes[0].legend(loc="upper left")
        file = io.BytesIO()
        axes[0].figure.savefig(file, format="svg", metadata={"Date": None})
        plt.close(axes[0].figure)
    return file.getvalue()

"""How often does each test see a gap that is not there, and how large must one be to be seen?

python benchmarks/power.py            # simulate and print
python benchmarks/power.py --write    # and write docs/size-and-power.md with its picture
python benchmarks/power.py --panels 100
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed

import egovstudy as eg
from egovstudy.methods.comparative.power_staggered import simulate_staggered_power
from egovstudy.methods.inference.power import DESIGNS, Power
from egovstudy.paths import write_safely

TEMPLATE = Path(__file__).with_name("power.md")
DOCS = Path(__file__).resolve().parents[1] / "docs"
TREATED, TREATMENT_WAVE, SEED = "IDN", 2018, 1
DEAR = (
    "scaled_gap",
)  # one more placebo for each pre-wave: work of its own, so that both cores have enough
SETTINGS = [(outcome, first) for outcome in ("egdi", "osi") for first in (2003, 2008)]


def one_country(outcome: str, first_wave: int, designs: tuple[str, ...], panels: int) -> Power:
    panel = eg.make_panel(eg.load_egdi())
    pool = eg.donor_pool(panel, outcome=outcome, treated=TREATED, first_wave=first_wave)
    return eg.simulate_power(
        panel,
        outcome=outcome,
        treated=TREATED,
        donors=pool.donors,
        treatment_wave=TREATMENT_WAVE,
        first_wave=first_wave,
        designs=designs,
        panels=panels,
        seed=SEED,
    )


def hosts(outcome: str, first_wave: int, panels: int) -> Power:
    panel = eg.make_panel(eg.load_egdi())
    pool = eg.donor_pool(panel, outcome=outcome, treated=TREATED, first_wave=first_wave)
    kept = panel[panel["wave"].ge(first_wave) & panel["iso3"].isin([TREATED, *pool.donors])]
    adoption = eg.centre_adoption(eg.load("centres"))
    adoption = adoption[adoption["iso3"].isin(kept["iso3"])]
    return simulate_staggered_power(
        kept, outcome=outcome, adoption=adoption, panels=panels, seed=SEED
    )


def table(name: str, found: list[Power]) -> str:
    rows = pd.concat([one.table.assign(panels=one.panels) for one in found], ignore_index=True)
    rows = rows.assign(
        floor=[f"{one:.4f}" for one in rows["floor"]],
        size=[
            f"{one:.3f} ({se:.3f})" for one, se in zip(rows["size"], rows["size_se"], strict=True)
        ],
        detectable=["none" if pd.isna(one) else f"{one:.2f}" for one in rows["detectable"]],
        main_test=["may be" if one else "no" for one in rows["main_test"]],
    )
    first = found[0]
    head = f"{name}: {first.n} countries, {first.n_pre} pre-waves, {first.n_post} post-waves"
    return head + "\n" + rows.drop(columns="size_se").to_string(index=False)


def draw(all_found: dict[str, list[Power]]) -> bytes:
    """SVG of power against the gap, one panel per setting, one line per design."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    from egovstudy.publish.style.venues import current_venue

    curves = [one.curve.assign(panel=name) for name, found in all_found.items() for one in found]
    rows = pd.concat(curves, ignore_index=True)
    axes = eg.plot_lines(rows, x="gap", y="power", series="design", limits=(0, 1), level=0.8)
    file = io.BytesIO()
    with mpl.rc_context(current_venue().style()):
        axes[0].figure.savefig(file, format="svg", metadata={"Date": None})
    plt.close(axes[0].figure)
    return file.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--panels", type=int, default=2000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    common = tuple(name for name in DESIGNS if name not in DEAR)
    work = [delayed(hosts)(outcome, 2003, asked.panels) for outcome in ("egdi", "osi")]
    work += [
        delayed(one_country)(outcome, first, common, asked.panels) for outcome, first in SETTINGS
    ]
    work += [
        delayed(one_country)(outcome, first, DEAR, asked.panels) for outcome, first in SETTINGS
    ]
    egdi_hosts, osi_hosts, *single = Parallel(n_jobs=2)(work)
    found = {
        f"{outcome.upper()}, from {first}": [single[at], single[at + len(SETTINGS)]]
        for at, (outcome, first) in enumerate(SETTINGS)
    }
    together = {"EGDI, hosts": [egdi_hosts], "OSI, hosts": [osi_hosts]}
    blocks = {
        "single": "\n\n".join(table(name, both) for name, both in found.items()),
        "staggered": "\n\n".join(table(name, both) for name, both in together.items()),
    }
    for block in blocks.values():
        print(block, end="\n\n")
    if asked.write:
        write_safely(DOCS / "size-and-power.svg", draw(found | together))
        write_safely(
            DOCS / "size-and-power.md", TEMPLATE.read_text(encoding="utf-8").format(**blocks)
        )


if __name__ == "__main__":
    main()

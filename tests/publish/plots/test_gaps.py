"""Gaps, paths and placebos: drawn as given, and read in every venue."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from egovstudy.errors import ArgumentError
from egovstudy.publish.figures.legible import check_legible
from egovstudy.publish.plots.gaps import plot_gaps
from egovstudy.publish.style import look
from egovstudy.publish.style.venues import current_venue, use_venue


def drawn() -> pd.DataFrame:
    waves = [2003, 2008, 2012, 2016, 2018, 2020, 2024]
    rows = pd.DataFrame(
        {
            "row": row,
            "column": f"from {first}",
            "treatment_wave": 2018,
            "wave": wave,
            "observed": 0.4 + 0.01 * at,
            "synthetic": 0.4 + 0.002 * at * (1 + down),
            "wide": 0.03 * (first == 2008 and wave >= 2018),
        }
        for down, row in enumerate(("EGDI", "OSI"))
        for first in (2003, 2008)
        for at, wave in enumerate(waves)
        if wave >= first
    )
    rows["gap"] = rows["observed"] - rows["synthetic"]
    for line, low, high in (
        ("gap", "lower", "upper"),
        ("synthetic", "synthetic_lower", "synthetic_upper"),
    ):
        rows[low], rows[high] = rows[line] - rows["wide"], rows[line] + rows["wide"]
    return rows


def test_gaps_and_paths_are_drawn_as_given():
    for kind, lines in (("gap", ["gap"]), ("path", ["observed", "synthetic"])):
        axes = plot_gaps(drawn(), kind=kind)
        assert len(axes) == 4
        for (row, column), one in drawn().groupby(["row", "column"]):
            ax = axes[2 * ["EGDI", "OSI"].index(row) + ["from 2003", "from 2008"].index(column)]
            there = [line.get_ydata() for line in ax.lines if len(line.get_xdata()) == len(one)]
            for name in lines:
                assert any(np.array_equal(values, one[name]) for values in there), (kind, name)
            assert bool(ax.collections) == (column == "from 2008"), (
                "a band where weights are many, and only there"
            )
        assert axes[0].get_ylim() == axes[1].get_ylim()
        plt.close("all")


def test_a_panel_without_rows_stays_out():
    data = drawn()
    axes = plot_gaps(data[~(data["row"].eq("EGDI") & data["column"].eq("from 2003"))])
    assert [ax.get_title(loc="left") for ax in axes] == ["from 2008", "from 2003", ""]
    assert [ax.get_ylabel() for ax in axes] == ["EGDI", "OSI", ""]
    left, right = (ax.get_subplotspec().colspan.start for ax in axes[1:])
    assert axes[0].get_subplotspec().colspan.start == right > left, "a column keeps its place"


@pytest.mark.parametrize("venue", ["giq", "nature", "slides", "thesis", "word"])
def test_gaps_and_placebos_fit_every_venue(venue):
    use_venue(venue, language="id")
    breaks = pd.DataFrame({"row": "OSI", "wave": [2018, 2022]})
    figure = plot_gaps(drawn(), breaks=breaks)[0].figure
    figure.draw_without_rendering()
    check_legible(figure, current_venue().min_pt)
    figure = placebos()[0].figure
    figure.draw_without_rendering()
    check_legible(figure, current_venue().min_pt)


def every() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    codes = ["IDN", *(f"Z{chr(65 + n)}A" for n in range(20))]
    grid = pd.MultiIndex.from_product(
        [["from 2003", "from 2008", "from 2012"], codes, range(2012, 2025, 2)]
    )
    rows = grid.to_frame(index=False, name=["column", "iso3", "wave"])
    return rows.assign(row="selisih", treatment_wave=2018, gap=0.1 * rng.standard_normal(len(rows)))


def placebos(treated="IDN"):
    return plot_gaps(every(), kind="placebos", treated=treated)


def test_placebos_show_every_country_and_the_treated_one_clear():
    for ax in placebos():
        lines = {line.get_label(): line for line in ax.lines if len(line.get_xdata()) == 7}
        assert "median" in lines
        assert len(lines) == 22
        assert lines["IDN"].get_color() == look.LINES["IDN"].colour
        assert lines["IDN"].get_linewidth() > 2 * lines["ZAA"].get_linewidth()
        assert lines["IDN"].get_zorder() > lines["ZAA"].get_zorder()


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ArgumentError, match="no kind 'gaps'. Nearest: 'gap'"):
        plot_gaps(drawn(), kind="gaps")
    with pytest.raises(ArgumentError, match="wave=2003 does not hold its gap"):
        plot_gaps(drawn().assign(lower=1.0))
    with pytest.raises(ArgumentError, match="more than one row for row=EGDI"):
        plot_gaps(pd.concat([drawn(), drawn()]))
    data = drawn()
    data.loc[data.index[0], "treatment_wave"] = 2020
    with pytest.raises(ArgumentError, match="One panel shows one"):
        plot_gaps(data)
    with pytest.raises(ArgumentError, match="no country 'KOR' in panel 'selisih, from 2003'"):
        placebos("KOR")

"""Synthetic controls side by side, and the plots that show them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import egovstudy as eg
from egovstudy.errors import ArgumentError
from egovstudy.methods.synthetic.windows import WindowFits
from egovstudy.publish.figures.legible import check_legible
from egovstudy.publish.plots.synthetic import plot_gaps, plot_placebos
from egovstudy.publish.style import look
from egovstudy.publish.style.venues import current_venue, use_venue


@pytest.fixture(autouse=True)
def _usual_venue():
    use_venue("giq")
    yield
    use_venue("giq")
    plt.close("all")


@cache
def panel() -> pd.DataFrame:
    return eg.make_panel(eg.load_egdi())


@cache
def found(treated: str = "IDN") -> WindowFits:
    return eg.fit_windows(
        panel(),
        outcomes=["egdi", "osi"],
        treated=treated,
        treatment_waves=[2018, 2022],
        first_waves=[2003, 2008],
    )


def test_each_design_is_the_fit_that_one_makes_alone():
    assert list(found().fits) == [
        (o, t, f) for o in ("egdi", "osi") for t in (2018, 2022) for f in (2003, 2008)
    ]
    for (outcome, treatment_wave, first_wave), fit in found().fits.items():
        pool = eg.donor_pool(panel(), outcome, "IDN", first_wave)
        alone = eg.fit_synthetic(
            panel(),
            outcome=outcome,
            treated="IDN",
            donors=pool,
            treatment_wave=treatment_wave,
            first_wave=first_wave,
        )
        pd.testing.assert_series_equal(fit.gaps, alone.gaps)
        pd.testing.assert_frame_equal(fit.bounds, alone.bounds)


def test_paths_add_up_and_hold_their_bounds():
    paths = found().paths
    observed = panel().set_index(["iso3", "wave"]).loc["IDN"]
    for row in paths.itertuples():
        assert row.observed == observed.loc[row.wave, row.outcome]
    np.testing.assert_allclose(paths["observed"] - paths["synthetic"], paths["gap"])
    np.testing.assert_allclose(paths["observed"] - paths["synthetic_lower"], paths["upper"])
    assert (paths["lower"] <= paths["gap"] + 1e-9).all()
    assert (paths["gap"] <= paths["upper"] + 1e-9).all()
    before = paths["wave"] < paths["treatment_wave"]
    assert (paths.loc[before, "upper"] == paths.loc[before, "lower"]).all()
    many = found().table.set_index(["outcome", "treatment_wave", "first_wave"])["unique"]
    width = (
        (paths["upper"] - paths["lower"]).groupby([paths[name] for name in many.index.names]).max()
    )
    assert ((width > 1e-6) == ~many).all()


def test_weights_are_those_of_the_fits():
    total = found().weights.groupby(["outcome", "treatment_wave", "first_wave"])["weight"].sum()
    np.testing.assert_allclose(total, 1)


def test_what_one_country_lacks_is_told_and_the_rest_is_fitted():
    late = found("SSD")
    assert not late.fits
    assert len(late.refused) == 8
    assert late.paths.empty
    assert late.weights.empty
    assert late.table.empty
    assert "SSD does not satisfy the rule" in repr(late)
    some = eg.fit_windows(
        panel(), outcomes=["osi"], treated="SSD", treatment_waves=[2018], first_waves=[2003, 2012]
    )
    assert list(some.fits) == [("osi", 2018, 2012)]
    assert some.refused["first_wave"].tolist() == [2003]
    assert "uncoded, not untreated" in repr(some)


def test_a_first_wave_after_the_treatment_wave_is_refused_for_it_alone():
    some = eg.fit_windows(
        panel(), outcomes=["osi"], treated="IDN", treatment_waves=[2012, 2018], first_waves=[2014]
    )
    assert list(some.fits) == [("osi", 2018, 2014)]


def test_left_out_countries_are_no_donors():
    some = eg.fit_windows(
        panel(),
        outcomes=["osi"],
        treated="IDN",
        treatment_waves=[2018],
        first_waves=[2003],
        leave_out=["KOR"],
    )
    assert "KOR" not in some.fits["osi", 2018, 2003].donors


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"outcomes": ["ois"]}, "no outcome 'ois'"),
        ({"treated": "IDX"}, "no country 'IDX'"),
        ({"treatment_waves": [2019]}, "2019 in treatment_waves is not a wave"),
        ({"first_waves": [2007]}, "2007 in first_waves is not a wave"),
        ({"ties": "first"}, "no tie rule 'first'"),
        ({"leave_out": ["IDN"]}, "names IDN, the treated country"),
    ],
)
def test_mistakes_of_the_caller_are_errors(words, message):
    given = {
        "outcomes": ["osi"],
        "treated": "IDN",
        "treatment_waves": [2018],
        "first_waves": [2003],
    }
    with pytest.raises(ArgumentError, match=message):
        eg.fit_windows(panel(), **{**given, **words})


def drawn() -> pd.DataFrame:
    paths = found().paths.query("treatment_wave == 2018")
    return paths.assign(
        row=paths["outcome"].str.upper(), column="from " + paths["first_wave"].astype(str)
    )


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
    figure = plot_placebos(every(), ylabel="selisih")[0].figure
    figure.draw_without_rendering()
    check_legible(figure, current_venue().min_pt)


def every() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    codes = ["IDN", *(f"Z{chr(65 + n)}A" for n in range(20))]
    grid = pd.MultiIndex.from_product(
        [["from 2003", "from 2008", "from 2012"], codes, range(2012, 2025, 2)]
    )
    rows = grid.to_frame(index=False, name=["panel", "iso3", "wave"])
    return rows.assign(treatment_wave=2018, gap=0.1 * rng.standard_normal(len(rows)))


def test_placebos_show_every_country_and_the_treated_one_clear():
    for ax in plot_placebos(every()):
        lines = {line.get_label(): line for line in ax.lines if len(line.get_xdata()) == 7}
        assert len(lines) == 21
        assert lines["IDN"].get_color() == look.LINES["IDN"].colour
        assert lines["IDN"].get_linewidth() > 2 * lines["ZAA"].get_linewidth()
        assert lines["IDN"].get_zorder() > lines["ZAA"].get_zorder()


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ArgumentError, match="no kind 'gaps'. Nearest: 'gap'"):
        plot_gaps(drawn(), kind="gaps")
    with pytest.raises(ArgumentError, match="does not hold its line in 2003"):
        plot_gaps(drawn().assign(lower=1.0))
    with pytest.raises(ArgumentError, match="more than one row for row=EGDI"):
        plot_gaps(pd.concat([drawn(), drawn()]))
    data = drawn()
    data.loc[data.index[0], "treatment_wave"] = 2020
    with pytest.raises(ArgumentError, match="One panel shows one"):
        plot_gaps(data)
    with pytest.raises(ArgumentError, match="no country 'KOR' in panel 'from 2003'"):
        plot_placebos(every(), treated="KOR")

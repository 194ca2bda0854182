"""Synthetic controls side by side."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import egovstudy as eg
from egovstudy.errors import ArgumentError
from egovstudy.methods.synthetic.windows import WindowFits


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

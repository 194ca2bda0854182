"""What a curve comes to: its path, where choices lie, what drives it, and tests of groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from egovstudy import ArgumentError
from egovstudy.methods.curve.curve import SpecificationCurve
from egovstudy.methods.curve.summary import shares_as_far, standardise
from egovstudy.publish.figures.legible import check_legible
from egovstudy.publish.plots.curve import plot_specifications
from egovstudy.publish.style import look
from egovstudy.publish.style.venues import current_venue, use_venue


def made(seed: int = 5, shift: float = 0.0, lost: int = 0) -> SpecificationCurve:
    """A curve of 240 specifications and 12 countries; the first country lies ``shift`` higher."""
    rng = np.random.default_rng(seed)
    rows = [(pool, scale, act) for pool in "abc" for scale in ("raw", "z") for act in range(40)]
    units = pd.DataFrame(
        rng.normal(size=(len(rows), 12)), columns=["IDN", *(f"U{at:02d}" for at in range(11))]
    )
    units["IDN"] += shift
    table = pd.DataFrame(rows, columns=["pool", "scale", "act"]).assign(
        n_donors=11, floor=1 / 12, reason=""
    )
    table["p"] = shares_as_far(units.to_numpy(), np.full(len(rows), 12))[:, 0]
    table["standardised"] = standardise(units.to_numpy())[:, 0]
    table["gap"] = units["IDN"]
    table.loc[: lost - 1, "reason"] = "lost"
    table.loc[: lost - 1, ["p", "standardised", "gap"]] = np.nan
    units.iloc[:lost] = np.nan
    return SpecificationCurve("IDN", table, units)


def test_the_path_is_the_sorted_curve():
    curve = made(lost=4)
    path = curve.path(points=1000)
    found = curve.table["standardised"].dropna().sort_values()
    assert path["standardised"].tolist() == found.tolist()
    assert path["p"].tolist() == curve.table.loc[found.index, "p"].tolist()
    assert path["number"].tolist() == list(range(1, 237))
    thin = curve.path(points=10)
    assert len(thin) == 10
    assert thin["number"].iloc[[0, -1]].tolist() == [1, 236]
    assert set(thin["standardised"]) <= set(path["standardised"])


def test_the_band_holds_other_countries_and_not_the_treated_one():
    band, far = made().path(), made(shift=100.0).path()
    assert (band["lower"] < band["upper"]).all()
    assert (far["standardised"] > far["upper"]).all()
    assert band["n_countries"].eq(11).all()
    inside = band["standardised"].between(band["lower"], band["upper"]).mean()
    assert inside > 0.5


def test_a_country_of_few_specifications_does_not_count():
    curve = made()
    curve.units.loc[20:, "U03"] = np.nan
    assert curve.path()["n_countries"].iloc[0] == 10
    assert curve.path(least=0.05)["n_countries"].iloc[0] == 11
    with pytest.raises(ArgumentError, match="Give at least 2 points"):
        curve.path(points=1)


def test_shares_add_up():
    shares = made(lost=3).shares(["pool", "scale"], bins=7)
    sums = shares.groupby(["choice", "start"])["share"].sum()
    np.testing.assert_allclose(sums, 1)
    np.testing.assert_allclose(shares.groupby(["choice", "start"])["overall"].sum(), 1)
    assert shares["stop"].max() == 237
    weights = shares["stop"] - shares["start"]
    back = (shares["share"] * weights).groupby([shares["choice"], shares["option"]]).sum() / 237
    np.testing.assert_allclose(back, shares.groupby(["choice", "option"])["overall"].first())
    with pytest.raises(ArgumentError, match="from 1 to the 237 specifications"):
        made(lost=3).shares(["pool"], bins=300)
    with pytest.raises(ArgumentError, match="no column 'pools'"):
        made().shares(["pools"])


def test_the_choice_that_drives_is_found():
    curve = made()
    table = curve.table
    table["standardised"] = (
        table["pool"].map({"a": 0.0, "b": 1.0, "c": 5.0}) + 0.01 * table["standardised"]
    )
    found = curve.drivers(["scale", "pool"])
    assert found["choice"].tolist() == ["pool", "scale"]
    assert found.loc[0, "alone"] > 0.99
    assert found.loc[1, "alone"] < 0.01
    assert found.loc[0, ["lowest", "highest"]].tolist() == ["a", "c"]
    assert found.attrs["together"] == pytest.approx(
        found.loc[0, "added"] + found.loc[1, "alone"]
    )  # balanced
    part = curve.drivers(["scale"], where=table["pool"].eq("a"))
    assert part.loc[0, "alone"] < 0.1
    table["standardised"] = 1.0
    with pytest.raises(ArgumentError, match="does not vary"):
        curve.drivers(["pool"])


def test_counts_are_of_what_was_computed():
    curve = made(shift=100.0, lost=5)
    counts = curve.counts(["scale", "pool"])
    assert counts["n"].tolist() == [115, 120, 75, 80, 80]
    assert counts["above"].eq(100).all()
    assert counts["small"].eq(100).all()
    assert counts["median_p"].round(6).eq(round(1 / 12, 6)).all()


def test_groups_are_tested_as_joint_tests_them():
    curve = made(shift=0.5)
    where = curve.table["scale"].eq("raw")
    found = curve.joint_by(["pool"], where=where)
    assert found["pool"].tolist() == list("abc")
    for row in found.itertuples():
        test = curve.joint(where=where & curve.table["pool"].eq(row.pool))
        assert (row.p, row.n, row.value, row.n_specifications) == (test.p, test.n, test.value, 40)
        assert row.rank == round(test.p * test.n)


def test_the_mean_share_is_that_of_the_plan():
    curve = made(shift=1.0)
    curve.units.loc[100:, "U05"] = np.nan
    far = curve.units.abs()
    size = curve.table["n_donors"] + 1
    shares = {
        name: [
            (far.iloc[at] >= far.loc[at, name]).sum() + far.iloc[at].isna().sum()
            for at in far.index[far[name].notna()]
        ]
        for name in far
    }
    shares = {name: np.mean(np.array(counts) / size[0]) for name, counts in shares.items()}
    test = curve.joint("mean_share")
    assert test.value == pytest.approx(shares["IDN"])
    assert test.p == pytest.approx(
        np.mean([value <= shares["IDN"] + 1e-9 for value in shares.values()])
    )
    assert (test.n, test.n_partial, test.floor) == (12, 1, 1 / 12)
    assert "1 of the 12 units stand in some specifications only" in repr(test)
    assert made(shift=100.0).joint("mean_share").p == test.floor
    with pytest.raises(ArgumentError, match="no specification"):
        curve.joint("mean_share", np.zeros(240, dtype=bool))


def test_the_mean_share_holds_its_level():
    found = [made(seed).joint("mean_share").p for seed in range(120)]
    assert np.mean(np.array(found) <= 0.25 + 1e-9) == pytest.approx(0.25, abs=0.12)


def test_a_curve_is_drawn_as_given():
    curve = made()
    path, shares = (
        curve.path(points=50),
        curve.shares(["pool", "scale"], bins=8),
    )
    top, middle, strips = plot_specifications(path, shares)
    (line,) = [one for one in top.lines if one.get_color() == look.LINES["IDN"].colour]
    assert line.get_ydata().tolist() == path["standardised"].tolist()
    (points,) = middle.collections
    assert points.get_offsets()[:, 1].tolist() == path["p"].tolist()
    assert [tick.get_text() for tick in strips.get_yticklabels()] == ["a", "b", "c", "raw", "z"]
    assert {"pool", "scale"} <= {text.get_text() for text in strips.texts}
    values, edges, floor = strips.patches[0].get_data()
    own = shares[shares["option"].eq("a")]
    np.testing.assert_allclose(
        (floor - values) * 2.5 / 0.9, (own["share"] / own["overall"]).clip(upper=2.5)
    )
    assert edges.tolist() == [*own["start"], own["stop"].iloc[-1]]


@pytest.mark.parametrize(
    "venue", ["giq", "nature", "plos", "pnas", "agu", "word", "slides", "thesis"]
)
def test_a_curve_fits_every_venue(venue):
    use_venue(venue, language="id")
    curve = made()
    curve.table["act"] %= 20
    shares = curve.shares(["scale", "pool", "act"], bins=8)
    axes = plot_specifications(curve.path(), shares)
    axes[0].figure.draw_without_rendering()
    check_legible(axes[0].figure, current_venue().min_pt)
    rows = len(axes[2].get_yticks())
    assert rows == (5 if venue == "slides" else 25), "whole choices only, and all where they fit"


def test_what_does_not_fit_is_refused():
    curve = made()
    use_venue("slides")
    with pytest.raises(ArgumentError, match="fewer options first"):
        plot_specifications(curve.path(), curve.shares(["act"], bins=4))
    with pytest.raises(ArgumentError, match="no column 'lower'"):
        plot_specifications(curve.path().drop(columns="lower"), curve.shares(["pool"], bins=4))

"""Staggered adoption: known truths, a published case, brute force, and the real centres."""

from __future__ import annotations

import json
import os
from itertools import permutations as orders
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import egovstudy as eg
from egovstudy.errors import ArgumentError
from egovstudy.methods.comparative.adoption import adoption_specifications, centre_adoption
from egovstudy.methods.comparative.event_design import read_design
from egovstudy.methods.comparative.group_means import group_time
from egovstudy.methods.comparative.imputation import differences, lead_differences, permutations
from egovstudy.methods.comparative.staggered import fit_staggered
from egovstudy.methods.comparative.two_way import twfe
from egovstudy.methods.panel.rows import make_panel

WAVES = [2003, 2004, 2005, 2008, 2010, 2012, 2014]
ADOPTION = {"AAA": 2005, "BBB": 2010, "CCC": 2010}
NAMES = ["AAA", "BBB", "CCC", *[f"D{at:02d}" for at in range(9)]]


def panel_of(table: np.ndarray) -> pd.DataFrame:
    wide = pd.DataFrame(table, index=pd.Index(NAMES[: len(table)], name="iso3"), columns=WAVES)
    return (
        wide.reset_index().melt("iso3", var_name="wave", value_name="osi").astype({"wave": "int64"})
    )


def parallel(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.random((len(NAMES), 1)) + rng.random((1, len(WAVES)))


def since(name: str) -> np.ndarray:
    return np.arange(len(WAVES)) - WAVES.index(ADOPTION[name])


def with_differences(grows: bool) -> tuple[np.ndarray, np.ndarray]:
    """A noiseless panel and the true difference in each cell: 0.1, or 0.1 more with each wave."""
    truth = np.zeros((len(NAMES), len(WAVES)))
    for name in ADOPTION:
        time = since(name)
        truth[NAMES.index(name)] = np.where(time >= 0, 0.1 * (1 + time * grows), 0)
    return parallel() + truth, truth


@pytest.fixture
def cases() -> Path:
    if not os.environ.get("EGOVSTUDY_CASES"):
        pytest.skip("EGOVSTUDY_CASES names no folder")
    return Path(os.environ["EGOVSTUDY_CASES"])


# Known truths


def test_constant_difference_is_found_by_both() -> None:
    panel = panel_of(with_differences(grows=False)[0])
    fit = fit_staggered(panel, "osi", ADOPTION, leads=1, draws=19)
    assert fit.overall == pytest.approx(0.1, abs=1e-12)
    assert fit.leads["difference"].to_numpy() == pytest.approx([0], abs=1e-12)
    assert twfe(panel, "osi", ADOPTION).static == pytest.approx(0.1, abs=1e-12)


def test_growing_difference_is_found_by_imputation_and_not_by_two_way_constants() -> None:
    table, truth = with_differences(grows=True)
    fit = fit_staggered(panel_of(table), "osi", ADOPTION, leads=1, draws=19)
    assert fit.overall == pytest.approx(truth[truth > 0].mean(), abs=1e-12)
    assert fit.by_event_time["difference"].to_numpy() == pytest.approx(
        [0.1, 0.2, 0.3, 0.4, 0.5], abs=1e-12
    )
    assert fit.by_event_time["n_countries"].tolist() == [3, 3, 3, 1, 1]
    assert fit.by_event_time["event_time"].tolist() == [0, 1, 2, 3, 4]
    assert group_time(panel_of(table), "osi", ADOPTION).by_event_time["difference"].to_numpy()[
        -5:
    ] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5], abs=1e-12)
    assert abs(twfe(panel_of(table), "osi", ADOPTION).static - fit.overall) > 0.01


def test_static_coefficient_can_have_negative_weights() -> None:
    """One early host, two late, one donor: the late cells of the early host weigh negatively."""
    start = {"AAA": 2004, "BBB": 2014, "CCC": 2014}
    grown = np.zeros((4, len(WAVES)))
    for at, name in enumerate(start):
        time = np.arange(len(WAVES)) - WAVES.index(start[name])
        grown[at] = np.where(time >= 0, 0.01 + 0.2 * time, 0)
    panel = panel_of(parallel()[:4] + grown)
    both = twfe(panel, "osi", start)
    fit = fit_staggered(panel, "osi", start, leads=1, draws=9)
    assert fit.overall == pytest.approx(grown[grown > 0].mean(), abs=1e-12)
    assert both.static < fit.overall
    assert both.negative_share > 0
    assert both.negative_sum < 0


@pytest.mark.parametrize("holes", [0, 12])
def test_static_coefficient_is_a_weighted_mean_of_the_imputed_differences(holes: int) -> None:
    rng = np.random.default_rng(5)
    table = rng.random((len(NAMES), len(WAVES)))
    table[rng.integers(3, len(NAMES), holes), rng.integers(0, len(WAVES), holes)] = np.nan
    fit, both = (
        fit_staggered(panel_of(table), "osi", ADOPTION, leads=1, draws=9),
        twfe(panel_of(table), "osi", ADOPTION),
    )
    joined = fit.cells.merge(both.weights, on=["iso3", "wave"], validate="1:1")
    assert both.weights["weight"].sum() == pytest.approx(1, abs=1e-12)
    assert (joined["weight"] * joined["difference"]).sum() == pytest.approx(both.static, abs=1e-12)
    assert fit.overall == pytest.approx(fit.cells["difference"].mean(), abs=1e-12)


def test_missing_cells_are_left_out_and_nothing_else_changes() -> None:
    table, _ = with_differences(grows=True)
    table[0, 3], table[4, 0], table[5, :4], table[1, 1] = np.nan, np.nan, np.nan, np.nan
    fit = fit_staggered(panel_of(table), "osi", ADOPTION, leads=1, draws=19)
    assert len(fit.cells) == 10
    assert fit.cells["difference"].to_numpy() == pytest.approx(
        0.1 * (1 + fit.cells["event_time"]), abs=1e-12
    )
    assert fit.by_event_time["n_countries"].tolist() == [3, 2, 3, 1, 1]


@given(
    st.lists(st.floats(-1e4, 1e4), min_size=len(NAMES), max_size=len(NAMES)),
    st.lists(st.floats(-1e4, 1e4), min_size=len(WAVES), max_size=len(WAVES)),
)
@settings(max_examples=40, deadline=None)
def test_country_and_wave_constants_do_not_matter(country: list[float], wave: list[float]) -> None:
    table = np.random.default_rng(1).random((len(NAMES), len(WAVES)))
    table[6, 2] = np.nan
    moved = table + np.array(country)[:, None] + np.array(wave)
    one, other = (
        fit_staggered(panel_of(each), "osi", ADOPTION, leads=1, draws=19) for each in (table, moved)
    )
    for part in ("cells", "leads", "by_event_time"):
        gap = getattr(one, part)["difference"] - getattr(other, part)["difference"]
        assert gap.abs().max() < 1e-8
    assert one.overall == pytest.approx(other.overall, abs=1e-8)
    assert one.p == other.p


# Beside brute force


def brute(table: np.ndarray, start: np.ndarray, leads: int) -> tuple[np.ndarray, np.ndarray]:
    """Observed minus imputed of every cell and lead coefficients, by least squares on dummies."""
    countries, waves = table.shape
    row, column = np.nonzero(np.isfinite(table))
    dummies = np.hstack([np.eye(countries)[row], np.eye(waves)[column]])
    time = column - start[row]
    free, y = time < 0, table[row, column]
    constants = np.linalg.lstsq(dummies[free], y[free], rcond=None)[0]
    gap = np.full(table.shape, np.nan)
    gap[row, column] = y - dummies @ constants
    before = np.column_stack(
        [(time == -lead) & (start[row] < waves) for lead in range(leads, 0, -1)]
    )
    both = np.hstack([dummies, before])[free]
    return gap, np.linalg.lstsq(both, y[free], rcond=None)[0][-leads:]


@pytest.mark.parametrize("holes", [0, 10])
def test_batches_are_the_plain_regressions(holes: int) -> None:
    rng = np.random.default_rng(7)
    table = rng.random((len(NAMES), len(WAVES))) + 10 * rng.random((len(NAMES), 1))
    table[rng.integers(0, len(NAMES), holes), rng.integers(0, 2, holes)] = np.nan
    design = read_design(panel_of(table), "osi", {"AAA": 2008, "BBB": 2010, "CCC": 2012}, ())
    who, _ = permutations(design, np.array([0, 1, 2]), None, 25, seed=3)
    start = design.start[:3]
    gaps, leads = differences(design, who, start), lead_differences(design, who, start, 2)
    for draw, countries in enumerate(who):
        dealt = np.full(len(NAMES), len(WAVES))
        dealt[countries] = start
        gap, before = brute(table, dealt, 2)
        after = np.arange(len(WAVES)) >= start[:, None]
        np.testing.assert_allclose(gaps[draw], np.where(after, gap[countries], np.nan), atol=1e-10)
        np.testing.assert_allclose(leads[draw], before, atol=1e-10)


def test_two_way_errors_are_those_of_statsmodels() -> None:
    from statsmodels.regression.linear_model import OLS

    table = np.random.default_rng(2).random((len(NAMES), len(WAVES)))
    table[5, 0] = table[7, 3] = np.nan
    panel = panel_of(table).dropna()
    both = twfe(panel, "osi", ADOPTION)
    adopted = panel["wave"] >= panel["iso3"].map(ADOPTION).fillna(9999)
    dummies = pd.get_dummies(panel[["iso3", "wave"]].astype("str"), drop_first=True)
    x = dummies.assign(constant=1, adopted=adopted).astype(float)
    fit = OLS(panel["osi"], x).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(panel["iso3"])[0]}
    )
    assert (both.static, both.se) == pytest.approx(
        (fit.params["adopted"], fit.bse["adopted"]), rel=1e-9
    )
    assert (both.n, both.k) == (len(panel), x.shape[1])


def test_p_of_one_host_is_its_rank() -> None:
    table = np.random.default_rng(4).random((8, len(WAVES)))
    panel, gaps = panel_of(table), []
    for at in range(8):
        start = np.full(8, len(WAVES))
        start[at] = 4
        gaps.append(abs(np.mean(brute(table, start, 1)[0][at, 4:])))
    fit = fit_staggered(panel, "osi", {"AAA": 2010}, draws=4000)
    assert fit.distinct == 8
    assert fit.floor == 1 / 8
    assert fit.p == pytest.approx((np.array(gaps) >= gaps[0]).mean(), abs=0.03)


def test_distinct_permutations_are_counted() -> None:
    design = read_design(panel_of(parallel()[:5]), "osi", ADOPTION, ())
    distinct = {tuple(np.take([2, 4, 4, 9, 9], order)) for order in orders(range(5))}
    assert permutations(design, np.arange(3), None, 5, 0)[1] == len(distinct) == 30


def test_strata_keep_their_adoption_waves() -> None:
    design = read_design(panel_of(parallel()), "osi", ADOPTION, ())
    strata = {name: "east" if at in (0, 3, 4) else "west" for at, name in enumerate(NAMES)}
    who, distinct = permutations(design, np.arange(3), strata, 300, 0)
    assert set(who[:, 0]) == {0, 3, 4}
    assert not set(who[:, 1:].ravel()) & {0, 3, 4}
    assert (who[:, 1] != who[:, 2]).all()
    assert distinct == 3 * 36


@pytest.mark.parametrize("seed", range(6))
def test_interval_is_the_inverted_test(seed: int) -> None:
    """A constant taken from the treated cells has p > 0.05 inside the interval, not outside."""
    rng = np.random.default_rng(seed)
    table = parallel(seed) + 0.1 * rng.standard_normal((len(NAMES), len(WAVES)))
    low, high = fit_staggered(panel_of(table), "osi", ADOPTION, leads=1, draws=199).interval
    treated = np.zeros_like(table)
    for name in ADOPTION:
        treated[NAMES.index(name)] = since(name) >= 0
    assert low < high
    for c, inside in (
        (low - 1e-6, False),
        (low + 1e-6, True),
        (high - 1e-6, True),
        (high + 1e-6, False),
    ):
        fit = fit_staggered(panel_of(table - c * treated), "osi", ADOPTION, leads=1, draws=199)
        assert (fit.p > 0.05) is inside


def test_interval_is_open_where_the_floor_is_too_high() -> None:
    fit = fit_staggered(
        panel_of(with_differences(grows=True)[0]), "osi", ADOPTION, leads=1, draws=9
    )
    assert fit.interval == (-np.inf, np.inf)


def test_seed_decides_and_the_panel_stays_as_it_was() -> None:
    panel = panel_of(np.random.default_rng(3).random((len(NAMES), len(WAVES))))
    kept = panel.copy()
    fits = [
        fit_staggered(panel.sample(frac=1, random_state=at), "osi", ADOPTION, leads=1, seed=1)
        for at in range(2)
    ]
    assert repr(fits[0]) == repr(fits[1])
    assert repr(fits[0]) != repr(fit_staggered(panel, "osi", ADOPTION, leads=1, seed=2))
    pd.testing.assert_frame_equal(panel, kept)


# The published case


def test_published_case(cases: Path) -> None:
    folder = cases / "event_study_mpdta"
    case = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    expected, near = case["expected"], case["tolerance"]["abs"]
    data = pd.read_csv(folder / "data.csv", dtype={"countyreal": "str"})
    data = data.rename(columns={"countyreal": "iso3", "year": "wave"})
    adoption = data[data["first.treat"] > 0].groupby("iso3")["first.treat"].first()

    both = twfe(data, "lemp", adoption)
    assert both.static == pytest.approx(expected["twfe"], abs=near)
    assert both.se_hc0 == pytest.approx(
        expected["twfe_se_cluster_hc0"], rel=case["tolerance"]["se_rel"]
    )
    assert both.se == pytest.approx(
        expected["twfe_se_cluster_hc1_all_params"], rel=case["tolerance"]["se_rel"]
    )
    dynamic = both.dynamic.set_index(both.dynamic["event_time"].astype("str"))
    assert dynamic["difference"].to_dict() == pytest.approx(expected["event_study_twfe"], abs=near)
    assert dynamic["se"].to_dict() == pytest.approx(
        expected["event_study_twfe_se_cluster_hc1"], rel=case["tolerance"]["se_rel"]
    )

    groups = group_time(data, "lemp", adoption)
    named = groups.table["adoption_wave"].astype("str") + "," + groups.table["wave"].astype("str")
    assert groups.table.set_index(named)["difference"].to_dict() == pytest.approx(
        expected["att_gt"], abs=near
    )
    assert groups.simple == pytest.approx(expected["att_simple"], abs=near)
    assert groups.overall == pytest.approx(expected["att_dynamic_overall"], abs=near)
    by_time = groups.by_event_time.set_index(groups.by_event_time["event_time"].astype("str"))[
        "difference"
    ]
    assert by_time.to_dict() == pytest.approx(expected["att_dynamic"], abs=near)

    fit = fit_staggered(data, "lemp", adoption, leads=2, draws=99)
    weighted = fit.cells.merge(both.weights, on=["iso3", "wave"])
    assert (weighted["weight"] * weighted["difference"]).sum() == pytest.approx(
        expected["twfe"], abs=near
    )


# Centres


def centres() -> pd.DataFrame:
    rows = [
        ("aaa-coop-1", "cooperation", "AAA", "2017", None, None, "ended"),
        (
            "aaa-coop-2",
            "cooperation",
            "AAA",
            "2021-05-25",
            "date of the memorandum",
            None,
            "active",
        ),
        ("bbb-coop-1", "cooperation", "BBB", "2024-06-07", "not later than", None, "active"),
        ("ccc-itcc-1", "it_cooperation", "CCC", "2007-03-20", None, "2009", "ended_unconfirmed"),
        ("ddd-coop-1", "cooperation", "DDD", "2016-03-02", None, "2019", "ended"),
        ("eee-coop-1", "cooperation", "EEE", None, None, None, "planned"),
    ]
    names = [
        "centre_id",
        "centre_type",
        "country_iso3",
        "start_date",
        "start_qualifier",
        "end_date",
        "status",
    ]
    return pd.DataFrame(rows, columns=names)


def test_dates_have_two_sides() -> None:
    """Windows open in April 2017 (2018) and 2019 (2020), June 2021 (2022) and 2023 (2024)."""
    first = centre_adoption(centres()).set_index("iso3")
    assert first.index.tolist() == ["AAA", "BBB", "DDD"]
    assert first.loc["AAA"].tolist() == [2020, 2018, 2020]
    assert first.loc["BBB", "earliest_wave"] == 2024
    assert pd.isna(first.loc["BBB", "adoption_wave"])
    assert first.loc["DDD"].tolist() == [2018, 2018, 2018]
    early = centre_adoption(centres(), dates="earliest").set_index("iso3")
    assert early["adoption_wave"].tolist() == [2018, 2024, 2018]


def test_bounds_replace_what_the_columns_say() -> None:
    first = centre_adoption(centres(), bounds={"aaa-coop-1": ("2017-06", "2017-11-22")}).set_index(
        "iso3"
    )
    assert first.loc["AAA", "earliest_wave"] == 2020


def test_forerunners_count_if_asked() -> None:
    first = centre_adoption(
        centres(), types=["cooperation", "it_cooperation"], rule="published"
    ).set_index("iso3")
    assert first.loc["CCC", "adoption_wave"] == 2008
    assert first.loc["BBB", "adoption_wave"] == 2024


def test_stock_opens_and_closes() -> None:
    stock = centre_adoption(centres(), "stock", "earliest").pivot_table(
        "n_centres", index="iso3", columns="wave"
    )
    assert stock.loc["DDD", [2016, 2018, 2020, 2022, 2024]].tolist() == [0, 1, 1, 0, 0]
    assert stock.loc["AAA", [2016, 2018, 2020, 2022, 2024]].tolist() == [0, 1, 1, 2, 2]


def test_stock_in_the_fit() -> None:
    waves = [2012, 2014, 2016, 2018, 2020, 2022, 2024]
    stock = centre_adoption(
        centres()[lambda rows: rows["country_iso3"].isin(["AAA", "DDD"])], "stock", "earliest"
    )
    count = stock.pivot_table("n_centres", index="iso3", columns="wave")[waves]
    table = parallel()
    table[[0, 3]] += 0.1 * count.to_numpy()
    panel = panel_of(table).replace(
        {"wave": dict(zip(WAVES, waves, strict=True)), "iso3": {"D00": "DDD"}}
    )
    fit = fit_staggered(panel, "osi", stock, leads=1, draws=19)
    assert fit.by_stock["n_centres"].tolist() == [0, 1, 2]
    assert fit.by_stock["difference"].to_numpy() == pytest.approx([0, 0.1, 0.2], abs=1e-12)
    assert fit.by_stock["n_countries"].tolist() == [1, 2, 1]
    assert fit.hosts == ("AAA", "DDD")


def test_specifications_are_every_reading() -> None:
    found = [choice for choice, _ in adoption_specifications(centres())]
    assert len(found) == 12
    assert len({tuple(choice.values()) for choice in found}) == 12


def test_real_centres() -> None:
    table = eg.load("centres")
    adoption = eg.centre_adoption(table)
    assert len(adoption) == 12
    assert "GEO" not in set(adoption["iso3"])  # planned only
    fit = eg.fit_staggered(make_panel(eg.load_egdi()), "osi", adoption)
    assert fit.hosts == ("IDN", "KEN", "KHM", "PER", "PRY", "SRB", "TUN", "UZB")
    assert fit.not_yet == ("CRI", "EGY", "HND", "LAO")
    assert len(fit.donors) + len(fit.hosts) + len(fit.not_yet) == 193
    assert fit.cells["difference"].mean() == pytest.approx(fit.overall, abs=1e-12)
    # Hosts stood above before any centre: the figure after adoption is no finding about centres.
    assert fit.leads["p"].min() < 0.05
    text = repr(fit)
    for word in (
        "uncoded, not untreated",
        "willing partners",
        "Spillovers",
        "floor 0.001",
        "CRI, EGY, HND, LAO",
    ):
        assert word in text


# Bad input


def fails(
    match: str, adoption: object = None, table: np.ndarray | None = None, **options: object
) -> None:
    panel = panel_of(parallel() if table is None else table)
    with pytest.raises(ArgumentError, match=match):
        fit_staggered(
            panel,
            "osi",
            ADOPTION if adoption is None else adoption,
            **{"draws": 9, "leads": 1, **options},
        )


def test_bad_adoption() -> None:
    fails("no country 'ZZZ' in the panel", {"ZZZ": 2010})
    fails("adoption wave 2011 of AAA is not a wave", {"AAA": 2011})
    fails("whole years", {"AAA": 2010.5})
    fails("AAA: no observed wave before adoption.*exclude", {"AAA": 2003, "BBB": 2010})
    fails("untreated observation in 2014", dict.fromkeys(NAMES, 2014))
    fails("no country has an observed wave", {"AAA": None})
    fails("no country has an observed wave", {})
    fails("no country 'AAB' in the panel. Nearest: 'AAA'", exclude=["AAB"])
    twice = pd.DataFrame({"iso3": ["AAA", "AAA"], "adoption_wave": [2008, 2010]})
    fails("AAA stands twice", twice)
    fails("no column 'adoption_wave'", twice[["iso3"]])


def test_bad_outcome() -> None:
    fails("same everywhere", table=np.ones((len(NAMES), len(WAVES))))
    table = parallel()
    table[0, :2] = np.nan
    fails("AAA: no observed wave before adoption", table=table)
    table = parallel()
    table[3, 4] = np.inf
    fails("infinite", table=table)
    with pytest.raises(ArgumentError, match="no outcome 'osy'"):
        fit_staggered(panel_of(parallel()), "osy", ADOPTION)


def test_parts_that_share_no_wave() -> None:
    table = parallel()
    table[0, 1:] = np.nan
    table[0, 4:] = 1.0
    table[1:, 0] = np.nan
    fails("share no wave", {"AAA": 2010, "BBB": 2012}, table=table)


def test_bad_options() -> None:
    fails("leads=0", leads=0)
    fails("draws=0", draws=0)
    fails("leads=6", leads=6)
    fails("no stratum for AAA", strata=dict.fromkeys(NAMES[1:], "east"))


def test_excluded_host_may_have_any_adoption_wave() -> None:
    adoption = {**ADOPTION, "D00": 1999}
    fit = fit_staggered(panel_of(parallel()), "osi", adoption, exclude=["D00"], leads=1, draws=9)
    assert fit.excluded == ("D00",)
    assert "D00" not in fit.donors


def test_two_way_without_donors() -> None:
    everyone = {name: 2010 + 2 * (at % 3) for at, name in enumerate(NAMES)}
    everyone = {name: wave for name, wave in everyone.items() if wave <= 2014}
    panel = panel_of(parallel() + np.random.default_rng(0).random((len(NAMES), len(WAVES))))
    short = panel[panel["wave"] < 2014]
    late = {name: wave for name, wave in everyone.items() if wave < 2014}
    assert len(group_time(short, "osi", late).table)
    with pytest.raises(ArgumentError, match="untreated observation in 2014"):
        group_time(panel, "osi", everyone)
    with pytest.raises(ArgumentError, match="cannot be told"):
        twfe(
            panel[panel["iso3"].isin(["AAA", "D00"]) & (panel["wave"] <= 2004)],
            "osi",
            {"AAA": 2004},
        )


def test_bad_centres() -> None:
    for options, match in (
        ({"coding": "frist"}, "coding='frist'. Nearest: 'first'"),
        ({"dates": "middle"}, "dates='middle'"),
        ({"types": ["coop"]}, "centre type='coop'"),
        ({"types": "cooperation"}, "one word"),
        ({"types": []}, "no centre of types"),
        ({"rule": "windw"}, "no rule 'windw'"),
        ({"bounds": {"zzz-coop-1": ("2017", "2018")}}, "which is no counted centre"),
        ({"bounds": {"aaa-coop-1": ("2018", "2017")}}, "is after"),
        ({"bounds": {"aaa-coop-1": ("soon", "2017")}}, "is no date"),
    ):
        with pytest.raises(ArgumentError, match=match):
            centre_adoption(centres(), **options)
    with pytest.raises(ArgumentError, match="no start date for eee-coop-1"):
        centre_adoption(centres().replace({"status": {"planned": "active"}}))


def test_a_permutation_that_leaves_a_wave_without_untreated_cells_has_no_figure_there() -> None:
    table = parallel()[:5]
    table[1:4, 6] = np.nan  # only AAA and D01 are seen in the last wave
    design = read_design(panel_of(table), "osi", {"AAA": 2012, "BBB": 2012}, ())
    gaps = differences(design, np.array([[0, 1], [0, 4]]), design.start[:2])
    assert np.isfinite(gaps[0, 0, 5:]).all()
    assert np.isfinite(gaps[1, :, 5]).all()
    assert np.isnan(gaps[1, :, 6]).all()

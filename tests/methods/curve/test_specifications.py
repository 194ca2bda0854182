"""The curve: rows equal single fits, reasons are kept, the joint test, every backend alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import numpy as np
import pandas as pd
import pytest

import egovstudy as eg
from egovstudy.errors import ArgumentError
from egovstudy.methods.curve.grid import CHOICES
from egovstudy.methods.curve.summary import shares_as_far
from egovstudy.methods.panel.rows import make_panel, outcome_by_wave
from egovstudy.methods.synthetic.control import fit_synthetic

NEIGHBOURS = ["MYS", "PHL", "SGP", "THA", "VNM", "BRN"]
WAVES = [2008, 2010, 2012, 2014, 2016, 2018, 2020, 2022, 2024]


def quarter(panel: pd.DataFrame, outcome: str, first_wave: int, treatment_wave: int) -> list[str]:
    """The neighbours and a fixed quarter of the countries that can be donors."""
    every = [*sorted(panel["iso3"].unique())[::4], *NEIGHBOURS]
    return [iso3 for iso3 in everyone(panel, outcome, first_wave, treatment_wave) if iso3 in every]


def everyone(panel: pd.DataFrame, outcome: str, first_wave: int, treatment_wave: int) -> list[str]:
    """Every other country with the outcome in every wave of the window."""
    wide = outcome_by_wave(panel, outcome).loc[:, first_wave:].dropna()
    return [iso3 for iso3 in wide.index if iso3 != "IDN"]


def neighbours(
    panel: pd.DataFrame, outcome: str, first_wave: int, treatment_wave: int
) -> list[str]:
    return NEIGHBOURS


POOLS = {"quarter": quarter, "everyone": everyone, "neighbours": neighbours}


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return make_panel(eg.load_egdi())


@pytest.fixture(scope="module")
def grid() -> pd.DataFrame:
    return eg.specification_grid(
        outcomes=["egdi", "osi"],
        scales=["raw", "z", "percentile"],
        first_waves=[2003, 2012],
        treatment_waves={
            "all": {"window": 2018, "published": 2016},
            "binding": {"window": 2018, "later": None},
        },
        pools=["quarter", "neighbours"],
        statistics=["post_gap", "last_gap"],
    )


@pytest.fixture(scope="module")
def curve(panel: pd.DataFrame, grid: pd.DataFrame) -> object:
    return eg.run_specifications(panel, grid, treated="IDN", pools=POOLS)


def small_grid(**changes: object) -> pd.DataFrame:
    choices: dict = {
        "outcomes": ["osi"],
        "first_waves": [2008],
        "treatment_waves": {"all": {"window": 2018}},
        "pools": ["neighbours"],
    }
    return eg.specification_grid(**(choices | changes))


def simulated(seed: int, units: int = 12, gap: float = 0.0) -> pd.DataFrame:
    """Random walks, alike in law, the first unit ``gap`` higher from 2018 on."""
    walks = np.random.default_rng(seed).normal(size=(units, len(WAVES))).cumsum(axis=1)
    walks[0, WAVES.index(2018) :] += gap
    names = [f"U{place:02d}" for place in range(units)]
    rows = [
        (name, wave, value)
        for name, walk in zip(names, walks, strict=True)
        for wave, value in zip(WAVES, walk, strict=True)
    ]
    return pd.DataFrame(rows, columns=["iso3", "wave", "osi"])


def others(panel: pd.DataFrame, outcome: str, first_wave: int, treatment_wave: int) -> list[str]:
    return sorted(set(panel["iso3"]) - {"U00"})


def simulated_curve(seed: int, gap: float = 0.0) -> object:
    grid = small_grid(
        pools=["others"],
        first_waves=[2008, 2010],
        treatment_waves={"all": {"window": 2018, "published": 2016}},
        scales=["raw", "z"],
    )
    return eg.run_specifications(
        simulated(seed, gap=gap), grid, treated="U00", pools={"others": others}
    )


def by_hand(panel: pd.DataFrame, spec: object) -> dict[str, float]:
    """The specification once more, one fit at a time, by the public function."""
    if spec.scale != "raw":
        panel = panel.assign(**{spec.outcome: eg.within_wave(panel, spec.outcome, spec.scale)})
    units = ["IDN", *POOLS[spec.pool](panel, spec.outcome, spec.first_wave, spec.treatment_wave)]
    statistics, certificates = [], []
    for unit in units:
        fit = fit_synthetic(
            panel,
            outcome=spec.outcome,
            treated=unit,
            donors=[one for one in units if one != unit],
            treatment_wave=spec.treatment_wave,
            first_wave=spec.first_wave,
        )
        post = fit.gaps[fit.gaps.index >= spec.treatment_wave]
        statistics.append(post.iloc[-1] if spec.statistic == "last_gap" else post.mean())
        certificates.append(fit.certificate)
        if unit == "IDN":
            own = fit
    far = np.abs(statistics)
    return {
        "n_donors": len(units) - 1,
        "n_pre": own.n_pre,
        "gap": statistics[0],
        "standardised": statistics[0] / np.sqrt(np.mean(np.square(statistics))),
        "pre_rmspe": own.pre_rmspe,
        "exact": own.exact,
        "unique": own.unique,
        "p": (far >= far[0]).mean(),
        "floor": 1 / len(units),
        "certificate": max(certificates),
    }


@pytest.mark.parametrize("row", [0, 7, 18, 41, 66, 95])
def test_a_row_is_what_single_fits_give(curve: object, panel: pd.DataFrame, row: int) -> None:
    got = curve.table.iloc[row]
    if got["reason"]:
        assert pd.isna(got["treatment_wave"])
        return
    want = by_hand(panel, got)
    assert got["certificate"] <= 1e-10
    assert {name: got[name] for name in want} == pytest.approx(want, abs=1e-9)


def test_the_grid_is_every_combination_once(grid: pd.DataFrame) -> None:
    assert len(grid) == 2 * 3 * 2 * 4 * 2 * 2
    assert not grid.duplicated(CHOICES).any()


def test_codings_that_come_to_the_same_wave_come_to_the_same_row(curve: object) -> None:
    rows = curve.table[curve.table["date_rule"].eq("window")].drop(columns="coding")
    one, two = (curve.table.loc[rows.index, "coding"].eq(name) for name in ("all", "binding"))
    pd.testing.assert_frame_equal(
        rows[one].reset_index(drop=True), rows[two].reset_index(drop=True)
    )


def test_order_of_the_grid_does_not_matter(
    curve: object, panel: pd.DataFrame, grid: pd.DataFrame
) -> None:
    mixed = grid.sample(frac=1, random_state=1)
    again = eg.run_specifications(panel, mixed, treated="IDN", pools=POOLS)
    pd.testing.assert_frame_equal(
        again.table, curve.table.loc[mixed.index].reset_index(drop=True), check_exact=True
    )
    pd.testing.assert_frame_equal(
        again.units, curve.units.loc[mixed.index].reset_index(drop=True), check_exact=True
    )


def test_part_of_the_grid_gives_the_same_rows(
    curve: object, panel: pd.DataFrame, grid: pd.DataFrame
) -> None:
    part = grid.iloc[5::9]
    again = eg.run_specifications(panel, part, treated="IDN", pools=POOLS).table
    whole = curve.table.loc[part.index].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, whole, rtol=1e-9, atol=1e-12)


def test_the_panel_and_the_grid_stay_as_they_are(panel: pd.DataFrame) -> None:
    grid = small_grid(scales=["z"])
    before = panel.copy(), grid.copy()
    eg.run_specifications(panel, grid, treated="IDN", pools=POOLS)
    pd.testing.assert_frame_equal(panel, before[0])
    pd.testing.assert_frame_equal(grid, before[1])


def test_the_statistics_of_all_units_are_kept(curve: object) -> None:
    table, units = curve.table, curve.units
    assert units.notna().sum(axis=1).tolist() == (table["n_donors"] + 1).fillna(0).tolist()
    done = table["reason"].eq("")
    assert units.loc[done, "IDN"].tolist() == table.loc[done, "gap"].tolist()


def test_scaled_gap_divides_by_the_error_of_predicting_each_wave_from_the_others(
    panel: pd.DataFrame,
) -> None:
    table = eg.run_specifications(
        panel, small_grid(statistics=["post_gap", "scaled_gap"]), treated="IDN", pools=POOLS
    )
    wide = outcome_by_wave(panel, "osi").loc[:, 2008:]
    errors = []
    for wave in [one for one in wide.columns if one < 2018]:
        kept = panel[~panel["wave"].eq(wave)]
        fit = fit_synthetic(
            kept,
            outcome="osi",
            treated="IDN",
            donors=NEIGHBOURS,
            treatment_wave=2018,
            first_wave=kept_first(kept),
        )
        errors.append(wide.loc["IDN", wave] - fit.weights @ wide.loc[fit.weights.index, wave])
    gap = table.table["gap"]
    assert gap[0] == gap[1]
    assert table.units.loc[1, "IDN"] == pytest.approx(gap[0] / np.sqrt(np.mean(np.square(errors))))


def kept_first(panel: pd.DataFrame) -> int:
    return int(panel.loc[panel["wave"] >= 2008, "wave"].min())


def test_bounds_hold_the_gap_and_are_those_of_the_single_fit(panel: pd.DataFrame) -> None:
    grid = small_grid(outcomes=["egdi"], statistics=["post_gap", "last_gap"], pools=["everyone"])
    table = eg.run_specifications(panel, grid, treated="IDN", pools=POOLS, bounds=True).table
    donors = everyone(panel, "egdi", 2008, 2018)
    fit = fit_synthetic(
        panel, outcome="egdi", treated="IDN", donors=donors, treatment_wave=2018, first_wave=2008
    )
    assert not table["unique"].any()
    assert (table["lower"] <= table["gap"]).all()
    assert (table["gap"] <= table["upper"]).all()
    assert table.loc[1, ["lower", "upper"]].tolist() == pytest.approx(
        fit.bounds.loc[2024].tolist(), abs=1e-7
    )
    assert (table["upper"] - table["lower"] > 0.01).all()


def test_without_a_tie_rule_an_open_answer_is_refused_and_open_placebos_count_against(
    panel: pd.DataFrame,
) -> None:
    grid = small_grid(
        outcomes=["egdi"], first_waves=[2003, 2008], pools=["everyone"], ties=["nearest", "none"]
    )
    table = eg.run_specifications(panel, grid, treated="IDN", pools=POOLS).table
    rows = {(row.first_wave, row.ties): row for row in table.itertuples()}
    assert rows[2008, "none"].reason == "many weights fit equally well, and no tie rule was chosen"
    assert np.isnan(rows[2008, "none"].gap)
    assert np.isnan(rows[2008, "none"].p)
    assert rows[2003, "none"].unique
    assert rows[2003, "none"].n_exact > 0
    assert rows[2003, "none"].gap == rows[2003, "nearest"].gap
    assert rows[2003, "none"].p > rows[2003, "nearest"].p


def test_unknown_statistics_count_as_further_out() -> None:
    p = shares_as_far(np.array([[3.0, -3.0, 1.0, np.nan, np.nan]]), np.array([4.0]))
    assert p[0, :3].tolist() == [0.75, 0.75, 1.0]
    assert np.isnan(p[0, 3])


@pytest.mark.parametrize(
    ("changes", "pool", "reason"),
    [
        (
            {"first_waves": [2018]},
            neighbours,
            "first_wave 2018 leaves no wave before treatment wave 2018",
        ),
        ({"treatment_waves": {"all": {"window": None}}}, neighbours, "no wave is late enough"),
        ({}, lambda *_: ["MYS"], "pool neighbours has 1 donors; at least two are needed"),
        (
            {"outcomes": ["egdi"], "first_waves": [2003]},
            lambda *_: ["MYS", "SSD"],
            "1 donors lack egdi in waves",
        ),
        ({"first_waves": [2016], "statistics": ["scaled_gap"]}, neighbours, "and there is only 1"),
    ],
)
def test_what_cannot_be_computed_keeps_its_row_and_says_why(
    panel: pd.DataFrame, changes: dict, pool: object, reason: str
) -> None:
    grid = small_grid(**changes)
    curve = eg.run_specifications(panel, grid, treated="IDN", pools={"neighbours": pool})
    assert reason in curve.table["reason"].item()
    assert curve.table[["gap", "p", "floor"]].isna().to_numpy().all()
    assert reason in repr(curve)
    with pytest.raises(ArgumentError, match="no specification"):
        curve.joint()


def test_what_a_pool_refuses_is_the_reason(panel: pd.DataFrame) -> None:
    def refuses(*_: object) -> list[str]:
        raise ArgumentError("1 donors are left; at least 2 are needed.\nMore.")

    table = eg.run_specifications(
        panel, small_grid(), treated="IDN", pools={"neighbours": refuses}
    ).table
    assert table["reason"].item() == "pool neighbours: 1 donors are left; at least 2 are needed."


def test_a_constant_outcome_is_a_reason_and_not_a_number(panel: pd.DataFrame) -> None:
    table = eg.run_specifications(
        panel.assign(osi=0.5), small_grid(), treated="IDN", pools=POOLS
    ).table
    assert table["reason"].item() == "osi is 0.5 everywhere"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scales": ["zz"]}, "no scale 'zz'.*Allowed: raw, z, percentile"),
        ({"statistics": ["post_gaps"]}, "no statistic 'post_gaps'. Nearest: 'post_gap'"),
        ({"ties": ["minimum"]}, "no ties 'minimum'"),
        ({"outcomes": "osi"}, "is one word"),
        ({"pools": []}, "names nothing"),
        ({"treatment_waves": {}}, "names nothing"),
        ({"scales": ["raw", "raw"]}, "stands twice"),
        ({"first_waves": ["early"]}, "whole years"),
    ],
)
def test_a_grid_takes_only_words_it_knows(changes: dict, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        small_grid(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcomes": ["osii"]}, "no outcome 'osii' in the panel. Nearest: 'osi'"),
        ({"pools": ["neighbors"]}, "no rule for it. Nearest: 'neighbours'"),
        ({"first_waves": [2009]}, "first_wave=2009 is not a survey wave"),
        (
            {"treatment_waves": {"all": {"window": 2019}}},
            "treatment_wave=2019 is not a survey wave",
        ),
    ],
)
def test_a_run_refuses_what_the_panel_does_not_have(
    panel: pd.DataFrame, changes: dict, message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        eg.run_specifications(panel, small_grid(**changes), treated="IDN", pools=POOLS)


@pytest.mark.parametrize(
    ("donors", "message"),
    [(["IDN", "MYS"], "among the donors"), (["MYS", "XXX"], "no country 'XXX' in the panel")],
)
def test_a_pool_with_a_wrong_country_is_refused(
    panel: pd.DataFrame, donors: list[str], message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        eg.run_specifications(
            panel, small_grid(), treated="IDN", pools={"neighbours": lambda *_: donors}
        )


def test_an_unknown_treated_country_is_refused_before_any_pool_is_asked(
    panel: pd.DataFrame,
) -> None:
    with pytest.raises(ArgumentError, match="treated: no country 'INA' in the panel"):
        eg.run_specifications(panel, small_grid(), treated="INA", pools=POOLS)


def test_a_frame_that_is_no_grid_is_refused(panel: pd.DataFrame) -> None:
    with pytest.raises(ArgumentError, match="no column 'statistic'"):
        eg.run_specifications(
            panel, small_grid().drop(columns="statistic"), treated="IDN", pools=POOLS
        )
    with pytest.raises(ArgumentError, match="no row"):
        eg.run_specifications(panel, small_grid().iloc[:0], treated="IDN", pools=POOLS)


def test_the_joint_p_is_seldom_small_without_a_gap() -> None:
    curves = [simulated_curve(seed) for seed in range(80)]
    for summary in ("mean_standardised", "small_p"):
        p = np.array([curve.joint(summary).p for curve in curves])
        assert p.min() == pytest.approx(1 / 12)
        for level in (1 / 12, 0.25, 0.5):
            # A rank among 12 that are alike in law; three standard errors for 80 panels.
            assert (p <= level + 1e-9).mean() <= level + 3 * np.sqrt(level * (1 - level) / len(p))


@pytest.mark.parametrize("summary", ["mean_standardised", "small_p", "median_gap"])
def test_the_joint_p_reaches_its_floor_with_a_large_gap(summary: str) -> None:
    curve = simulated_curve(3, gap=40.0)
    test = curve.joint(summary, where=curve.table["scale"].eq("raw"))
    assert (test.n, test.n_partial, test.n_specifications) == (12, 0, 4)
    assert test.p == test.floor == 1 / 12
    assert "floor 1/12 = 0.0833" in repr(test)
    assert "uncoded, not untreated" in repr(test)


def test_the_joint_test_is_the_rank_of_summaries_by_hand() -> None:
    curve = simulated_curve(5)
    raw = curve.table["scale"].eq("raw")
    medians = curve.units[raw].median().abs()
    test = curve.joint("median_gap", where=raw)
    assert test.value == pytest.approx(curve.table.loc[raw, "gap"].median())
    assert test.p == pytest.approx((medians >= medians["U00"]).mean())
    shares = [
        np.mean([(row.abs() >= abs(row[unit])).mean() <= 0.10 for _, row in curve.units.iterrows()])
        for unit in curve.units
    ]
    assert curve.joint("small_p").by_unit.tolist() == shares


def test_units_that_are_not_in_every_pool_take_no_part(curve: object) -> None:
    done = curve.table["reason"].eq("")
    test = curve.joint()
    assert test.n == curve.units[done].notna().all().sum() <= len(NEIGHBOURS) + 1
    assert test.n + test.n_partial == curve.units[done].notna().any().sum()
    assert test.n_impossible == (~done).sum()
    broad = curve.joint(where=curve.table["pool"].eq("quarter"))
    assert broad.n > test.n
    assert broad.floor < test.floor


def test_a_joint_test_refuses_what_has_no_meaning(curve: object) -> None:
    with pytest.raises(ArgumentError, match="no summary 'median'. Nearest: 'median_gap'"):
        curve.joint("median")
    with pytest.raises(ArgumentError, match="are in raw, z, percentile"):
        curve.joint("median_gap")
    with pytest.raises(ArgumentError, match="True or False for each"):
        curve.joint(where=[True])
    with pytest.raises(ArgumentError, match="no specification"):
        curve.joint(where=np.zeros(len(curve.table), bool))


def test_the_curve_prints_what_a_reader_needs(curve: object) -> None:
    text = repr(curve)
    for words in (
        "192 specifications for IDN, 144 computed",
        "osi, z",
        "not unique",
        "Floor of the rank p",
        "uncoded",
    ):
        assert words in text


@contextmanager
def cluster() -> Iterator[None]:
    import joblib
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as local,
        Client(local),
        joblib.parallel_config(backend="dask"),
    ):
        yield


def backend(name: str) -> AbstractContextManager:
    import joblib

    return cluster() if name == "dask" else joblib.parallel_config(backend=name, n_jobs=2)


@pytest.fixture(scope="module")
def wide_curve(panel: pd.DataFrame) -> object:
    return wide_run(panel)


def wide_run(panel: pd.DataFrame) -> object:
    """16 distinct fits of up to 193 units: more chunks than workers."""
    grid = eg.specification_grid(
        outcomes=["egdi", "osi"],
        scales=["raw", "z"],
        first_waves=[2003, 2012],
        treatment_waves={"all": {"window": 2018, "published": 2016}},
        pools=["everyone"],
    )
    return eg.run_specifications(panel, grid, treated="IDN", pools=POOLS)


@pytest.mark.parametrize("name", ["threading", "loky", "dask"])
def test_every_backend_gives_the_same_rows(
    name: str, panel: pd.DataFrame, wide_curve: object
) -> None:
    with backend(name):
        again = wide_run(panel)
    pd.testing.assert_frame_equal(again.table, wide_curve.table, check_exact=True)
    pd.testing.assert_frame_equal(again.units, wide_curve.units, check_exact=True)

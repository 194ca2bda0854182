"""The donor pool: pools of the method notes, each rule on a small panel, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import egovstudy as eg
from egovstudy.errors import ArgumentError

WAVES = (2003, 2004, 2005, 2008, 2010)
COUNTRIES = pd.DataFrame(
    {
        "iso3": ["IDN", "AAA", "BBB", "CCC", "DDD"],
        "region": ["Asia", "Asia", "Asia", "Africa", None],
        "subregion": [
            "South-eastern Asia",
            "South-eastern Asia",
            "Western Asia",
            "Northern Africa",
            None,
        ],
        "wb_income_group": ["Upper middle income", "Low income", "High income", None, "Low income"],
    }
)


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return eg.make_panel(eg.load_egdi())


def small(**levels: float) -> pd.DataFrame:
    """Flat outcomes: IDN at 0.5 and four others, further from it by the alphabet."""
    flat = {"IDN": 0.5, "AAA": 0.51, "BBB": 0.48, "CCC": 0.55, "DDD": 0.9, **levels}
    keys = pd.MultiIndex.from_product([flat, WAVES], names=["iso3", "wave"])
    return pd.DataFrame(
        {"score": np.repeat(list(flat.values()), len(WAVES))}, index=keys
    ).reset_index()


def without(frame: pd.DataFrame, iso3: str, *waves: int) -> pd.DataFrame:
    frame = frame.copy()
    frame.loc[frame["iso3"].eq(iso3) & frame["wave"].isin(waves), "score"] = np.nan
    return frame


def reasons(pool: object) -> dict[str, list[str]]:
    return pool.left_out.groupby("iso3")["reason"].agg(list).to_dict()


# on the real panel


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        ("egdi", (158, 178, 189)),
        ("egdi_rank", (158, 178, 189)),
        ("osi", (190, 191, 192)),
        ("epi", (190, 191, 192)),
        ("tii", (186, 188, 192)),
        ("hci", (175, 181, 192)),
    ],
)
def test_the_pools_of_the_default_rule(
    panel: pd.DataFrame, outcome: str, counts: tuple[int, ...]
) -> None:
    pools = [
        eg.donor_pool(panel, outcome=outcome, treated="IDN", first_wave=wave)
        for wave in (2003, 2008, 2012)
    ]
    assert tuple(len(pool) for pool in pools) == counts
    for pool in pools:
        assert set(pool) | set(pool.left_out["iso3"]) == set(panel["iso3"]) - {"IDN"}
        assert not set(pool) & set(pool.left_out["iso3"])


def test_every_donor_is_ranked_and_none_rests_on_a_zero(panel: pd.DataFrame) -> None:
    pool = eg.donor_pool(panel, outcome="egdi", treated="IDN", first_wave=2003)
    rows = panel[panel["iso3"].isin(pool.donors)]
    assert rows["status"].eq("ranked").all()
    assert rows[["egdi", "osi", "tii", "hci"]].notna().to_numpy().all()
    assert rows["hci"].le(1).all()
    # Flags that leave the score as it is do not exclude.
    assert set(rows["flag"].dropna()) == {
        "rank_tie_broken",
        "egdi_not_reproducible",
        "other_vintage_seen",
    }


def test_who_is_left_out_says_why(panel: pd.DataFrame) -> None:
    out = eg.donor_pool(panel, outcome="egdi", treated="IDN", first_wave=2003).left_out
    rows = {(row.iso3, row.reason.split()[0]): (row.waves, row.flag) for row in out.itertuples()}
    assert rows["FSM", "resting"] == ("2003;2004;2005", "hci_above_1;egdi_with_hci_0")
    assert rows["MNE", "absent"] == ("2003;2004;2005", "not_member")
    assert rows["SRB", "resting"] == ("2005", "egdi_with_hci_0")
    assert rows["GIN", "absent"] == ("2012", "no_website")
    assert len(out) == 41
    assert out["iso3"].nunique() == 34


def test_the_text_says_uncoded_not_untreated(panel: pd.DataFrame) -> None:
    text = repr(eg.donor_pool(panel, outcome="egdi", treated="IDN", first_wave=2008))
    assert "uncoded, not untreated" in text
    assert "178 donors, 14 countries left out" in text
    assert "waves 2008 to 2024" in text


def test_a_shorter_window_asks_less(panel: pd.DataFrame) -> None:
    until = [
        len(eg.donor_pool(panel, "egdi", "IDN", 2008, last)) for last in (2008, 2010, 2012, 2024)
    ]
    assert until == sorted(until, reverse=True)
    assert until[0] > until[-1]


def test_asean_donors_come_from_the_rows_of_countries(panel: pd.DataFrame) -> None:
    countries = eg.load("countries")
    asean = countries[countries["asean_join_year"].le(2024)]
    pool = eg.donor_pool(panel, "egdi", "IDN", 2008, countries=asean)
    assert pool.donors == ("BRN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "VNM")


# rules on a small panel


def test_presence_alone_without_flags() -> None:
    pool = eg.donor_pool(without(small(), "BBB", 2004, 2008), "score", "IDN", 2003)
    assert pool.donors == ("AAA", "CCC", "DDD")
    assert pool.left_out.to_dict("records") == [
        {"iso3": "BBB", "reason": "absent", "waves": "2004;2008", "flag": ""}
    ]
    assert pool.rule == "score is present in every wave (5 in the window)."


def test_a_row_that_is_not_there_is_absent() -> None:
    frame = small()
    gone = frame[~(frame["iso3"].eq("BBB") & frame["wave"].eq(2004))]
    assert reasons(eg.donor_pool(gone, "score", "IDN", 2003)) == {"BBB": ["absent"]}
    assert len(eg.donor_pool(gone, "score", "IDN", 2005)) == 4


def test_coverage_forgives_absence_but_never_a_flag() -> None:
    frame = (
        without(small(), "BBB", 2004)
        .rename(columns={"score": "egdi"})
        .assign(flag=None, status="ranked")
    )
    frame.loc[frame["iso3"].eq("CCC") & frame["wave"].eq(2003), "flag"] = (
        "rank_tie_broken;egdi_with_tii_0"
    )
    frame.loc[frame["iso3"].eq("DDD"), "flag"] = "rank_tie_broken"
    assert reasons(eg.donor_pool(frame, "egdi", "IDN", 2003)) == {
        "BBB": ["absent"],
        "CCC": ["resting on an absent or impossible component"],
    }
    assert eg.donor_pool(frame, "egdi", "IDN", 2003, coverage=0.8).donors == ("AAA", "BBB", "DDD")
    assert eg.donor_pool(frame, "egdi", "IDN", 2004, coverage=0.5).donors == (
        "AAA",
        "BBB",
        "CCC",
        "DDD",
    )


@pytest.mark.parametrize(
    ("choice", "donors"),
    [
        ({"region": "Asia"}, ("AAA", "BBB")),
        ({"region": ["South-eastern Asia", "Africa"]}, ("AAA", "CCC")),
        ({"income": "Low income"}, ("AAA", "DDD")),
        ({"region": ["Asia", "Africa"], "income": ["Low income", "High income"]}, ("AAA", "BBB")),
    ],
)
def test_by_region_and_income(choice: dict, donors: tuple[str, ...]) -> None:
    assert (
        eg.donor_pool(small(), "score", "IDN", 2003, countries=COUNTRIES, **choice).donors == donors
    )


def test_the_nearest_are_nearest_before_the_treatment_wave() -> None:
    frame = small()
    frame.loc[frame["iso3"].eq("AAA") & frame["wave"].ge(2008), "score"] = (
        0.99  # later waves do not count
    )
    pool = eg.donor_pool(frame, "score", "IDN", 2003, nearest=2, treatment_wave=2008)
    assert pool.donors == ("AAA", "BBB")
    assert reasons(pool) == {
        name: ["not among the 2 nearest before 2008"] for name in ("CCC", "DDD")
    }
    assert eg.donor_pool(frame, "score", "IDN", 2003, nearest=2, treatment_wave=2010).donors == (
        "BBB",
        "CCC",
    )


def test_the_nearest_are_sought_among_those_who_may_be_donors() -> None:
    pool = eg.donor_pool(
        small(), "score", "IDN", 2003, nearest=2, treatment_wave=2008, leave_out=["AAA"]
    )
    assert pool.donors == ("BBB", "CCC")
    assert reasons(pool) == {
        "AAA": ["left out by name"],
        "DDD": ["not among the 2 nearest before 2008"],
    }


@pytest.mark.parametrize(
    ("outcome", "left_out"),
    [
        ("egdi", ["AAA", "BBB", "CCC"]),
        ("hci", ["CCC"]),
        ("hci_percentile", ["CCC"]),
        ("tii", []),
        ("osi", []),
        ("epi", []),
        ("wealth", []),
    ],
)
def test_which_flag_counts_for_which_outcome(outcome: str, left_out: list[str]) -> None:
    flag_of = {
        "AAA": "hci_absent;egdi_with_hci_0",
        "BBB": "egdi_with_tii_0",
        "CCC": "hci_above_1",
        "DDD": "new_flag",
    }
    frame = small().rename(columns={"score": outcome})
    frame["flag"] = frame["iso3"].map(flag_of)
    more = frame.assign(flag=None, iso3=frame["iso3"].map(lambda iso3: iso3[:2] + "X"))
    pool = eg.donor_pool(pd.concat([frame, more]), outcome, "IDN", 2003)
    assert pool.left_out["iso3"].tolist() == left_out


def test_equal_distances_go_by_iso3() -> None:
    frame = small(AAA=0.75, BBB=0.25, CCC=0.75, DDD=0.25)
    assert eg.donor_pool(frame, "score", "IDN", 2003, nearest=3, treatment_wave=2008).donors == (
        "AAA",
        "BBB",
        "CCC",
    )


def test_leaving_out_by_name_and_by_reason() -> None:
    assert reasons(eg.donor_pool(small(), "score", "IDN", 2003, leave_out=["CCC"])) == {
        "CCC": ["left out by name"]
    }
    pool = eg.donor_pool(
        small(), "score", "IDN", 2003, leave_out={"partner": ["CCC", "CCC"], "host": ["CCC", "DDD"]}
    )
    assert reasons(pool) == {"CCC": ["partner", "host"], "DDD": ["host"]}
    assert pool.donors == ("AAA", "BBB")


@settings(max_examples=60, deadline=None)
@given(
    gaps=st.sets(st.tuples(st.sampled_from(["AAA", "BBB"]), st.sampled_from(WAVES))),
    first=st.sampled_from(WAVES),
    seed=st.integers(0, 999),
)
def test_the_pool_is_what_the_rule_says(gaps: set, first: int, seed: int) -> None:
    frame = small()
    for iso3, wave in gaps:
        frame = without(frame, iso3, wave)
    before = frame.copy()
    pool = eg.donor_pool(frame.sample(frac=1, random_state=seed), "score", "IDN", first)
    out = {iso3 for iso3, wave in gaps if wave >= first}
    assert set(pool) == {"AAA", "BBB", "CCC", "DDD"} - out
    assert set(pool.left_out["iso3"]) == out
    assert "IDN" not in pool
    pd.testing.assert_frame_equal(frame, before)


# what is refused

TWICE = pd.concat([COUNTRIES, COUNTRIES.iloc[:1]])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outcome": "scor"}, "Nearest: 'score'"),
        ({"treated": "IDM"}, "treated: no country 'IDM'.*Nearest: 'IDN'"),
        (
            {"first_wave": 2006},
            "first_wave=2006 is not a wave of this panel. Waves: 2003, 2004, 2005, 2008, 2010",
        ),
        ({"last_wave": 2019}, "last_wave=2019 is not a wave"),
        ({"first_wave": 2008, "last_wave": 2004}, "first_wave=2008 comes after last_wave=2004"),
        ({"leave_out": ["AAB"]}, "leave_out: no country 'AAB'.*Nearest"),
        ({"leave_out": ["AAA", "IDN"]}, "names IDN, the treated country"),
        ({"leave_out": "AAA"}, "Give a list"),
        ({"leave_out": {"partner": "AAA"}}, "Give a list"),
        ({"leave_out": ["AAA", "BBB", "CCC"]}, "1 donors are left; at least 2"),
        ({"region": "Asia"}, "need countries="),
        ({"region": "Azia", "countries": COUNTRIES}, "no region 'Azia'. Nearest: 'Asia'"),
        ({"income": ["low"], "countries": COUNTRIES}, "no income 'low'"),
        ({"region": "Africa", "countries": COUNTRIES}, "1 donors are left"),
        ({"income": "Low income", "countries": COUNTRIES[["iso3"]]}, "no column 'wb_income_group'"),
        ({"region": "Asia", "countries": TWICE}, "IDN stands twice"),
        ({"nearest": 2}, "treatment_wave, which is None"),
        ({"nearest": 2, "treatment_wave": 2003}, "treatment_wave, which is 2003"),
        ({"nearest": 2, "treatment_wave": 2019}, "treatment_wave, which is 2019"),
        ({"nearest": 1, "treatment_wave": 2008}, "from 2 to the 4 donors"),
        ({"nearest": 5, "treatment_wave": 2008}, "from 2 to the 4 donors"),
        ({"nearest": 2.0, "treatment_wave": 2008}, "whole number"),
        ({"coverage": 0}, "coverage=0"),
        ({"coverage": float("nan")}, "coverage=nan"),
        (
            {"panel": without(small(), "IDN", 2004)},
            "treated IDN does not satisfy.*score is absent in 2004",
        ),
        ({"panel": pd.concat([small(), small()])}, "stands twice"),
        ({"panel": small(AAA=float("inf"))}, "infinite"),
    ],
)
def test_bad_input(change: dict, words: str) -> None:
    call = {"panel": small(), "outcome": "score", "treated": "IDN", "first_wave": 2003, **change}
    with pytest.raises(ArgumentError, match=words):
        eg.donor_pool(**call)

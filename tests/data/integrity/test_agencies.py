"""The SPBE index of single agencies.

Counts, flags that must be there, means beside the published ones, the plot.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import egovstudy as eg
from egovstudy import ArgumentError
from egovstudy.data.integrity import agencies as agency_checks
from egovstudy.publish.figures.legible import check_legible
from egovstudy.publish.style import look
from egovstudy.publish.style.venues import VENUES, current_venue, use_venue


@pytest.fixture
def rows() -> pd.DataFrame:
    return eg.load("spbe_agencies").astype({"scope": "str", "grade": "str", "flag": "object"})


def findings(monkeypatch: pytest.MonkeyPatch, rows: pd.DataFrame) -> list[str]:
    """What the check says of changed rows."""
    monkeypatch.setattr(
        agency_checks, "load", lambda name: rows if name == "spbe_agencies" else eg.load(name)
    )
    return [str(one) for one in agency_checks.agency_findings()]


# ---- the table


def test_as_many_agencies_as_the_ministry_says(rows: pd.DataFrame) -> None:
    assert rows.groupby("year").size().to_dict() == {2023: 621, 2024: 615}
    assert rows.groupby("agency_id").size().eq(2).sum() == 607
    kinds = rows.groupby(["scope", "year"]).size()
    assert kinds["ministries"].tolist() == [34, 34]
    assert kinds["provinces"].tolist() == [38, 38]


def test_figures_that_other_sources_print(rows: pd.DataFrame) -> None:
    index = rows.set_index(["agency_id", "year"])["spbe_index"]
    reform = eg.load("reform")
    singles = {
        "Central Kalimantan": "prov-kalimantan-tengah",
        "Ministry of Primary and Secondary Education": "kementerian-pendidikan-dan-kebudayaan",
    }
    told = reform[reform["indicator"].eq("spbe_index") & reform["scope_detail"].isin(list(singles))]
    told = told[told["year"].isin([2023, 2024])]
    assert len(told) == 4
    for row in told.to_dict("records"):
        assert index[singles[row["scope_detail"]], row["year"]] == row["value"]


def test_highest_values(rows: pd.DataFrame) -> None:
    best = rows.loc[rows.groupby("year")["spbe_index"].idxmax()].set_index("year")
    assert best["spbe_index"].to_dict() == {2023: 4.67, 2024: 4.77}
    assert best.loc[2024, "agency_id"] == "kab-banyuwangi"


def test_means_stand_beside_the_published_ones(rows: pd.DataFrame) -> None:
    mean = rows.groupby(["scope", "year"])["spbe_index"].mean()
    reform = eg.load("reform")
    told = (
        reform[reform["indicator"].eq("spbe_index")]
        .astype({"scope": "str"})
        .set_index(["scope", "year"])["value"]
    )
    assert abs(told["ministries", 2024] - mean["ministries", 2024]) < 0.005
    assert told["lns", 2023] - mean["lns", 2023] == pytest.approx(-0.144, abs=5e-4)
    assert told["national", 2024] - rows.loc[rows["year"].eq(2024), "spbe_index"].mean() < -0.04


def test_doubts_are_flagged_and_nothing_is_mended(rows: pd.DataFrame) -> None:
    odd = rows[rows["agency_id"].eq("kab-banyuasin")].set_index("year")
    assert odd["spbe_index"].to_dict() == {2023: 1.05, 2024: 2.71}
    assert odd["flag"].to_dict() == {2023: "impossible_part", 2024: "jump"}
    assert rows["flag"].value_counts().to_dict() == {
        "name_differs": 46,
        "one_year": 22,
        "grade_at_edge": 3,
        "impossible_part": 1,
        "jump": 1,
    }


def test_bodies_are_those_of_the_events(rows: pd.DataFrame) -> None:
    named = rows.dropna(subset="body_id")
    assert named["agency_id"].equals(named["body_id"].astype(named["agency_id"].dtype))
    assert set(named["body_id"]) <= set(eg.load("events")["body_id"])
    bodies = eg.load("bodies").set_index("body_id")["name_id"]
    differ = {one for one in named["body_id"] if bodies[one] not in set(rows["agency"])}
    assert differ == {"kominfo"}, "only this ministry has another name in bodies"


# ---- the check


def test_the_check_holds(monkeypatch: pytest.MonkeyPatch, rows: pd.DataFrame) -> None:
    assert findings(monkeypatch, rows) == []


@pytest.mark.parametrize(
    ("where", "column", "value", "words"),
    [
        (("kab-banyuasin", 2024), "flag", None, "the years differ by more than 1.5"),
        (("kota-kotamobagu", 2023), "flag", None, "the names of the two years differ"),
        (("lan", 2023), "flag", None, "a row in one year only"),
        (("panrb", 2024), "flag", "jump", "jump is there, and it does not hold"),
        (("kab-pacitan", 2024), "flag", None, "3.50 is sangat_baik; baik stands here"),
        (("kab-pacitan", 2024), "grade", "cukup", "3.50 is sangat_baik; cukup stands here"),
        (("panrb", 2024), "grade", "baik", "4.33 is memuaskan; baik stands here"),
        (("panrb", 2024), "flag", "grade_at_edge", "4.33 is memuaskan; memuaskan stands here"),
        (("panrb", 2024), "scope", "lpnk", "it differs between the two years"),
        (("kab-buru", 2023), "province", None, None),
    ],
)
def test_a_changed_cell_is_seen(
    monkeypatch: pytest.MonkeyPatch,
    rows: pd.DataFrame,
    where: tuple,
    column: str,
    value: str | None,
    words: str | None,
) -> None:
    index = rows.index[rows["agency_id"].eq(where[0]) & rows["year"].eq(where[1])]
    assert len(index) == 1
    rows.loc[index, column] = value
    found = findings(monkeypatch, rows)
    assert any(words in one for one in found) if words else not found, found


def test_a_lost_row_and_a_shifted_figure_are_seen(
    monkeypatch: pytest.MonkeyPatch, rows: pd.DataFrame
) -> None:
    lost = findings(monkeypatch, rows.drop(index=rows.index[rows["agency_id"].eq("lan")]))
    assert any("size 620, but 621" in one for one in lost)
    moved = rows.assign(spbe_index=rows["spbe_index"].where(rows["agency_id"].ne("panrb"), 5.0))
    assert any("in spbe-index-mean-of-agencies" in one for one in findings(monkeypatch, moved))


# ---- the plot


NO_WORDS = {"xlabel": "", "ylabel": "", "names": ("", "")}


@pytest.fixture
def movement():
    use_venue("giq")
    yield pd.DataFrame(
        {
            "unit": list("abcd"),
            "first": [1.0, 2.5, 3.0, 4.5],
            "change": [0.9, -0.2, 0.4, 0.1],
            "named": [False, False, True, False],
        }
    )
    use_venue("giq")
    plt.close("all")


def test_movement_is_drawn_as_given(movement: pd.DataFrame) -> None:
    ax = eg.plot_movement(
        movement, xlabel="2023", ylabel="change", names=("ours", "others"), line=(1.0, -0.2, "fit")
    )
    marked, others = (dots.get_offsets().tolist() for dots in ax.collections)
    assert marked == [[3.0, 0.4]]
    assert others == [[1.0, 0.9], [2.5, -0.2], [4.5, 0.1]]
    (fit,) = [line for line in ax.lines if line.get_color() == look.INK]
    np.testing.assert_allclose(fit.get_xydata(), [[1.0, 0.8], [4.5, 0.1]])
    assert [one.get_text() for one in ax.figure.legends[0].get_texts()] == ["ours", "others", "fit"]


@pytest.mark.parametrize("venue", sorted(VENUES))
@pytest.mark.parametrize("line", [None, (1.0, -0.2, "garis kuadrat terkecil")])
def test_movement_fits_every_venue(movement: pd.DataFrame, venue: str, line: tuple | None) -> None:
    use_venue(venue, language="id")
    names = ("disebut dalam kemitraan", "instansi lain")
    ax = eg.plot_movement(
        movement, xlabel="indeks SPBE 2023", ylabel="perubahan ke 2024", line=line, names=names
    )
    ax.figure.draw_without_rendering()
    check_legible(ax.figure, current_venue().min_pt)


def test_movement_that_cannot_be_drawn_is_refused(movement: pd.DataFrame) -> None:
    with pytest.raises(ArgumentError, match="data has no column 'change'"):
        eg.plot_movement(movement.drop(columns="change"), **NO_WORDS)
    with pytest.raises(ArgumentError, match="more than one row for unit=a"):
        eg.plot_movement(movement.assign(unit="a"), **NO_WORDS)
    with pytest.raises(ArgumentError, match="'b' has no first value or no change"):
        eg.plot_movement(movement.assign(change=[0.1, np.nan, 0.1, 0.1]), **NO_WORDS)


# ---- claims that ask single agencies


def test_claims_ask_the_agencies_and_their_own_report_is_no_witness(rows: pd.DataFrame) -> None:
    claims = eg.load("claims")
    claims = claims[claims["claim_id"].isin(["C102", "C103"])]
    held = eg.check_claims(claims)
    assert set(held["verdict"]) == {"cannot be checked here"}
    assert held["why"].str.startswith("only the statement's own source gives SPBE index").all()
    changed = eg.load("spbe_agencies")
    changed.loc[changed["agency_id"].eq("panrb"), "spbe_index"] = 4.9
    assert set(eg.check_claims(claims, tables={"spbe_agencies": changed})["verdict"]) == {
        "does not hold"
    }


def test_checks_on_agencies_say_what_is_missing() -> None:
    def check(text: str) -> pd.Series:
        return eg.check_claims(pd.DataFrame([{"claim_id": "C998", "check": text}])).iloc[0]

    assert check('agency("panrb", 2024) > agency("panrb", 2023)')["verdict"] == "holds"
    assert "no SPBE index of lan in 2024" in check('agency("lan", 2024) > 4')["why"]
    assert "no SPBE index of agencies for 2022" in check("agency_top(2022) > 4")["why"]
    with pytest.raises(eg.DataError, match="no kind of agency 'ministry'. Nearest: 'ministries'"):
        check('agency_top(2024, ["ministry"]) > 4')

"""Coder agreement: published tables, sets worked by hand, the definition, what hypothesis finds."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egovstudy.data.events.coders import agreement
from egovstudy.errors import ArgumentError

# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: one row per coder, one column per
# unit, - is missing
BINARY = ["0100000010", "1110010000"]
TWO_NOMINAL = ["112243335441", "212223335444"]
FOUR_MISSING = ["123321412---", "1233224125-3", "-3332342251-", "12332441251-"]

# Fleiss (1971), Psychological Bulletin 76: 30 patients, six raters each, diagnoses numbered as in
# R's irr
FLEISS = [
    "444444",
    "222555",
    "233335",
    "555555",
    "222444",
    "113333",
    "333355",
    "113334",
    "114444",
    "555555",
    "144444",
    "124444",
    "222333",
    "144444",
    "224445",
    "333335",
    "111455",
    "111112",
    "224444",
    "133555",
    "555555",
    "244444",
    "224555",
    "114444",
    "144445",
    "222224",
    "111155",
    "224444",
    "133333",
    "555555",
]
# The count table of Wikipedia's article "Fleiss' kappa": ten subjects, fourteen raters, five
# categories
WIKIPEDIA = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
# Raters 1 and 2 of R irr's "anxiety"
ANXIETY = ["33345523522615221243", "36462424332333221334"]


def long(coders: Sequence[Sequence[str | None]], variable: str = "v") -> pd.DataFrame:
    """One sequence of values per coder; ``-`` and None are missing."""
    return pd.DataFrame(
        [
            {
                "event_id": f"e{i:03}",
                "variable": variable,
                "coder": f"c{j:02}",
                "value": None if v == "-" else v,
            }
            for j, values in enumerate(coders)
            for i, v in enumerate(values)
        ]
    )


def from_table(table: list[list[int]]) -> pd.DataFrame:
    """Two coders whose cross-table is this."""
    pairs = [
        (str(i), str(j)) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)
    ]
    return long(list(zip(*pairs, strict=True)))


def row(codings: pd.DataFrame, **options: object) -> pd.Series:
    options.setdefault("draws", 100)
    return agreement(codings, **options).table.iloc[0]


def by_definition(units: Sequence[Sequence[object]], distance: Callable) -> float:
    """Alpha straight from its definition: every ordered pair of values, in units and over all."""
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    observed = sum(
        distance(a, b) / (len(unit) - 1)
        for unit in units
        for a, b in itertools.permutations(unit, 2)
    )
    expected = sum(distance(a, b) for a, b in itertools.permutations(values, 2)) / (len(values) - 1)
    return 1 - observed / expected if expected else np.nan


def distances(units: Sequence[Sequence[object]]) -> dict[str, Callable]:
    """Distances of Krippendorff (2011), written as he writes them."""
    values = [float(value) for unit in units if len(unit) > 1 for value in unit]

    def ordinal(a: str, b: str) -> float:
        low, high = sorted([float(a), float(b)])
        between = sum(low <= value <= high for value in values)
        return (between - (values.count(low) + values.count(high)) / 2) ** 2 if low < high else 0.0

    return {
        "nominal": lambda a, b: float(a != b),
        "ordinal": ordinal,
        "interval": lambda a, b: (float(a) - float(b)) ** 2,
        "ratio": lambda a, b: (
            ((float(a) - float(b)) / (float(a) + float(b))) ** 2 if a != b else 0.0
        ),
    }


def units_of(coders: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[value for value in unit if value != "-"] for unit in zip(*coders, strict=True)]


# values of up to four coders on up to nine events, some missing
CODED = (
    st.integers(2, 4)
    .flatmap(
        lambda coders: st.lists(
            st.text("1234-", min_size=coders, max_size=coders), min_size=1, max_size=9
        )
    )
    .map(lambda events: ["".join(values) for values in zip(*events, strict=True)])
    .filter(lambda coders: sum(set(values) != {"-"} for values in coders) > 1)
)


def test_krippendorff_without_missing_values() -> None:
    assert row(long(BINARY))["alpha"] == pytest.approx(0.09523809523809523, abs=1e-12)
    assert row(long(TWO_NOMINAL))["alpha"] == pytest.approx(0.6919642857143, abs=1e-12)


@pytest.mark.parametrize(
    ("level", "published", "exact"),
    [
        ("nominal", 0.743, 0.7434210526316),
        ("ordinal", 0.815, 0.8153875037549),
        ("interval", 0.849, 0.8491071428571),
        ("ratio", 0.797, 0.7974027747116),
    ],
)
def test_krippendorff_with_missing_values(level: str, published: float, exact: float) -> None:
    found = row(long(FOUR_MISSING), level=level)
    assert found["alpha"] == pytest.approx(exact, abs=1e-12)
    assert round(found["alpha"], 3) == published
    assert found[["coders", "events", "values"]].tolist() == [
        4,
        11,
        40,
    ]  # the last unit has one value and drops out


def test_absent_rows_are_missing_values() -> None:
    codings = long(FOUR_MISSING)
    assert codings["value"].isna().any()
    pd.testing.assert_series_equal(row(codings), row(codings.dropna()))


def test_cohen() -> None:
    assert row(long(ANXIETY))["kappa"] == pytest.approx(0.1194968553459, abs=1e-12)
    second_and_third = [[patient[i] for patient in FLEISS] for i in (1, 2)]
    assert row(long(second_and_third))["kappa"] == pytest.approx(0.6311475409836, abs=1e-12)
    # SAS PROC FREQ; the abstractors of irrCAC; Wikipedia's 50 grants
    assert row(from_table([[0, 4, 1], [0, 8, 0], [0, 1, 5]]))["kappa"] == pytest.approx(
        0.4842, abs=6e-5
    )
    assert row(from_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]]))["kappa"] == pytest.approx(
        0.7964094, abs=1e-6
    )
    assert row(from_table([[20, 5], [10, 15]]))["kappa"] == pytest.approx(0.4, abs=1e-12)


def test_fleiss() -> None:
    raters = list(zip(*FLEISS, strict=True))
    found = row(long(raters))
    assert found["kappa"] == pytest.approx(0.4302445200601, abs=1e-12)
    assert found["share"] == pytest.approx(0.5555555555555556, abs=1e-12)
    # alpha is Fleiss' kappa with the correction for drawing without return
    assert found["alpha"] == pytest.approx(1 - (1 - found["kappa"]) * (180 - 1) / 180, abs=1e-12)
    assert row(long(raters[:4]))["kappa"] == pytest.approx(0.4893319342427, abs=1e-12)
    subjects = [
        [str(code) for code, n in enumerate(counts) for _ in range(n)] for counts in WIKIPEDIA
    ]
    assert row(long(list(zip(*subjects, strict=True))))["kappa"] == pytest.approx(
        0.20993070442195522, abs=1e-12
    )


@pytest.mark.parametrize(
    ("codings", "level"),
    [
        (long(FOUR_MISSING), "nominal"),
        (long(["112-", "1221"]), "nominal"),
        (long(ANXIETY), "ordinal"),
        (long(["11", "11"]), "nominal"),
    ],
    ids=["missing values", "an event of one coder", "not nominal", "one category"],
)
def test_no_kappa(codings: pd.DataFrame, level: str) -> None:
    assert np.isnan(row(codings, level=level)["kappa"])


@pytest.mark.parametrize(
    ("one", "other", "jaccard", "masi"),
    [
        ("a;b", "a;b", 0, 0),
        ("a", "a;b", 1 / 2, 1 - 1 / 2 * 2 / 3),  # a subset
        ("a;b;c;d", "b;c", 1 / 2, 1 - 1 / 2 * 2 / 3),
        ("a;b", "b;c", 2 / 3, 1 - 1 / 3 * 1 / 3),  # an overlap
        ("a;b", "c", 1, 1),
    ],
)
def test_sets_by_hand(one: str, other: str, jaccard: float, masi: float) -> None:
    # the other event is x by both, at distance 1 of all else: observed 2d, expected (2d + 8) / 3
    for level, d in {"jaccard": jaccard, "masi": masi}.items():
        found = row(long([[one, "x"], [other, "x"]]), level=level)
        assert found["alpha"] == pytest.approx(1 - 2 * d / ((2 * d + 8) / 3), abs=1e-12)
        assert found["share"] == (1 if one == other else 0.5)


def test_order_within_a_list_does_not_matter() -> None:
    found = row(long([["b; a", "c", "c;a;"], ["a;b", "c", "a;c"]]), level="masi")
    assert found[["alpha", "share"]].tolist() == [1.0, 1.0]
    assert (
        row(long([["b;a", "c", "c;a"], ["a;b", "c", "a;c"]]))["alpha"] < 1.0
    )  # nominal: another list, another code


@settings(deadline=None, max_examples=150)
@given(CODED, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_is_its_definition(coders: list[str], level: str) -> None:
    units = units_of(coders)
    found = row(long(coders), level=level)
    expected = (
        by_definition(units, distances(units)[level])
        if any(len(unit) > 1 for unit in units)
        else np.nan
    )
    assert found["alpha"] == pytest.approx(expected, abs=1e-9, nan_ok=True)
    assert np.isnan(found["alpha"]) == bool(found["undefined_reason"])
    if not np.isnan(found["alpha"]):
        assert found["lower"] <= found["alpha"] <= found["upper"] <= 1
        assert 0 <= found["share"] <= 1
        assert 0 <= found["undefined_share"] < 1


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_bootstrap_is_alpha_of_repeated_events(level: str) -> None:
    units = units_of(["1131", "1142", "11-1"])
    draws = np.random.default_rng(7).multinomial(4, np.full(4, 1 / 4), size=200)
    alphas = []
    for draw in draws:
        drawn = [unit for unit, times in zip(units, draw, strict=True) for _ in range(times)]
        alphas.append(by_definition(drawn, distances(drawn)[level]))
    undefined = np.isnan(alphas)
    assert 0 < undefined.mean() < 0.5
    found = row(long(["1131", "1142", "11-1"]), level=level, seed=7, draws=200, interval=0.8)
    assert found["undefined_share"] == pytest.approx(undefined.mean())
    lower, upper = np.quantile(np.array(alphas)[~undefined], [0.1, 0.9])
    assert found["lower"] == pytest.approx(min(lower, found["alpha"]), abs=1e-9)
    assert found["upper"] == pytest.approx(max(upper, found["alpha"]), abs=1e-9)


def test_interval_is_widened_to_hold_the_estimate() -> None:
    # the middle resamples lie all below the one estimate, all above the other
    above = row(long(FOUR_MISSING), draws=2000, interval=0.01)
    below = row(long(FOUR_MISSING), level="ordinal", draws=2000, interval=0.01)
    assert above["lower"] < above["upper"] == above["alpha"]
    assert below["alpha"] == below["lower"] < below["upper"]


@settings(deadline=None, max_examples=50)
@given(CODED, st.randoms(use_true_random=False), st.sampled_from(["nominal", "ordinal", "masi"]))
def test_names_of_coders_and_order_of_rows_do_not_matter(
    coders: list[str], random: object, level: str
) -> None:
    codings = long(coders)
    names = codings["coder"].unique().tolist()
    moved = dict(zip(names, random.sample(names, len(names)), strict=True))
    other = codings.assign(coder=codings["coder"].map(moved)).sample(
        frac=1, random_state=random.randint(0, 99)
    )
    pd.testing.assert_series_equal(row(codings, level=level), row(other, level=level))


@settings(deadline=None, max_examples=50)
@given(
    st.text("123", min_size=2, max_size=9).filter(lambda text: len(set(text)) > 1),
    st.integers(2, 4),
)
def test_perfect_agreement_is_exactly_one(values: str, coders: int) -> None:
    for level in ("nominal", "ordinal", "interval", "ratio", "masi", "jaccard"):
        found = row(long([values] * coders), level=level)
        assert found[["alpha", "lower", "upper", "share"]].tolist() == [1.0] * 4
        assert found["undefined_reason"] == ""


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=1, max_size=20))
def test_two_coders_follow_the_closed_formula(pairs: list[tuple[str, str]]) -> None:
    values = [value for pair in pairs for value in pair]
    n = len(values)
    observed = np.mean([a == b for a, b in pairs])
    expected = sum(values.count(code) * (values.count(code) - 1) for code in set(values)) / (
        n * (n - 1)
    )
    found = row(long(list(zip(*pairs, strict=True))))
    assert found["share"] == pytest.approx(observed)
    if expected < 1:
        assert found["alpha"] == pytest.approx(1 - (1 - observed) / (1 - expected), abs=1e-12)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio", "masi", "jaccard"])
def test_no_variation_is_undefined(level: str) -> None:
    found = row(
        long([["3", "3", "3.0" if level == "interval" else "3"], ["3", "3", None]]), level=level
    )
    assert found[["alpha", "lower", "upper", "kappa", "undefined_share"]].isna().all()
    label = "'3'" if level in ("nominal", "masi", "jaccard") else "3.0"
    assert (
        found["undefined_reason"]
        == f"all coders gave {label} to every event: agreement by chance cannot be told from"
        " agreement"
    )
    assert found["share"] == 1.0


def test_no_shared_event_is_undefined() -> None:
    found = agreement(long(["1-", "-2"]))
    assert found.table.loc[0, "undefined_reason"] == "no event has values of two coders"
    assert found.table.loc[0, ["coders", "events", "values"]].tolist() == [2, 0, 0]
    assert found.table[["alpha", "share"]].isna().all(axis=None)
    assert found.confusion("v").empty


def test_ordinal_follows_its_order() -> None:
    words = {"1": "none", "2": "some", "3": "much", "4": "all", "5": "more"}
    numbers = long(FOUR_MISSING)
    found = row(
        numbers.assign(value=numbers["value"].map(words)),
        level="ordinal",
        order=list(words.values()),
    )
    pd.testing.assert_series_equal(found, row(numbers, level="ordinal"))
    # a code nobody used takes no place
    wider = ["least", *words.values()]
    again = row(
        numbers.assign(value=numbers["value"].map(words)), level="ordinal", order={"v": wider}
    )
    assert again["alpha"] == found["alpha"]
    assert row(numbers, level="ordinal", order=[1, 2, 3, 4, 5])["alpha"] == found["alpha"]


def test_interval_has_no_unit() -> None:
    alphas = [
        row(long([[str(float(v) * unit) for v in values] for values in ANXIETY]), level="interval")[
            "alpha"
        ]
        for unit in (1, 1e-200, 1e150)
    ]
    assert alphas == pytest.approx([alphas[0]] * 3)


def test_many_variables_each_as_if_alone() -> None:
    both = pd.concat(
        [long(FLEISS, "diagnosis"), long([["a", "a;b", "c"], ["a;b", "a;b", "c"]], "themes")]
    )
    found = agreement(both, level={"themes": "masi"}, draws=200, seed=3)
    assert found.table["variable"].tolist() == ["diagnosis", "themes"]
    assert found.table["level"].tolist() == ["nominal", "masi"]
    alone = agreement(both, on="themes", level={"themes": "masi"}, draws=200, seed=3)
    pd.testing.assert_frame_equal(alone.table, found.table.iloc[[1]].reset_index(drop=True))
    assert agreement(both, on=["themes", "diagnosis", "themes"]).table["variable"].tolist() == [
        "themes",
        "diagnosis",
    ]
    other = agreement(both, on="diagnosis", draws=200, seed=4).table
    assert other.loc[0, "lower"] != found.table.loc[0, "lower"]
    assert other.loc[0, "alpha"] == found.table.loc[0, "alpha"]


def test_confusion_of_two_coders() -> None:
    met = agreement(from_table([[20, 5], [10, 15]])[::-1]).confusion("v")
    assert met.to_numpy().tolist() == [[20, 5], [10, 15]]
    assert (met.index.name, met.columns.name) == ("c00", "c01")
    assert met.index.tolist() == met.columns.tolist() == ["0", "1"]


def test_coincidences_of_several_coders() -> None:
    # the table of coincidences printed by Krippendorff (2011) for his example with missing data
    met = agreement(long(FOUR_MISSING)).confusion("v")
    assert met.to_numpy() == pytest.approx(
        np.array(
            [
                [7, 4 / 3, 1 / 3, 1 / 3, 0],
                [4 / 3, 10, 4 / 3, 1 / 3, 0],
                [1 / 3, 4 / 3, 8, 1 / 3, 0],
                [1 / 3, 1 / 3, 1 / 3, 4, 0],
                [0, 0, 0, 0, 3],
            ]
        )
    )
    random = np.random.default_rng(0).choice(list("abc-"), size=(12, 40)).tolist()
    found = agreement(long(random), draws=100)
    met = found.confusion("v")
    assert met.equals(met.T)
    assert met.to_numpy().sum() == pytest.approx(found.table.loc[0, "values"])


def test_repr_is_readable() -> None:
    both = pd.concat(
        [long(FOUR_MISSING, "level"), long(["11", "11"], "stage"), long(["1112", "1112"], "scope")]
    )
    words = repr(agreement(both, draws=500))
    assert words.startswith("Agreement; 95 % intervals from 500 resamples of events, seed 0\n")
    assert "0.743" in words
    assert "stage: alpha is undefined, all coders gave '1' to every event" in words
    assert "scope: nothing varied in 3" in words  # (3/4)^4, about 32 %, of the resamples
    assert "scope: no resample differs, so the interval says nothing of precision." in words
    assert "level: " not in words


def test_types_a_loaded_table_may_have() -> None:
    codings = long(FOUR_MISSING)
    for changed in (
        codings.astype("category"),
        codings.astype(object),
        codings.assign(note="read from the page"),
    ):
        pd.testing.assert_series_equal(row(changed), row(codings))
    assert (
        row(codings.assign(value=codings["value"].astype(float)), level="ratio")["alpha"]
        == row(codings, level="ratio")["alpha"]
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"on": "instrment"},
            "no variable 'instrment'. Allowed: instrument, stage. Nearest: 'instrument'.",
        ),
        ({"on": []}, "no variable to compare"),
        ({"level": {"stge": "ordinal"}}, "no variable 'stge'.*Nearest: 'stage'"),
        ({"level": "ordnal"}, "no level 'ordnal'.*Nearest: 'ordinal'"),
        ({"level": {"stage": "ordinal"}, "order": {"stag": ["1"]}}, "no variable 'stag'"),
        ({"order": ["mou", "visit"]}, "no compared variable is ordinal"),
        (
            {"on": "instrument", "level": "ordinal"},
            "'instrument' holds 'mou'.*needs numbers. Give order=",
        ),
        (
            {"on": "instrument", "level": "interval"},
            "'instrument' holds 'mou'.*Give it another level",
        ),
        ({"on": "stage", "level": "ratio"}, "'stage' holds '-1'.*needs numbers of 0 or more"),
        (
            {"on": "instrument", "level": "ordinal", "order": ["mouu", "visit"]},
            "'instrument' is ordinal: no code in order= 'mou'.*Nearest: 'mouu'",
        ),
        (
            {"on": "instrument", "level": "ordinal", "order": ["mou", "visit", "mou"]},
            "names a code twice",
        ),
        ({"draws": 99}, "draws=99 is too few"),
        ({"interval": 95}, "interval=95 is no share"),
    ],
)
def test_errors_of_arguments(options: dict, words: str) -> None:
    codings = pd.concat(
        [long([["mou", "visit"], ["mou", "mou"]], "instrument"), long([["-1", "2"], "12"], "stage")]
    )
    with pytest.raises(ArgumentError, match=words):
        agreement(codings, **options)


def test_errors_of_codings() -> None:
    codings = long([["mou", "visit"], ["mou", "mou"]])
    with pytest.raises(
        ArgumentError, match="no column 'coder' in codings. Columns: event_id, variable, value"
    ):
        agreement(codings.drop(columns="coder"))
    with pytest.raises(ArgumentError, match="coder 'c00' codes 'v' of event 'e000' more than once"):
        agreement(pd.concat([codings, codings.iloc[[0]].assign(value="visit")]))
    with pytest.raises(ArgumentError, match=r"'v' has values of one coder only \(c00\)"):
        agreement(codings.iloc[:2])
    with pytest.raises(ArgumentError, match="1 rows of codings have an empty event_id"):
        agreement(codings.assign(event_id=[None, "e1", "e0", "e1"]))
    with pytest.raises(ArgumentError, match="1 rows of codings have an empty value"):
        agreement(codings.assign(value=["mou", " ;", "mou", "mou"]))
    with pytest.raises(ArgumentError, match="'v' holds 'inf', and level='interval' needs numbers"):
        agreement(codings.assign(value=["1", "inf", "1", "2"]), level="interval")
    with pytest.raises(ArgumentError, match="codings hold no value"):
        agreement(codings.iloc[:0])
    with pytest.raises(ArgumentError, match="no variable 'x'"):
        agreement(codings).confusion("x")


def test_import_leaves_statsmodels_alone() -> None:
    words = "import sys, egovstudy.data.events.coders; sys.exit('statsmodels' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False, timeout=60).returncode == 0

"""The EGDI table: what must hold among its figures, and how many typing errors that catches."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import egovstudy as eg
from egovstudy.data.egdi import checks as egdi_checks
from egovstudy.data.integrity import checks
from egovstudy.data.tables import FIRST_ROW
from egovstudy.errors import DataError

FIGURES = ("egdi", "osi", "tii", "hci")


@pytest.fixture(scope="module")
def egdi() -> pd.DataFrame:
    return eg.load_egdi()


def test_all_members_in_all_waves(egdi: pd.DataFrame) -> None:
    assert egdi.groupby("wave")["iso3"].nunique().to_dict() == dict.fromkeys(
        [2003, 2004, 2005, 2008, 2010, 2012, 2014, 2016, 2018, 2020, 2022, 2024], 193
    )


def test_ranked_counts(egdi: pd.DataFrame) -> None:
    ranked = egdi[egdi["status"] == "ranked"].groupby("wave").size().tolist()
    assert ranked == [173, 178, 179, 182, 183, 190] + [193] * 6


def test_indonesia_as_published(egdi: pd.DataFrame) -> None:
    idn = egdi[egdi["iso3"] == "IDN"].set_index("wave")
    assert idn.loc[[2018, 2020, 2022, 2024], "egdi_rank"].tolist() == [107, 88, 77, 64]
    assert idn.loc[[2018, 2020, 2022, 2024], "egdi"].tolist() == [0.5258, 0.6612, 0.716, 0.79911]


@pytest.mark.parametrize(
    ("wave", "weights"),
    [
        (2005, (1, 1, 1)),
        (2008, (34, 33, 33)),
        (2010, (34, 33, 33)),
        (2012, (1, 1, 1)),
        (2024, (1, 1, 1)),
    ],
)
def test_identity_by_wave(egdi: pd.DataFrame, wave: int, weights: tuple[int, int, int]) -> None:
    rows = egdi[(egdi["wave"] == wave) & (egdi["status"] == "ranked")]
    mean = sum(
        w * rows[name].fillna(0) for w, name in zip(weights, ("osi", "tii", "hci"), strict=True)
    ) / sum(weights)
    off = rows.loc[(rows["egdi"] - mean).abs() > 7.1e-5, "iso3"].tolist()
    assert off == (["CMR", "KHM"] if wave == 2008 else [])


def test_simple_mean_fails_in_2010(egdi: pd.DataFrame) -> None:
    rows = egdi[(egdi["wave"] == 2010) & (egdi["status"] == "ranked")]
    simple = rows[["osi", "tii", "hci"]].mean(axis=1)
    assert ((rows["egdi"] - simple).abs() < 1.1e-5).sum() < 10


def test_odd_figures_are_flagged(egdi: pd.DataFrame) -> None:
    flagged = egdi[egdi["flag"].notna()].set_index(["iso3", "wave"])["flag"]
    assert len(flagged) == 67
    assert flagged["FSM", 2003] == "hci_above_1"
    assert flagged["SRB", 2005] == "hci_absent;egdi_with_hci_0"
    assert flagged["KHM", 2008] == flagged["CMR", 2008] == "egdi_not_reproducible"
    assert egdi.set_index(["iso3", "wave"]).loc[("PLW", 2003), ["tii", "hci"]].isna().all()


def semantic_findings() -> list:
    return [
        one
        for run in (
            egdi_checks.identity_findings,
            egdi_checks.rank_findings,
            egdi_checks.flag_findings,
        )
        for one in run()
    ]


def test_single_digit_errors_are_caught(
    egdi: pd.DataFrame,
    data_copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without hashes 97 % of 1,000 random single-digit errors of 0.001 or more are caught."""
    rng = np.random.default_rng(20241)
    lines = (data_copy / "egdi.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    places = [
        (row, header.index(name))
        for row in range(1, len(lines))
        for name in FIGURES
        if lines[row].split(",")[header.index(name)]
    ]
    errors: dict[int, list[tuple[int, str, float]]] = {}
    for _ in range(1000):
        row, column = places[rng.integers(len(places))]
        text = lines[row].split(",")[column]
        wrong = text
        while wrong == text or abs(float(wrong) - float(text)) < 0.001 - 1e-12:
            digits = [
                match.start()
                for match in re.finditer(r"\d", text)
                if match.start() <= text.index(".") + 3
            ]
            place = digits[rng.integers(len(digits))]
            wrong = text[:place] + str(rng.integers(10)) + text[place + 1 :]
        error = (row - 1, header[column], float(wrong))
        errors.setdefault(egdi.loc[row - 1, "wave"], []).append(error)
    caught = 0
    for together in zip_longest(*errors.values()):  # these checks look within a wave: one in each
        spoiled = egdi.copy()
        for index, name, value in filter(None, together):
            spoiled.loc[index, name] = value
        monkeypatch.setattr(
            egdi_checks,
            "load",
            lambda table, spoiled=spoiled: spoiled if table == "egdi" else eg.load(table),
        )
        found = {egdi.loc[finding.row - FIRST_ROW, "wave"] for finding in semantic_findings()}
        caught += len(found)
    with capsys.disabled():
        print(f"\nsingle-digit errors caught without hashes: {caught} of 1000")
    assert caught >= 970


def test_every_byte_change_is_caught_by_the_hash(data_copy: Path) -> None:
    rng = np.random.default_rng(7)
    path = data_copy / "egdi.csv"
    original = path.read_bytes()
    for _ in range(100):
        place = int(rng.integers(len(original)))
        path.write_bytes(
            original[:place]
            + bytes([(original[place] + int(rng.integers(1, 256))) % 256])
            + original[place + 1 :]
        )
        assert [one.file for one in checks.hash_findings()] == ["egdi.csv"]
    path.write_bytes(original)
    assert checks.hash_findings() == []


def test_a_wrong_figure_stops_check_data(data_copy: Path) -> None:
    path = data_copy / "egdi.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("IDN,2024,0.79911", "IDN,2024,0.89912"),
        encoding="utf-8",
    )
    with pytest.raises(DataError, match="IDN 2024: is not the weighted mean"):
        eg.check_data(hashes=False)


def test_decomposition_is_exact(egdi: pd.DataFrame) -> None:
    for iso3, start, end in [
        ("IDN", 2022, 2024),
        ("IDN", 2003, 2024),
        ("KOR", 2008, 2010),
        ("SGP", 2010, 2012),
    ]:
        parts = eg.decompose(egdi, iso3, start, end).set_index("component")
        values = egdi[egdi["iso3"] == iso3].set_index("wave")["egdi"]
        assert parts["contribution"].sum() == pytest.approx(values[end] - values[start], abs=1e-12)
        assert abs(parts.loc["rounding", "contribution"]) < 1.5e-4


def test_nine_tenths_of_the_latest_rise_are_infrastructure(egdi: pd.DataFrame) -> None:
    parts = eg.decompose(egdi, "IDN", 2022, 2024).set_index("component")
    assert parts.loc["tii", "contribution"] == pytest.approx(0.0749, abs=5e-4)
    assert parts.loc["tii", "share"] == pytest.approx(0.90, abs=0.01)


def test_decompose_says_why_it_cannot(egdi: pd.DataFrame) -> None:
    with pytest.raises(eg.ArgumentError, match="2019 is not a survey wave"):
        eg.decompose(egdi, "IDN", 2018, 2019)
    with pytest.raises(eg.ArgumentError, match=r"SSD has no egdi.*2010 \(not_member\)"):
        eg.decompose(egdi, "SSD", 2010, 2012)
    with pytest.raises(eg.ArgumentError, match="no country 'IDNN'. Nearest: 'IDN'"):
        eg.decompose(egdi, "IDNN", 2018, 2020)


def test_within_wave_scales(egdi: pd.DataFrame) -> None:
    z = eg.within_wave(egdi, "osi")
    assert z.groupby(egdi["wave"]).mean().abs().max() < 1e-12
    assert z.groupby(egdi["wave"]).std(ddof=0).sub(1).abs().max() < 1e-12
    share = eg.within_wave(egdi, "egdi", "percentile")
    first = egdi["egdi_rank"].eq(1) & egdi["wave"].eq(2024)
    last = egdi["egdi_rank"].eq(193) & egdi["wave"].eq(2024)
    assert share[first].item() == 100
    assert share[last].item() == 0


def test_breaks_between_waves() -> None:
    latest = eg.breaks_between(2022, 2024)
    assert set(latest["wave"]) == {2024}
    assert eg.breaks_between(2016, 2018, ("tii",)).empty
    assert "tii" in set(eg.breaks_between(2018, 2020, ("tii",))["component"])

"""Waves, partnerships and exposure on hand-worked examples."""

from __future__ import annotations

import pandas as pd
import pytest

import egovstudy as eg
from egovstudy.data.events.waves import wave_windows


def some(
    *rows: tuple[str, str, str], partner: str = "kor-mois", body: str = "panrb"
) -> pd.DataFrame:
    """Events of one partnership: (date, stage, stated end of the term)."""
    frame = pd.DataFrame(rows, columns=["date", "stage", "term_end"]).replace({"": None})
    frame["event_id"] = [f"{partner}-{number}" for number in range(len(frame))]
    return frame.assign(
        partner_id=partner,
        body_id=body,
        partner_type="government",
        country_iso3="KOR",
        partnership_id=f"{partner}--{body}",
        act_status="done",
        date_end=None,
        record_score=8,
    )


def course(states: pd.DataFrame) -> list[tuple[str, str]]:
    return [(row.state, str(row.start.date())) for row in states.itertuples()]


def test_a_partnership_goes_through_its_states() -> None:
    events = some(
        ("2013-07-04", "agreement", ""),
        ("2014-12-11", "contact", ""),
        ("2015-08-24", "agreement", "2018-12-31"),
        ("2016-03-02", "implementation", ""),
        ("2018-09-10", "renewal", "2019"),
        ("2019-09", "implementation", ""),
        ("2021-05-25", "renewal", "2023-12"),
        ("2022-06-16", "implementation", ""),
        ("2024-12-17", "implementation", ""),
    )
    assert course(eg.partnership_states(events)) == [
        ("agreement", "2013-07-04"),
        ("implementation", "2016-03-02"),
        ("renewal", "2018-09-10"),
        ("implementation", "2019-09-01"),
        ("lapse", "2020-01-01"),
        ("renewal", "2021-05-25"),
        ("implementation", "2022-06-16"),
    ]


def test_silence_is_a_lapse_and_a_contact_does_not_bring_it_back() -> None:
    events = some(
        ("2010-05-01", "agreement", ""),
        ("2014-01-01", "contact", ""),
        ("2015-01-01", "agreement", ""),
    )
    assert course(eg.partnership_states(events)) == [
        ("agreement", "2010-05-01"),
        ("lapse", "2013-05-02"),
        ("agreement", "2015-01-01"),
    ]
    # Four years of silence have not passed when the contact comes, nor after it.
    assert course(eg.partnership_states(events, lapse_after=4)) == [("agreement", "2010-05-01")]
    assert course(eg.partnership_states(events, until="2018-06-01"))[-1] == ("lapse", "2018-01-02")


def test_a_closing_ends_and_each_state_ends_where_the_next_begins() -> None:
    states = eg.partnership_states(
        some(
            ("2014", "agreement", ""),
            ("2016-05", "implementation", ""),
            ("2017-02-21", "closure", ""),
        )
    )
    assert states["state"].tolist() == ["agreement", "implementation", "closed"]
    assert states["end"].iloc[0] == pd.Timestamp("2016-04-30")
    assert pd.isna(states["end"].iloc[-1])


def test_what_is_only_announced_changes_no_state() -> None:
    events = some(("2014-01-01", "intent", ""), ("2015-01-01", "agreement", "")).assign(
        act_status=["done", "announced"]
    )
    assert eg.partnership_states(events)["state"].tolist() == ["intent"]


def test_the_korean_sequence_comes_out() -> None:
    states = eg.partnership_states(eg.load_events())
    korea = states[states["partnership_id"].eq("kor-mois--panrb")]
    first = korea.drop_duplicates("state").set_index("state")["start"].dt.year.to_dict()
    assert first["agreement"] == 2013
    assert first["implementation"] <= 2016
    lapse = korea[korea["state"].eq("lapse")].iloc[0]
    assert lapse["start"].year in (2019, 2020)
    assert lapse["end"] == pd.Timestamp("2021-05-24")
    after = korea[korea["start"].ge("2021-05-25")]
    assert after["state"].tolist()[:2] == ["renewal", "implementation"]
    assert after["event_id"].iloc[0] == "kor-2021-05-25-dgcc-mou"


def test_exposure_counts_what_is_active_when_a_window_opens() -> None:
    events = pd.concat(
        [
            some(("2013-07-04", "agreement", "2016")),
            some(
                ("2015-01-01", "agreement", ""),
                ("2016-01-01", "implementation", ""),
                partner="sgp-mci",
            ).assign(partner_type="think_tank", record_score=4),
        ],
        ignore_index=True,
    )
    stock = eg.exposure(events).set_index(["partner_type", "wave"])
    # Windows open about fifteen months before publication: 2014 in March 2013, 2016 in April 2015,
    # 2018 in April 2017.
    assert stock.loc["government", "partnerships"].to_dict() == {
        **dict.fromkeys(wave_windows(), 0),
        2016: 1,
    }
    assert [
        stock.loc[("think_tank", wave), "partnerships"] for wave in (2014, 2016, 2018, 2020)
    ] == [0, 1, 1, 0]
    assert stock.loc[("think_tank", 2016), "weighted"] == 0.5
    assert eg.exposure(events, by=None).set_index("wave").loc[2016, "partnerships"] == 2
    assert eg.exposure(events, minimum_score=5)["partnerships"].sum() == 1
    later = eg.exposure(events, rule="published").set_index(["partner_type", "wave"])
    assert later.loc[("government", 2014), "partnerships"] == 1


@pytest.mark.parametrize("by", ["instrument", "stage"])
def test_exposure_needs_one_group_for_a_partnership(by: str) -> None:
    with pytest.raises(eg.ArgumentError, match="not one value for each partnership"):
        eg.exposure(eg.load_events(), by=by)


WAVES = [
    # date, by window, by publication, one later
    ("2023-05-31", 2024, 2024, pd.NA),
    ("2023-06-01", pd.NA, 2024, pd.NA),
    ("2023-05", 2024, 2024, pd.NA),
    ("2023", pd.NA, 2024, pd.NA),
    ("2024-09-16", pd.NA, 2024, pd.NA),
    ("2024-09-17", pd.NA, pd.NA, pd.NA),
    ("2016-03-02", 2018, 2016, 2020),
    ("2004-01-01", 2008, 2005, 2010),
]


@pytest.mark.parametrize(("date", "window", "published", "later"), WAVES)
def test_events_go_to_the_first_wave_that_could_reflect_them(
    date: str, window: object, published: object, later: object
) -> None:
    one = pd.DataFrame({"date": [date]})
    for rule, wave in (("window", window), ("published", published), ("later", later)):
        assert (
            eg.assign_wave(one, rule).isna().item()
            if wave is pd.NA
            else eg.assign_wave(one, rule).item() == wave
        )


def test_windows_keep_within_what_is_known() -> None:
    waves = eg.load("waves").set_index("wave")
    opens, published = wave_windows(), wave_windows("published")
    assert list(opens) == sorted(opens)
    assert all(opens[wave] <= published[wave] for wave in opens)
    assert opens[2022] >= pd.Timestamp(waves.loc[2022, "window_not_before"])
    with pytest.raises(eg.ArgumentError, match="no rule 'windows'. Nearest: 'window'"):
        wave_windows("windows")


def test_counts_show_empty_years_and_leave_coordination_out() -> None:
    events = eg.load_events()
    per_year = eg.count_events(events, per="year").set_index("year")["events"]
    assert per_year.index.tolist() == list(
        range(int(per_year.index[0]), int(per_year.index[-1]) + 1)
    )
    assert (per_year == 0).any()
    both = [eg.count_events(events, domestic=flag)["events"].item() for flag in (False, True)]
    assert both[1] - both[0] == events["partner_type"].eq("domestic").sum() > 0
    scores = [eg.count_events(events, minimum_score=score)["events"].item() for score in range(9)]
    assert scores == sorted(scores, reverse=True)
    waves = eg.count_events(events, by="partner_type", per="wave")
    assert len(waves) == waves["wave"].nunique() * waves["partner_type"].nunique()


def test_counting_by_nothing_known_is_refused() -> None:
    with pytest.raises(
        eg.ArgumentError, match="no column 'instrumnt' in events. Nearest: 'instrument'"
    ):
        eg.count_events(eg.load_events(), by="instrumnt")
    with pytest.raises(eg.ArgumentError, match="per='month'. Allowed: year, wave"):
        eg.count_events(eg.load_events(), per="month")


def test_duplicates_are_pairs_that_nearly_touch() -> None:
    rows = some(
        ("2021-05-25", "renewal", ""), ("2021-05-28", "renewal", ""), ("2021-06-15", "renewal", "")
    ).assign(instrument="mou")
    assert eg.find_duplicates(rows).to_numpy().tolist() == [["kor-mois-0", "kor-mois-1"]]
    assert eg.find_duplicates(rows.assign(instrument=["mou", "visit", "mou"])).empty

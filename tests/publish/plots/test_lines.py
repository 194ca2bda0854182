"""Lines: what is drawn is what was given, holes stay holes, every venue can be read."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from egovstudy import ArgumentError
from egovstudy.publish.figures.legible import check_legible, drawn_texts
from egovstudy.publish.plots.canvas import new_axes, new_panels
from egovstudy.publish.plots.labels import spread
from egovstudy.publish.plots.lines import plot_indicators, plot_lines, plot_path
from egovstudy.publish.style import look
from egovstudy.publish.style.venues import current_venue, use_venue

WAVES = [2003, 2004, 2005, 2008, *range(2010, 2025, 2)]


def paths(*countries):
    return pd.DataFrame(
        {
            "iso3": iso3,
            "wave": wave,
            "egdi": 0.3 + 0.05 * i + 0.01 * k,
            "egdi_rank": 100 - i - 10 * k,
        }
        for k, iso3 in enumerate(countries)
        for i, wave in enumerate(WAVES)
    )


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels() if label.get_text()]


def test_paths_are_drawn_as_given():
    data = paths("IDN", "KOR", "MYS")
    data.loc[data["iso3"].eq("MYS") & data["wave"].eq(2008), "egdi"] = np.nan
    ax = plot_path(data, compare=["KOR"])
    lines = {line.get_label(): line for line in ax.lines}
    for iso3, rows in data[data["iso3"].ne("MYS")].groupby("iso3"):
        np.testing.assert_array_equal(lines[iso3].get_xdata(), WAVES)
        np.testing.assert_array_equal(lines[iso3].get_ydata(), rows["egdi"])
    before, after = (lines[name].get_xdata().tolist() for name in ("MYS", "MYS, from 2010"))
    assert (before, after) == (WAVES[:3], WAVES[4:]), "no line over the wave that is missing"
    assert (
        lines["IDN"].get_linewidth() > lines["KOR"].get_linewidth() > lines["MYS"].get_linewidth()
    )
    assert {"Indonesia", "Korea", "Malaysia"} <= {text.get_text() for text in ax.texts}
    assert ax.get_ylabel() == "EGDI (0 to 1)"


def test_waves_stand_in_calendar_years_and_labels_fit():
    ax = plot_path(paths("IDN"))
    assert list(ax.get_xticks()) == WAVES
    assert ticks(ax.xaxis)[:3] == ["2003", "2005", "2008"]
    check_legible(ax.figure, 7)
    use_venue("giq", "column")
    narrow = plot_path(paths("IDN"))
    assert len(ticks(narrow.xaxis)) < len(WAVES)
    check_legible(narrow.figure, 7)


def test_rank_one_is_on_top():
    ax = plot_path(paths("IDN", "KOR"), y="egdi_rank")
    low, high = ax.get_ylim()
    assert low > high
    assert min(ax.get_yticks()) == 1
    assert ax.get_ylabel() == "EGDI rank (1 = best)"


def test_breaks_are_marked_where_they_are():
    breaks = pd.DataFrame({"wave": [2024, 2018, 2024], "component": ["tii", "all", "hci"]})
    ax = plot_path(paths("IDN"), breaks=breaks)
    dashed = [
        line.get_xdata()[0]
        for line in ax.lines
        if line.get_color() == look.BREAK and len(line.get_xdata()) == 2
    ]
    assert dashed == [2018, 2024]
    assert {"all", "TII\nHCI"} <= {text.get_text() for text in ax.texts}


def test_many_lines_lose_their_labels_but_not_their_count():
    codes = [f"Z{chr(65 + i)}{chr(65 + j)}" for i in range(3) for j in range(12)]
    ax = plot_path(paths("IDN", *codes))
    texts = {text.get_text() for text in drawn_texts(ax.figure)}
    assert "Indonesia" in texts
    assert "other countries (36)" in texts
    assert not texts & set(codes)


def test_language():
    use_venue("giq", language="id")
    ax = plot_path(paths("IDN", "SGP"), compare=["SGP"])
    assert ax.get_xlabel() == "gelombang survei"
    assert "Singapura" in {text.get_text() for text in ax.texts}
    assert look.WORDS["en"].keys() == look.WORDS["id"].keys()
    assert look.NAMES["en"].keys() == look.NAMES["id"].keys()


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ArgumentError, match="Nearest: 'egdi'"):
        plot_path(paths("IDN"), y="edgi")
    with pytest.raises(ArgumentError, match="no country 'IND' in data. Nearest: 'IDN'"):
        plot_path(paths("IDN"), compare=["IND"])
    with pytest.raises(ArgumentError, match="more than one row for iso3=IDN, wave=2003"):
        plot_path(pd.concat([paths("IDN"), paths("IDN")]))


def indicators():
    return pd.DataFrame(
        {
            "indicator": ["spbe"] * 6 + ["ease"] * 2,
            "year": [2018, 2019, 2021, 2022, 2023, 2023, 2019, 2020],
            "value": [1.98, 2.18, 2.24, 2.34, 2.7, 2.8, 73, 72],
            "unit": ["index 1 to 5"] * 6 + ["rank"] * 2,
            "status": ["ok", "uncertain", "ok", "ok", "conflict", "conflict", "ok", "ok"],
        }
    )


def test_indicators_draw_all_values_and_join_only_what_was_measured_alike():
    breaks = pd.DataFrame({"indicator": ["spbe"], "year": [2022], "label": ["new questions"]})
    spbe, ease = plot_indicators(indicators(), breaks)
    marks = {
        line.get_label(): line
        for line in spbe.lines
        if line.get_label() in ("ok", "uncertain", "conflict")
    }
    assert list(marks["conflict"].get_ydata()) == [2.7, 2.8]
    assert marks["conflict"].get_markerfacecolor() == "white"
    assert sorted(value for line in marks.values() for value in line.get_ydata()) == sorted(
        indicators()["value"][:6]
    )
    red = [
        list(line.get_xdata())
        for line in spbe.lines
        if line.get_color() == look.LINES["IDN"].colour
    ]
    assert red == [
        [2018, 2019],
        [2021],
        [2022],
    ], "no line over the hole of 2020, the break of 2022, the conflict of 2023"
    assert "method changed" in {text.get_text() for text in drawn_texts(spbe.figure)}
    assert (spbe.get_ylabel(), ease.get_ylabel()) == ("index 1 to 5", "rank (1 = best)")
    assert ease.yaxis_inverted()


def test_indicators_refuse_two_settled_values_for_a_year():
    data = indicators().assign(status="ok")
    with pytest.raises(ArgumentError, match="spbe has two settled values in 2023"):
        plot_indicators(data)


def test_an_indicator_says_its_scale_and_spans_at_least_a_third_of_it():
    scaled = indicators().assign(unit="index", scale_min=0, scale_max=100)
    for ax in plot_indicators(scaled):
        assert ax.get_ylabel() == "index (0 to 100)"
        low, high = ax.get_ylim()
        assert high - low >= 100 / 3 - 1e-9
    together = plot_indicators(scaled, one_scale=True)
    assert {ax.get_ylim() for ax in together} == {(0, 100)}


@pytest.mark.parametrize("venue", ["giq", "plos", "slides"])
def test_indicators_fit_every_venue(venue):
    use_venue(venue, language="id")
    many = pd.concat(
        [
            indicators().assign(indicator=lambda rows, n=n: rows["indicator"] + n, scale_min=0)
            for n in "abcd"
        ]
    ).assign(label="Reformasi birokrasi, instansi pusat (1 = terbaik)", scale_max=100)
    readable(plot_indicators(many)[0].figure)


def readable(figure):
    figure.draw_without_rendering()
    check_legible(figure, current_venue().min_pt)


def test_panels_share_scales_and_leave_a_cell_for_the_legend():
    axes = new_panels(["IDN", "KOR", "SGP"], row_mm=30, most=2, xlabel="gap", ylabel="EGDI")
    assert [ax.get_title(loc="left") for ax in axes] == ["Indonesia", "Korea", "Singapore"]
    assert [ax.get_ylabel() for ax in axes] == ["EGDI", "", "EGDI"]
    axes[0].set(xlim=(0, 3), ylim=(0, 7))
    assert {(*ax.get_xlim(), *ax.get_ylim()) for ax in axes} == {(0, 3, 0, 7)}
    below = [any(tick.get_visible() for tick in ax.get_xticklabels()) for ax in axes]
    assert below == [False, True, True], "labels where nothing stands below"
    assert [ax.axison for ax in axes[0].figure.axes] == [True, True, True, False]


def curves(panels=("EGDI, from 2003", "OSI, from 2003"), designs=("post_gap", "trend_hac")):
    return pd.DataFrame(
        {
            "panel": panel,
            "design": design,
            "gap": gap,
            "power": round(min(1, 0.05 + 2 * gap * (1 + k)), 3),
        }
        for panel in panels
        for k, design in enumerate(designs)
        for gap in (0, 0.1, 0.2, 0.3, 0.4)
    )


def power(data, **more):
    return plot_lines(
        data, x="gap", y="power", series="design", limits=(0, 1), **{"level": 0.8, **more}
    )


def test_power_is_drawn_as_given_with_the_level_and_the_marks():
    data = curves()
    marks = pd.DataFrame({"panel": ["OSI, from 2003", "nobody"], "gap": [0.12, 0.1]})
    axes = power(data, marks=marks, mark="Indonesia, 2018 to 2020")
    assert [ax.get_title(loc="left") for ax in axes] == ["EGDI, from 2003", "OSI, from 2003"]
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in axes}) == 1
    for ax in axes:
        rows = data[data["panel"].eq(ax.get_title(loc="left"))]
        drawn = {line.get_label(): tuple(line.get_ydata()) for line in ax.lines}
        for design, part in rows.groupby("design"):
            assert drawn[design] == tuple(part["power"])
        assert [0.8, 0.8] in [list(line.get_ydata()) for line in ax.lines]
    dashed = [
        [line.get_xdata()[0] for line in ax.lines if line.get_color() == look.BREAK] for ax in axes
    ]
    assert dashed == [[], [0.12, 0.12]], "a line and its triangle, in the panel that they are for"
    assert {"post gap, rank", "trend, Newey-West", "Indonesia, 2018 to 2020"} <= {
        one.get_text() for one in drawn_texts(axes[0].figure)
    }


def test_a_design_looks_the_same_whoever_stands_beside_it():
    def looks(axes):
        return {
            (line.get_color(), line.get_linestyle(), line.get_marker())
            for line in axes[0].lines
            if line.get_label() == "trend_hac"
        }

    alone, beside = curves(designs=("trend_hac",)), curves(designs=("trend_hac", "post_gap"))
    assert looks(power(alone)) == looks(power(beside)) != set()
    eight = power(curves(designs=(*look.DESIGNS, "of_ones_own")))[0]
    drawn = [line for line in eight.lines if len(line.get_xdata()) == 5]
    assert (
        len({line.get_marker() for line in drawn})
        == len({to_hex(line.get_color()) for line in drawn})
        == 8
    )


@pytest.mark.parametrize("venue", ["giq", "nature", "slides", "thesis"])
def test_power_fits_every_venue(venue):
    use_venue(venue, language="id")
    starts = ("sejak 2003", "sejak 2008", "tuan rumah")
    panels = [f"{outcome}, {start}" for outcome in ("EGDI", "OSI") for start in starts]
    marks = pd.DataFrame({"panel": panels, "gap": 0.12})
    designs = [one for one in look.DESIGNS if one != "scaled_gap"]
    readable(power(curves(panels, designs), marks=marks, mark="Indonesia, 2018 ke 2020")[0].figure)


def test_series_that_cannot_be_drawn_are_refused():
    with pytest.raises(
        ArgumentError, match="more than one row for panel=A, gap=0.0, design=post_gap"
    ):
        power(pd.concat([curves(["A"]), curves(["A"])]))
    with pytest.raises(ArgumentError, match=r"'power': 1.2.* scale goes from 0 to 1"):
        power(curves().assign(power=1.2))
    with pytest.raises(ArgumentError, match="0 series came"):
        power(curves().head(0))
    with pytest.raises(ArgumentError, match="data has no row"):
        power(curves(), panels=[])
    with pytest.raises(ArgumentError, match="'level': 80"):
        power(curves(), level=80)
    with pytest.raises(ArgumentError, match="9 series came"):
        power(curves(designs=[f"d{one}" for one in range(9)]))
    with pytest.raises(ArgumentError, match="marks has no column 'gap'"):
        power(curves(), marks=pd.DataFrame({"panel": ["A"], "at": [0.1]}))


def by_event_time(panels=("OSI",)):
    times = list(range(-3, 5))
    one = pd.DataFrame(
        {"event_time": times, "difference": [0.01 * t for t in times], "n_countries": [16] * 8}
    )
    one["when"] = one["event_time"].lt(0).map({True: "before_adoption", False: "after_adoption"})
    one = one.assign(lower=-0.02, upper=0.025)
    return pd.concat([one.assign(panel=panel) for panel in panels], ignore_index=True)


def event_time(data):
    return plot_lines(
        data,
        x="event_time",
        y="difference",
        series="when",
        below="n_countries",
        level=0,
        band="hasil permutasi",
        ylabel="selisih (poin indeks)",
    )


def test_event_time_is_drawn_as_given_and_leads_stand_apart():
    data = by_event_time(("OSI", "TII"))
    data.loc[data["panel"].eq("TII"), "difference"] += 0.1
    data.loc[data["panel"].eq("TII"), "n_countries"] = 9
    axes = event_time(data.sample(frac=1, random_state=3).sort_values("panel", kind="stable"))
    assert len({ax.get_ylim() for ax in axes}) == 1
    for ax, panel, n in zip(axes, ("OSI", "TII"), (16, 9), strict=True):
        own = data[data["panel"].eq(panel)]
        lines = {line.get_label(): line for line in ax.lines}
        lead, after = lines["before_adoption"], lines["after_adoption"]
        assert lead.get_xdata().tolist() == [-3, -2, -1]
        assert after.get_xdata().tolist() == [0, 1, 2, 3, 4]
        assert [*lead.get_ydata(), *after.get_ydata()] == own["difference"].tolist()
        assert lead.get_markerfacecolor() == "white" != after.get_markerfacecolor()
        bars = [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in ax.patches]
        np.testing.assert_allclose(bars, [(-0.02, 0.025)] * 8)
        assert ticks(ax.xaxis)[:4] == [f"−3\n{n}", f"−2\n{n}", f"−1\n{n}", f"0\n{n}"]


@pytest.mark.parametrize("venue", ["giq", "nature", "plos", "science", "slides"])
def test_event_time_fits_every_venue(venue):
    use_venue(venue, language="id")
    readable(event_time(by_event_time(("EGDI", "OSI", "TII")))[0].figure)


def test_bands_that_cannot_be_drawn_are_refused():
    bad = [
        (by_event_time().drop(columns="n_countries"), "no column 'n_countries'"),
        (by_event_time().assign(upper=np.inf), "infinite value"),
        (by_event_time().assign(lower=0.1), "band of 'OSI' has lower above upper"),
    ]
    for data, message in bad:
        with pytest.raises(ArgumentError, match=message):
            event_time(data)


def lagged(panels=("SPBE", "OSI")):
    rows = pd.DataFrame(
        {"lag": range(-3, 4), "correlation": [np.nan, 0.8, 0.7, -0.2, -0.9, -0.4, 0.1]}
    )
    rows["expected"] = rows["correlation"] / 2
    return pd.concat([rows.assign(panel=panel) for panel in panels])


def test_correlations_by_lag_are_drawn_as_given():
    axes = plot_lines(lagged(), x="lag", y=["correlation", "expected"], limits=(-1, 1), level=0)
    told = lagged(["SPBE"]).dropna()
    for ax in axes:
        drawn = {line.get_label(): line.get_xydata() for line in ax.lines}
        np.testing.assert_array_equal(drawn["correlation"], told[["lag", "correlation"]])
        np.testing.assert_array_equal(drawn["expected"], told[["lag", "expected"]])
    with pytest.raises(ArgumentError, match=r"'correlation': 1.2.* in panel 'SPBE'"):
        plot_lines(
            lagged().assign(correlation=1.2), x="lag", y=["correlation", "expected"], limits=(-1, 1)
        )


@pytest.mark.parametrize("venue", ["giq", "nature", "plos", "science", "slides"])
def test_correlations_by_lag_fit_every_venue(venue):
    use_venue(venue, language="id")
    many = lagged([f"EGDI, z {i}" for i in range(8)])
    readable(plot_lines(many, x="lag", y=["correlation", "expected"], limits=(-1, 1))[0].figure)


def walked(panels=("IDN", "SGP"), **ahead):
    path = paths(*panels).rename(columns={"iso3": "panel", "egdi": "value"})
    last = {"wave": 2026, "forecast": 0.8, "lower": 0.7, "upper": 0.85, **ahead}
    return pd.concat([path, pd.DataFrame({"panel": panels, **last})], ignore_index=True)


def forecast(data, **more):
    return plot_lines(data, x="wave", y=["value", "forecast"], ylabel="EGDI", **more)


def test_forecasts_are_drawn_as_given_on_one_scale():
    axes = forecast(walked(), panels=["SGP", "IDN"], highlight="IDN", band="interval")
    assert [ax.get_title(loc="left") for ax in axes] == ["Singapore", "Indonesia"]
    assert len({ax.get_ylim() for ax in axes}) == 1
    for ax, panel in zip(axes, ("SGP", "IDN"), strict=True):
        path = paths("IDN", "SGP").query("iso3 == @panel")
        drawn = {line.get_label(): line for line in ax.lines}
        assert drawn["value"].get_xydata().tolist() == path[["wave", "egdi"]].to_numpy().tolist()
        assert drawn["forecast"].get_xydata().tolist() == [[2026, 0.8]]
        (box,) = ax.patches
        assert (box.get_y(), box.get_y() + box.get_height()) == pytest.approx((0.7, 0.85))
        own = drawn["value"].get_color() == look.LINES["IDN"].colour
        assert own == (panel == "IDN")
    assert {tick[0] for ax in axes for tick in ticks(ax.xaxis)} == {"’"}
    readable(axes[0].figure)


@pytest.mark.parametrize("venue", ["giq", "nature", "slides", "thesis"])
def test_forecasts_fit_every_venue(venue):
    use_venue(venue, language="id")
    panels = ("IDN", "BRN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "TLS", "VNM")
    readable(forecast(walked(panels), band="interval")[0].figure)


def test_forecasts_that_cannot_be_drawn_are_refused():
    with pytest.raises(ArgumentError, match="no forecast for SGP"):
        forecast(walked().iloc[:-1])
    with pytest.raises(
        ArgumentError,
        match="interval of panel=IDN, wave=2026 does not hold its forecast: lower 0.81",
    ):
        forecast(walked(lower=0.81))
    with pytest.raises(ArgumentError, match="more than one row for panel=IDN, wave=2026"):
        forecast(pd.concat([walked(), walked().tail(2)]))


def test_plots_take_axes_and_leave_the_style_alone():
    before = dict(mpl.rcParams)
    ax = new_axes()
    assert plot_path(paths("IDN"), ax=ax) is ax
    plot_lines(curves(), x="gap", y="power", series="design")
    assert dict(mpl.rcParams) == before


def test_plots_do_not_change_their_data():
    data = paths("IDN", "KOR")
    before = data.copy()
    plot_path(data, compare=["KOR"])
    pd.testing.assert_frame_equal(data, before)


def test_spread_keeps_order_gap_and_bounds():
    rng = np.random.default_rng(7)
    for _ in range(50):
        wanted = rng.uniform(0, 100, 12)
        placed = np.array(spread(list(wanted), 6, 0, 100))
        in_order = placed[np.argsort(wanted)]
        assert np.diff(in_order).min() >= 6 - 1e-9
        assert in_order[0] >= -1e-9
        assert in_order[-1] <= 100 + 1e-9
    assert spread([0.0, 50.0, 100.0], 6, 0, 100) == [0.0, 50.0, 100.0]

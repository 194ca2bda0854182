"""Plots of power: what is drawn, that designs keep their looks, what is refused."""

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from egovstudy import ArgumentError
from egovstudy.publish.figures.legible import check_legible, drawn_texts
from egovstudy.publish.plots.power import ORDER, plot_power
from egovstudy.publish.style import look
from egovstudy.publish.style.venues import current_venue, use_venue


@pytest.fixture(autouse=True)
def _usual_venue():
    use_venue("giq")
    yield
    use_venue("giq")
    plt.close("all")


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


def test_power_is_drawn_as_given_with_the_line_that_is_asked_for():
    data = curves()
    marks = pd.DataFrame(
        {"panel": ["OSI, from 2003", "nobody"], "gap": [0.12, 0.1], "label": ["2018–2020", "never"]}
    )
    axes = plot_power(data, reference=marks)
    assert [ax.get_title(loc="left") for ax in axes] == ["EGDI, from 2003", "OSI, from 2003"]
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in axes}) == 1
    for ax in axes:
        rows = data[data["panel"].eq(ax.get_title(loc="left"))]
        drawn = {tuple(line.get_ydata()) for line in ax.lines if line.get_linewidth() == 1.1}
        assert drawn == {tuple(part["power"]) for _, part in rows.groupby("design")}
        assert [0.8, 0.8] in [list(line.get_ydata()) for line in ax.lines]
    dashed = [
        [line.get_xdata()[0] for line in ax.lines if line.get_color() == look.BREAK] for ax in axes
    ]
    assert dashed == [[], [0.12, 0.12]], "a line and its triangle, in the panel that they are for"
    assert {"post gap, rank", "trend, Newey-West", "2018–2020"} <= {
        one.get_text() for one in drawn_texts(axes[0].figure)
    }


def test_a_design_looks_the_same_whoever_stands_beside_it():
    def looks(axes):
        return {
            (line.get_color(), line.get_linestyle(), line.get_marker())
            for line in axes[0].lines[1:2]
        }

    alone, beside = curves(designs=("trend_hac",)), curves(designs=("trend_hac", "post_gap"))
    assert looks(plot_power(alone)) == looks(plot_power(beside))
    eight = plot_power(curves(designs=(*ORDER, "of_ones_own")))
    drawn = [line for line in eight[0].lines if line.get_linewidth() == 1.1]
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
    marks = pd.DataFrame({"panel": panels, "gap": 0.12, "label": "2018–2020"})
    axes = plot_power(
        curves(panels, [one for one in ORDER if one != "scaled_gap"]), reference=marks
    )
    axes[0].figure.draw_without_rendering()
    check_legible(axes[0].figure, current_venue().min_pt)


def test_power_that_cannot_be_drawn_is_refused():
    with pytest.raises(
        ArgumentError, match="more than one row for panel=A, design=post_gap, gap=0"
    ):
        plot_power(pd.concat([curves(["A"]), curves(["A"])]))
    with pytest.raises(
        ArgumentError, match=r"gap 0.0 with power 1.2. A gap is 0 or more, and power a share"
    ):
        plot_power(curves().assign(power=1.2, gap=lambda rows: rows["gap"]))
    with pytest.raises(ArgumentError, match="data has no row"):
        plot_power(curves().head(0))
    with pytest.raises(ArgumentError, match="level=80"):
        plot_power(curves(), level=80)
    with pytest.raises(ArgumentError, match="9 designs came"):
        plot_power(curves(designs=[f"d{one}" for one in range(9)]))
    with pytest.raises(ArgumentError, match="reference has no column 'label'"):
        plot_power(curves(), reference=pd.DataFrame({"panel": ["A"], "gap": [0.1]}))

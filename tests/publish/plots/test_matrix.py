"""A matrix writes every count, names every row, and fits a page."""

import pandas as pd
import pytest
from support.drawn import ticks

from egovstudy import ArgumentError
from egovstudy.publish.figures.legible import check_legible
from egovstudy.publish.plots.matrix import plot_matrix
from egovstudy.publish.style import look
from egovstudy.publish.style.venues import current_venue, use_venue

COUNTS = pd.DataFrame(
    {"category": ["KOR", "KOR", "SGP"], "group": ["mou", "visit", "visit"], "count": [3, 4, 5]}
)


def test_a_matrix_writes_every_count_and_every_sum():
    data = pd.concat([COUNTS, pd.DataFrame({"category": ["AUS"], "group": "mou", "count": 0})])
    ax = plot_matrix(data)
    (cells,) = ax.collections
    assert cells.get_array().tolist() == [[3, 4], [None, 5], [None, None]]
    assert [(*text.get_position(), text.get_text()) for text in ax.texts] == [
        (0.5, 0.5, "3"),
        (1.5, 0.5, "4"),
        (1.5, 1.5, "5"),
    ]
    rows = [name.replace("\xa0", " ") for name in ticks(ax.yaxis)]
    assert rows == ["Korea (7)", "Singapore (5)", "Australia (0)"]
    assert ticks(ax.xaxis) == ["mou", "visit"]
    with pytest.raises(ArgumentError, match="more than one row for category=KOR, group=mou"):
        plot_matrix(pd.concat([COUNTS, COUNTS]))


@pytest.mark.parametrize("venue", ["giq", "nature", "plos", "pnas", "agu", "word", "thesis"])
def test_a_matrix_fits_a_page(venue):
    use_venue(venue, language="id")
    bodies = [f"Kementerian Pendayagunaan Aparatur Negara {i}" for i in range(12)]
    partners = [*look.NAMES["id"], "intergovernmental"][-15:]
    data = pd.DataFrame(
        {"category": body, "group": partner, "count": 10 + i}
        for i, body in enumerate(bodies)
        for partner in partners
    )
    ax = plot_matrix(data)
    ax.figure.draw_without_rendering()
    check_legible(ax.figure, current_venue().min_pt)

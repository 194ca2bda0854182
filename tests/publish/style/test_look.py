"""The looks of the project: told apart in colour, with a colour-vision deficiency, and in grey."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from egovstudy.publish.figures.colour import VIEWS, lab
from egovstudy.publish.style import look


def distance(one, other, vision):
    return float(np.linalg.norm(lab(one, vision) - lab(other, vision)))


def test_colour_distance_against_known_values():
    assert lab("white", "normal") == pytest.approx([100, 0, 0], abs=0.05)
    assert distance("black", "white", "grey") == pytest.approx(100, abs=0.05)
    assert (
        distance("#D7191C", "#1A9641", "deuteranopia")
        < distance("#D7191C", "#1A9641", "normal") / 2
    )


def test_lines_are_told_apart_by_more_than_colour():
    for looks in (look.INDICATORS.values(), look.SPARE_SERIES):
        assert len({one.marker for one in looks}) == len(looks)
    looks = [*look.LINES.values(), *look.SPARE_LINES]
    for one, other in combinations(looks, 2):
        assert one.style != other.style or one.marker != other.marker
        assert distance(one.colour, other.colour, "normal") >= 10, (one.colour, other.colour)
    assert len({one.marker for one in looks}) == len(looks)


@pytest.mark.parametrize("vision", VIEWS)
def test_indonesia_and_the_background_are_told_apart_in_every_vision(vision):
    assert distance(look.LINES["IDN"].colour, look.MUTED, vision) >= 20
    for one in [*look.LINES.values(), *look.SPARE_LINES]:
        assert lab(one.colour, vision)[0] <= 60, "a line must stand out on white"


@pytest.mark.parametrize("vision", VIEWS)
def test_component_fills_are_told_apart_by_colour_in_every_vision(vision):
    for (one, *_), (other, *_) in combinations(look.COMPONENT_FILLS.values(), 2):
        assert distance(one, other, vision) >= 15


@pytest.mark.parametrize("vision", VIEWS)
def test_neighbouring_fills_are_told_apart_in_every_vision(vision):
    for (one, *_), (other, *_) in zip(look.FILLS, look.FILLS[1:], strict=False):
        assert distance(one, other, vision) >= 10
    assert len({fill.hatch for fill in look.FILLS}) == len(look.FILLS)


def test_marker_shapes_differ():
    assert len(set(look.SHAPES)) == len(set(map(to_hex, look.SHAPE_COLOURS))) == 8

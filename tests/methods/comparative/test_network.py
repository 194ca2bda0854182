"""The partner network on a hand-worked example."""

from __future__ import annotations

import pandas as pd
import pytest

from egovstudy.errors import ArgumentError
from egovstudy.methods.comparative.network import partner_network

EVENTS = pd.DataFrame(
    {
        "partner_id": ["kor", "kor", "kor", "sgp", "sgp", "oecd"],
        "body_id": ["panrb", "panrb", "lan", "panrb", "bkn", "bkn"],
    }
)


def test_counts_by_hand() -> None:
    nodes, edges = partner_network(EVENTS)
    assert edges.set_index(["partner", "body"])["n"].to_dict() == {
        ("kor", "panrb"): 2, ("kor", "lan"): 1, ("oecd", "bkn"): 1, ("sgp", "bkn"): 1, ("sgp", "panrb"): 1,
    }  # fmt: skip
    assert nodes.set_index("node")["n"].to_dict() == {
        "kor": 3,
        "sgp": 2,
        "oecd": 1,
        "panrb": 3,
        "lan": 1,
        "bkn": 2,
    }
    assert nodes.set_index("node")["degree"].to_dict() == {
        "kor": 2,
        "sgp": 2,
        "oecd": 1,
        "panrb": 2,
        "lan": 1,
        "bkn": 2,
    }


def test_places() -> None:
    nodes, _ = partner_network(EVENTS)
    place = nodes.set_index("node")
    assert place.loc[["kor", "sgp", "oecd"], "y"].is_monotonic_decreasing
    # lan meets only the topmost partner, panrb two, bkn the lower two
    assert nodes.loc[nodes["side"] == "body", "node"].tolist() == ["lan", "panrb", "bkn"]
    assert nodes["y"].between(0, 1).all()


def test_order_of_rows_does_not_matter() -> None:
    again, _ = partner_network(EVENTS.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(again, partner_network(EVENTS)[0])


def test_errors() -> None:
    with pytest.raises(ArgumentError, match="no column 'partner_id'"):
        partner_network(EVENTS.drop(columns="partner_id"))
    with pytest.raises(ArgumentError, match="kor stands on both sides"):
        partner_network(EVENTS.assign(body_id="kor"))

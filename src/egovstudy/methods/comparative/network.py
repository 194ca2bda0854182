"""Who met whom: the two-sided network of partners and Indonesian bodies, with places to draw it at."""

from __future__ import annotations

import pandas as pd

from egovstudy.errors import ArgumentError, listed


def partner_network(
    events: pd.DataFrame, partner: str = "partner_id", body: str = "body_id"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count events between partners and bodies and place both sides so that few lines cross.

    Partners stand on the left in the order of their events, most on top; each body stands at the
    mean height of its partners, weighted by events (one pass of the barycentre method; Sugiyama,
    Tagawa and Toda 1981), then the bodies are spaced evenly in that order. Nothing is random.

    Parameters
    ----------
    events : DataFrame
        One row per event.
    partner, body : str
        Columns that name the two sides, e.g. a column of partner groups.

    Returns
    -------
    nodes : DataFrame
        ``node, side`` (partner or body), ``n`` (events), ``degree`` (ties), ``x`` (0 or 1), ``y``
        (0 to 1, 1 on top).
    edges : DataFrame
        ``partner, body, n`` (events), most first.

    Raises
    ------
    ArgumentError
        If a column is missing, or one name stands on both sides.

    Examples
    --------
    >>> events = pd.DataFrame({"partner_id": ["kor", "kor", "sgp"], "body_id": ["panrb", "lan", "panrb"]})
    >>> nodes, edges = partner_network(events)
    >>> nodes.set_index("node").loc["panrb", ["n", "degree"]].tolist()
    [2, 2]
    """
    missing = [name for name in (partner, body) if name not in events]
    if missing:
        raise ArgumentError(
            f"no column {missing[0]!r} in events. Columns: {listed(list(events.columns), 30)}."
        )
    pairs = events[[partner, body]].astype("str").set_axis(["partner", "body"], axis=1)
    both = sorted(set(pairs["partner"]) & set(pairs["body"]))
    if both:
        raise ArgumentError(
            f"{listed(both)} stands on both sides. Give the two sides different names."
        )
    edges = (
        pairs.value_counts()
        .rename("n")
        .reset_index()
        .sort_values(["n", "partner", "body"], ascending=[False, True, True])
    )
    left = edges.groupby("partner")["n"].agg(n="sum", degree="count").reset_index()
    left = left.sort_values(["n", "partner"], ascending=[False, True], ignore_index=True)
    left["y"] = _even(len(left))
    height = edges["partner"].map(left.set_index("partner")["y"]) * edges["n"]
    right = (
        edges.assign(height=height)
        .groupby("body")
        .agg(n=("n", "sum"), degree=("n", "count"), height=("height", "sum"))
        .reset_index()
    )
    right["height"] /= right["n"]
    right = right.sort_values(
        ["height", "body"], ascending=[False, True], ignore_index=True
    ).assign(y=_even(len(right)))
    nodes = pd.concat(
        [
            left.rename(columns={"partner": "node"}).assign(side="partner", x=0),
            right.rename(columns={"body": "node"}).assign(side="body", x=1),
        ],
        ignore_index=True,
    )
    return nodes[["node", "side", "n", "degree", "x", "y"]], edges.reset_index(drop=True)


def _even(count: int) -> list[float]:
    return [1 - (i + 0.5) / count for i in range(count)]

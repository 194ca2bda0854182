"""Which partnerships are active on a day, by dates alone, for many arrangements at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from egovstudy.data.events import ACTIVE, span
from egovstudy.errors import ArgumentError, listed


def dated_events(events: pd.DataFrame) -> tuple[pd.DataFrame, tuple[pd.Timestamp, pd.Timestamp]]:
    """Give the done events of partnerships with the first and last day of their date.

    Raises
    ------
    ArgumentError
        If a column is missing, a date is none, or no done event has a stage that makes a
        partnership active.
    """
    need(events, "events", ["date", "partnership_id", "stage", "act_status"])
    days = pd.DataFrame(
        [span(date) for date in events["date"]], columns=["first", "last"], index=events.index
    )
    rows = events[["partnership_id", "stage", "act_status"]].join(days.astype("datetime64[s]"))
    done = rows[rows["partnership_id"].notna() & rows["act_status"].astype("str").eq("done")]
    if not done["stage"].astype("str").isin(ACTIVE).any():
        raise ArgumentError(
            f"no done event has a stage of {listed(ACTIVE)}: no partnership is ever active. Give"
            " more."
        )
    # Whatever came first.
    done = done.sort_values(["first", "last", "partnership_id", "stage"], ignore_index=True)
    return done, (rows["first"].min(), rows["first"].max())


def active_on(rows: pd.DataFrame, days: np.ndarray, lapse_after: int) -> np.ndarray:
    """Whether an event lies at most ``lapse_after`` years before a day, (events, days)."""
    first = rows["first"].to_numpy()[:, None]
    return (first < days) & (
        days <= (rows["first"] + pd.DateOffset(years=lapse_after)).to_numpy()[:, None]
    )


def count_active(rows: pd.DataFrame, active: np.ndarray) -> np.ndarray:
    """Count partnerships with an active event of an active stage, (arrangements, days).

    ``active`` is (arrangements, events, days): :func:`active_on` with the dates dealt out to the
    events.
    """
    kept = rows[rows["stage"].astype("str").isin(ACTIVE)].astype({"partnership_id": "str"})
    kept = kept.sort_values("partnership_id", kind="stable")
    starts = np.flatnonzero(~kept["partnership_id"].duplicated())
    return np.logical_or.reduceat(active[:, kept.index.to_numpy()], starts, axis=1).sum(axis=1)


def need(frame: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """Refuse a frame without a column."""
    missing = [column for column in columns if column not in frame]
    if missing:
        raise ArgumentError(
            f"no column {missing[0]!r} in {name}. Columns: {listed(list(frame.columns), 30)}."
        )

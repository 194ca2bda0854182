"""The panel: one row per country and wave, gaps left empty; an outcome as countries by waves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from egovstudy.errors import ArgumentError, listed, nearest

KEY = ["iso3", "wave"]


def make_panel(egdi: pd.DataFrame) -> pd.DataFrame:
    """Give every country a row in every wave.

    Parameters
    ----------
    egdi : DataFrame
        With ``iso3``, ``wave`` and one column per score, in any order, e.g.
        :func:`egovstudy.load_egdi`.

    Returns
    -------
    DataFrame
        Unique on (``iso3``, ``wave``), in that order, with the columns as they came. A row that was
        not there is empty but for its key: nothing is filled in.

    Raises
    ------
    ArgumentError
        If a key column is missing or empty, a wave is no whole number, or a row stands twice.

    Examples
    --------
    >>> rows = [("IDN", 2024, 0.80), ("KOR", 2024, 0.97), ("IDN", 2022, 0.72)]
    >>> frame = pd.DataFrame(rows, columns=["iso3", "wave", "egdi"])
    >>> make_panel(frame)["egdi"].tolist()
    [0.72, 0.8, nan, 0.97]
    """
    check_key(egdi)
    keys = pd.MultiIndex.from_product(
        [sorted(egdi["iso3"].unique()), sorted(egdi["wave"].unique())], names=KEY
    )
    return (
        egdi.set_index(KEY)
        .reindex(keys)
        .reset_index()[list(egdi.columns)]
        .astype({"wave": "int64"})
    )


def outcome_by_wave(panel: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Set one outcome out as countries by waves.

    Parameters
    ----------
    panel : DataFrame
        As :func:`make_panel` returns it, or any frame unique on ``iso3`` and ``wave``.
    outcome : str
        A numeric column.

    Returns
    -------
    DataFrame
        Index ``iso3`` and columns ``wave``, both ascending; float64; NaN where the outcome is
        absent.

    Raises
    ------
    ArgumentError
        If the column is missing, not numeric, infinite somewhere or empty everywhere, or a row
        stands twice.

    Examples
    --------
    >>> panel = pd.DataFrame({"iso3": ["KOR", "IDN"], "wave": [2024, 2024], "egdi": [0.97, 0.80]})
    >>> outcome_by_wave(panel, "egdi")[2024].tolist()
    [0.8, 0.97]
    """
    check_key(panel)
    names = [str(name) for name in panel.columns if name not in KEY]
    if outcome not in names:
        raise ArgumentError(
            f"no outcome {outcome!r} in the panel.{nearest(outcome, names)} Columns:"
            f" {listed(names, 30)}."
        )
    if not pd.api.types.is_numeric_dtype(panel[outcome]):
        raise ArgumentError(
            f"outcome {outcome!r} is {panel[outcome].dtype}, not a number. Give a column of"
            " numbers."
        )
    countries, waves = np.sort(panel["iso3"].unique()), np.sort(panel["wave"].unique())
    keys = pd.MultiIndex.from_product([countries, waves], names=KEY)
    values = panel.set_index(KEY)[outcome].astype("float64").reindex(keys)
    infinite = values.index[np.isinf(values)]
    if len(infinite):
        country, wave = infinite[0]
        raise ArgumentError(
            f"{outcome!r} is infinite for {country} in {wave}. Leave the value empty or mend it."
        )
    wide = pd.DataFrame(
        values.to_numpy().reshape(len(countries), len(waves)),
        index=pd.Index(countries, name="iso3"),
        columns=pd.Index(waves, name="wave"),
    )
    if wide.isna().to_numpy().all():
        raise ArgumentError(
            f"{outcome!r} is empty for every country and wave. Give an outcome with values."
        )
    return wide


def check_key(panel: pd.DataFrame) -> None:
    """Refuse a frame not unique on ``iso3`` and ``wave``, both in every row, the wave a year."""
    missing = [name for name in KEY if name not in panel]
    if missing:
        came = listed(list(panel.columns), 30)
        raise ArgumentError(
            f"no column {missing[0]!r}. A panel has iso3 and wave; these came: {came}."
        )
    if panel.empty or panel[KEY].isna().to_numpy().any():
        raise ArgumentError(
            "a panel needs rows, each with iso3 and wave. Drop rows without them before."
        )
    if not pd.api.types.is_integer_dtype(panel["wave"]):
        raise ArgumentError(
            f"column wave is {panel['wave'].dtype}; a wave is a whole year such as 2024."
        )
    twice = panel.duplicated(KEY)
    if twice.any():
        country, wave = panel.loc[twice, KEY].iloc[0]
        raise ArgumentError(
            f"{country} stands twice in wave {wave}. Keep one row per country and wave."
        )

"""Scores within a wave, exact decomposition of a change, and the breaks between two waves."""

from __future__ import annotations

import pandas as pd

from egovstudy.data.egdi.un_files import COMPONENTS
from egovstudy.data.tables import load
from egovstudy.errors import ArgumentError, listed, nearest

SCORE_COLUMNS = ("egdi", *COMPONENTS, "epi")


def within_wave(egdi: pd.DataFrame, column: str = "egdi", scale: str = "z") -> pd.Series:
    """Place each score among the scores of its own wave.

    EGDI scores are relative within a wave, so levels of two waves are not on one scale; places
    within a wave are.

    Parameters
    ----------
    egdi : DataFrame
        With the columns ``wave`` and ``column``.
    column : str
        ``egdi``, ``osi``, ``tii``, ``hci`` or ``epi``.
    scale : {"z", "percentile"}
        ``z``: distance from the wave's mean in its (population) standard deviations.
        ``percentile``: share of the other countries with a lower score, ties counted half, 0 to
        100.

    Returns
    -------
    Series
        Aligned with ``egdi``; NaN where the score is absent.

    Raises
    ------
    ArgumentError
        If the column or scale is not one of these.

    Examples
    --------
    >>> import egovstudy as eg
    >>> egdi = eg.load_egdi()
    >>> idn = egdi["iso3"].eq("IDN") & egdi["wave"].eq(2024)
    >>> float(eg.within_wave(egdi, "egdi", "percentile")[idn].round(1).item())
    67.2
    """
    if column not in SCORE_COLUMNS:
        raise ArgumentError(
            f"no score {column!r}. Allowed:"
            f" {listed(SCORE_COLUMNS)}.{nearest(column, SCORE_COLUMNS)}"
        )
    values = egdi.groupby("wave")[column]
    if scale == "z":
        return (egdi[column] - values.transform("mean")) / values.transform("std", ddof=0)
    if scale == "percentile":
        others = values.transform("count") - 1
        return (values.rank(method="average") - 1) / others * 100
    raise ArgumentError(f"no scale {scale!r}. Allowed: z, percentile.")


def decompose(egdi: pd.DataFrame, iso3: str, wave_from: int, wave_to: int) -> pd.DataFrame:
    """Split a country's change in EGDI between two waves exactly into its components.

    Each component contributes its weighted later score minus its weighted earlier score, with the
    weights of each wave (0.34/0.33/0.33 in 2008 and 2010, one third each otherwise). What is left
    between the contributions' sum and the published change is rounding, given as ``rounding``.

    Parameters
    ----------
    egdi : DataFrame
        As :func:`egovstudy.load_egdi` returns it.
    iso3 : str
        Country.
    wave_from, wave_to : int
        Two survey waves.

    Returns
    -------
    DataFrame
        Rows ``osi, tii, hci, rounding``; columns ``component, score_from, score_to, contribution``
        (index points) and ``share`` (of the published change, 0 to 1; NaN if the change is 0).

    Raises
    ------
    ArgumentError
        If a wave is no survey wave, or the country has no EGDI or no component in it.

    Examples
    --------
    >>> import egovstudy as eg
    >>> parts = eg.decompose(eg.load_egdi(), "IDN", 2022, 2024).set_index("component")
    >>> contribution = parts["contribution"].round(3)
    >>> float(contribution["tii"]), float(contribution["osi"])
    (0.075, 0.013)
    """
    before, after = (_one(egdi, iso3, wave) for wave in (wave_from, wave_to))
    weights_before, weights_after = (_weights(wave) for wave in (wave_from, wave_to))
    change = after["egdi"] - before["egdi"]
    rows = [
        {
            "component": name,
            "score_from": before[name],
            "score_to": after[name],
            "contribution": weights_after[name] * after[name] - weights_before[name] * before[name],
        }
        for name in COMPONENTS
    ]
    rounding = change - sum(row["contribution"] for row in rows)
    rows.append(
        {
            "component": "rounding",
            "score_from": float("nan"),
            "score_to": float("nan"),
            "contribution": rounding,
        }
    )
    parts = pd.DataFrame(rows)
    parts["share"] = parts["contribution"] / change if change else float("nan")
    return parts


def _one(egdi: pd.DataFrame, iso3: str, wave: int) -> pd.Series:
    waves = sorted(egdi["wave"].unique().tolist())
    if wave not in waves:
        raise ArgumentError(f"{wave} is not a survey wave. Waves in this table: {listed(waves)}.")
    rows = egdi[egdi["iso3"].eq(iso3) & egdi["wave"].eq(wave)]
    if rows.empty:
        raise ArgumentError(f"no country {iso3!r}.{nearest(iso3, egdi['iso3'].unique().tolist())}")
    row = rows.iloc[0]
    missing = [name for name in ("egdi", *COMPONENTS) if pd.isna(row[name])]
    if missing:
        raise ArgumentError(
            f"{iso3} has no {', '.join(missing)} in {wave} ({row['status']}), so nothing can be"
            " decomposed."
        )
    return row


def _weights(wave: int) -> pd.Series:
    row = load("waves").set_index("wave").loc[wave]
    weights = pd.Series({name: float(row[f"weight_{name}"]) for name in COMPONENTS})
    return weights / weights.sum()


def breaks_between(
    wave_from: int, wave_to: int, components: tuple[str, ...] = SCORE_COLUMNS
) -> pd.DataFrame:
    """List changes of method between two waves: the later is measured with another yardstick.

    Parameters
    ----------
    wave_from, wave_to : int
        The change of a wave stands at that wave, so breaks with ``wave_from < wave <= wave_to``
        count.
    components : tuple of str
        Only these; breaks of all components at once always count.

    Returns
    -------
    DataFrame
        Rows of ``breaks`` that were found and are marked on figures, sorted by wave.

    Examples
    --------
    >>> import egovstudy as eg
    >>> sorted(set(eg.breaks_between(2022, 2024)["component"]))
    ['hci', 'tii']
    """
    breaks = load("breaks")
    rows = breaks["wave"].gt(wave_from) & breaks["wave"].le(wave_to) & breaks["mark"]
    return breaks[rows & breaks["component"].isin([*components, "all"])].sort_values(
        "wave", ignore_index=True, kind="stable"
    )

"""The plan made before a wave.

Its forecast is frozen once, and scored on the day the wave is there.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from egovstudy.data.egdi import UN_COLUMNS, absent_and_flags, read_un_file
from egovstudy.data.events import days
from egovstudy.data.integrity import need_checkout, write_if_it_holds
from egovstudy.data.tables import load, load_egdi, schema
from egovstudy.errors import ArgumentError, DataError, EgovstudyError, Finding, listed
from egovstudy.methods.forecast import DIGITS, Forecast, forecast_wave, score_forecast
from egovstudy.paths import data_dir, write_safely

FULL_DATE = 10  # letters of an ISO day
EQUAL_WEIGHTS = (1, 1, 1)


def table_of(wave: int) -> str:
    """Name of the table that holds the frozen forecast of a wave.

    Raises
    ------
    ArgumentError
        If the data package has none.
    """
    name = f"forecast_{wave}"
    there = [one for one in schema.table_names() if one.startswith("forecast_")]
    if name not in there:
        raise ArgumentError(
            f"datapackage.json has no table {name!r}; forecasts there: {listed(there) or 'none'}."
        )
    return name


def frozen_rows(forecast: Forecast, day: str) -> pd.DataFrame:
    """Lay a forecast out as the frozen file has it, all text.

    Parameters
    ----------
    forecast : Forecast
        For all countries and outcomes.
    day : str
        The day of freezing, ISO.
    """
    rows = forecast.table.assign(wave=forecast.wave, level=forecast.level, frozen=day)
    rank = rows["outcome"].str.endswith("_rank")
    for column in ("last", "forecast", "lower", "upper"):
        rows[column] = [
            f"{one:.{0 if is_rank else DIGITS}f}"
            for one, is_rank in zip(rows[column], rank, strict=True)
        ]
    rows = rows.astype("str").sort_values(["outcome", "iso3"])
    return rows[
        [
            "outcome",
            "iso3",
            "wave",
            "rule",
            "last_wave",
            "last",
            "forecast",
            "lower",
            "upper",
            "level",
            "frozen",
        ]
    ]


def freeze_forecast(wave: int, day: str) -> tuple[Path, str]:
    """Write the forecast of a wave into the data package, once, and seal the data.

    Parameters
    ----------
    wave : int
        A wave that is not in the tables.
    day : str
        The day, as ``2026-11-24``; nothing here reads the clock.

    Returns
    -------
    tuple of Path and str
        The file and its SHA-256.

    Raises
    ------
    ArgumentError
        If the day is none, or the package has no table for the wave.
    EgovstudyError
        If the wave is there already, or its forecast is frozen already.
    """
    need_checkout()
    if len(day) != FULL_DATE or not days(day):
        raise ArgumentError(f"{day!r} is no day. Give the day of freezing, e.g. 2026-11-24.")
    path = data_dir() / schema.resource(table_of(wave))["path"]
    egdi = load_egdi()
    if wave in set(egdi["wave"]):
        raise EgovstudyError(f"wave {wave} is in egdi.csv: what is known cannot be forecast.")
    if path.is_file() and len(path.read_text(encoding="utf-8").splitlines()) > 1:
        raise EgovstudyError(
            f"{path.name} is frozen. A frozen forecast is not written again; forecast another wave."
        )
    text = frozen_rows(forecast_wave(egdi, wave), day).to_csv(index=False, lineterminator="\n")
    write_if_it_holds({schema.resource(table_of(wave))["path"]: text})
    return path, hashlib.sha256(text.encode()).hexdigest()


def score(file: Path) -> pd.DataFrame:
    """Score the frozen forecast of the wave in a UN file.

    Parameters
    ----------
    file : Path
        The UN Data Center's CSV of the wave; nothing of it is written into the tables.

    Returns
    -------
    DataFrame
        As :func:`egovstudy.methods.forecast.score_forecast` gives it.

    Raises
    ------
    ArgumentError
        If no forecast of the file's wave is frozen.
    EgovstudyError
        If the file cannot be read as the UN's.
    """
    raw = read_un_file(file)
    waves = sorted(set(raw["wave"]))
    if len(waves) > 1:
        raise ArgumentError(
            f"{file.name} holds several waves: {listed(waves)}. Give the file of one wave."
        )
    numbers = ["egdi", "osi", "tii", "hci", "epi", "egdi_rank"]
    heads = {column: head for head, column in UN_COLUMNS.items()}
    wrong = [
        Finding(
            file.name,
            "cell",
            f"{raw['un_name'][at]}: {raw[column][at]!r} is no number.",
            int(at) + 2,
            heads[column],
        )
        for column in numbers
        for at in raw.index[pd.to_numeric(raw[column], errors="coerce").isna()]
    ]
    if wrong:
        raise DataError(wrong)
    frozen = load(table_of(waves[0]))
    observed = absent_and_flags(raw, EQUAL_WEIGHTS)  # they only set a flag, not used here
    return score_forecast(frozen, observed[["iso3"]].join(observed[numbers].apply(pd.to_numeric)))


def in_words(scored: pd.DataFrame) -> str:
    """Tell a score: each outcome over all countries, then every ASEAN member."""
    there = scored.dropna(subset="observed")
    level = float(scored["level"].iloc[0])
    lines = [
        (
            f"Forecast of wave {scored['wave'].iloc[0]}, frozen on"
            f" {str(scored['frozen'].iloc[0])[:FULL_DATE]}; intervals made to hold {100 * level:g}"
            " of 100."
        ),
        "outcome    countries  inside  mean error of the forecast  of the last value",
    ]
    for outcome, rows in there.groupby("outcome", sort=False):
        digits = 2 if outcome.endswith("_rank") else 4
        lines.append(
            f"{outcome:<10} {len(rows):>9}  {100 * rows['inside'].astype(float).mean():>4.0f} % "
            f" {rows['error'].abs().mean():>26.{digits}f} "
            f" {rows['error_of_last'].abs().mean():>17.{digits}f}"
        )
    countries = load("countries")
    asean = [
        one
        for one in countries.loc[countries["asean_member"].fillna(False).astype(bool), "iso3"]
        if one != "IDN"
    ]
    lines.append("Indonesia and ASEAN: observed, predicted [lower, upper], inside or not.")
    for iso3 in ["IDN", *asean]:
        lines += [_one(row) for row in scored[scored["iso3"].eq(iso3)].itertuples()]
    without = sorted(set(scored.loc[scored["observed"].isna(), "iso3"]))
    return "\n".join([*lines, f"Nothing observed for: {listed(without) or 'none'}."])


def _one(row: pd.Series) -> str:
    digits = 0 if row.outcome.endswith("_rank") else DIGITS
    seen = "absent" if pd.isna(row.observed) else f"{row.observed:.{digits}f}"
    verdict = "" if pd.isna(row.observed) else " inside" if row.inside else " outside"
    interval = f"[{row.lower:.{digits}f}, {row.upper:.{digits}f}]"
    return f"{row.iso3} {row.outcome:<9} {seen:>8}, {row.forecast:.{digits}f} {interval}{verdict}"


def write_scores(scored: pd.DataFrame, path: Path) -> Path:
    """Write every row of a score as CSV."""
    return write_safely(
        path, scored.to_csv(index=False, lineterminator="\n", float_format=f"%.{DIGITS}f")
    )

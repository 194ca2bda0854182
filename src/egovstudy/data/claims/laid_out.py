"""The tables that checks ask, laid out once for many checks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import pandas as pd

RANKED = (
    "egdi",
    "epi",
)  # the UN prints a rank for these; for the others the place among all scores is taken
TABLES = (
    "reform", "indicators", "context", "context_indicators", "events", "event_sources", "centres", "milestones",
    "spbe_agencies",
)  # fmt: skip


class IndexTables:
    """``egdi`` and ``countries``, laid out once for many checks.

    Parameters
    ----------
    egdi, countries : DataFrame
        As :func:`egovstudy.load` gives them, or a changed copy.
    """

    def __init__(self, egdi: pd.DataFrame, countries: pd.DataFrame) -> None:
        self.waves = sorted(int(wave) for wave in egdi["wave"].unique())
        self.countries = countries.set_index("iso3")
        rows = egdi.drop(columns=["status", "flag"], errors="ignore").to_dict("records")
        self.rows = {(row["iso3"], int(row["wave"])): row for row in rows}
        self.iso3 = sorted(egdi["iso3"].unique())

    def score(self, country: str, wave: int, index: str) -> float | None:
        """Score, or None where there is none."""
        value = self.rows.get((country, wave), {}).get(index)
        return None if value is None or pd.isna(value) else float(value)

    def rank(self, country: str, wave: int, index: str) -> int | None:
        """Rank that the UN printed, or place among all scores for a component."""
        if index in RANKED:
            value = self.rows.get((country, wave), {}).get(f"{index}_rank")
            return None if value is None or pd.isna(value) else int(value)
        return self.place(country, wave, index, self.iso3)

    def place(self, country: str, wave: int, index: str, among: list[str]) -> int | None:
        """Place within a group, 1 for the best; the printed rank where there is one, so ties stay as printed."""
        if index in RANKED:
            own = self.rank(country, wave, index)
            ranks = [self.rank(one, wave, index) for one in among]
            return None if own is None else 1 + sum(one is not None and one < own for one in ranks)
        own_score = self.score(country, wave, index)
        scores = [self.score(one, wave, index) for one in among]
        return (
            None
            if own_score is None
            else 1 + sum(one is not None and one > own_score for one in scores)
        )


class RecordTables:
    """The tables of :data:`TABLES`, each laid out when it is first asked and kept for many checks.

    Parameters
    ----------
    table : callable
        Gives a table by name as :func:`egovstudy.load` does, or a changed copy; ``events`` as
        :func:`egovstudy.load_events`.
    """

    def __init__(self, table: Callable[[str], pd.DataFrame]) -> None:
        self._table = table

    @cached_property
    def reform(self) -> dict[tuple, list[dict]]:
        """Rows of the reform table by indicator, year and scope."""
        found: dict[tuple, list[dict]] = {}
        for row in _records(_as_text(self._table("reform"))):
            found.setdefault((row["indicator"], row["year"], row["scope"]), []).append(row)
        return found

    @cached_property
    def disputes(self) -> dict[tuple, list[dict]]:
        """Rows of the reform table that share a conflict."""
        found: dict[tuple, list[dict]] = {}
        for row in (one for rows in self.reform.values() for one in rows if one["conflict_id"]):
            found.setdefault((row["indicator"], row["conflict_id"]), []).append(row)
        return found

    @cached_property
    def indicators(self) -> dict[str, str]:
        """Title of each reform indicator."""
        return self._table("indicators").set_index("indicator")["title_en"].to_dict()

    @cached_property
    def measures(self) -> dict[str, str]:
        """Title of each context indicator."""
        return self._table("context_indicators").set_index("indicator")["title_en"].to_dict()

    @cached_property
    def context(self) -> pd.DataFrame:
        """Figures of all countries."""
        return _as_text(self._table("context"))

    @cached_property
    def events(self) -> pd.DataFrame:
        """Events with their partner's country."""
        return _as_text(self._table("events"))

    @cached_property
    def sources(self) -> dict[str, list[str]]:
        """Sources of each event."""
        return self._table("event_sources").groupby("event_id")["source_id"].agg(list).to_dict()

    @cached_property
    def centres(self) -> pd.DataFrame:
        """Korean centres."""
        return _as_text(self._table("centres"))

    @cached_property
    def milestones(self) -> pd.DataFrame:
        """Laws, launches and results."""
        return _as_text(self._table("milestones"))

    @cached_property
    def agencies(self) -> pd.DataFrame:
        """SPBE index of single agencies."""
        return _as_text(self._table("spbe_agencies"))

    @cached_property
    def years(self) -> list[int]:
        """Every year for which there is a figure."""
        return sorted(
            {
                int(year)
                for name in ("reform", "context")
                for year in self._table(name)["year"].unique()
            }
        )


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    coded = [name for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)]
    return frame.astype({name: "str" for name in coded})


def _records(frame: pd.DataFrame) -> list[dict]:
    """Rows as dictionaries, an empty cell as None."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")

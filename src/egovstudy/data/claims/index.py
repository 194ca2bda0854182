"""Questions that a check asks of the UN index: ranks, scores, means, groups and waves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from egovstudy.data.claims.expressions import NotHeldError
from egovstudy.data.claims.ledger import Ledger, many, shown
from egovstudy.errors import ArgumentError, listed, nearest

INDICES = {"egdi": "EGDI", "osi": "OSI", "tii": "TII", "hci": "HCI", "epi": "EPI"}
# The UN prints a rank for these; for the others the place among all scores is taken.
RANKED = ("egdi", "epi")


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
        """Place within a group, 1 for the best, by printed rank where there is one."""
        if index in RANKED:
            own = self.rank(country, wave, index)
            ranks = [self.rank(one, wave, index) for one in among]
            return None if own is None else 1 + sum(one is not None and one < own for one in ranks)
        own_score = self.score(country, wave, index)
        scores = [self.score(one, wave, index) for one in among]
        if own_score is None:
            return None
        return 1 + sum(one is not None and one > own_score for one in scores)


class Group(list):
    """Countries under one name."""

    def __init__(self, name: str, members: list[str]) -> None:
        super().__init__(members)
        self.name = name


def index_functions(tables: Any, ledger: Ledger) -> dict[str, Callable]:
    """Functions of the language that ask the UN index; a list of countries gives a list.

    So does a list of waves. ``tables`` are :class:`IndexTables`, or None where only the form of
    calls is looked at.
    """

    def known(countries: list, wave: object = None, index: str = "egdi") -> None:
        unknown = [one for one in countries if one not in tables.countries.index]
        if unknown:
            raise ArgumentError(
                f"no country {unknown[0]!r}. Give ISO 3166-1 alpha-3"
                f" codes.{nearest(unknown[0], tables.iso3)}"
            )
        if index not in INDICES:
            raise ArgumentError(
                f"no index {index!r}. Allowed:"
                f" {listed(list(INDICES))}.{nearest(index, list(INDICES))}"
            )
        for one in many(wave) if wave is not None else []:
            if one not in tables.waves:
                raise NotHeldError(f"there is no survey wave {one}")

    def called(countries: object) -> str:
        return countries.name if isinstance(countries, Group) else listed(many(countries), most=12)

    def asked(
        kind: str,
        country: object,
        wave: object,
        index: str,
        get: Callable,
        among: list | None = None,
    ) -> Any:
        countries, waves = many(country), many(wave)
        known(countries, waves, index)
        values = [get(one, each) for one in countries for each in waves]
        if any(value is None for value in values):
            one, each = [(one, each) for one in countries for each in waves][values.index(None)]
            raise NotHeldError(f"there is no {INDICES[index]} {kind} of {one} in {each}")
        part = f" among {called(among)}" if among is not None else ""
        label = f"{INDICES[index]} {kind}{part}, {called(country)} {listed(waves, most=12)}"
        single = not isinstance(country, list) and not isinstance(wave, list)
        return ledger.note(label, values[0] if single else values)

    def rank(country: str, wave: int, index: str = "egdi", among: list | None = None) -> int:
        if among is not None:
            known(among, wave, index)
            return asked(
                "rank",
                country,
                wave,
                index,
                lambda one, each: tables.place(one, each, index, among),
                among,
            )
        return asked("rank", country, wave, index, lambda one, each: tables.rank(one, each, index))

    def score(country: str, wave: int, index: str = "egdi") -> float:
        return asked(
            "score", country, wave, index, lambda one, each: tables.score(one, each, index)
        )

    def rise(country: str, since: int, until: int, index: str = "egdi", by: str = "rank") -> float:
        if by not in ("rank", "score"):
            raise ArgumentError(f"by={by!r}. Allowed: rank, score.")
        countries = many(country)
        known(countries, [since, until], index)
        get, sign = (tables.rank, -1) if by == "rank" else (tables.score, 1)
        values = []
        for one in countries:
            before, after = get(one, since, index), get(one, until, index)
            if before is None or after is None:
                what = f"no {INDICES[index]} {by} in {since} or {until}"
                raise NotHeldError(f"a country of {called(country)} has {what}")
            values.append(round(sign * (after - before), 5))
        words = [f"{one} {value:+g}" for one, value in zip(countries, values, strict=True)]
        ledger.note(f"rise in {INDICES[index]} {by}, {since} to {until}", ", ".join(words))
        return values if isinstance(country, list) else values[0]

    def mean(countries: list, wave: int, index: str = "egdi") -> float:
        known(countries, wave, index)
        values = [
            value for one in countries if (value := tables.score(one, wave, index)) is not None
        ]
        if not values:
            raise NotHeldError(f"no country of {called(countries)} has a score in {wave}")
        return ledger.note(
            f"mean {INDICES[index]} {wave}, {called(countries)}", math.fsum(values) / len(values)
        )

    def top(number: int, wave: int, index: str = "egdi", among: list | None = None) -> list:
        countries = tables.iso3 if among is None else among
        known(countries, wave, index)
        ranked = [
            (place, one)
            for one in countries
            if (place := tables.rank(one, wave, index)) is not None
        ]
        part = f" of {called(among)}" if among is not None else ""
        return ledger.note(
            f"first {number}{part} in {INDICES[index]} {wave}",
            [one for _, one in sorted(ranked)[:number]],
        )

    def holders(place: int, wave: int, index: str = "egdi") -> list:
        known([], wave, index)
        found = [one for one in tables.iso3 if tables.rank(one, wave, index) == place]
        return ledger.note(f"{INDICES[index]} rank {place} in {wave}", found)

    def lowest(wave: int, index: str = "egdi") -> str:
        known([], wave, index)
        scores = [
            (value, one)
            for one in tables.iso3
            if (value := tables.score(one, wave, index)) is not None
        ]
        return ledger.note(f"lowest {INDICES[index]} in {wave}", min(scores)[1])

    def count(wave: int, low: float, high: float = 2, index: str = "egdi") -> int:
        known([], wave, index)
        values = [tables.score(one, wave, index) for one in tables.iso3]
        found = sum(value is not None and low <= value < high for value in values)
        ends = f"from {low:g}" + (f" to below {high:g}" if high <= 1 else "")
        return ledger.note(f"countries with {INDICES[index]} {ends} in {wave}", found)

    def first_wave(country: str) -> int:
        known([country])
        found = [wave for wave in tables.waves if tables.rank(country, wave, "egdi") is not None]
        if not found:
            raise NotHeldError(f"{country} is ranked in no wave")
        return ledger.note(f"first wave that ranks {country}", found[0])

    def waves(first: int = 0, last: int = 9999) -> list:
        found = [wave for wave in tables.waves if first <= wave <= last]
        if not found:
            raise NotHeldError(f"there is no survey wave from {first} to {last}")
        ledger.asked = True
        ledger.worked_out[f"survey waves {found[0]} to {found[-1]}"] = shown(found)
        return found

    def run(number: int, wave: int) -> list:
        known([], wave)
        place = tables.waves.index(wave) + 1
        if not 0 < number <= place:
            raise NotHeldError(f"there are not {number} waves up to {wave}")
        return tables.waves[place - number : place]

    def before(wave: int) -> int:
        return run(2, wave)[0]

    def group(name: str, year: int = 9999) -> list:
        register = tables.countries
        if name == "world":
            return Group("the world", list(tables.iso3))
        if name == "asean":
            joined = register["asean_join_year"].le(year).fillna(False).astype(bool)
            members = register.index[register["asean_member"].fillna(False).astype(bool) & joined]
            return Group(f"ASEAN ({len(members)})", [one for one in members if one in tables.iso3])
        found = register.index[
            register["region"].eq(name).fillna(False) | register["subregion"].eq(name).fillna(False)
        ]
        members = [one for one in found if one in tables.iso3]
        if not members:
            names = [
                "world",
                "asean",
                *sorted({*register["region"].dropna(), *register["subregion"].dropna()}),
            ]
            raise ArgumentError(
                f"no group {name!r}. Groups: {listed(names, most=40)}.{nearest(name, names)}"
            )
        return Group(name, members)

    functions = (
        *(rank, score, rise, mean, top, holders, lowest, count),
        *(first_wave, waves, run, before, group),
    )
    return {one.__name__: one for one in functions}

"""Questions that a check asks of dated records: reform, context, events, centres, milestones."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pandas as pd

from egovstudy.data.claims.expressions import NotHeldError
from egovstudy.data.claims.ledger import Ledger, many, shown
from egovstudy.data.events import span
from egovstudy.errors import ArgumentError, listed, nearest

EVERY_CENTRE = ("cooperation", "it_cooperation")
TABLES = (
    *("reform", "indicators", "context", "context_indicators", "events", "event_sources"),
    *("centres", "milestones", "spbe_agencies"),
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


def record_functions(tables: Any, ledger: Ledger) -> dict[str, Callable]:
    """Functions of the language that ask dated records.

    ``tables`` are :class:`RecordTables`, or None where only the form of calls is looked at.
    """

    def reform(
        indicator: str,
        year: int,
        scope: str = "national",
        detail: str | None = None,
        as_of: str | None = None,
    ) -> float:
        if indicator not in tables.indicators:
            raise ArgumentError(
                f"no reform indicator {indicator!r}.{nearest(indicator, list(tables.indicators))}"
            )
        if isinstance(year, list):
            return [reform(indicator, one, scope, detail, as_of) for one in year]
        rows = [
            row
            for row in tables.reform.get((indicator, year, scope), [])
            if (detail is None or detail in (row["scope_detail"] or ""))
            and (as_of is None or as_of == row["as_of"])
        ]
        label = f"{tables.indicators[indicator]}, {as_of or year}" + (
            "" if scope == "national" else f", {detail or scope}"
        )
        if not rows:
            raise NotHeldError(f"there is no value of {label}")
        disputes = dict.fromkeys(row["conflict_id"] for row in rows if row["conflict_id"])
        if disputes:
            rows = [row for one in disputes for row in tables.disputes[indicator, one]]
        elif len(rows) > 1:
            words = f"{len(rows)} rows are {label}: {listed([row['reform_id'] for row in rows])}."
            raise ArgumentError(f"{words} Say which by detail or as_of.")
        elif rows[0]["status"] == "conflict":
            ledger.note(label, float(rows[0]["value"]))
            raise NotHeldError(f"{label} is disputed, and the other figure is no row of the table")
        value = ledger.choose(label, [float(row["value"]) for row in rows])
        taken = [row for row in rows if row["value"] == value]
        if not any(row["status"] == "derived" for row in taken):
            ledger.witness(
                label, [row[one] for row in taken for one in ("source_id", "second_source_id")]
            )
        unsure = " (uncertain)" if all(row["status"] == "uncertain" for row in taken) else ""
        ledger.note(label, shown(value) + unsure)
        return value

    def agency(agency_id: str, year: int) -> float:
        rows = tables.agencies
        rows = rows[rows["agency_id"].eq(agency_id) & rows["year"].eq(year)]
        if rows.empty:
            raise NotHeldError(f"there is no SPBE index of {agency_id} in {year}")
        label = f"SPBE index {year}, {rows['agency'].iloc[0]}"
        ledger.witness(label, rows["source_id"])
        return ledger.note(label, float(rows["spbe_index"].iloc[0]))

    def agency_top(year: int, kinds: list | None = None) -> float:
        rows = tables.agencies
        unknown = [one for one in kinds or [] if one not in set(rows["scope"])]
        if unknown:
            raise ArgumentError(
                "no kind of agency"
                f" {unknown[0]!r}.{nearest(unknown[0], sorted(set(rows['scope'])))}"
            )
        rows = rows[rows["year"].eq(year) & (rows["scope"].isin(kinds) if kinds else True)]
        label = f"SPBE index {year}, highest of {len(rows)} agencies"
        if rows.empty:
            raise NotHeldError(f"there is no SPBE index of agencies for {year}")
        ledger.witness(label, rows["source_id"])
        return ledger.note(label, float(rows["spbe_index"].max()))

    def of_year(indicator: str, year: int) -> pd.Series:
        if indicator not in tables.measures:
            raise ArgumentError(
                f"no context indicator {indicator!r}.{nearest(indicator, list(tables.measures))}"
            )
        table = tables.context[tables.context["indicator"].eq(indicator)]
        rows = table[table["year"].eq(year)].dropna(subset=["value"])
        if rows.empty:
            raise NotHeldError(f"there is no value for {year} of {tables.measures[indicator]}")
        return rows.set_index("iso3")["value"]

    def figure(indicator: str, country: str, year: int) -> float:
        values = of_year(indicator, year)
        missing = [one for one in many(country) if one not in values.index]
        if missing:
            raise NotHeldError(
                f"there is no value of {missing[0]} in {year} of {tables.measures[indicator]}"
            )
        found = [float(values[one]) for one in many(country)]
        label = f"{tables.measures[indicator]} {year}, {listed(many(country))}"
        return ledger.note(label, found if isinstance(country, list) else found[0])

    def figure_rank(indicator: str, country: str, year: int) -> int:
        values = of_year(indicator, year)
        if country not in values.index:
            raise NotHeldError(
                f"there is no value of {country} in {year} of {tables.measures[indicator]}"
            )
        place = 1 + int(values.gt(values[country]).sum())
        return ledger.note(
            f"{tables.measures[indicator]}, rank among {len(values)} in {year}, {country}", place
        )

    def figure_mean(indicator: str, year: int) -> float:
        return ledger.note(
            f"{tables.measures[indicator]}, mean {year}", float(of_year(indicator, year).mean())
        )

    def figure_count(indicator: str, year: int, low: float) -> int:
        return ledger.note(
            f"{tables.measures[indicator]}, economies from {low:g} in {year}",
            int(of_year(indicator, year).ge(low).sum()),
        )

    def one_row(table: pd.DataFrame, key: str, name: str, what: str) -> pd.Series:
        rows = table[table[key].eq(name)]
        if rows.empty:
            raise NotHeldError(f"there is no {what} {name}")
        return rows.iloc[0]

    def cell(row: pd.Series, field: str, label: str) -> str:
        if field not in row:
            raise ArgumentError(
                f"no column {field!r}.{nearest(field, list(row.index))} Columns:"
                f" {listed(list(row.index), 40)}."
            )
        if pd.isna(row[field]):
            raise NotHeldError(f"{label} is empty")
        return str(row[field])

    def day(row: pd.Series, field: str, label: str) -> str:
        first, last = span(cell(row, field, label))
        found = ledger.choose(label, [first.isoformat(), last.isoformat()])
        ledger.note(label, row[field])
        return found

    def event(event_id: str, field: str) -> str:
        row = one_row(tables.events, "event_id", event_id, "event")
        label = f"{field} of {event_id}"
        ledger.witness(label, tables.sources.get(event_id, []))
        return ledger.note(label, cell(row, field, label))

    def event_date(event_id: str) -> str:
        row = one_row(tables.events, "event_id", event_id, "event")
        ledger.witness(f"date of {event_id}", tables.sources.get(event_id, []))
        return day(row, "date", f"date of {event_id}")

    def events(
        since: str,
        until: str,
        partner: str | None = None,
        country: str | None = None,
        instrument: str | None = None,
    ) -> int:
        first, last = span(since)[0].isoformat(), span(until)[1].isoformat()
        table = tables.events
        rows = table["act_status"].eq("done")
        for column, wanted in (
            ("partner_id", partner),
            ("country_iso3", country),
            ("instrument", instrument),
        ):
            if wanted is not None:
                rows &= table[column].eq(wanted).fillna(False).astype(bool)
        within = table[rows]
        days = [tuple(one.isoformat() for one in span(date)) for date in within["date"]]
        inside = [first <= start and end <= last for start, end in days]
        within = within[inside]
        asked = [one for one in (partner, country, instrument) if one]
        label = f"events {since} to {until}" + (f", {', '.join(asked)}" if asked else "")
        if len(within) and not any(
            set(tables.sources.get(one, [])) - ledger.own_sources for one in within["event_id"]
        ):
            ledger.witness(label, [])
        return ledger.note(label, len(within))

    def centre(centre_id: str, which: str) -> str:
        row = one_row(tables.centres, "centre_id", centre_id, "centre")
        ledger.witness(f"{which} of {centre_id}", [row["source_id"], row["second_source_id"]])
        return day(row, f"{which}_date", f"{which} of {centre_id}")

    def centre_start(centre_id: str) -> str:
        return centre(centre_id, "start")

    def centre_end(centre_id: str) -> str:
        return centre(centre_id, "end")

    def centre_order(country: str, kinds: list) -> int:
        unknown = [one for one in kinds if one not in EVERY_CENTRE]
        if unknown:
            raise ArgumentError(
                f"no kind of centre {unknown[0]!r}. Allowed: {listed(EVERY_CENTRE)}."
            )
        rows = tables.centres[tables.centres["centre_type"].isin(kinds)].dropna(
            subset=["start_date"]
        )
        first = {
            one: min(span(date) for date in part["start_date"])
            for one, part in rows.groupby("country_iso3")
        }
        if country not in first:
            raise NotHeldError(f"there is no start of a centre in {country}")
        start, end = first[country]
        surely = sum(last < start for _, last in first.values())
        perhaps = sum(begin <= end for one, (begin, _) in first.items() if one != country)
        label = (
            f"place of {country} among {len(first)} countries with a {' or '.join(kinds)} centre,"
            " by start"
        )
        return ledger.note(label, ledger.choose(label, [surely + 1, perhaps + 1]))

    def milestone_date(milestone_id: str) -> str:
        row = one_row(tables.milestones, "milestone_id", milestone_id, "milestone")
        ledger.witness(f"date of {milestone_id}", [row["source_id"], row["second_source_id"]])
        return day(row, "date", f"date of {milestone_id}")

    functions = (
        *(reform, figure, figure_rank, figure_mean, figure_count, event, event_date, events),
        *(centre_start, centre_end, centre_order, milestone_date, agency, agency_top),
    )
    return {one.__name__: one for one in functions}

"""Draw countries from a seed, so that hard records are among them.

Read from the files, apart from the library.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random

PROJECT = Path(__file__).resolve().parents[2]
STUDIED = "IDN"
EARLY = range(2003, 2009)
SMALLEST = 15  # countries by population from which the small states are drawn
# One round of twenty; a longer draw begins it again, a shorter one stops in it.
ROUND = (
    *("flagged", "any", "late", "small", "unranked", "any", "thin", "flagged", "any", "small"),
    *("any", "unranked", "any", "flagged", "late", "any", "small", "any", "unranked", "any"),
)
STRATA = {
    "late": "joined the United Nations within the waves",
    "flagged": "a figure of 2003 to 2008 is flagged",
    "unranked": "not ranked in some wave, though a member",
    "small": f"among the {SMALLEST} smallest populations",
    "thin": "lacks indicators in context",
    "any": "any other country",
}


@dataclass(frozen=True)
class Drawn:
    """A country that was drawn.

    Attributes
    ----------
    iso3, stratum : str
        Code, and the stratum that it was drawn from.
    why : str
        What the stratum is.
    """

    iso3: str
    stratum: str

    @property
    def why(self) -> str:
        return STRATA[self.stratum]


def rows(table: str) -> list[dict[str, str]]:
    """Rows of a data file as they stand."""
    with (PROJECT / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def strata() -> dict[str, list[str]]:
    """Countries that may be drawn for each stratum, without Indonesia.

    A country may stand in several.
    """
    egdi = rows("egdi")
    known = sorted({row["iso3"] for row in egdi} - {STUDIED})
    indicators, population = defaultdict(set), {}
    for row in rows("context"):
        indicators[row["iso3"]].add(row["indicator"])
        if row["indicator"] == "population":
            population[row["iso3"]] = max(
                population.get(row["iso3"], ("", 0.0)), (row["year"], float(row["value"]))
            )
    most = max(len(indicators[iso3]) for iso3 in known)
    found = {
        "late": {row["iso3"] for row in egdi if row["status"] == "not_member"},
        "flagged": {row["iso3"] for row in egdi if row["flag"] and int(row["wave"]) in EARLY},
        "unranked": {row["iso3"] for row in egdi if row["status"] not in ("ranked", "not_member")},
        "small": set(sorted(known, key=lambda iso3: population.get(iso3, ("", 0.0))[1])[:SMALLEST]),
        "thin": {iso3 for iso3 in known if len(indicators[iso3]) < most},
    }
    found["any"] = set(known).difference(*found.values())
    return {name: sorted(found[name] - {STUDIED}) for name in STRATA}


def draw(count: int, seed: int) -> list[Drawn]:
    """Draw countries, none twice.

    The draw of a smaller count is the beginning of that of a larger one.

    Raises
    ------
    ValueError
        If there are not so many countries.
    """
    rng, waiting = Random(seed), {}
    for name, names in strata().items():
        waiting[name] = rng.sample(names, len(names))
    drawn: dict[str, Drawn] = {}
    for number in range(count):
        asked = ROUND[number % len(ROUND)]
        for stratum in (asked, "any", *STRATA):  # a stratum may be used up
            left = [iso3 for iso3 in waiting[stratum] if iso3 not in drawn]
            if left:
                drawn[left[0]] = Drawn(left[0], stratum)
                break
        else:
            raise ValueError(
                f"{count} countries are asked for, and there are {len(drawn)} beside Indonesia."
            )
    return list(drawn.values())

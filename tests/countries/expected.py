"""What each notebook cannot have for a country, worked out from ``data/egdi.csv`` by itself."""

from __future__ import annotations

from functools import cache

from .draw import rows

SCORES = ("egdi", "osi", "tii", "hci", "epi")
STARTS = (2003, 2008, 2012)
NUMBERS_OF = (2003, 2016, 2018, 2020, 2022, 2024)  # waves whose ranks notebook 01 keeps
# A score that stands in the UN's file and rests on what is absent or impossible.
UNSOUND = {"egdi": {"egdi_with_hci_0", "egdi_with_tii_0", "hci_above_1"}, "hci": {"hci_above_1"}}
NOTEBOOKS = ("01", "02", "07", "08", "09")


@cache
def record(iso3: str) -> dict[int, dict[str, str]]:
    """Rows of a country by wave, in order."""
    own = {int(row["wave"]): row for row in rows("egdi") if row["iso3"] == iso3}
    return dict(sorted(own.items()))


def unranked(iso3: str) -> list[int]:
    """Waves without a rank."""
    return [wave for wave, row in record(iso3).items() if not row["egdi_rank"]]


def lacking(iso3: str, score: str) -> list[int]:
    """Waves in which a score cannot be used."""
    unsound = UNSOUND.get(score, set())
    return [
        wave
        for wave, row in record(iso3).items()
        if not row[score] or unsound & set(row["flag"].split(";"))
    ]


def not_to_be_had(iso3: str, score: str, starts: tuple[int, ...] = STARTS) -> set[str]:
    """Windows, from a first wave to the last, in which a score lacks a wave."""
    faulty = lacking(iso3, score)
    return {f"{score} from {start}" for start in starts if any(wave >= start for wave in faulty)}


def left_out(notebook: str, iso3: str) -> set[str]:
    """Designs that a notebook, by its two digits, must leave out for a country, and say so."""
    if notebook == "01":
        return {f"rank of {wave}" for wave in unranked(iso3) if wave in NUMBERS_OF}
    if notebook == "02":
        return _steps(record(iso3))
    if notebook == "07":
        return set().union(*(not_to_be_had(iso3, score) for score in ("egdi", "osi")))
    if notebook == "08":
        raw = {score: not_to_be_had(iso3, score) for score in SCORES}
        within = {
            one.replace(score, f"{score}_z") for score, windows in raw.items() for one in windows
        }
        return within.union(*raw.values())
    raw = not_to_be_had(iso3, "osi")
    return raw | {one.replace("osi", "osi_z") for one in raw} | not_to_be_had(iso3, "tii")


def _steps(own: dict[int, dict[str, str]]) -> set[str]:
    waves = list(own)
    whole = {
        wave for wave in waves if all(own[wave][score] for score in ("egdi", "osi", "tii", "hci"))
    }
    return {f"{a} to {b}" for a, b in zip(waves, waves[1:], strict=False) if not {a, b} <= whole}

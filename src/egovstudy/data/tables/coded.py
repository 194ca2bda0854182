"""What the tables hold of a country, and what nobody coded for it."""

from __future__ import annotations

import pandas as pd

from egovstudy.data.tables.loading import load
from egovstudy.errors import ArgumentError, nearest

STUDIED = "IDN"  # the one country whose own acts are coded


def what_is_coded(iso3: str) -> str:
    """Say what the tables hold of a country, so that nobody takes Indonesia's acts for its own.

    Parameters
    ----------
    iso3 : str
        ISO 3166-1 alpha-3 code of a UN member.

    Returns
    -------
    str
        Whether partnerships are coded for it, what is known of its dealings, and the waves in which
        the EGDI does not rank it or rests on what is absent.

    Raises
    ------
    ArgumentError
        If the index does not cover the country.

    Examples
    --------
    >>> print(what_is_coded("IDN").splitlines()[-1])
    EGDI: ranked in 12 of 12 waves.
    >>> print(what_is_coded("SSD").splitlines()[-1])
    EGDI: ranked in 7 of 12 waves; not in 2003, 2004, 2005, 2008, 2010 (not member).
    """
    egdi = load("egdi")
    if iso3 not in set(egdi["iso3"]):
        raise ArgumentError(
            f"no country {iso3!r} in egdi.{nearest(iso3, egdi['iso3'].unique().tolist())} It covers"
            " the 193 UN members, by ISO 3166-1 alpha-3 code."
        )
    name = load("countries").set_index("iso3").loc[iso3, "name"]
    lines = [
        f"{name} ({iso3}): the country whose partnerships, regulations and reform indicators are"
        " coded here."
    ]
    if iso3 != STUDIED:
        lines = [
            (
                f"{name} ({iso3}): no partnership, regulation or reform indicator of this country"
                " is coded here. Acts, the waves chosen for them, and the written text with its"
                " numbers are Indonesia's."
            ),
            f"Known of its dealings: {_dealings(iso3)}. Not found is not absent.",
        ]
    return "\n".join([*lines, *_record(egdi[egdi["iso3"].eq(iso3)])])


def _dealings(iso3: str) -> str:
    partners = load("partners").set_index("partner_id")["country_iso3"]
    of_each = {
        "events with Indonesia": load("events")["partner_id"].map(partners),
        "Korean centres, in place or planned": load("centres")["country_iso3"],
        "instruments with Estonia, Britain, Singapore or the Tony Blair Institute found": load(
            "instruments_abroad"
        )["country_iso3"],
    }
    return "; ".join(
        f"{what}: {int(countries.eq(iso3).sum())}" for what, countries in of_each.items()
    )


def _record(own: pd.DataFrame) -> list[str]:
    """Say in which waves the index does not rank the country, and which are flagged."""
    ranked = own["status"].eq("ranked")
    first = f"EGDI: ranked in {ranked.sum()} of {len(own)} waves"
    missing = [
        f"{waves} ({status.replace('_', ' ')})" for status, waves in _by(own[~ranked], "status")
    ]
    flagged = own[own["flag"].notna()]
    lines = [f"{first}; not in {', '.join(missing)}." if missing else f"{first}."]
    if len(flagged):
        said = "; ".join(
            f"{waves} ({flag.replace(';', ', ')})" for flag, waves in _by(flagged, "flag")
        )
        lines.append(f"Flagged: {said}.")
    return lines


def _by(rows: pd.DataFrame, column: str) -> list[tuple[str, str]]:
    """Waves by what is said of them, in order of first appearance."""
    groups = rows.astype({column: "str"}).groupby(column, sort=False)["wave"]
    return [(str(said), ", ".join(map(str, waves))) for said, waves in groups]

"""The UN Data Center's file of a wave, written from figures.

Its order of countries and its quotes are its own.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import egovstudy as eg

PROJECT = Path(__file__).resolve().parents[2]
HEAD = (
    "Survey Year,Country Name,E-Government Rank,E-Government Index,E-Participation Index,Online"
    " Service Index,Human Capital Index,Telecommunication Infrastructure Index"
)
COLUMNS = ("egdi_rank", "egdi", "epi", "osi", "hci", "tii")
ORDER = re.findall(
    r"[A-Z]{3}",
    """
IRQ IRL ISR ITA JAM JPN JOR KAZ KEN KIR KWT KGZ LAO LVA LBN LSO LBR LBY LIE LTU LUX MDG MWI MYS MDV
MLI MLT MHL MRT AFG MUS MEX FSM MCO MNG MNE ALB DZA AND AGO ATG ARG ARM MAR MOZ MMR NAM NRU DMA DOM
ECU EGY SLV GNQ ERI EST NPL NLD NZL NIC NER NGA NOR OMN PAK PLW PAN PNG PRY PER PHL POL PRT QAT KOR
MDA ROU RUS AUS AUT AZE BHS TCD CHL CHN BHR BGD BRB BLR BEL BLZ BEN BTN BOL BIH BWA DJI BRA BRN BGR
BFA BDI KHM CMR CAN CPV CAF COL COM COG CRI CIV HRV CUB CYP CZE PRK COD DNK ETH FJI FIN GNB GUY ESP
SLE FRA GAB GMB GEO DEU GHA GRC GRD GTM GIN HTI HND HUN ISL IND IDN IRN SVN SLB SOM ZAF LKA SDN SUR
SWZ UZB VUT VEN VNM SWE CHE SYR TJK THA MKD TLS TGO TON TTO TUN TUR TKM TUV UGA UKR ARE GBR TZA USA
URY YEM ZMB ZWE SSD RWA KNA LCA VCT WSM SMR STP SAU SEN SRB SYC SGP SVK
""",
)
UNQUOTED = set(
    re.findall(
        "[A-Z]{3}", "LBY LIE LUX MYS MDV AFG MNE AUT FRA GEO SWZ MKD TLS TUR UKR GBR SSD SRB"
    )
)


def figures(wave: int) -> dict[str, dict[str, str]]:
    """Figures of a wave as text, as they stand in ``egdi.csv``.

    What is absent there is 0, as the UN writes it.
    """
    with (PROJECT / "data" / "egdi.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["wave"] == str(wave)]
    return {row["iso3"]: {name: row[name] or "0" for name in COLUMNS} for row in rows}


def write_un_file(path: Path, wave: int, rows: Mapping[str, Mapping[str, str]]) -> Path:
    """Write figures by country as the UN does."""
    names = eg.load("countries").set_index("iso3")["un_name"]
    lines = [HEAD]
    for iso3 in [one for one in ORDER if one in rows]:
        name = names[iso3] if iso3 in UNQUOTED else f'"{names[iso3]}"'
        lines.append(",".join([str(wave), name, *(rows[iso3][column] for column in COLUMNS)]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path

"""One visual language: who has which colour, line, marker and hatch, and every word that plots add."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """How one country is drawn: colour, line style, marker, line width in pt."""

    colour: str
    style: str | tuple[int, tuple[float, ...]]
    marker: str
    width: float


INK = "#222222"
FAINT = "#D9DEE3"
MUTED = "#8FA3B5"
BREAK = "#6B6B6B"

# No two lines share both style and marker, so none is known by colour alone.
LINES = {
    "IDN": Line("#C8102E", "-", "o", 2.2),
    "KOR": Line("#0B5FA5", "-", "s", 1.2),
    "SGP": Line("#007A5E", "--", "^", 1.2),
    "AUS": Line("#B36B00", "-.", "D", 1.2),
    "GBR": Line("#6A3D9A", ":", "v", 1.4),
    "JPN": Line("#4D4D4D", (0, (5, 1, 1, 1, 1, 1)), "P", 1.2),
    "EST": Line("#2B8CBE", (0, (8, 2)), "X", 1.2),
    "AZE": Line("#7A4B2A", (0, (3, 1)), "<", 1.2),
    "NLD": Line("#B0358B", (0, (1, 1)), ">", 1.4),
}
# For countries without a line of their own, in the order in which they are asked for.
SPARE_LINES = (
    Line("#333333", (0, (6, 1, 1, 1)), "h", 1.2),
    Line("#5A7D1E", (0, (2, 2)), "p", 1.2),
    Line("#20606B", (0, (10, 3)), "*", 1.2),
)
BACKGROUND = Line(MUTED, "-", "", 0.7)

# Three to eight groups: dark to light in this order, so grey tells them apart; hatches do so again.
FILLS = (
    ("#1F4E79", ""),
    ("#E08E00", "////"),
    ("#BFD8D2", "...."),
    ("#7B2D43", "\\\\\\\\"),
    ("#A9B8E0", "xxxx"),
    ("#5C6B2F", "||||"),
    ("#E9C3D2", "----"),
    ("#8A8A8A", "++++"),
)
COMPONENT_FILLS = {"osi": FILLS[0], "tii": FILLS[1], "hci": FILLS[2]}
SHAPES = ("o", "s", "^", "D", "v", "P", "X", "h")
SHAPE_COLOURS = ("#1F4E79", "#C8102E", "#007A5E", "#B36B00", "#6A3D9A", "#333333", "#2B8CBE", "#7A4B2A")

# Ticks a reader counts in: ones, twos, fives.
STEPS = (1, 2, 5, 10)

NAMES = {
    "en": {
        "IDN": "Indonesia", "KOR": "Korea", "SGP": "Singapore", "AUS": "Australia", "GBR": "United Kingdom",
        "JPN": "Japan", "EST": "Estonia", "AZE": "Azerbaijan", "NLD": "Netherlands", "MYS": "Malaysia",
        "THA": "Thailand", "VNM": "Viet Nam", "PHL": "Philippines", "BRN": "Brunei", "KHM": "Cambodia",
        "LAO": "Laos", "MMR": "Myanmar", "TLS": "Timor-Leste", "GEO": "Georgia", "DEU": "Germany", "FRA": "France",
        "USA": "United States", "ARE": "UAE", "IND": "India", "CHN": "China", "NZL": "New Zealand",
        "FIN": "Finland", "DNK": "Denmark",
    },
    "id": {
        "IDN": "Indonesia", "KOR": "Korea", "SGP": "Singapura", "AUS": "Australia", "GBR": "Inggris Raya",
        "JPN": "Jepang", "EST": "Estonia", "AZE": "Azerbaijan", "NLD": "Belanda", "MYS": "Malaysia",
        "THA": "Thailand", "VNM": "Vietnam", "PHL": "Filipina", "BRN": "Brunei", "KHM": "Kamboja",
        "LAO": "Laos", "MMR": "Myanmar", "TLS": "Timor-Leste", "GEO": "Georgia", "DEU": "Jerman", "FRA": "Prancis",
        "USA": "Amerika Serikat", "ARE": "UEA", "IND": "India", "CHN": "Tiongkok", "NZL": "Selandia Baru",
        "FIN": "Finlandia", "DNK": "Denmark",
    },
}  # fmt: skip

WORDS = {
    "en": {
        "wave": "survey wave",
        "year": "year",
        "egdi": "EGDI (0 to 1)",
        "osi": "OSI (0 to 1)",
        "tii": "TII (0 to 1)",
        "hci": "HCI (0 to 1)",
        "epi": "EPI (0 to 1)",
        "rank": "{} rank (1 = best)",
        "contribution": "contribution to the change in EGDI (points)",
        "change": "change in EGDI",
        "others": "other countries ({})",
        "count": "count",
        "exact": "day known",
        "inexact": "month or year only",
        "conflict": "sources conflict",
        "uncertain": "uncertain",
        "ok": "as published",
        "derived": "derived",
    },
    "id": {
        "wave": "gelombang survei",
        "year": "tahun",
        "egdi": "EGDI (0 sampai 1)",
        "osi": "OSI (0 sampai 1)",
        "tii": "TII (0 sampai 1)",
        "hci": "HCI (0 sampai 1)",
        "epi": "EPI (0 sampai 1)",
        "rank": "peringkat {} (1 = terbaik)",
        "contribution": "sumbangan pada perubahan EGDI (poin)",
        "change": "perubahan EGDI",
        "others": "negara lain ({})",
        "count": "jumlah",
        "exact": "hari diketahui",
        "inexact": "hanya bulan atau tahun",
        "conflict": "sumber bertentangan",
        "uncertain": "belum pasti",
        "ok": "seperti diterbitkan",
        "derived": "diturunkan",
    },
}

"""One visual language: colours, lines, markers and hatches, and every word that plots add."""

from __future__ import annotations

from typing import Any, NamedTuple

Dashes = str | tuple[int, tuple[float, ...]]


class Line(NamedTuple):
    """How one series is drawn: colour, line style, marker; line width and marker size in pt."""

    colour: str
    style: Dashes
    marker: str
    width: float
    size: float = 4.0
    face: str = ""  # of the marker, where it is not the colour

    def line(self) -> dict[str, Any]:
        """Give matplotlib's settings, which seaborn hands on."""
        return {
            "color": self.colour,
            "linestyle": self.style,
            "linewidth": self.width,
            "marker": self.marker,
            "markersize": self.size,
            "markeredgecolor": self.colour,
            "markerfacecolor": self.face or self.colour,
            "markeredgewidth": 0.8,
        }


class Fill(NamedTuple):
    """How one group's bars are drawn: colour, hatch, colour of the hatch."""

    colour: str
    hatch: str
    lines: str

    def patch(self) -> dict[str, Any]:
        """Give matplotlib's settings; the dark outline lets a light fill stand out on white."""
        return {
            "facecolor": self.colour,
            "hatch": self.hatch,
            "hatchcolor": self.lines,
            "edgecolor": INK,
            "linewidth": 0.4,
        }


GROUND = "white"
INK = "#222222"
# Only for lines that separate rows: all that carries meaning stands out from the ground by 3:1.
FAINT = "#D9DEE3"
MUTED = "#8696A6"
MUTED_TEXT = "#5F7488"
BREAK = "#6B6B6B"

# No two lines share both style and marker, so none is known by colour alone. Indonesia and the four
# partners of the notebooks also differ in every view, grey too; all are dark enough for text.
LINES = {
    "IDN": Line("#C0102C", "-", "o", 2.2),
    "KOR": Line("#07426C", "-", "s", 1.2),
    "SGP": Line("#015C47", "--", "^", 1.2),
    "AUS": Line("#A76500", "-.", "D", 1.2),
    "GBR": Line("#371B5C", ":", "v", 1.4),
    "JPN": Line("#4D4D4D", (0, (5, 1, 1, 1, 1, 1)), "P", 1.2),
    "EST": Line("#207AA6", (0, (8, 2)), "X", 1.2),
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

# Three to eight groups: any two differ in every view, grey too, neighbours most; hatches tell them
# apart again.
FILLS = (
    Fill("#05496F", "", GROUND),
    Fill("#C47700", "////", GROUND),
    Fill("#B4CAC1", "....", INK),
    Fill("#5A0029", "\\\\\\\\", GROUND),
    Fill("#81A7D9", "xxxx", INK),
    Fill("#566419", "||||", GROUND),
    Fill("#F8E3E7", "----", INK),
    Fill("#976763", "++++", GROUND),
)
# Where a colour means something, such as a verdict: any two differ in every view, grey too.
NAMED_FILLS = {
    "blue": FILLS[0],
    "light blue": FILLS[4],
    "red": Fill("#DB4437", "\\\\\\\\", GROUND),
    "grey": Fill("#DADADA", "....", INK),
}
# The index and its parts, the same in every figure; any two differ in every view, grey too.
INDICATORS = {
    "egdi": Line("#0A0A0A", "-", "o", 1.4),
    "osi": Line("#05496F", "-", "s", 1.4),
    "tii": Line("#B35900", "-", "^", 1.4),
    "hci": Line("#4B0024", "-", "D", 1.4),
    "epi": Line("#0B6B4F", "-", "v", 1.4),
}
COMPONENT_FILLS = {
    name: Fill(INDICATORS[name].colour, hatch, GROUND)
    for name, hatch in (("osi", ""), ("tii", "////"), ("hci", "...."))
}
SHAPES = ("o", "s", "^", "D", "v", "P", "X", "h")
SHAPE_COLOURS = (
    "#0D4B77",
    "#BC302F",
    "#06634A",
    "#B7580B",
    "#342A83",
    "#1D2634",
    "#0E8DBA",
    "#E06D9E",
)

# Bounds behind lines: a solid light ground that prints, and an edge that stands out from white.
BAND: dict[str, Any] = {"facecolor": FAINT, "edgecolor": MUTED, "linewidth": 0.5}

DASHES: tuple[Dashes, ...] = (
    "-",
    (0, (5, 2)),
    (0, (1, 1.5)),
    "-.",
    (0, (3, 1, 1, 1, 1, 1)),
    (0, (8, 2)),
    (0, (12, 2)),
    (0, (2, 1)),
)
SPARE_SERIES = tuple(
    Line(colour, dashes, marker, 1.1, 3.2)
    for colour, dashes, marker in zip(SHAPE_COLOURS, DASHES, SHAPES, strict=True)
)
# Of a test, in the order of SPARE_SERIES, whose last is spare: a design looks alike everywhere.
DESIGNS = (
    "post_gap",
    "scaled_gap",
    "moving_block",
    "trend_rank",
    "trend_hc3",
    "trend_hac",
    "staggered",
)
OBSERVED = Line(INK, "-", "o", 1.1, 2.8)
SERIES = {
    **dict(zip(DESIGNS, SPARE_SERIES, strict=False)),
    "value": OBSERVED,
    "after_adoption": OBSERVED._replace(size=4.0),
    "before_adoption": Line(MUTED_TEXT, (0, (2, 1.5)), "o", 0.8, 4.0, GROUND),
    "correlation": Line("#C0102C", "-", "o", 1.0, 3.6),
    "expected": Line(MUTED_TEXT, (0, (4, 2)), "D", 0.8, 4.4, GROUND),
    "forecast": Line(SHAPE_COLOURS[0], "none", "D", 1.4, 4.0, GROUND),
}
# How sure a value is: marks of their own, all edged in ink.
STATUS = {
    "ok": Line(INK, "none", "o", 0.8, 4.0),
    "derived": Line(INK, "none", "s", 0.8, 4.0),
    "uncertain": Line(INK, "none", "o", 0.8, 4.0, FAINT),
    "conflict": Line(INK, "none", "D", 0.8, 4.0, GROUND),
}

# Ticks a reader counts in: ones, twos, fives.
STEPS = (1, 2, 5, 10)

NAMES = {
    "en": {
        "IDN": "Indonesia",
        "KOR": "Korea",
        "SGP": "Singapore",
        "AUS": "Australia",
        "GBR": "United Kingdom",
        "JPN": "Japan",
        "EST": "Estonia",
        "AZE": "Azerbaijan",
        "NLD": "Netherlands",
        "MYS": "Malaysia",
        "THA": "Thailand",
        "VNM": "Viet Nam",
        "PHL": "Philippines",
        "BRN": "Brunei",
        "KHM": "Cambodia",
        "LAO": "Laos",
        "MMR": "Myanmar",
        "TLS": "Timor-Leste",
        "GEO": "Georgia",
        "DEU": "Germany",
        "FRA": "France",
        "USA": "United States",
        "ARE": "UAE",
        "IND": "India",
        "CHN": "China",
        "NZL": "New Zealand",
        "FIN": "Finland",
        "DNK": "Denmark",
    },
    "id": {
        "IDN": "Indonesia",
        "KOR": "Korea",
        "SGP": "Singapura",
        "AUS": "Australia",
        "GBR": "Inggris Raya",
        "JPN": "Jepang",
        "EST": "Estonia",
        "AZE": "Azerbaijan",
        "NLD": "Belanda",
        "MYS": "Malaysia",
        "THA": "Thailand",
        "VNM": "Vietnam",
        "PHL": "Filipina",
        "BRN": "Brunei",
        "KHM": "Kamboja",
        "LAO": "Laos",
        "MMR": "Myanmar",
        "TLS": "Timor-Leste",
        "GEO": "Georgia",
        "DEU": "Jerman",
        "FRA": "Prancis",
        "USA": "Amerika Serikat",
        "ARE": "UEA",
        "IND": "India",
        "CHN": "Tiongkok",
        "NZL": "Selandia Baru",
        "FIN": "Finlandia",
        "DNK": "Denmark",
    },
}

WORDS = {
    "en": {
        "wave": "survey wave",
        "year": "year",
        "egdi": "EGDI (0 to 1)",
        "osi": "OSI (0 to 1)",
        "tii": "TII (0 to 1)",
        "hci": "HCI (0 to 1)",
        "epi": "EPI (0 to 1)",
        "rank_of": "{} rank (1 = best)",
        "rank_best": "rank (1 = best)",
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
        "observed": "observed",
        "value": "observed",
        "forecast": "forecast",
        "power": "share rejected",
        "scale_of": "{} ({:g} to {:g})",
        "post gap": "post gap, rank",
        "scaled gap": "scaled gap, rank",
        "moving block": "conformal",
        "trend rank": "trend, rank",
        "trend hc3": "trend, HC3",
        "trend hac": "trend, Newey-West",
        "staggered": "hosts together",
        "active_partnerships": "active partnerships",
        "correlation": "correlation",
        "lag": "lag in years",
        "expected": "mean over dates dealt anew",
        "event_time": "waves since adoption;\nbelow: countries",
        "before adoption": "before adoption",
        "after adoption": "from adoption on",
        "standardised": "gap over its\nusual size",
        "most": "other countries",
        "specifications": "specifications, sorted by gap",
        "gap": "gap (index points)",
        "gap_of": "gap (observed − synthetic)",
        "synthetic": "synthetic",
        "equally_good": "all equally good weights",
        "treatment_wave": "treatment wave",
        "method_break": "method changed",
        "every_country": "each other country in its place",
        "median": "their median",
        "middle": "their middle eight of ten",
    },
    "id": {
        "wave": "gelombang survei",
        "year": "tahun",
        "egdi": "EGDI (0 sampai 1)",
        "osi": "OSI (0 sampai 1)",
        "tii": "TII (0 sampai 1)",
        "hci": "HCI (0 sampai 1)",
        "epi": "EPI (0 sampai 1)",
        "rank_of": "peringkat {} (1 = terbaik)",
        "rank_best": "peringkat (1 = terbaik)",
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
        "observed": "teramati",
        "value": "teramati",
        "forecast": "prakiraan",
        "power": "bagian ditolak",
        "scale_of": "{} ({:g} sampai {:g})",
        "post gap": "selisih sesudah, peringkat",
        "scaled gap": "selisih berskala, peringkat",
        "moving block": "konformal",
        "trend rank": "tren, peringkat",
        "trend hc3": "tren, HC3",
        "trend hac": "tren, Newey-West",
        "staggered": "tuan rumah bersama",
        "active_partnerships": "kemitraan aktif",
        "correlation": "korelasi",
        "lag": "jarak waktu (tahun)",
        "expected": "rata-rata tanggal yang dibagi ulang",
        "event_time": "gelombang sejak adopsi;\ndi bawah: negara",
        "before adoption": "sebelum adopsi",
        "after adoption": "sejak adopsi",
        "standardised": "selisih per\nukuran lazim",
        "most": "negara lain",
        "specifications": "spesifikasi, urut menurut selisih",
        "gap": "selisih (poin indeks)",
        "gap_of": "selisih (teramati − sintetis)",
        "synthetic": "sintetis",
        "equally_good": "semua bobot yang sama baik",
        "treatment_wave": "gelombang perlakuan",
        "method_break": "metode berubah",
        "every_country": "setiap negara lain di tempatnya",
        "median": "mediannya",
        "middle": "delapan dari sepuluh di tengahnya",
    },
}

# What the data themselves say, in other words than English; a phrase that is not here stands as it
# is.
PHRASES = {
    "en": {
        "act status": "done or announced",
        "body id": "Indonesian body",
        "date precision": "precision of the date",
        "partner id": "partner",
        "partner type": "kind of partner",
    },
    "id": {
        "percentile": "persentil",
        "index": "indeks",
        "score": "skor",
        "percent": "persen",
        "rank": "peringkat",
        "signed agreement": "perjanjian ditandatangani",
        "letter of intent": "letter of intent",
        "project, centre": "proyek, pusat",
        "training, exchange": "pelatihan, pertukaran",
        "visit": "kunjungan",
        "conference": "konferensi",
        "meeting": "pertemuan",
        "award, other": "penghargaan, lainnya",
        "intergovernmental": "antarpemerintah",
        "all others": "semua lainnya",
        "bodies with one or two": "badan dengan satu atau dua",
        "government": "pemerintah",
        "development agency": "lembaga pembangunan",
        "think tank": "lembaga pemikir",
        "private": "swasta",
        "academic": "akademis",
        "domestic": "dalam negeri",
        "other": "lainnya",
        "date": "tanggal",
        "act status": "terlaksana atau diumumkan",
        "body id": "badan Indonesia",
        "confidence": "keyakinan",
        "date precision": "ketelitian tanggal",
        "instrument": "instrumen",
        "learning": "arah belajar",
        "level": "tingkat",
        "partner id": "mitra",
        "partner type": "jenis mitra",
        "retrospective": "retrospektif",
        "stage": "tahap",
        "themes": "tema",
        "first and second": "pertama dan kedua",
        "second and third": "kedua dan ketiga",
        "all three": "ketiganya",
        "outcome": "luaran",
        "scale": "skala",
        "first wave": "gelombang pertama",
        "act": "tindakan",
        "date rule": "aturan tanggal",
        "donors": "donor",
        "tie rule": "aturan seri",
        "statistic": "statistik",
        "raw": "poin",
        "nearest": "terdekat",
        "none": "tanpa",
        "post gap": "sesudahnya",
        "last gap": "terakhir",
        "window": "jendela",
        "published": "terbit",
        "later": "lebih lambat",
        "all countries": "semua negara",
        "no partners or hosts": "tanpa mitra dan tuan rumah",
        "Asia": "Asia",
        "nearest 50": "50 terdekat",
        "same income group": "kelompok pendapatan sama",
        "ASEAN": "ASEAN",
        "first agreement, score 7": "perjanjian pertama, skor 7",
        "first agreement, score 8": "perjanjian pertama, skor 8",
    },
}

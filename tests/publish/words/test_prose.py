"""Which digits of a text are typed numbers, and which only name something."""

from __future__ import annotations

import pytest

from egovstudy.publish.words.prose import typed_numbers


def typed(text: str) -> list[str]:
    return [one.text for one in typed_numbers(text)]


PASSES = {
    "words": "Twelve waves, ninety per cent, two-thirds, the first of them.",
    "Roman numerals": "Part IV, type I error, phase II.",
    "a year": "It fell in 2016.",
    "years": "From 1999 to 2024, in 2003-2024, 2003–2024, 2018/19 and (2025).",
    "a decade": "The middle of the 2010s and the 1990s; pertengahan 2010-an.",
    "a wave": "The 2024 wave; wave 2018; gelombang 2020; in mid-2016.",
    "a date": (
        "24 November 2026, 2 March, 1 to 3 March 2018, 1-3 Mei 2020, 5 dan 6 Desember, November 24,"
        " 2026."
    ),
    "an ISO date": "2016-03-02, 2016-03 and 2016-03-02T10:00:00Z.",
    "a printed date": "*Thursday (5/11)*, *Jumat (26/05)*, Kamis, 5/11/2024 and 05/11/2024.",
    "a law": (
        "Perpres 95/2018 and 82/2023, Law 20 of 2023, Law No. 20 of 2023, UU 5/2014, No. 5/2014."
    ),
    "an Indonesian law": (
        "UU No. 5 Tahun 2014, Peraturan Nomor 59 Tahun 2020, Permenpan 5/2018, Pasal 5, Article 12."
    ),
    "a ruling of the court": "putusan 87/PUU-XX/2022.",
    "technical codes": (
        "ISO 3166-1 alpha-3, ISO/IEC 27001:2022, UTF-8, SHA-256, Type 42 and Type 3 fonts."
    ),
    "licences": "CC BY 4.0, CC BY-SA 4.0, CC BY 3.0 IGO.",
    "versions": (
        "Python 3.11, Python 3.11, 3.12 or 3.13, Python 3.11 to 3.13, version 0.2.0, v1.10.2."
    ),
    "names with digits": "The G20 and its B20, COVID-19, H1, Q3, A4, iso3.",
    "ids": (
        "r05, r01 to r09, fig01a, tab03b-rulings, s1, evt-2016-03, perpres-95-2018,"
        " kor-2019-07-29-mois-visit."
    ),
    "notebooks": (
        "notebook 02, Notebooks 01 and 02, notebooks 01, 02 and 05, buku catatan 02, from 06 on,"
        " notebook 98."
    ),
    "sections": "section 5, sections 4 and 5, bagian 4 dan 5.",
    "headings and lists": (
        "## 1. What is coded\n\n1. One.\n2. Two.\n   3) Three.\n> 4. Four.\n\nAnew:\n\n1. One."
    ),
    "keyed": "rank <!--{{number:01.rank_2024}}-->64<!--/-->, {{number:01.rank_2024}}",
    "a comment": "text <!-- 64 of them --> text",
    "inline code": 'Run `eg.decompose(egdi, "IDN", 2018, 4)` or ``x`64`y``.',
    "code blocks": "```python\nrank = 64\n```\n\n~~~\n12\n~~~\n",
    "an open code block": "text\n```\n64",
    "links": (
        "[a file](egdi-64.csv), [x](a_(64).md), <https://x.org/64>, https://x.org/a/64?b=3,"
        " doi:10.1234/ab.64"
    ),
    "a reference": "[one]: figures/64.png",
    "tags": '<img src="x64.png" width="300">, <br/>, </p>',
}
COUNTS = {
    "a count": ("It has 12 waves.", ["12"]),
    "zero and one": ("From 0 to 1.", ["0", "1"]),
    "decimals": ("It was 1.98, then 3,12 and 0.0825.", ["1.98", "3,12", "0.0825"]),
    "thousands": ("12,346 rows and 1.234.567 baris.", ["12,346", "1.234.567"]),
    "signs": ("by −0.083, -0.083, +0.083 and ±2 points", ["−0.083", "-0.083", "+0.083", "±2"]),
    "per cent": ("95 per cent, 95 %, 95% and 40 persen", ["95", "95 %", "95%", "40"]),
    "ordinals": ("the 1st, 2nd, 3rd and the 21st century", ["1st", "2nd", "3rd", "21st"]),
    "ranges": ("30-40, 30–40, 30 to 40", ["30", "40"] * 3),
    "fractions": ("½ of them, 3/4 of them", ["½", "3", "4"]),
    "units": ("12k, 5pp, 30km, 3-year", ["12", "5", "30", "3"]),
    "in a table": ("| rank | 64 |\n|---|---|", ["64"]),
    "in emphasis": ("**64**, *64*, _64_, (64), “64”", ["64"] * 5),
    "at the ends": ("64 stands first and last 64", ["64", "64"]),
    "a sentence's end": ("The rank is 64. It was 88.", ["64", "88"]),
    "other digits": ("٦٤ and ６４", ["٦٤", "６４"]),
    "a year in a larger number": (
        "12024, 20245, 2,024, 2024.5",
        ["12024", "20245", "2,024", "2024.5"],
    ),
    "a year in a fraction": ("2024,5, 0.2024", ["2024,5", "0.2024"]),
    "no year": ("1899, 2100 and 3000", ["1899", "2100", "3000"]),
    "a year that is a share": ("2024 per cent, 2024 %, 2024%", ["2024", "2024 %", "2024%"]),
    "a signed year": ("+2024 and −2024", ["+2024", "−2024"]),
    "a number alone in code marks": (
        "rank `64`, `−0.083`, ``64``, `64 per cent`",
        ["64", "−0.083", "64", "64"],
    ),
    "beside what passes": (
        "In 2018 rank 107, in notebook 02 rank 64, by Perpres 95/2018 88.",
        ["107", "64", "88"],
    ),
    "near a month": ("12 in March, 40 May, 12 may", ["12", "40", "12"]),
    "near a law": ("95 of 2018 events, 12 of 40", ["95", "12", "40"]),
    "near a version": ("Python 3.11, 40 packages; CC BY 12.5", ["40", "12.5"]),
    "near a code": ("about-12, top-10, SHA-0.5, r05.5", ["12", "10", "0.5", "05.5"]),
    "near a notebook": ("notebook 02.5, notebooks 2, 05 %", ["02.5", "2", "05 %"]),
    "near a list": ("1.5 stands first\n64 stands first\nand rank\n64. Then", ["1.5", "64", "64"]),
    "near a heading": ("# 12 waves", ["12"]),
    "near a date": ("2016-13, 32 March", ["-13", "32"]),
    "an open mark": ("<!--{{number:01.rank}}-->64 and on", ["64"]),
    "behind a mark": ("<!--{{number:01.rank}}-->64<!--/--> of 193", ["193"]),
    "a link's words and title": ('[64 rows](x.md "of 193")', ["64", "193"]),
    "an alternative text": ("![Rank 64](x.png)", ["64"]),
    "between tags": ("<b>64</b>", ["64"]),
    "an entity": ("&#54;4", ["54", "4"]),
}


@pytest.mark.parametrize("name", PASSES)
def test_what_names_something_passes(name: str) -> None:
    assert typed(PASSES[name]) == []


@pytest.mark.parametrize("name", COUNTS)
def test_what_counts_or_measures_is_typed(name: str) -> None:
    text, expected = COUNTS[name]
    assert typed(text) == expected


def test_line_and_context_lead_to_the_place() -> None:
    text = "# Rank?\n\n```\n12\n```\nIndonesia stood at rank 64\nin 2024."
    [found] = typed_numbers(text)
    assert (found.text, found.line) == ("64", 6)
    assert "Indonesia stood at rank 64 in 2024." in found.context

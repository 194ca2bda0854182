"""What is coded for a country is said.

``python -m tests.countries`` sees a notebook that fails, and a silent one.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from countries import __main__ as tool
from countries.draw import STRATA, STUDIED, draw, strata
from countries.expected import NOTEBOOKS, left_out, record
from countries.judge import UNCODED, judge
from countries.report import by_reason

from egovstudy.data.tables.coded import what_is_coded
from egovstudy.errors import ArgumentError
from egovstudy.publish.words.registers import read_rows
from egovstudy.rerun.reproduce.notebooks import (
    Run,
    execute,
    notebook_paths,
    parameters_of,
    read_notebook,
)

PROJECT = Path(__file__).resolve().parents[2]


def test_it_is_said_what_is_coded_and_which_waves_miss() -> None:
    for iso3 in sorted({one for names in strata().values() for one in names[:28]}):
        told = what_is_coded(iso3)
        assert UNCODED.format(iso3) in told
        absent = [wave for wave, row in record(iso3).items() if not row["egdi_rank"]]
        line = next(line for line in told.splitlines() if line.startswith("EGDI: "))
        assert line.startswith(f"EGDI: ranked in {12 - len(absent)} of 12 waves")
        assert all(str(wave) in line for wave in absent), line
        flagged = [wave for wave, row in record(iso3).items() if row["flag"]]
        said = next((line for line in told.splitlines() if line.startswith("Flagged: ")), "")
        assert all(str(wave) in said for wave in flagged), told
        assert bool(said) == bool(flagged)


def test_only_of_indonesia_is_it_said_that_partnerships_are_coded() -> None:
    assert "are coded here" in what_is_coded(STUDIED)
    assert "is coded here" not in what_is_coded(STUDIED)
    assert "events with Indonesia: 0" in what_is_coded("PLW")
    assert "events with Indonesia: 0" not in what_is_coded("KOR")
    with pytest.raises(ArgumentError, match="no country 'VIE' in egdi"):
        what_is_coded("VIE")


def test_the_draw_is_one_draw_and_holds_hard_records() -> None:
    drawn = draw(20, 1)
    assert drawn == draw(20, 1) != draw(20, 2)
    assert drawn[:7] == draw(7, 1)
    names = [one.iso3 for one in drawn]
    assert len(set(names)) == 20
    assert STUDIED not in names
    assert {one.stratum for one in drawn} == STRATA.keys()
    assert all(one.iso3 in strata()[one.stratum] for one in drawn)
    assert len(draw(192, 3)) == 192
    with pytest.raises(ValueError, match="there are 192"):
        draw(193, 1)


def test_the_strata_hold_whom_one_would_name() -> None:
    found = strata()
    assert found["late"] == ["MNE", "SSD"]
    assert {"FSM", "TLS", "SRB", "PLW"} <= set(found["flagged"])
    assert {"CAF", "PRK", "GIN"} <= set(found["unranked"])
    assert {"TUV", "NRU", "PLW"} <= set(found["small"])
    assert {"KOR", "DNK", "SGP"} <= set(found["any"])
    assert sorted({one for names in found.values() for one in names} | {STUDIED}) == sorted(
        {
            row[0]
            for row in (
                line.split(",") for line in (PROJECT / "data/egdi.csv").read_text().splitlines()[1:]
            )
        }
    )


def test_what_must_be_left_out_is_known() -> None:
    assert all(left_out(notebook, STUDIED) == set() for notebook in NOTEBOOKS)
    assert left_out("01", "SSD") == {"rank of 2003"}
    assert left_out("02", "MNE") == {"2003 to 2004", "2004 to 2005", "2005 to 2008"}
    # Serbia's EGDI of 2005 was computed with an HCI of zero; its OSI stands in every wave.
    assert left_out("07", "SRB") == {"egdi from 2003"}
    assert left_out("09", "SRB") == set()
    assert left_out("09", "SSD") == {
        f"{one} from {start}" for one in ("osi", "osi_z", "tii") for start in (2003, 2008)
    }
    assert {"egdi from 2012", "egdi_z from 2012"} <= left_out("08", "CAF")


def test_the_notebooks_named_are_those_that_take_a_country() -> None:
    taking = [
        path.name[:2]
        for path in notebook_paths(PROJECT, [])
        if "country" in parameters_of(read_notebook(path))
    ]
    assert tuple(taking) == NOTEBOOKS


SAYS = [
    "from egovstudy.data.tables.coded import what_is_coded",
    "print(what_is_coded(country))",
    'print(f"2003: {country} is not ranked, so no number is kept.")',
]
FAKES = {
    "says": (SAYS, "says why", ""),
    "fails": ([*SAYS, "1 / 0"], "failed", "ZeroDivisionError: division by zero"),
    "silent": (SAYS[:2], "failed", "does not say that it leaves out rank of 2003"),
    "uncoded": (SAYS[2:], "failed", "does not say that nothing of this country is coded"),
    "needless": (
        [*SAYS, 'print(f"2024: {country} is not ranked, so no number is kept.")'],
        "failed",
        "leaves out rank of 2024, which can be had",
    ),
    "borrowed": (
        [*SAYS, 'print("treated since 2016-03-02")'],
        "failed",
        "shows 2016-03-02, the day of an act of Indonesia",
    ),
    "warns": (
        [*SAYS, "import sys", 'print("careful", file=sys.stderr)'],
        "failed",
        "writes on stderr: careful",
    ),
}


@pytest.mark.parametrize("name", FAKES)
def test_the_tool_sees_a_notebook_that_fails_or_does_not_say(name: str, tmp_path: Path) -> None:
    lines, kind, fault = FAKES[name]
    cells = [nbformat.v4.new_code_cell('country = "IDN"', metadata={"tags": ["parameters"]})]
    cells.append(nbformat.v4.new_code_cell("\n".join(lines)))
    path = tmp_path / "01-fake.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    verdict = judge(execute(path, tmp_path / "run", {"country": "SSD"}), "SSD", committed=tmp_path)
    assert verdict.kind == kind, verdict
    assert fault in "; ".join(verdict.faults)
    if kind == "says why":
        assert by_reason(verdict) == "rank of 2003: not ranked"


def test_what_is_published_is_judged_too(tmp_path: Path) -> None:
    """Indonesia's own published results, passed off as another country's."""
    run = execute_nothing(tmp_path / "01-fake.ipynb", PROJECT / "figures")
    faults = "; ".join(judge(run, "VNM").faults)
    acts = "DGCC, 2022, EGCC, 2018, Perpres 95, 2020, TBI, 2024"
    assert f"fig08c-osi-z is labelled {acts}, acts of Indonesia" in faults
    assert "fig01a-egdi-path speaks of Indonesia" in faults
    assert "the caption of fig01b-egdi-rank does not name Viet Nam" in faults
    assert "the number 01.rank_2018 is described as Indonesia's" in faults
    assert "does not publish" not in faults
    run = execute_nothing(tmp_path / "01-fake.ipynb", tmp_path)
    names = sorted(
        name for name in read_rows(PROJECT / "figures/manifest.csv") if name[3:5] == "01"
    )
    assert f"does not publish {', '.join(names)}" in "; ".join(judge(run, "VNM").faults)


def execute_nothing(path: Path, figures: Path) -> Run:
    return Run(path.stem, nbformat.v4.new_notebook(), figures, 0.0)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["--country", "IDN"], "No country IDN beside IDN"),
        (["--notebook", "03"], "Notebook 03 takes no country. These do: 01, 02, 07, 08, 09."),
        (["--count", "500"], "from 1 to 192 countries can be drawn"),
    ],
)
def test_a_wrong_wish_is_answered(
    words: list[str], answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool.main(words) == 2
    assert answer in capsys.readouterr().out

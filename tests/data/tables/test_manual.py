"""The coding manuals: current, the same in both languages, short, with code that runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import egovstudy as eg
from egovstudy.data.tables import manual, schema

DOCS = Path(__file__).resolve().parents[3] / "docs"
FILES = {"en": DOCS / "coding-manual.md", "id": DOCS / "coding-manual.id.md"}
TEXTS = {language: path.read_text(encoding="utf-8") for language, path in FILES.items()}
LISTS = (
    "instrument",
    "stage",
    "act-status",
    "level",
    "learning",
    "theme",
    "partner-type",
    "confidence",
    "date-basis",
)
WORDS_A_MINUTE, MINUTES = 200, 30


@pytest.mark.parametrize("language", FILES)
def test_the_manual_is_current(language: str) -> None:
    assert manual.render(TEXTS[language], language) == TEXTS[language], "run `egovstudy seal`"


@pytest.mark.parametrize("language", FILES)
def test_the_manual_holds_every_code_and_ruling(language: str) -> None:
    for name in LISTS:
        assert f"<!-- codes:{name} -->" in TEXTS[language]
        for code in eg.load(f"codes-{name}")["code"]:
            assert f"| `{code}` |" in TEXTS[language], code
    for ruling in eg.load("rulings")["ruling"]:
        assert f"| {ruling} |" in TEXTS[language], ruling


@pytest.mark.parametrize("language", FILES)
def test_the_manual_can_be_read_in_half_an_hour(language: str) -> None:
    prose = re.sub(r"<!--.*?-->|```.*?```|[|`*#-]", " ", TEXTS[language], flags=re.DOTALL)
    assert len(prose.split()) <= 1.05 * WORDS_A_MINUTE * MINUTES


def test_both_manuals_have_the_same_parts() -> None:
    for part in (
        r"^(#+)",
        r"^## (\d+)\.",
        r"\((r\d\d)[,)]",
        r"```.*?```",
        r"<!-- (\w+:?[\w-]*) -->",
    ):
        english, indonesian = (
            re.findall(part, TEXTS[one], re.MULTILINE | re.DOTALL) for one in ("en", "id")
        )
        assert english == indonesian
        assert english


def test_six_examples_are_worked_and_five_rest_on_evidence() -> None:
    shown = re.findall(r"<!-- example:([\w-]+) -->", TEXTS["en"])
    assert len(shown) == 6
    evidence = eg.load("evidence")
    held = evidence.groupby("event_id")["variable"].nunique()
    assert sum(held.get(event, 0) >= 10 for event in shown) == 5


def test_rulings_cited_in_the_manual_and_decisions_exist() -> None:
    known = set(eg.load("rulings")["ruling"])
    reasons = " ".join(
        [*eg.load("decisions")["reason"], *eg.load("adjudications")["reason"], TEXTS["en"]]
    )
    assert set(re.findall(r"\br\d\d\b", reasons)) <= known


def test_every_variable_to_code_has_a_ruling_or_codes() -> None:
    decided = set(eg.load("rulings")["variable"])
    for variable in (
        "date",
        "partner_id",
        "body_id",
        "instrument",
        "stage",
        "act_status",
        "level",
        "learning",
    ):
        assert variable in decided
    for variable in ("theme", "retrospective", "press_text", "confidence", "event_id"):
        assert variable in decided


def test_codebook_fields_have_example_and_counter_example() -> None:
    fields = schema.fields("events")
    free = {"city", "country_of_event"}
    for name, field in fields.items():
        assert name in free or (field.get("case") and field.get("not_this")), name
    for name in LISTS:
        frame = eg.load(f"codes-{name}")
        assert frame.notna().all().all(), name


def test_the_examples_in_the_manual_run(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", TEXTS["en"], re.DOTALL):
        exec(block, names)
    printed = capsys.readouterr().out
    assert "2024-12-05 (weekday_over_number)" in printed
    assert "cannot tell" in printed


def test_a_manual_that_shows_no_event_is_refused() -> None:
    with pytest.raises(eg.EgovstudyError, match="'kor-1999', which is no event"):
        manual.render("<!-- example:kor-1999 -->\n<!-- /example -->", "en")


def test_a_notebook_that_uses_a_weakly_agreed_variable_says_so() -> None:
    """No variable with a lower bound of alpha under 0.667 is used without its alpha beside it."""
    project = DOCS.parent
    alphas = pd.read_csv(project / "figures" / "tab04b-alpha.csv")
    blind = alphas[alphas["sample"].eq("s2") & alphas["passes"].eq("second and third")].set_index(
        "variable"
    )
    low = set(blind.index[blind["lower"].lt(0.667) | blind["alpha"].isna()])
    used_as = {"themes": ("core_scope", "theme")}
    for path in sorted((project / "notebooks").glob("[0-9]*.ipynb")):
        if path.stem.startswith("04"):
            continue
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code, prose = (
            "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == kind)
            for kind in ("code", "markdown")
        )
        if "load_events" not in code:
            continue
        for variable in low:
            if any(f'"{name}"' in code for name in used_as.get(variable, (variable,))):
                assert f"number:04.{variable}_s2_lower" in prose, (path.name, variable)

import json
import os
import random
import re
import shutil
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import lxml.etree as ET
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from egovstudy import ArgumentError, keep_number, use_venue
from egovstudy.publish.tables.grid import UNPRINTABLE, make_grid, printable
from egovstudy.publish.tables.latex import SIGNS, latex_text
from egovstudy.publish.tables.saving import html_table, save_table

NEEDS_LATEX = pytest.mark.skipif(
    shutil.which("pdflatex") is None or shutil.which("pdftotext") is None,
    reason="needs pdflatex and pdftotext (Debian: texlive-latex-base, poppler-utils)",
)
FRAME = pd.DataFrame({"wave": [2022, 2024], "egdi": [0.7160, 0.7991]}, index=[7, 9])


@pytest.fixture(autouse=True)
def folder(published):
    return published


def save(frame=FRAME, name="tab01a-waves", **changes):
    return save_table(frame, name, **{"caption": "Waves.", "note": "", **changes})


@pytest.mark.parametrize(
    "name", ["waves", "fig01a-waves", "tab1a-waves", "tab01a-Waves", "tab01a-a/b"]
)
def test_a_bad_name_is_refused_and_nothing_is_written(folder, name):
    with pytest.raises(ArgumentError, match="tab01a-waves"):
        save(name=name)
    assert list(folder.iterdir()) == []


def test_a_caption_is_required():
    with pytest.raises(ArgumentError, match="no caption"):
        save(caption=" ")


def test_digits_change_what_is_shown_and_not_the_data(folder):
    digest = save(digits=2).data_digest
    assert r"2024 & 0.80 \\" in (folder / "tab01a-waves.tex").read_text(encoding="utf-8")
    assert save(digits=4).data_digest == digest
    assert r"2024 & 0.7991 \\" in (folder / "tab01a-waves.tex").read_text(encoding="utf-8")


def test_the_digest_moves_in_the_fourth_digit_and_not_with_noise():
    digest = save().data_digest
    assert save(FRAME.assign(egdi=FRAME["egdi"] + 1e-4)).data_digest != digest
    assert save(FRAME.assign(egdi=FRAME["egdi"] + 1e-13)).data_digest == digest


def test_special_signs_of_latex_are_escaped(folder):
    save(pd.DataFrame({"a": ["\\ { } ~ ^ # $"]}), note="50 % & more_")
    tex = (folder / "tab01a-waves.tex").read_text(encoding="utf-8")
    assert r"\textbackslash{} \{ \} \textasciitilde{} \textasciicircum{} \# \$" in tex
    assert r"50 \% \& more\_" in tex


def test_the_sidecar_counts_rows(folder):
    saved = save()
    about = json.loads((folder / "tab01a-waves.json").read_text(encoding="utf-8"))
    assert (about["rows"], about["data_digest"]) == (2, saved.data_digest)
    assert set(about["sha256"]) == {"csv", "html", "tex"}


def about(folder, name="tab01a-waves"):
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def cells(frame, digits=3):
    return make_grid(frame, "tab99a-x", "", "", digits, "en").cells


def test_both_languages_are_kept_and_the_venues_is_drawn(folder):
    texts = {
        "caption": {"en": "Waves.", "id": "Gelombang."},
        "note": {"en": "A note.", "id": "Catatan."},
    }
    saved = save(**texts)
    assert "<caption>Waves.</caption>" in saved.html
    assert (about(folder)["caption"], about(folder)["language"]) == (texts["caption"], "en")
    use_venue("giq", language="id")
    saved = save(**texts)
    assert "<caption>Gelombang.</caption>" in saved.html
    assert r"\caption{Gelombang.}" in (folder / "tab01a-waves.tex").read_text(encoding="utf-8")
    assert "<caption>Waves.</caption>" in save().html


def test_kept_numbers_are_put_in_and_their_marks_kept(folder):
    keep_number("01.rise", 0.083, shown="0.083", unit="", description="Rise.")
    saved = save(caption="Rose by {{number:01.rise}}.", note="By {{number:01.rise}}.")
    assert "<caption>Rose by 0.083.</caption>" in saved.html
    assert about(folder)["note"] == {"en": "By 0.083."}
    assert about(folder)["note_keyed"] == {"en": "By {{number:01.rise}}."}
    assert about(folder)["caption_keyed"] == {"en": "Rose by {{number:01.rise}}."}
    with pytest.raises(ArgumentError, match=r"01\.rose.*Nearest: '01\.rise'"):
        save(note="{{number:01.rose}}")


def test_the_note_ends_with_what_it_cites(folder):
    save(note={"en": "A note.", "id": "Catatan."}, cites=["egdi"])
    source = "UN DESA, E-Government Knowledgebase, Data Center."
    assert about(folder)["note"] == {
        "en": f"A note. Source: {source}",
        "id": f"Catatan. Sumber: {source}",
    }
    assert about(folder)["note_keyed"] == about(folder)["note"]
    assert about(folder)["cites"] == ["egdi"]
    # A source by its own name, and two titles that are the same once.
    save(cites=["egdi", "un_files", "abc-indonesia-5a9c67"])
    assert (
        about(folder)["note"]["en"] == "Sources: UN DESA, E-Government Knowledgebase, Data Center; "
        "ABC Indonesia, Presiden Jokowi umumkan kabinet barunya."
    )
    with pytest.raises(
        ArgumentError, match="'egdy', which is no table and no source.*Nearest: 'egdi'"
    ):
        save(cites=["egdy"])
    with pytest.raises(ArgumentError, match=r"cites=\['egdi'\]"):
        save(cites="egdi")


def test_numbers_as_readers_write_them():
    frame = pd.DataFrame(
        {
            "wave": [2022, 2024],
            "people": [1200, 60_000],
            "gap": [-0.0825, np.nan],
            "counts with a gap": [9_999.0, np.nan],
            "large": [-12_345.678, np.inf],
            "change": [-3, 4],
            "flag": [True, False],
            "nullable": pd.array([12_000, None], dtype="Int64"),
            "mixed": pd.Series([0.5, "none"], dtype=object),
        }
    )
    assert cells(frame) == [
        ["2022", "1,200", "−0.083", "9999", "−12,345.678", "−3", "true", "12,000", "0.500"],
        ["2024", "60,000", "", "", "∞", "4", "false", "", "none"],
    ]


def test_figures_stand_to_the_right_and_words_to_the_left():
    frame = pd.DataFrame(
        {
            "country": ["IDN", "KOR"],
            "n": [1, 2],
            "interval": ["[−0.1, 0.2]", ""],
            "p": ["< 0.001", "0.040"],
            "date": ["2016-03-02", "2017"],
            "year": ["2016", "2017"],
            "share": ["31 %", "unknown"],
            "flag": [True, False],
        }
    )
    right = make_grid(frame, "tab99a-x", "", "", 3, "en").right
    assert dict(zip(frame, right, strict=True)) == {
        "country": False,
        "n": True,
        "interval": True,
        "p": True,
        "date": False,
        "year": False,
        "share": True,
        "flag": False,
    }


def test_a_named_index_is_a_column_and_another_is_not(folder):
    saved = save(FRAME.set_index("wave"))
    assert saved.data_digest == save().data_digest
    assert (folder / "tab01a-waves.csv").read_text() == "wave,egdi\n2022,0.716\n2024,0.7991\n"


@pytest.mark.parametrize(
    ("frame", "changes", "message"),
    [
        (FRAME.iloc[:0], {}, "no rows or no columns"),
        (FRAME[[]], {}, "no rows or no columns"),
        (FRAME["egdi"], {}, r"got a Series.*to_frame"),
        (FRAME.set_axis(["egdi", "egdi"], axis=1), {}, "more than one column named egdi"),
        (FRAME.rename_axis("wave"), {}, "more than one column named wave"),
        (FRAME.set_axis([1, "1"], axis=1), {}, "more than one column named 1"),
        (pd.concat({"a": FRAME}, axis=1), {}, "columns of 2 levels"),
        (FRAME, {"digits": -1}, "digits=-1"),
        (FRAME, {"digits": 2.5}, "digits=2.5"),
        (
            pd.DataFrame([[0.1] * 40]).add_prefix("column"),
            {},
            r"too wide for a page: its 40 columns need at least \d{3} mm",
        ),
        (FRAME, {"caption": "w " * 121}, "121 words"),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_written(folder, frame, changes, message):
    with pytest.raises(ArgumentError, match=message):
        save(frame, **changes)
    assert list(folder.iterdir()) == []


def test_html_can_be_walked_by_a_screen_reader(folder):
    frame = pd.DataFrame({"country": ["a & b", "<c>"], "n": [1, 2]})
    page = ET.fromstring(save(frame, note="A <note>.").html)
    assert page.get("lang") == "en"
    assert page.findtext("caption") == "Waves."
    assert [(head.text, head.get("scope")) for head in page.iterfind("thead/tr/th")] == [
        ("country", "col"),
        ("n", "col"),
    ]
    assert [(head.text, head.get("scope")) for head in page.iterfind("tbody/tr/th")] == [
        ("a & b", "row"),
        ("<c>", "row"),
    ]
    assert page.findtext("tfoot/tr/td") == "A <note>."
    twice = ET.fromstring(save(pd.DataFrame({"country": ["IDN", "IDN"], "n": [1, 2]})).html)
    assert twice.find("tbody/tr/th") is None


class Cells(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("th", "td", "caption"):
            self.found.append("")

    def handle_data(self, data):
        if self.found:
            self.found[-1] += data.strip("\n") if data.isspace() else data


@given(st.text(), st.text())
@example("</td><script>", "&amp; \x00\ufffe")
def test_html_gives_any_text_back(one, other):
    grid = make_grid(pd.DataFrame({"a": [one], "b": [other]}), "tab99a-x", one, "", 3, "en")
    page = html_table(grid)
    assert Cells(page).found == [printable(text) for text in (one, "a", "b", one, other)]
    ET.fromstring(page)


@given(st.text())
@example("---`'\"<<>>^^~~{}[]**\\")
def test_latex_leaves_no_sign_of_its_own(text):
    safe = latex_text(text)
    for made in sorted({made for made in SIGNS.values() if made}, key=len, reverse=True):
        safe = safe.replace(made, "")
    assert not re.search(r"[\\&%$#_~^<>|`\[*]", safe)
    assert not re.search(r"--|,,|''", safe)
    assert safe.replace("{}", "").count("{") == safe.replace("{}", "").count("}") == 0
    assert not UNPRINTABLE.search(safe)


def pages(folder, name):
    """Compile a table with the packages it names alone; give the log and the pages' text."""
    tex = (folder / f"{name}.tex").read_text(encoding="utf-8")
    needs = re.match(r"% \S+: (\\usepackage\{[a-z,]+\})\n", tex).group(1)
    paper = (
        rf"\documentclass{{article}}{needs}\begin{{document}}\input{{{name}.tex}}\end{{document}}"
    )
    (folder / "paper.tex").write_text(paper, encoding="utf-8")
    words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    for _ in range(2):  # a longtable's columns settle in the second run
        run = subprocess.run(words, cwd=folder, capture_output=True, check=False, timeout=120)
    log = run.stdout.decode("utf-8", "replace")
    assert run.returncode == 0, log[-2000:]
    text = subprocess.run(
        ["pdftotext", "-layout", "paper.pdf", "-"], cwd=folder, capture_output=True, check=True
    )
    assert b"/Type3" not in (folder / "paper.pdf").read_bytes()
    return log, text.stdout.decode("utf-8"), needs


LONG = (
    "The index is again the simple mean of its three components, as it was in the first waves of"
    " the survey."
)
DRAW = np.random.default_rng(0)


@NEEDS_LATEX
@pytest.mark.parametrize(
    ("frame", "needs"),
    [
        (FRAME, "booktabs"),
        (
            pd.DataFrame(
                {"wave": [2012] * 5, "what": [LONG] * 5, "basis": ["Stated by the publisher"] * 5}
            ),
            "booktabs,array",
        ),
        (pd.DataFrame(DRAW.normal(size=(4, 9))).add_prefix("mean_of_group_"), "booktabs"),
        (pd.DataFrame(DRAW.normal(size=(4, 16))).add_prefix("c"), "booktabs,rotating"),
        (pd.DataFrame(DRAW.normal(size=(90, 3))).add_prefix("c"), "booktabs,longtable"),
        (pd.DataFrame({"wave": range(30), "what": [LONG] * 30}), "booktabs,array,longtable"),
        (pd.DataFrame(DRAW.normal(size=(60, 16))).add_prefix("c"), "booktabs,longtable,lscape"),
    ],
    ids=["short", "text", "heads wrap", "wide", "long", "long text", "wide and long"],
)
def test_latex_compiles_and_fits_its_page(folder, frame, needs):
    save(frame, note="A note of some words. " * 12)
    log, text, named = pages(folder, "tab01a-waves")
    assert named == rf"\usepackage{{{needs}}}"
    assert not re.search(r"Overfull|too large|LaTeX Warning: Float", log), log
    assert "Waves." in text
    if "longtable" in needs:
        heads = re.findall(rf"^\f? *{frame.columns[0]} +{frame.columns[1]}", text, re.MULTILINE)
        assert len(heads) == text.count("\f") > 1


@NEEDS_LATEX
def test_latex_prints_any_sign_as_it_is(folder):
    draw = random.Random(0)
    signs = [chr(code) for code in range(33, 127)]
    drawn = ["".join(draw.choices(signs, k=12)) for _ in range(30)]
    drawn += [
        "[0.1, 0.2]",
        "*",
        "--- , ,, '' ``",
        "é ô ü Å ç ł ş ğ ß",
        "5 ≤ 6 − 7 ± 8 × 9",
        "R² α β ∞ –",
    ]
    save(
        pd.DataFrame({"first": drawn, "last": range(len(drawn))}),
        caption="[A] 100 %_#",
        note="^~\\",
    )
    log, text, _ = pages(folder, "tab01a-waves")
    assert "Warning" not in log.replace("LaTeX Warning: Label(s) may have changed. Rerun", "")

    def plain(raw):
        # Fonts print straight quotes as curly ones, accents and raised figures apart from their
        # letters.
        curly = str.maketrans(
            {
                "’": "'",
                "‘": "`",
                "”": '"',
                "−": "-",
                "–": "-",
                "ˆ": "^",
                "˜": "~",
                "∗": "*",
                "`": "'",
            }
        )
        flat = unicodedata.normalize("NFKD", raw.translate(curly).replace('"', "''"))
        # The underscore is a rule, not a letter.
        return "".join(
            sign
            for sign in flat
            if not sign.isspace() and not unicodedata.combining(sign) and sign != "_"
        )

    found = plain(text)
    for one in drawn[:30]:
        assert plain(one) in found, (one, text)
    for one in ("[0.1,0.2]", "5 ≤ 6 − 7 ± 8 × 9", "[A] 100 %_#", "é ô ü Å ç"):
        assert plain(one) in found, (one, text)


def test_letters_that_pdflatex_lacks_are_named(folder):
    save(pd.DataFrame({"quote": ["2012년"]}))
    first = (folder / "tab01a-waves.tex").read_text(encoding="utf-8").splitlines()[0]
    assert first.endswith("pdflatex has no letter for 년, lualatex and xelatex have")


def test_two_processes_write_the_same_bytes(tmp_path):
    code = (
        "import numpy as np, pandas as pd, egovstudy as eg\nframe = pd.DataFrame({'a': ['x', 'y &"
        " z'], 'b': [0.1, np.nan], 'c': [1, 20000]})\neg.save_table(frame, 'tab99a-x',"
        " caption={'en': 'One.', 'id': 'Satu.'}, note='A note.', cites=['egdi'])\n"
    )
    written = []
    for seed in ("1", "2"):
        target = tmp_path / seed
        extra = {
            "EGOVSTUDY_FIGURES": str(target),
            "EGOVSTUDY_EXPORT": "giq/column/id",
            "PYTHONHASHSEED": seed,
        }
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **extra, "TZ": f"UTC+{seed}"},
            check=True,
        )
        written.append({path.name: path.read_bytes() for path in sorted(Path(target).iterdir())})
    assert written[0] == written[1]
    assert {f"tab99a-x.{ending}" for ending in ("csv", "tex", "html", "docx", "json")} < set(
        written[0]
    )

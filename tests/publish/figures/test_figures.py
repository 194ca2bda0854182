import base64
import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from PIL import Image

import egovstudy
from egovstudy import ArgumentError, EgovstudyError
from egovstudy.publish.figures import saving as figures
from egovstudy.publish.figures.formats import measured_mm, whole_pixels
from egovstudy.publish.figures.saving import save_figure
from egovstudy.publish.plots.canvas import new_axes
from egovstudy.publish.plots.lines import plot_path
from egovstudy.publish.style.venues import VENUES, use_venue
from egovstudy.publish.words.numbers import keep_number
from egovstudy.publish.words.rounding import canonical, canonical_csv, digest

DATA = pd.DataFrame({"iso3": "IDN", "wave": [2020, 2022, 2024], "egdi": [0.6612, 0.7160, 0.7991]})
WORDS = {
    "caption": "EGDI of Indonesia. Source: UN DESA.",
    "alt": "Three points, <rising> & joined.",
}


@pytest.fixture(autouse=True)
def folder(published):
    return published


def save(data=DATA, name="fig01a-path", **changes):
    return save_figure(plot_path(data), name, data=data, **{**WORDS, **changes})


@pytest.mark.parametrize(
    ("venue", "width"), [(v.name, w) for v in VENUES.values() for w in v.widths_mm]
)
def test_every_file_has_the_venues_exact_size_and_legible_text(folder, monkeypatch, venue, width):
    monkeypatch.setenv("EGOVSTUDY_EXPORT", f"{venue}/{width}/en")
    use_venue(venue, width)
    ax = new_axes(31.7)
    ax.plot([2022, 2024], [0.7, 0.8])
    ax.set_xticks([2022, 2024])
    save_figure(ax, "fig01a-path", data=DATA, **WORDS)
    mm = VENUES[venue].widths_mm[width]
    for ending in ("pdf", "svg", "eps", "png", "tiff"):
        raw = (folder / f"fig01a-path.{ending}").read_bytes()
        assert measured_mm(ending, raw) == pytest.approx((mm, 31.7), abs=0.01), ending
    for ending in ("png", "tiff"):
        with Image.open(folder / f"fig01a-path.{ending}") as picture:
            assert 600 <= round(float(picture.info["dpi"][0])) <= 660
    assert json.loads((folder / "fig01a-path.json").read_text())["min_pt"] >= VENUES[venue].min_pt


def test_what_rounding_alone_makes_is_not_drawn(folder):
    """A gap of 0 was 1e-17 on one processor and -1e-17 on another: -0 in the PDF."""
    drawn = []
    for noise in (0.0, 1e-17, -3e-16):
        ax = new_axes(60)
        gaps = [noise, 0.0, -noise, 0.1 + noise]
        ax.plot([2012, 2014, 2016, 2018], gaps, marker="o", label="gap")
        ax.scatter([2012, 2014, 2016, 2018], gaps, color="#882255")
        save_figure(ax, "fig01a-path", data=DATA, **WORDS)
        drawn.append(
            [
                (folder / f"fig01a-path.{ending}").read_bytes()
                for ending in ("pdf", "svg", "png", "marks.csv")
            ]
        )
        plt.close(ax.figure)
    assert drawn[0] == drawn[1] == drawn[2]


def test_sizes_measured_by_others(folder, monkeypatch):
    monkeypatch.setenv("EGOVSTUDY_EXPORT", "giq/column/en")
    use_venue("giq", "column")
    save()
    from pypdf import PdfReader

    box = PdfReader(folder / "fig01a-path.pdf").pages[0].mediabox
    assert (float(box.width) / 72 * 25.4, float(box.height) / 72 * 25.4) == pytest.approx(
        (90, 80), abs=0.01
    )
    svg = ET.parse(folder / "fig01a-path.svg").getroot()
    assert [
        float(svg.get(side).removesuffix("pt")) / 72 * 25.4 for side in ("width", "height")
    ] == pytest.approx([90, 80], abs=0.01)
    raw = (folder / "fig01a-path.png").read_bytes()
    at = raw.index(b"pHYs") + 4
    wide, high, per_x, per_y = (
        int.from_bytes(raw[i : i + 4], "big") for i in (16, 20, at, at + 4)
    )  # the PNG's own header and pHYs chunk, read by hand
    assert (1000 * wide / per_x, 1000 * high / per_y) == pytest.approx((90, 80), abs=0.01)
    box = re.search(
        r"%%HiResBoundingBox: 0\S* 0\S* (\S+) (\S+)",
        (folder / "fig01a-path.eps").read_text("latin-1"),
    )
    assert [float(one) / 72 * 25.4 for one in box.groups()] == pytest.approx([90, 80], abs=0.01)


def test_whole_pixels_fit_any_size():
    for tenth in range(300, 2600, 37):
        width, height, per_metre = whole_pixels(tenth / 10, 240 - tenth / 13, 200)
        assert abs(width / per_metre * 1000 - tenth / 10) <= 0.01
        assert abs(height / per_metre * 1000 - (240 - tenth / 13)) <= 0.01


def test_the_usual_run_writes_no_heavy_format(folder):
    save()
    endings = ("csv", "json", "marks.csv", "pdf", "png", "svg")
    wanted = {"manifest.csv", *(f"fig01a-path.{ending}" for ending in endings)}
    assert {file.name for file in folder.iterdir()} == wanted
    with Image.open(folder / "fig01a-path.png") as picture:
        assert 200 <= round(picture.info["dpi"][0]) <= 220


def test_tiff_is_flat_rgb_with_lzw_and_eps_is_plain(folder, monkeypatch):
    monkeypatch.setenv("EGOVSTUDY_EXPORT", "plos/full/en")
    use_venue("plos")
    save()
    with Image.open(folder / "fig01a-path.tiff") as picture:
        assert (picture.mode, picture.info["compression"], picture.n_frames) == (
            "RGB",
            "tiff_lzw",
            1,
        )
        assert WORDS["alt"] in picture.tag_v2[270]
        assert not {306, 305, 338} & set(picture.tag_v2), (
            "no date, no software, no extra (alpha) sample"
        )
    eps = (folder / "fig01a-path.eps").read_text("latin-1")
    assert eps.startswith("%!PS-Adobe-3.0 EPSF-3.0")
    assert "%%Title: EGDI of Indonesia" in eps
    assert "CreationDate" not in eps
    assert "/FontType 42" in eps
    assert "/FontType 3" not in eps


def test_type_3_fonts_are_refused(folder, monkeypatch):
    style = figures.current_venue().style()
    monkeypatch.setattr(figures.Setting, "style", lambda self: {**style, "pdf.fonttype": 3})
    with pytest.raises(EgovstudyError, match="the PDF holds a Type 3 font"):
        save()
    assert list(folder.iterdir()) == []


def test_transparency_is_refused_in_every_run(folder):
    ax = plot_path(DATA)
    ax.fill_between([2020, 2024], [0.6, 0.7], [0.7, 0.8], color="#8494A4", alpha=0.3, label="band")
    with pytest.raises(
        EgovstudyError, match=r"'band' is drawn with alpha 0\.3\. EPS has no transparency.*solid"
    ):
        save_figure(ax, "fig01a-path", data=DATA, **WORDS)
    assert list(folder.iterdir()) == []


def test_a_style_that_crops_is_caught_and_nothing_is_written(folder, monkeypatch):
    monkeypatch.setattr(mpl.figure.Figure, "savefig", _cropping(mpl.figure.Figure.savefig))
    with pytest.raises(EgovstudyError, match=r"PDF came out .* mm wide, not 140 mm"):
        save()
    assert list(folder.iterdir()) == []


def _cropping(savefig):
    return lambda *args, **kwargs: savefig(*args, **kwargs, bbox_inches="tight")


def test_fonts_are_embedded_as_type_42_and_only_the_bundled_one(folder):
    save()
    raw = (folder / "fig01a-path.pdf").read_bytes()
    plain = raw + b"".join(_inflated(raw))
    assert b"/Type3" not in plain
    assert b"/FontFile2" in plain
    names = set(re.findall(rb"/FontName /(?:[A-Z]{6}\+)?([A-Za-z-]+)", plain))
    assert names == {b"LiberationSans", b"LiberationSans-Bold"}


def _inflated(raw):
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL):
        try:
            yield zlib.decompress(stream)
        except zlib.error:
            continue


def test_svg_holds_searchable_text_a_title_and_the_alt_text(folder):
    save()
    text = (folder / "fig01a-path.svg").read_text(encoding="utf-8")
    root = ET.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == "EGDI of Indonesia"
    assert root.find(f"{space}desc").text == WORDS["alt"]
    assert "Indonesia" in {element.text for element in root.iter(f"{space}text")}
    assert "'Liberation Sans', Arial" in text


def test_metadata_of_png_and_pdf(folder):
    save()
    with Image.open(folder / "fig01a-path.png") as picture:
        assert picture.text == {"Title": "EGDI of Indonesia", "Description": WORDS["alt"]}
    raw = (folder / "fig01a-path.pdf").read_bytes()
    assert b"/Title (EGDI of Indonesia)" in raw
    assert b"/CreationDate" not in raw
    assert b"Matplotlib v" not in raw


SCRIPT = """
import pandas as pd
from egovstudy.publish.figures.saving import save_figure
from egovstudy.publish.plots.bars import plot_decomposition
from egovstudy.publish.plots.lines import plot_path
words = {"caption": "C.", "alt": "A."}
data = pd.DataFrame({"iso3": "IDN", "wave": [2020, 2022, 2024], "egdi": [0.6612, 0.7160, 0.7991]})
save_figure(plot_path(data), "fig01a-path", data=data, **words)
parts = pd.DataFrame({"component": ["osi", "tii"], "contribution": [.1, -.2]})
parts = parts.assign(wave_from=2022, wave_to=2024)
save_figure(plot_decomposition(parts), "fig02a-parts", data=parts, **words)
"""


def test_two_processes_on_two_days_in_two_folders_write_the_same_bytes(tmp_path):
    found = []
    # 3.12 and 3.13 with the same pins: name their interpreters in EGOVSTUDY_PYTHONS, joined by ':'.
    others = [one for one in os.environ.get("EGOVSTUDY_PYTHONS", "").split(":") if one]
    for seed, python in enumerate([sys.executable, sys.executable, *others]):
        place = tmp_path / f"run {seed}"
        place.mkdir()
        env = {
            **os.environ,
            "EGOVSTUDY_FIGURES": str(place / "figures"),
            "PYTHONHASHSEED": str(seed),
        }
        env |= {
            "PYTHONPATH": _source(),
            "EGOVSTUDY_EXPORT": "giq/middle/en",
            "TZ": ("UTC", "Asia/Jakarta")[seed % 2],
        }
        env.pop("SOURCE_DATE_EPOCH", None)
        if seed % 2:
            env["SOURCE_DATE_EPOCH"] = "86400"
        subprocess.run([python, "-c", SCRIPT], cwd=place, env=env, check=True)
        files = sorted((place / "figures").iterdir())
        found.append({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files})
    assert len(found[0]) == 2 * 8 + 1
    assert all(one == found[0] for one in found[1:])


def _source():
    return os.path.dirname(os.path.dirname(egovstudy.__file__))


def test_the_environment_and_the_style_are_as_before(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "5")
    before = dict(mpl.rcParams)
    save()
    assert os.environ["SOURCE_DATE_EPOCH"] == "5"
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == [], "a saved figure is closed, so that no backend shows it twice"


def test_the_digest_moves_with_the_data_and_not_with_the_platforms_noise():
    digest = save().data_digest
    other = DATA.assign(egdi=DATA["egdi"] + [0, 0.0001, 0])
    noisy = DATA.assign(egdi=DATA["egdi"] + 1e-13)
    assert save(other).data_digest != digest
    assert save(noisy).data_digest == digest
    assert save(DATA.iloc[::-1]).data_digest != digest


def test_canonical_text():
    rows = pd.DataFrame(
        {"a": [0.1 + 0.2, -1e-17], "b": [True, False], "c": ["x,y", None], "d": [1, 2]}
    )
    assert canonical_csv(rows) == 'a,b,c,d\n0.3,true,"x,y",1\n0,false,,2\n'
    assert canonical(pd.Timestamp("2024-09-17")) == "2024-09-17"
    assert canonical(2 / 3) == "0.6666666667"
    assert [canonical(value, 7) for value in (2 / 3, 123456785.0, 0.12345675, 7, float("inf"))] == [
        "0.6666667",
        "1.234568e+08",
        "0.1234568",
        "7",
        "inf",
    ]


def test_digests_look_at_seven_digits_and_noise_never_tips_a_tie():
    tie = pd.Series([0.12345675], name="gap")
    assert digest(tie) == digest(tie - 1e-15) == digest(tie + 1e-15)
    assert digest(tie) == digest(tie * (1 + 1e-8))
    assert digest(tie) != digest(tie * (1 + 1e-6))


def test_what_a_notebook_shows(folder):
    saved = save()
    bundle, metadata = saved._repr_mimebundle_()
    about = json.loads((folder / "fig01a-path.json").read_text(encoding="utf-8"))
    assert (
        bundle["text/plain"]
        == f"fig01a-path | 140.0 x 80.0 mm | 3 rows | data digest {about['data_digest']} | "
        f"marks digest {about['marks_digest']}"
    )
    assert re.fullmatch(
        "[0-9a-f]{12} [0-9a-f]{12}", f"{about['data_digest']} {about['marks_digest']}"
    )
    assert base64.b64decode(bundle["image/png"]) == (folder / "fig01a-path.png").read_bytes()
    assert metadata["image/png"]["alt"] == WORDS["alt"]


def test_sidecar_and_manifest_hold_the_hashes(folder):
    save(cites=["egdi", "waves"])
    about = json.loads((folder / "fig01a-path.json").read_text(encoding="utf-8"))
    assert set(about["sha256"]) == {"csv", "marks.csv", "pdf", "png", "svg"}
    for ending in about["sha256"]:
        raw = (folder / f"fig01a-path.{ending}").read_bytes()
        assert about["sha256"][ending] == hashlib.sha256(raw).hexdigest()
    assert about["data_digest"] == digest(DATA)
    assert about["colour"] == {"contrast": 6.3, "difference": None}
    (row,) = csv.DictReader((folder / "manifest.csv").read_text(encoding="utf-8").splitlines())
    assert (row["name"], row["kind"], row["notebook"], row["cites"]) == (
        "fig01a-path",
        "figure",
        "01",
        "egdi waves",
    )
    assert row["sha256"] == hashlib.sha256((folder / "fig01a-path.json").read_bytes()).hexdigest()


def test_the_manifest_is_the_same_in_any_order(folder):
    names = ["fig02a-two", "fig01b-more", "fig01a-path"]
    for name in names:
        save(name=name)
    first = (folder / "manifest.csv").read_bytes()
    (folder / "manifest.csv").unlink()
    for name in sorted(names):
        save(name=name)
    assert (folder / "manifest.csv").read_bytes() == first


@pytest.mark.parametrize(
    "name", ["path", "fig1a-path", "fig01-path", "fig01a-Path", "fig01a-", "fig01a-a/b"]
)
def test_a_name_that_tells_no_notebook_is_refused(name):
    with pytest.raises(ArgumentError, match="fig01a-egdi-path"):
        save(name=name)


def test_caption_and_alt_are_required_and_short():
    with pytest.raises(
        ArgumentError, match=r"fig01a-path: the alt text \(language en\) has 41 words; at most 40"
    ):
        save(alt="word " * 41)
    with pytest.raises(ArgumentError, match=r"the alt text \(language id\) has 41 words"):
        save(alt={"en": "Three points.", "id": "kata " * 41})
    with pytest.raises(
        ArgumentError,
        match=r"fig01a-path has no alt text \(language en\). Say what the figure shows",
    ):
        save(alt=" ")
    with pytest.raises(ArgumentError, match=r"fig01a-path has no caption \(language en\)"):
        save(caption="")
    with pytest.raises(ArgumentError, match=r"no caption \(language id\)"):
        save(caption={"en": "EGDI.", "id": ""})
    with pytest.raises(ArgumentError, match="the caption .* has 121 words; at most 120"):
        save(caption="word " * 121)
    with pytest.raises(ArgumentError, match="caption has no English text"):
        save(caption={"id": "EGDI."})
    with pytest.raises(
        ArgumentError, match="alt has no language 'in'. Languages: en, id. Nearest: 'id'"
    ):
        save(alt={"en": "Points.", "in": "Titik."})
    with pytest.raises(ArgumentError, match="caption is no text"):
        save(caption=None)


def test_numbers_of_a_caption_are_resolved_and_kept_as_marks(folder):
    keep_number("01.rank", 64, shown="64", unit="", description="Rank.")
    texts = {
        "en": "Rank {{number:01.rank}}. Source: UN.",
        "id": "Peringkat {{number:01.rank}}. Sumber: PBB.",
    }
    saved = save(caption=texts, alt="Rank {{number:01.rank}}.")
    about = json.loads((folder / "fig01a-path.json").read_text(encoding="utf-8"))
    assert about["caption"] == {"en": "Rank 64. Source: UN.", "id": "Peringkat 64. Sumber: PBB."}
    assert about["caption_keyed"] == texts
    assert (about["alt"], about["alt_keyed"]) == (
        {"en": "Rank 64."},
        {"en": "Rank {{number:01.rank}}."},
    )
    assert saved.alt == "Rank 64."
    (row,) = csv.DictReader((folder / "manifest.csv").read_text(encoding="utf-8").splitlines())
    assert row["caption"] == "Rank 64. Source: UN."
    with pytest.raises(ArgumentError, match="no number '01.rnk' is kept.*Nearest: '01.rank'"):
        save(name="fig01b-path", caption="Rank {{number:01.rnk}}.")
    with pytest.raises(
        ArgumentError, match="in single braces.*inside an f-string four: {{{{number:01.rank}}}}"
    ):
        save(name="fig01b-path", caption="Rank {number:01.rank}.")
    assert not list(folder.glob("fig01b*"))


def test_the_files_speak_the_venues_language(folder):
    use_venue("giq", language="id")
    words = {
        "caption": {"en": "EGDI path.", "id": "Jalur EGDI."},
        "alt": {"en": "Points.", "id": "Titik."},
    }
    saved = save(**words)
    root = ET.parse(folder / "fig01a-path.svg").getroot()
    assert root.find("{http://www.w3.org/2000/svg}title").text == "Jalur EGDI"
    assert root.find("{http://www.w3.org/2000/svg}desc").text == saved.alt == "Titik."
    about = json.loads((folder / "fig01a-path.json").read_text(encoding="utf-8"))
    assert (about["language"], about["alt"]) == ("id", words["alt"])
    assert save(name="fig01b-path").alt == WORDS["alt"], (
        "without an Indonesian text the English one stands"
    )


def test_small_text_is_refused_by_name(folder):
    ax = plot_path(DATA)
    ax.text(2021, 0.75, "tiny", fontsize=6.5)
    with pytest.raises(EgovstudyError, match=r"'tiny' is set in 6\.5 pt; this venue wants 7 pt"):
        save_figure(ax, "fig01a-path", data=DATA, **WORDS)
    assert list(folder.iterdir()) == []


def test_overlapping_text_is_refused_by_name():
    ax = plot_path(DATA)
    ax.text(2021, 0.75, "first")
    ax.text(2021.1, 0.75, "second")
    with pytest.raises(
        EgovstudyError, match="'first' overlaps 'second'.*too dense for 140.0 x 80.0 mm"
    ) as caught:
        save_figure(ax, "fig01a-path", data=DATA, **WORDS)
    assert (
        "text from 7 pt: take a wider width of giq: width='full' (190 mm); make the figure higher"
        in str(caught.value)
    )


def test_a_figure_without_room_for_its_axes_is_refused():
    ax = new_axes(10)
    ax.set_xlabel("one\ntwo\nthree\nfour")
    with pytest.raises(
        EgovstudyError, match="no room is left for the axes.*too dense for 140.0 x 10.0 mm"
    ):
        save_figure(ax, "fig01a-path", data=DATA, **WORDS)


def test_a_sign_that_the_font_lacks_is_refused():
    ax = plot_path(DATA)
    ax.set_xlabel("\N{GRINNING FACE}")
    with pytest.raises(EgovstudyError, match="font has no sign for .*GRINNING FACE"):
        save_figure(ax, "fig01a-path", data=DATA, **WORDS)


def test_a_missing_font_is_named(folder, monkeypatch, tmp_path_factory):
    monkeypatch.setattr("egovstudy.publish.style.venues.FONT_DIR", tmp_path_factory.mktemp("fonts"))
    with pytest.raises(
        EgovstudyError,
        match=r"font files are missing from .*LiberationSans-Regular\.ttf.*Reinstall",
    ):
        save()
    assert list(folder.iterdir()) == []


def test_text_beyond_the_edge_is_refused_by_name():
    ax = plot_path(DATA)
    ax.figure.text(0.95, 0.5, "far too long to fit")
    with pytest.raises(EgovstudyError, match="'far too long to fit' is cut off"):
        save_figure(ax, "fig01a-path", data=DATA, **WORDS)


def test_hidden_text_does_not_count():
    ax = plot_path(DATA)
    ax.text(2021, 0.75, "tiny", fontsize=3, visible=False)
    save_figure(ax, "fig01a-path", data=DATA, **WORDS)


def test_a_figure_opened_elsewhere_gets_width_and_font(folder):
    _, ax = plt.subplots(figsize=(4, 3))
    ax.plot([1, 2], [1, 2])
    saved = save_figure(ax, "fig01a-own", data=DATA, **WORDS)
    assert saved.width_mm == 140
    assert b"DejaVu" not in (folder / "fig01a-own.pdf").read_bytes()


def test_a_figure_higher_than_the_venue_allows_is_refused():
    with pytest.raises(ArgumentError, match=r"300\.0 mm high; giq allows 240 mm"):
        save_figure(new_axes(300), "fig01a-high", data=DATA, **WORDS)

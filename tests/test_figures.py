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

from egovstudy import ArgumentError, EgovstudyError
from egovstudy.publish import figures
from egovstudy.publish.canonical import canonical, canonical_csv
from egovstudy.publish.canvas import new_axes
from egovstudy.publish.figures import save_figure
from egovstudy.publish.plots import plot_path
from egovstudy.publish.tables import save_table
from egovstudy.publish.venues import VENUES, use_venue

DATA = pd.DataFrame({"iso3": "IDN", "wave": [2020, 2022, 2024], "egdi": [0.6612, 0.7160, 0.7991]})
WORDS = {"caption": "EGDI of Indonesia. Source: UN DESA.", "alt": "Three points, <rising> & joined."}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EGOVSTUDY_FIGURES", str(tmp_path))
    use_venue("giq")
    yield tmp_path
    use_venue("giq")
    plt.close("all")


def save(data=DATA, name="fig01a-path", **changes):
    return save_figure(plot_path(data), name, data=data, **{**WORDS, **changes})


@pytest.mark.parametrize(("venue", "width"), [(v.name, w) for v in VENUES.values() for w in v.widths_mm])
def test_the_files_have_the_venues_exact_width(folder, venue, width):
    use_venue(venue, width)
    save()
    mm = VENUES[venue].widths_mm[width]
    box = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", (folder / "fig01a-path.pdf").read_bytes())
    assert float(box.group(1)) / 72 * 25.4 == pytest.approx(mm, abs=0.01)
    svg = ET.parse(folder / "fig01a-path.svg").getroot()
    assert float(svg.get("width").removesuffix("pt")) / 72 * 25.4 == pytest.approx(mm, abs=0.01)
    with Image.open(folder / "fig01a-path.png") as picture:
        # PNG counts whole pixels of 0.127 mm.
        assert picture.width / 200 * 25.4 == pytest.approx(mm, abs=0.13)
    assert json.loads((folder / "fig01a-path.json").read_text())["min_pt"] >= VENUES[venue].min_pt


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
from egovstudy.publish.figures import save_figure
from egovstudy.publish.plots import plot_decomposition, plot_path
words = {"caption": "C.", "alt": "A."}
data = pd.DataFrame({"iso3": "IDN", "wave": [2020, 2022, 2024], "egdi": [0.6612, 0.7160, 0.7991]})
save_figure(plot_path(data), "fig01a-path", data=data, **words)
parts = pd.DataFrame({"wave_from": 2022, "wave_to": 2024, "component": ["osi", "tii"], "contribution": [.1, -.2]})
save_figure(plot_decomposition(parts), "fig02a-parts", data=parts, **words)
"""


def test_two_processes_in_two_folders_write_the_same_bytes(tmp_path):
    found = []
    # 3.12 and 3.13 with the same pins: name their interpreters in EGOVSTUDY_PYTHONS, joined by ':'.
    others = [one for one in os.environ.get("EGOVSTUDY_PYTHONS", "").split(":") if one]
    for seed, python in enumerate([sys.executable, sys.executable, *others]):
        place = tmp_path / f"run {seed}"
        place.mkdir()
        env = {**os.environ, "EGOVSTUDY_FIGURES": str(place / "figures"), "PYTHONHASHSEED": str(seed)}
        env["PYTHONPATH"] = _source()
        env.pop("SOURCE_DATE_EPOCH", None)
        subprocess.run([python, "-c", SCRIPT], cwd=place, env=env, check=True)
        files = sorted((place / "figures").iterdir())
        found.append({file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files})
    assert len(found[0]) == 2 * 5 + 1
    assert all(one == found[0] for one in found[1:])


def _source():
    return os.path.dirname(os.path.dirname(os.path.dirname(figures.__file__)))


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
    rows = pd.DataFrame({"a": [0.1 + 0.2, -1e-17], "b": [True, False], "c": ["x,y", None], "d": [1, 2]})
    assert canonical_csv(rows) == 'a,b,c,d\n0.3,true,"x,y",1\n0,false,,2\n'
    assert canonical(pd.Timestamp("2024-09-17")) == "2024-09-17"
    assert canonical(2 / 3) == "0.6666666667"


def test_what_a_notebook_shows(folder):
    saved = save()
    bundle, metadata = saved._repr_mimebundle_()
    assert re.fullmatch(r"fig01a-path \| 140\.0 x 80\.0 mm \| 3 rows \| data digest [0-9a-f]{12}", bundle["text/plain"])
    assert base64.b64decode(bundle["image/png"]) == (folder / "fig01a-path.png").read_bytes()
    assert metadata["image/png"]["alt"] == WORDS["alt"]


def test_sidecar_and_manifest_hold_the_hashes(folder):
    save(cites=["egdi", "waves"])
    about = json.loads((folder / "fig01a-path.json").read_text(encoding="utf-8"))
    for ending in ("csv", "pdf", "png", "svg"):
        raw = (folder / f"fig01a-path.{ending}").read_bytes()
        assert about["sha256"][ending] == hashlib.sha256(raw).hexdigest()
    assert about["data_digest"] == about["sha256"]["csv"][:12]
    (row,) = csv.DictReader((folder / "manifest.csv").read_text(encoding="utf-8").splitlines())
    assert (row["name"], row["kind"], row["notebook"], row["cites"]) == ("fig01a-path", "figure", "01", "egdi waves")
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


@pytest.mark.parametrize("name", ["path", "fig1a-path", "fig01-path", "fig01a-Path", "fig01a-", "fig01a-a/b"])
def test_a_name_that_tells_no_notebook_is_refused(name):
    with pytest.raises(ArgumentError, match="fig01a-egdi-path"):
        save(name=name)


def test_caption_and_alt_are_required():
    with pytest.raises(ArgumentError, match="alt has 41 words"):
        save(alt="word " * 41)
    with pytest.raises(ArgumentError, match="alt has 0 words"):
        save(alt=" ")
    with pytest.raises(ArgumentError, match="no caption"):
        save(caption="")


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
    with pytest.raises(EgovstudyError, match="'first' overlaps 'second'"):
        save_figure(ax, "fig01a-path", data=DATA, **WORDS)


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


def test_tables(folder):
    frame = pd.DataFrame({"name_en": ["a & b", "50 %"], "gap": [-0.0825, float("nan")], "n": [1200, 2]})
    saved = save_table(frame, "tab01a-two", caption="Two rows.", note="A <note>.")
    tex = (folder / "tab01a-two.tex").read_text(encoding="utf-8")
    assert r"\begin{tabular}{lrr}" in tex
    assert r"name\_en & gap & n \\" in tex
    assert r"a \& b & $-$0.083 & 1200 \\" in tex
    page = (folder / "tab01a-two.html").read_text(encoding="utf-8")
    assert "A &lt;note&gt;." in page
    ET.fromstring(page)
    assert saved._repr_mimebundle_()["text/html"] == page
    assert (folder / "tab01a-two.csv").read_text() == "name_en,gap,n\na & b,-0.0825,1200\n50 %,,2\n"
    (row,) = csv.DictReader((folder / "manifest.csv").read_text(encoding="utf-8").splitlines())
    assert (row["kind"], row["data_digest"]) == ("table", saved.data_digest)
    with pytest.raises(ArgumentError, match="no rows"):
        save_table(frame.iloc[:0], "tab01a-two", caption="None.", note="")

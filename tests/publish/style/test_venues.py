import pytest

import egovstudy as eg
from egovstudy import ArgumentError, EgovstudyError
from egovstudy.publish.style import venues
from egovstudy.publish.style.venues import (
    FONT,
    FONT_DIR,
    VENUES,
    current_venue,
    register_fonts,
    use_venue,
)


def test_widths_are_those_of_the_venues_guides():
    widths = {name: sorted(venue.widths_mm.values()) for name, venue in VENUES.items()}
    assert widths == {
        "giq": [90, 140, 190],
        "nature": [89, 183],
        "plos": [66.8, 190.5],
        "pnas": [87, 114, 178],
        "science": [55, 120],
        "agu": [95, 190],
        "word": [165],
        "slides": [254],
        "thesis": [150],
    }
    assert all(venue.min_pt <= venue.text_pt for venue in VENUES.values())
    smallest = {name: venue.min_pt for name, venue in VENUES.items()}
    assert smallest == {
        "giq": 7,
        "nature": 5,
        "plos": 8,
        "pnas": 7,
        "science": 7,
        "agu": 7,
        "word": 9,
        "slides": 16,
        "thesis": 10,
    }
    assert (VENUES["nature"].max_height_mm, VENUES["plos"].max_height_mm) == (170, 222.3)
    assert all(0 < venue.max_height_mm <= 240 for venue in VENUES.values())


def test_an_unknown_venue_or_width_is_refused_with_the_nearest():
    with pytest.raises(ArgumentError, match="Nearest: 'nature'"):
        use_venue("natur")
    with pytest.raises(
        ArgumentError,
        match="giq has no width 'colum'. Widths: middle, column, full. Nearest: 'column'",
    ):
        use_venue("giq", width="colum")
    with pytest.raises(ArgumentError, match="Widths: column, full"):
        use_venue("nature", width="middle")
    with pytest.raises(ArgumentError, match="width_mm=0"):
        use_venue(width_mm=0)
    with pytest.raises(ArgumentError, match="Languages: en, id"):
        use_venue(language="fr")
    assert current_venue().venue == "giq", "a refused call must change nothing"


def test_a_venue_that_is_not_here():
    chosen = use_venue(width_mm=120, min_pt=9)
    assert (chosen.venue, chosen.width_mm, chosen.min_pt, chosen.text_pt) == ("custom", 120, 9, 9)
    assert current_venue() is chosen


def test_the_bundled_font_wins_over_the_machines_own():
    from matplotlib.font_manager import FontProperties, findfont

    register_fonts(FONT_DIR)
    for weight, file in (("normal", "Regular"), ("bold", "Bold")):
        assert findfont(FontProperties(family=FONT, weight=weight)) == str(
            FONT_DIR / f"LiberationSans-{file}.ttf"
        )
    assert "SIL OPEN FONT LICENSE" in (FONT_DIR / "LICENSE.txt").read_text(encoding="utf-8")


def test_a_missing_font_file_is_named(tmp_path, monkeypatch):
    (tmp_path / "LiberationSans-Regular.ttf").write_bytes(b"")
    monkeypatch.setattr(venues, "FONT_DIR", tmp_path)
    with pytest.raises(
        EgovstudyError, match=r"missing from .*LiberationSans-Bold\.ttf, LiberationSans-Italic\.ttf"
    ):
        current_venue().style()


@pytest.fixture
def _no_venue_chosen(monkeypatch):
    """As in a fresh process."""
    monkeypatch.setattr(venues, "_current", None)


@pytest.mark.usefixtures("_no_venue_chosen")
def test_an_export_names_the_venue_of_a_process_that_chose_none(monkeypatch):
    assert str(current_venue()) == "giq, 140 mm wide, text from 7 pt, language en"
    monkeypatch.setenv("EGOVSTUDY_EXPORT", "plos/column/id")
    assert str(current_venue()) == "plos, 66.8 mm wide, text from 8 pt, language id"
    use_venue("nature")
    assert current_venue().venue == "nature", "what a notebook itself chooses stands"


@pytest.mark.usefixtures("_no_venue_chosen")
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("giq", "EGOVSTUDY_EXPORT='giq' will not do. Write venue/width/language"),
        ("giq/column/id/x", "venue/width/language"),
        ("gigi/column/id", "no venue 'gigi'.*Nearest: 'giq'"),
        ("giq/colum/id", "no width 'colum'.*Nearest: 'column'"),
        ("giq/column/in", "no language 'in'.*Nearest: 'id'"),
        ("giq//en", "no width ''"),
    ],
)
def test_an_export_that_cannot_be_read_is_refused(monkeypatch, asked, message):
    monkeypatch.setenv("EGOVSTUDY_EXPORT", asked)
    with pytest.raises(ArgumentError, match=message):
        current_venue()


def test_words_and_countries_in_the_venues_language():
    assert (eg.say("year", "tahun"), eg.country("JPN"), eg.country("JPN", "id")) == (
        "year",
        "Japan",
        "Jepang",
    )
    use_venue("giq", language="id")
    assert (eg.say("year", "tahun"), eg.country("JPN"), eg.country("JPN", "en")) == (
        "tahun",
        "Jepang",
        "Japan",
    )
    assert eg.country("XKX") == "XKX"
    with pytest.raises(ArgumentError, match="no language 'fr'. Languages: en, id"):
        eg.country("JPN", "fr")

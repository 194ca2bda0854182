from concurrent.futures import ProcessPoolExecutor

import pytest

from egovstudy import ArgumentError
from egovstudy.publish.papers.macros import numbers_txt
from egovstudy.publish.words.numbers import keep_number, read_numbers, resolve, show
from egovstudy.publish.words.texts import filled as fill


@pytest.fixture(autouse=True)
def folder(published):
    return published


def keep(key, value=0.0825, shown="0.083", unit="points"):
    return keep_number(key, value, shown=shown, unit=unit, description="A number.")


def test_show():
    assert [show(0.0825), show(0.08249999999999999), show(-12345.6, 0), show(1234567.0, 1)] == [
        "0.083",
        "0.083",
        "−12,346",
        "1,234,567.0",
    ]
    assert [show(0.5, 1, sign=True), show(-0.5, 1, sign=True), show(-0.0004, sign=True)] == [
        "+0.5",
        "−0.5",
        "0.000",
    ]
    with pytest.raises(ArgumentError, match="value=nan cannot be shown"):
        show(float("nan"))


def test_the_table_is_the_same_in_any_order_and_again(folder):
    keys = ["02.rise", "01.waves", "10.gap"]
    for key in keys:
        keep(key)
    first = (folder / "numbers.csv").read_bytes()
    (folder / "numbers.csv").unlink()
    for key in [*reversed(keys), keys[0]]:
        keep(key)
    assert (folder / "numbers.csv").read_bytes() == first
    assert list(read_numbers()) == sorted(keys)
    assert read_numbers()["10.gap"]["notebook"] == "10"


def test_a_changed_number_replaces_its_row():
    keep("01.rise")
    keep("01.rise", 0.09, "0.090")
    assert [row["shown"] for row in read_numbers().values()] == ["0.090"]


def test_notebooks_side_by_side_lose_no_row(folder):
    keys = [f"{i:02d}.number" for i in range(24)]
    with ProcessPoolExecutor(4) as pool:
        list(pool.map(keep, keys))
    assert list(read_numbers()) == keys
    assert [path.name for path in folder.iterdir()] == ["numbers.csv"]  # the lock lies elsewhere


def test_text_of_a_kept_number():
    assert repr(keep("01.rise")) == "01.rise = 0.083 points"
    assert str(keep("01.waves", 12, "12", "")) == "01.waves = 12"


@pytest.mark.parametrize("key", ["rise", "1.rise", "01.Rise", "01.", "01.rise-up"])
def test_a_key_that_names_no_notebook_is_refused(key):
    with pytest.raises(ArgumentError, match="01.egdi_rise"):
        keep(key)


def test_fill():
    keep("01.rise")
    keep("01.waves", 12, "12", "waves")
    text = (
        "In <!--{{number:01.waves}}-->12<!--/--> waves by <!--{{number:01.rise}}-->0.08<!--/-->;"
        " 0.08 is unmarked."
    )
    numbers = read_numbers()
    filled = fill(text, numbers)
    assert filled == text.replace("-->0.08<", "-->0.083<")
    assert fill(filled, numbers) == filled
    with pytest.raises(ArgumentError, match=r"Nearest: '01\.rise'"):
        fill("<!--{{number:01.ris}}-->1<!--/-->", numbers)


def test_a_mark_without_its_end_is_refused():
    keep("01.rise")
    text = (
        "One.\nBy <!--{{number:01.rise}}-->0.083 and all this, by"
        " <!--{{number:01.rise}}-->0.083<!--/-->."
    )
    with pytest.raises(ArgumentError, match="mark in line 2 has no end"):
        fill(text, read_numbers())


def test_bare_marks_are_resolved():
    keep("01.rise")
    assert resolve("By {{number:01.rise}}.", read_numbers()) == "By 0.083."
    with pytest.raises(ArgumentError, match=r"Nearest: '01\.rise'"):
        resolve("By {{number:01.ris}}.", read_numbers())


def test_numbers_as_plain_text_stand_in_columns():
    keep("01.rise")
    keep("01.waves_with_data", 12, "12", "")
    lines = numbers_txt(read_numbers()).splitlines()
    assert (
        len(
            {line.index(word) for line, word in zip(lines, ("what", "A num", "A num"), strict=True)}
        )
        == 1
    )
    assert lines[2].startswith("01.waves_with_data  12 ")

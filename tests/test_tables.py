import json

import pandas as pd
import pytest

from egovstudy import ArgumentError
from egovstudy.publish.tables import save_table

FRAME = pd.DataFrame({"wave": [2022, 2024], "egdi": [0.7160, 0.7991]}, index=[7, 9])


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EGOVSTUDY_FIGURES", str(tmp_path))
    return tmp_path


def save(frame=FRAME, name="tab01a-waves", **changes):
    return save_table(frame, name, **{"caption": "Waves.", "note": "", **changes})


@pytest.mark.parametrize("name", ["waves", "fig01a-waves", "tab1a-waves", "tab01a-Waves", "tab01a-a/b"])
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

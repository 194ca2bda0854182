"""``egovstudy reproduce`` on a small checkout.

What it reports, what it must notice, what it must leave alone.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from support.commands import run_egovstudy

from egovstudy.rerun.reproduce import compare
from egovstudy.rerun.reproduce.notebooks import parameters_of, read_notebook

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose one notebook is quick, made by ``--update``."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "notebooks").mkdir()
    (folder / "figures").mkdir()
    shutil.copytree(PROJECT / "data", folder / "data")
    shutil.copy(PROJECT / "requirements.lock", folder / "requirements.lock")
    (folder / "README.md").write_text(
        "Rank <!--{{number:99.rank}}-->?<!--/-->.\n", encoding="utf-8"
    )
    (folder / "docs").mkdir()
    page = (
        "Write `<!--{{number:NN.key}}-->x<!--/-->`.\n\nRank <!--{{number:99.rank}}-->?<!--/-->.\n"
    )
    (folder / "docs" / "page.md").write_text(page, encoding="utf-8")
    other = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# <!--{{number:99.rank}}-->?<!--/-->?")]
    )
    nbformat.write(other, folder / "notebooks" / "_other.ipynb")
    code = nbformat.v4.new_code_cell
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(
                "# Does it run?\n\nRank <!--{{number:99.rank}}-->?<!--/-->.", id="c0"
            ),
            code('country = "IDN"', metadata={"tags": ["parameters"]}, id="c1"),
            code(
                "import egovstudy as eg\n\negdi = eg.load_egdi()\nown = egdi[egdi['iso3'] =="
                " country]",
                id="c2",
            ),
            code("rank = int(own['egdi_rank'].iloc[-1])\nprint(country, rank)", id="c3"),
            code(
                "eg.keep_number('99.rank', rank, shown=eg.show(rank, 0), unit='', description='Rank"
                " in 2024.')",
                id="c4",
            ),
            code(
                "ax = eg.plot_path(own, highlight=[country])\n"
                "words = dict(caption='Path. Source: UN DESA.', alt='A line that rises.')\n"
                "eg.save_figure(ax, 'fig99a-path', data=own[['wave', 'egdi']], **words)",
                id="c5",
            ),
        ],
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
    )
    nbformat.write(notebook, folder / "notebooks" / "99-quick.ipynb")
    return folder


def reproduce(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run_egovstudy("reproduce", *words, cwd=checkout)


@pytest.fixture(scope="module")
def updated(checkout: Path) -> Path:
    result = reproduce(checkout, "--update")
    assert result.returncode == 0, result.stderr + result.stdout
    return checkout


@pytest.fixture
def project(updated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(updated, tmp_path / "project"))


def test_update_fills_numbers_and_outputs(updated: Path) -> None:
    assert (updated / "README.md").read_text(
        encoding="utf-8"
    ) == "Rank <!--{{number:99.rank}}-->64<!--/-->.\n"
    page = (updated / "docs" / "page.md").read_text(encoding="utf-8")
    assert (
        page == "Write `<!--{{number:NN.key}}-->x<!--/-->`.\n\nRank"
        " <!--{{number:99.rank}}-->64<!--/-->.\n"
    )
    assert (
        "-->64<!--" in read_notebook(updated / "notebooks" / "_other.ipynb").cells[0].source
    )  # it was not run
    notebook = read_notebook(updated / "notebooks" / "99-quick.ipynb")
    assert "-->64<!--" in notebook.cells[0].source
    assert [cell.execution_count for cell in notebook.cells[1:]] == [1, 2, 3, 4, 5]
    assert "data digest" in notebook.cells[5].outputs[0].data["text/plain"]
    assert "version" not in notebook.metadata["language_info"]


def test_a_second_run_reproduces_everything(project: Path) -> None:
    result = reproduce(project)
    assert result.returncode == 0, result.stdout + result.stderr
    record = json.loads((project / "build" / "reproduction.json").read_text(encoding="utf-8"))
    assert record["reproduced"]
    kinds = {one["kind"] for one in record["compared"]}
    assert kinds == {"text", "number", "data", "caption", "image"}
    assert all(one["holds"] for one in record["compared"] if one["kind"] == "image")
    assert "Everything was reproduced." in (project / "build" / "reproduction.md").read_text(
        encoding="utf-8"
    )


CHANGES = {
    "text": (
        "notebooks/99-quick.ipynb",
        '"IDN 64\\n"',
        '"IDN 65\\n"',
        "text cell 3: committed 'IDN 65', came 'IDN 64'",
    ),
    "number": (
        "figures/numbers.csv",
        "99.rank,64,64",
        "99.rank,65,65",
        "number 99.rank: committed 65 (65), came 64 (64)",
    ),
    "plotted data": (
        "figures/fig99a-path.csv",
        "2024,0.79911",
        "2024,0.79912",
        "committed '0.79912', came '0.79911'",
    ),
    "caption": ("figures/fig99a-path.json", "Path. Source", "Way. Source", "differs in caption"),
    "README": ("README.md", "-->64<", "-->63<", "'63' stands there, '64' is right"),
    "page": (
        "docs/page.md",
        "-->64<",
        "-->63<",
        "docs/page.md, number numbers in the text: line 3, 99.rank: '63' stands",
    ),
    "unknown key": (
        "notebooks/_other.ipynb",
        ":99.rank}",
        ":99.rnk}",
        "cell 0, 99.rnk: no such number is kept. Nearest: '99.rank'",
    ),
    "image": ("figures/fig99a-path.svg", "<svg ", "<svg  ", "the file's bytes differ"),
}


@pytest.fixture(scope="module")
def told(updated: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What one run reports when each of the changes has been made.

    A run costs the check of all data.
    """
    project = Path(shutil.copytree(updated, tmp_path_factory.mktemp("changed") / "project"))
    for file, old, new, _ in CHANGES.values():
        text = (project / file).read_text(encoding="utf-8")
        assert old in text, (file, old)
        (project / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    (project / "figures" / "fig99a-path.pdf").unlink()
    result = reproduce(project)
    assert result.returncode == 1
    return result.stdout


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_noticed(name: str, told: str) -> None:
    assert CHANGES[name][3] in told, told


def test_a_missing_figure_is_noticed(told: str) -> None:
    assert "fig99a-path.pdf: is published but not committed" in told


def test_what_did_not_change_is_not_told(told: str) -> None:
    assert told.count("differs: ") == len(CHANGES) + 1, told


def test_a_fresh_number_is_told_wherever_the_old_one_stands(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project / "notebooks" / "99-quick.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("['egdi_rank'].iloc[-1])", "['egdi_rank'].iloc[-1]) + 1"), encoding="utf-8"
    )
    monkeypatch.setenv(
        "EGOVSTUDY_EXPORT", "giq/column/id"
    )  # of the shell, and nothing to a reproduction
    result = reproduce(project)
    assert result.returncode == 1
    notebooks = {f"notebooks/{name}.ipynb": "cell 0" for name in ("99-quick", "_other")}
    places = {"README.md": "line 1", "docs/page.md": "line 3", **notebooks}
    for file, place in places.items():
        words = (
            f"{file}, number numbers in the text: {place}, 99.rank: '64' stands there, '65' is"
            " right"
        )
        assert words in result.stdout, result.stdout
    assert "fig99a-path" not in result.stdout


def test_an_unknown_key_updates_nothing(project: Path) -> None:
    page = project / "docs" / "page.md"
    page.write_text("<!--{{number:99.rnk}}-->1<!--/-->\n", encoding="utf-8")
    before = {
        one: one.read_bytes()
        for one in project.rglob("*")
        if one.is_file() and "build" not in one.parts
    }
    result = reproduce(project, "--update")
    assert result.returncode == 2
    assert "Nearest: '99.rank'" in result.stderr
    assert {one: one.read_bytes() for one in before} == before


def test_a_failing_cell_updates_nothing(project: Path) -> None:
    path = project / "notebooks" / "99-quick.ipynb"
    path.write_text(
        path.read_text(encoding="utf-8").replace("print(country, rank)", "print(country, rnk)"),
        encoding="utf-8",
    )
    before = {one: one.read_bytes() for one in project.glob("figures/*")}
    result = reproduce(project, "--update")
    assert result.returncode == 1
    assert "NameError" in result.stdout
    assert "Nothing was written" in result.stdout
    assert {one: one.read_bytes() for one in project.glob("figures/*")} == before
    assert reproduce(project).returncode == 1


def test_what_reads_results_runs_last_and_sees_the_new_ones(project: Path) -> None:
    code = nbformat.v4.new_code_cell
    reader = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Which?", id="c0"),
            code("import egovstudy as eg", id="c1"),
            code("figures, numbers = eg.published('figures'), eg.published('numbers')", id="c2"),
            code(
                "print(numbers.loc['99.rank', 'shown'], figures.loc['fig99a-path', 'flaws'] or"
                " 'whole')",
                id="c3",
            ),
        ],
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
    )
    nbformat.write(reader, project / "notebooks" / "98-reads.ipynb")  # before 99 by its name
    path = project / "notebooks" / "99-quick.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("['egdi_rank'].iloc[-1])", "['egdi_rank'].iloc[-1]) + 1"), encoding="utf-8"
    )
    result = reproduce(project, "--only", "99", "--update")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "98-reads" in result.stdout.splitlines()[-1]
    assert (
        read_notebook(project / "notebooks" / "98-reads.ipynb").cells[3].outputs[0].text
        == "65 whole\n"
    )

    path.write_text(
        text.replace("['egdi_rank'].iloc[-1])", "['egdi_rank'].iloc[-1]) + 2"), encoding="utf-8"
    )
    result = reproduce(
        project
    )  # beside one that has changed it shows what is committed, and so does not differ
    assert result.returncode == 1
    assert "99.rank" in result.stdout
    assert "98-reads" not in "".join(
        line for line in result.stdout.splitlines() if "differs: " in line
    )

    broken = project / "notebooks" / "98-reads.ipynb"
    broken.write_text(
        broken.read_text(encoding="utf-8").replace("99.rank", "99.rnk"), encoding="utf-8"
    )
    before = {one: one.read_bytes() for one in project.glob("figures/*")}
    result = reproduce(project, "--only", "99", "--update")
    assert result.returncode == 1
    assert "Nothing was written" in result.stdout
    assert {one: one.read_bytes() for one in project.glob("figures/*")} == before


def test_parameters_run_and_compare_nothing(project: Path) -> None:
    before = {one: one.read_bytes() for one in project.glob("figures/*")}
    result = reproduce(project, "-p", "country=VNM")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "nothing was compared" in result.stdout
    built = read_notebook(project / "build" / "notebooks" / "99-quick.ipynb")
    assert "VNM 71" in built.cells[4].outputs[0].text
    assert {one: one.read_bytes() for one in project.glob("figures/*")} == before


def test_parameters_of_reads_the_tagged_cell() -> None:
    assert parameters_of(read_notebook(PROJECT / "notebooks" / "01-egdi-path.ipynb")) == {
        "country": "IDN"
    }


@pytest.mark.parametrize(
    ("before", "now", "gap"),
    [
        ("1.0", "1.0", 0.0),
        ("2", "2.000001", 5e-7),
        ("a", "b", None),
        ("0", "1e-15", 0.0),
        ("nan", "1", None),
        ("1", "2", 0.5),
    ],
)
def test_gap(before: str, now: str, gap: float | None) -> None:
    came = compare._gap(before, now)
    assert came == gap if gap is None else came == pytest.approx(gap, rel=1e-3)

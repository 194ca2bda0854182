"""Tiny notebooks for the tests of the guard.

Built in place, stored as a kernel would have left them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

import egovstudy as eg

markdown, code, output = (
    nbformat.v4.new_markdown_cell,
    nbformat.v4.new_code_cell,
    nbformat.v4.new_output,
)
CHECKED = "import egovstudy as eg\n\neg.check_data()"
LOADED = 'frame = eg.load_egdi().query("iso3 == @country")[["iso3", "wave", "egdi"]]'
TYPED = 'frame = pd.DataFrame({"iso3": "IDN", "wave": [2022, 2024], "egdi": [0.716, 0.79911]})'
FIGURE = (
    'ax = eg.plot_path(frame, y="egdi", highlight=[country])\neg.save_figure(ax, "fig{0}a-path",'
    ' data=frame, caption="Path. Source: UN DESA.", alt="A line that rises.")'
)
TABLE = 'eg.save_table(frame, "tab{0}a-path", caption="Path.", note="Source: UN DESA.")'
NUMBER = (
    'rank = 64\neg.keep_number("{0}.rank", rank, shown=eg.show(rank, 0), unit="", description="Rank'
    ' in 2024.")'
)
CLOSING = (
    "## Answer\n\nYes.\n\n## What this cannot say\n\nMuch.\n\n## Try it\n\n1. One.\n2. Two.\n3."
    " Three."
)
README = """\
| notebook | question |
|---|---|
| [`97-tiny`](notebooks/97-tiny.ipynb) | Does it hold? |

Rank <!--{{number:97.rank}}-->64<!--/-->.
"""


def question(key: str) -> str:
    """The first cell, which shows one kept number."""
    return (
        f"# Does it hold?\n\n**In short.** Rank <!--{{{{number:{key}}}}}-->64<!--/-->.\n\n"
        "**Data:** `egdi`. **Run time:** a second."
    )


def plain(text: str) -> Any:
    return output("execute_result", data={"text/plain": text})


def shown(value: Any) -> Any:
    """What the kernel sends for the value of a last line."""
    if not hasattr(value, "_repr_mimebundle_"):
        return plain(repr(value))
    bundle = value._repr_mimebundle_()
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return output("execute_result", data=data, metadata=metadata)


def build(project: Path, number: str = "97", *, runs: bool = False) -> None:
    """Write a clean notebook and what it publishes.

    One that ``runs`` spares the kernel the check of the data.
    """
    opening = [code(CHECKED, outputs=[plain("Data intact.")]), code(LOADED)]
    if runs:
        opening = [code("import pandas as pd\n\nimport egovstudy as eg"), code(TYPED)]
    saving = [part.format(number) for part in (FIGURE, TABLE, NUMBER)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EGOVSTUDY_FIGURES", str(project / "figures"))
        names: dict[str, Any] = {"eg": eg, "pd": pd, "country": "IDN"}
        exec(TYPED, names)
        results = []
        for part in saving:
            *first, last = part.splitlines()
            exec("\n".join(first), names)
            results.append(shown(eval(last, names)))
    cells = [
        markdown(question(f"{number}.rank")),
        code('country = "IDN"', metadata={"tags": ["parameters"]}),
        *opening,
        *(code(part, outputs=[result]) for part, result in zip(saving, results, strict=True)),
        code(
            'print("twelve waves")',
            outputs=[output("stream", name="stdout", text="twelve waves\n")],
        ),
        markdown(CLOSING),
    ]
    (project / "notebooks").mkdir(exist_ok=True)
    (project / "README.md").write_text(README, encoding="utf-8")
    notebook = counted(nbformat.v4.new_notebook(cells=cells))
    nbformat.write(notebook, project / "notebooks" / f"{number}-tiny.ipynb")


def counted(notebook: Any) -> Any:
    """Number the code cells as a run from the top does."""
    for count, cell in enumerate(
        (one for one in notebook.cells if one.cell_type == "code"), start=1
    ):
        cell.execution_count = count
        for one in cell.outputs:
            if one.output_type == "execute_result":
                one.execution_count = count
    return notebook


def change(project: Path, act: Callable[[Any], Any], name: str = "97-tiny.ipynb") -> None:
    """Change a stored notebook."""
    path = project / "notebooks" / name
    notebook = nbformat.read(path, 4)
    act(notebook)
    nbformat.write(notebook, path)


def insert(place: int, cell: Any) -> Callable[[Any], None]:
    """Put a cell in and count on, so that no count tells on it."""

    def act(notebook: Any) -> None:
        notebook.cells.insert(place, cell)
        counted(notebook)

    return act


def add_code(source: str, *outputs: Any) -> Callable[[Any], None]:
    """Put a code cell in before the one that prints."""
    return insert(7, code(source, outputs=list(outputs)))


def assign(place: int, **fields: Any) -> Callable[[Any], None]:
    """Set fields of a cell."""
    return lambda notebook: notebook.cells[place].update(fields)


def replace(place: int, old: str, new: str) -> Callable[[Any], None]:
    """Replace words in a cell."""

    def act(notebook: Any) -> None:
        assert old in notebook.cells[place].source
        notebook.cells[place].source = notebook.cells[place].source.replace(old, new)

    return act

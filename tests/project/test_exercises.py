"""The solutions in ``docs/exercises.md``.

One for each exercise of each notebook, and they print what they say.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.exercises import PAGE, PROJECT, compare, fill, read_notebook, read_page, run

PATHS = {path.name[:2]: path for path in sorted((PROJECT / "notebooks").glob("[0-9][0-9]-*.ipynb"))}
SECTIONS = read_page(PAGE.read_text(encoding="utf-8"))
SMALL = """\
# Solutions

## Notebook 98: Does it hold?

```python
import pandas as pd

start = 1
```

### 1. Add

> Add one.

```python
start + 1
```

```text
2
```

It is more.

### 2. Print

> Print it.

```python
print("so")
pd.Series({"a": 1 / 3}).round(2)
```

```text
so
a    0.33
dtype: float64
```

It is so.

### 3. Reuse

> Use the first again.

```python
later = start * 3
later
```

```text
3
```

It is threefold.
"""
ASKED = {"98": ("Does it hold?", {"1": "Add one.", "2": "Print it.", "3": "Use the first again."})}


def flaws(text: str) -> list[str]:
    """All that is wrong with a small page: its form, then what the code prints."""
    sections = read_page(text)
    found = list(compare(sections, ASKED))
    for section in sections.values():
        found += [
            f"prints {now!r}"
            for one, now in run(section).items()
            if now != section.solutions[one].printed
        ]
    return found


def test_every_exercise_of_every_notebook_has_a_solution() -> None:
    assert len(PATHS) >= 14
    assert (
        list(compare(SECTIONS, {number: read_notebook(path) for number, path in PATHS.items()}))
        == []
    )


@pytest.mark.parametrize("number", SECTIONS)
def test_solutions_print_what_the_page_says(number: str) -> None:
    section = SECTIONS[number]
    printed = run(section)
    assert printed
    for one, solution in section.solutions.items():
        assert printed[one].strip(), f"exercise {one} prints nothing"
        assert printed[one] == solution.printed, (
            f"{one}; if it is right: python tests/exercises.py {number}"
        )


def test_a_whole_small_page_passes() -> None:
    assert flaws(SMALL) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\n2\n```", "\n3\n```", "prints '2"),  # a wrong output
        ("a    0.33", "a    0.34", "a    0.33"),  # one digit
        ('print("so")\n', "", "prints 'a"),  # code that no longer prints it
        ("start = 1", "start = 2", "prints '3"),  # the shared lines
        ("### 3. Reuse", "### 4. Reuse", "exercise 3: has no solution"),
        ("### 3. Reuse", "### 4. Reuse", "exercise 4: is solved and not asked"),
        ("### 3. Reuse", "### 2. Reuse", "answered twice: 2"),
        ("> Add one.", "> Add two.", "asks 'Add one.'"),
        ("It is more.\n", "", "no sentence"),
        ("```text\n2\n```", "", "exercise 1: needs one python and one text block"),
        (
            "```text\n3\n```",
            "```text\n3\n```\n\n```python\n4\n```",
            "exercise 3: needs one python and one text block",
        ),
        ("Does it hold?", "Did it hold?", "asks 'Does it hold?'"),
        ("Notebook 98", "Notebook 97", "notebook 98 has no section"),
        ("Notebook 98", "Notebook 97", "notebook 97 is in the page and not there"),
    ],
)
def test_a_flaw_is_seen(old: str, new: str, words: str) -> None:
    assert old in SMALL
    assert any(words in one for one in flaws(SMALL.replace(old, new, 1))), words


def test_a_notebook_with_two_exercises_is_seen() -> None:
    question, asked = ASKED["98"]
    fewer = {"98": (question, {one: asked[one] for one in ("1", "2")})}
    assert any("1, 2, not 1 to 3" in one for one in compare(read_page(SMALL), fewer))


def test_filling_writes_what_is_printed_and_nothing_else() -> None:
    stale = SMALL.replace("\n2\n```", "\nold\n```").replace("a    0.33", "a    0.1")
    assert fill(stale, set()) == SMALL
    assert fill(stale, {"97"}) == stale


def test_a_solution_may_not_publish(tmp_path: Path) -> None:
    code = (
        'import egovstudy as eg\neg.keep_number("98.rank", 64, shown="64", unit="",'
        ' description="Rank.")'
    )
    before, here = dict(os.environ), Path.cwd()
    with pytest.raises(AssertionError, match="publishes"):
        run(read_page(SMALL.replace("start + 1", code))["98"])
    assert (dict(os.environ), Path.cwd()) == (before, here)

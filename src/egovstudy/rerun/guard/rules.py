"""All rules of the guard by name; imported when the first one is checked, not when pytest starts."""

from __future__ import annotations

from pathlib import Path

from egovstudy.rerun.guard import cells as rules_cells
from egovstudy.rerun.guard import figures as rules_figures
from egovstudy.rerun.guard import shape as rules_shape
from egovstudy.rerun.guard import texts as rules_texts
from egovstudy.rerun.guard import words as rules_words
from egovstudy.rerun.guard.findings import Flaw, Guarded

OF_NOTEBOOKS = {
    "counts": rules_cells.counts,
    "outputs": rules_cells.outputs,
    "errors": rules_cells.errors,
    "markers": rules_cells.markers,
    "digests": rules_figures.digests,
    "shape": rules_shape.shape,
    "words": rules_words.words,
    "prose": rules_words.prose,
    "floats": rules_cells.floats,
    "paths": rules_cells.paths,
    "files": rules_figures.files,
    "published": rules_figures.published,
}
OF_PAGES = {
    "notebooks": rules_texts.notebooks,
    "numbers": rules_texts.numbers,
    "prose": rules_texts.prose,
}


def check_notebook(rule: str, notebook: Guarded) -> list[Flaw]:
    """Check one rule on one notebook."""
    return list(OF_NOTEBOOKS[rule](notebook))


def check_page(rule: str, page: Path, project: Path) -> list[Flaw]:
    """Check one rule on one page of the project."""
    return list(OF_PAGES[rule](page, project))

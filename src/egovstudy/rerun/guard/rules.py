"""All rules of the guard by name.

Imported when the first one is checked, not when pytest starts.
"""

from __future__ import annotations

from pathlib import Path

from egovstudy.rerun.guard import cells, figures, prose, shape
from egovstudy.rerun.guard.findings import Flaw, Guarded

OF_NOTEBOOKS = {
    "counts": cells.counts,
    "outputs": cells.outputs,
    "errors": cells.errors,
    "markers": cells.markers,
    "digests": figures.digests,
    "floats": cells.floats,
    "paths": cells.paths,
    "shape": shape.shape,
    "words": prose.words,
    "prose": prose.prose_of_notebook,
    "files": figures.files,
    "published": figures.published,
}
OF_PAGES = {
    "notebooks": prose.notebooks,
    "numbers": prose.numbers,
    "prose": prose.prose_of_page,
}


def check_notebook(rule: str, notebook: Guarded) -> list[Flaw]:
    """Check one rule on one notebook."""
    return list(OF_NOTEBOOKS[rule](notebook))


def check_page(rule: str, page: Path, project: Path) -> list[Flaw]:
    """Check one rule on one page of the project."""
    return list(OF_PAGES[rule](page, project))

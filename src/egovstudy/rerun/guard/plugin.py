"""pytest plugin: the guard beside nbval, and the environment in which the notebooks' kernels run.

Loaded by ``-p egovstudy.rerun.guard.plugin`` (see ``pyproject.toml``). ``pytest
notebooks/01-egdi-path.ipynb`` is the whole check of that notebook: nbval runs its cells and
compares their text, then each rule of the guard is an item of its own,
``notebooks/01-egdi-path.ipynb::guard[counts]``. ``pytest README.md docs`` checks the pages.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from egovstudy.paths import PUBLISHED_VARIABLE, pages
from egovstudy.publish.style import EXPORT_VARIABLE
from egovstudy.rerun.reproduce import KERNEL_ENVIRONMENT

if TYPE_CHECKING:
    from egovstudy.rerun.guard.findings import Flaw

# Not for the template, which publishes nothing into the project.
COMMITTED_RULES = ("files", "published")
STORED_RULES = ("counts", "outputs", "errors", "markers", "digests", "floats", "paths")
WRITTEN_RULES = ("shape", "words", "prose")
NOTEBOOK_RULES = (*STORED_RULES, *WRITTEN_RULES, *COMMITTED_RULES)
PAGE_RULES = ("numbers", "prose")
FOLDER: pytest.StashKey[Path] = pytest.StashKey()
BEFORE: pytest.StashKey[dict[str, str]] = pytest.StashKey()


class Found(Exception):
    """A rule does not hold; the message lists its flaws."""


def pytest_configure(config: pytest.Config) -> None:
    """Set the kernels' environment.

    What notebooks publish under test goes into a folder of this process alone.
    """
    config.stash[BEFORE] = dict(os.environ)
    config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="egovstudy-"))
    for name, value in KERNEL_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    # Set in the shell, one would turn every figure into another venue's, the other show another
    # project's results.
    os.environ.pop(EXPORT_VARIABLE, None)
    os.environ.pop(PUBLISHED_VARIABLE, None)
    # Never by setdefault: a worker of xdist inherits its controller's.
    os.environ["EGOVSTUDY_FIGURES"] = str(config.stash[FOLDER] / "figures")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what was published under test."""
    if FOLDER in config.stash:
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)
        before = config.stash[BEFORE]
        os.environ.clear()
        os.environ.update(before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Give each notebook a folder of its own; restore the environment after every test.

    Else an example's unset variable would redirect a later notebook.
    """
    before = dict(os.environ)
    if item.path.suffix == ".ipynb":
        folder = folder_of(item.path, item.config)
        if getattr(item, "cell_num", None) == 0:
            shutil.rmtree(folder, ignore_errors=True)
        os.environ["EGOVSTUDY_FIGURES"] = str(folder)
    try:
        return (yield)
    finally:
        os.environ.clear()
        os.environ.update(before)


def folder_of(notebook: Path, config: pytest.Config) -> Path:
    """Folder into which this process lets a notebook publish."""
    return config.stash[FOLDER] / sha256(str(notebook).encode()).hexdigest()[:12]


@pytest.hookimpl(trylast=True)  # after nbval, so that its cells have run when the rules are checked
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the rules for a notebook or a page."""
    if file_path.suffix == ".ipynb":
        return GuardedNotebook.from_parent(parent, path=file_path)
    if file_path.suffix == ".md" and _is_page(file_path):
        return GuardedPage.from_parent(parent, path=file_path)
    return None


def _is_page(path: Path) -> bool:
    from egovstudy.rerun.guard.findings import project_of

    return path in pages(project_of(path))


def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Where the whole folder of notebooks is checked, check that none is missing, too."""
    folders = {
        item.path.parent
        for item in items
        if isinstance(item, GuardItem) and item.path.suffix == ".ipynb"
    }
    asked = [
        (session.config.invocation_params.dir / word.split("::")[0]).resolve()
        for word in session.config.args
    ]
    for folder in sorted(folders):
        if folder.name == "notebooks" and any(
            folder == one or one in folder.parents for one in asked if one.is_dir()
        ):
            whole = NotebookFolder.from_parent(session, path=folder)
            items += list(whole.collect())


class GuardedNotebook(pytest.File):
    """The rules for one notebook."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one item per rule."""
        for rule in NOTEBOOK_RULES:
            if self.path.name[:1] != "_" or rule not in COMMITTED_RULES:
                yield _item(self, rule, partial(self.flaws, rule))

    def flaws(self, rule: str) -> list[Flaw]:
        """Check a rule on the notebook as stored and, where its cells have run, as run."""
        from egovstudy.rerun.guard.findings import Guarded
        from egovstudy.rerun.guard.rules import check_notebook

        cells: list[Any] = [
            one for one in self.session.items if one.path == self.path and hasattr(one, "cell_num")
        ]
        ran = {one.cell_num: one.test_outputs for one in cells}
        fresh = [ran.get(number) for number in range(max(ran, default=-1) + 1)]
        return check_notebook(rule, Guarded(self.path, fresh, folder_of(self.path, self.config)))


class GuardedPage(pytest.File):
    """The rules for one Markdown page of the project; the README also lists the notebooks."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield one item per rule."""
        lists = self.path.name.startswith("README") and (self.path.parent / "notebooks").is_dir()
        for rule in (("notebooks",) if lists else ()) + PAGE_RULES:
            yield _item(self, rule, partial(_page_flaws, rule, self.path))


class NotebookFolder(pytest.File):
    """The folder of notebooks as such."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the one rule on it, where there is a README that lists what it should hold."""
        readme = self.path.parent / "README.md"
        if readme.is_file():
            yield _item(self, "notebooks", partial(_page_flaws, "notebooks", readme))


def _page_flaws(rule: str, page: Path) -> list[Flaw]:
    from egovstudy.rerun.guard.findings import project_of
    from egovstudy.rerun.guard.rules import check_page

    return check_page(rule, page, project_of(page))


def _item(parent: pytest.File, rule: str, check: Callable[[], list[Flaw]]) -> GuardItem:
    return GuardItem.from_parent(parent, name=f"guard[{rule}]", check=check)


class GuardItem(pytest.Item):
    """One rule on one notebook or page."""

    def __init__(self, *, check: Callable[[], list[Flaw]], **words: Any) -> None:
        super().__init__(**words)
        self.check = check

    def runtest(self) -> None:
        """Fail with all flaws that the rule finds."""
        from egovstudy.errors import EgovstudyError
        from egovstudy.rerun.guard.findings import told

        try:
            flaws = self.check()
        except EgovstudyError as error:
            raise Found(str(error)) from None
        if flaws:
            raise Found(told(flaws))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the flaws and nothing of the machinery."""
        if isinstance(excinfo.value, Found):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the rule in the report's heading."""
        return self.path, None, self.nodeid.replace("::", ": ")

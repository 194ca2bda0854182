"""Rows go in all or nothing.

The new tables are tried out in a copy of the data, then written and sealed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from egovstudy.data.integrity.checks import check_data
from egovstudy.data.integrity.sealing import seal
from egovstudy.data.tables import manual, schema
from egovstudy.errors import DataError, EgovstudyError
from egovstudy.paths import PACKAGE_DIR, SCHEMA_FILE, data_dir, write_safely


def need_checkout() -> None:
    """Refuse to add to the data of an installed package.

    Raises
    ------
    EgovstudyError
        If the data folder is the one inside the package.
    """
    folder = data_dir()
    if folder == PACKAGE_DIR / "_tables":
        raise EgovstudyError(
            f"{folder} belongs to the installed package. Add to the data in a checkout of the"
            " project."
        )


def write_if_it_holds(texts: Mapping[str, str]) -> None:
    """Write tables and seal the data, if all of it would hold.

    Parameters
    ----------
    texts : mapping of str to str
        Content by file name inside the data folder.

    Raises
    ------
    DataError
        If the data would not hold with the new tables; nothing was written.
    EgovstudyError
        If they did not hold before, or a file cannot be written; those before it are put back.
    """
    folder = data_dir()
    _try_out(folder, texts)
    with _undone_on_failure(_written(folder, texts)):
        for file, text in texts.items():
            write_safely(folder / file, text)
        seal()


@contextmanager
def _data_in(folder: Path) -> Iterator[None]:
    before = os.environ.get("EGOVSTUDY_DATA")
    os.environ["EGOVSTUDY_DATA"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["EGOVSTUDY_DATA"]
        else:
            os.environ["EGOVSTUDY_DATA"] = before


def _try_out(folder: Path, texts: Mapping[str, str]) -> None:
    """Seal and check a copy of the data with the new tables."""
    with tempfile.TemporaryDirectory(prefix="egovstudy-") as place:
        copy = Path(place) / "data"
        shutil.copytree(folder, copy)
        for file, text in texts.items():
            write_safely(copy / file, text)
        with _data_in(copy):
            try:
                seal()
                check_data()
                return
            except DataError as error:
                found = error
    try:
        check_data(hashes=False)
    except DataError as error:
        words = (
            "the data did not hold before the addition either, so nothing was added. Mend them"
            f" first:\n{error}"
        )
        raise EgovstudyError(words) from error
    raise found


def _written(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Files that an addition changes: its tables, and what the seal writes anew."""
    files = [*texts, schema.resource("event_records")["path"], SCHEMA_FILE, "CODEBOOK.md"]
    return [folder / file for file in dict.fromkeys(files)] + list(manual.manuals())


@contextmanager
def _undone_on_failure(paths: Sequence[Path]) -> Iterator[None]:
    """Put the files back as they were, if anything goes wrong on the way (Ctrl-C too)."""
    before = {path: path.read_bytes() if path.exists() else None for path in paths}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != content:
                write_safely(path, content)
        raise

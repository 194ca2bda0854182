"""Where things lie, and the one way in which anything is written."""

from __future__ import annotations

import errno
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from egovstudy.errors import EgovstudyError

if TYPE_CHECKING:
    from filelock import BaseFileLock

PACKAGE_DIR = Path(__file__).resolve().parent
SCHEMA_FILE = "datapackage.json"
PAGES = ("README*.md", "CONTRIBUTING.md", "docs/**/*.md")
# 2000-01-01 UTC, as SOURCE_DATE_EPOCH: the one moment for everything that would stamp the time into
# a file.
FIXED_MOMENT = "946684800"
PUBLISHED_VARIABLE = (  # set by `reproduce --update` alone, for notebooks that read results
    "EGOVSTUDY_PUBLISHED"
)


def data_dir() -> Path:
    """Folder of the data package.

    ``EGOVSTUDY_DATA`` if it is set; else the copy inside an installed wheel; else the
    checkout's own ``data/``.

    Raises
    ------
    EgovstudyError
        If the folder or its ``datapackage.json`` is not there.
    """
    named = os.environ.get("EGOVSTUDY_DATA")
    if named:
        folder = Path(named)
    else:
        inside = PACKAGE_DIR / "_tables"
        folder = inside if inside.is_dir() else PACKAGE_DIR.parents[1] / "data"
    if not (folder / SCHEMA_FILE).is_file():
        origin = "EGOVSTUDY_DATA names it" if named else "it should have come with the package"
        raise EgovstudyError(
            f"no data here: {folder} holds no {SCHEMA_FILE} ({origin}). Set EGOVSTUDY_DATA to a"
            " folder that holds the data package, or unset it and reinstall egovstudy."
        )
    return folder


def project_dir() -> Path:
    """Root of the checkout that holds ``notebooks/``, ``data/`` and ``figures/``.

    Raises
    ------
    EgovstudyError
        If neither the working folder, nor one above it, nor the installed source is a checkout.
    """
    here = Path.cwd()
    for folder in (here, *here.parents, PACKAGE_DIR.parents[1]):
        if (folder / "notebooks").is_dir() and (folder / "data" / SCHEMA_FILE).is_file():
            return folder
    raise EgovstudyError(
        f"no egovstudy checkout at or above {here}. This command needs the project's notebooks: "
        "clone the project and run the command inside it."
    )


def figures_dir() -> Path:
    """Folder to publish into.

    ``EGOVSTUDY_FIGURES``, else the checkout's ``figures/``, else ``./figures``.
    """
    named = os.environ.get("EGOVSTUDY_FIGURES")
    if named:
        return Path(named)
    try:
        return project_dir() / "figures"
    except EgovstudyError:
        return Path.cwd() / "figures"


def published_dir() -> Path:
    """Folder of what the notebooks have published.

    ``EGOVSTUDY_PUBLISHED``, else the checkout's ``figures/``.

    Not the folder to publish into: while notebooks run that one holds only what has come so far.

    Raises
    ------
    EgovstudyError
        If there is no checkout.
    """
    named = os.environ.get(PUBLISHED_VARIABLE)
    return Path(named) if named else project_dir() / "figures"


def pages(project: Path) -> list[Path]:
    """List the Markdown pages of a project that may show kept numbers, and are guarded."""
    return sorted({path for pattern in PAGES for path in project.glob(pattern)})


def alone(folder: Path) -> BaseFileLock:
    """Lock a folder for all who ask for it here, on any system: one writer waits for the other.

    Parameters
    ----------
    folder : Path
        The folder; nothing is left lying in it, the lock stands among the temporary files.

    Examples
    --------
    >>> with alone(Path("figures")):
    ...     "nobody else writes there"
    'nobody else writes there'
    """
    from filelock import FileLock

    name = f"egovstudy-{sha256(str(folder.resolve()).encode()).hexdigest()[:16]}.lock"
    return FileLock(Path(tempfile.gettempdir(), name), mode=0o666)


def write_safely(path: Path, content: bytes | str) -> Path:
    """Write a file whole or not at all: beside its place first, then renamed into it.

    Parameters
    ----------
    path : Path
        The file to write; its folder is made if need be.
    content : bytes or str
        Text is written as UTF-8 with LF line ends.

    Returns
    -------
    Path
        The same path.

    Raises
    ------
    EgovstudyError
        If the folder cannot be written or the disk is full; nothing is left behind.
    """
    raw = content.encode("utf-8") if isinstance(content, str) else content
    beside = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files private; published files follow the user's own umask.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(beside, 0o666 & ~umask)
        os.replace(beside, path)
    except OSError as error:
        raise EgovstudyError(unwritable(path, error)) from error
    finally:
        if beside is not None and os.path.exists(beside):
            os.unlink(beside)
    return path


def unwritable(path: Path, error: OSError) -> str:
    """Say in words why a file could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why = "the disk is full. Free some space and run the command again"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why = (
            "the folder cannot be written. Choose another folder or ask for the right to write here"
        )
    elif error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        why = "a file stands where a folder is needed, or the other way round. Move it away"
    else:
        why = error.strerror or str(error)
    return f"could not write {path}: {why}. Nothing was changed."

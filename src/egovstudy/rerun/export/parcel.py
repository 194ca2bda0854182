"""Put files into somebody else's folder: all or nothing, and never over what is not ours.

A record in the folder holds the SHA-256 of every file written there. What is there and is not on
record, or is not as recorded, belongs to the author.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from egovstudy.errors import EgovstudyError
from egovstudy.paths import unwritable, write_safely
from egovstudy.publish.papers import EXPORT_RECORD
from egovstudy.publish.words import sha256

# Of a file on record: at most one folder down, and never up.
NAME = re.compile(r"(?:[a-z]+/)?\w[\w.-]*")
SHOWN = 25


@dataclass(frozen=True)
class Record:
    """What an earlier export wrote.

    Attributes
    ----------
    about : dict
        What it was made for.
    files : dict of str to str
        SHA-256 by name.
    before : dict of str to str
        What stood there before; kept only while files are being moved, in case that is cut off.
    """

    about: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    def wrote(self, name: str, digest: str) -> bool:
        """Whether a file is still as it was written."""
        return digest in (self.files.get(name), self.before.get(name))

    def text(self) -> str:
        """Write the record as it is kept."""
        kept = {"about": self.about, "files": self.files} | (
            {"before": self.before} if self.before else {}
        )
        return json.dumps(kept, indent=1, sort_keys=True) + "\n"


@dataclass
class Plan:
    """What a parcel would do to its folder; every list holds names."""

    new: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    obsolete: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    conflicts: dict[str, str] = field(default_factory=dict)


def check_folder(folder: Path, inside: tuple[str, ...]) -> None:
    """Check that files can be put into a folder, which need not be there yet.

    Parameters
    ----------
    folder : Path
        Where to.
    inside : tuple of str
        Folders in it that will hold files.

    Raises
    ------
    EgovstudyError
        If a file stands in the way, or it is read-only.
    """
    for path in (folder, *(folder / name for name in inside)):
        there = next(one for one in (path, *path.parents) if os.path.lexists(one))
        if not there.is_dir():
            raise EgovstudyError(
                f"{there} is no folder. Move it away or name another folder. Nothing was written."
            )
        if not os.access(there, os.W_OK | os.X_OK):
            raise EgovstudyError(
                f"{there} is read-only. Name another folder or ask for the right to write there."
                " Nothing was written."
            )


def read_record(folder: Path) -> Record:
    """Read the record of a folder; an empty one if it has none.

    Raises
    ------
    EgovstudyError
        If it is damaged: then nothing tells the author's files from ours.
    """
    path = folder / EXPORT_RECORD
    if not path.exists():
        return Record()
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        record = Record(kept["about"], kept["files"], kept.get("before", {}))
        if all(NAME.fullmatch(name) for name in {**record.files, **record.before}):
            return record
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise EgovstudyError(
        f"{path} is damaged, so nothing tells your files from exported ones. Restore it, or name"
        " another folder. Nothing was written."
    )


def make_plan(folder: Path, files: Mapping[str, bytes], record: Record) -> Plan:
    """Say what would happen to each file.

    Parameters
    ----------
    folder : Path
        Where to.
    files : mapping of str to bytes
        What is to stand there, by name (``figures/fig01a-path.pdf``).
    record : Record
        What an earlier export wrote.
    """
    plan = Plan()
    for name, content in files.items():
        path = folder / name
        if not os.path.lexists(path):
            plan.new.append(name)
        elif not path.is_file():
            plan.conflicts[name] = "is no file"
        elif (digest := sha256(path.read_bytes())) == sha256(content):
            plan.unchanged.append(name)
        elif record.wrote(name, digest) and not path.is_symlink():
            plan.new.append(name)
        else:
            plan.conflicts[name] = (
                "was edited since" if name in record.files else "is not from an export"
            )
    for name in sorted({**record.before, **record.files}.keys() - files.keys()):
        path = folder / name
        if path.is_file():
            ours = record.wrote(name, sha256(path.read_bytes())) and not path.is_symlink()
            (plan.obsolete if ours else plan.left).append(name)
    return plan


def check_conflicts(folder: Path, plan: Plan) -> None:
    """Refuse a plan that would write over files of the author.

    Raises
    ------
    EgovstudyError
        Naming them all.
    """
    if plan.conflicts:
        lines = [f"  {name} {why}" for name, why in plan.conflicts.items()]
        more = [f"  ... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        raise EgovstudyError(
            "\n".join([f"the export would write over files in {folder}:", *lines[:SHOWN], *more])
            + "\nMove them away, name another folder, or write over them with --force. Nothing was"
            " written."
        )


def carry_out(
    folder: Path, files: Mapping[str, bytes], plan: Plan, before: Record, about: dict[str, str]
) -> None:
    """Write what is new and remove what is obsolete, after everything has been written beside.

    Parameters
    ----------
    folder, files, plan
        As in :func:`make_plan`; conflicts are written over.
    before : Record
        The record so far.
    about : dict
        What the files are made for, for the new record.

    Raises
    ------
    EgovstudyError
        If the disk is full or a file cannot be replaced.
    """
    now = Record(about, {name: sha256(content) for name, content in sorted(files.items())})
    new = [*plan.new, *plan.conflicts]
    if not new and not plan.obsolete and now == before:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".egovstudy-", dir=folder))
    except OSError as error:
        raise EgovstudyError(unwritable(folder, error)) from error
    try:
        for name in new:
            write_safely(beside / name, files[name])
        # A Ctrl-C waits until all files stand.
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            write_safely(
                folder / EXPORT_RECORD,
                Record(about, now.files, {**before.before, **before.files}).text(),
            )
            _move(folder, beside, new, plan.obsolete)
            write_safely(folder / EXPORT_RECORD, now.text())
        finally:
            signal.signal(signal.SIGINT, interrupt)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _move(folder: Path, beside: Path, new: list[str], obsolete: list[str]) -> None:
    for name in [*new, *obsolete]:
        path = folder / name
        try:
            if name in obsolete:
                path.unlink()
                continue
            path.parent.mkdir(exist_ok=True)
            if path.is_dir() and not path.is_symlink():
                raise IsADirectoryError(f"{path} is a folder")
            os.replace(beside / name, path)
        except OSError as error:
            raise EgovstudyError(
                f"{path} could not be replaced ({error.strerror or error}). Close it where it is"
                " open and run the export again; it takes up where it was."
            ) from error

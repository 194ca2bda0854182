"""Every bad file a person might hand in, on the real command.

One clear message, no traceback, right exit code.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import lazy_loader
import pytest

PROJECT = Path(__file__).resolve().parents[2]


def spoil(path: Path, change: Callable[[str], str | bytes]) -> None:
    changed = change(path.read_text(encoding="utf-8"))
    path.write_bytes(changed if isinstance(changed, bytes) else changed.encode("utf-8"))


def reordered_columns(text: str) -> str:
    lines = [line.split(",") for line in text.splitlines()]
    return "\n".join(",".join([line[1], line[0], *line[2:]]) for line in lines) + "\n"


def reordered_rows(text: str) -> str:
    lines = text.splitlines()
    lines[5], lines[900] = lines[900], lines[5]
    return "\n".join(lines) + "\n"


def without_last_rows(text: str) -> str:
    return "\n".join(text.splitlines()[:-40]) + "\n"


BAD_FILES = {
    "truncated mid-line": (
        "egdi.csv",
        lambda text: text[: len(text) // 2 + 3],
        ["egdi.csv", "truncated"],
    ),
    "truncated at a line": ("egdi.csv", without_last_rows, ["egdi.csv", "2276 rows came, 2316"]),
    "columns re-ordered": (
        "egdi.csv",
        reordered_columns,
        ["egdi.csv", "row 1", "another order", "iso3, wave"],
    ),
    "rows re-ordered": ("egdi.csv", reordered_rows, ["egdi.csv", "row ", "order of wave, iso3"]),
    "Windows-1252": (
        "countries.csv",
        lambda text: text.encode("cp1252", "replace"),
        ["countries.csv", "Windows-1252", "UTF-8"],
    ),
    "byte-order mark": (
        "egdi.csv",
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        ["egdi.csv", "row 1", "byte-order mark"],
    ),
    "UTF-16": ("egdi.csv", lambda text: text.encode("utf-16"), ["egdi.csv", "byte-order mark"]),
    "semicolons": (
        "egdi.csv",
        lambda text: text.replace(",", ";"),
        ["egdi.csv", "semicolons", "commas"],
    ),
    "tabs": ("egdi.csv", lambda text: text.replace(",", "\t"), ["egdi.csv", "tabs", "commas"]),
    "empty file": ("egdi.csv", lambda text: "", ["egdi.csv", "empty"]),
    "unknown column": (
        "egdi.csv",
        lambda text: text.replace("egdi_rank", "egdi_rnk", 1),
        ["'egdi_rnk'", "Nearest: 'egdi_rank'"],
    ),
    "missing column": (
        "waves.csv",
        lambda text: text.replace("weight_osi,", "", 1),
        ["waves.csv", "'weight_osi' is missing"],
    ),
    "wrong code": (
        "egdi.csv",
        lambda text: text.replace(",ranked,", ",rankd,", 1),
        ["row 2", "column status", "'rankd'", "Nearest: 'ranked'"],
    ),
    "Excel date": (
        "events.csv",
        lambda text: text.replace(",2016-03-02,", ",3/2/2016,", 1),
        ["events.csv", "column date", "'3/2/2016'", "spreadsheet"],
    ),
    "Namibia's NA lost": (
        "countries.csv",
        lambda text: text.replace("NAM,NA,", "NAM,,", 1),
        ["countries.csv", "column iso2", "Namibia"],
    ),
    "leading zeros gone": (
        "countries.csv",
        lambda text: text.replace(",004,", ",4,", 1),
        ["column m49", "'4'", "Leading zeros"],
    ),
    "decimal comma": (
        "egdi.csv",
        lambda text: text.replace("0.11752", '"0,11752"', 1),
        ["column egdi", "'0,11752'", "decimal point"],
    ),
    "a cell too many": (
        "egdi.csv",
        lambda text: text.replace("AFG,2003,", "AFG,2003,,", 1),
        ["row 2", "12 cells came, 11 are needed"],
    ),
    "out of range": (
        "egdi.csv",
        lambda text: text.replace("0.11752", "1.11752", 1),
        ["row 2", "column egdi", "outside 0 to 1"],
    ),
    "unknown country": (
        "egdi.csv",
        lambda text: text.replace("AFG,2003", "AFX,2003", 1),
        ["row 2", "column iso3", "'AFX' is not in countries"],
    ),
    "a source that is not there": (
        "event_sources.csv",
        lambda text: text.replace("\n", "\n", 1).replace(
            text.splitlines()[1].split(",")[1], "no-such-source", 1
        ),
        ["event_sources.csv", "'no-such-source' is not in sources"],
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_file(
    name: str, data_copy: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    file, change, words = BAD_FILES[name]
    spoil(data_copy / file, change)
    result = command("check", "--no-hashes")
    assert result.returncode == 1, result.stdout
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr, result.stderr


def test_missing_file(
    data_copy: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (data_copy / "waves.csv").unlink()
    result = command("check")
    assert result.returncode == 1
    assert "waves.csv: the file is missing" in result.stderr
    assert "Traceback" not in result.stderr


def test_missing_data_folder(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    monkeypatch.setenv("EGOVSTUDY_DATA", str(tmp_path / "nowhere"))
    result = command("check")
    assert result.returncode == 1
    assert "nowhere holds no datapackage.json (EGOVSTUDY_DATA names it)" in result.stderr
    assert "Traceback" not in result.stderr


def test_any_changed_byte_is_seen(
    data_copy: Path, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    spoil(
        data_copy / "milestones.csv",
        lambda text: text.replace("e", "f", 1) if text.count("e") else text,
    )
    result = command("check")
    assert result.returncode == 1
    assert "milestones.csv" in result.stderr


def test_unknown_option_and_command(
    command: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert command("chek").returncode == 2
    assert command("check", "--nonsense").returncode == 2


def test_unknown_notebook_and_parameter(
    command: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    result = command("reproduce", "--only", "77", cwd=PROJECT)
    assert result.returncode == 2
    assert "no notebook '77'" in result.stderr
    result = command("reproduce", "--only", "01", "-p", "contry=VNM", cwd=PROJECT)
    assert result.returncode == 2
    assert "contry" in result.stderr
    assert "country" in result.stderr
    result = command("reproduce", "--only", "01", "-p", "country", cwd=PROJECT)
    assert result.returncode == 2
    assert "name=value" in result.stderr


def as_unprivileged() -> dict[str, int]:
    """Root ignores the read-only bit, so the writer runs as nobody where the tests run as root."""
    if os.name == "posix" and os.geteuid() == 0:
        import pwd  # there is none on Windows

        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid}
    return {}


@pytest.mark.skipif(os.name == "nt", reason="Windows folders have no read-only bit")
def test_read_only_folder() -> None:
    # Not under tmp_path: pytest keeps that closed to other users.
    folder = Path(tempfile.gettempdir()) / f"egovstudy-readonly-{os.getpid()}"
    library = folder.with_name(folder.name + "-library")
    shutil.copytree(PROJECT / "src", library)  # nobody may not read root's checkout
    shutil.copytree(Path(lazy_loader.__file__).parent, library / "lazy_loader")
    folder.mkdir(mode=0o555)
    try:
        code = (
            f"import sys; sys.path.insert(0, {str(library)!r})\n"
            + "from pathlib import Path\nfrom egovstudy.paths import write_safely\n"
            "from egovstudy.errors import EgovstudyError\n"
            f"try:\n    write_safely(Path({str(folder / 'figure.csv')!r}), b'x')\n"
            "except EgovstudyError as error:\n    print(error); sys.exit(error.exit_code)"
        )
        python = shutil.which("python3", path="/usr/bin") or sys.executable
        result = subprocess.run(
            [python, "-c", code],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            **as_unprivileged(),
        )
        assert result.returncode == 1, result.stderr
        assert "the folder cannot be written" in result.stdout
        assert not list(folder.iterdir())
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
        shutil.rmtree(library)


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux mounts a small disk to fill"
)
def test_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nimport egovstudy.paths as paths\n"
        "from egovstudy.errors import EgovstudyError\n"
        "folder = Path(sys.argv[1])\n"
        "try:\n    paths.write_safely(folder / 'figure.csv', b'x' * 4_000_000)\n"
        "except EgovstudyError as error:\n    print(error); sys.exit(error.exit_code)"
    )
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("a full disk needs the right to mount a small one")
    try:
        (disk / "figure.csv").write_text("old")
        result = subprocess.run(
            [sys.executable, "-c", code, str(disk)], capture_output=True, text=True, check=False
        )
        assert result.returncode == 1, result.stderr
        assert "the disk is full" in result.stdout
        assert [path.name for path in disk.iterdir()] == ["figure.csv"]
        assert (disk / "figure.csv").read_text() == "old"
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def tree_state(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for name in ("notebooks", "figures", "data")
        for path in sorted((folder / name).rglob("*"))
        if path.is_file()
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child process")
@pytest.mark.parametrize("words", [[], ["--update"]], ids=["compare", "update"])
def test_interrupting_leaves_the_project_as_it_was(words: list[str], tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("notebooks", "figures", "data"):
        shutil.copytree(PROJECT / name, project / name)
    for name in ("README.md", "requirements.lock"):
        shutil.copy(PROJECT / name, project / name)
    before = tree_state(project)
    process = subprocess.Popen(
        [sys.executable, "-m", "egovstudy", "reproduce", "--only", "01", *words],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(4)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert tree_state(project) == before

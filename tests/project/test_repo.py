"""What is stated twice agrees: pins, versions, licences, workflow, schema, codebook."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def pins() -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", read("requirements.lock"), re.MULTILINE))


def conda_pip_part() -> list[str]:
    return next(
        part["pip"]
        for part in yaml.safe_load(read("environment.yml"))["dependencies"]
        if isinstance(part, dict)
    )


def test_environment_has_the_locks_pins() -> None:
    listed = {
        re.sub(r"\[.*\]", "", line.split("==")[0]): line.split("==")[1]
        for line in conda_pip_part()[:-1]
    }
    assert listed == {name: pins()[name] for name in listed}
    project = tomllib.loads(read("pyproject.toml"))["project"]
    direct = {
        re.match(r"[a-z0-9-]+", one)[0]
        for one in project["dependencies"] + project["optional-dependencies"]["notebooks"]
    }
    assert direct <= set(listed)
    assert conda_pip_part()[-1] == "-e ."


def test_lock_has_hashes_and_no_address() -> None:
    lock = read("requirements.lock")
    assert "://" not in lock
    assert lock.count("--hash=sha256:") > len(pins()) > 100


@pytest.mark.skipif(
    not os.environ.get("CI"), reason="installs a whole environment: once per CI run is enough"
)
def test_environment_really_installs(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    listing = PROJECT / "build" / "conda-pip-part.txt"
    listing.parent.mkdir(exist_ok=True)
    listing.write_text("\n".join(conda_pip_part()) + "\n", encoding="utf-8")
    # Just as conda calls it: one requirements file, from the folder of environment.yml.
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "-U", "-r", listing, "--exists-action=b"],
        cwd=PROJECT,
        check=True,
    )
    code = "import egovstudy as eg; assert eg.load_egdi().shape == (2316, 11)"
    subprocess.run([python, "-c", code], cwd=tmp_path, check=True)


def test_wheel_carries_the_data(tmp_path: Path) -> None:
    words = [
        str(BIN / "uv"),
        "build",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        str(tmp_path),
        "--quiet",
    ]
    subprocess.run(words, cwd=PROJECT, check=True)
    wheel = next(tmp_path.glob("*.whl"))
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'unpacked')!r})\n"
        "import egovstudy as eg, pathlib\n"
        f"assert pathlib.Path(eg.__file__).is_relative_to({str(tmp_path)!r}), eg.__file__\n"
        "assert eg.load_egdi().shape == (2316, 11) and eg.check_data().rows > 60_000"
    )
    import zipfile

    zipfile.ZipFile(wheel).extractall(tmp_path / "unpacked")
    environment = {name: value for name, value in os.environ.items() if name != "EGOVSTUDY_DATA"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)


def test_workflow_follows_the_public_schema() -> None:
    words = [
        str(BIN / "check-jsonschema"),
        "--builtin-schema",
        "vendor.github-workflows",
        ".github/workflows/ci.yml",
    ]
    result = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_frictionless_validates() -> None:
    words = [str(BIN / "frictionless"), "validate", "data/datapackage.json", "--json"]
    result = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert json.loads(result.stdout)["valid"], result.stdout[-2000:]


def test_every_field_is_described() -> None:
    for resource in json.loads(read("data/datapackage.json"))["resources"]:
        assert resource["licenses"], resource["name"]
        for field in resource["schema"]["fields"]:
            assert field["title"], (resource["name"], field["name"])
            assert field["description"], (resource["name"], field["name"])
            assert field["type"] not in ("number", "integer") or field.get("unit"), (
                resource["name"],
                field["name"],
            )


def test_sanitizing_spares_bare_numbers() -> None:
    patterns = re.findall(r"^regex: (.*)$", read("tests/sanitize.cfg"), re.MULTILINE)
    assert patterns
    for pattern in patterns:
        for number in ("0.79911", "64", "2024", "1e-09", "-0.083", "12,346", "2016-03-02"):
            assert not re.search(pattern, number), (pattern, number)


def test_checkout_stays_small() -> None:
    names = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert (
        sum((PROJECT / name).stat().st_size for name in names if (PROJECT / name).exists()) < 20e6
    )

"""Whether image files must be equal byte for byte here: only where everything that decides their bytes is the same."""

from __future__ import annotations

import json
import platform
import zlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from egovstudy.data.egdi import file_digest
from egovstudy.errors import listed

PACKAGES = (
    "egovstudy",
    "jupyter",
    "matplotlib",
    "nbclient",
    "numpy",
    "pandas",
    "pillow",
    "scipy",
    "seaborn",
    "statsmodels",
)
ENVIRONMENT_FILE = "environment.json"


def image_environment(project: Path) -> dict[str, str]:
    """Everything that decides an image's bytes: pins, system, and the zlib that packs PDF and PNG."""
    return {
        "lock": file_digest(project / "requirements.lock"),
        "system": f"{platform.system()} {platform.machine()}",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def why_images_may_differ(project: Path) -> str | None:
    """Say why image bytes need not be equal here; None if they must be.

    Parameters
    ----------
    project : Path
        Root of the checkout.
    """
    path = project / "figures" / ENVIRONMENT_FILE
    committed = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    here = image_environment(project)
    other = [name for name in here if committed.get(name) != here[name]]
    unpinned = _unpinned(project)
    if unpinned:
        return (
            f"not comparable: {listed(unpinned, 5)} not at the pinned version; the plotted data are"
            " compared"
        )
    if other:
        return (
            f"not comparable: made with another {', '.join(other)}; the plotted data are compared"
        )
    return None


def installed(name: str) -> str:
    """Give the version of a package, or say that it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _unpinned(project: Path) -> list[str]:
    pins = {}
    for line in (project / "requirements.lock").read_text(encoding="utf-8").splitlines():
        name, equals, rest = line.partition("==")
        if equals and not line.startswith((" ", "#")):
            pins[name] = rest.split()[0]
    return [name for name in PACKAGES if name in pins and installed(name) != pins[name]]

"""Which Markdown pages of the project are guarded; apart, since pytest asks for it before anything heavy is loaded."""

from __future__ import annotations

from pathlib import Path

PAGES = ("README*.md", "CONTRIBUTING.md", "docs/**/*.md")


def pages(project: Path) -> list[Path]:
    """List the Markdown pages of a project that may show kept numbers."""
    return sorted({path for pattern in PAGES for path in project.glob(pattern)})

"""Write the page on the house and its picture."""

from __future__ import annotations

from .page import DOCS, page, picture

(DOCS / "house.md").write_text(page(), encoding="utf-8", newline="\n")
(DOCS / "house.svg").write_text(picture(), encoding="utf-8", newline="\n")

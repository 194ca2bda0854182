"""A contact sheet: every figure of an export with its name, on one picture."""

from __future__ import annotations

import io
from collections.abc import Mapping

from egovstudy.publish.style import FAINT, FONT_DIR, FONT_FILES, INK

COLUMNS = 3
WIDTH = 700  # pixels of one figure
GAP = 30
TEXT = 22


def contact_sheet(pictures: Mapping[str, bytes]) -> bytes:
    """Draw pictures side by side, each with its name below.

    Parameters
    ----------
    pictures : mapping of str to bytes
        PNG files by name; at least one.

    Returns
    -------
    bytes
        A PNG file.
    """
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(
        str(FONT_DIR / FONT_FILES[0]), TEXT, layout_engine=ImageFont.Layout.BASIC
    )
    shown = []
    for name, raw in sorted(pictures.items()):
        picture = Image.open(io.BytesIO(raw)).convert("RGB")
        height = round(picture.height * WIDTH / picture.width)
        shown.append((name, picture.resize((WIDTH, height), Image.Resampling.LANCZOS)))
    rows = [shown[at : at + COLUMNS] for at in range(0, len(shown), COLUMNS)]
    heights = [max(picture.height for _, picture in row) + TEXT + 2 * GAP for row in rows]
    columns = min(COLUMNS, len(shown))
    sheet = Image.new("RGB", (columns * (WIDTH + GAP) + GAP, sum(heights) + GAP), FAINT)
    draw = ImageDraw.Draw(sheet)
    for number, row in enumerate(rows):
        top = sum(heights[:number]) + GAP
        for place, (name, picture) in enumerate(row):
            left = place * (WIDTH + GAP) + GAP
            sheet.paste(picture, (left, top))
            draw.text((left, top + picture.height + GAP // 3), name, fill=INK, font=font)
    out = io.BytesIO()
    sheet.save(out, format="PNG")
    return out.getvalue()

"""``docs/house.md`` and its picture: wings, rooms, doors and modules, as the code has them."""

from __future__ import annotations

from html import escape
from pathlib import Path
from textwrap import wrap

from .structure import SOURCE, WINGS, arrows, door, public, rooms, said_of, summary

DOCS = SOURCE.parents[1] / "docs"
WING_WORDS = {
    "data": "tables in, checked; what people hand in",
    "methods": "frames in, new objects out",
    "publish": "figures, tables, numbers and texts",
    "rerun": "run everything anew, compare, guard, hand over",
}
BESIDE = """\
## Beside the library

| folder | what it holds |
|---|---|
| `data/` | tables (CSV), code lists in `data/codes`, and their one schema, `datapackage.json` |
| `notebooks/` | one question each; what they publish lies in `figures/` |
| `tests/` | by wing and room as here; `tests/project` is about the whole, `tests/support` shared |
| `tests/mutations/` | drawn ways of breaking the project, each with why it must be caught |
| `tests/countries/` | the notebooks that take a country, run for drawn ones |
| `tests/house/` | this page |
| `benchmarks/` | speed and power, as ratios within one run |
"""
WAY = (
    ("file", "`data/egdi.csv`, as the UN prints it", "data.egdi", "un_files"),
    ("table", '`eg.load("egdi")`, held against the schema', "data.tables", "loading"),
    ("panel", "`eg.make_panel(egdi)`, every country in every wave", "methods.panel", "rows"),
    ("fit", "`eg.fit_synthetic(panel, …)`, exact weights", "methods.synthetic", "control"),
    ("figure", "`eg.plot_gaps(fit.…)`, drawn in the venue's style", "publish.plots", ""),
    ("page", "`eg.save_figure(ax, …)`, files, caption and digest", "publish.figures", "saving"),
)
TOP = """\
# The house

How the library is laid out, for whoever looks for the place of a thing. This page and its picture
are written from the code by `python -m tests.house`; a test holds them.

![Four wings as floors, data at the bottom and rerun at the top, each with its rooms.](house.svg)

- A **wing** is a floor; imports go downwards only. Above all stands `cli`, the command line, and
  below all `errors.py` (what a user is told) and `paths.py` (where things lie, the one safe write).
- A **room** is a folder with one **door**: `__init__.pyi` names what others may use, each with a
  sentence. Other rooms enter by the door; inside a room modules import one another.
- A **module** is a subject. What only one place needs stands in that place.
- Rooms of a wing stand above one another as well; *stands on* says on which.
"""


def page() -> str:
    """Write the page."""
    lines = [
        TOP,
        "## The way of a datum",
        "",
        "| step | what a student writes | room |",
        "|---|---|---|",
    ]
    lines += [f"| {step} | {said} | `{room}` |" for step, said, room, _ in WAY]
    lines += ["", "## What a student types, by task", ""]
    for task, names in public().items():
        lines += [f"**{task}**", ""]
        lines += [f"- `eg.{name}`: {said_of(name, room)}" for name, room in names]
        lines.append("")
    for wing in reversed(WINGS):
        lines += ["", f"## `{wing}`: {WING_WORDS[wing]}"]
        for room in rooms():
            if room.startswith(f"{wing}."):
                lines += ["", *_room(room)]
    return "\n".join([*lines, "", BESIDE])


def _room(room: str) -> list[str]:
    folder = SOURCE / Path(*room.split("."))
    below = sorted(other for one, other in arrows() if one == room and other.count("."))
    lines = [f"### `{room}`", "", summary(folder / "__init__.py"), ""]
    if below:
        lines += [f"Stands on {', '.join(f'`{one}`' for one in below)}.", ""]
    lines += ["| module | what it is about |", "|---|---|"]
    lines += [
        f"| `{path.name}` | {summary(path)} |"
        for path in sorted(folder.glob("*.py"))
        if path.name != "__init__.py"
    ]
    if door(room):
        lines += ["", "Its door:", ""]
        lines += [f"- `{name}`: {said}" for name, (_, said) in sorted(door(room).items())]
    return lines


def picture() -> str:
    """Draw wings as floors and rooms as boxes, with the way of a datum through them."""
    wide, high, left, gap = 1000, 112, 130, 8
    floors = [("cli", ["the command line"]), *((wing, _rooms_of(wing)) for wing in reversed(WINGS))]
    floors.append(("", ["errors.py", "paths.py"]))
    way = {room: f"{number} {step}" for number, (step, _, room, _) in enumerate(WAY, start=1)}
    boxes, y = [], 10
    for wing, names in floors:
        tall = high if wing in WINGS else 40
        boxes.append(_text(12, y + tall / 2 + 5, wing, "700 17px"))
        width = (wide - left - 10) / len(names)
        for place, name in enumerate(names):
            x = left + place * width
            boxes.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width - gap:.1f}" height="{tall}" rx="4"'
                ' fill="#F2F5F8" stroke="#5F7488"/>'
            )
            boxes.append(_text(x + 10, y + 24, name, "600 15px"))
            if wing in WINGS:
                boxes += _wrapped(x + 10, y + 43, f"{wing}.{name}", int((width - 24) / 6.2))
            if f"{wing}.{name}" in way:
                boxes.append(
                    _text(
                        x + width - 18, y + 24, way[f"{wing}.{name}"], "600 12px", "#A76500", "end"
                    )
                )
        y += tall + gap
    title = "The house of egovstudy: wings as floors, rooms as boxes"
    said = "; ".join(f"{wing}: {', '.join(_rooms_of(wing))}" for wing in WINGS)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {y + 2}"'
            ' font-family="DejaVu Sans, Arial, sans-serif" role="img">',
            f"<title>{title}</title>",
            f"<desc>{escape(said)}. In orange the way of a datum from file to page.</desc>",
            f'<rect width="{wide}" height="{y + 2}" fill="white"/>',
            *boxes,
            "</svg>\n",
        ]
    )


def _rooms_of(wing: str) -> list[str]:
    return [room.partition(".")[2] for room in rooms() if room.startswith(f"{wing}.")]


def _text(
    x: float, y: float, said: str, font: str, colour: str = "#222222", at: str = "start"
) -> str:
    weight, size = font.split()
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-weight="{weight}" font-size="{size}" fill="{colour}"'
        f' text-anchor="{at}">{escape(said)}</text>'
    )


def _wrapped(x: float, y: float, room: str, letters: int) -> list[str]:
    """Write what a room is about, after the colon of its docstring, in a few short lines."""
    said = summary(SOURCE / Path(*room.split(".")) / "__init__.py").partition(": ")[2]
    lines = wrap(said, letters, max_lines=5, placeholder=" …")
    return [_text(x, y + 14 * at, line, "400 11px", "#444444") for at, line in enumerate(lines)]

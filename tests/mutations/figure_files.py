"""Mutations of the published files: figures, tables, their sidecars, and the registers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path
from random import Random
from typing import Any

from .cells import notebooks
from .kinds import Mutation, change_digit, kind, ruled
from .tables import read, write

SIGNIFICANT = 4  # digits that matter to the comparison, and a few less: it forgives the seventh


def _published(project: Path, rng: Random, pattern: str) -> Path:
    """Draw a file of a figure or table."""
    return rng.choice(
        [
            path
            for path in sorted((project / "figures").iterdir())
            if re.fullmatch(pattern, path.name)
        ]
    )


def owner(project: Path, name: str) -> str:
    """Give the notebook that publishes a file or number, by the digits in its name."""
    own = re.search(r"\d\d", name)[0]
    return next(f"notebooks/{file.name}" for file, _ in notebooks(project) if file.name[:2] == own)


def _found(project: Path, name: str, what: str, rule: str, words: str) -> Mutation:
    path = owner(project, name)
    return Mutation(f"figures/{name}: {what}", (path,), ruled(path, rule, words))


@kind("figures")
def file_damaged(project: Path, rng: Random) -> Mutation:
    """Flip a bit of a published file, put another's bytes into it, delete it, or add one."""
    file = _published(project, rng, r"(fig|tab)\d\d.*\.(pdf|svg|png|csv|html|tex|json)")
    named = rf"figures/{re.escape(file.name)}: "
    content = file.read_bytes()
    damage = rng.choice(
        ("a bit is flipped", "it holds another's bytes", "it is deleted", "a copy lies beside it")
    )
    words = "(has not the SHA-256|is not the sidecar|cannot be read)"
    if damage == "a bit is flipped":
        at = rng.randrange(len(content))
        file.write_bytes(
            content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]
        )
    elif damage == "it holds another's bytes":
        others = [
            one
            for one in sorted(file.parent.glob(f"*{file.suffix}"))
            if one.read_bytes() != content
        ]
        file.write_bytes(rng.choice(others).read_bytes())
    elif damage == "it is deleted":
        file.unlink()
        words = "(is missing|has a row in manifest.csv and no sidecar)"
    else:
        copy = file.with_name(f"{file.name[:6]}-copy{''.join(file.suffixes)}")
        copy.write_bytes(content)
        named, words = (
            rf"figures/{re.escape(copy.name)}: ",
            "(belongs to no figure or table|has no row in manifest.csv)",
        )
    return _found(project, file.name, damage, "files", named + words)


def _reseal(sidecar: Path, about: dict[str, Any]) -> None:
    """Write a sidecar and its hash into the manifest, as if it had been published so."""
    sidecar.write_text(
        json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    manifest = sidecar.with_name("manifest.csv")
    columns, rows = read(manifest)
    row = next(row for row in rows if row["name"] == sidecar.stem)
    row["sha256"] = hashlib.sha256(sidecar.read_bytes()).hexdigest()
    caption = about["caption"]
    row["caption"] = caption["en"] if isinstance(caption, dict) else caption
    write(manifest, columns, rows)


@kind("figures")
def figure_forged(project: Path, rng: Random) -> Mutation:
    """Change a plotted value, a mark or a picture, and make every hash agree with it."""
    file = _published(project, rng, r"(fig|tab)\d\d.*\.(csv|png|svg|pdf)")
    name, _, ending = file.name.partition(".")
    if ending.endswith("csv"):
        cells = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
        row, column = rng.choice(
            [
                (r, c)
                for r in range(1, len(cells))
                for c, cell in enumerate(cells[r])
                if re.search(r"[1-9]", cell)
            ]
        )
        old = cells[row][column]
        cells[row][column] = change_digit(old, rng, first=SIGNIFICANT)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(cells)
        file.write_text(out.getvalue(), encoding="utf-8")
        what = f"row {row + 1}, column {cells[0][column]}: {old} becomes {cells[row][column]}"
    else:
        others = [one for one in sorted(file.parent.glob(f"*.{ending}")) if one != file]
        other = rng.choice(others)
        file.write_bytes(other.read_bytes())
        what = f"it is {other.name}"
    sidecar = file.with_name(f"{name}.json")
    about = json.loads(sidecar.read_text(encoding="utf-8"))
    about["sha256"][ending] = hashlib.sha256(file.read_bytes()).hexdigest()
    _reseal(sidecar, about)
    return _found(
        project, file.name, f"{what}; all hashes agree", "published", rf"{re.escape(file.name)}: "
    )


@kind("figures")
def sidecar_forged(project: Path, rng: Random) -> Mutation:
    """Change a word of a caption, note or alternative text in a sidecar, and the manifest."""
    sidecar = _published(project, rng, r"(fig|tab)\d\d.*\.json")
    about = json.loads(sidecar.read_text(encoding="utf-8"))
    part = rng.choice([name for name in ("caption", "alt", "note") if about.get(name)])
    texts = about[part] if isinstance(about[part], dict) else {"en": about[part]}
    language = rng.choice(sorted(texts))
    old = rng.choice(re.findall(r"(?<!\w)[A-Za-z]{4,}(?!\w)", texts[language]))
    texts[language] = re.sub(rf"\b{old}\b", "otherwise", texts[language], count=1)
    about[part] = texts if isinstance(about[part], dict) else texts["en"]
    _reseal(sidecar, about)
    what = f"{old!r} becomes 'otherwise' in its {part} ({language}); the manifest agrees"
    return _found(project, sidecar.name, what, "published", rf"{re.escape(sidecar.name)}: .*{part}")


@kind("figures")
def register_edited(project: Path, rng: Random) -> Mutation:
    """Change, drop or add a row of ``numbers.csv`` or ``manifest.csv``."""
    register = rng.choice(("numbers.csv", "manifest.csv"))
    file = project / "figures" / register
    columns, rows = read(file)
    row = rng.choice(rows)
    name = row[columns[0]]
    change = rng.choice(("changed", "changed", "dropped", "added"))
    if change == "dropped":
        rows.remove(row)
        what = f"{name} is dropped"
    elif change == "added":
        name = f"{name[:-1]}{'y' if name.endswith('x') else 'x'}"
        rows.append({**row, columns[0]: name})
        rows.sort(key=lambda one: one[columns[0]])
        what = f"{name} is added"
    else:
        column = rng.choice([one for one in columns[1:] if row[one]])
        old = row[column]
        digits = re.search(r"[1-9]", old) and column not in ("sha256", "description", "caption")
        row[column] = change_digit(old, rng, first=SIGNIFICANT) if digits else old[1:] + "q"
        what = f"{column} of {name}: {old[:40]!r} becomes {row[column][:40]!r}"
    write(file, columns, rows)
    path = owner(project, name)
    rule = "published" if register == "numbers.csv" else "files"
    return Mutation(
        f"figures/{register}: {what}", (path,), ruled(path, rule, rf"{re.escape(name)}(\.json)?: ")
    )

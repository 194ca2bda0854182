"""``save_table``: a frame as CSV, LaTeX (booktabs), HTML and, for a paper, Word."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from egovstudy.data.tables import schema
from egovstudy.errors import ArgumentError, listed, nearest
from egovstudy.publish.figures import check_publishable, publish
from egovstudy.publish.style import current_venue, export_setting
from egovstudy.publish.tables.grid import Grid, make_grid
from egovstudy.publish.tables.latex import latex_table
from egovstudy.publish.words import canonical_csv, digest, sha256, worded

NAME = re.compile(r"tab(\d\d)[a-z]?-[a-z0-9]+(?:-[a-z0-9]+)*")
SOURCE = {"en": ("Source", "Sources"), "id": ("Sumber", "Sumber")}
MOST_DIGITS = 10


@dataclass(frozen=True)
class SavedTable:
    """A table as written; in a notebook it shows the HTML and, as text, the digest of its data."""

    name: str
    rows: int
    data_digest: str
    html: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.name} | {self.rows} rows | data digest {self.data_digest}"

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": str(self)}


def save_table(
    frame: pd.DataFrame,
    name: str,
    *,
    caption: str | Mapping[str, str],
    note: str | Mapping[str, str],
    digits: int = 3,
    cites: Sequence[str] = (),
) -> SavedTable:
    r"""Write a table as CSV, LaTeX and HTML, with a JSON sidecar and its row in the manifest.

    Under an export (``egovstudy export``) a Word file is written too. LaTeX needs
    ``\usepackage{booktabs,array}``, for a table too wide or too long for a page also ``rotating``,
    ``longtable`` or ``lscape``: its first line says which.

    Parameters
    ----------
    frame : DataFrame
        The table. A named index becomes its first columns, one without a name is not written.
    name : str
        ``tabNNx-words``, e.g. ``tab01a-waves``: NN is the notebook that publishes it; a notebook's
        main table may go without the letter.
    caption, note : str or dict
        What stands above and below. English, or ``{"en": ..., "id": ...}``; ``{{number:KEY}}``
        stands for a number kept before. Drawn is the venue's language, or English.
    digits : int
        Decimals of floats as shown; the CSV keeps ten significant digits.
    cites : sequence of str
        Tables or sources that the table rests on, e.g. ``["egdi"]``; the note ends with them.

    Returns
    -------
    SavedTable

    Raises
    ------
    ArgumentError
        If the name, caption, note or a source will not do, the frame is empty, two columns share a
        name, or the table is too wide for a page.

    Examples
    --------
    >>> import os, tempfile
    >>> os.environ["EGOVSTUDY_FIGURES"] = tempfile.mkdtemp()
    >>> table = pd.DataFrame({"wave": [2024], "egdi": [0.7991]})
    >>> save_table(table, "tab99a-try", caption="A try.", note="")
    tab99a-try | 1 rows | data digest dca523734338
    >>> del os.environ["EGOVSTUDY_FIGURES"]
    """
    captions, keyed_captions = worded(caption, "caption")
    notes, keyed_notes = worded(note, "note")
    notebook = check_publishable(NAME, name, "tab01a-waves", captions)
    frame = _checked(frame, name, digits)
    for texts in (notes, keyed_notes):
        texts.update(
            {language: _with_source(text, cites, language) for language, text in texts.items()}
        )
    language = current_venue().language
    shown, note_shown = (texts.get(language, texts["en"]) for texts in (captions, notes))
    grid = make_grid(frame, name, shown, note_shown, digits, language)
    page = html_table(grid)
    files = {
        "csv": canonical_csv(frame).encode("utf-8"),
        "tex": latex_table(grid).encode("utf-8"),
        "html": page.encode("utf-8"),
    }
    if export_setting() is not None:
        from egovstudy.publish.tables.word import word_table

        files["docx"] = word_table(grid)
    data_digest = digest(frame)
    about = {
        "name": name,
        "caption": captions,
        "caption_keyed": keyed_captions,
        "note": notes,
        "note_keyed": keyed_notes,
        "cites": list(cites),
        "language": language,
        "rows": len(frame),
        "data_digest": data_digest,
        "sha256": {ending: sha256(files[ending]) for ending in sorted(files)},
    }
    publish(name, files, about, kind="table", notebook=notebook)
    return SavedTable(name, len(frame), data_digest, page)


def _checked(frame: pd.DataFrame, name: str, digits: int) -> pd.DataFrame:
    """Refuse what is no table, and give it with a plain index."""
    if not isinstance(frame, pd.DataFrame):
        raise ArgumentError(
            f"{name} got a {type(frame).__name__}. Give a DataFrame; a Series has .to_frame()."
        )
    if not isinstance(digits, int) or not 0 <= digits <= MOST_DIGITS:
        raise ArgumentError(
            f"digits={digits} will not do. Give a whole number from 0 to {MOST_DIGITS}."
        )
    if frame.empty:
        raise ArgumentError(f"{name} has no rows or no columns. Check how its frame was made.")
    if frame.columns.nlevels > 1:
        raise ArgumentError(
            f"{name} has columns of {frame.columns.nlevels} levels. Join them to one name for each."
        )
    kept = [level for level in frame.index.names if level is not None]
    heads = [str(column) for column in [*kept, *frame.columns]]
    twice = sorted({head for head in heads if heads.count(head) > 1})
    if twice:
        raise ArgumentError(
            f"{name} has more than one column named {listed(twice)}. Rename one, or leave it out."
        )
    return frame.reset_index() if kept else frame.reset_index(drop=True)


def _with_source(note: str, cites: Sequence[str], language: str) -> str:
    """End a note with the names of what it cites."""
    if not cites:
        return note
    if isinstance(cites, str):
        raise ArgumentError(f"cites={cites!r} is one text. Give a list: cites=[{cites!r}].")
    titles = list(dict.fromkeys(title for one in cites for title in _titles(one)))
    return f"{note} {SOURCE[language][len(titles) > 1]}: {'; '.join(titles)}.".lstrip()


def _titles(cited: str) -> list[str]:
    tables = schema.table_names(codes=True)
    if cited in tables:
        about = schema.resource(cited)
        return [source["title"] for source in about.get("sources", [])] or [about["title"]]
    from egovstudy.data.tables import load

    sources = load("sources").set_index("source_id")
    if cited not in sources.index:
        raise ArgumentError(
            f"cites names {cited!r}, which is no table and no source. Tables:"
            f" {listed(schema.table_names(), most=60)}; sources: source_id in the table"
            f" sources.{nearest(cited, [*tables, *sources.index])}"
        )
    found = sources.loc[cited]
    return [
        ", ".join(
            str(found[part]).rstrip(".") for part in ("publisher", "title") if pd.notna(found[part])
        )
    ]


# Own lines, not great_tables or pandas' Styler: neither wraps columns of LaTeX by their words,
# turns or breaks what a page cannot hold, or marks heads of rows for screen readers.
def html_table(grid: Grid) -> str:
    """Draw a grid as HTML that a screen reader can walk: caption, heads, rows, note.

    The first column heads the rows where it names each row once.
    """
    first = [row[0] for row in grid.cells]
    named = len({*first, ""}) == len(first) + 1
    styles = [
        "text-align:right;font-variant-numeric:tabular-nums" if right else "text-align:left"
        for right in grid.right
    ]

    def row(number: int, texts: Sequence[str]) -> str:
        rule = ";border-top:1px solid" if number in grid.rules else ""
        rule += ";padding-top:0.6em" if number in grid.gaps else ""
        cells = [
            f'<td style="{style}{rule}">{html.escape(text)}</td>'
            for style, text in zip(styles, texts, strict=True)
        ]
        if named:
            style = f"{styles[0]};font-weight:normal{rule}"
            cells[0] = f'<th scope="row" style="{style}">{html.escape(texts[0])}</th>'
        return f"<tr>{''.join(cells)}</tr>"

    heads = "".join(
        f'<th scope="col" style="{style}">{html.escape(head)}</th>'
        for style, head in zip(styles, grid.heads, strict=True)
    )
    caption, note = html.escape(grid.caption), html.escape(grid.note)
    foot = (
        f'<tfoot><tr><td colspan="{len(grid.heads)}"'
        f' style="text-align:left">{note}</td></tr></tfoot>\n'
    )
    rows = "\n".join(row(number, texts) for number, texts in enumerate(grid.cells))
    return (
        "<table"
        f' lang="{grid.language}">\n<caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n{foot if grid.note else ''}</table>\n"
    )

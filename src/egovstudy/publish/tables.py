"""``save_table``: a frame as CSV, LaTeX (booktabs) and HTML."""

from __future__ import annotations

import html
import numbers
import re
from dataclasses import dataclass, field

import pandas as pd

from egovstudy.errors import ArgumentError
from egovstudy.publish.canonical import canonical, canonical_csv, sha256
from egovstudy.publish.figures import check_publishable, publish
from egovstudy.publish.numbers import show

NAME = re.compile(r"tab(\d\d)[a-z]-[a-z0-9]+(?:-[a-z0-9]+)*")
LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "−": "$-$", "–": "--",
}  # fmt: skip


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


def save_table(frame: pd.DataFrame, name: str, *, caption: str, note: str, digits: int = 3) -> SavedTable:
    """Write a table as CSV, LaTeX and HTML, with a JSON sidecar and its row in the manifest.

    Parameters
    ----------
    frame : DataFrame
        The table; its index is not written.
    name : str
        ``tabNNx-words``, e.g. ``tab01a-waves``: NN is the notebook that publishes it.
    caption, note : str
        What stands above and below.
    digits : int
        Decimals of floats in LaTeX and HTML; the CSV keeps ten significant digits.

    Returns
    -------
    SavedTable

    Raises
    ------
    ArgumentError
        If the name or caption will not do, or the frame is empty.

    Examples
    --------
    >>> import os, tempfile
    >>> os.environ["EGOVSTUDY_FIGURES"] = tempfile.mkdtemp()
    >>> save_table(pd.DataFrame({"wave": [2024], "egdi": [0.7991]}), "tab99a-try", caption="A try.", note="")
    tab99a-try | 1 rows | data digest dca523734338
    >>> del os.environ["EGOVSTUDY_FIGURES"]
    """
    notebook = check_publishable(NAME, name, "tab01a-waves", caption)
    if frame.empty:
        raise ArgumentError(f"{name} has no rows. Check how its frame was made.")
    frame = frame.reset_index(drop=True)
    cells = [[_cell(value, digits) for value in row] for row in frame.itertuples(index=False, name=None)]
    right = [pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes]
    heads = [str(column) for column in frame.columns]
    page = _html(heads, cells, right, caption, note)
    files = {
        "csv": canonical_csv(frame).encode("utf-8"),
        "tex": _latex(name, heads, cells, right, caption, note).encode("utf-8"),
        "html": page.encode("utf-8"),
    }
    hashes = {ending: sha256(files[ending]) for ending in sorted(files)}
    about = {
        "name": name, "caption": caption, "note": note, "cites": [], "rows": len(frame),
        "data_digest": hashes["csv"][:12], "sha256": hashes,
    }  # fmt: skip
    publish(name, files, about, kind="table", notebook=notebook)
    return SavedTable(name, len(frame), about["data_digest"], page)


def _cell(value: object, digits: int) -> str:
    is_float = isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral)
    return show(value, digits) if is_float and pd.notna(value) else canonical(value)


def _latex(name: str, heads: list[str], cells: list[list[str]], right: list[bool], caption: str, note: str) -> str:
    def safe(text: str) -> str:
        return "".join(LATEX.get(sign, sign) for sign in text)

    def line(row: list[str]) -> str:
        return " & ".join(map(safe, row)) + r" \\"

    body = [
        r"\begin{table}", rf"\caption{{{safe(caption)}}}", rf"\label{{{name}}}",
        rf"\begin{{tabular}}{{{''.join('r' if one else 'l' for one in right)}}}", r"\toprule", line(heads), r"\midrule",
        *map(line, cells), r"\bottomrule", r"\end{tabular}",
    ]  # fmt: skip
    if note:
        body.append(rf"\par\footnotesize {safe(note)}")
    return "\n".join([*body, r"\end{table}", ""])


def _html(heads: list[str], cells: list[list[str]], right: list[bool], caption: str, note: str) -> str:
    def line(row: list[str], tag: str) -> str:
        side = ["right" if one else "left" for one in right]
        inside = (
            f'<{tag} style="text-align:{at}">{html.escape(text)}</{tag}>' for text, at in zip(row, side, strict=True)
        )
        return f"<tr>{''.join(inside)}</tr>"

    foot = f'<tfoot><tr><td colspan="{len(heads)}">{html.escape(note)}</td></tr></tfoot>\n' if note else ""
    rows = "\n".join(line(row, "td") for row in cells)
    return (
        f"<table>\n<caption>{html.escape(caption)}</caption>\n<thead>{line(heads, 'th')}</thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n{foot}</table>\n"
    )

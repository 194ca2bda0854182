"""LaTeX: any text made safe, and tables with booktabs' rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from egovstudy.publish.tables.grid import Fit, Grid, fit, printable

# Text width and height of LaTeX's article class at 10 pt: what fits there fits nearly every
# journal's class.
PAGE_PT = (345, 550)
# Text sizes in pt with the space at each side of a cell, and LaTeX's name of the size.
SIZES: dict[tuple[float, float], str] = {(10, 6): "", (9, 4): r"\small", (8, 3): r"\footnotesize"}
# A note is as wide as its table, but never a thin pillar.
NOTE_WIDTH = r"\ifdim\wd0<0.7\linewidth\wd0=0.7\linewidth\fi\par\smallskip\parbox{\wd0}"
# By whether the table is turned and whether it is long.
PACKAGES = {
    (False, False): (),
    (True, False): ("rotating",),
    (False, True): ("longtable",),
    (True, True): ("longtable", "lscape"),
}
SIGNS = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "|": r"\textbar{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "`": r"\`{}",
    # At the start of a row LaTeX would read these as an option of the line break before it.
    "[": "{[}",
    "*": "{*}",
    "–": r"\textendash{}",
    "−": "$-$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "≠": r"$\neq$",
    "≈": r"$\approx$",
    "∞": r"$\infty$",
    "→": r"$\rightarrow$",
    "←": r"$\leftarrow$",
    "√": r"$\surd$",
    "Δ": r"$\Delta$",
    "Σ": r"$\Sigma$",
    "α": r"$\alpha$",
    "β": r"$\beta$",
    "γ": r"$\gamma$",
    "δ": r"$\delta$",
    "ε": r"$\varepsilon$",
    "κ": r"$\kappa$",
    "λ": r"$\lambda$",
    "μ": r"$\mu$",
    "π": r"$\pi$",
    "ρ": r"$\rho$",
    "σ": r"$\sigma$",
    "τ": r"$\tau$",
    "χ": r"$\chi$",
    # In text these would come from a font that small installations have only as bitmaps.
    "±": r"$\pm$",
    "×": r"$\times$",
    "÷": r"$\div$",
    "·": r"$\cdot$",
    "°": r"$^\circ$",
    "µ": r"$\mu$",
    "¬": r"$\neg$",
    "¹": "$^1$",
    "²": "$^2$",
    "³": "$^3$",
    "\u2009": r"\,",
    "\u202f": r"\,",
    "\u200b": "",
}
# Beyond these pdflatex has no letters; lualatex and xelatex do.
KNOWN = {chr(code) for code in range(0xA0, 0x180)} | set("–—‘’‚“”„†‡•…‰‹›€™") | set(SIGNS)


def latex_text(text: str) -> str:
    r"""Make any text safe for LaTeX, with nothing but its own packages.

    Examples
    --------
    >>> print(latex_text("R&D_1 rose by −5 % [p < 0.001]"))
    R\&D\_1 rose by $-$5 \% {[}p \textless{} 0.001]
    """
    safe = "".join(SIGNS.get(sign, sign) for sign in printable(text))
    # Hyphens, commas and apostrophes in a row would melt into one sign.
    return re.sub(r"([-,'])(?=\1)", r"\1{}", safe)


def latex_table(grid: Grid) -> str:
    r"""Draw a grid as a ``table``, turned where it is too wide, as a ``longtable`` where too long.

    The first line names the packages it needs: ``booktabs``; ``array`` where text wraps;
    ``rotating``, ``longtable`` and ``lscape`` for the large ones. All of them come with every
    LaTeX.

    Raises
    ------
    ArgumentError
        If the table is too wide even for a turned page.
    """
    sizes = list(SIZES)
    best = fit(grid, PAGE_PT, sizes)
    height = PAGE_PT[not best.turned]
    # Rather smaller on one page than over two.
    choices = [fit(grid, [best.room], sizes[at:]) for at in range(len(sizes))]
    fitted = next((one for one in choices if one.height(grid) <= height), best)
    turned, long = best.turned, fitted.height(grid) > height
    heads = [
        _head(lines, "r" if right else "l")
        for lines, right in zip(fitted.heads, grid.right, strict=True)
    ]
    head = [r"\toprule", " & ".join(heads) + r" \\", r"\midrule"]
    columns = "".join(
        _column(one / best.room, wrapped, right)
        for one, wrapped, right in zip(fitted.widths, fitted.wrapped, grid.right, strict=True)
    )
    style = [
        *filter(None, [SIZES[fitted.size, fitted.side]]),
        rf"\setlength{{\tabcolsep}}{{{fitted.side}pt}}",
        # Between caption and rule: the plain classes leave none.
        r"\setlength{\abovetopsep}{6pt}",
    ]
    caption, label = rf"\caption{{{latex_text(grid.caption)}}}", rf"\label{{{grid.name}}}"
    note = [rf"{{\footnotesize {latex_text(grid.note)}}}"] if grid.note else []
    if long:
        opened, closed = (
            (r"\begin{landscape}", r"\end{landscape}") if turned else (r"\begingroup", r"\endgroup")
        )
        body = [
            opened,
            *style,
            rf"\begin{{longtable}}{{{columns}}}",
            rf"{caption}{label}\\",
            *head,
            r"\endfirsthead",
            *head,
            r"\endhead",
            r"\bottomrule",
            r"\endfoot",
            *_rows(grid, fitted),
            r"\end{longtable}",
            *(rf"\noindent\parbox{{\linewidth}}{one}\par" for one in note),
            closed,
        ]
    else:
        around = "sidewaystable" if turned else "table"
        body = [
            rf"\begin{{{around}}}",
            r"\centering",
            caption,
            label,
            *style,
            r"\sbox{0}{%",
            rf"\begin{{tabular}}{{{columns}}}",
            *head,
            *_rows(grid, fitted),
            r"\bottomrule",
            r"\end{tabular}}",
            r"\usebox{0}",
            *(NOTE_WIDTH + one for one in note),
            rf"\end{{{around}}}",
        ]
    packages = ["booktabs", *(["array"] if any(fitted.wrapped) else []), *PACKAGES[turned, long]]
    return "\n".join([_needs(grid, packages), *body, ""])


def _needs(grid: Grid, packages: Sequence[str]) -> str:
    needs = rf"% {grid.name}: \usepackage{{{','.join(packages)}}}"
    texts = "".join([*grid.heads, *map("".join, grid.cells), grid.caption, grid.note])
    foreign = sorted({sign for sign in texts if sign > "~"} - KNOWN)
    if foreign:
        needs += f"; pdflatex has no letter for {' '.join(foreign)}, lualatex and xelatex have"
    return needs


def _rows(grid: Grid, fitted: Fit) -> list[str]:
    rows = []
    for number, cells in enumerate(grid.cells):
        if number in grid.rules:
            rows.append(r"\midrule")
        elif number in grid.gaps or (number and any(fitted.wrapped)):
            rows.append(r"\addlinespace[2pt]")
        rows.append(
            " & ".join(_cell(cell, wrap) for cell, wrap in zip(cells, fitted.wrapped, strict=True))
            + r" \\"
        )
    return rows


def _column(share: float, wrapped: bool, right: bool) -> str:
    if wrapped:
        return rf">{{\raggedright\arraybackslash}}p{{{share:.3f}\linewidth}}"
    return "r" if right else "l"


def _head(lines: Sequence[str], side: str) -> str:
    safe = [latex_text(line) for line in lines]
    if len(safe) == 1:
        return safe[0]
    return rf"\begin{{tabular}}[b]{{@{{}}{side}@{{}}}}" + r"\\".join(safe) + r"\end{tabular}"


def _cell(text: str, wrap: bool) -> str:
    safe = latex_text(text)
    # Long names and addresses have no spaces to break at.
    return re.sub(r"(\\_|/)(?=[^\s])", r"\1\\allowbreak{}", safe) if wrap else safe

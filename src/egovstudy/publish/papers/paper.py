"""What else a paper's folder needs.

References of just what is shown, and a page that says what is what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from egovstudy.data.tables import cite
from egovstudy.publish.style import VENUES

README = """\
Figures, tables, captions, numbers and references of egovstudy, exported for {setting}.

The same command writes them anew after a rerun of the project, and only what has changed:

    egovstudy export --venue {venue} --width {width} --language {language} --to THIS-FOLDER

It never writes over a file that you made or edited, unless you add --force.

WHAT IS WHAT
  contact-sheet.png   all figures at a glance
  figures/            each figure as PDF and EPS (for journals), SVG, PNG and TIFF (600 dpi); {venue} takes {formats}.
                      .csv holds what is drawn; .json holds captions, alternative texts and sizes
  tables/             each table for LaTeX (.tex), Word (.docx), the web (.html) and as data (.csv)
  captions            .txt to read and copy, .tex for LaTeX
  numbers             .txt to look up a key, .tex for LaTeX, .csv with units and descriptions
  references.bib      the sources of these figures and tables
  egovstudy-export.json  what the export wrote, so that it knows its own files; leave it here

IN LATEX (the paper lies in this folder)
  Preamble:  \\usepackage{{graphicx,booktabs,array,longtable}}  \\input{{numbers}}  \\input{{captions}}
  A number:  rank \\egovnumber{{{number}}}
  A figure:  \\includegraphics{{figures/{figure}}}  without width or scale: it has the exact width
             \\caption{{\\egovcaption{{{figure}}}}}
  A table:   \\input{{tables/{table}}}  with its caption and note
  Check:     egovstudy fill --check paper.tex
  Titles in Korean or Japanese, once cited, need lualatex or xelatex instead of pdflatex.

IN WORD (the paper lies in this folder)
  A number:  type {{{{number:{number}}}}}
  A figure:  type {{{{figure:{figure}}}}} on a line of its own; it comes at the exact width with its alternative text
  A table:   type {{{{table:{table}}}}} on a line of its own
  Captions:  type {{{{caption:{figure}}}}}; below a table {{{{note:{table}}}}}
  Then close Word and run:  egovstudy fill paper.docx
  Run it again after each export: it refreshes what it put in. --check only lists what is stale. LibreOffice loses the
  names of tables when it saves: there type the mark again in the place of the table.
  Switch off the compression of images (File, Options, Advanced, Image Size and Quality), or Word makes them coarse.
"""  # noqa: E501 (the lines of the page)


def references(cites: Iterable[str]) -> str:
    """Give the sources of tables as one BibTeX file, each source once.

    Terms and remarks of a source stand in ``annote``, which bibliography styles do not print.

    Parameters
    ----------
    cites : iterable of str
        Names of the tables that figures and tables cite.

    Examples
    --------
    >>> print(references(["egdi", "egdi"]).count("@misc{un-desa-egovkb,"))
    1
    """
    heads, entries = [], {}
    for table in sorted(set(cites)):
        for block in cite(table).rstrip("\n").split("\n\n"):
            entry = re.match(r"@\w+\{([^,]+),", block)
            if entry:
                block = re.sub(r"^  note = ", "  annote = ", block, flags=re.MULTILINE)
                # Twice in braces: styles would make small letters of "UN" and of the words of other
                # languages.
                entries[entry[1]] = re.sub(
                    r"^  title = (\{.*\})(?=,?$)", r"  title = {\1}", block, flags=re.MULTILINE
                )
            else:
                heads.append(block)
    return "\n\n".join([*heads, *(entries[key] for key in sorted(entries))]) + "\n"


def readme(
    sidecars: Iterable[Mapping[str, Any]],
    numbers: Mapping[str, Any],
    about: Mapping[str, str],
    setting: str,
) -> str:
    """Write the page that goes with an export, with its own figures as examples.

    Parameters
    ----------
    sidecars : iterable of mapping
        Of the figures and tables.
    numbers : mapping
        Rows by key.
    about : mapping
        Venue, width and language, by name.
    setting : str
        The same in words.
    """
    names = [about["name"] for about in sidecars]
    return README.format(
        **about,
        setting=setting,
        formats=", ".join(one.upper() for one in VENUES[about["venue"]].formats),
        number=next(iter(sorted(numbers)), "KEY"),
        figure=next((name for name in names if name.startswith("fig")), "NAME"),
        table=next((name for name in names if name.startswith("tab")), "NAME"),
    )

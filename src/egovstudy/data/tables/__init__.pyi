"""Tables: the schema is the codebook; load, describe, find, cite."""

# The codebook is the schema, asked in words: ``describe``, ``find``, and ``data/CODEBOOK.md``.
from . import codebook as codebook

# The tables inside the coding manuals, written from the data.
from . import manual as manual

# The one schema: ``datapackage.json``, read once and asked for tables, fields and code lists.
from . import schema as schema

# Say what tables there are, what a table's columns mean, or what codes a column allows.
from .codebook import describe as describe

# Search every table, column and code for a word.
from .codebook import find as find

# Say what the tables hold of a country, so that nobody takes Indonesia's acts for its own.
from .coded import what_is_coded as what_is_coded

# Forget the tables read so far, so that the next load of each reads its file again.
from .loading import forget as forget

# Labels of a code list, to map codes to words.
from .loading import labels as labels

# Load a table of the data package.
from .loading import load as load

# UN E-Government Development Index: every country in every wave, scores from zero to one.
from .loading import load_egdi as load_egdi

# Coded events of Indonesian digital-government and administrative-reform partnership.
from .loading import load_events as load_events

# Indonesia's own reform indicators, conflicting figures kept as rows.
from .loading import load_reform as load_reform

# Give a table's rows as the text that stands in the file, for writers that add to it.
from .loading import raw_rows as raw_rows

# Blocks of a page that are written from the tables, as a pattern.
from .manual import BLOCK as BLOCK

# Give the sources of a table, or of the rows at hand, as BibTeX with licence and access date.
from .sources import cite as cite

# Line of a file in which its first row stands.
from .validation import FIRST_ROW as FIRST_ROW

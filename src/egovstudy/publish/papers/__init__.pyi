"""Papers: texts filled, macros, references, Word files, what was published."""

# Numbers and captions as LaTeX macros and as plain text, and references: what a paper takes from an export.
from . import macros as macros

# What else a paper's folder needs: references of just what is shown, and a page that says what is what.
from . import paper as paper

# Draw pictures side by side, each with its name below.
from .contact import contact_sheet as contact_sheet

# Fill the marks of texts, all or none; or only look.
from .filling import fill_files as fill_files

# List the figures, the tables or the numbers that the notebooks have published, and what is wrong with them.
from .reading import published as published

# CONST
from .store import EXPORT_RECORD as EXPORT_RECORD

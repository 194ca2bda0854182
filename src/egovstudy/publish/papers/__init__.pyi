"""Papers: texts filled, macros, references, Word files, what was published."""

# Numbers and captions as LaTeX macros and as plain text.
from . import macros as macros

# References of just what is shown, and a page that says what is what.
from . import paper as paper

# Draw pictures side by side, each with its name below.
from .contact import contact_sheet as contact_sheet

# Fill the marks of texts, all or none; or only look.
from .filling import fill_files as fill_files

# List figures, tables or numbers that the notebooks have published, with their flaws.
from .reading import published as published

# File that says what an export wrote, and for which venue.
from .store import EXPORT_RECORD as EXPORT_RECORD

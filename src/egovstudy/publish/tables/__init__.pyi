"""Tables: one frame as HTML, LaTeX and Word."""

# Lay out estimates as papers do, as text, for :func:`save_table`.
from .estimates import estimate_table as estimate_table

# Write a p-value with three decimals, never below the smallest that its design can give.
from .estimates import show_p as show_p

# Make any text safe for LaTeX, with nothing but its own packages.
from .latex import latex_text as latex_text

# Write a table as CSV, LaTeX and HTML, with a JSON sidecar and its row in the manifest.
from .saving import save_table as save_table

# Save a python-docx document so that the same content is the same bytes on any day and system.
from .word import document_bytes as document_bytes

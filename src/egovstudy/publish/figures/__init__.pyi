"""Figures: saved in every format, read back, refused where they cannot be read."""

# Check the name and captions of a figure or table, and give the two digits of its notebook.
from .saving import check_publishable as check_publishable

# Write files, the sidecar with their hashes, and the manifest's row with the sidecar's.
from .saving import publish as publish

# Write a figure as PDF, SVG and PNG, its data and marks as CSV, and its row in the manifest.
from .saving import save_figure as save_figure

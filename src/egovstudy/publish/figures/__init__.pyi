"""Figures: saved in every format, read back, refused where they cannot be read."""

# Check the name and captions (by language) of a figure or table and return the two digits of its notebook.
from .saving import check_publishable as check_publishable

# Write the files, the sidecar that holds their hashes, and the manifest row that holds the sidecar's hash.
from .saving import publish as publish

# Write a figure as PDF, SVG and PNG, its data and its marks as CSV, a sidecar and its row in the manifest.
from .saving import save_figure as save_figure

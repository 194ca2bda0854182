"""Export: what was published, put into a paper's folder."""

# Rerun notebooks for a venue and put what they publish into a folder.
from .paper_folder import export as export

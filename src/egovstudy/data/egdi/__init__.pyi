"""The UN's index: its files as handed out, scores within a wave, decomposition, breaks."""

# Checks of the EGDI figures by name: identity, ranks, flags, anchors in print.
from .checks import EGDI_CHECKS as EGDI_CHECKS

# Check that all UN members stand in all waves, and that each ranks as many as are on record.
from .checks import grid_findings as grid_findings

# List changes of method that lie between two waves: the later is measured with another yardstick.
from .scores import breaks_between as breaks_between

# Split a country's change in EGDI between two waves exactly into its components.
from .scores import decompose as decompose

# Place each score among the scores of its own wave.
from .scores import within_wave as within_wave

# The three components of the index, in the order in which their weights stand.
from .un_files import COMPONENTS as COMPONENTS

# What joins the names of a country that the UN's files know by several.
from .un_files import NAMES_JOINED_BY as NAMES_JOINED_BY

# First wave in which TII and HCI run exactly from zero to one.
from .un_files import RESCALED_FROM as RESCALED_FROM

# Columns of the five scores.
from .un_files import SCORES as SCORES

# Columns of the UN's files with the names they have here.
from .un_files import UN_COLUMNS as UN_COLUMNS

# Weights of OSI, TII and HCI.
from .un_files import Weights as Weights

# Tell absent from zero in one wave, and flag what a figure is not.
from .un_files import absent_and_flags as absent_and_flags

# Compare ``egdi.csv`` with a user's own UN downloads.
from .un_files import compare_with_un as compare_with_un

# SHA-256 of a file, in hexadecimal.
from .un_files import file_digest as file_digest

# Give the ISO code by each name under which the UN's files know a country.
from .un_files import iso3_by_un_name as iso3_by_un_name

# Mark where an index is not the weighted mean of its components, but for rounding in print.
from .un_files import misses_identity as misses_identity

# Read one file of the UN E-Government Knowledgebase's Data Center, figures as printed.
from .un_files import read_un_file as read_un_file

# Give the weights of OSI, TII and HCI of every wave.
from .un_files import weights_by_wave as weights_by_wave

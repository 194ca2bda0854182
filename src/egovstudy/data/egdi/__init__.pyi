"""The UN's index: its files as handed out, scores within a wave, decomposition, breaks."""

# What the EGDI figures must satisfy among themselves, whoever typed them.
from . import checks as checks

# List changes of method that lie between two waves: the later is measured with another yardstick.
from .scores import breaks_between as breaks_between

# Split a country's change in EGDI between two waves exactly into its components.
from .scores import decompose as decompose

# Place each score among the scores of its own wave.
from .scores import within_wave as within_wave

# CONST
from .un_files import IDENTITY_TOLERANCE as IDENTITY_TOLERANCE

# CONST
from .un_files import IDENTITY_TOLERANCE_LATER as IDENTITY_TOLERANCE_LATER

# CONST
from .un_files import NAMES_JOINED_BY as NAMES_JOINED_BY

# CONST
from .un_files import RESCALED_FROM as RESCALED_FROM

# CONST
from .un_files import SCORES as SCORES

# CONST
from .un_files import UN_COLUMNS as UN_COLUMNS

# Tell absent from zero in one wave, and flag what a figure is not.
from .un_files import absent_and_flags as absent_and_flags

# Compare ``egdi.csv`` with a user's own UN downloads.
from .un_files import compare_with_un as compare_with_un

# SHA-256 of a file, in hexadecimal.
from .un_files import file_digest as file_digest

# Give the ISO code by each name under which the UN's files know a country.
from .un_files import iso3_by_un_name as iso3_by_un_name

# Read one file of the UN E-Government Knowledgebase's Data Center, figures as printed.
from .un_files import read_un_file as read_un_file

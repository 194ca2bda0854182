"""Contributions: sheets, the interview, codings, a new wave; checked, then written."""

# Add every event of a sheet that has no errors.
from .additions import add_sheet as add_sheet

# Compare two sheets of the same form.
from .comparisons import compare as compare

# Run every named check on a sheet.
from .contributions import check_contribution as check_contribution

# Give the findings that must be mended.
from .contributions import errors as errors

# Write findings for programs, as a list of objects.
from .contributions import findings_as_json as findings_as_json

# Write findings for people: errors, then questions, one line each, and what follows.
from .contributions import findings_as_text as findings_as_text

# Name every check with what it holds, one line each.
from .contributions import list_checks as list_checks

# Read a sheet of events.
from .contributions import read_contribution as read_contribution

# Write an empty form: as XLSX with a tab of codes and lists to choose from, as CSV its header.
from .form import write_template as write_template

# Ask for one event, check each answer as it comes, and add it.
from .interview import add_by_asking as add_by_asking

# Read pairs of code and new name from the command line.
from .new_wave import names_of as names_of

# Read the UN's file of a wave that is not in the tables, and check it.
from .new_wave import read_new_wave as read_new_wave

# Read the weights of OSI, TII and HCI from the command line.
from .new_wave import weights_of as weights_of

# Write a wave of the UN survey into the tables and seal the data, or change nothing.
from .wave_addition import add_wave as add_wave

# Say what a new wave brings beside the wave before, in lines.
from .wave_addition import what_changed as what_changed

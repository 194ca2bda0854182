"""What people hand in: sheets, the interview, a new wave; checked, then written whole or not at all."""

# New events go into the tables: event, sources, themes, all or nothing, and the data are sealed anew.
from . import additions as additions

# Contributions: a sheet of events is read, every named check looks at it, all findings at once.
from . import contributions as contributions

# ``egovstudy add-event``: one event is asked for question by question, each answer checked as it comes.
from . import interview as interview

# A new wave of the UN survey as the UN Data Center's own file has it: read, checked, and nothing written.
from . import new_wave as new_wave

# A new wave of the UN survey goes into the tables: all of it, or nothing; and what changed with it, in words.
from . import wave_addition as wave_addition

# Compare two sheets of the same form.
from .comparisons import compare as compare

# Write an empty form: as XLSX with a tab of codes and lists to choose from, as CSV its header alone.
from .form import write_template as write_template

# Give the first and last day of a partial ISO date, or None if it is none.
from .witnesses import days as days

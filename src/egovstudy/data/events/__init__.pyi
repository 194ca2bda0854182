"""Coded events: dates, partnerships, exposure, evidence, agreement of coders."""

# What the coded tables must satisfy among themselves: dates against print, evidence, codings, derived records.
from . import checks as checks

# CONST
from .checks import CONFLICT_BASES as CONFLICT_BASES

# CONST
from .checks import DAY_WITHOUT_PRINT as DAY_WITHOUT_PRINT

# What :func:`agreement` found.
from .coders import Agreement as Agreement

# Say how far coders agree beyond chance, variable by variable.
from .coders import agreement as agreement

# Count events, every group and period shown, also the empty ones.
from .counting import count_events as count_events

# Find pairs of rows that may be one event: same partner, body and instrument, days that touch or nearly touch.
from .counting import find_duplicates as find_duplicates

# A printed date, resolved or not.
from .dates import Resolution as Resolution

# Resolve a printed date to a day, a month or a year, or say that nothing decides.
from .dates import resolve_date as resolve_date

# Days on which somebody can have been in office: a date that is not known bounds nothing.
from .dates import term_of as term_of

# Put what :func:`verify_evidence` found into words: a line for each value that does not verify, and the counts.
from .evidence import report as report

# Verify every coded span against the texts that the user holds.
from .evidence import verify_evidence as verify_evidence

# CONST
from .partnerships import ACTIVE as ACTIVE

# CONST
from .partnerships import LAPSE_AFTER as LAPSE_AFTER

# Count the partnerships that are active when a wave's assessment opens.
from .partnerships import exposure as exposure

# Follow each partnership (partner and Indonesian body) through its states.
from .partnerships import partnership_states as partnership_states

# CONST
from .printed import WEEKDAYS as WEEKDAYS

# Parts of a printed date; what is not printed is None.
from .printed import Printed as Printed

# Read a printed date into its parts.
from .printed import read_printed as read_printed

# First and last day of a partial ISO date.
from .printed import span as span

# Write the records as the text of ``event_records.csv``.
from .records import as_csv as as_csv

# Derive ``event_records`` from the coded tables.
from .records import event_records as event_records

# Find printed dates whose weekday does not fit their number.
from .records import weekday_conflicts as weekday_conflicts

# CONST
from .waves import RULES as RULES

# Assign each event the first survey wave that could reflect it.
from .waves import assign_wave as assign_wave

# Day before which an event must be over to count for a wave.
from .waves import wave_windows as wave_windows

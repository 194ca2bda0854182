"""Coded events: dates, partnerships, exposure, evidence, rules, agreement of coders."""

# Checks of the event tables by name: events, printed dates, records, evidence, codings.
from .checks import EVENT_CHECKS as EVENT_CHECKS

# What :func:`agreement` found.
from .coders import Agreement as Agreement

# Say how far coders agree beyond chance, variable by variable.
from .coders import agreement as agreement

# Count events, every group and period shown, also the empty ones.
from .counting import count_events as count_events

# Find pairs of rows that may be one event: same partner, body, instrument and nearly the same days.
from .counting import find_duplicates as find_duplicates

# Resolve a printed date to a day, a month or a year, or say that nothing decides.
from .dates import resolve_date as resolve_date

# Put what :func:`verify_evidence` found into words: each value that does not verify, and counts.
from .evidence import report as report

# Verify every coded span against the texts that the user holds.
from .evidence import verify_evidence as verify_evidence

# Stages after which a partnership is active.
from .partnerships import ACTIVE as ACTIVE

# Years without an event after which a partnership counts as lapsed.
from .partnerships import LAPSE_AFTER as LAPSE_AFTER

# Count the partnerships that are active when a wave's assessment opens.
from .partnerships import exposure as exposure

# Follow each partnership (partner and Indonesian body) through its states.
from .partnerships import partnership_states as partnership_states

# Days of the week by name, Monday first.
from .printed import WEEKDAYS as WEEKDAYS

# First and last day of a partial ISO date.
from .printed import span as span

# Write the records as the text of ``event_records.csv``.
from .records import as_csv as as_csv

# Derive ``event_records`` from the coded tables.
from .records import event_records as event_records

# Find printed dates whose weekday does not fit their number.
from .records import weekday_conflicts as weekday_conflicts

# Stages that rest on a signed text.
from .rules import AGREED as AGREED

# Severity of a rule: what it finds must be mended.
from .rules import ERROR as ERROR

# Rules by name that hold for rows of a sheet and events of the tables alike.
from .rules import EVENT_RULES as EVENT_RULES

# Severity of a rule: what it finds may be right and deserves a second look.
from .rules import QUESTION as QUESTION

# A named rule: what it holds, what it weighs, and the function that looks.
from .rules import Rule as Rule

# Enter a function that looks at one event into a register of rules.
from .rules import rule as rule

# Enter a function that looks at all events together into a register of rules.
from .rules import rule_of_all as rule_of_all

# Names of a date's fineness by the length of the partial ISO date.
from .sourced import PRECISION as PRECISION

# What the columns of a second source begin with in the form.
from .sourced import SECOND as SECOND

# Columns of the form that describe a source.
from .sourced import SOURCE_FIELDS as SOURCE_FIELDS

# Columns of the form that describe a source and what it prints of the date.
from .sourced import WITNESS as WITNESS

# An event with its sources, from a sheet or from the tables.
from .sourced import Event as Event

# What events are held against, loaded once.
from .sourced import Known as Known

# One of the sources of an event, a witness of its date.
from .sourced import Source as Source

# A person's term in an office.
from .sourced import Term as Term

# Give a web address without what does not tell two pages apart.
from .sourced import address as address

# Give the first and last day of a partial ISO date, or None if it is none.
from .sourced import days as days

# Table and column of the data package in which a column of the form ends up.
from .sourced import home as home

# Say what a printed date gives, in a line.
from .sourced import said as said

# The rules that assign a wave to an event, by name, in words.
from .waves import RULES as RULES

# Assign each event the first survey wave that could reflect it.
from .waves import assign_wave as assign_wave

# Day before which an event must be over to count for a wave.
from .waves import wave_windows as wave_windows

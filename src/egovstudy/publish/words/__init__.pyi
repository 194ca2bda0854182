"""Numbers, captions and texts, and the registers that keep them."""

# CONST
from .ledger import MANIFEST as MANIFEST

# CONST
from .ledger import MANIFEST_COLUMNS as MANIFEST_COLUMNS

# Read a ledger as rows by key, the key being its first column; an absent file is an empty ledger.
from .ledger import read_rows as read_rows

# Add a row, or replace the one with the same key, so that any order of calls leaves the same file.
from .ledger import upsert as upsert

# CONST
from .numbers import COLUMNS as COLUMNS

# CONST
from .numbers import NUMBERS as NUMBERS

# Keep a number for prose, captions and the paper, as one row of ``figures/numbers.csv``.
from .numbers import keep_number as keep_number

# Read the kept numbers.
from .numbers import read_numbers as read_numbers

# Put kept numbers in the place of bare marks, as in captions.
from .numbers import resolve as resolve

# Write a number for readers: fixed decimals, halves away from zero, a true minus, commas at thousands.
from .numbers import show as show

# List the Markdown pages of a project that may show kept numbers.
from .page_list import pages as pages

# CONST
from .prose import CODE_BLOCK as CODE_BLOCK

# Find the numbers of a Markdown text that are typed and not keyed.
from .prose import typed_numbers as typed_numbers

# Write one value as text: floats to 10 significant digits and 12 decimals, missing as nothing.
from .rounding import canonical as canonical

# Write a frame as canonical CSV; a Series and a named index become columns.
from .rounding import canonical_csv as canonical_csv

# Write rows as CSV text with LF line ends, every value through :func:`canonical`.
from .rounding import csv_text as csv_text

# Give the first 12 hex digits of the SHA-256 of a frame's CSV, with floats at seven significant digits.
from .rounding import digest as digest

# Hash bytes, or text as UTF-8, as 64 hex digits.
from .rounding import sha256 as sha256

# Put kept numbers into the marks of a page, save for the examples in its code.
from .texts import filled as filled

# List every keyed number that stands in a page or in the prose of a notebook.
from .texts import marks as marks

# Give the keyed numbers of one page.
from .texts import marks_of_page as marks_of_page

# Put a text into each mark of a page, save for the examples in its code.
from .texts import replaced as replaced

# Give the marks that do not show the kept number, or whose key is unknown.
from .texts import stale_marks as stale_marks

# CONST
from .wording import ALT_WORDS as ALT_WORDS

# CONST
from .wording import CAPTION_WORDS as CAPTION_WORDS

# Check that a text is there, and short enough, in each language.
from .wording import check_words as check_words

# Give a text by language, once with its numbers put in and once with their marks kept.
from .wording import worded as worded

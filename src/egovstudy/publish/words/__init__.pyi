"""Words: numbers in prose, captions, and the registers that keep them."""

# File name of the register of figures and tables.
# Columns of the register of numbers, its key first.
from .numbers import COLUMNS as COLUMNS

# File name of the register of numbers.
from .numbers import NUMBERS as NUMBERS

# Keep a number for prose, captions and the paper, as one row of ``figures/numbers.csv``.
from .numbers import keep_number as keep_number

# Read the kept numbers.
from .numbers import read_numbers as read_numbers

# Put kept numbers in the place of bare marks, as in captions.
from .numbers import resolve as resolve

# Write a number for readers: fixed decimals, a true minus, commas at thousands.
from .numbers import show as show

# Code blocks of a Markdown text, as a pattern.
from .prose import CODE_BLOCK as CODE_BLOCK

# Find the numbers of a Markdown text that are typed and not keyed.
from .prose import typed_numbers as typed_numbers

# File name of the register of figures and tables.
from .registers import MANIFEST as MANIFEST

# Columns of the register of figures and tables, its key first.
from .registers import MANIFEST_COLUMNS as MANIFEST_COLUMNS

# Read a register as rows by key, its first column.
from .registers import read_rows as read_rows

# Add a row to a register, or replace the one with the same key.
from .registers import upsert as upsert

# Write one value as text: floats to ten digits and twelve decimals, missing as nothing.
from .rounding import canonical as canonical

# Write a frame as canonical CSV; a Series and a named index become columns.
from .rounding import canonical_csv as canonical_csv

# Write rows as CSV text with LF line ends, every value through :func:`canonical`.
from .rounding import csv_text as csv_text

# Digest a frame: SHA-256 of its CSV, floats at seven digits, twelve hex digits of it.
from .rounding import digest as digest

# Hash bytes, or text as UTF-8, in full (SHA-256).
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

# Most words of an alternative text.
from .wording import ALT_WORDS as ALT_WORDS

# Most words of a caption.
from .wording import CAPTION_WORDS as CAPTION_WORDS

# Check that a text is there, and short enough, in each language.
from .wording import check_words as check_words

# Give a text by language, once with its numbers put in and once with their marks kept.
from .wording import worded as worded

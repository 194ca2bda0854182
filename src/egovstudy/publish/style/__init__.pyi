"""Style: venues, their sizes and text, and who has which colour and word."""

# Look of lines that stand behind those a figure is about.
from .look import BACKGROUND as BACKGROUND

# Settings of bounds behind lines: a solid light ground that prints, with an edge.
from .look import BAND as BAND

# Colour of a mark where a method changed.
from .look import BREAK as BREAK

# Bars of OSI, TII and HCI, in the colours of their lines.
from .look import COMPONENT_FILLS as COMPONENT_FILLS

# Colour of grounds and of rules between rows, too light to carry meaning.
from .look import FAINT as FAINT

# Bars of up to eight groups: colours that differ in grey too, and hatches.
from .look import FILLS as FILLS

# Colour of the page.
from .look import GROUND as GROUND

# One colour, line and marker for each of EGDI, OSI, TII, HCI and EPI, the same in every figure.
from .look import INDICATORS as INDICATORS

# Colour of text and axes.
from .look import INK as INK

# Looks of countries by iso3, the same in every figure.
from .look import LINES as LINES

# Colour of marks that stand back and can still be seen.
from .look import MUTED as MUTED

# Colour of words that stand back and can still be read.
from .look import MUTED_TEXT as MUTED_TEXT

# Fills by the name of their colour, for groups whose colour means something.
from .look import NAMED_FILLS as NAMED_FILLS

# Short names of countries, by language and iso3.
from .look import NAMES as NAMES

# What the data say, by language; what is not there stands as it is.
from .look import PHRASES as PHRASES

# Looks of series that are drawn in more than one figure: designs, leads, forecasts.
from .look import SERIES as SERIES

# Colours of up to eight groups of points, in the order of their markers.
from .look import SHAPE_COLOURS as SHAPE_COLOURS

# Markers of up to eight groups of points.
from .look import SHAPES as SHAPES

# Looks for countries without one of their own.
from .look import SPARE_LINES as SPARE_LINES

# Eight looks for series without one of their own; the first seven are those of designs.
from .look import SPARE_SERIES as SPARE_SERIES

# Looks of values by how sure they are.
from .look import STATUS as STATUS

# Steps of ticks in which a reader counts: ones, twos, fives.
from .look import STEPS as STEPS

# Words that plots add, by language.
from .look import WORDS as WORDS

# How one group's bars are drawn: colour, hatch, colour of the hatch.
from .look import Fill as Fill

# How one series is drawn: colour, line style, marker; line width and marker size in pt.
from .look import Line as Line

# Environment variable by which an export sets venue, width and language.
from .venues import EXPORT_VARIABLE as EXPORT_VARIABLE

# Name of the font of every figure.
from .venues import FONT as FONT

# Folder of the font's files.
from .venues import FONT_DIR as FONT_DIR

# Files of the font: regular, bold, italic.
from .venues import FONT_FILES as FONT_FILES

# Languages in which plots can speak.
from .venues import LANGUAGES as LANGUAGES

# Millimetres in an inch.
from .venues import MM as MM

# Presets of venues by name: widths, smallest text, greatest height, formats.
from .venues import VENUES as VENUES

# The venue in use: one width in mm, text sizes in pt, a language.
from .venues import Setting as Setting

# Give the setting that :func:`use_venue` would make, and leave the one in use.
from .venues import chosen_venue as chosen_venue

# Return the venue in use.
from .venues import current_venue as current_venue

# Read what ``EGOVSTUDY_EXPORT`` asks for: ``venue/width/language``; None if it asks for nothing.
from .venues import export_setting as export_setting

# Choose the venue that figures are drawn for from here on.
from .venues import use_venue as use_venue

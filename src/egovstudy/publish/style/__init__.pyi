"""Venues and the one visual language."""

# CONST
from .look import BACKGROUND as BACKGROUND

# Settings of bounds behind lines: a solid light ground that prints, with an edge.
from .look import BAND as BAND

# CONST
from .look import BREAK as BREAK

# CONST
from .look import COMPONENT_FILLS as COMPONENT_FILLS

# CONST
from .look import FAINT as FAINT

# CONST
from .look import FILLS as FILLS

# How one group's bars are drawn: colour, hatch, colour of the hatch.
from .look import Fill as Fill

# CONST
from .look import GROUND as GROUND

# One colour, line and marker for each of EGDI, OSI, TII, HCI and EPI, the same in every figure.
from .look import INDICATORS as INDICATORS

# CONST
from .look import INK as INK

# CONST
from .look import LINES as LINES

# CONST
from .look import MUTED as MUTED

# CONST
from .look import MUTED_TEXT as MUTED_TEXT

# Fills by the name of their colour, for groups whose colour means something.
from .look import NAMED_FILLS as NAMED_FILLS

# CONST
from .look import NAMES as NAMES

# CONST
from .look import PHRASES as PHRASES

# Looks of series that are drawn in more than one figure: designs, leads, forecasts.
from .look import SERIES as SERIES

# CONST
from .look import SHAPE_COLOURS as SHAPE_COLOURS

# CONST
from .look import SHAPES as SHAPES

# CONST
from .look import SPARE_LINES as SPARE_LINES

# Eight looks for series without one of their own; the first seven are those of designs.
from .look import SPARE_SERIES as SPARE_SERIES

# Looks of values by how sure they are.
from .look import STATUS as STATUS

# CONST
from .look import STEPS as STEPS

# CONST
from .look import TINTS as TINTS

# CONST
from .look import WORDS as WORDS

# How one series is drawn: colour, line style, marker; line width and marker size in pt.
from .look import Line as Line

# CONST
from .venues import EXPORT_VARIABLE as EXPORT_VARIABLE

# CONST
from .venues import FONT as FONT

# CONST
from .venues import FONT_DIR as FONT_DIR

# CONST
from .venues import FONT_FILES as FONT_FILES

# CONST
from .venues import LANGUAGES as LANGUAGES

# CONST
from .venues import MM as MM

# CONST
from .venues import VENUES as VENUES

# The venue in use, as plots and ``save_figure`` read it: one width in mm, text sizes in pt, a language.
from .venues import Setting as Setting

# Give the setting that :func:`use_venue` would make, and leave the one in use.
from .venues import chosen_venue as chosen_venue

# Return the venue in use.
from .venues import current_venue as current_venue

# Read what ``EGOVSTUDY_EXPORT`` asks for: ``venue/width/language``; None if it asks for nothing.
from .venues import export_setting as export_setting

# Choose the venue that figures are drawn for from here on.
from .venues import use_venue as use_venue

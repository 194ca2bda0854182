"""Plots: a module for each kind of picture; they draw what they are given."""

# Draw counts as horizontal bars, stacked by group, with the total at the end.
from .bars import plot_counts as plot_counts

# Draw what each component adds to the change between waves, as diverging stacked bars.
from .bars import plot_decomposition as plot_decomposition

# Give a country's short name; an unknown code stands for itself.
from .canvas import country as country

# Give a text in the venue's language, e.g. an axis label that a notebook sets.
from .canvas import say as say

# Draw a specification curve: sorted gaps, their p-values, and the choices as strips below.
from .curve import plot_specifications as plot_specifications

# Draw estimates as dots with intervals, one row per label.
from .dots import plot_intervals as plot_intervals

# Draw each unit's change against its first value, a few units marked out.
from .dots import plot_movement as plot_movement

# Draw gaps, observed beside synthetic, or placebos, in a grid of small panels.
from .gaps import plot_gaps as plot_gaps

# Draw reform indicators as small panels, each in its own unit.
from .lines import plot_indicators as plot_indicators

# Draw series as lines in small panels on one scale, with intervals where there are some.
from .lines import plot_lines as plot_lines

# Draw countries over the survey waves, in calendar years.
from .lines import plot_path as plot_path

# Draw counts of two-way groups as a matrix, each written in its cell.
from .matrix import plot_matrix as plot_matrix

# Draw milestones, running partnerships and indicators below one another on one time axis.
from .timeline import plot_exposure as plot_exposure

# Draw events on a calendar axis, a row per group; those that fall together are stacked in it.
from .timeline import plot_timeline as plot_timeline

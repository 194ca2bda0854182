"""Plots: one module for each kind of picture; they draw what they are given."""

# Give a country's short name; an unknown code stands for itself.
from .canvas import country as country

# Give a text in the venue's language, e.g. an axis label that a notebook sets.
from .canvas import say as say

# Draw counts as horizontal bars, stacked by group, with the total at the end.
from .events import plot_counts as plot_counts

# Draw events on a calendar axis, one row per group; events that fall together are stacked in their row.
from .events import plot_timeline as plot_timeline

# Draw milestones, running partnerships and indicators below one another on one time axis.
from .exposure import plot_exposure_and_reform as plot_exposure_and_reform

# Draw estimates as marks with intervals, one row per label.
from .intervals import plot_intervals as plot_intervals

# Draw each unit's change against its first value, a few units marked out.
from .movement import plot_movement as plot_movement

# Draw who met whom: partners on the left, Indonesian bodies on the right, from given positions.
from .network import plot_network as plot_network

# Draw what each component adds to the change between waves, as diverging stacked bars.
from .paths import plot_decomposition as plot_decomposition

# Draw a specification curve: sorted gaps, their p-values, and the choices as strips below.
from .specifications import plot_specifications as plot_specifications

# Draw gaps, observed beside synthetic, or placebos, in a grid of small panels.
from .gaps import plot_gaps as plot_gaps

# Draw reform indicators as small panels, each in its own unit.
from .lines import plot_indicators as plot_indicators

# Draw series as lines in small panels on one scale, with intervals where there are some.
from .lines import plot_lines as plot_lines

# Draw countries over the survey waves, in calendar years.
from .lines import plot_path as plot_path

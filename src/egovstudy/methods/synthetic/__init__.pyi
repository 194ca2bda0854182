"""The synthetic control: exact weights, ties, bounds, many designs side by side."""

# A synthetic control: weights, gaps, their bounds, and a certificate that no weights fit better.
from .control import SyntheticFit as SyntheticFit

# Fit a design that is set out already.
from .control import fit_matching as fit_matching

# Fit the weighted donors that come nearest to the treated country before the event.
from .control import fit_synthetic as fit_synthetic

# Refuse a word that is none of those allowed.
from .matching import check_choice as check_choice

# Check the treated country and the donors against the panel.
from .matching import check_units as check_units

# Give the waves of the window, with some before the treatment wave.
from .matching import check_window as check_window

# Scaled duality gap above which an answer is refused.
from .simplex import CERTIFIED as CERTIFIED

# An array of floating-point numbers.
from .simplex import Array as Array

# Refuse answers whose scaled duality gap says that others may fit better.
from .simplex import check_certified as check_certified

# Find the weights that bring each panel's donors nearest to each of its targets.
from .simplex import fit_simplex as fit_simplex

# Share of a panel's largest distance up to which a point counts as met.
from .ties import EXACT as EXACT

# All weights that fit one target best.
from .ties import Optimum as Optimum

# Say which units their weights meet exactly.
from .ties import are_met as are_met

# Describe all weights that fit as well as given optimal ones.
from .ties import find_optimum as find_optimum

# Fit each unit of each panel by the others.
from .ties import fit_each_unit as fit_each_unit

# Fit many targets of one panel, each under the tie rule.
from .ties import fit_targets as fit_targets

# Largest distance from the mean of a row.
from .ties import spread_of as spread_of

# Fit a synthetic control for each outcome, treatment wave and first wave.
from .windows import fit_windows as fit_windows

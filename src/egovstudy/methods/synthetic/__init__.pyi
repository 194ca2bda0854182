"""The synthetic control: exact weights, ties, bounds, and many designs side by side."""

# CONST
from .control import CERTIFIED as CERTIFIED

# A synthetic control.
from .control import SyntheticFit as SyntheticFit

# Fit what :func:`matching_rows` has set out.
from .control import fit_matching as fit_matching

# Fit the weighted donors that come nearest to the treated country before the treatment wave.
from .control import fit_synthetic as fit_synthetic

# Fit each unit of each panel by the others.
from .each_unit import fit_each_unit as fit_each_unit

# A design: what is matched and what is compared, the treated country in the first column.
from .matching import Matching as Matching

# Check the treated country and the donors against the panel.
from .matching import check_units as check_units

# Give the waves of the window, with some before the treatment wave.
from .matching import check_window as check_window

# CONST
from .simplex import Array as Array

# Find the weights on the simplex that bring each panel's donors nearest to each of its targets.
from .simplex import fit_simplex as fit_simplex

# CONST
from .ties import EXACT as EXACT

# All weights that fit one target best; made by :func:`find_optimum`.
from .ties import Optimum as Optimum

# Describe all weights that fit as well as these optimal ones.
from .ties import find_optimum as find_optimum

# Apply the rule ``nearest`` to the optimal answers of many targets of one panel.
from .ties import nearest_of_many as nearest_of_many

# Fit a synthetic control for each outcome, treatment wave and first wave.
from .windows import fit_windows as fit_windows

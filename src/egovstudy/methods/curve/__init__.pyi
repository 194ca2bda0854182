"""The specification curve: the grid of defensible choices, its fits and its tests."""

# Fit every specification of a grid, with its placebos in space.
from .grid import run_specifications as run_specifications

# Set out every combination of defensible choices, one row each.
from .grid import specification_grid as specification_grid

# Say which choices stand where along the sorted curve.
from .summary import choice_shares as choice_shares

# Count, for each option of each choice, how many specifications have a gap above zero and a small p.
from .summary import count_specifications as count_specifications

# Sort a curve by its standardised gap, thin it, and set the other countries' own sorted curves beside it.
from .summary import curve_path as curve_path

# Give the share of the variance of a curve that goes with each choice.
from .summary import driving_choices as driving_choices

# Test the specifications of each group together.
from .tests import joint_by as joint_by

# Test specifications together by each country's mean share, as the analysis plan describes it.
from .tests import mean_share_test as mean_share_test

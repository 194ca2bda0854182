"""The specification curve: the grid of defensible choices, its fits and tests."""

# Set out every combination of defensible choices, one row each.
from .grid import specification_grid as specification_grid

# Fit every specification of a grid, with its placebos in space.
from .runs import run_specifications as run_specifications

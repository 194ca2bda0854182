"""Beside chance: ranks and floors, placebos, conformal tests, size and power."""

# Test one gap in all post-waves by moving blocks.
from .conformal import test_conformal as test_conformal

# Cut a number of draws into blocks that bound memory.
from .draws import blocks as blocks

# Pass items on and show on a terminal how far they are.
from .draws import progress as progress

# Count the distinct orders of codes that stand so many times each.
from .draws import ways as ways

# Treat every country in turn and rank the treated one among them.
from .placebo import placebo_in_space as placebo_in_space

# Sizes of a gap to try, in index points.
from .power import GAPS as GAPS

# How often each design rejects, by size of the gap.
from .power import Power as Power

# Check what a simulation is asked, and give the gaps as an array.
from .power import check_draws as check_draws

# Set rejections out as a result.
from .power import report as report

# Measure the size and the power of each design on panels like the real one.
from .power import simulate_power as simulate_power

# A p this near the level is on it.
from .ranks import ON_LEVEL as ON_LEVEL

# A result whose p is a rank over the number that is ranked, with its floor.
from .ranks import Ranked as Ranked

# Invert a test by rank: the gaps that it does not reject.
from .ranks import gaps_not_rejected as gaps_not_rejected

# Count the others that must be as far out for a gap not to be rejected.
from .ranks import others_needed as others_needed

# Give the p-value of a rank: the share of what could as well have been that is as far out.
from .ranks import rank_p as rank_p

# Rank every statistic among its row.
from .ranks import ranks_of_each as ranks_of_each

# Names of the terms of the trend model, in the order of its columns.
from .regressions import TERMS as TERMS

# Hold the lag of Newey-West against the number of waves.
from .regressions import check_lag as check_lag

# Fit many outcomes on one design by least squares, by matrix products alone.
from .regressions import fit_many as fit_many

# Set out the trend model: a line by calendar time with a new level and slope from a wave on.
from .regressions import trend_design as trend_design

# Measure how often the tests of the trend model reject although nothing changed.
from .regressions import trend_sizes as trend_sizes

# Refit without each donor that has weight.
from .robustness import leave_one_donor_out as leave_one_donor_out

# Pretend that each earlier wave was the treatment wave.
from .robustness import placebo_in_time as placebo_in_time

# Take a panel apart into common movements and each country's own residuals.
from .simulate import null_panel as null_panel

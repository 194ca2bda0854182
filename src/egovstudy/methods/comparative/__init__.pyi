"""Before and after: adoption in several countries, lead and lag, trends."""

# Give every reading of the adoption waves: centre types, date rules, sides of uncertain dates.
from .adoption import adoption_specifications as adoption_specifications

# Turn dated centres into adoption waves by country, or into numbers of open centres by wave.
from .adoption import centre_adoption as centre_adoption

# Compare each group of hosts with the countries that never adopt, wave by wave.
from .group_means import group_time as group_time

# Correlate changes of an indicator with changes of exposure some years earlier or later.
from .lead_and_lag import lead_lag as lead_lag

# Measure size and power of :func:`egovstudy.fit_staggered` on panels like the real one.
from .power_staggered import simulate_staggered_power as simulate_staggered_power

# Compare hosts after adoption with what untreated observations alone would have them be.
from .staggered import fit_staggered as fit_staggered

# Give leads and differences by event time, each with the band that its p-value stands for.
from .staggered import permutation_bands as permutation_bands

# Rank the treated country's changes of level and slope among those of all countries.
from .trend_ranks import trend_placebo as trend_placebo

# Fit a line by calendar time with a new level and slope from a wave on (interrupted series).
from .trends import fit_trend as fit_trend

# Fit two-way fixed effects, static and by event time, and show the weights of the static one.
from .two_way import twfe as twfe

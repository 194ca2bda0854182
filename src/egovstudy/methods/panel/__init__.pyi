"""The panel: every country in every wave, what stands beside it, who may be a donor."""

# Set the context of every country beside the waves that can reflect it.
from .columns import add_context as add_context

# Set Indonesia's active partnerships beside each wave.
from .columns import add_events as add_events

# Refuse a country that the panel does not have.
from .donor_rules import check_country as check_country

# Countries that the caller names.
from .donor_rules import named as named

# The comparison countries of one treated country, outcome and window of waves.
from .donors import DonorPool as DonorPool

# Choose the comparison countries of a treated country.
from .donors import donor_pool as donor_pool

# Set Indonesia's reform figures beside the waves that can reflect them.
from .reform import add_reform as add_reform

# The sentence that closes every result with donors.
from .result import UNCODED as UNCODED

# Base of all results: made once, printed in words, with one main table.
from .result import Result as Result

# Columns that make a row of the panel unique.
from .rows import KEY as KEY

# Give every country a row in every wave.
from .rows import make_panel as make_panel

# Set one outcome out as countries by waves.
from .rows import outcome_by_wave as outcome_by_wave

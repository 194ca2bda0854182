"""Public names, by task; each is loaded when it is first used."""

# isort: skip_file

__version__: str

# Load and look up
from .data.tables import cite as cite
from .data.tables import describe as describe
from .data.tables import find as find
from .data.tables import labels as labels
from .data.tables import load as load
from .data.tables import load_egdi as load_egdi
from .data.tables import load_events as load_events
from .data.tables import load_reform as load_reform
from .data.tables import what_is_coded as what_is_coded

# Check
from .data.integrity import check_data as check_data
from .data.claims import check_claims as check_claims
from .data.events import agreement as agreement
from .data.events import resolve_date as resolve_date
from .data.events import verify_evidence as verify_evidence

# The index within and between waves
from .data.egdi import breaks_between as breaks_between
from .data.egdi import decompose as decompose
from .data.egdi import within_wave as within_wave

# Events in time
from .data.events import assign_wave as assign_wave
from .data.events import count_events as count_events
from .data.events import exposure as exposure
from .data.events import find_duplicates as find_duplicates
from .data.events import partnership_states as partnership_states
from .data.events import wave_windows as wave_windows
from .data.events import weekday_conflicts as weekday_conflicts
from .methods.comparative import adoption_specifications as adoption_specifications
from .methods.comparative import centre_adoption as centre_adoption

# The panel
from .methods.panel import add_context as add_context
from .methods.panel import add_events as add_events
from .methods.panel import add_reform as add_reform
from .methods.panel import donor_pool as donor_pool
from .methods.panel import make_panel as make_panel

# Fit
from .methods.synthetic import fit_synthetic as fit_synthetic
from .methods.synthetic import fit_windows as fit_windows
from .methods.comparative import fit_staggered as fit_staggered
from .methods.comparative import fit_trend as fit_trend
from .methods.comparative import group_time as group_time
from .methods.comparative import twfe as twfe
from .methods.forecast import FORECAST_RULES as FORECAST_RULES
from .methods.forecast import forecast_wave as forecast_wave

# Test and vary
from .methods.inference import leave_one_donor_out as leave_one_donor_out
from .methods.inference import placebo_in_space as placebo_in_space
from .methods.inference import placebo_in_time as placebo_in_time
from .methods.inference import simulate_power as simulate_power
from .methods.inference import test_conformal as test_conformal
from .methods.inference import trend_sizes as trend_sizes
from .methods.comparative import lead_lag as lead_lag
from .methods.comparative import permutation_bands as permutation_bands
from .methods.comparative import simulate_staggered_power as simulate_staggered_power
from .methods.comparative import trend_placebo as trend_placebo
from .methods.curve import run_specifications as run_specifications
from .methods.curve import specification_grid as specification_grid

# Plot
from .publish.plots import country as country
from .publish.plots import plot_counts as plot_counts
from .publish.plots import plot_decomposition as plot_decomposition
from .publish.plots import plot_exposure as plot_exposure
from .publish.plots import plot_gaps as plot_gaps
from .publish.plots import plot_indicators as plot_indicators
from .publish.plots import plot_intervals as plot_intervals
from .publish.plots import plot_lines as plot_lines
from .publish.plots import plot_matrix as plot_matrix
from .publish.plots import plot_movement as plot_movement
from .publish.plots import plot_path as plot_path
from .publish.plots import plot_specifications as plot_specifications
from .publish.plots import plot_timeline as plot_timeline
from .publish.plots import say as say

# Save and keep
from .publish.figures import save_figure as save_figure
from .publish.tables import estimate_table as estimate_table
from .publish.tables import save_table as save_table
from .publish.tables import show_p as show_p
from .publish.words import keep_number as keep_number
from .publish.words import show as show
from .publish.papers import published as published
from .publish.style import current_venue as current_venue
from .publish.style import use_venue as use_venue

# What a user is told
from .errors import ArgumentError as ArgumentError
from .errors import DataError as DataError
from .errors import EgovstudyError as EgovstudyError

"""Reproducible research on digital-government diplomacy: Indonesia's partnerships beside its reform indicators.

Import it as ``eg``. Every public name is loaded when it is first used, so the import itself is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.4.0"

_HOMES = {
    "egovstudy.errors": ["ArgumentError", "DataError", "EgovstudyError"],
    "egovstudy.data.load": ["labels", "load", "load_egdi", "load_events", "load_reform"],
    "egovstudy.data.claims": ["check_claims"],
    "egovstudy.data.codebook": ["describe", "find"],
    "egovstudy.data.checks": ["check_data"],
    "egovstudy.data.sources": ["cite"],
    "egovstudy.data.agreement": ["agreement"],
    "egovstudy.data.dates": ["resolve_date"],
    "egovstudy.data.events": ["count_events", "find_duplicates"],
    "egovstudy.data.evidence": ["verify_evidence"],
    "egovstudy.data.partnerships": ["exposure", "partnership_states"],
    "egovstudy.data.records": ["weekday_conflicts"],
    "egovstudy.data.waves": ["assign_wave"],
    "egovstudy.data.indicators": ["breaks_between", "decompose", "within_wave"],
    "egovstudy.methods.adoption": ["centre_adoption"],
    "egovstudy.methods.conformal": ["conformal_test"],
    "egovstudy.methods.conformal_sets": ["conformal_sets"],
    "egovstudy.methods.donors": ["donor_pool"],
    "egovstudy.methods.event_bands": ["permutation_bands"],
    "egovstudy.methods.forecast": ["forecast_wave"],
    "egovstudy.methods.lead_lag": ["lead_lag"],
    "egovstudy.methods.network": ["partner_network"],
    "egovstudy.methods.panel": ["make_panel"],
    "egovstudy.methods.panel_columns": ["add_context", "add_events"],
    "egovstudy.methods.panel_reform": ["add_reform"],
    "egovstudy.methods.placebo": ["placebo_in_space"],
    "egovstudy.methods.robustness": ["leave_one_donor_out", "placebo_in_time"],
    "egovstudy.methods.specifications": ["run_specifications", "specification_grid"],
    "egovstudy.methods.staggered": ["fit_staggered"],
    "egovstudy.methods.synthetic": ["fit_synthetic"],
    "egovstudy.methods.trend_placebo": ["trend_placebo"],
    "egovstudy.methods.trends": ["fit_trend"],
    "egovstudy.methods.windows": ["fit_windows"],
    "egovstudy.publish.canvas": ["country", "say"],
    "egovstudy.publish.estimates": ["estimate_table"],
    "egovstudy.publish.figures": ["save_figure"],
    "egovstudy.publish.numbers": ["keep_number", "show"],
    "egovstudy.publish.plots": ["plot_decomposition", "plot_path"],
    "egovstudy.publish.plots_agencies": ["plot_movement"],
    "egovstudy.publish.plots_event_time": ["plot_event_time"],
    "egovstudy.publish.plots_events": ["plot_counts", "plot_timeline"],
    "egovstudy.publish.plots_exposure": ["plot_exposure_and_reform"],
    "egovstudy.publish.plots_forecast": ["plot_forecast"],
    "egovstudy.publish.plots_intervals": ["plot_intervals"],
    "egovstudy.publish.plots_lead_lag": ["plot_lead_lag"],
    "egovstudy.publish.plots_network": ["plot_network"],
    "egovstudy.publish.plots_power": ["plot_power"],
    "egovstudy.publish.plots_reform": ["plot_indicators"],
    "egovstudy.publish.plots_specifications": ["plot_specifications"],
    "egovstudy.publish.plots_synthetic": ["plot_gaps", "plot_placebos"],
    "egovstudy.publish.published": ["published"],
    "egovstudy.publish.tables": ["save_table"],
    "egovstudy.publish.venues": ["current_venue", "use_venue"],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module 'egovstudy' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]

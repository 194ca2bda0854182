"""The next wave: the frozen forecast, its score, what a new wave needs."""

# The plan made before a wave: its forecast is frozen once, and scored on the day the wave is there.
from . import forecast_plan as forecast_plan

# Write the forecast of a wave into the data package, once, and seal the data.
from .forecast_plan import freeze_forecast as freeze_forecast

# List what has to be done after a wave came in.
from .needs import what_is_needed as what_is_needed

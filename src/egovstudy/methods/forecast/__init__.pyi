"""The forecast: what the waves so far predict for the next one."""

# Decimals of a score, as the UN prints them.
from .forecasting import DIGITS as DIGITS

# What is predicted for a wave, and how the same procedure did on past waves.
from .forecasting import Forecast as Forecast

# Forecast scores and ranks of all countries for a wave from the waves before it.
from .forecasting import forecast_wave as forecast_wave

# Set a forecast beside what came.
from .forecasting import score_forecast as score_forecast

# The rules that forecast a wave, by name, in words.
from .rules import FORECAST_RULES as FORECAST_RULES

"""The synthetic control: exact weights, ties, bounds, many designs side by side."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

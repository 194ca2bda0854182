"""Adoption in several countries, lead and lag, and trends before and after."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

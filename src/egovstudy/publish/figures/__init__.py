"""Figures: saved in every format, read back, and refused where nobody could read them."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

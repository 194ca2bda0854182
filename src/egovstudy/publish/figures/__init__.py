"""Figures: saved in every format, read back, refused where they cannot be read."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

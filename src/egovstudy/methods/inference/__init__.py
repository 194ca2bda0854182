"""Beside chance: ranks and floors, placebos, conformal tests, size and power."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

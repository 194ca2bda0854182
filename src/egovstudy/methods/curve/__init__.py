"""The specification curve: the grid of defensible choices, its fits and tests."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

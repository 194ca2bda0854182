"""Plots: a module for each kind of picture; they draw what they are given."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

"""Reproduce: run the notebooks anew, compare with what is committed, report."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

"""The next wave: the frozen forecast, its score, what a new wave needs."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

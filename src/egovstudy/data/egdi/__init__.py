"""The UN's index: its files as handed out, scores within a wave, decomposition, breaks."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

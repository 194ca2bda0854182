"""The panel: every country in every wave, what stands beside it, who may be a donor."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

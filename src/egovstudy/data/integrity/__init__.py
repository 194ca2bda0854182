"""Are the data intact: checks, seal, and the one way in which tables are written."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

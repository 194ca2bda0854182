"""Reproducible research on digital-government diplomacy: Indonesia's partnerships and reform.

Import it as ``eg``. Every public name is loaded when it is first used, so the import itself is
quick.
"""

import lazy_loader as lazy

__version__ = "0.4.0"

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

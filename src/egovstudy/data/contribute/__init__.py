"""What people hand in: sheets, interview, a new wave; checked, then written whole or not at all."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

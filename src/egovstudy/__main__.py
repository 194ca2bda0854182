"""``python -m egovstudy`` is the same as ``egovstudy``."""

from egovstudy.cli import main

main()

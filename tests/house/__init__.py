"""The structure of the library, read from its code: held by tests and drawn as a page.

``python -m tests.house`` writes ``docs/house.md`` and ``docs/house.svg`` anew.
"""

"""The parameterised notebooks, run for other countries.

Does each run, or say what cannot be had and what is not coded?

``python -m tests.countries --help`` tells how to run them. What a notebook should leave out is
worked out here from the files in ``data/``, apart from the library, and compared with what the
notebook says."""

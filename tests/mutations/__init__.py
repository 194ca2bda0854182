"""Mutation tests of the notebook check.

Break the project in a drawn way, and see whether the check says so.

``python -m tests.mutations --help`` tells how to run them. A mutation is caught only if the check
turns red and names the right reason."""

"""The guard: what a notebook may not do, and the cure."""

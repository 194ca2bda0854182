"""The rerun wing: executes the notebooks and compares them with what is committed."""

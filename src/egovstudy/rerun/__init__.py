"""The rerun wing: everything anew, compared, guarded and handed over."""

"""The data wing: schema, loading, checks, codebook, events and indicators."""

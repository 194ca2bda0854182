"""The data wing: tables in, checked, and what people hand in."""

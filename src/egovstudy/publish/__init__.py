"""The publish wing: figures, tables, numbers and texts."""

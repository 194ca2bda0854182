"""The publish wing: plots, figures, tables and keyed numbers."""

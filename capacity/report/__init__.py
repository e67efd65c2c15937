"""A report, written down: one writer a format."""

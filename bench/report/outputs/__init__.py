"""Outputs of bench's own reports, beside those of petaplan.reporting that take any report."""

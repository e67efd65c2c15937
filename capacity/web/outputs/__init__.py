"""Outputs of the web report: the pages in one file, and the JSON report."""

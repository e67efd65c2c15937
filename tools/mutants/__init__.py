"""Change one expression at a time and see whether a test fails: ``python -m tools.mutants`` (``make mutants``)."""

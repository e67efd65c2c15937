"""Formats of other benchmarks: each module holds one ``FORMAT``, and a scan of the folder finds it."""

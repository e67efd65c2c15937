"""Stands before pip where an environment names this folder in PYTHONPATH."""

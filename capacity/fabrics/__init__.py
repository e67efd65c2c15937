"""Switches, links and cables."""

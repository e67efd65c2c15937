"""Measure many hosts, with one file for each host."""

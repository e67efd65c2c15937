"""Measure many hosts: one worker command and one file for each host."""

"""Probability by date: what a plan is likely to have when, drawn from slips, lead times, ramps and rates."""

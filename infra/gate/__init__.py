"""The gate: every change of a plan is judged before it lands."""

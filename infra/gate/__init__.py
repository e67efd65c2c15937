"""The gate: every change to a plan judged before it lands."""

"""What a change does to the judges of a plan, and to the checks that held before it."""

"""What if: named changes to a plan as data, and the plans that they make."""

"""A report accepted, compared and bound to a state."""

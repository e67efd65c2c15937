"""Device kinds behind one protocol."""

"""capacity decides: a hub in, a report out. It speaks neither Pulumi nor CuPy."""

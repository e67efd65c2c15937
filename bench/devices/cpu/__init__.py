"""CPUs, by NumPy."""

"""Heat, and the energy of a year."""

"""What stands where, since which update."""

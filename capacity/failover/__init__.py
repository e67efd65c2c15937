"""What every single loss does to every load."""

"""The commands, and the check of what was typed."""

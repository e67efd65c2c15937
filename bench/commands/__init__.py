"""The commands of petaplan-bench: each module is one, under its own name (petaplan/command_table.py)."""

"""The kinds of inventory, one module each: a module is found by its name and holds a ``BACKEND``."""

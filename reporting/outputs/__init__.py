"""Outputs that take any report with a view, one a module; a module that holds an ``Output`` is found."""

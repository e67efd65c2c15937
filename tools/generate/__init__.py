"""Write every file that follows from the code: ``python -m tools.generate`` (``make generate``)."""

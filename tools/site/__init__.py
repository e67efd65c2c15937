"""The pages as a site that can be searched: ``python -m tools.site`` (``make docs``)."""

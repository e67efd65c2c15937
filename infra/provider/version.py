"""The version of this petaplan."""

from functools import cache


@cache
def version() -> str:
    """As installed, such as ``0.1.0``."""
    from importlib.metadata import version as installed

    return installed("petaplan")

"""The version of this petaplan, and its schema."""

from functools import cache


@cache
def version() -> str:
    """As installed, such as ``0.1.0``."""
    from importlib.metadata import version as installed

    return installed("petaplan")


def shipped_schema() -> str:
    """The schema that is written beside this module; no source of Python is read, so that a frozen plugin has it."""
    from importlib.resources import files

    return files("petaplan.infra.provider").joinpath("schema.json").read_text(encoding="utf-8")

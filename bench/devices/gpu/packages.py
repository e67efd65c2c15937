"""Packages of AMD that the driver shows as several devices. A plan counts packages."""

import re

_TWO_DEVICES = re.compile(r"\bMI250X?\b", re.IGNORECASE)
"""Names of packages whose two dies are a device each: MI250 and MI250X."""

HALF = "one die of a package of two"


def part_of_package(name: str) -> str | None:
    """Which part of a package a device of this name is; None for a whole one.

    >>> part_of_package("AMD Instinct MI250X"), part_of_package("AMD Instinct MI210")
    ('one die of a package of two', None)
    """
    return HALF if _TWO_DEVICES.search(name) else None

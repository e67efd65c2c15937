"""One part that petaplan needs: what was found, and what to do where it is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Presence(StrEnum):
    """Whether a part is there."""

    PRESENT = "present"
    MISSING = "missing"
    ABSENT = "absent"
    """Not there, and only some commands need it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part that was looked for."""

    name: str
    presence: Presence
    found: str
    advice: str = ""
    """What to do; empty where nothing must be done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """Where parts are looked for."""

    folder: Path
    environment: Mapping[str, str]
    has_project: bool


def present(name: str, found: str) -> Part:
    """A part that is there."""
    return Part(name=name, presence=Presence.PRESENT, found=found)


def missing(name: str, found: str, advice: str) -> Part:
    """A part that must be there and is not."""
    return Part(name=name, presence=Presence.MISSING, found=found, advice=advice)


def absent(name: str, found: str, advice: str) -> Part:
    """A part that only some commands need."""
    return Part(name=name, presence=Presence.ABSENT, found=found, advice=advice)

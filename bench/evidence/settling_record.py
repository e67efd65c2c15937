"""How a rate settled, as the evidence file holds it."""

from pydantic.dataclasses import dataclass

from petaplan.bench.evidence.fields import STRICT, Fraction, NonNegative, Positive


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Level:
    """One of two rates between which a device moves."""

    rate: Positive
    share: Fraction
    """Of the time."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Settling:
    """How the rate behaved under load, and what the load was too short to show."""

    load_seconds: NonNegative
    """Length of the load, s; of several processes, of the shortest."""
    slowest_seconds: NonNegative
    """Slowest time constant of a change that was looked for, s."""
    time_constant_seconds: NonNegative | None
    """Slowest time constant of a change that the load shows, s; null where it shows none."""
    temperature_level: bool | None
    """Whether the temperature had settled; null where none was read."""
    levels: tuple[Level, ...] = ()
    """The two rates between which the device moved; empty where it has one."""
    given_up: str | None = None
    """What the time given was too short for."""

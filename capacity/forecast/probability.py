"""Probability that a target is met on a day, and the days on which that probability reaches a level."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from petaplan.capacity.forecast.petaflops import Batch, Fleet, Kind, kind_of
from petaplan.capacity.targets import Measure, Target

LEVELS = (0.50, 0.80, 0.95)
"""Probabilities whose dates a forecast gives."""
HORIZON_YEARS = 12
"""Years after the date of a target in which a level is looked for."""
STEP_DAYS = 91
"""Days between two looks where the probability may fall again: something retires, or a share of the peak changes."""
STANDARD_ERRORS = 2.0
"""Standard errors of the draws within which a probability does not decide."""
ENOUGH = 1e-9
"""Part of a target by which rounding may leave it short."""


@dataclass(frozen=True)
class Chance:
    """The probability of one target in one fleet, day by day."""

    fleet: Fleet
    target: Target
    _known: dict[date, float] = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def kind(self) -> Kind:
        """What the target counts."""
        return kind_of(self.fleet.design, self.target)

    @cached_property
    def batches(self) -> tuple[Batch, ...]:
        """The pods that count."""
        return self.fleet.batches(self.kind)

    def on(self, day: date) -> float:
        """Share of the draws in which the target is met on a day."""
        if day not in self._known:
            met = self.fleet.on(day, self.kind, self.batches) >= self.target.pflops * (1 - ENOUGH)
            self._known[day] = float(met.sum()) / self.fleet.sampler.count
        return self._known[day]

    def error(self, day: date) -> float:
        """Standard error of the probability from the number of draws, as if they were independent."""
        share = self.on(day)
        return math.sqrt(share * (1 - share) / self.fleet.sampler.count)

    def reaches(self, level: float) -> date | None:
        """First day on which the probability is at least a level; None where no day until the horizon is."""
        first = min(phase.starts for phase in self.fleet.design.phases)
        last = date(min(self.target.by.year + HORIZON_YEARS, date.max.year), 12, 31)
        if self.kind.measure is Measure.PEAK and not any(batch.retired for batch in self.batches):
            return _bisect(self._reached(level), first, last)
        day = first
        while day < last:
            after = day + timedelta(days=min(STEP_DAYS, (last - day).days))
            if self.on(after) >= level:
                return _bisect(self._reached(level), day, after)
            day = after
        return None

    def _reached(self, level: float) -> Callable[[date], bool]:
        return lambda day: self.on(day) >= level


def _bisect(reached: Callable[[date], bool], first: date, last: date) -> date | None:
    """The first day of a span on which something holds that holds from then on; None where it never does."""
    if not reached(last):
        return None
    if reached(first):
        return first
    low, high = first.toordinal(), last.toordinal()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(date.fromordinal(middle)) else (middle, high)
    return date.fromordinal(high)


def reached(probability: float, confidence: float, error: float) -> bool | None:
    """Whether a probability is at least a confidence; None where they are too near for the error of the draws."""
    if abs(probability - confidence) <= STANDARD_ERRORS * error:
        return None
    return probability >= confidence

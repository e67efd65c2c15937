"""A build-out, event by event, with Python's own random numbers: nothing of petaplan's forecast is used.

Each phase is a small story told in order: it waits, works, takes delivery, gets power, and accepts pod after pod.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Doubt:
    """Three percentiles of a log-normal with two halves."""

    p5: float
    p50: float
    p95: float

    def draw(self, deviate: float) -> float:
        """The value at a normal deviate."""
        ratio = self.p50 / self.p5 if deviate < 0 else self.p95 / self.p50
        return self.p50 * math.pow(ratio, deviate / 1.6448536269514722)


@dataclass(frozen=True)
class Story:
    """What one phase does."""

    name: str
    starts: date
    planned_end: date
    after: Sequence[str]
    pods: Sequence[tuple[str, float]]
    """Model and PFLOP/s of each pod."""
    probability_late: float
    late: Doubt
    items: Mapping[str, Doubt]
    """Lead times in weeks; each is ordered its median before the planned first power."""
    ramp: Doubt


def told(
    stories: Sequence[Story], rates: Mapping[str, Doubt], shared: float, dice: random.Random
) -> dict[str, list[tuple[date, float]]]:
    """Days and PFLOP/s of the acceptances of one future, by phase. ``shared`` is the correlation in a group."""
    construction, supply, chips = (dice.gauss(0, 1) for _ in range(3))

    def mixed(common: float) -> float:
        return math.sqrt(shared) * common + math.sqrt(1 - shared) * dice.gauss(0, 1)

    rate = {model: doubt.draw(mixed(chips)) for model, doubt in rates.items()}
    ends: dict[str, date] = {}
    events: dict[str, list[tuple[date, float]]] = {}
    for story in stories:
        begin = max([story.starts, *(ends[name] for name in story.after)])
        lead_in = timedelta(days=story.ramp.p50 * 7)
        planned_power = story.planned_end - lead_in
        work = (planned_power - story.starts).days
        deviate = mixed(construction)
        quantile = 0.5 * (1 + math.erf(deviate / math.sqrt(2)))
        slip = 0.0
        if quantile > 1 - story.probability_late:
            inner = (quantile - (1 - story.probability_late)) / story.probability_late
            slip = story.late.draw(_inverse(inner))
        power = begin + timedelta(days=math.ceil(work * (1 + slip)))
        for doubt in story.items.values():
            ordered = planned_power - timedelta(weeks=doubt.p50)
            power = max(power, ordered + timedelta(days=math.ceil(doubt.draw(mixed(supply)) * 7)))
        span = math.ceil(story.ramp.draw(mixed(construction)) * 7)
        events[story.name] = []
        for model in sorted({model for model, _ in story.pods}):
            alike = [pflops for name, pflops in story.pods if name == model]
            for place, pflops in enumerate(alike, 1):
                day = power + timedelta(days=math.ceil(span * place / len(alike)))
                events[story.name].append((day, pflops * rate.get(model, 1.0)))
        ends[story.name] = power + timedelta(days=span)
    return events


def in_service(events: Mapping[str, list[tuple[date, float]]], day: date) -> float:
    """PFLOP/s accepted by a day."""
    return sum(pflops for each in events.values() for when, pflops in each if when <= day)


def _inverse(share: float) -> float:
    """The normal deviate of a share, by halving an interval."""
    low, high = -9.0, 9.0
    for _ in range(60):
        middle = (low + high) / 2
        if 0.5 * (1 + math.erf(middle / math.sqrt(2))) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2

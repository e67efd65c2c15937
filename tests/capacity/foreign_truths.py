"""Futures that are not those of the model: how many the intervals of a forecast hold that claim 90 %.

    python -m tests.capacity.foreign_truths [FUTURES]

The forecast is of two phases under the priors. Each world breaks one of its assumptions. The futures are told event by
event with Python's own random numbers (tests/oracles/build_out.py).
"""

import math
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from petaplan.capacity.forecast.forecast import Forecast, forecast
from tests.capacity.forecast_hubs import design_of, known
from tests.capacity.forecast_stories import doubtful_plan, stories_of
from tests.hubs import SECOND
from tests.oracles.build_out import Doubt, Story, in_service, told

SEED = 29


@dataclass(frozen=True)
class Moved(Doubt):
    """A doubt whose truth is another: every value times a factor, or drawn with other tails."""

    factor: float = 1.0
    tails: float = 0.0
    """Degrees of freedom of Student's t in the place of the normal deviate; 0 for none."""

    def draw(self, deviate: float) -> float:
        """The value at a normal deviate."""
        if self.tails:
            deviate = math.copysign(abs(deviate) * math.sqrt(1 + deviate * deviate / self.tails), deviate)
        return self.factor * Doubt(self.p5, self.p50, self.p95).draw(deviate)


def moved(doubt: Doubt, factor: float = 1.0, tails: float = 0.0) -> Moved:
    """A doubt in another world."""
    return Moved(doubt.p5, doubt.p50, doubt.p95, factor, tails)


Rates = Mapping[str, Doubt]
World = Callable[[Sequence[Story], Rates, random.Random], tuple[Sequence[Story], Rates, float]]
"""The stories, rates and correlation of one future."""


def as_modelled(stories: Sequence[Story], rates: Rates, _dice: random.Random) -> tuple[Sequence[Story], Rates, float]:
    """The world of the model."""
    return stories, rates, 0.5


def alone(stories: Sequence[Story], rates: Rates, _dice: random.Random) -> tuple[Sequence[Story], Rates, float]:
    """Nothing varies together."""
    return stories, rates, 0.0


def as_one(stories: Sequence[Story], rates: Rates, _dice: random.Random) -> tuple[Sequence[Story], Rates, float]:
    """Everything in a group varies as one."""
    return stories, rates, 1.0


def heavy(stories: Sequence[Story], rates: Rates, _dice: random.Random) -> tuple[Sequence[Story], Rates, float]:
    """Every deviate has heavier tails."""
    changed = [
        replace(one, late=moved(one.late, tails=4), ramp=moved(one.ramp, tails=4), items=_items(one, tails=4))
        for one in stories
    ]
    return changed, {model: moved(doubt, tails=4) for model, doubt in rates.items()}, 0.5


def later(stories: Sequence[Story], rates: Rates, _dice: random.Random) -> tuple[Sequence[Story], Rates, float]:
    """Late phases are half as late again as the survey says."""
    return [replace(one, late=moved(one.late, 1.5)) for one in stories], rates, 0.5


def scarce(stories: Sequence[Story], rates: Rates, dice: random.Random) -> tuple[Sequence[Story], Rates, float]:
    """In one future of five all long items take twice as long."""
    factor = 2.0 if dice.random() < 0.2 else 1.0
    return [replace(one, items=_items(one, factor)) for one in stories], rates, 0.5


def slower(stories: Sequence[Story], rates: Rates, _dice: random.Random) -> tuple[Sequence[Story], Rates, float]:
    """Announced chips are 15 % slower than announced in the median."""
    return stories, {model: moved(doubt, 0.85) for model, doubt in rates.items()}, 0.5


def halting(stories: Sequence[Story], rates: Rates, dice: random.Random) -> tuple[Sequence[Story], Rates, float]:
    """In one future of ten the work of each phase stands still for half a year."""
    stopped = [replace(one, planned_end=one.planned_end) if dice.random() >= 0.1 else _halted(one) for one in stories]
    return stopped, rates, 0.5


def _halted(story: Story) -> Story:
    days = (story.planned_end - story.starts).days
    return replace(story, late=_Added(story.late.p5, story.late.p50, story.late.p95, 182 / days), probability_late=1.0)


@dataclass(frozen=True)
class _Added(Doubt):
    """A lateness with a stop on top."""

    more: float = 0.0

    def draw(self, deviate: float) -> float:
        """The value at a normal deviate."""
        return self.more + Doubt(self.p5, self.p50, self.p95).draw(deviate)


def _items(story: Story, factor: float = 1.0, tails: float = 0.0) -> dict[str, Doubt]:
    """Lead times in another world; each is ordered by the median that the plan knows."""
    return {name: moved(doubt, factor, tails) for name, doubt in story.items.items()}


WORLDS: tuple[World, ...] = (as_modelled, alone, as_one, heavy, later, scarce, slower, halting)


@dataclass(frozen=True, kw_only=True)
class Cover:
    """Share of the futures of a world that lie within the intervals."""

    first: float
    """Acceptance of the first phase."""
    second: float
    pflops: float
    """In service 300 days after the second phase should end; whole pods may hold more than was claimed."""


def cover_of(world: World, futures: int, found: Forecast) -> Cover:
    """How many futures of a world the forecast holds."""
    stories, rates = stories_of(doubtful_plan())
    dice = random.Random(SEED)  # noqa: S311 - futures of a campaign
    day = SECOND + timedelta(days=300)
    quarter = min(found.quarters, key=lambda one: abs(one.day - day))
    spans = {phase.name: known(phase.accepted) for phase in found.phases}
    held = {"first": 0, "second": 0, "pflops": 0}
    for _ in range(futures):
        events = told(*world(stories, rates, dice), dice)
        for name, (low, *_, high) in spans.items():
            held[name] += low <= _last(events[name]) <= high
        held["pflops"] += quarter.installed[0] - 1e-6 <= in_service(events, quarter.day) <= quarter.installed[2] + 1e-6
    return Cover(**{name: count / futures for name, count in held.items()})


def _last(events: Sequence[tuple[date, float]]) -> date:
    return max(when for when, _ in events)


def rows(futures: int) -> Iterator[str]:
    """A row of a table for each world."""
    found = forecast(design_of(doubtful_plan()), draws=20_000)
    yield "| world | first phase | second phase | PFLOP/s |"
    yield "|---|--:|--:|--:|"
    for world in WORLDS:
        cover = cover_of(world, futures, found)
        words = (world.__doc__ or "").rstrip(".")
        yield f"| {words} | {cover.first:.1%} | {cover.second:.1%} | {cover.pflops:.1%} |"


if __name__ == "__main__":
    print("\n".join(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 500)))  # noqa: T201

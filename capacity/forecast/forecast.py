"""A forecast of a plan: probabilities of its targets, petaflops by quarter, dates of its phases, and what decides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import islice

from petaplan.capacity.design import Design
from petaplan.capacity.forecast.acceptance import Acceptances
from petaplan.capacity.forecast.draws import Sampler, UncertainInput, fit_of, sampler
from petaplan.capacity.forecast.inputs import Inputs, inputs_of
from petaplan.capacity.forecast.limits import limits
from petaplan.capacity.forecast.percentiles import Z95, Known
from petaplan.capacity.forecast.petaflops import THROUGHPUT, Fleet, Kind
from petaplan.capacity.forecast.probability import LEVELS, Chance, reached
from petaplan.capacity.forecast.progress import Progress, progress_of
from petaplan.capacity.forecast.timeline import timeline
from petaplan.capacity.quarters import quarter_ends
from petaplan.capacity.targets import Measure, Target
from petaplan.capacity.throughput.draws import SEED, Draws

DEFAULT_DRAWS = 100_000
CHECK_DRAWS = 20_000
"""Draws of the rule that holds a declared confidence."""
TORNADO_DRAWS = 4_000
TORNADO_LEVEL = 0.80
MOST_QUARTERS = 60

Band = tuple[float, float, float]
"""5th, 50th and 95th percentile."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Swing:
    """Days by which an input moves the date of 80 %, when it goes from its median to its unfavourable 5 %."""

    input: str
    days: int | None
    """None where the date leaves the horizon."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetForecast:
    """The probability of one target."""

    target: Target
    kind: Kind
    probability: float
    """That it is met on its date."""
    error: float
    """Standard error of the probability from the number of draws."""
    band: Band
    """PFLOP/s on its date."""
    dates: Mapping[float, date | None]
    """First day on which the probability reaches each level."""
    limits: tuple[tuple[str, float], ...]
    """What decides in the draws that miss it, with shares of those draws."""
    swings: tuple[Swing, ...]
    uncorrelated: float
    """The probability with every correlation 0."""
    fully_correlated: float
    """The probability with every correlation 1."""

    @property
    def holds(self) -> bool | None:
        """Whether the declared confidence is reached; None where the draws do not tell, or none is declared."""
        asked = self.target.confidence
        return None if asked is None else reached(self.probability, asked, self.error)


@dataclass(frozen=True, kw_only=True, slots=True)
class Quarter:
    """PFLOP/s at the end of a quarter."""

    day: date
    installed: Band
    delivered: Band


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseForecast:
    """Days of a phase at the 5th, 50th, 80th and 95th percentile."""

    name: str
    planned: date
    energised: tuple[date | None, ...]
    accepted: tuple[date | None, ...]
    """None for a day after the year 9999."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """Everything that a forecast says of a plan."""

    hub: str
    draws: int
    seed: int
    targets: tuple[TargetForecast, ...]
    precision: Kind | None
    """What the quarters count."""
    quarters: tuple[Quarter, ...]
    phases: tuple[PhaseForecast, ...]
    inputs: tuple[tuple[UncertainInput, tuple[tuple[float, float, float], ...]], ...]
    """Each input with its promised percentiles and the shares of draws that lie below them."""
    groups: tuple[tuple[str, float, str], ...]
    """Correlation groups in use, with their correlation and source."""
    progress: Progress | None = None
    """Planned against accepted petaflops, where a log is given."""


def drawn_fleet(design: Design, draws: Sampler, inputs: Inputs, accepted: Acceptances | None = None) -> Fleet:
    """The fleet of a plan in so many draws, with what a log has accepted."""
    days = timeline(inputs, draws, None if accepted is None else accepted.as_known)
    rates = {model: draws.of(one) for model, one in inputs.speeds.items()}
    if accepted is None:
        return Fleet(design, days, draws, rates)
    return Fleet(design, days, draws, rates, accepted.days, accepted.on)


def forecast(
    design: Design, *, draws: int = DEFAULT_DRAWS, seed: int = SEED, accepted: Acceptances | None = None
) -> Forecast:
    """The forecast of a plan.

    Raises:
        PlanError: where draws of an input miss a promised percentile by more than two points.
    """
    inputs = inputs_of(design)
    drawn = sampler(draws, inputs.groups, seed)
    again = _Again(drawn_fleet(design, drawn, inputs, accepted), inputs, accepted)
    fleet = again.fleet
    targets = tuple(
        _of_target(again, target) for target in sorted(design.hub.targets, key=lambda one: (one.by, one.name))
    )
    kind = targets[-1].kind if targets else None
    used = {one.group for one in inputs.all}
    return Forecast(
        hub=design.hub.name,
        draws=draws,
        seed=seed,
        targets=targets,
        precision=kind,
        quarters=tuple(_quarters(fleet, kind)) if kind is not None else (),
        phases=tuple(_phases(fleet)),
        inputs=tuple((one, fit_of(one, draws)) for one in inputs.all),
        groups=tuple((one.name, one.correlation, one.source) for one in inputs.groups if one.name in used),
        progress=progress_of(design, accepted, kind) if accepted is not None and kind is not None else None,
    )


def chance_of(design: Design, target: Target, draws: int = CHECK_DRAWS) -> tuple[float, float]:
    """The probability of one target and its standard error, from the draws of a forecast of so many."""
    inputs = inputs_of(design)
    chance = Chance(drawn_fleet(design, sampler(draws, inputs.groups), inputs), target)
    return chance.on(target.by), chance.error(target.by)


@dataclass(frozen=True, slots=True)
class _Again:
    """A fleet, and the same with other draws, each drawn once for all targets."""

    fleet: Fleet
    inputs: Inputs
    accepted: Acceptances | None
    _held: dict[tuple[str, float], Fleet] = field(default_factory=dict)

    def correlated(self, correlation: float) -> Fleet:
        """The fleet with one correlation in every group."""
        known = self.fleet.sampler
        return self._drawn(
            ("", correlation), replace(known, correlations=dict.fromkeys(known.correlations, correlation))
        )

    def fixed(self, name: str, deviate: float) -> Fleet:
        """A fleet of fewer draws with one input held at a deviate."""
        known = self.fleet.sampler
        return self._drawn(
            (name, deviate), replace(known, count=min(TORNADO_DRAWS, known.count), fixed={name: deviate})
        )

    def _drawn(self, key: tuple[str, float], sampler: Sampler) -> Fleet:
        if key not in self._held:
            self._held[key] = drawn_fleet(self.fleet.design, sampler, self.inputs, self.accepted)
        return self._held[key]


def _of_target(again: _Again, target: Target) -> TargetForecast:
    fleet = again.fleet
    chance = Chance(fleet, target)
    return TargetForecast(
        target=target,
        kind=chance.kind,
        probability=chance.on(target.by),
        error=chance.error(target.by),
        band=band(fleet.on(target.by, chance.kind, chance.batches)),
        dates={level: chance.reaches(level) for level in LEVELS},
        limits=limits(chance),
        swings=tuple(_swings(again, target)),
        uncorrelated=Chance(again.correlated(0.0), target).on(target.by),
        fully_correlated=Chance(again.correlated(1.0), target).on(target.by),
    )


def _swings(again: _Again, target: Target) -> Iterator[Swing]:
    """The weight of each input, the largest first; inputs that move nothing are left out."""
    found = []
    for name, end in _ends(again.inputs, target):
        before, after = (Chance(again.fixed(name, at), target).reaches(TORNADO_LEVEL) for at in (0.0, end))
        if before is not None and after != before:
            found.append(Swing(input=name, days=None if after is None else (after - before).days))
    yield from sorted(found, key=lambda one: (one.days is not None, -(one.days or 0), one.input))


def _ends(inputs: Inputs, target: Target) -> Iterator[tuple[str, float]]:
    """Each drawn input with the deviate of its unfavourable end: long times, low rates."""
    for one in inputs.times:
        if not isinstance(one.distribution, Known):
            yield one.name, Z95
    for one in inputs.speeds.values():
        yield one.name, -Z95
    if target.measure is Measure.DELIVERED:
        yield THROUGHPUT, -Z95


def band(values: Draws) -> Band:
    """The 5th, 50th and 95th percentile of draws."""
    low, mid, high = percentiles(values, (0.05, 0.5, 0.95))
    return low, mid, high


def percentiles(values: Draws, shares: Sequence[float]) -> tuple[float, ...]:
    """The draws that so many are at or below, to 9 digits: the least whose rank is the share of all, rounded up.

    Further digits may differ between processors.
    """
    import math

    import numpy as np

    ranks = [max(0, math.ceil(share * len(values) - 1e-9) - 1) for share in shares]
    ordered = np.partition(values, ranks)
    return tuple(float(f"{ordered[rank]:.9g}") for rank in ranks)


def calendar_day(ordinal: float) -> date | None:
    """The date of a day that is counted from 0001-01-01 as 1; None after the year 9999.

    >>> calendar_day(1.0), calendar_day(4e6)
    (datetime.date(1, 1, 1), None)
    """
    day = round(ordinal)
    return date.fromordinal(day) if day <= date.max.toordinal() else None


def _quarters(fleet: Fleet, kind: Kind) -> Iterator[Quarter]:
    """Quarter ends from the first phase's start to a year after the last target."""
    by = max(target.by for target in fleet.design.hub.targets)
    last = by + timedelta(days=min(366, (date.max - by).days))
    peak = replace(kind, measure=Measure.PEAK, phase=None)
    delivered = replace(peak, measure=Measure.DELIVERED)
    batches = fleet.batches(peak)
    first = min(phase.starts for phase in fleet.design.phases)
    for day in islice(quarter_ends(first, last), MOST_QUARTERS):
        yield Quarter(
            day=day,
            installed=band(fleet.on(day, peak, batches)),
            delivered=band(fleet.on(day, delivered, batches)),
        )


def _phases(fleet: Fleet) -> Iterator[PhaseForecast]:
    shares = (0.05, 0.5, 0.8, 0.95)
    for phase in fleet.design.phases:
        days = fleet.days[phase.name]
        energised, accepted = (
            tuple(calendar_day(day) for day in percentiles(each, shares)) for each in (days.energised, days.accepted)
        )
        yield PhaseForecast(
            name=phase.name,
            planned=phase.in_service,
            energised=energised,
            accepted=accepted,
        )

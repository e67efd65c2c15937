"""Petaflops in service on a day, draw by draw: what phases have accepted by then, at the rates of each draw."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.figures import Engine, Precision, Sparsity
from petaplan.capacity.forecast.draws import Sampler
from petaplan.capacity.forecast.percentiles import STANDARD
from petaplan.capacity.forecast.timeline import PhaseDays
from petaplan.capacity.memo import memoized_by_value
from petaplan.capacity.targets import Counting, Measure, Target
from petaplan.capacity.throughput.counted import coming_precision
from petaplan.capacity.throughput.draws import DRAWS, Draws, Factor
from petaplan.capacity.throughput.factors import phase_waterfalls
from petaplan.capacity.units import TFLOPS_PER_PFLOPS

THROUGHPUT = "throughput"
"""Name of the input that is the delivered share of the peak: calibration, availability and network together."""
JUST_BELOW = 1e-9
"""Part of a pod by which a whole number may come out too low."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Pods of one phase and one model that are accepted one after another."""

    phase: str
    model: str
    """Model of accelerator."""
    pods: int
    pflops: float
    """Peak of all of them, PFLOP/s."""
    own_day: date | None
    """Day of acceptance, where it is not that of the phase."""
    retired: date | None
    accepted: date | None = None
    """Day on which they were accepted, where a log says so."""
    before: int = 0
    """Pods of the same phase and model that a log has accepted already."""

    @property
    def share_key(self) -> tuple[object, ...]:
        """Batches that are equal in it have the same share in service on every day."""
        return self.phase, self.pods, self.before, self.own_day, self.accepted


@dataclass(frozen=True, slots=True)
class Kind:
    """What is counted: peaks of one kind, installed or delivered, of everything or of one phase."""

    precision: Precision
    sparsity: Sparsity = Sparsity.DENSE
    engine: Engine = Engine.MATRIX
    measure: Measure = Measure.PEAK
    phase: str | None = None
    """The one phase that counts."""


def kind_of(design: Design, target: Target) -> Kind:
    """What a target counts, at the precision at which most is in service on its day."""
    only = target.phase if target.counting is Counting.INCREMENTAL else None
    precision = coming_precision(design, target)
    return Kind(precision, target.sparsity, target.engine, target.measure, only)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Everything that a plan brings, with the days and rates of every draw."""

    design: Design
    days: Mapping[str, PhaseDays]
    sampler: Sampler
    rates: Mapping[str, Draws]
    """Rate of each announced model over the announced one."""
    accepted: Mapping[str, date] = field(default_factory=dict)
    """Day of acceptance by pod, where a log says so."""
    seen: date | None = None
    """Last day of that log: what it does not name was not accepted by then."""

    def batches(self, kind: Kind) -> tuple[Batch, ...]:
        """The pods that count, in batches that share phase, model, days and log."""
        return _batches(self.design, kind, tuple(self.accepted.items()))

    def on(self, day: date, kind: Kind, batches: Iterable[Batch] | None = None) -> Draws:
        """PFLOP/s in service on a day."""
        import numpy as np

        whole, shares = np.zeros(self.sampler.count), dict[object, Factor]()
        for batch in self.batches(kind) if batches is None else batches:
            if batch.retired is None or day < batch.retired:
                if batch.share_key not in shares:
                    shares[batch.share_key] = self._share(batch, day)
                share, rate = shares[batch.share_key], self.rates.get(batch.model)
                whole += share * batch.pflops if rate is None else share * batch.pflops * rate
        return whole * self._delivered(day, kind.precision) if kind.measure is Measure.DELIVERED else whole

    def _share(self, batch: Batch, day: date) -> Factor:
        """Share of a batch that is accepted by a day."""
        import numpy as np

        if batch.accepted is not None:
            return float(batch.accepted <= day)
        if self.seen is not None and day <= self.seen:
            return 0.0
        days, at = self.days[batch.phase], float(day.toordinal())
        if batch.own_day is not None:
            late = np.maximum(days.energised - days.planned_energised, 0.0)
            return (batch.own_day.toordinal() + late <= at).astype(float)
        first, last = days.ramp_span
        if at <= first or at >= last:
            return float(at >= last)
        share = (at - days.ramp_begins) / days.ramp_days
        share *= batch.pods + batch.before
        share += JUST_BELOW
        np.floor(share, out=share)
        share -= batch.before
        share = np.minimum(np.maximum(share, 0.0, out=share), batch.pods, out=share)
        share /= batch.pods
        return share

    def _delivered(self, day: date, precision: Precision) -> Factor:
        """Delivered share of the peak: in each draw that of the last phase with first power by then."""
        import numpy as np

        phases, drawn = _delivered_shares(self.design, precision)
        if not phases:
            return 0.0
        at, begun = float(day.toordinal()), np.zeros(self.sampler.count, dtype=np.int64)
        for place, phase in enumerate(phases):
            begun[self.days[phase].energised <= at] = place
        if THROUGHPUT in self.sampler.fixed:
            share = STANDARD.cdf(self.sampler.fixed[THROUGHPUT])
            return np.array([float(np.quantile(each, share)) for each in drawn])[begun]
        places = self.sampler.places(THROUGHPUT) * DRAWS // self.sampler.count
        shares: Draws = drawn[begun, places]
        return shares


@memoized_by_value
def _batches(design: Design, kind: Kind, accepted: tuple[tuple[str, date], ...]) -> tuple[Batch, ...]:
    days = dict(accepted)
    groups: dict[tuple[str, str, date | None, date | None, date | None], tuple[int, float]] = {}
    for one in design.placements:
        if kind.phase in (None, one.phase):
            for model, pflops in _peaks(design, one, kind):
                key = (one.phase, model, one.in_service, one.retired, days.get(one.name))
                pods, whole = groups.get(key, (0, 0.0))
                groups[key] = (pods + 1, whole + pflops)
    done: Counter[tuple[str, str]] = Counter()
    for (phase, model, own_day, _, day), (pods, _) in groups.items():
        done[phase, model] += pods if day is not None and own_day is None else 0
    return tuple(
        Batch(
            phase=key[0],
            model=key[1],
            own_day=key[2],
            retired=key[3],
            accepted=key[4],
            pods=pods,
            pflops=pflops,
            before=done[key[0], key[1]],
        )
        for key, (pods, pflops) in groups.items()
    )


@memoized_by_value
def _delivered_shares(design: Design, precision: Precision) -> tuple[tuple[str, ...], Draws]:
    """Delivered shares of the peak, drawn: a row for each phase that has a peak on its day."""
    import numpy as np

    chains = [chain for chain in phase_waterfalls(design, precision) if chain.steps[0].mid]
    drawn = np.empty((len(chains), DRAWS))
    for place, chain in enumerate(chains):
        drawn[place] = np.asarray(chain.delivered_draws, dtype=float) / chain.steps[0].mid
    return tuple(chain.label for chain in chains), drawn


def peak_of(design: Design, placements: Iterable[Placement], kind: Kind) -> float:
    """Announced peak of some pods, PFLOP/s."""
    return sum(pflops for one in placements for _, pflops in _peaks(design, one, kind))


def _peaks(design: Design, placement: Placement, kind: Kind) -> Iterable[tuple[str, float]]:
    """Peak of a pod by model of accelerator, PFLOP/s; a model without a figure gives nothing."""
    for model, count in design.pod(placement).accelerators.items():
        figure = design.accelerator(model).peak(kind.precision, kind.sparsity, kind.engine)
        if figure is not None:
            yield model, count * figure.value / TFLOPS_PER_PFLOPS

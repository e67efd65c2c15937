"""Which pods a target counts, and at which precision."""

from collections.abc import Iterable, Mapping

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.figures import STATED, Engine, Precision, Sparsity
from petaplan.capacity.targets import Counting, Target
from petaplan.capacity.units import TFLOPS_PER_PFLOPS


def counted(design: Design, target: Target) -> tuple[Placement, ...]:
    """The pods that a target counts."""
    in_service = (placement for placement in design.placements if design.in_service_on(placement, target.by))
    if target.counting is Counting.INCREMENTAL:
        return tuple(placement for placement in in_service if placement.phase == target.phase)
    return tuple(in_service)


def peaks(
    design: Design,
    placements: Iterable[Placement],
    sparsity: Sparsity = Sparsity.DENSE,
    engine: Engine = Engine.MATRIX,
) -> tuple[tuple[Precision, float], ...]:
    """PFLOP/s of the peaks at each precision that some device has."""
    packages = design.packages(placements)
    sums = []
    for precision in STATED:
        figures = [
            (count, design.accelerator(model).peak(precision, sparsity, engine)) for model, count in packages.items()
        ]
        known = [count * figure.value for count, figure in figures if figure is not None]
        if known:
            sums.append((precision, sum(known) / TFLOPS_PER_PFLOPS))
    return tuple(sums)


def peak_precision(design: Design, target: Target) -> Precision:
    """The precision of a target at which most is in service on its day."""
    return _most_at(target, _peaks_on(design, target))


def coming_precision(design: Design, target: Target) -> Precision:
    """The same; where nothing is in service by then, the one at which the whole plan has most."""
    there = _peaks_on(design, target)
    if not any(there.get(precision) for precision in target.counted_precisions):
        there = dict(peaks(design, design.placements, target.sparsity, target.engine))
    return _most_at(target, there)


def _peaks_on(design: Design, target: Target) -> Mapping[Precision, float]:
    """Peaks of everything in service on the day of a target."""
    in_service = [placement for placement in design.placements if design.in_service_on(placement, target.by)]
    return dict(peaks(design, in_service, target.sparsity, target.engine))


def _most_at(target: Target, there: Mapping[Precision, float]) -> Precision:
    return max(target.counted_precisions, key=lambda precision: there.get(precision, 0.0))

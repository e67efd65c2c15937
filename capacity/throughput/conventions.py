"""One plan by convention: dense, 2:4, and the largest rate that makers print. The rows are alternatives."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.figures import Engine, Figure, Precision, Sparsity, Status, worst_of
from petaplan.capacity.hardware import PodModel
from petaplan.capacity.hub import Phase
from petaplan.capacity.throughput.beside import in_service
from petaplan.capacity.units import TFLOPS_PER_PFLOPS

ALWAYS = (
    (Precision.FP16, Sparsity.DENSE),
    (Precision.FP8, Sparsity.DENSE),
    (Precision.FP16, Sparsity.TWO_OF_FOUR),
    (Precision.FP8, Sparsity.TWO_OF_FOUR),
)
"""Rows that are shown although no device has such a figure."""
FURTHER = (
    (Precision.BF16, Sparsity.DENSE),
    (Precision.FP4, Sparsity.DENSE),
    (Precision.BF16, Sparsity.TWO_OF_FOUR),
    (Precision.FP4, Sparsity.TWO_OF_FOUR),
)
HEADLINE = "vendor headline"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConventionRow:
    """The whole plan in one convention."""

    name: str
    pflops: float | None
    """None where no device has such a figure."""
    counted: int
    """Accelerators that have one."""
    without: Mapping[str, int]
    """Accelerators that have none, by model."""
    status: Status | None
    """Lowest status of the figures behind it."""
    made_of: tuple[str, ...] = ()
    """Rates that a headline takes, with the accelerators of each."""


def conventions(design: Design, phase: Phase) -> tuple[ConventionRow, ...]:
    """The plan on the day of a phase, in each convention."""
    placements = in_service(design, phase)
    packages = design.packages(placements)
    rows = [_row(design, packages, *one) for one in sorted((*ALWAYS, *FURTHER), key=_place)]
    shown = [row for row, one in zip(rows, sorted((*ALWAYS, *FURTHER), key=_place), strict=True) if _shown(row, one)]
    return (*shown, _headline(design, placements))


def _place(convention: tuple[Precision, Sparsity]) -> tuple[int, int]:
    precision, sparsity = convention
    order = (Precision.FP16, Precision.BF16, Precision.FP8, Precision.FP4)
    return tuple(Sparsity).index(sparsity), order.index(precision)


def _shown(row: ConventionRow, convention: tuple[Precision, Sparsity]) -> bool:
    return convention in ALWAYS or row.pflops is not None


def _row(design: Design, packages: Mapping[str, int], precision: Precision, sparsity: Sparsity) -> ConventionRow:
    figures = {model: design.accelerator(model).peak(precision, sparsity, Engine.MATRIX) for model in packages}
    known = {model: figure for model, figure in figures.items() if figure is not None}
    return ConventionRow(
        name=f"{str(precision).upper()} {sparsity}",
        pflops=sum(packages[model] * one.value for model, one in known.items()) / TFLOPS_PER_PFLOPS if known else None,
        counted=sum(packages[model] for model in known),
        without={model: count for model, count in packages.items() if model not in known},
        status=worst_of(*(one.status for one in known.values())) if known else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Taken:
    """The rate that a headline takes of some accelerators."""

    name: str
    pflops: float
    accelerators: int
    status: Status


def _headline(design: Design, placements: tuple[Placement, ...]) -> ConventionRow:
    """Of each device the largest rate on its sheet; of a pod the rate that its maker states, where that is more."""
    taken = [one for placement in placements for one in _largest(design, placement)]
    packages = design.packages(placements)
    without = {model: count for model, count in packages.items() if _largest_peak(design, model) is None}
    names = Counter[str]()
    for one in taken:
        names[one.name] += one.accelerators
    return ConventionRow(
        name=HEADLINE,
        pflops=sum(one.pflops for one in taken) if taken else None,
        counted=sum(names.values()),
        without=without,
        status=worst_of(*(one.status for one in taken)) if taken else None,
        made_of=tuple(f"{name}: {count:,} accelerators" for name, count in names.most_common()),
    )


def _largest(design: Design, placement: Placement) -> tuple[_Taken, ...]:
    accelerators = design.pod(placement).accelerators
    devices = tuple(_of_devices(design, accelerators))
    claim = _claim(design, placement, sum(accelerators.values()))
    return (claim,) if claim is not None and claim.pflops > sum(one.pflops for one in devices) else devices


def _of_devices(design: Design, accelerators: Mapping[str, int]) -> Iterator[_Taken]:
    for model, count in accelerators.items():
        if (found := _largest_peak(design, model)) is not None:
            name, figure = found
            pflops = count * figure.value / TFLOPS_PER_PFLOPS
            yield _Taken(name=name, pflops=pflops, accelerators=count, status=figure.status)


def _claim(design: Design, placement: Placement, accelerators: int) -> _Taken | None:
    """The largest rate that the maker states of a whole pod; None for a pod that does not hold what it is sold with."""
    model = placement.model if isinstance(placement, Pod) else None
    pod = design.catalogue.find(PodModel, model) if model else None
    if pod is None or pod.accelerators is None or pod.accelerators.value != accelerators:
        return None
    claims = [one for one in pod.maker_claims if one.precision is not Precision.INT8]
    if not claims:
        return None
    largest = max(claims, key=lambda one: one.pflops.value)
    name = f"{largest.precision} {largest.sparsity}, stated of the pod"
    return _Taken(name=name, pflops=largest.pflops.value, accelerators=accelerators, status=largest.pflops.status)


def _largest_peak(design: Design, model: str) -> tuple[str, Figure] | None:
    """The largest rate of a device in floating point, with its name."""
    rates = [
        (f"{peak.precision} {peak.sparsity}", peak.tflops)
        for peak in design.accelerator(model).peaks
        if peak.tflops is not None and peak.precision is not Precision.INT8
    ]
    return max(rates, key=lambda one: one[1].value, default=None)

"""Which rows of evidence may calibrate a plan: contradictions of a file, unfit rows, slices of a device."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeVar

from petaplan.capacity.figures import Engine, Precision
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.throughput.evidence_form import Clock, Device, EvidenceFile, Row

Value = TypeVar("Value")

SLIGHTLY = 1.005
"""Measured over sheet beyond which a clock is boosted, not merely rounded."""
SLICE_NAMES = re.compile(
    r"\b(MIG|MPS|[CDQT]PX|[vcqms]GPU|v[GN]PU|GRID|VF|slices?|partition(ed)?|fraction(al)?|shared?)\b"
    r"|\b\d+g\.\d+gb\b|\bvir\d+|(?<=\w)-\d{1,2}(-\d{1,2})?[ABCQ](ME)?\b",
    re.IGNORECASE,
)
"""What a driver, a cloud or a scheduler adds to the name of a part of a device: profiles, modes and shares."""
SHARE_VARIABLES = (
    "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE",
    "GPU_CORE_UTILIZATION_LIMIT",
    "HSA_CU_MASK",
    "ROC_GLOBAL_CU_MASK",
)
"""Variables by which a process gets a part of a device. A percentage of 100 is the whole."""


def contradictions(read: EvidenceFile) -> Iterator[str]:
    """What can't be true together in one file."""
    yield from _devices(read)
    if read.run.finished_at < read.run.started_at:
        yield f"run.finished_at {read.run.finished_at} before run.started_at {read.run.started_at}"
    keys = {device.key for device in read.devices}
    for index, row in enumerate(read.rows):
        if row.device not in keys:
            yield f"rows[{index}].device {row.device!r}, which is no key of devices"
        yield from (f"rows[{index}] {text}" for text in _row(row))
    measured = ((row.device, row.precision, row.engine, row.data) for row in read.rows)
    yield from (f"{device} {precision} in {count} rows" for (device, precision, *_), count in _again(measured))


def _devices(read: EvidenceFile) -> Iterator[str]:
    yield from (f"devices: the key {key!r} {count} times" for key, count in _again(d.key for d in read.devices))
    yield from (f"devices: the uuid {uuid!r} {count} times" for uuid, count in _again(d.uuid for d in read.devices))
    kinds = {device.kind for device in read.devices} - {"cpu"}
    if "simulated" in kinds and len(kinds) > 1:
        yield f"devices: simulated ones beside {', '.join(sorted(kinds - {'simulated'}))}"


def _again(values: Iterable[Value]) -> Iterator[tuple[Value, int]]:
    return ((value, count) for value, count in Counter(values).items() if count > 1)


def _row(row: Row) -> Iterator[str]:
    """Contradictions between the members of one row."""
    return chain(_verification(row), _rates(row), _share(row))


def _verification(row: Row) -> Iterator[str]:
    proof = row.verification
    if row.verified and not (proof is not None and proof.passed):
        yield "verified without a verification that passed"
    if proof is None or not proof.passed:
        return
    if proof.faults:
        yield f"a verification that passed with faults: {proof.faults[0]}"
    if not proof.vectors_checked and not proof.hashes_checked:
        yield "a verification that passed and checked nothing"
    if proof.worst_over_tolerance is not None and not proof.worst_over_tolerance <= 1:
        yield f"a verification that passed at {proof.worst_over_tolerance:g} of its tolerance"


def _rates(row: Row) -> Iterator[str]:
    unit = "TOPS" if row.precision is Precision.INT8 else "TFLOP/s"
    for name, rate in (("sustained", row.sustained), ("burst", row.burst)):
        if rate is None:
            continue
        if rate.unit != unit:
            yield f"counts {row.precision} in {rate.unit}"
        if rate.effective_samples > rate.samples:
            yield f"{name} has {rate.effective_samples} effective samples of {rate.samples}"
        if rate.processes > rate.samples:
            yield f"{name} has {rate.samples} samples of {rate.processes} processes"


def _share(row: Row) -> Iterator[str]:
    if row.share_of_peak is None or row.sustained is None:
        return
    if row.peak is None:
        yield f"share_of_peak {row.share_of_peak:g} without a peak"
        return
    own = row.sustained.median / row.peak.tera_per_second
    if abs(row.share_of_peak - own) > 0.01 * own:
        yield f"share_of_peak {row.share_of_peak:g}, where sustained over peak is {own:.4g}"


def unfit(row: Row, read: EvidenceFile, device: Device) -> str | None:
    """Why a row may not calibrate; None when it may."""
    tests = (
        (device.kind == "cpu", "a CPU, which is never accelerator capacity"),
        (device.kind == "simulated", "a simulated device"),
        (read.run.partial or row.partial, "a run that was cut short"),
        (row.status != "measured", f"status {row.status}{f': {row.reason}' if row.reason else ''}"),
        (not row.verified, "a result that wasn't verified"),
        (row.data != "random", f"{row.data} for operands, which run faster than real ones"),
        (bool(row.telemetry.foreign_processes), "somebody else was on the device"),
        (row.engine is not Engine.MATRIX, f"the {row.engine} engine, where peaks are of the matrix engine"),
        (row.compute is not None and row.compute.emulated, "an emulated precision, made of lower ones"),
        (row.sustained is None, "no sustained figure"),
    )
    return next((reason for holds, reason in tests if holds), None)


def slice_of(device: Device, accelerator: Accelerator | None) -> str | None:
    """Why a device is only a part of one; None for a whole one.

    Its own word comes first, then its name, its share of the time or cores, and its units against the sheet.
    """
    if device.partition is not None:
        return f"a slice of a device ({device.partition})"
    if (named := slice_by_name((device.model, *device.aliases))) is not None:
        return named
    if device.uuid.startswith("MIG-"):
        return f"a slice of a device ({device.uuid})"
    environment = device.software.environment
    if "MIG-" in environment.get("CUDA_VISIBLE_DEVICES", ""):
        return f"a slice of a device (CUDA_VISIBLE_DEVICES={environment['CUDA_VISIBLE_DEVICES']})"
    for variable in SHARE_VARIABLES:
        value = environment.get(variable, "").strip()
        if value and value.rstrip("%").removesuffix(".0") != "100":
            return f"a slice of a device ({variable}={value})"
    units = accelerator.compute_units if accelerator else None
    if units is not None and device.units < units:
        return f"a slice of a device ({device.units} of {units} compute units)"
    return None


def slice_by_name(names: Iterable[str]) -> str | None:
    """Why a device of these names is only a part of one; None where no name says so."""
    for name in names:
        if (part := SLICE_NAMES.search(name.replace("_", " "))) is not None:
            return f"a slice of a device, by its name ({part[0].strip()!r} in {name!r})"
    return None


def likely_cause(row: Row, catalogue_peak: float, device: Device) -> str:
    """What most often lies behind a rate above the peak."""
    own = row.peak.tera_per_second if row.peak else catalogue_peak
    if own > 1.6 * catalogue_peak:
        return f"the benchmark counts with {own:g}: is one of the two a sheet with sparsity, or for half a package?"
    if (boost := _boost(row.clock)) is not None:
        ran, sheet = boost
        return (
            f"boost clock: it ran at {ran:g} MHz where the sheet counts with {sheet:g}; "
            "give the catalogue the peak at the clock that the device may hold"
        )
    if own > 1.02 * catalogue_peak:
        return f"wrong SKU? the device reports units for {own:g}; compare {device.model!r} with the catalogue"
    return "wrong SKU, a sheet at its base clock, or a peak per die for one per package: check the catalogue's figure"


def _boost(clock: Clock | None) -> tuple[float, float] | None:
    """The clock that a device ran at, and the lower one that its peak is published for; None without a boost."""
    if clock is None or clock.sheet_mhz is None or clock.measured_mhz is None:
        return None
    ran, sheet = clock.measured_mhz.median, clock.sheet_mhz
    return (ran, sheet) if ran > SLIGHTLY * sheet else None

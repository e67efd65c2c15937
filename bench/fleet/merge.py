"""Join many host files into one verdict: missing hosts, slow devices with their cause, rates by device model."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from petaplan.bench.devices.gpu import sheet
from petaplan.bench.distributions import ndtr
from petaplan.bench.errors import EvidenceError
from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.calibrate import pooled, slowest_of, slowest_of_measured, usable
from petaplan.bench.evidence.record import SIMULATED, Row, RunRecord
from petaplan.bench.fleet.gaps import FleetGaps
from petaplan.bench.statistics import Samples, tails

SMALL_COHORT = 5
MARGIN = 0.03
"""Smallest gap below the cohort's median that is reported as an outlier."""
ROBUST_Z = -3.5
FALSE_DISCOVERY = 0.05
VERDICT_HEAD = b'{\n "format": "petaplan-bench-verdict"'
_HOT = ("thermal", "software thermal", "hardware thermal")


@dataclass(frozen=True, kw_only=True, slots=True)
class FleetReading:
    """The part of a row that the merge keeps."""

    host: str
    device: str
    uuid: str
    delivered: float | None
    kernel: float | None
    clock_mhz: float | None
    status: str
    reason: str | None
    is_hot: bool
    shape: str
    result_hash: str | None
    left_out: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlier:
    """A device that differs from its cohort, and the likely cause."""

    host: str
    device: str
    precision: str
    gap: float
    """Share below the cohort's median; 0 where speed is not the fault."""
    z: float | None
    cause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cohort:
    """Devices with equal model, precision, software, power limit and operands."""

    model: str
    precision: str
    unit: str
    software: str
    power_limit: str
    data: str
    devices: int
    hosts: int
    lowest: float
    highest: float
    p05: float | None
    """None below 20 devices."""
    p05_interval: tuple[float, float] | None
    """95 %, by ranks."""
    median: float
    p95: float | None
    mean: float
    half_width: float
    expected_slowest: dict[int, float]
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FleetVerdict:
    """The verdict over a fleet."""

    files: int
    hosts: int
    missing_hosts: tuple[str, ...]
    unexpected_hosts: tuple[str, ...]
    """Measured, but not in the list of hosts: a spare, or a name with two spellings."""
    unsound: tuple[str, ...]
    repeated: tuple[str, ...]
    """Files that hold a run which another file holds too; each run counts once."""
    shared_devices: tuple[str, ...]
    """Devices whose UUID two hosts claim."""
    cohorts: tuple[Cohort, ...]
    outliers: tuple[Outlier, ...]
    left_out: dict[str, int]
    gaps: tuple[str, ...] = ()
    """Devices, drivers and rows that a host lacks and the others have, or that it was asked for."""

    @property
    def is_trouble(self) -> bool:
        """Whether anything needs attention."""
        return bool(
            self.missing_hosts
            or self.unexpected_hosts
            or self.unsound
            or self.repeated
            or self.shared_devices
            or self.outliers
            or self.gaps
        )


_Key = tuple[str, str, str, str, str, str]


@dataclass(slots=True)
class _Collected:
    """What was read up to now: a few numbers of each row."""

    cohorts: dict[_Key, list[FleetReading]] = field(default_factory=lambda: defaultdict(list))
    hosts_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Hosts by the UUID of a device."""
    hosts: set[str] = field(default_factory=set)
    first_file_of: dict[str, Path] = field(default_factory=dict)
    unsound: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    gaps: FleetGaps = field(default_factory=FleetGaps)
    files: int = 0

    def take(self, path: Path) -> None:
        """One more file; a verdict of an earlier merge is passed over."""
        try:
            raw = evidence_file.bytes_of(path)
            if raw.startswith(VERDICT_HEAD):
                return
            self.files += 1
            evidence = evidence_file.parse(raw, str(path))
        except EvidenceError as error:
            self.unsound.append(error.problems[0])
            return
        first = self.first_file_of.setdefault(evidence.run.id, path)
        if first != path:
            self.repeated.append(f"{path}: run {evidence.run.id} is in {first} already; counted once")
            return
        self.hosts.add(evidence.host.name)
        self.gaps.take(evidence)
        for device in evidence.devices:
            if device.kind != SIMULATED:
                self.hosts_of[device.uuid].add(evidence.host.name)
        for row in evidence.rows:
            self.cohorts[_key(evidence, row)].append(_reading(evidence, row))

    def shared_devices(self) -> Iterator[str]:
        for uuid, hosts in sorted(self.hosts_of.items()):
            if len(hosts) > 1:
                yield f"{uuid} is on {', '.join(sorted(hosts))}: a renamed host, a cloned image, or a made-up record"


def merge(paths: Iterable[Path], expected_hosts: Iterable[str] = ()) -> FleetVerdict:
    """Read one file at a time, keep a few numbers of each row, then judge by cohort."""
    pile = _Collected()
    for path in paths:
        pile.take(path)
    expected = set(expected_hosts)
    judged = [_judged(key, readings) for key, readings in sorted(pile.cohorts.items())]
    reasons = Counter(r.left_out for readings in pile.cohorts.values() for r in readings if r.left_out)
    return FleetVerdict(
        files=pile.files,
        hosts=len(pile.hosts),
        missing_hosts=tuple(sorted(expected - pile.hosts)),
        unexpected_hosts=tuple(sorted(pile.hosts - expected)) if expected else (),
        unsound=tuple(pile.unsound),
        repeated=tuple(pile.repeated),
        shared_devices=tuple(pile.shared_devices()),
        cohorts=tuple(cohort for cohort, _ in judged if cohort),
        outliers=tuple(outlier for _, outliers in judged for outlier in outliers),
        left_out=dict(reasons),
        gaps=tuple(pile.gaps.found()),
    )


def _key(evidence: RunRecord, row: Row) -> _Key:
    device = evidence.device(row.device)
    power = row.must_agree.get("power_limit_w", "unknown")
    partition = f" ({device.partition})" if device.partition else ""
    return (
        device.model + partition,
        str(row.precision),
        row.precision.unit,
        device.software.identity,
        power,
        row.data,
    )


def _reading(evidence: RunRecord, row: Row) -> FleetReading:
    measured = row.clock.measured_mhz if row.clock else None
    telemetry = row.telemetry
    return FleetReading(
        host=evidence.host.name,
        device=row.device,
        uuid=evidence.device(row.device).uuid,
        delivered=row.sustained.median if row.sustained else None,
        kernel=next((f.value for f in row.waterfall if f.name == "kernel"), None),
        clock_mhz=measured.median if measured else None,
        status=row.status,
        reason=row.reason,
        is_hot=any(name in _HOT for name in (*telemetry.throttle_seconds, *telemetry.throttle_reasons)),
        shape=_product(evidence, row),
        result_hash=row.verification.result_hash if row.verification else None,
        left_out=usable(evidence, row, sheet.units_of),
    )


def _product(evidence: RunRecord, row: Row) -> str:
    """What has to be equal before the hashes of two products may be compared."""
    algorithm = row.compute.algorithm if row.compute else ""
    method = row.verification.method if row.verification else ""
    return f"{row.shape} seed {evidence.run.settings.seed} {algorithm} {method}"


def _judged(key: _Key, readings: list[FleetReading]) -> tuple[Cohort | None, list[Outlier]]:
    precision = key[1]
    outliers = [_sick(r, precision) for r in readings if r.status != "measured"]
    kept = [r for r in readings if r.left_out is None and r.delivered is not None]
    if not kept:
        return None, outliers
    values = np.array([r.delivered for r in kept], dtype=np.float64)
    outliers += _slow(kept, values, precision) + _other_bits(kept, precision)
    return _cohort(key, kept, values), outliers


def _sick(reading: FleetReading, precision: str) -> Outlier:
    names = {
        "wrong-result": "wrong result: quarantine the device",
        "timed-out": "hung: the driver or the device",
        "interrupted": "interrupted",
    }
    cause = names.get(reading.status, "could not be measured")
    detail = f" ({reading.reason})" if reading.reason else ""
    return Outlier(host=reading.host, device=reading.device, precision=precision, gap=0.0, z=None, cause=cause + detail)


def robust_z(values: Samples) -> Samples:
    """Distances from the median in robust standard deviations; zeros where there is no deviation.

    >>> [round(float(z), 1) for z in robust_z(np.array([90.0, 99.0, 100.0, 101.0, 102.0]))]
    [-6.7, -0.7, 0.0, 0.7, 1.3]
    """
    middle = np.median(values)
    spread = 1.4826 * float(np.median(np.abs(values - middle)))
    return (values - middle) / spread if spread > 0.0 else np.zeros_like(values)


def discoveries(p_values: Samples, rate: float = FALSE_DISCOVERY) -> NDArray[np.bool_]:
    """The tests to accept (Benjamini and Hochberg) so that at most this share of them is false."""
    order = np.argsort(p_values)
    limits = rate * np.arange(1, p_values.size + 1) / p_values.size
    passed = np.nonzero(p_values[order] <= limits)[0]
    found = np.zeros(p_values.size, dtype=bool)
    found[order[: passed[-1] + 1 if passed.size else 0]] = True
    return found


def _slow(kept: list[FleetReading], values: Samples, precision: str) -> list[Outlier]:
    if len(kept) < SMALL_COHORT:
        return []
    middle = float(np.median(values))
    scores = robust_z(values)
    is_flat = not scores.any()  # no spread at all: the margin alone decides
    believed = discoveries(ndtr(scores))
    found = []
    for index, reading in enumerate(kept):
        gap = 1.0 - float(values[index]) / middle
        is_low = is_flat or (scores[index] < ROBUST_Z and believed[index])
        if gap > MARGIN and is_low:
            z = None if is_flat else float(scores[index])
            cause = _cause(reading, kept, gap)
            found.append(
                Outlier(host=reading.host, device=reading.device, precision=precision, gap=gap, z=z, cause=cause)
            )
    return found


def _cause(reading: FleetReading, kept: list[FleetReading], gap: float) -> str:
    clock_gap = _below(reading.clock_mhz, [r.clock_mhz for r in kept])
    kernel_gap = _below(reading.kernel, [r.kernel for r in kept])
    if clock_gap is None and kernel_gap is None:
        return "unknown: neither clock nor kernel was measured"
    if (clock_gap or 0.0) >= 0.5 * gap:
        return "cooling: the clock is limited by temperature" if reading.is_hot else "clock: power limit or silicon"
    if (kernel_gap or 0.0) >= 0.5 * gap:
        return "kernel: library, units or a neighbour, at a normal clock"
    return "several small ones"


def _below(value: float | None, others: list[float | None]) -> float | None:
    known = [other for other in others if other is not None]
    return 1.0 - value / float(np.median(known)) if value is not None and known else None


def _other_bits(kept: list[FleetReading], precision: str) -> list[Outlier]:
    """Devices whose verified product differs in its bits from nearly all others of the same shape and seed."""
    found = []
    for shape in {r.shape for r in kept}:
        alike = [r for r in kept if r.shape == shape and r.result_hash]
        if len(alike) < SMALL_COHORT:
            continue
        golden, count = Counter(r.result_hash for r in alike).most_common(1)[0]
        if count < 0.9 * len(alike):
            continue
        for r in alike:
            if r.result_hash != golden:
                cause = "the bits of its product differ from the cohort's: consistently wrong, or another algorithm"
                found.append(Outlier(host=r.host, device=r.device, precision=precision, gap=0.0, z=None, cause=cause))
    return found


def _cohort(key: _Key, kept: list[FleetReading], values: Samples) -> Cohort:
    by_device: dict[str, list[float]] = defaultdict(list)
    host_of: dict[str, str] = {}
    for reading, value in zip(kept, values, strict=True):
        by_device[reading.uuid].append(float(value))
        host_of[reading.uuid] = reading.host
    devices = np.array([np.mean(found) for found in by_device.values()])
    mean, spread, reach = pooled(devices, list(host_of.values()))
    slowest = {n: slowest_of_measured(n, devices) or slowest_of(n, mean, spread) for n in (8, 64, 512, 4096)}
    few, ends = devices.size < SMALL_COHORT, tails(devices)
    return Cohort(
        model=key[0],
        precision=key[1],
        unit=key[2],
        software=key[3],
        power_limit=key[4],
        data=key[5],
        devices=int(devices.size),
        hosts=len({r.host for r in kept}),
        lowest=float(devices.min()),
        highest=float(devices.max()),
        p05=ends.p05 if ends else None,
        p05_interval=ends.p05_interval if ends else None,
        median=float(np.median(devices)),
        p95=ends.p95 if ends else None,
        mean=mean,
        half_width=reach,
        expected_slowest=slowest,
        note=f"fewer than {SMALL_COHORT} devices: too few to find outliers" if few else "",
    )

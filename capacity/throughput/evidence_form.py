"""The evidence file as it is written, member by member: docs/bench-evidence.md is its specification.

What a plan has no use for is named, so that an unknown member is an error, and its value is left alone.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Len

from petaplan.capacity.figures import Engine, Precision
from petaplan.capacity.noun import Noun

Positive = Annotated[float, Gt(0)]
Unread = object
"""A value that a plan has no use for; it may be anything."""
Word = Annotated[str, Len(1, 2_000)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run(Noun):
    """One run of the benchmark."""

    id: Word
    started_at: str
    finished_at: str
    as_of: date
    tool: Unread
    partial: bool
    settings: Unread


@dataclass(frozen=True, kw_only=True, slots=True)
class Host(Noun):
    """The machine that it ran on."""

    name: Word
    boot_id: str | None
    os: Unread
    kernel: Unread
    architecture: Unread
    cpu_model: Unread
    cpus_allowed: Unread
    memory_gib: Unread
    cgroup_cpus: Unread
    virtual: Unread
    container: Unread


@dataclass(frozen=True, kw_only=True, slots=True)
class Software(Noun):
    """What drove the device."""

    identity: Word
    versions: Unread
    environment: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Device(Noun):
    """A device as it names itself."""

    key: Word
    kind: Word
    """Any kind: a benchmark may drive devices that are newer than this reader."""
    model: Word
    aliases: tuple[str, ...]
    uuid: Word
    uuid_known_by: Unread
    units: Annotated[int, Ge(0)]
    memory_gib: Unread
    power_limit_w: float | None = None
    partition: str | None = None
    software: Software
    facts: Unread = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate(Noun):
    """A throughput with the 95 % interval of its median."""

    unit: Literal["TFLOP/s", "TOPS"]
    median: Positive
    low: Positive
    high: Positive
    mean: Unread
    samples: Annotated[int, Ge(1)]
    effective_samples: Annotated[int, Ge(1)]
    lag1_autocorrelation: Unread
    processes: Annotated[int, Ge(1)]
    interval_method: Unread

    def __post_init__(self) -> None:
        if not self.low <= self.median <= self.high:
            raise ValueError("a median between its low and its high")


@dataclass(frozen=True, kw_only=True, slots=True)
class RatePeak(Noun):
    """The most that the benchmark thinks the device could do."""

    tera_per_second: Positive
    units: Unread
    flop_per_clock_per_unit: Unread
    clock_mhz: Unread
    clock_known_by: Unread
    how: Unread


@dataclass(frozen=True, kw_only=True, slots=True)
class Middle(Noun):
    """A median with its interval."""

    median: Positive
    low: Positive
    high: Positive


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock(Noun):
    """The clock in the timed window."""

    sheet_mhz: float | None
    maximum_mhz: float | None
    measured_mhz: Middle | None
    how: Unread


@dataclass(frozen=True, kw_only=True, slots=True)
class Telemetry(Noun):
    """Telemetry of the device during the run."""

    foreign_processes: tuple[Unread, ...] = ()
    throttle_seconds: Unread = None
    power_w: Unread = None
    energy_j: Unread = None
    sm_clock_mhz: Unread = None
    power_limit_w: Unread = None
    temperature_c: Unread = None
    memory_temperature_c: Unread = None
    memory_clock_mhz: Unread = None
    throttle_reasons: Unread = None
    ecc_corrected: Unread = None
    ecc_uncorrected: Unread = None
    foreign_load_fraction: Unread = None
    governor: Unread = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Compute(Noun):
    """The arithmetic and the library call that were used."""

    emulated: bool
    call: Unread
    compute_type: Unread
    accumulate: Unread
    output: Unread
    fast_accumulation: Unread
    algorithm: Unread
    workspace_mib: Unread


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification(Noun):
    """What was checked on the timed buffers."""

    passed: bool
    method: Unread
    vectors_checked: Annotated[int, Ge(0)]
    hashes_checked: Annotated[int, Ge(0)]
    worst_over_tolerance: float | None
    result_hash: Unread
    faults: tuple[str, ...]
    one_in: Annotated[int, Ge(1)] | None = None
    """One in this many products had its bits compared; null in older files."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row(Noun):
    """One device at one precision."""

    device: Word
    precision: Precision
    engine: Engine
    sparsity: Literal["dense"] = "dense"
    data: Literal["random", "zeros", "integers"]
    status: Literal["measured", "wrong-result", "not-verified", "not-measured", "timed-out", "interrupted"]
    reason: str | None
    verified: bool
    steady: bool
    partial: bool
    soak: bool
    sustained: Rate | None = None
    burst: Rate | None = None
    peak: RatePeak | None = None
    share_of_peak: Annotated[float, Gt(0), Le(1_000)] | None = None
    clock: Clock | None = None
    telemetry: Telemetry = Telemetry()
    must_agree: Unread = None
    shape: Unread = None
    compute: Compute | None = None
    waterfall: Unread = None
    seconds_to_steady: Unread = None
    settling: Unread = None
    verification: Verification | None = None
    warnings: Unread = None
    candidates: Unread = None
    batches: Unread = None
    batches_at: Unread = None


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceFile(Noun):
    """One run on one host."""

    format: Literal["petaplan-bench-evidence"]
    version: Literal[1]
    run: Run
    host: Host
    devices: tuple[Device, ...]
    rows: tuple[Row, ...]
    missing: Unread = None
    digest: Word

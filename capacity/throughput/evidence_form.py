"""The evidence file as it is written, member by member: docs/bench-evidence.md is its specification.

What a plan has no use for is named, so that an unknown member is an error, and its value is left alone.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Len

from petaplan.capacity.figures import Engine, Precision
from petaplan.capacity.noun import Noun

Positive = Annotated[float, Gt(0)]
Word = Annotated[str, Len(1, 2_000)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run(Noun):
    """One run of the benchmark."""

    id: Word
    started_at: Any
    finished_at: Any
    as_of: date
    tool: Any
    partial: bool
    settings: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Host(Noun):
    """The machine that it ran on."""

    name: Word
    boot_id: str | None
    os: Any
    kernel: Any
    architecture: Any
    cpu_model: Any
    cpus_allowed: Any
    memory_gib: Any
    cgroup_cpus: Any
    virtual: Any
    container: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Software(Noun):
    """What drove the device."""

    identity: Word
    versions: Any
    environment: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Device(Noun):
    """A device as it names itself."""

    key: Word
    kind: Word
    """Any kind: a benchmark may drive devices that are newer than this reader."""
    model: Word
    aliases: tuple[str, ...]
    uuid: Word
    uuid_known_by: Any
    units: Any
    memory_gib: Any
    power_limit_w: float | None = None
    partition: str | None = None
    software: Software
    facts: Any = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate(Noun):
    """A throughput with the 95 % interval of its median."""

    unit: Literal["TFLOP/s", "TOPS"]
    median: Positive
    low: Positive
    high: Positive
    mean: Any
    samples: Any
    effective_samples: Annotated[int, Ge(1)]
    lag1_autocorrelation: Any
    processes: Annotated[int, Ge(1)]
    interval_method: Any

    def __post_init__(self) -> None:
        if not self.low <= self.median <= self.high:
            raise ValueError("a median between its low and its high")


@dataclass(frozen=True, kw_only=True, slots=True)
class RatePeak(Noun):
    """The most that the benchmark thinks the device could do."""

    tera_per_second: Positive
    units: Any
    flop_per_clock_per_unit: Any
    clock_mhz: Any
    clock_known_by: Any
    how: Any


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
    how: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Telemetry(Noun):
    """What the device said of itself meanwhile."""

    foreign_processes: tuple[Any, ...] = ()
    throttle_seconds: Any = None
    power_w: Any = None
    energy_j: Any = None
    sm_clock_mhz: Any = None
    power_limit_w: Any = None
    temperature_c: Any = None
    memory_temperature_c: Any = None
    memory_clock_mhz: Any = None
    throttle_reasons: Any = None
    ecc_corrected: Any = None
    ecc_uncorrected: Any = None
    foreign_load_fraction: Any = None
    governor: Any = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Compute(Noun):
    """Which arithmetic was asked of which library call."""

    emulated: bool
    call: Any
    compute_type: Any
    accumulate: Any
    output: Any
    fast_accumulation: Any
    algorithm: Any
    workspace_mib: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification(Noun):
    """What was checked on the timed buffers."""

    passed: bool
    method: Any
    vectors_checked: Any
    hashes_checked: Any
    worst_over_tolerance: Any
    result_hash: Any
    faults: Any


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
    must_agree: Any = None
    shape: Any = None
    compute: Compute | None = None
    waterfall: Any = None
    seconds_to_steady: Any = None
    verification: Verification | None = None
    warnings: Any = None
    candidates: Any = None
    batches: Any = None
    batches_at: Any = None


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceFile(Noun):
    """One run on one host."""

    format: Literal["petaplan-bench-evidence"]
    version: Literal[1]
    run: Run
    host: Host
    devices: tuple[Device, ...]
    rows: tuple[Row, ...]
    missing: Any = None
    digest: Word

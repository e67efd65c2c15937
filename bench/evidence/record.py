"""The content of an evidence file: one run on one host, with a row for each device and precision.

The written form is specified in docs/bench-evidence.md and data/evidence.schema.json; this is its source.
"""

from typing import Annotated, Final, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from petaplan.bench.evidence.fields import (
    STRICT,
    Count,
    Day,
    Fraction,
    Kind,
    NonNegative,
    Positive,
    Size,
    Stamp,
    Text,
)
from petaplan.bench.evidence.settling_record import Settling
from petaplan.bench.precision import Precision

FORMAT: Final = "petaplan-bench-evidence"
VERSION: Final = 1

SIMULATED: Final = "simulated"
"""The kind of devices that exist for tests: their figures never calibrate."""
FOREIGN_LOAD: Final = 0.05
"""Share of the cores of a CPU that others may take without a warning."""
Status = Literal["measured", "wrong-result", "not-verified", "not-measured", "timed-out", "interrupted"]


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Shape:
    """C (m, n) = A (m, k) × B (k, n)."""

    m: Size
    n: Size
    k: Size

    @property
    def flop(self) -> int:
        """Operations of one product: a multiplication and an addition for each of m·n·k."""
        return 2 * self.m * self.n * self.k

    def __str__(self) -> str:
        return f"{self.m}×{self.n}×{self.k}"


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Interval:
    """The median of a set of samples with its 95 % interval."""

    median: Positive
    low: Positive
    high: Positive


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Rate:
    """A throughput with its 95 % interval."""

    unit: Literal["TFLOP/s", "TOPS"]
    median: Positive
    """The rate. Sustained: work over time of the load's last part. Burst, and files before it was so: the median."""
    low: Positive
    """Lower end of the 95 % interval of the rate."""
    high: Positive
    """Upper end of the 95 % interval of the rate."""
    mean: Positive
    """All work divided by all time of the same batches."""
    samples: Size
    """Batches behind the figure."""
    effective_samples: Size
    """Sustained: blocks of time. Burst: samples left after correlated neighbours were merged."""
    lag1_autocorrelation: Annotated[float, Field(ge=-1.0, le=1.0)] | None
    """Correlation of neighbouring blocks, or batches of the burst; null with too few."""
    processes: Size
    """Fresh processes the batches come from."""
    interval_method: Text
    """How the interval was made."""

    @property
    def half_width_fraction(self) -> float:
        """Half the width of the interval as a share of the rate."""
        return (self.high - self.low) / 2.0 / self.median


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Peak:
    """The dense peak of the device, and how it is known."""

    tera_per_second: Positive
    """Dense peak, TFLOP/s or TOPS like the row."""
    units: Size
    """SMs, compute units or cores counted."""
    flop_per_clock_per_unit: Positive
    """Operations one unit completes in a clock."""
    clock_mhz: Positive
    """The clock behind the figure."""
    clock_known_by: Text
    """A sheet, the operating system, or the highest clock probed on this host."""
    how: Text
    """The formula with its numbers, and the source of each."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Clock:
    """The clock in the timed window, beside the clocks it is compared with."""

    sheet_mhz: Positive | None
    """Clock behind the peak."""
    maximum_mhz: Positive | None
    """Highest clock at which the device may run."""
    measured_mhz: Interval | None
    """Clock in the windows of the sustained batches; null where it was not measured."""
    how: Text
    """Probe, counter or sampling, or why there is none."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Factor:
    """One step of the waterfall from the data sheet to the delivered rate."""

    name: Literal["sheet", "clock-convention", "clock", "stolen", "kernel", "delivered"]
    value: Positive
    """A rate for the first and the last step; a ratio for the others."""
    how: Text


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Compute:
    """The library call and its arithmetic."""

    call: Text
    """Library entry, such as ``cublas gemmEx`` or ``numpy.matmul``."""
    compute_type: Text
    """Such as ``CUBLAS_COMPUTE_32F``; for a CPU the BLAS routine."""
    accumulate: Text
    """Format of the accumulator."""
    output: Text
    """Format of the product as stored."""
    emulated: bool
    """Whether the precision is built from lower ones."""
    fast_accumulation: bool | None
    """FP8 only: whether the accumulator may lose bits for speed."""
    algorithm: str | None
    """Library algorithm, where one was chosen."""
    workspace_mib: NonNegative | None
    """Given to the library; null where it takes its own, which CuPy's entry to cuBLAS leaves no way to set."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Verification:
    """What was checked on the timed buffers, and what was found."""

    method: Text
    passed: bool
    vectors_checked: Count
    """Freivalds products compared."""
    hashes_checked: Count
    """Bit hashes compared between batches."""
    worst_over_tolerance: NonNegative | None
    """Largest residual as a share of its tolerance; null when it was not a number."""
    result_hash: str | None
    """Hash of the first product: equal on every healthy device of one model with one library."""
    faults: tuple[str, ...]
    """Each fault found: which batch, which buffer, what."""
    one_in: Size | None = None
    """One in this many products had its bits compared; 1: each of them. Null in older files."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Telemetry:
    """Readings of the device around the run; null where absent or out of range."""

    power_w: NonNegative | None = None
    """Under load: the median of stretches of a second, from the energy counter."""
    energy_j: NonNegative | None = None
    """Used by burst and load, by the counter; before version 0.2 from the first trial to the last check."""
    power_limit_w: NonNegative | None = None
    sm_clock_mhz: NonNegative | None = None
    """Median of the driver's samples under load: a cross-check of the clock measured in the window."""
    temperature_c: float | None = None
    """Highest seen."""
    memory_temperature_c: float | None = None
    memory_clock_mhz: NonNegative | None = None
    throttle_seconds: dict[str, NonNegative] = Field(default_factory=dict)
    """Time in the run during which the clock was limited, by cause."""
    throttle_reasons: tuple[str, ...] = ()
    """Causes that the driver named while the device was busy."""
    ecc_corrected: Count | None = None
    """Memory errors corrected during the run."""
    ecc_uncorrected: Count | None = None
    foreign_processes: tuple[str, ...] = ()
    """Processes that were not ours on the device."""
    foreign_load_fraction: Fraction | None = None
    """CPU: share of the allowed cores' time that others took."""
    governor: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Candidate:
    """A shape that was tried before the reported samples were taken."""

    shape: Shape
    algorithm: str | None
    tera_per_second: Positive
    cycles_per_flop: Positive | None
    """Rank key where a clock was measured, so that drift does not choose the winner."""
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Batches:
    """Every timed batch in order, as columns of one length."""

    process: tuple[Count, ...]
    """Which fresh process, from 0."""
    phase: tuple[Literal["burst", "settling", "sustained"], ...]
    start_seconds: tuple[NonNegative, ...]
    """Since the process's first batch."""
    seconds: tuple[Positive, ...]
    calls: tuple[Size, ...]
    clock_mhz: tuple[Positive | None, ...]
    temperature_c: tuple[float | None, ...] = ()
    """Right after each batch; empty where the device shows none, and in older files."""
    processor_seconds: tuple[float | None, ...] = ()
    """CPU: time of all cores that the process had within each batch; empty elsewhere, and in older files."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Row:
    """One device at one precision."""

    device: Text
    """Key of the device in ``devices``."""
    precision: Precision
    engine: Literal["vector", "matrix"]
    sparsity: Literal["dense"] = "dense"
    data: Literal["random", "zeros", "integers"]
    """Operand pattern; only ``random`` may calibrate a plan."""
    status: Status
    reason: str | None
    """Why there is no figure, or null."""
    verified: bool
    steady: bool
    """Whether rate, clock and temperature had settled under load, with an interval of ±1 % at most."""
    partial: bool
    """Whether the measurement was cut short; a partial row never calibrates."""
    soak: bool
    """Whether it ran long enough for the temperature to settle."""
    shape: Shape | None = None
    compute: Compute | None = None
    sustained: Rate | None = None
    burst: Rate | None = None
    peak: Peak | None = None
    share_of_peak: Positive | None = None
    clock: Clock | None = None
    waterfall: tuple[Factor, ...] = ()
    seconds_to_steady: NonNegative | None = None
    settling: Settling | None = None
    """Null in older files."""
    verification: Verification | None = None
    telemetry: Telemetry = Field(default_factory=Telemetry)
    warnings: tuple[str, ...] = ()
    must_agree: dict[str, str] = Field(default_factory=dict)
    """Facts that must be equal in two rows before their figures may be compared."""
    candidates: tuple[Candidate, ...] = ()
    batches: Batches | None = None
    batches_at: str | None = None
    """File beside this one that keeps batches and trials instead, with its SHA-256: ``name.json.gz sha256:…``."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Software:
    """The software that a figure depends on."""

    identity: Text
    """One line: library, version, kernel, driver. Figures of two identities are not comparable."""
    versions: dict[str, str]
    environment: dict[str, str]
    """Variables that change arithmetic, threads or library choice."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class DeviceRecord:
    """A device with the name it reports and names for a look-up in a catalogue."""

    key: Text
    """Such as ``cpu`` or ``cuda:0``."""
    kind: Kind
    """Kind of device. A reader accepts kinds that it does not know."""
    model: Text
    """The name the device or its driver gives."""
    aliases: tuple[str, ...]
    """The same in short: lower case, no vendor, no memory size; the longest first."""
    uuid: Text
    uuid_known_by: Text
    units: Count
    """SMs, compute units or cores used."""
    memory_gib: NonNegative
    power_limit_w: NonNegative | None = None
    partition: str | None = None
    """MIG or other slice; null for the whole device."""
    facts: dict[str, str] = Field(default_factory=dict)
    """Driver, firmware, bus address, cache sizes, instruction set, and how each of the counts is known."""
    software: Software


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Host:
    """The host, as far as it affects the figures."""

    name: Text
    boot_id: str | None
    os: Text
    kernel: Text
    architecture: Text
    cpu_model: Text
    cpus_allowed: Size
    memory_gib: Positive
    cgroup_cpus: Positive | None
    """CPU quota of the control group; null when there is none."""
    virtual: str | None
    """Hypervisor, where the processor says it runs under one."""
    container: str | None


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class RunSettings:
    """What was asked for."""

    seconds: Positive
    """For one precision on one device."""
    half_width: Positive
    """Half of the 95 % interval that was asked for, as a share of the rate; a row with a wider one says so."""
    processes: Size
    data: Literal["random", "zeros", "integers"]
    soak_seconds: NonNegative
    seed: Count


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Run:
    """When and by which program the run was made, and whether it was completed."""

    id: Text
    started_at: Stamp
    finished_at: Stamp
    as_of: Day
    tool: Text
    """``petaplan-bench`` and its version."""
    partial: bool
    """Whether the run was cut short. No row of a partial run calibrates."""
    settings: RunSettings


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class Missing:
    """Something that was not measured."""

    what: Text
    reason: Text
    asked: bool
    """Whether it was asked for by name."""


@dataclass(frozen=True, kw_only=True, slots=True, config=STRICT)
class RunRecord:
    """One run on one host."""

    format: Literal["petaplan-bench-evidence"] = FORMAT
    version: Literal[1] = VERSION
    run: Run
    host: Host
    devices: tuple[DeviceRecord, ...]
    rows: tuple[Row, ...]
    missing: tuple[Missing, ...] = ()
    digest: Annotated[str, Field(pattern=r"^(sha256:[0-9a-f]{64})?$")] = ""
    """SHA-256 of the file up to the word "digest"; empty until the record is written."""

    def device(self, key: str) -> DeviceRecord:
        """The device that a row is about."""
        return next(d for d in self.devices if d.key == key)

"""The nouns of the catalogue: hardware as makers and measurements describe it.

Every number is a Figure in the unit of its field; a figure that is not published is None and stays None.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le, Len, Predicate

from petaplan.capacity.figures import Engine, Figure, Precision, Sparsity
from petaplan.capacity.noun import Declared, Noun
from petaplan.capacity.units import Checked, Count, Text, Unit


@dataclass(frozen=True, slots=True)
class Plausible:
    """Bounds outside which a catalogue figure is taken for an error."""

    low: float
    high: float


def sheet_unit(precision: Precision) -> str:
    """The unit of a rate on a data sheet: integers are not floating point.

    >>> sheet_unit(Precision.BF16), sheet_unit(Precision.INT8)
    ('TFLOP/s', 'TOP/s')
    """
    return "TOP/s" if precision is Precision.INT8 else "TFLOP/s"


def _stated(precision: Precision) -> None:
    if precision is Precision.UNSTATED:
        raise ValueError("the precision of the figure")


StatedPrecision = Annotated[Precision, Checked(_stated)]
"""A number format; a figure always has one."""

Model = Annotated[str, Len(3, 64), Predicate(lambda text: text.isascii() and text == text.lower() and " " not in text)]
Country = Annotated[str, Len(2, 2), Predicate(str.isupper)]

Gigabytes = Annotated[Figure | None, Unit("GB"), Plausible(1, 5_000)]
GigabytesPerSecond = Annotated[Figure | None, Unit("GB/s"), Plausible(1, 100_000)]
Watts = Annotated[Figure | None, Unit("W"), Plausible(0.05, 200_000)]
Kilowatts = Annotated[Figure | None, Unit("kW"), Plausible(0.05, 100_000)]
KilogramsFigure = Annotated[Figure | None, Unit("kg"), Plausible(0.001, 200_000)]
FractionFigure = Annotated[Figure | None, Unit("fraction"), Plausible(0, 1)]
CelsiusFigure = Annotated[Figure | None, Unit("C"), Plausible(5, 60)]
UsDollars = Annotated[Figure | None, Unit("USD"), Plausible(1, 1e9)]


class Lifecycle(StrEnum):
    """How far a product is on its way."""

    ANNOUNCED = "announced"
    SHIPPING = "shipping"
    END_OF_LIFE = "end-of-life"


class Medium(StrEnum):
    """What carries a signal."""

    COPPER = "copper"
    MULTIMODE = "multimode"
    SINGLEMODE = "singlemode"


class RackRole(StrEnum):
    """What a rack is for."""

    COMPUTE = "compute"
    SWITCH = "switch"
    CPU = "cpu"
    STORAGE = "storage"


class EquipmentKind(StrEnum):
    """Kinds of power and cooling equipment with catalogue entries."""

    TRANSFORMER = "transformer"
    UPS = "ups"
    RECTIFIER = "rectifier"
    GENERATOR = "generator"
    STORAGE = "storage"
    BUSWAY = "busway"
    CDU = "cdu"
    CHILLER = "chiller"


@dataclass(frozen=True, kw_only=True, slots=True)
class Product(Declared):
    """What every catalogue entry says of itself."""

    model: Model
    name: Text
    vendor: Annotated[str, Len(1, 60)]
    country: Country | None
    """Country of the maker, ISO 3166-1 alpha-2; None for a generic class of equipment."""
    lifecycle: Lifecycle
    released: date | None = None
    """First day of the period in which it shipped or was announced to ship."""
    note: Text | None = None
    based_on: Model | None = None
    """Product of the same kind whose fields it has, except those that it gives itself.

    Model, name, aliases, released, note and price are never taken over. A figure that is taken over is ``derived``
    at best: its document is about the other product.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class Peak(Noun):
    """The rate a sheet promises at one precision, and the clock behind it."""

    precision: StatedPrecision
    sparsity: Sparsity = Sparsity.DENSE
    engine: Engine = Engine.MATRIX
    tflops: Annotated[Figure, Unit("TFLOP/s"), Plausible(0.1, 100_000)] | None
    """Per package, in the sheet unit; None where the precision exists but the rate is not public."""
    clock_mhz: Annotated[Figure | None, Unit("MHz"), Plausible(100, 5_000)] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Accelerator(Product):
    """One package that runs matrix arithmetic, as sold."""

    peaks: tuple[Peak, ...]
    memory_gb: Gigabytes
    memory_gb_per_s: GigabytesPerSecond
    power_w: Watts
    die_area_mm2: Annotated[Figure | None, Unit("mm2"), Plausible(10, 5_000)]
    """Sum over the logic dies of the package."""
    dies: Annotated[int, Ge(1), Le(64)] | None = None
    """Logic dies in the package, where known."""
    compute_units: Annotated[int, Ge(1), Le(100_000)] | None = None
    """Multiprocessors, compute units or cores of the whole package, where the sheet gives them.

    A measured device with fewer is a slice.
    """
    process: Annotated[str, Len(1, 60)] | None = None
    scale_up_gb_per_s: GigabytesPerSecond
    """Scale-up bandwidth of the package, both directions added."""
    sparse_doubles: bool | None = None
    """Whether the maker says that each 2:4 rate is twice the dense one; None where the maker says nothing."""
    aliases: tuple[str, ...] = ()
    """Names a driver or a benchmark may report for it."""

    def peak(
        self, precision: Precision, sparsity: Sparsity = Sparsity.DENSE, engine: Engine = Engine.MATRIX
    ) -> Figure | None:
        """Peak per package, TFLOP/s; None if nobody states it."""
        for peak in self.peaks:
            if (peak.precision, peak.sparsity, peak.engine) == (precision, sparsity, engine):
                return peak.tflops
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cpu(Product):
    """One processor package; its vector rates never count as accelerator capacity."""

    cores: Annotated[Figure | None, Unit("cores"), Plausible(1, 1_024)]
    peaks: tuple[Peak, ...]
    memory_gb_per_s: GigabytesPerSecond
    power_w: Watts
    process: Annotated[str, Len(1, 60)] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Part(Noun):
    """So many of one model."""

    model: Model
    count: Count


@dataclass(frozen=True, kw_only=True, slots=True)
class Ports(Noun):
    """So many network ports of one speed."""

    count: Count
    """Number of ports."""
    gbps: Annotated[float, Unit("Gb/s"), Ge(0.1), Le(3_200)]
    """Rate of one port."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Node(Product):
    """A server or a tray, with what is in it."""

    accelerators: tuple[Part, ...] = ()
    cpus: tuple[Part, ...] = ()
    height_u: Annotated[Figure | None, Unit("U"), Plausible(0.5, 60)]
    weight_kg: KilogramsFigure
    power_kw: Kilowatts
    """Nameplate maximum at the inlet."""
    host_power_kw: Kilowatts = None
    """Power of everything but the accelerators, for a node whose own figure nobody gives.

    Where ``power_kw`` is unknown, a node draws this and the power of its accelerators.
    """
    liquid_fraction: FractionFigure
    """Share of the heat that leaves by liquid."""
    max_coolant_c: CelsiusFigure = None
    """Highest supply temperature it accepts."""
    scale_out: Ports | None = None
    scale_up: Ports | None = None
    storage: Ports | None = None
    """Ports toward a storage fabric, beside those of ``scale_out``."""
    management: Ports | None = None
    price_usd: UsDollars = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RackModel(Product):
    """A rack as delivered: its envelope, and what it holds when it is sold full."""

    role: RackRole
    nodes: tuple[Part, ...] = ()
    switches: tuple[Part, ...] = ()
    height_u: Annotated[Figure | None, Unit("U"), Plausible(1, 60)]
    width_mm: Annotated[Figure | None, Unit("mm"), Plausible(300, 2_000)]
    depth_mm: Annotated[Figure | None, Unit("mm"), Plausible(300, 2_500)]
    empty_weight_kg: KilogramsFigure
    load_limit_kg: KilogramsFigure
    """Static load the rack carries."""
    loaded_weight_kg: KilogramsFigure
    """Weight as delivered, where the maker gives it."""
    power_kw: Kilowatts
    """Nameplate of the full rack, where it isn't the sum of its nodes."""
    liquid_fraction: FractionFigure
    max_coolant_c: CelsiusFigure = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MakerClaim(Noun):
    """A rate that a maker states of a whole pod."""

    precision: StatedPrecision
    sparsity: Sparsity = Sparsity.DENSE
    engine: Engine = Engine.MATRIX
    pflops: Annotated[Figure, Unit("PFLOP/s"), Plausible(0.1, 10_000_000)]
    """Of the whole pod; in POP/s for integers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PodModel(Product):
    """A supernode or scalable unit: what is bought, energised and accepted as one."""

    racks: tuple[Part, ...]
    accelerators: Annotated[Figure, Unit("accelerators"), Plausible(1, 100_000)] | None
    power_kw: Kilowatts
    """Power of the whole pod, if a source states it."""
    optics: Annotated[Figure | None, Unit("modules"), Plausible(1, 10_000_000)] = None
    scale_up_domain: Annotated[Figure | None, Unit("accelerators"), Plausible(1, 100_000)] = None
    """Accelerators that share one scale-up network."""
    maker_claims: tuple[MakerClaim, ...] = ()
    """Rates of the whole pod in the maker's words; a review compares them with the sum of the parts."""
    price_usd: UsDollars = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SwitchModel(Product):
    """A packet switch."""

    ports: Annotated[Figure, Unit("ports"), Plausible(1, 1_024)]
    port_gbps: Annotated[Figure, Unit("Gb/s"), Plausible(0.1, 3_200)]
    lanes_per_port: Annotated[int, Ge(1), Le(16)] = 8
    height_u: Annotated[Figure | None, Unit("U"), Plausible(0.5, 40)]
    weight_kg: KilogramsFigure
    power_w: Watts


@dataclass(frozen=True, kw_only=True, slots=True)
class Optic(Product):
    """A pluggable module or a cable with its ends: what carries a link, and how far."""

    medium: Medium
    gbps: Annotated[Figure, Unit("Gb/s"), Plausible(0.1, 3_200)]
    reach_m: Annotated[Figure, Unit("m"), Plausible(0.5, 100_000)]
    power_w: Watts
    """Per end."""
    lane_gbps: Annotated[Figure | None, Unit("Gb/s"), Plausible(1, 448)] = None
    fibre_pairs: Annotated[Figure | None, Unit("pairs"), Plausible(1, 32)] = None
    """Pairs of fibres in its socket: one a lane, or one for several lanes that share it by wavelength."""
    pluggable: bool = True
    """Whether it is a module, with fibre from one to the next; a cable with its ends on it is not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Equipment(Product):
    """A class of power or cooling equipment."""

    kind: EquipmentKind
    rated_kva: Annotated[Figure | None, Unit("kVA"), Plausible(1, 1_000_000)] = None
    rated_kw: Kilowatts = None
    rated_current_a: Annotated[Figure | None, Unit("A"), Plausible(1, 10_000)] = None
    energy_kwh: Annotated[Figure | None, Unit("kWh"), Plausible(1, 10_000_000)] = None
    efficiency_fraction: FractionFigure = None
    no_load_loss_kw: Kilowatts = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredGemm(Declared):
    """A throughput of matrix products that a source outside this project measured."""

    accelerator: Model
    device: Text
    """What the measurer called it."""
    precision: StatedPrecision
    method: Text
    rate_tflops: Annotated[Figure, Unit("TFLOP/s"), Plausible(0.1, 100_000)] | None
    """Per package, in the sheet unit of the precision; None where only the share was published."""
    nominal_tflops: Annotated[Figure, Unit("TFLOP/s"), Plausible(0.1, 100_000)] | None
    """The peak that the share is a share of."""
    fraction: Annotated[Figure, Unit("fraction"), Plausible(0.01, 1.1)]
    note: Text | None = None


class RateKind(StrEnum):
    """How the rate of a system is known."""

    PEAK = "peak"
    """The rates of its devices, added up."""
    LINPACK = "linpack"
    """Solving dense linear equations in 64 bits (HPL): a measured rate, and no peak."""


class Stage(StrEnum):
    """How far a system is on its way."""

    PLANNED = "planned"
    BUILT = "built"


class PowerOf(StrEnum):
    """What the power of a system includes."""

    IT = "it"
    """Its racks alone."""
    FACILITY = "facility"
    """Its racks, their cooling and the losses of their supply."""
    UNSTATED = "unstated"
    """The source does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemRate(Noun):
    """A rate of a whole system in the words of its source."""

    precision: Precision
    """``unstated`` where the source names none."""
    sparsity: Sparsity | None
    """None where the source does not say."""
    engine: Engine = Engine.MATRIX
    kind: RateKind = RateKind.PEAK
    pflops: Annotated[Figure, Unit("PFLOP/s"), Plausible(0.1, 1e9)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Devices(Noun):
    """Accelerators of one kind in a system."""

    name: Text
    """What the source calls them."""
    model: Model | None
    """Model of the catalogue; None where it has none, or where the source names none."""
    count: Annotated[Figure, Unit("accelerators"), Plausible(1, 10_000_000)] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedSystem(Declared):
    """A system beside which a plan is shown."""

    name: Model
    """What the command line calls it."""
    title: Text
    stage: Stage
    rates: tuple[SystemRate, ...] = ()
    devices: tuple[Devices, ...] = ()
    power_kw: Annotated[Figure | None, Unit("kW"), Plausible(1, 20_000_000)]
    power_of: PowerOf = PowerOf.UNSTATED
    racks: Annotated[Figure, Unit("racks"), Plausible(1, 10_000_000)] | None
    note: Text | None = None

"""Hardware as its makers and its measurers describe it: the nouns of the catalogue.

Every number is a Figure in the unit of its field; what nobody has published is None and stays None.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from annotated_types import Ge, Le, Len, Predicate

from capacity.figures import Engine, Figure, Precision, Sparsity
from capacity.noun import Declared, Noun
from capacity.units import Count, Text, Unit


@dataclass(frozen=True, slots=True)
class Plausible:
    """Bounds outside which a catalogue figure is taken for a slip."""

    low: float
    high: float


def figure(unit: str, low: float, high: float) -> Any:
    """A Figure in ``unit`` within plausible bounds, or None where nobody has said."""
    return Annotated[Figure | None, Unit(unit), Plausible(low, high)]


Model = Annotated[str, Len(3, 64), Predicate(lambda text: text == text.lower() and " " not in text)]
Country = Annotated[str, Len(2, 2), Predicate(str.isupper)]

Gigabytes = figure("GB", 1, 5_000)
GigabytesPerSecond = figure("GB/s", 1, 100_000)
Watts = figure("W", 0.05, 200_000)
Kilowatts = figure("kW", 0.05, 100_000)
KilogramsFigure = figure("kg", 0.001, 200_000)
FractionFigure = figure("fraction", 0, 1)
CelsiusFigure = figure("C", 5, 60)
UsDollars = figure("USD", 1, 1e9)


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
    """What a cabinet is for."""

    COMPUTE = "compute"
    SWITCH = "switch"
    CPU = "cpu"
    STORAGE = "storage"


class EquipmentKind(StrEnum):
    """Kinds of power and cooling equipment with catalogue entries."""

    TRANSFORMER = "transformer"
    UPS = "ups"
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Peak(Noun):
    """The rate a sheet promises at one precision, and the clock behind it."""

    precision: Precision
    sparsity: Sparsity = Sparsity.DENSE
    engine: Engine = Engine.MATRIX
    tflops: Annotated[Figure, Unit("TFLOP/s"), Plausible(0.1, 100_000)] | None
    """Per package, in ``rate_unit``; None where the precision exists but the rate is not public."""
    clock_mhz: figure("MHz", 100, 5_000) = None  # type: ignore[valid-type]

    @property
    def rate_unit(self) -> str:
        """Integers are not floating point: their figure must say TOP/s."""
        return "TOP/s" if self.precision is Precision.INT8 else "TFLOP/s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Accelerator(Product):
    """One package that runs matrix arithmetic, as sold."""

    peaks: tuple[Peak, ...]
    memory_gb: Gigabytes
    memory_gb_per_s: GigabytesPerSecond
    power_w: Watts
    die_area_mm2: figure("mm2", 10, 5_000)  # type: ignore[valid-type]
    """Sum over the logic dies of the package."""
    dies: Annotated[int, Ge(1), Le(64)] | None = None
    """Logic dies in the package, where known."""
    process: Annotated[str, Len(1, 60)] | None = None
    scale_up_gb_per_s: GigabytesPerSecond
    """Scale-up bandwidth of the package, both directions added."""
    aliases: tuple[str, ...] = ()
    """Names a driver or a benchmark may report for it."""

    def peak(self, precision: Precision, sparsity: Sparsity = Sparsity.DENSE) -> Figure | None:
        """Matrix peak per package, TFLOP/s, or None where the sheet is silent."""
        for peak in self.peaks:
            if (peak.precision, peak.sparsity, peak.engine) == (precision, sparsity, Engine.MATRIX):
                return peak.tflops
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Cpu(Product):
    """One processor package; its vector rates never count as accelerator capacity."""

    cores: figure("cores", 1, 1_024)  # type: ignore[valid-type]
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
    gbps: Annotated[float, Unit("Gb/s"), Ge(0.1), Le(3_200)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Node(Product):
    """A server or a tray, with what is in it."""

    accelerators: tuple[Part, ...] = ()
    cpus: tuple[Part, ...] = ()
    height_u: figure("U", 0.5, 60)  # type: ignore[valid-type]
    weight_kg: KilogramsFigure
    power_kw: Kilowatts
    """Nameplate maximum at the inlet."""
    liquid_fraction: FractionFigure
    """Share of the heat that leaves by liquid."""
    max_coolant_c: CelsiusFigure = None
    """Highest supply temperature it accepts."""
    scale_out: Ports | None = None
    scale_up: Ports | None = None
    management: Ports | None = None
    price_usd: UsDollars = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RackModel(Product):
    """A cabinet as delivered: its envelope, and what it holds when it is sold full."""

    role: RackRole
    nodes: tuple[Part, ...] = ()
    switches: tuple[Part, ...] = ()
    height_u: figure("U", 1, 60)  # type: ignore[valid-type]
    width_mm: figure("mm", 300, 2_000)  # type: ignore[valid-type]
    depth_mm: figure("mm", 300, 2_500)  # type: ignore[valid-type]
    empty_weight_kg: KilogramsFigure
    load_limit_kg: KilogramsFigure
    """Static load the cabinet carries."""
    loaded_weight_kg: KilogramsFigure
    """Weight as delivered, where the maker gives it."""
    power_kw: Kilowatts
    """Nameplate of the full cabinet, where it isn't the sum of its nodes."""
    liquid_fraction: FractionFigure
    max_coolant_c: CelsiusFigure = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PodModel(Product):
    """A supernode or scalable unit: what is bought, energised and accepted as one."""

    racks: tuple[Part, ...]
    accelerators: Annotated[Figure, Unit("accelerators"), Plausible(1, 100_000)] | None
    power_kw: Kilowatts
    """All-in power of the pod, where somebody gives it."""
    optics: figure("modules", 1, 10_000_000) = None  # type: ignore[valid-type]
    scale_up_domain: figure("accelerators", 1, 100_000) = None  # type: ignore[valid-type]
    """Accelerators that share one scale-up network."""
    price_usd: UsDollars = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SwitchModel(Product):
    """A packet switch."""

    ports: Annotated[Figure, Unit("ports"), Plausible(1, 1_024)]
    port_gbps: Annotated[Figure, Unit("Gb/s"), Plausible(0.1, 3_200)]
    lanes_per_port: Annotated[int, Ge(1), Le(16)] = 8
    height_u: figure("U", 0.5, 40)  # type: ignore[valid-type]
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
    lane_gbps: figure("Gb/s", 1, 448) = None  # type: ignore[valid-type]


@dataclass(frozen=True, kw_only=True, slots=True)
class Equipment(Product):
    """A class of power or cooling equipment."""

    kind: EquipmentKind
    rated_kva: figure("kVA", 1, 1_000_000) = None  # type: ignore[valid-type]
    rated_kw: Kilowatts = None
    rated_current_a: figure("A", 1, 10_000) = None  # type: ignore[valid-type]
    energy_kwh: figure("kWh", 1, 10_000_000) = None  # type: ignore[valid-type]
    efficiency_fraction: FractionFigure = None
    no_load_loss_kw: Kilowatts = None

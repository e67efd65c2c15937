"""What computes: pods, their racks, and the nodes in a rack."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import Ge, Le, Len

from petaplan.capacity.hardware import Model, Ports
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Declared, Noun
from petaplan.capacity.references import FabricName, FeedName, HallName, LoopName, PhaseName
from petaplan.capacity.renames import old_classes
from petaplan.capacity.units import Count, Kilograms, PodKw, RackCount, RackKw


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeGroup(Noun):
    """So many nodes of one model in one rack."""

    model: Model
    count: Annotated[int, Ge(1), Le(1_000)]


@dataclass(frozen=True, kw_only=True, slots=True)
class RackGroup(Declared):
    """One cabinet, or a run of identical cabinets side by side, inside a pod."""

    name: Name
    model: Model
    count: RackCount = 1
    """Identical cabinets in this run; they are called name-1, name-2 and so on."""
    nodes: Annotated[tuple[NodeGroup, ...], Len(0, 64)] = ()
    """What each cabinet holds; empty means as the catalogue sells it."""
    feeds: Annotated[tuple[FeedName, ...], Len(0, 8)] | None = None
    """Feeds that each cabinet draws from in equal parts; the pod's unless said."""
    it_power_kw: RackKw | None = None
    """Design power of one cabinet where it isn't the catalogue's."""
    row: Annotated[int, Ge(1), Le(10_000)] | None = None
    """Row of the hall in which the run stands."""
    slot: Annotated[int, Ge(1), Le(10_000)] | None = None
    """Place of the first cabinet in its row."""
    scale_out: Ports | None = None
    """Network ports of each of its nodes, where their makers publish none."""
    storage: Ports | None = None
    """Ports of each of its nodes toward a storage fabric, where their makers publish none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StandAloneRackGroup(RackGroup):
    """A run of cabinets that belongs to no pod."""

    phase: PhaseName
    hall: HallName
    in_service: date | None = None
    retired: date | None = None
    liquid_loop: LoopName | None = None
    air_loop: LoopName | None = None
    fabrics: Annotated[tuple[FabricName, ...], Len(0, 16)] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredTotals(Noun):
    """Totals that somebody wrote down; they are held against the totals that the parts give."""

    racks: Count | None = None
    accelerators: Count | None = None
    cpus: Count | None = None
    it_power_kw: PodKw | None = None
    weight_kg: Kilograms | None = None
    network_ports: Count | None = None
    """Ports of all nodes toward scale-out networks."""
    optics: Count | None = None
    """Modules of all links, those between the switches above them included."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod(Declared):
    """What is bought, energised and accepted as one, with its racks."""

    name: Name
    phase: PhaseName
    hall: HallName
    model: Model | None = None
    """Catalogue pod that it is one of; None for a pod of its own design."""
    racks: Annotated[tuple[RackGroup, ...], Len(1, 1_000)]
    feeds: Annotated[tuple[FeedName, ...], Len(0, 8)] = ()
    liquid_loop: LoopName | None = None
    air_loop: LoopName | None = None
    fabrics: Annotated[tuple[FabricName, ...], Len(0, 16)] = ()
    in_service: date | None = None
    """Day of acceptance; the day of its phase unless said."""
    retired: date | None = None
    """First day on which it no longer counts."""
    declared: DeclaredTotals | None = None


__getattr__ = old_classes(
    __name__, {"Rack": RackGroup, "StandAloneRack": StandAloneRackGroup, "Declaration": DeclaredTotals}
)

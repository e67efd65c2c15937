"""Compute equipment: pods, their racks, and the nodes of a rack."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from annotated_types import Ge, Le, Len

from petaplan.capacity.hardware import Model, Ports
from petaplan.capacity.noun import Named, Noun
from petaplan.capacity.references import FabricName, FeedName, HallName, LoopName, PhaseName
from petaplan.capacity.renames import old_classes
from petaplan.capacity.units import Count, Kilograms, PodKw, RackCount, RackKw


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeGroup(Noun):
    """A number of nodes of one model in one rack."""

    model: Model
    """Node of the catalogue."""
    count: Annotated[int, Ge(1), Le(1_000)]
    """Nodes in one rack."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RackGroup(Named):
    """One rack, or several identical racks side by side, inside a pod."""

    model: Model
    """Rack of the catalogue."""
    count: RackCount = 1
    """Identical racks; they are called name-1, name-2 and so on."""
    nodes: Annotated[tuple[NodeGroup, ...], Len(0, 64)] = ()
    """Nodes of each rack; without any, as the catalogue sells it."""
    feeds: Annotated[tuple[FeedName, ...], Len(0, 8)] | None = None
    """Feeds that each rack draws from in equal parts; without any, those of the pod."""
    it_power_kw: RackKw | None = None
    """Design power of one rack, kW, where it differs from the catalogue."""
    row: Annotated[int, Ge(1), Le(10_000)] | None = None
    """Row of the hall."""
    slot: Annotated[int, Ge(1), Le(10_000)] | None = None
    """Position of the first rack in its row."""
    scale_out: Ports | None = None
    """Network ports of each node, where the maker publishes none."""
    storage: Ports | None = None
    """Ports of each node towards a storage fabric, where the maker publishes none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StandAloneRackGroup(RackGroup):
    """A rack group that belongs to no pod."""

    phase: PhaseName
    """Phase that adds it."""
    hall: HallName
    in_service: date | None = None
    """Day from which it serves; without one, the day of its phase."""
    retired: date | None = None
    """First day on which it no longer serves."""
    liquid_loop: LoopName | None = None
    """Loop that takes its liquid heat."""
    air_loop: LoopName | None = None
    """Loop that takes its air heat."""
    fabrics: Annotated[tuple[FabricName, ...], Len(0, 16)] = ()
    """Fabrics that its nodes are attached to, or whose switches it holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclaredTotals(Noun):
    """Totals that a document states. Rules compare them with the totals of the parts."""

    racks: Count | None = None
    """All racks."""
    accelerators: Count | None = None
    """All accelerators."""
    cpus: Count | None = None
    """All CPUs of the nodes."""
    it_power_kw: PodKw | None = None
    """Design power of all racks, kW."""
    weight_kg: Kilograms | None = None
    """Weight of all racks, kg."""
    network_ports: Count | None = None
    """Ports of all nodes towards scale-out fabrics."""
    optics: Count | None = None
    """Modules of all links, those between switches included."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod(Named):
    """What is bought, energised and accepted as one, with its racks."""

    phase: PhaseName
    """Phase that adds it."""
    hall: HallName
    model: Model | None = None
    """Pod of the catalogue; none for a pod of its own design."""
    racks: Annotated[tuple[RackGroup, ...], Len(1, 1_000)]
    """Its racks, in groups of identical ones."""
    feeds: Annotated[tuple[FeedName, ...], Len(0, 8)] = ()
    """Feeds of each of its racks, unless a rack group states its own."""
    liquid_loop: LoopName | None = None
    """Loop that takes the liquid heat of its racks."""
    air_loop: LoopName | None = None
    """Loop that takes the air heat of its racks."""
    fabrics: Annotated[tuple[FabricName, ...], Len(0, 16)] = ()
    """Fabrics that its nodes are attached to."""
    in_service: date | None = None
    """Day of acceptance; without one, the day of its phase."""
    retired: date | None = None
    """First day on which it no longer serves."""
    declared: DeclaredTotals | None = None
    """Totals that the pod is declared to have."""


__getattr__ = old_classes(
    __name__, {"Rack": RackGroup, "StandAloneRack": StandAloneRackGroup, "Declaration": DeclaredTotals}
)

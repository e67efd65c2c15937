"""Scale-up and scale-out networks: fabrics in tiers of switches, and the links between them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le, Len

from petaplan.capacity.hardware import Model
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Named, Noun
from petaplan.capacity.references import FabricName, PhaseName, SiteName
from petaplan.capacity.units import Count, Fraction, Gbps, Metres, Unit


class FabricKind(StrEnum):
    """What a fabric is for."""

    SCALE_UP = "scale-up"
    """Joins the accelerators of one pod."""
    SCALE_OUT = "scale-out"
    """Joins the nodes of all pods for a job."""
    STORAGE = "storage"
    """Joins nodes and storage."""
    MANAGEMENT = "management"
    """Joins the controllers of nodes, switches and plant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Links(Noun):
    """The ports of one switch in one direction, and the modules in them."""

    ports: Count
    """Links of one switch in this direction."""
    gbps: Gbps
    """Speed of one link, Gbit/s."""
    optic: Model
    """Module or cable of the catalogue in each port."""
    length_m: Metres
    """Longest link, slack included, m."""
    node_optic: Model | None = None
    """Module at the end of the node, if it differs from that of the switch. For links down of the lowest tier."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tier(Noun):
    """One layer of switches of a fabric."""

    name: Name
    """Name of the tier in its fabric, such as leaf."""
    switch: Model
    """Switch of the catalogue."""
    switches: Count
    """Number of switches in one plane of one domain."""
    down: Links
    """Links of one switch towards the nodes."""
    up: Links | None = None
    """Links of one switch towards the next tier; the top tier has none."""
    groups: Annotated[int, Ge(1), Le(100_000)] = 1
    """Identical groups of its switches. A group is joined to its own group of the next tier, or to one plane of an
    undivided next tier."""
    reserved_ports: Annotated[int, Unit("ports"), Ge(0), Le(1_024)] = 0
    """Ports of each switch kept for management, monitoring and growth."""
    oversubscription: Annotated[float, Unit("ratio"), Ge(0.01), Le(100)] | None = None
    """Intended bandwidth down over bandwidth up; without one, 1 for compute and 4 for storage and management."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fabric(Named):
    """A network that pods are attached to, as tiers of switches, the lowest first."""

    phase: PhaseName
    """Phase that adds it."""
    in_service: date | None = None
    """Day from which it serves; without one, the day of its phase."""
    retired: date | None = None
    """First day on which it no longer serves."""
    site: SiteName
    kind: FabricKind
    """What the fabric is for."""
    tiers: Annotated[tuple[Tier, ...], Len(1, 4)]
    """Layers of switches, the lowest first."""
    planes: Annotated[int, Unit("planes"), Ge(1), Le(64)] = 1
    """Identical copies of the tiers, each with an equal share of the links."""
    domains: Annotated[int, Unit("domains"), Ge(1), Le(100_000)] = 1
    """Identical separate networks, each with its own tiers. For scale-up: one for each pod."""
    rail_aligned: bool = False
    """Whether port i of every node goes to leaf i of its group."""
    minimum_bisection_fraction: Fraction | None = None
    """Share of the bisection that must remain when any one switch or link is lost."""
    uplinks: Annotated[tuple[FabricName, ...], Len(0, 16)] = ()
    """Fabrics that its top tier is joined to."""

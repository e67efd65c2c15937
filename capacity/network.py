"""Scale-up and scale-out networks: fabrics in tiers of switches, and the links between them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le, Len

from petaplan.capacity.hardware import Model
from petaplan.capacity.names import Name
from petaplan.capacity.noun import Declared, Noun
from petaplan.capacity.references import FabricName, PhaseName, SiteName
from petaplan.capacity.units import Count, Fraction, Gbps, Metres, Unit


class FabricKind(StrEnum):
    """What a network is for."""

    SCALE_UP = "scale-up"
    SCALE_OUT = "scale-out"
    STORAGE = "storage"
    MANAGEMENT = "management"


@dataclass(frozen=True, kw_only=True, slots=True)
class Links(Noun):
    """The ports of one switch that face one way, and what runs in them."""

    ports: Count
    gbps: Gbps
    optic: Model
    """Catalogue module or cable in each port."""
    length_m: Metres
    """Longest run, slack included."""
    node_optic: Model | None = None
    """Of the lowest tier's links down: the module at the node's end, where it is another than the switch's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tier(Noun):
    """One layer of switches of a fabric."""

    name: Name
    switch: Model
    switches: Count
    down: Links
    """Toward the nodes."""
    up: Links | None = None
    """Toward the next tier; the top tier has none."""
    groups: Annotated[int, Ge(1), Le(100_000)] = 1
    """Like groups of its switches: one is joined only to the switches of the next tier in its own group, or, where
    the next tier is not divided, to one plane of it."""
    reserved_ports: Annotated[int, Unit("ports"), Ge(0), Le(1_024)] = 0
    """Ports of each switch kept for management, monitoring and growth."""
    oversubscription: Annotated[float, Unit("ratio"), Ge(0.01), Le(100)] | None = None
    """Bandwidth down over bandwidth up that is meant; 1 for compute and 4 for storage and management unless said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fabric(Declared):
    """A network that pods are attached to, lowest tier first."""

    name: Name
    phase: PhaseName
    in_service: date | None = None
    retired: date | None = None
    site: SiteName
    kind: FabricKind
    tiers: Annotated[tuple[Tier, ...], Len(1, 4)]
    planes: Annotated[int, Unit("planes"), Ge(1), Le(64)] = 1
    """Like copies of the tiers, each with an equal share of the links."""
    domains: Annotated[int, Unit("domains"), Ge(1), Le(100_000)] = 1
    """Separate networks alike, each with its own tiers: for scale-up, one a pod."""
    rail_aligned: bool = False
    """Whether port i of every node goes to leaf i of its group."""
    minimum_bisection_fraction: Fraction | None = None
    """Share of the bisection that must remain when any one switch or link is lost."""
    uplinks: Annotated[tuple[FabricName, ...], Len(0, 16)] = ()
    """Fabrics that this one's top tier is joined to."""

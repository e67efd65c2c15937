"""Scale-up and scale-out networks: fabrics in tiers of switches, and the links between them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Le, Len

from capacity.hardware import Model
from capacity.names import Name
from capacity.noun import Declared, Noun
from capacity.units import Count, Fraction, Gbps, Metres


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Fabric(Declared):
    """A network that pods are attached to, lowest tier first."""

    name: Name
    phase: Name
    in_service: date | None = None
    retired: date | None = None
    site: Name
    kind: FabricKind
    tiers: Annotated[tuple[Tier, ...], Len(1, 4)]
    planes: Annotated[int, Ge(1), Le(64)] = 1
    """Like copies of the tiers, each with an equal share of the links."""
    domains: Annotated[int, Ge(1), Le(100_000)] = 1
    """Separate networks alike, each with its own tiers: for scale-up, one a pod."""
    rail_aligned: bool = False
    """Whether port i of every node goes to leaf i of its group."""
    minimum_bisection_fraction: Fraction | None = None
    """Share of the bisection that must remain when any one switch or link is lost."""
    uplinks: Annotated[tuple[Name, ...], Len(0, 16)] = ()
    """Fabrics that this one's top tier is joined to."""

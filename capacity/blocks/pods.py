"""Pods that are bought many times, put into the rows of a hall one after another."""

from collections.abc import Iterable
from dataclasses import dataclass

from petaplan.capacity.blocks.hall import TwoSidedHall
from petaplan.capacity.blocks.sizing import slots_for
from petaplan.capacity.compute import NodeGroup, Pod, RackGroup
from petaplan.capacity.hardware import Ports

DECLARES_FOR_CALLER = True
"""Findings name the line of the plan that asked for a block, not the line here that builds it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PodKind:
    """A pod that is bought many times: what it is called, its racks, the fabrics it is attached to."""

    short: str
    """Part of the name of each pod."""
    model: str | None
    """Pod of the catalogue; None for servers that no catalogue calls a pod."""
    runs: tuple[tuple[str, str, int], ...]
    """Groups of racks: name, catalogue model, count."""
    scale_out: str
    """Ending of the name of its hall's fabric."""
    scale_up: str | None = None
    """Start of the name of its phase's scale-up fabric."""
    node_ports: Ports | None = None
    """Network ports of a node of the first group, where nobody publishes them."""
    nodes: tuple[NodeGroup, ...] = ()
    """What a rack of the first group holds, where it isn't sold full."""
    liquid: bool = True
    """Whether its racks are on the liquid loop as well as on the air."""


def filled(block: TwoSidedHall, rows: Iterable[Iterable[PodKind]]) -> tuple[Pod, ...]:
    """The pods of a hall, row by row from row 1; within a row they stand side by side from slot 1.

    >>> from petaplan.capacity.blocks.hall import two_sided_hall
    >>> block = two_sided_hall(
    ...     "hall-a", site="site", phase="phase-1", grid=("grid-a", "grid-b"),
    ...     it_power_limit_kw=2_000, rows=2, racks_in_a_row=32, floor_area_m2=200,
    ... )
    >>> servers = PodKind(
    ...     short="h100", model=None, runs=(("servers", "nvidia-dgx-h100-rack", 16),), scale_out="roce", liquid=False
    ... )
    >>> [(pod.name, pod.racks[0].row, pod.racks[0].slot) for pod in filled(block, [[servers, servers], [servers]])]
    [('hall-a-h100-01', 1, 1), ('hall-a-h100-02', 1, 23), ('hall-a-h100-03', 2, 1)]
    """
    pods: list[Pod] = []
    numbers: dict[str, int] = {}
    for row, kinds in enumerate(rows, start=1):
        slot = 1
        for kind in kinds:
            numbers[kind.short] = numbers.get(kind.short, 0) + 1
            name = f"{block.hall.name}-{kind.short}-{numbers[kind.short]:02}"
            pods.append(_pod(name, kind, block, row, slot))
            slot += sum(slots_for(model, count, block.hall.rack_pitch_m) for _, model, count in kind.runs)
    return tuple(pods)


def _pod(name: str, kind: PodKind, block: TwoSidedHall, row: int, slot: int) -> Pod:
    racks = []
    for at, (group, model, count) in enumerate(kind.runs):
        ports, nodes = (None, ()) if at else (kind.node_ports, kind.nodes)
        racks.append(RackGroup(name=group, model=model, count=count, nodes=nodes, row=row, slot=slot, scale_out=ports))
        slot += slots_for(model, count, block.hall.rack_pitch_m)
    fabrics = [f"{block.hall.name}-{kind.scale_out}"]
    if kind.scale_up:
        fabrics.append(f"{kind.scale_up}-{block.hall.phase}")
    return Pod(
        name=name,
        phase=block.hall.phase,
        hall=block.hall.name,
        model=kind.model,
        racks=tuple(racks),
        feeds=block.row_feeds(row),
        liquid_loop=block.liquid_loop if kind.liquid else None,
        air_loop=block.air_loop,
        fabrics=tuple(fabrics),
    )

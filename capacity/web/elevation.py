"""The front of a rack: its rack units from below, and the nodes and switches in them."""

from collections.abc import Iterator
from dataclasses import dataclass

from petaplan.capacity.hardware import Node, SwitchModel
from petaplan.capacity.rack_facts import RackFacts

MOST_UNITS = 80
"""Rack units that a picture shows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A node or switch in its rack units."""

    model: str
    is_switch: bool
    bottom_u: float
    """Rack units below it."""
    height_u: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Elevation:
    """The front of a rack.

    A plan says how many nodes and switches a rack holds, not in which rack units. Here nodes stand from unit 1 upwards
    in the order of the catalogue, switches above them.
    """

    frame_u: int | None
    """Rack units of the rack; None where nobody published them."""
    boxes: tuple[Box, ...]
    without_height: tuple[tuple[int, str], ...]
    """Nodes and switches whose height nobody published: how many, and of which model."""
    left_out: tuple[tuple[int, str], ...]
    """Nodes and switches above the units that a picture shows."""

    @property
    def used_u(self) -> float:
        """Rack units that the boxes take."""
        return sum(box.height_u for box in self.boxes)

    @property
    def shown_u(self) -> int:
        """Rack units of the picture: those of the rack, and those that its contents need beyond."""
        top = max((box.bottom_u + box.height_u for box in self.boxes), default=0.0)
        return max(min(self.frame_u or 1, MOST_UNITS), -int(-top // 1), 1)


def elevation_of(facts: RackFacts) -> Elevation:
    """The front of a rack."""
    boxes: list[Box] = []
    unknown: dict[str, int] = {}
    outside: dict[str, int] = {}
    level = 0.0
    for product, is_switch in _contents(facts):
        if product.height_u is None:
            unknown[product.model] = unknown.get(product.model, 0) + 1
        elif level + product.height_u.value > MOST_UNITS:
            outside[product.model] = outside.get(product.model, 0) + 1
        else:
            height = product.height_u.value
            boxes.append(Box(model=product.model, is_switch=is_switch, bottom_u=level, height_u=height))
            level += height
    return Elevation(
        frame_u=int(facts.model.height_u.value) if facts.model.height_u else None,
        boxes=tuple(boxes),
        without_height=tuple((count, model) for model, count in unknown.items()),
        left_out=tuple((count, model) for model, count in outside.items()),
    )


def _contents(facts: RackFacts) -> Iterator[tuple[Node | SwitchModel, bool]]:
    for count, node in facts.nodes:
        for _ in range(count):
            yield node, False
    for count, switch in facts.switches:
        for _ in range(count):
            yield switch, True

"""Looking things up in the catalogue of the package, as its tests do."""

from collections.abc import Callable
from typing import TypeVar

from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Figure
from petaplan.capacity.hardware import Accelerator, Node, Part, Product, RackModel

P = TypeVar("P", bound=Product)

CATALOGUE = load()
ACCELERATORS = CATALOGUE.table(Accelerator)


def found(kind: type[P], model: str) -> P:
    """The product, which the catalogue must have."""
    product = CATALOGUE.find(kind, model)
    assert product is not None, f"no {kind.__name__} {model}"
    return product


def value(figure: Figure | None) -> float:
    """The number of a figure that must be known."""
    assert figure is not None
    return figure.value


def count_in(parts: tuple[Part, ...], of: Callable[[str], int]) -> int:
    """How many of something a list of parts holds in all."""
    return sum(part.count * of(part.model) for part in parts)


def accelerators_in_node(model: str) -> int:
    """Accelerators in one node."""
    return count_in(found(Node, model).accelerators, lambda _: 1)


def accelerators_in_rack(model: str) -> int:
    """Accelerators in one cabinet sold full."""
    return count_in(found(RackModel, model).nodes, accelerators_in_node)

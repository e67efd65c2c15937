"""Numbers computed from figures, each with its inputs or with the figures that are missing."""

from collections.abc import Iterable
from dataclasses import dataclass

from petaplan.capacity.figures import Figure
from petaplan.capacity.findings import Input
from petaplan.capacity.hardware import Product


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number computed from figures, with its inputs or with the figures that are missing."""

    value: float | None
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()


def from_figure(name: str, figure: Figure | None, missing: str) -> Quantity:
    """The quantity that a single catalogue figure gives."""
    if figure is None:
        return Quantity(None, missing=(missing,))
    return Quantity(figure.value, (Input(name, figure.value, figure.unit, cited(figure)),))


def from_catalogue(product: Product, field: str) -> Quantity:
    """The quantity that a figure of a product gives, under the names of both."""
    name = f"{product.model}.{field}"
    return from_figure(name, getattr(product, field), name)


def cited(figure: Figure) -> str:
    """Status, source and date of a figure, for a message."""
    return f"{figure.status}: {figure.source}, {figure.as_of}"


def total(parts: Iterable[tuple[int, Quantity]]) -> Quantity:
    """The sum of so many of each; unknown as soon as one part is."""
    value = 0.0
    inputs: dict[Input, None] = {}
    missing: dict[str, None] = {}
    for count, part in parts:
        value += count * (part.value or 0.0)
        inputs.update(dict.fromkeys(part.inputs))
        missing.update(dict.fromkeys(part.missing))
    return Quantity(None if missing else value, tuple(inputs), tuple(missing))

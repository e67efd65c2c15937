"""Numbers computed from figures, each with its inputs or with the figures that are missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from petaplan.capacity.figures import Figure, Status
from petaplan.capacity.findings import Input
from petaplan.capacity.hardware import Product


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number computed from figures, with its inputs or with the figures that are missing."""

    value: float | None
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()
    terms: tuple[tuple[int, Input], ...] = ()
    """Of a sum: each input, and how many times it is added."""


@lru_cache(maxsize=4_096)
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
    return _cited(figure.status, figure.source, figure.as_of)


@lru_cache(maxsize=4_096)
def _cited(status: Status, source: str, as_of: date) -> str:
    return f"{status}: {source}, {as_of}"


def total(parts: Iterable[tuple[int, Quantity]]) -> Quantity:
    """The sum of so many of each; unknown as soon as one part is.

    An input that is added more than once says how often: ``4 x baidu-p800-node.power_kw``.
    """
    value = 0.0
    terms: dict[Input, int] = {}
    missing: dict[str, None] = {}
    for count, part in parts:
        value += count * (part.value or 0.0)
        for times, given in part.terms or [(1, given) for given in part.inputs]:
            terms[given] = terms.get(given, 0) + count * times
        missing.update(dict.fromkeys(part.missing))
    return Quantity(
        None if missing else value,
        tuple([times_of(times, given) for given, times in terms.items()]),
        tuple(missing),
        tuple([(times, given) for given, times in terms.items()]),
    )


def times_of(times: int, given: Input) -> Input:
    """An input whose name says how many times it is added."""
    return given if times == 1 else Input(f"{times} x {given.name}", given.value, given.unit, given.source)

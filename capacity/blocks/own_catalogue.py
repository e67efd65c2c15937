"""The catalogue that building blocks look models up in: the shipped one, or one with layers of the plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from petaplan.capacity.facts.catalog import Catalogue, load
from petaplan.capacity.facts.layers import laid_over

_USED: ContextVar[Catalogue | None] = ContextVar("catalogue of building blocks", default=None)


@contextmanager
def own_catalogue(*layers: str | Path) -> Iterator[Catalogue]:
    """Building blocks inside the block know the models of these files and folders; paths start from the working folder.

    >>> with own_catalogue() as catalogue:
    ...     catalogue is used_catalogue()
    True

    Raises:
        CatalogueError: with everything that is wrong with a layer.
    """
    known = laid_over((), [Path(layer) for layer in layers])
    before = _USED.set(known)
    try:
        yield known
    finally:
        _USED.reset(before)


def used_catalogue() -> Catalogue:
    """The catalogue of the innermost ``own_catalogue``, else the shipped one."""
    return _USED.get() or load()

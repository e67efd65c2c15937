"""The catalogue that building blocks look models up in: the shipped one, or one with layers of the plan."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TypeVar

from petaplan.capacity.errors import PlanError
from petaplan.capacity.facts.catalog import NO_LAYER, Catalogue, load
from petaplan.capacity.facts.layer_files import Place
from petaplan.capacity.facts.layers import laid_over
from petaplan.capacity.hardware import Product
from petaplan.capacity.noun import place_of
from petaplan.old_names import OldName

_USED: ContextVar[Catalogue | None] = ContextVar("catalogue of building blocks", default=None)

_BLOCKS = f"{__name__.rpartition('.')[0]}."

INSIDE = "a block with hardware of your own stands inside `with own_catalogue(LAYER):`"

P = TypeVar("P", bound=Product)


def own_catalogue(*layers: str | Path) -> AbstractContextManager[Catalogue]:
    """Building blocks inside the block know the models of these files and folders.

    Paths start from the folder of the Python file that calls this, as those of ``Hub(catalogues=…)`` do. Without a
    file, such as at a prompt, they start from the working folder.

    >>> with own_catalogue() as catalogue:
    ...     catalogue is used_catalogue()
    True

    Raises:
        CatalogueError: with everything that is wrong with a layer.
    """
    frame = sys._getframe(1)  # noqa: SLF001 - inspect.currentframe() without its cost
    file, where = Path(frame.f_code.co_filename), f"{place_of(frame)}: own_catalogue"
    start = file.absolute().parent if file.is_file() else Path.cwd()
    return _used([_layer(Path(layer), start, where) for layer in layers])


def _layer(path: Path, start: Path, where: str) -> Place:
    """A layer that a program names; one version more it is also found from the working folder."""
    if not (start / path).exists() and path.exists():
        told = f"{where}: {str(path)!r} was found in the working folder; paths start from the folder of the program now"
        warnings.warn(f"{told}; this version alone looks there too", OldName, stacklevel=3)
        start = Path.cwd()
    return Place(str(path), start, where, confined=False)


@contextmanager
def _used(layers: list[Place]) -> Iterator[Catalogue]:
    known = laid_over(layers)
    before = _USED.set(known)
    try:
        yield known
    finally:
        _USED.reset(before)


def used_catalogue() -> Catalogue:
    """The catalogue of the innermost ``own_catalogue``, else the shipped one."""
    return _USED.get() or load()


def required(kind: type[P], model: str) -> P:
    """The product of that model in the catalogue that building blocks use.

    Raises:
        PlanError: when it has none of that kind; it names the line of the program that calls the building block.
    """
    known = used_catalogue()
    if (product := known.find(kind, model)) is not None:
        return product
    problem = known.unknown(kind, model, _caller())
    raise PlanError([replace(problem, advice=problem.advice.replace(NO_LAYER, INSIDE))])


def _caller() -> str:
    """The line that calls a building block."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.currentframe() without its cost
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith(_BLOCKS):
        frame = frame.f_back
    return str(place_of(frame)) if frame is not None else "the plan"

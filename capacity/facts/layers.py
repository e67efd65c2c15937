"""The catalogue of a plan: the shipped data, and the layers that the plan or the command line lays over them.

A layer has products, the documents of their figures, measured rates, export rules, and ``overrides`` that change one
figure of a product below. The last layer wins; what it puts in the place of something is noted.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from petaplan.capacity.errors import CatalogueError, Problem
from petaplan.capacity.facts.catalog import (
    Catalogue,
    load,
)
from petaplan.capacity.facts.layer_files import LayerFile, Place, files_of
from petaplan.capacity.facts.layering import Layering
from petaplan.capacity.facts.table import Lost
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import PlanPlace

MOST_LAYERS = 16


def catalogue_of(hub: Hub, given: Iterable[Path | Place] = (), folder: Path | None = None) -> Catalogue:
    """The catalogue that a hub is judged by.

    A path of the hub starts from the folder of its declaration, or from ``folder``; one of ``given`` from the folder
    where the program runs.

    Raises:
        CatalogueError: with everything that is wrong with a layer, by file and line.
    """
    start = folder or folder_of(hub)
    places = (Place(str(name), start, _where(hub, at)) for at, name in enumerate(hub.catalogues))
    return laid_over(tuple(places), given)


def _where(hub: Hub, at: int) -> str:
    """The line that names a layer of a hub."""
    place = hub.declared_at
    if isinstance(place, PlanPlace) and place.own_catalogues is not None and at >= place.own_catalogues:
        return "stack setting petaplan:catalogues"
    return f"{'the plan' if place is None else place.of('catalogues', at)}: catalogues"


def laid_over(places: Sequence[Place], given: Iterable[Path | Place] = ()) -> Catalogue:
    """The shipped catalogue with some layers over it.

    Raises:
        CatalogueError: with everything that is wrong with a layer, by file and line.
    """
    known = {os.path.realpath(place.path) for place in places}
    named = (one if isinstance(one, Place) else given_layer(str(one)) for one in given)
    whole = (*places, *(place for place in named if os.path.realpath(place.path) not in known))
    if not whole:
        return load()
    problems: list[Problem] = []
    if len(whole) > MOST_LAYERS:
        found, expected = f"{len(whole)} layers", f"at most {MOST_LAYERS}"
        raise CatalogueError([Problem(where=whole[0].where, found=found, expected=expected, advice="join some")])
    files = files_of(whole, problems)
    if problems:
        raise CatalogueError([*problems, *_layered(files, Lost(files=True))[1]])
    return _of_files(files)


def given_layer(name: str, file: Path | None = None) -> Place:
    """A layer that the command line names; it is read from another file where one is given."""
    return Place(name, Path.cwd(), "--catalogue", confined=False, file=file)


def folder_of(hub: Hub) -> Path:
    """The folder of the file that declares a hub; the folder where the program runs, where no file does."""
    if folder := getattr(hub.declared_at, "folder", ""):
        return Path(folder)
    file = Path(hub.declared_at.file) if hub.declared_at is not None else Path()
    return file.absolute().parent if hub.declared_at is not None and file.is_file() else Path.cwd()


def seen_from(hub: Hub, folder: Path, advice: str = "move it there") -> Hub:
    """The same hub with its catalogues named as seen from a folder, such as that of a project.

    ``advice`` says what to do about a catalogue that does not lie below it.

    Raises:
        CatalogueError: when one of them does not lie below it.
    """
    start = folder_of(hub)
    if not hub.catalogues or os.path.realpath(start) == os.path.realpath(folder):
        return hub
    names, problems = list[str](), list[Problem]()
    for at, name in enumerate(hub.catalogues):
        names.append(os.path.relpath(Path(os.path.realpath(start), name), os.path.realpath(folder)))
        if ".." in (*Path(names[-1]).parts, *Path(name).parts) or names[-1] == "." or Path(name).is_absolute():
            expected = f"a path below {folder}"
            problems.append(Problem(where=_where(hub, at), found=repr(name), expected=expected, advice=advice))
    if problems:
        raise CatalogueError(problems)
    made = hub.replace(catalogues=tuple(names))
    place = hub.declared_at
    if place is None:
        return made
    return made.declared_in(PlanPlace(file=place.file, line=place.line, folder=str(folder)))


def in_project(hub: Hub, further: Iterable[str], folder: Path) -> Hub:
    """The hub of a project: its catalogues, then those of the project's settings, all as seen from its folder.

    Raises:
        CatalogueError: when one of the hub's own does not lie below that folder.
    """
    seen = seen_from(hub, folder)
    more = tuple(one for one in further if one not in seen.catalogues)
    if not more:
        return seen
    made, place = seen.replace(catalogues=(*seen.catalogues, *more)), seen.declared_at
    if place is None:
        return made
    known = place if isinstance(place, PlanPlace) else PlanPlace(file=place.file, line=place.line)
    return made.declared_in(replace(known, own_catalogues=len(seen.catalogues)))


@lru_cache(maxsize=16)
def _of_files(files: tuple[LayerFile, ...]) -> Catalogue:
    """The shipped catalogue under these files: the same bytes give the same object."""
    catalogue, problems = _layered(files, Lost())
    if problems:
        raise CatalogueError(problems)
    return catalogue


def _layered(files: Iterable[LayerFile], lost: Lost) -> tuple[Catalogue, list[Problem]]:
    """The shipped catalogue under these files, and what is wrong with each layer of them."""
    below, problems = load(), list[Problem]()
    for name, group in groupby(files, key=lambda file: file.layer):
        layering = Layering(name, below, lost)
        below = layering.laid(tuple(group))
        problems.extend(layering.problems)
    return below, problems

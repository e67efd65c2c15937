"""What one object of a plan breaks by itself, without the rest of the hub."""

from collections.abc import Iterator

from petaplan.capacity.document import declaration
from petaplan.capacity.errors import Problem
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Declared, Location, Noun
from petaplan.infra.kinds import BY_TABLE

Path = tuple[str | int, ...]

_TABLES = {kind.noun: table for table, kind in BY_TABLE.items() if table is not None}


def problems_alone(noun: Noun) -> Iterator[tuple[Path, Problem]]:
    """Each problem of an object by itself, with the field path of the part it concerns."""
    table = _TABLES.get(type(noun))
    if table is None:
        return
    places = {str(place): path for path, place in _placed(noun)}
    hub = Hub(name="alone", sites=(), phases=()).replace(**{table: (noun,)}).declared_in(Location(file="hub", line=0))
    for problem in declaration.problems_alone(hub):
        where = problem.where.rsplit(": ", 1)[0]
        if where in places:
            yield places[where], problem


def _placed(noun: object, path: Path = ()) -> Iterator[tuple[Path, Location]]:
    """Every declared part of an object, told its own path as the place where it was declared."""
    if isinstance(noun, Declared):
        place = Location(file=repr(path), line=0)
        noun.declared_in(place)
        yield path, place
    for at, rack in enumerate(getattr(noun, "racks", ())):
        yield from _placed(rack, (*path, "racks", at))

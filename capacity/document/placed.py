"""The lines where the objects of a hub were declared, in one order, so that they can travel beside its document."""

from collections.abc import Iterator, Sequence

from petaplan.capacity.document.verified import table_names
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Declared, Location


def places_of(hub: Hub) -> list[tuple[str, int]]:
    """File and line of every declared object; line 0 where nobody knows."""
    places = (one.declared_at for one in _declared(hub))
    return [("", 0) if place is None else (place.file, place.line) for place in places]


def with_places(hub: Hub, places: Sequence[tuple[str, int]]) -> Hub:
    """The same hub with other places; too few leave the rest as it is."""
    for one, (file, line) in zip(_declared(hub), places, strict=False):
        if line > 0:
            one.declared_in(Location(file=file, line=line))
    return hub


def _declared(noun: object) -> Iterator[Declared]:
    if isinstance(noun, Declared):
        yield noun
    kind: object = noun.__class__
    for name in table_names(kind):
        for item in getattr(noun, name):
            yield from _declared(item)

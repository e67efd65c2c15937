"""References are types: every field that holds a name says whose name it is."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

from petaplan.capacity.compute import Pod, RackGroup, StandAloneRackGroup
from petaplan.capacity.document.declaration import what_is_named
from petaplan.capacity.electric.graph import sources
from petaplan.capacity.hub import Hub
from petaplan.capacity.names import Name
from petaplan.capacity.power import Busway
from petaplan.capacity.references import POWER, Ref, names_in, references, referring
from petaplan.infra.declare import needed, needed_first
from petaplan.infra.hong_kong import hub as hong_kong


def _nouns(hint: Any, seen: set[type]) -> Iterator[type]:
    """Every noun that a hub can hold."""
    if isinstance(hint, type) and is_dataclass(hint) and hint not in seen:
        seen.add(hint)
        yield hint
        for inner in get_type_hints(hint).values():
            yield from _nouns(inner, seen)
    for inner in get_args(hint):
        yield from _nouns(inner, seen)


NOUNS = tuple(_nouns(Hub, set()))


def _names(hint: Any) -> Iterator[Ref | None]:
    """The marker of each name in an annotation; None for a name without one."""
    if get_origin(hint) is Annotated and set(Name.__metadata__) <= set(hint.__metadata__):  # type: ignore[attr-defined]
        yield next((mark for mark in hint.__metadata__ if isinstance(mark, Ref)), None)
        return
    for inner in get_args(hint):
        yield from _names(inner)


FIELDS = [
    (noun, field.name, mark)
    for noun in NOUNS
    for field in fields(noun)
    for mark in _names(get_type_hints(noun, include_extras=True)[field.name])
]


def test_the_fields_of_many_nouns_are_looked_at() -> None:
    assert len(NOUNS) > 30
    assert sum(mark is not None for _, _, mark in FIELDS) > 30


@pytest.mark.parametrize(("noun", "field", "mark"), FIELDS)
def test_every_name_is_the_objects_own_or_a_reference(noun: type, field: str, mark: Ref | None) -> None:
    assert (mark is None) == (field == "name"), f"{noun.__name__}.{field}"
    if mark is not None:
        assert mark in [each.ref for each in references(noun) if each.field == field]


@pytest.mark.parametrize("mark", [mark for *_, mark in FIELDS if mark is not None])
def test_every_reference_leads_to_tables_of_the_hub_and_says_what_it_names(mark: Ref) -> None:
    hub = hong_kong()
    for table in mark.tables:
        assert all(row.name for row in getattr(hub, table))
    assert what_is_named(mark)


def test_all_references_of_the_reference_hub_lead_to_a_row() -> None:
    hub = hong_kong()
    followed = 0
    for _, rows in hub.tables():
        for noun in (noun for row in rows for noun in referring(row)):
            for reference in references(type(noun)):
                known = {row.name for table in reference.ref.tables for row in getattr(hub, table)}
                assert known.issuperset(reference.names(noun))
                followed += len(reference.names(noun))
    assert followed > 1_000


def test_the_rack_groups_of_a_pod_refer_by_themselves() -> None:
    rack = RackGroup(name="compute", model="huawei-cloudmatrix384-compute-rack", feeds=("feed-a",))
    pod = Pod(name="pod", phase="first", hall="hall", racks=(rack,), feeds=("feed-b",))
    assert list(referring(pod)) == [pod, rack]
    assert names_in(pod, "feeds") == ("feed-b",)
    assert names_in(rack, "feeds") == ("feed-a",)


def test_a_stand_alone_rack_group_refers_to_what_a_pod_does() -> None:
    own = {each.field for each in references(StandAloneRackGroup)}
    assert own == {each.field for each in references(Pod)}


def test_the_sources_of_a_power_object_are_its_references_to_power_objects() -> None:
    busway = next(row for row in hong_kong().busways if row.fed_by)
    assert sources(busway) == names_in(busway, POWER) == (*busway.fed_by, *busway.standby_from)
    assert {each.field for each in references(Busway)} == {"phase", "hall", "fed_by", "standby_from"}


def test_resources_come_after_what_they_need() -> None:
    hub, made = hong_kong(), set[str]()
    for _, row in needed_first(hub):
        assert made.issuperset(needed(row)), row.name
        made.add(row.name)
    assert len(made) == sum(len(rows) for _, rows in hub.tables())


def test_two_objects_that_need_each_other_are_both_made_once() -> None:
    hub = hong_kong()
    one, two, *rest = hub.fabrics
    ring = (one.replace(uplinks=(two.name,)), two.replace(uplinks=(one.name,)), *rest)
    names = [row.name for _, row in needed_first(hub.replace(fabrics=ring))]
    assert sorted(names) == sorted({row.name for _, rows in hub.tables() for row in rows})

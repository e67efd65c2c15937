"""Names of version 0.1 are read for one version: each with one notice, never beside the new name."""

import importlib
import json
import warnings
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, get_args, get_type_hints

import pytest

from petaplan.capacity.compute import DeclaredTotals, RackGroup, StandAloneRackGroup
from petaplan.capacity.cooling import CoolingLoop
from petaplan.capacity.document.marked import read_bytes
from petaplan.capacity.document.plan import document, hub_from
from petaplan.capacity.errors import PlanError
from petaplan.capacity.facts.assumptions import filled
from petaplan.capacity.facts.catalog import Catalogue, load
from petaplan.capacity.figures import Figure
from petaplan.capacity.hardware import Optic, Plausible
from petaplan.capacity.hub import Assumption, Hub
from petaplan.capacity.power import Battery
from petaplan.capacity.renames import Was, renamed_fields
from petaplan.capacity.site import Hall
from petaplan.capacity.supply import Budget, Order, Price
from petaplan.capacity.targets import Target
from petaplan.capacity.units import Unit
from petaplan.infra.hong_kong import hub as hong_kong
from petaplan.old_names import OldName

RENAMED: dict[type[Any], dict[str, str]] = {
    Hub: {"upses": "ups_systems", "storages": "batteries"},
    Hall: {"entry_run_m": "meet_me_room_cable_m", "route_load_kg": "access_route_load_kg"},
    CoolingLoop: {"cools": "cooled_equipment"},
    Battery: {"shaved_kw": "peak_shaving_kw", "shaved_minutes_per_day": "peak_shaving_minutes_per_day"},
    Target: {"words": "source"},
    Order: {"what": "item"},
    Price: {"each": "unit_price"},
}
"""What version 0.1 called each field that has another name now."""

FIELDS = [(noun, old, new) for noun, names in RENAMED.items() for old, new in names.items()]
CLASSES = [
    ("compute", "Rack", RackGroup),
    ("compute", "StandAloneRack", StandAloneRackGroup),
    ("compute", "Declaration", DeclaredTotals),
    ("power", "Storage", Battery),
]


def _whole_hub() -> Hub:
    """The reference hub, with a value in every field that was renamed."""
    hub = hong_kong()
    day = hub.phases[0].starts
    first = hub.phases[0]
    order = Order(item="a chiller", ordered=day, lead_weeks=10, source="a test")
    price = Price(model="huawei-cloudmatrix384", unit_price=1.0, currency="USD", vintage=day, source="a test")
    budget = Budget(currency="USD", prices=(price,))
    return hub.replace(
        phases=(first.replace(orders=(order,), budget=budget), *hub.phases[1:]),
        halls=tuple(hall.replace(meet_me_room_cable_m=20.0, access_route_load_kg=2_000.0) for hall in hub.halls),
        batteries=tuple(each.replace(peak_shaving_kw=1.0, peak_shaving_minutes_per_day=5.0) for each in hub.batteries),
    )


def _in_old_names(value: Any, kind: Any) -> Any:
    """A document as version 0.1 would have written it."""
    if isinstance(value, list):
        return [_in_old_names(item, kind) for item in value]
    if not isinstance(value, dict):
        return value
    noun = _noun_in(kind)
    hints, old = get_type_hints(noun), {new: old for old, new in RENAMED.get(noun, {}).items()}
    return {old.get(name, name): _in_old_names(item, hints.get(name)) for name, item in value.items()}


def _noun_in(hint: Any) -> Any:
    if isinstance(hint, type) and is_dataclass(hint):
        return hint
    return next((noun for inner in get_args(hint) if (noun := _noun_in(inner)) is not None), None)


def _read(written: dict[str, Any]) -> Hub:
    return hub_from(read_bytes(json.dumps(written, indent=1).encode(), "old.json"))


def test_every_renamed_field_says_its_old_name() -> None:
    for noun, names in RENAMED.items():
        assert dict(renamed_fields(noun)) == names
        assert set(names.values()) <= {field.name for field in fields(noun)}


def test_a_document_in_old_names_is_read_with_one_notice_each() -> None:
    hub = _whole_hub()
    old = _in_old_names(document(hub), Hub)
    assert old["phases"][0]["budget"]["prices"][0]["each"] == 1.0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert _read(old) == hub
    texts = [str(each.message) for each in caught if each.category is OldName]
    assert len(texts) == len(FIELDS)
    for noun, name, new in FIELDS:
        (text,) = [text for text in texts if f"{noun.__name__}: {name} is now {new}; " in text]
        assert text.startswith("old.json:")


def test_a_document_in_new_names_gives_no_notice() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _read(document(_whole_hub())) == _whole_hub()


def test_a_fault_below_an_old_name_is_reported_at_its_line() -> None:
    old = _in_old_names(document(_whole_hub()), Hub)
    old["storages"][0]["shaved_kw"] = "much"
    text = json.dumps(old, indent=1)
    line = next(number for number, row in enumerate(text.splitlines(), 1) if '"much"' in row)
    with pytest.warns(OldName), pytest.raises(PlanError) as refused:
        _read(old)
    assert f"old.json:{line}: batteries[0].peak_shaving_kw" in str(refused.value)


@pytest.mark.parametrize(("noun", "old", "new"), FIELDS)
def test_an_old_key_beside_its_new_one_is_refused_with_both_names(noun: type[Any], old: str, new: str) -> None:
    written = document(_whole_hub())
    where = {
        Hub: written,
        Hall: written["halls"][0],
        CoolingLoop: written["cooling_loops"][0],
        Battery: written["batteries"][0],
        Target: written["targets"][0],
        Order: written["phases"][0]["orders"][0],
        Price: written["phases"][0]["budget"]["prices"][0],
    }[noun]
    where.setdefault(new, [])
    where[old] = where[new]
    with pytest.raises(PlanError, match=f"found '{old}' beside '{new}'; expected '{new}' alone; drop '{old}'"):
        _read(written)


def _one(noun: type[Any], hub: Hub) -> Any:
    return {
        Hub: hub,
        Hall: hub.halls[0],
        CoolingLoop: hub.cooling_loops[0],
        Battery: hub.batteries[0],
        Target: hub.targets[0],
        Order: hub.phases[0].orders[0],
        Price: hub.phases[0].budget.prices[0] if hub.phases[0].budget else None,
    }[noun]


@pytest.mark.parametrize(("noun", "old", "new"), FIELDS)
def test_a_constructor_takes_an_old_name(noun: type[Any], old: str, new: str) -> None:
    made = _one(noun, _whole_hub())
    values = {field.name: getattr(made, field.name) for field in fields(noun) if field.init}
    values[old] = values.pop(new)
    with pytest.warns(OldName, match=f"{noun.__name__}: {old} is now {new}"):
        again = noun(**values)
    assert again == made
    assert again.__class__ is noun


@pytest.mark.parametrize(("noun", "old", "new"), FIELDS)
def test_replace_and_attributes_take_an_old_name(noun: type[Any], old: str, new: str) -> None:
    made = _one(noun, _whole_hub())
    with pytest.warns(OldName, match=f"{old} is now {new}"):
        assert made.replace(**{old: getattr(made, new)}) == made
    with pytest.warns(OldName, match=f"{old} is now {new}"):
        assert getattr(made, old) == getattr(made, new)


@pytest.mark.parametrize(("noun", "old", "new"), FIELDS)
def test_a_constructor_refuses_an_old_name_beside_its_new_one(noun: type[Any], old: str, new: str) -> None:
    made = _one(noun, _whole_hub())
    values = {field.name: getattr(made, field.name) for field in fields(noun) if field.init}
    with pytest.raises(PlanError, match=f"test_old_names.py:.*'{old}' beside '{new}'"):
        noun(**values, **{old: values[new]})


def test_an_object_in_old_names_is_declared_where_its_caller_stands() -> None:
    battery = _one(Battery, _whole_hub())
    values = {field.name: getattr(battery, field.name) for field in fields(Battery) if field.init}
    values["shaved_kw"] = values.pop("peak_shaving_kw")
    with pytest.warns(OldName):
        made = Battery(**values)
    assert str(made.declared_at).startswith("tests/capacity/test_old_names.py:")


@pytest.mark.parametrize(("module", "old", "new"), CLASSES)
def test_an_old_class_name_leads_to_the_new_class(module: str, old: str, new: type) -> None:
    nouns = importlib.import_module(f"petaplan.capacity.{module}")
    with pytest.warns(OldName, match=f"{old} is now {new.__name__}"):
        assert getattr(nouns, old) is new


def test_a_name_that_never_was_is_unknown_everywhere() -> None:
    hub = _whole_hub()
    with pytest.raises(AttributeError, match="'Hub' object has no attribute 'upss'"):
        getattr(hub, "upss")  # noqa: B009 - no such field
    with pytest.raises(TypeError, match="upss"):
        hub.replace(upss=())
    with pytest.raises(AttributeError, match="has no attribute 'Racks'"):
        getattr(importlib.import_module("petaplan.capacity.compute"), "Racks")  # noqa: B009 - no such class


@dataclass(frozen=True, kw_only=True, slots=True)
class RenamedOptic(Optic):
    """A product of a catalogue with a field that had another name."""

    lane_gbps: Annotated[Figure | None, Unit("Gb/s"), Plausible(1, 448), Was("rate_gbps")] = None


def test_an_assumption_may_name_a_figure_of_the_catalogue_by_its_old_name() -> None:
    optic = load().table(Optic)[0]
    values = {field.name: getattr(optic, field.name) for field in fields(optic) if field.init} | {"lane_gbps": None}
    catalogue = Catalogue(products={optic.model: RenamedOptic(**values)}, sources={})
    day = hong_kong().phases[0].starts
    assumption = Assumption(
        name="lanes",
        statement="100 Gb/s a lane",
        reason="a test",
        as_of=day,
        model=optic.model,
        quantity="rate_gbps",
        value=100,
        unit="Gb/s",
    )
    with pytest.warns(OldName, match="assumption 'lanes': rate_gbps is now lane_gbps"):
        whole, problems = filled(catalogue, [assumption])
    assert problems == []
    assert whole.require(RenamedOptic, optic.model).lane_gbps is not None


def test_but_is_the_old_name_of_replace() -> None:
    hub = hong_kong()
    with pytest.warns(OldName, match=r"but\(\) is now replace\(\)"):
        assert hub.but(name="other") == hub.replace(name="other")

"""Properties in Pulumi's spelling to nouns of the domain, and back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from petaplan.capacity.document.plan import members
from petaplan.capacity.document.strict import adapter, did_you_mean, expectation, limits_at
from petaplan.capacity.noun import Named
from petaplan.infra.kinds import BY_TABLE, Kind, Shape, shape_of
from petaplan.infra.spelling import Path, pulumi_name
from petaplan.reporting.lookalikes import lookalikes_in

LARGEST_EXACT = 2.0**53
"""Up to here a double holds every whole number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One property that is wrong, by its path in Pulumi's spelling."""

    path: Path
    found: str
    expected: str
    advice: str = ""

    def __str__(self) -> str:
        text = f"found {self.found}; expected {self.expected}"
        alike = lookalikes_in(f"{self.found} {self.path}")
        return "; ".join(filter(None, (text, self.advice, alike)))


def noun_from(kind: Kind, resource_name: str, properties: Mapping[str, object]) -> tuple[Named | None, list[Fault]]:
    """The noun that properties declare, or None and every reason why they don't."""
    faults: list[Fault] = []
    value = _respelt(properties, shape_of(kind.noun), (), faults)
    value.setdefault("name", resource_name)
    if kind.table is None:
        value |= {"sites": [], "phases": []}  # the tables of the hub are resources of their own
    try:
        noun = adapter(kind.noun).validate_json(json.dumps(value))
    except ValidationError as error:
        found = (fault for fault in error.errors(include_url=False) if not _is_echo(fault))
        return None, [*faults, *(_fault(kind, fault) for fault in found)]
    return (None if faults else noun), faults


def _is_echo(fault: ErrorDetails) -> bool:
    """Whether a list is called too short only because its items, each told by itself, are wrong."""
    return bool(fault["type"] == "too_short" and len(fault["input"]) >= fault["ctx"]["min_length"])


def _fault(kind: Kind, fault: ErrorDetails) -> Fault:
    path: Path = tuple(pulumi_name(step) if isinstance(step, str) else step for step in fault["loc"])
    found, expected, advice = expectation(fault, limits_at(kind.noun, fault["loc"]))
    if fault["type"] == "missing":
        expected = f"the property {path[-1]!r}"
    return Fault(path=path, found=found, expected=expected, advice=advice)


def _respelt(properties: Mapping[str, object], shape: Shape, path: Path, faults: list[Fault]) -> dict[str, object]:
    """Properties under the names of their fields; one that the noun hasn't is a fault.

    A property of the version before is read under its old name: programs, stacks and inventories still have it.
    """
    made: dict[str, object] = {}
    for prop, item in properties.items():
        new = shape.new_name(prop)
        field = shape.fields.get(new)
        if new != prop and new in properties:
            faults.append(_both_names((*path, prop), prop, new))
        elif field is None:
            known = "a property of this type"
            fault = Fault(
                path=(*path, prop),
                found=f"the unknown property {prop!r}",
                expected=known,
                advice=did_you_mean(prop, shape.fields),
            )
            faults.append(fault)
        elif item is not None:
            inner = shape.nested.get(new)
            made[field] = whole(item) if inner is None else _respelt_within(item, inner, (*path, prop), faults)
    return made


def _both_names(path: Path, old: str, new: str) -> Fault:
    return Fault(path=path, found=f"{old!r} beside {new!r}", expected=f"{new!r} alone", advice=f"drop {old!r}")


def old_names_in(properties: Mapping[str, object], shape: Shape) -> Iterator[tuple[str, str]]:
    """Every property that goes by its old name, with the new one."""
    for prop, item in properties.items():
        new = shape.new_name(prop)
        if new != prop:
            yield prop, new
        inner = shape.nested.get(new)
        for part in item if isinstance(item, list | tuple) else (item,):
            if inner is not None and isinstance(part, Mapping):
                yield from old_names_in(part, inner)


def whole(item: object) -> object:
    """A value whose whole numbers are ints: Pulumi knows no other number than a double."""
    if isinstance(item, float):
        return int(item) if abs(item) < LARGEST_EXACT and item.is_integer() else item
    return [whole(inner) for inner in item] if isinstance(item, list | tuple) else item


def _respelt_within(item: object, shape: Shape, path: Path, faults: list[Fault]) -> object:
    if isinstance(item, Mapping):
        return _respelt(item, shape, path, faults)
    if isinstance(item, list | tuple):
        return [_respelt_within(inner, shape, (*path, at), faults) for at, inner in enumerate(item)]
    return item


def properties_of(kind: Kind, noun: Named) -> dict[str, object]:
    """What a noun says, in Pulumi's spelling; what stands at its default is left out."""
    if kind.table is None:
        noun = noun.replace(**dict.fromkeys(filter(None, BY_TABLE), ()))
    return _wired(members(noun), shape_of(kind.noun))


def _wired(written: Mapping[str, object], shape: Shape) -> dict[str, object]:
    made: dict[str, object] = {}
    for prop, field in shape.fields.items():
        if field in written:
            inner = shape.nested.get(prop)
            made[prop] = written[field] if inner is None else _wired_within(written[field], inner)
    return made


def _wired_within(item: object, shape: Shape) -> object:
    if isinstance(item, Mapping):
        return _wired(item, shape)
    if isinstance(item, list | tuple):
        return [_wired_within(inner, shape) for inner in item]
    return item

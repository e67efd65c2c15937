"""The Pulumi schema of the package, made from the typed model of ``capacity``."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import metadata

from petaplan.capacity.document.docstrings import Described, nouns_by_name
from petaplan.capacity.document.strict import adapter
from petaplan.infra.inventory.opening import DEFAULT_ADDRESS, described_addresses
from petaplan.infra.kinds import KINDS, PACKAGE, Kind, shape_of
from petaplan.infra.provider.bounds import Definition, bounds_in_words, present
from petaplan.infra.provider.settings import INVENTORY
from petaplan.infra.provider.version import version
from petaplan.infra.spelling import pulumi_name

NESTED_NAMES = {"RackGroup": "RackRun"}
"""Nested types whose name is a resource's as well: SDKs of some languages have one space of names."""

STANDING = "Standing"

PUBLISHER = "petaplan"
"""Publisher of the package, and the space of names of its SDKs."""

_REF = "#/types/"


@cache
def definitions() -> Definition:
    """JSON Schema of every noun and enum that a resource is made of, by class name."""
    found: Definition = {}
    for kind in KINDS:
        made = adapter(kind.noun).json_schema()
        found |= made.pop("$defs", {})
        found[kind.noun.__name__] = made
    return found


def fields_of(kind: Kind) -> Iterator[tuple[str, Definition]]:
    """Each field of a kind of resource with its JSON Schema."""
    yield from properties_of(kind.noun.__name__, tuple(shape_of(kind.noun).fields.values()))


def properties_of(noun: str, fields: tuple[str, ...] | None = None) -> Iterator[tuple[str, Definition]]:
    """Each field of a noun with its JSON Schema."""
    properties = definitions()[noun]["properties"]
    for field in properties if fields is None else fields:
        if field != "declared_at":
            yield field, properties[field]


def required_of(noun: str) -> frozenset[str]:
    """Fields that have no default."""
    return frozenset(definitions()[noun].get("required", ()))


def described(noun: str) -> Described:
    """What the source says of a noun."""
    known = nouns_by_name().get(noun)
    if known is not None:
        return known
    summary = str(definitions()[noun].get("description", noun))
    return Described(summary=" ".join(summary.split()), fields={})


def nested_types() -> tuple[str, ...]:
    """Class names of every noun and enum that lies in a resource, in the order in which they are met."""
    found: dict[str, None] = {}

    def visit(definition: Definition) -> None:
        if (reference := definition.get("$ref")) is not None:
            name = reference.rsplit("/", 1)[-1]
            if name not in found:
                for _, inner in properties_of(name) if "properties" in definitions()[name] else ():
                    visit(inner)
                found[name] = None
        for inner in (*definition.get("anyOf", ()), definition.get("items", {})):
            visit(inner) if inner else None

    for kind in KINDS:
        for _, definition in fields_of(kind):
            visit(definition)
    return tuple(found)


def type_of(definition: Definition) -> Definition:
    """The Pulumi type of a field."""
    definition = present(definition)
    if (reference := definition.get("$ref")) is not None:
        name = reference.rsplit("/", 1)[-1]
        return {"$ref": f"{_REF}{PACKAGE}:index:{NESTED_NAMES.get(name, name)}"}
    if definition["type"] == "array":
        return {"type": "array", "items": type_of(definition["items"])}
    return {"type": definition["type"]}


def note_of(noun: str, field: str, definition: Definition) -> str:
    """What a field means, what it takes, and what it is unless given."""
    return " ".join(filter(None, (described(noun).fields.get(field, ""), bounds_in_words(definition))))


def _property(noun: str, field: str, definition: Definition) -> Definition:
    return {**type_of(definition), "description": note_of(noun, field, definition)}


def _object(noun: str) -> Definition:
    return {
        "type": "object",
        "description": described(noun).summary,
        "properties": {pulumi_name(field): _property(noun, field, made) for field, made in properties_of(noun)},
        "required": sorted(pulumi_name(field) for field in required_of(noun)),
    }


def _enum(noun: str) -> Definition:
    definition = definitions()[noun]
    values = [
        {"value": value, "name": _member(noun, value), "description": described(noun).fields[value]}
        for value in definition["enum"]
    ]
    return {"type": definition["type"], "description": described(noun).summary, "enum": values}


def _member(noun: str, value: str) -> str:
    """A value as the name of an enum's member in any language.

    >>> _member("FacilityScheme", "uptime-tier"), _member("Redundancy", "2N"), _member("Redundancy", "N+1")
    ('UptimeTier', 'TwoN', 'NPlus1')
    """
    words = value.split("-")
    if not all(word.isalnum() and word[0].isalpha() for word in words):
        words = described(noun).members[value].lower().split("_")
    return "".join(word[:1].upper() + word[1:] for word in words)


def _resource(kind: Kind) -> Definition:
    noun = kind.noun.__name__
    inputs = {pulumi_name(field): _property(noun, field, made) for field, made in fields_of(kind)}
    required = sorted(pulumi_name(field) for field in required_of(noun) if pulumi_name(field) in inputs)
    standing = {
        "$ref": f"{_REF}{PACKAGE}:index:{STANDING}",
        "description": "Since when it stands in the inventory.",
    }
    unless = f"{inputs['name']['description']} The resource's own name unless given."
    name = {**inputs["name"], "description": unless, "willReplaceOnChanges": True}
    return {
        "description": described(noun).summary,
        "inputProperties": {**inputs, "name": name},
        "requiredInputs": [field for field in required if field != "name"],
        "properties": {**inputs, "name": name, "standing": standing},
        "required": [*required, "standing"],
        **({"aliases": [{"type": kind.old_token}]} if kind.old_token is not None else {}),
    }


def _types() -> Definition:
    made = {
        f"{PACKAGE}:index:{NESTED_NAMES.get(name, name)}": (
            _object(name) if "properties" in definitions()[name] else _enum(name)
        )
        for name in nested_types()
    }
    made[f"{PACKAGE}:index:{STANDING}"] = {
        "type": "object",
        "description": "Since when an object stands in the inventory.",
        "properties": {
            "placedInUpdate": {"type": "integer", "description": "Update of the inventory that first placed it."},
            "generation": {"type": "integer", "description": "How often it was created under its name."},
        },
        "required": ["generation", "placedInUpdate"],
    }
    return made


def package_schema() -> Definition:
    """The whole schema as plain values."""
    inventory = {
        "type": "string",
        "description": f"Where the inventory is kept; {DEFAULT_ADDRESS} unless given. {described_addresses()}",
    }
    return {
        "name": PACKAGE,
        "displayName": "petaplan",
        "version": version(),
        "description": "A phased AI compute hub, declared and held against its petaflop targets.",
        "keywords": ["pulumi", "petaplan", "category/infrastructure", "kind/native"],
        "publisher": PUBLISHER,
        "license": metadata("petaplan")["License-Expression"],
        "attribution": "",
        **_addresses(),
        "config": {"variables": {INVENTORY: inventory}},
        "provider": {"description": "Keeps the inventory.", "inputProperties": {INVENTORY: inventory}},
        "types": dict(sorted(_types().items())),
        "resources": {kind.token: _resource(kind) for kind in sorted(KINDS, key=lambda kind: kind.token)},
        "language": _languages(),
    }


def _addresses() -> Definition:
    """Where the package lives, as ``[project.urls]`` of pyproject.toml has it; nothing for what it does not name."""
    named = dict(line.split(", ", 1) for line in metadata("petaplan").get_all("Project-URL") or ())
    return {key: named[key] for key in ("homepage", "repository", "logoUrl", "pluginDownloadURL") if key in named}


def _languages() -> Definition:
    """Names of the SDKs, none of them in a space of Pulumi's own; an SDK asks for the plugin of its own version."""
    return {
        "csharp": {"respectSchemaVersion": True, "rootNamespace": "Petaplan"},
        "go": {
            "respectSchemaVersion": True,
            "importBasePath": f"{PUBLISHER}/sdk/go/{PACKAGE}",
            "generateResourceContainerTypes": True,
        },
        "java": {"basePackage": f"{PUBLISHER}.sdk"},
        "nodejs": {"respectSchemaVersion": True, "packageName": f"@{PUBLISHER}/{PACKAGE}"},
        "python": {
            "respectSchemaVersion": True,
            "packageName": "pulumi_petaplan",
            "pyproject": {"enabled": True},
        },
    }


@cache
def schema_json() -> str:
    """The schema as JSON; the same model gives the same bytes."""
    return json.dumps(package_schema(), indent=2, ensure_ascii=False) + "\n"

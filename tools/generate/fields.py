"""Tables of the fields of nouns: type, unit, bounds and default, as a JSON Schema and the annotations have them."""

from collections.abc import Iterator
from typing import Any

from petaplan.capacity.claims import units_of
from petaplan.capacity.noun import Noun
from petaplan.capacity.units import TINY
from petaplan.reporting.units import number
from tools.generate.markdown import code, table

Schema = dict[str, Any]
"""A JSON Schema, or a part of one."""


def sections(definitions: dict[str, Schema]) -> Iterator[str]:
    """A section for each noun of some definitions, with the table of its fields."""
    classes = _nouns(Noun)
    for name, made in definitions.items():
        if "properties" in made:
            fields = _fields(made, units_of(classes.get(name, object)), definitions)
            yield f"## {name}\n\n{made.get('description', '').replace('``', '`')}\n\n{fields}"


def _nouns(base: type) -> dict[str, type]:
    """Every class below a base, by name."""
    found: dict[str, type] = {}
    below: list[type] = list(base.__subclasses__())
    for each in below:
        found |= {each.__name__: each, **_nouns(each)}
    return found


def _fields(noun: Schema, units: dict[str, str], definitions: dict[str, Schema]) -> str:
    required = noun.get("required", ())
    rows = [
        (
            code(name),
            _type(made, definitions),
            units.get(name, ""),
            _bounds(made),
            "" if name in required else code(_default(made)),
            made.get("description", ""),
        )
        for name, made in noun["properties"].items()
    ]
    return table(("field", "type", "unit", "bounds", "default", "meaning"), rows)


def _bounds(made: Schema) -> str:
    """The bounds of a value, of the length of a text or of a list, as the schema has them."""
    if "anyOf" in made:
        return " or ".join(filter(None, (_bounds(choice) for choice in made["anyOf"])))
    low, above = made.get("minimum"), made.get("exclusiveMinimum")
    parts = [
        f"≥ {number(low)}" if low is not None else "",
        ("> 0" if above <= TINY else f"> {number(above)}") if above is not None else "",
        f"≤ {number(made['maximum'])}" if "maximum" in made else "",
        f"< {number(made['exclusiveMaximum'])}" if "exclusiveMaximum" in made else "",
        _between(made.get("minLength"), made.get("maxLength"), "characters"),
        _between(made.get("minItems"), made.get("maxItems"), "entries"),
    ]
    return ", ".join(filter(None, parts))


def _between(low: int | None, high: int | None, what: str) -> str:
    """How many there may be; nothing where no end is given."""
    if high is None:
        return f"≥ {low} {what}" if low else ""
    return f"{low} to {high:,} {what}" if low else f"≤ {high:,} {what}"


def _default(made: Schema) -> str:
    value = made.get("default")
    return "none" if value is None else "[]" if value == [] else str(value)


def _type(made: Schema, definitions: dict[str, Schema]) -> str:
    if "anyOf" in made:
        return " or ".join(_type(choice, definitions) for choice in made["anyOf"] if choice.get("type") != "null")
    if "$ref" in made:
        name = made["$ref"].rsplit("/", 1)[-1]
        values = definitions[name].get("enum", ())
        return ", ".join(code(str(value)) for value in values) or f"[{name}](#{name.lower()})"
    if "const" in made:
        return code(str(made["const"]))
    if made.get("type") == "array":
        return f"list of {_type(made['items'], definitions)}"
    return str(made.get("format") or {"string": "text"}.get(made["type"], made["type"]))

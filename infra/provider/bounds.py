"""What a property takes, in words: bounds, lengths, form and default, from the JSON Schema of its field."""

from collections.abc import Iterator
from typing import Any

from petaplan.capacity.units import TINY

Definition = dict[str, Any]
"""A part of a JSON Schema or of a Pulumi schema."""


def present(definition: Definition) -> Definition:
    """A field's schema without the possibility of null: in Pulumi a property is absent instead."""
    for branch in definition.get("anyOf", ()):
        if branch.get("type") != "null":
            return {**branch, **{key: value for key, value in definition.items() if key == "description"}}
    return definition


def bounds_in_words(definition: Definition) -> str:
    """One sentence for each thing that a value must be, and one for the default.

    >>> bounds_in_words({"type": "number", "exclusiveMinimum": 1e-09, "maximum": 200, "default": 0.6})
    'Above 0, at most 200. Default: 0.6.'
    >>> bounds_in_words({"type": "array", "maxItems": 8, "items": {"type": "string", "minLength": 1, "maxLength": 63}})
    'At most 8 items. Each of 1 to 63 characters.'
    """
    inner = present(definition)
    return " ".join((*_forms(inner), *_default(definition.get("default"))))


def _forms(definition: Definition) -> Iterator[str]:
    if definition.get("format") == "date":
        yield "A day, such as 2026-12-31."
    if number := ", ".join(_of_a_number(definition)):
        yield _sentence(number)
    if "maxLength" in definition:
        yield _sentence(f"{_from_to(definition.get('minLength', 0), definition['maxLength'])} characters")
    if "maxItems" in definition:
        yield _sentence(_items(definition.get("minItems", 0), definition["maxItems"]))
    for form in _forms(definition["items"]) if "items" in definition else ():
        yield f"Each {'of ' if form[0].isdigit() else ''}{form[0].lower()}{form[1:]}"


def _of_a_number(definition: Definition) -> Iterator[str]:
    for key, words in (("exclusiveMinimum", "above"), ("minimum", "at least")):
        if key in definition:
            yield f"{words} {_number(0 if definition[key] == TINY else definition[key])}"
    if "maximum" in definition:
        yield f"at most {_number(definition['maximum'])}"


def _items(least: int, most: int) -> str:
    return f"at most {_number(most)} items" if not least else f"{_from_to(least, most)} items"


def _from_to(least: int, most: int) -> str:
    return f"exactly {_number(most)}" if least == most else f"{_number(least)} to {_number(most)}"


def _default(value: object) -> Iterator[str]:
    if value is not None:
        yield f"Default: {_shown(value)}."


def _shown(value: object) -> str:
    if value == []:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return _number(value) if isinstance(value, int | float) else str(value)


def _number(value: float) -> str:
    if isinstance(value, int) or value.is_integer():
        return f"{int(value):,}"
    return f"{value:,.12f}".rstrip("0")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."

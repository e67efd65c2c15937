"""Values of a hub that are there and may not be seen, such as secrets of a Pulumi stack.

A field that is hidden holds a placeholder. Whoever reads it is noted, so that no rule judges by a placeholder.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

from petaplan.capacity.noun import Noun

SHOWN = "[secret]"
"""What is written, and hashed, in the place of a hidden value."""

N = TypeVar("N", bound=Noun)

_noted: list[set[str]] = []


@contextmanager
def noting() -> Iterator[set[str]]:
    """The labels of the hidden values that are read inside the block."""
    read: set[str] = set()
    _noted.append(read)
    try:
        yield read
    finally:
        _noted.remove(read)


def is_noted() -> bool:
    """Whether a read of a hidden value would be noted now, and any value is hidden at all."""
    return bool(_noted) and _veiled_class.cache_info().currsize > 0


class Veil:
    """Marks the classes of nouns with hidden fields."""

    __slots__ = ()


def hidden_fields(noun: object) -> Mapping[str, str]:
    """The hidden fields of a noun, each with its label."""
    found: Mapping[str, str] = object.__getattribute__(noun, "_hidden") if isinstance(noun, Veil) else {}
    return found


def veiled(noun: N, labels: Mapping[str, str]) -> N:
    """The same noun with some fields hidden; a label says what each is, in the words of a report."""
    kind: Any = type(noun)
    base = kind.__mro__[1] if issubclass(kind, Veil) else kind
    made: N = object.__new__(_veiled_class(base))
    for field in fields(base):
        object.__setattr__(made, field.name, object.__getattribute__(noun, field.name))
    object.__setattr__(made, "_hidden", {**hidden_fields(noun), **labels})
    return made


def veiled_at(noun: N, path: tuple[str | int, ...], label: str) -> N:
    """The same noun with the field at a path hidden, in it or in a noun within it."""
    field, *rest = path
    assert isinstance(field, str)
    if not rest:
        return veiled(noun, {field: label})
    inner = object.__getattribute__(noun, field)
    if isinstance(rest[0], int):
        items = list(inner)
        items[rest[0]] = veiled_at(items[rest[0]], tuple(rest[1:]), label)
        return noun.replace(**{field: tuple(items)})
    return noun.replace(**{field: veiled_at(inner, tuple(rest), label)})


@cache
def _veiled_class(kind: Any) -> Any:
    """A class of nouns with hidden fields; two of its objects are never equal, because nobody can tell."""

    def __getattribute__(self: object, name: str) -> Any:  # noqa: N807 - it becomes the class's
        if _noted and (label := object.__getattribute__(self, "_hidden").get(name)) is not None:
            for read in _noted:
                read.add(label)
        return object.__getattribute__(self, name)

    def replace(self: Any, **changes: Any) -> Any:
        plain = object.__new__(kind)
        for field in fields(kind):
            object.__setattr__(plain, field.name, object.__getattribute__(self, field.name))
        kept = {name: label for name, label in hidden_fields(self).items() if name not in changes}
        return veiled(kind.replace(plain, **changes), kept)

    members = {
        "__slots__": ("_hidden",),
        "__getattribute__": __getattribute__,
        "__eq__": lambda self, other: self is other,
        "__hash__": object.__hash__,
        "__module__": kind.__module__,
        "replace": replace,
    }
    return type(kind.__name__, (kind, Veil), members)

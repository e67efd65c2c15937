"""Old names of fields and classes, read for one version: each with one notice, never beside the new name.

A field carries its old name in its annotation, ``source: Annotated[Text, Was("words")]``. Plan documents, catalogue
files, constructors, ``replace`` and attributes take it from there; there is no second list of renamed fields.
"""

import dataclasses
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps
from types import FrameType, MappingProxyType
from typing import Any, get_args

from petaplan.capacity.errors import PlanError, Problem
from petaplan.old_names import OldName

READ_ONCE_MORE = "the old name is read in this version only"


@dataclasses.dataclass(frozen=True, slots=True)
class Was:
    """Marks a field that had another name in the version before."""

    name: str


def renamed_fields(noun: object) -> Mapping[str, str]:
    """Old field name to new field name of one noun (its class), without those of the nouns inside it."""
    return _renamed_fields(noun)


@cache
def _renamed_fields(noun: type) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for field in dataclasses.fields(noun) if dataclasses.is_dataclass(noun) else ():
        for mark in getattr(field.type, "__metadata__", ()):
            if isinstance(mark, Was):
                found[mark.name] = field.name
    return MappingProxyType(found)


@cache
def nouns_with_renames(hint: Any) -> tuple[type, ...]:
    """The nouns in a type that have renamed fields themselves or somewhere inside."""
    return tuple(noun for noun in _nouns_in(hint) if renamed_fields(noun) or inner_renames(noun))


@cache
def inner_renames(noun: type) -> Mapping[str, tuple[type, ...]]:
    """Fields of a noun that lead to nouns with renamed fields."""
    hints: dict[str, object] = {field.name: field.type for field in dataclasses.fields(noun)}
    return {name: nouns for name, hint in hints.items() if (nouns := nouns_with_renames(hint))}


def _nouns_in(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
    for inner in get_args(hint):
        yield from _nouns_in(inner)


def notice(text: str) -> None:
    """Say once that an old name was used; the command line prints it as a notice."""
    warnings.warn(f"{text}; {READ_ONCE_MORE}", OldName, stacklevel=1)


def with_new_names(noun: type, values: Mapping[str, Any], where: Callable[[], object]) -> dict[str, Any]:
    """Arguments of a noun under their new names.

    Raises:
        PlanError: for an old name beside its new one.
    """
    renamed = renamed_fields(noun)
    for old in (name for name in values if name in renamed):
        new = renamed[old]
        if new in values:
            raise PlanError([both_given(str(where()), old, new)])
        notice(f"{noun.__name__}: {old} is now {new}")
    return {renamed.get(name, name): value for name, value in values.items()}


def both_given(where: str, old: str, new: str) -> Problem:
    """What is wrong with an old name beside its new one."""
    return Problem(where=where, found=f"{old!r} beside {new!r}", expected=f"{new!r} alone", advice=f"drop {old!r}")


def caller() -> str:
    """File and line of the nearest code outside the modules that construct nouns."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.currentframe() without its cost
    while frame is not None and frame.f_code.co_filename.endswith(("renames.py", "noun.py", "dataclasses.py")):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else "the plan"


def take_old_names(noun: type) -> None:
    """Let the constructor of a noun take the old names of its fields, and its objects answer to them."""
    made: Callable[..., None] = noun.__init__  # type: ignore[misc]  # the class that is being made

    @wraps(made)
    def __init__(self: object, **values: Any) -> None:  # noqa: N807 - it stands in the place of one
        made(self, **with_new_names(noun, values, caller))

    noun.__init__ = __init__  # type: ignore[misc]
    noun.__getattr__ = old_attribute  # type: ignore[attr-defined]


def old_attribute(noun: object, name: str) -> Any:
    """The value of a field under its old name.

    Raises:
        AttributeError: when the noun never had a field of that name.
    """
    new = renamed_fields(type(noun)).get(name)
    if new is None:
        raise AttributeError(f"{type(noun).__name__!r} object has no attribute {name!r}", name=name, obj=noun)
    notice(f"{type(noun).__name__}: {name} is now {new}")
    return getattr(noun, new)


def old_classes(module: str, renamed: Mapping[str, type]) -> Callable[[str], type]:
    """The ``__getattr__`` of a module whose classes had other names in the version before."""

    def __getattr__(name: str) -> type:  # noqa: N807 - it becomes the module's
        if name not in renamed:
            raise AttributeError(f"module {module!r} has no attribute {name!r}", name=name)
        notice(f"{module}.{name} is now {renamed[name].__name__}")
        return renamed[name]

    return __getattr__

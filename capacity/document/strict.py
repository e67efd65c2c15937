"""Plain values to nouns, strictly: every problem at once, each with its place and advice."""

import dataclasses
import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from petaplan.capacity.document.marked import Marked, Path_, dotted
from petaplan.capacity.document.renaming import take_new_names
from petaplan.capacity.errors import Problem
from petaplan.capacity.names import with_article
from petaplan.capacity.noun import Noun

T = TypeVar("T")

_UNKNOWN_FIELD = ("unexpected_keyword_argument", "extra_forbidden")


def adapter(kind: object) -> TypeAdapter[Any]:
    """The validator of a noun, built once."""
    return _adapter(kind)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def build(kind: type[T], marked: Marked) -> T | None:
    """The noun that the values declare; None when problems were added to ``marked`` instead."""
    known = len(marked.problems)
    take_new_names(kind, marked)
    try:
        made: T = adapter(kind).validate_json(json.dumps(marked.value))
    except ValidationError as error:
        marked.problems.extend(problems_of(error, marked, kind))
        return None
    return made if len(marked.problems) == known else None


def problems_of(error: ValidationError, marked: Marked, kind: object) -> list[Problem]:
    """Each fault that the validator of a kind found, as a problem with its line."""
    found = []
    faults = error.errors(include_url=False, include_context=True)
    for fault in (fault for fault in faults if not _emptied(fault, faults)):
        path = _path(fault)
        message = _stranger(kind, path) if fault["type"] in _UNKNOWN_FIELD else expectation(fault)
        found.append(
            Problem(
                where=f"{marked.where(path)}: {dotted(path) or 'the document'}",
                found=message[0],
                expected=message[1],
                advice=message[2],
            )
        )
    return found


def _path(fault: ErrorDetails) -> Path_:
    """Where in the data a fault is; an unknown field may have the name of a branch."""
    place = fault["loc"]
    end = len(place) - (fault["type"] in _UNKNOWN_FIELD)
    return (*(step for step in place[:end] if not _is_branch(step)), *place[end:])


def _emptied(fault: ErrorDetails, faults: Sequence[ErrorDetails]) -> bool:
    """Whether a list is reported as too short only because its items are faulty; those have problems of their own."""
    place = fault["loc"]
    return fault["type"] == "too_short" and any(
        other["loc"][: len(place)] == place and len(other["loc"]) > len(place) for other in faults
    )


def _stranger(kind: object, path: Path_) -> tuple[str, str, str]:
    """The problem of an unknown field: the nearest field of the noun, else all fields."""
    *around, name = path
    nouns = _nouns_at(kind, around)
    known = [field.name for noun in nouns for field in dataclasses.fields(noun) if field.init]
    expected = (
        f"a field of {' or '.join(with_article(noun.__name__) for noun in nouns)}" if nouns else "a field that is known"
    )
    advice = did_you_mean(str(name), known) or f"there are {', '.join(known)}"
    return f"the unknown field {name!r}", expected, advice


def _nouns_at(kind: object, path: Iterable[str | int]) -> list[type[Noun]]:
    """The nouns that may stand at a path below a kind."""
    nouns = list(_nouns_in(kind))
    for step in path:
        if isinstance(step, str):
            nouns = [inner for noun in nouns for inner in _nouns_in(get_type_hints(noun).get(step))]
    return nouns


def _nouns_in(hint: object) -> Iterator[type[Noun]]:
    """The nouns in a type, such as ``Rack`` in ``tuple[Rack, ...] | None``."""
    if isinstance(hint, type) and issubclass(hint, Noun):
        yield hint
    for inner in get_args(hint):
        yield from _nouns_in(inner)


def _is_branch(step: str | int) -> bool:
    """Whether a step names a branch of a union, not a place in the data."""
    return isinstance(step, str) and ("[" in step or step[:1].isupper())


def expectation(fault: ErrorDetails) -> tuple[str, str, str]:
    """What was found, what was expected, what to do."""
    kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
    match kind:
        case "missing":
            return "nothing", f"the field {fault['loc'][-1]!r}", "add it"
        case "less_than_equal" | "less_than":
            limit = context["le" if "le" in context else "lt"]
            return f"{given!r}", f"at most {limit:g}", slip(given, limit)
        case "greater_than_equal" | "greater_than":
            word = "at least" if "ge" in context else "more than"
            return f"{given!r}", f"{word} {context.get('ge', context.get('gt')):g}", ""
        case "enum":
            return f"{given!r}", f"one of {context['expected']}", ""
        case "predicate_failed" | "string_too_long" | "string_too_short" | "too_long" | "too_short":
            return shown(given), describe(kind, context), ""
        case "dataclass_type":
            return shown(given), f"the fields of {with_article(context['class_name'])}", ""
        case "value_error":
            return shown(given), str(context["error"]), ""
        case "finite_number":
            return f"{given!r}", "a finite number", "leave the field out where it is unknown"
        case _:
            return (
                shown(given),
                str(fault["msg"]).removeprefix("Input should be ").removeprefix("a valid "),
                "",
            )


def describe(kind: str, context: Mapping[str, object]) -> str:
    """A bound on length or form, for a message."""
    if kind == "predicate_failed":
        return "lower-case letters, digits and inner hyphens (for a country: two capitals)"
    if "max_length" in context:
        return f"at most {context['max_length']} long"
    return f"at least {context.get('min_length', 1)} long"


def shown(value: object) -> str:
    """A value short enough for one line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def slip(given: object, limit: float) -> str:
    """A guess at the slip of the pen behind a number that is too large."""
    if not isinstance(given, int | float):
        return ""
    for factor, reason in ((100, "a lost decimal point"), (1_000, "the next smaller unit")):
        if given > limit >= given / factor:
            return f"was {given / factor:g} meant ({reason})?"
    return ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The advice to take the nearest known word, if there is one.

    >>> did_you_mean("huawei-ascend-910d", ["huawei-ascend-910c", "amd-mi300x"])
    "did you mean 'huawei-ascend-910c'?"
    """
    matches: Sequence[str] = difflib.get_close_matches(word, list(known), n=2, cutoff=0.6)
    if not matches:
        return ""
    return "did you mean " + " or ".join(repr(match) for match in matches) + "?"

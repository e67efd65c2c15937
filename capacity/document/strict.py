"""Plain values to nouns, strictly: every problem at once, each with its place and a way out."""

import difflib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from capacity.document.marked import Marked, dotted
from capacity.errors import Problem

T = TypeVar("T")


def adapter(kind: Any) -> TypeAdapter[Any]:
    """The validator of a noun, built once."""
    return _adapter(kind)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def build(kind: type[T], marked: Marked) -> T | None:
    """The noun that the values declare; None when problems were added to ``marked`` instead."""
    try:
        made: T = adapter(kind).validate_json(json.dumps(marked.value))
    except ValidationError as error:
        marked.problems.extend(problems_of(error, marked))
        return None
    return made


def problems_of(error: ValidationError, marked: Marked) -> list[Problem]:
    """Each fault the validator found, in words, at its line."""
    found = []
    faults = error.errors(include_url=False, include_context=True)
    for fault in (fault for fault in faults if not _emptied(fault, faults)):
        path = tuple(step for step in fault["loc"] if not _is_branch(step))
        message = expectation(fault)
        found.append(
            Problem(
                where=f"{marked.where(path)}: {dotted(path) or 'the document'}",
                found=message[0],
                expected=message[1],
                advice=message[2],
            )
        )
    return found


def _emptied(fault: Any, faults: Sequence[Any]) -> bool:
    """Whether a list is called too short only because its items are faulty, which is said of them already."""
    place = fault["loc"]
    return fault["type"] == "too_short" and any(
        other["loc"][: len(place)] == place and len(other["loc"]) > len(place) for other in faults
    )


def _is_branch(step: str | int) -> bool:
    """Whether a step names a branch of a union, not a place in the data."""
    return isinstance(step, str) and ("[" in step or step[:1].isupper())


def expectation(fault: Any) -> tuple[str, str, str]:
    """What was found, what was expected, what to do."""
    kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
    match kind:
        case "missing":
            return "nothing", f"the field {fault['loc'][-1]!r}", "add it"
        case "unexpected_keyword_argument" | "extra_forbidden":
            return (
                f"the unknown field {fault['loc'][-1]!r}",
                "a field of the plan schema",
                "see `petaplan schema`",
            )
        case "less_than_equal" | "less_than":
            limit = context.get("le", context.get("lt"))
            return f"{given!r}", f"at most {limit:g}", slip(given, limit)
        case "greater_than_equal" | "greater_than":
            word = "at least" if "ge" in context else "more than"
            return f"{given!r}", f"{word} {context.get('ge', context.get('gt')):g}", ""
        case "enum":
            return f"{given!r}", f"one of {context['expected']}", ""
        case "predicate_failed" | "string_too_long" | "string_too_short" | "too_long" | "too_short":
            return shown(given), describe(kind, context), ""
        case "finite_number":
            return f"{given!r}", "a finite number", "leave the field out where it is unknown"
        case _:
            return (
                shown(given),
                str(fault["msg"]).removeprefix("Input should be ").removeprefix("a valid "),
                "",
            )


def describe(kind: str, context: dict[str, Any]) -> str:
    """A bound on length or form, in words."""
    if kind == "predicate_failed":
        return "lower-case letters, digits and inner hyphens (for a country: two capitals)"
    if "max_length" in context:
        return f"at most {context['max_length']} long"
    return f"at least {context.get('min_length', 1)} long"


def shown(value: Any) -> str:
    """A value short enough for one line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def slip(given: Any, limit: float) -> str:
    """A guess at the slip of the pen behind a number that is too large."""
    if not isinstance(given, int | float):
        return ""
    for factor, reason in ((100, "a lost decimal point"), (1_000, "the next smaller unit")):
        if given > limit >= given / factor:
            return f"was {given / factor:g} meant ({reason})?"
    return ""


def near(word: str, known: Iterable[str]) -> str:
    """The advice to take the nearest known word, if there is one.

    >>> near("huawei-ascend-910d", ["huawei-ascend-910c", "amd-mi300x"])
    "did you mean 'huawei-ascend-910c'?"
    """
    matches: Sequence[str] = difflib.get_close_matches(word, list(known), n=2, cutoff=0.6)
    if not matches:
        return ""
    return "did you mean " + " or ".join(repr(match) for match in matches) + "?"

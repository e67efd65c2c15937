"""Plain values to nouns, strictly: every problem at once, each with its place and advice."""

import dataclasses
import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from petaplan.capacity.document.marked import Marked, Path_, shortened
from petaplan.capacity.document.renaming import take_new_names
from petaplan.capacity.errors import Problem
from petaplan.capacity.names import with_article
from petaplan.capacity.noun import Noun
from petaplan.capacity.slips import Limits, limits_of, slip
from petaplan.capacity.units import TINY
from petaplan.reporting.lookalikes import told_of_twins, twins

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError
    from pydantic_core import ErrorDetails

T = TypeVar("T")

LARGE = 50_000
"""Values of a document, or problems, beyond which it is judged piece by piece: faults take memory."""

MOST_PROBLEMS = 100_000
"""Problems of a large document that have a line each; the others are counted."""

MOST_SHOWN = 100
"""Items of a list or an object that is still written out in a message."""

_OUT_OF_BOUNDS = ("less_than_equal", "less_than", "greater_than_equal", "greater_than")
_OUT_OF_A_FEW = ("enum", "literal_error")
_CHOICE = re.compile(r"'([^']*)'")

_UNKNOWN_FIELD = ("unexpected_keyword_argument", "extra_forbidden")


def adapter(kind: object) -> "TypeAdapter[Any]":
    """The validator of a noun, built once."""
    return _adapter(kind)


@cache
def _adapter(kind: Any) -> "TypeAdapter[Any]":
    from pydantic import TypeAdapter  # a hub in Python and the shipped data rarely need it

    return TypeAdapter(kind)


def build(kind: type[T], marked: Marked) -> T | None:
    """The noun that the values declare; None when problems were added to ``marked`` instead."""
    from pydantic import ValidationError

    known = len(marked.problems)
    take_new_names(kind, marked)
    if len(marked.lines) > LARGE:
        from petaplan.capacity.document.pieces import faults_by_piece

        marked.problems.extend(faults_by_piece(kind, marked, MOST_PROBLEMS))
    if len(marked.problems) > known + LARGE:
        return None
    try:
        made: T = adapter(kind).validate_json(json.dumps(marked.value))
    except ValidationError as error:
        if len(marked.lines) <= LARGE:
            marked.problems.extend(problems_of(error, marked, kind))
        return None
    return made if len(marked.problems) == known else None


def problems_of(error: "ValidationError", marked: Marked, kind: object) -> list[Problem]:
    """Each fault that the validator of a kind found, as a problem with its line."""
    return FaultTeller(kind, marked).problems(error.errors(include_url=False, include_context=True))


class FaultTeller:
    """Faults of one document as problems; however many there are, the time for each stays the same."""

    def __init__(self, kind: object, marked: Marked) -> None:
        self.kind = kind
        self.marked = marked
        self.suggest = Suggestions()
        self.fields: dict[tuple[str, ...], tuple[str, list[str]]] = {}
        """What is expected of an unknown field at a place, and the fields there."""

    def problems(self, faults: "Sequence[ErrorDetails]", at: Path_ = (), shift: int = 0) -> list[Problem]:
        """Each fault of a part of the document: the part below a path, or its items from the ``shift``-th on."""
        emptied = _too_short(faults)
        found = []
        for fault in faults:
            if fault["type"] == "too_short" and emptied.get(fault["loc"]):
                continue  # its items are faulty, and have problems of their own
            place = _path(fault)
            if shift and place and isinstance(place[0], int):
                place = (place[0] + shift, *place[1:])
            path = (*at, *place)
            found.append(
                self.unknown(path)
                if fault["type"] in _UNKNOWN_FIELD
                else self.problem(path, *self._expectation(fault, path))
            )
        return found

    def problem(self, path: Path_, found: str, expected: str, advice: str) -> Problem:
        """A problem at a path."""
        where = f"{self.marked.where(path)}: {self.marked.said(path) or 'the document'}"
        return Problem(where=where, found=found, expected=expected, advice=advice)

    def unknown(self, path: Path_) -> Problem:
        """The problem of an unknown field: the nearest field of the noun, else the first fields."""
        *around, name = path
        place = tuple(step for step in around if isinstance(step, str))
        if place not in self.fields:
            nouns = nouns_at(self.kind, place)
            known = [field.name for noun in nouns for field in dataclasses.fields(noun) if field.init]
            expected = " or ".join(with_article(noun.__name__) for noun in nouns)
            expected = f"a field of {expected}" if nouns else "a field that is known"
            self.fields[place] = (expected, known)
        expected, known = self.fields[place]
        found = f"the unknown field {shortened(str(name))!r}"
        return self.problem(path, found, expected, among(str(name), known, self.suggest))

    def _expectation(self, fault: "ErrorDetails", path: Path_) -> tuple[str, str, str]:
        """What was found, what was expected, what to do; for a word out of a few, the nearest of them."""
        limits = limits_at(self.kind, path) if fault["type"] in _OUT_OF_BOUNDS else None
        found, expected, advice = expectation(fault, limits)
        choices = (
            _CHOICE.findall(expected) if fault["type"] in _OUT_OF_A_FEW and isinstance(fault["input"], str) else []
        )
        return found, expected, advice or (self.suggest(fault["input"], choices) if choices else "")


def _path(fault: "ErrorDetails") -> Path_:
    """Where in the data a fault is; an unknown field may have the name of a branch."""
    place = fault["loc"]
    end = len(place) - (fault["type"] in _UNKNOWN_FIELD)
    return (*[step for step in place[:end] if not _is_branch(step)], *place[end:])


def _too_short(faults: "Sequence[ErrorDetails]") -> dict[tuple[int | str, ...], bool]:
    """Places of lists that are reported as too short, and whether a fault of an item is below."""
    below = {fault["loc"]: False for fault in faults if fault["type"] == "too_short"}
    if below:
        for fault in faults:
            for end in range(len(fault["loc"])):
                if fault["loc"][:end] in below:
                    below[fault["loc"][:end]] = True
    return below


def nouns_at(kind: object, path: tuple[str, ...]) -> tuple[type[Noun], ...]:
    """The nouns that may stand at a path below a kind."""
    return _nouns_at(kind, path)


@cache
def _nouns_at(kind: Any, path: tuple[str, ...]) -> tuple[type[Noun], ...]:
    nouns = list(nouns_in(kind))
    for step in path:
        nouns = [inner for noun in nouns for inner in nouns_in(get_type_hints(noun).get(step))]
    return tuple(nouns)


def nouns_in(hint: object) -> Iterator[type[Noun]]:
    """The nouns in a type, such as ``Rack`` in ``tuple[Rack, ...] | None``."""
    if isinstance(hint, type) and issubclass(hint, Noun):
        yield hint
    for inner in get_args(hint):
        yield from nouns_in(inner)


def _is_branch(step: str | int) -> bool:
    """Whether a step names a branch of a union, not a place in the data."""
    return isinstance(step, str) and ("[" in step or step[:1].isupper())


def limits_at(kind: object, path: Path_) -> Limits | None:
    """Unit and bounds of the number at a path below a kind, where it has bounds."""
    *around, name = path or ("",)
    if isinstance(name, int):
        return None  # an item of a list has no field of its own
    place = tuple([step for step in around if isinstance(step, str) and not _is_branch(step)])
    return _limits_at(kind, place, name)


@lru_cache(maxsize=4_096)
def _limits_at(kind: Any, place: tuple[str, ...], name: str) -> Limits | None:
    found = (limits_of(noun, name) for noun in nouns_at(kind, place))
    return next((limits for limits in found if limits is not None), None)


def expectation(fault: "ErrorDetails", limits: Limits | None = None) -> tuple[str, str, str]:
    """What was found, what was expected, what to do."""
    kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
    match kind:
        case "missing":
            return "nothing", f"the field {fault['loc'][-1]!r}", "add it"
        case "less_than_equal" | "less_than":
            limit = context["le" if "le" in context else "lt"]
            return f"{given!r}", f"at most {limit:g}", slip(given, limits) if limits else ""
        case "greater_than_equal" | "greater_than":
            expected = f"at least {context['ge']:g}" if "ge" in context else _more_than(context["gt"], given)
            return f"{given!r}", expected, slip(given, limits) if limits else ""
        case "enum":
            found = shortened(repr(given)) if isinstance(given, str) else shown(given)
            return found, f"one of {context['expected']}", ""
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
                _with_a_point(given) if kind.startswith(("float", "int")) else "",
            )


_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]{1,18},[0-9]{1,18}")


def _with_a_point(given: object) -> str:
    """Advice for a number with a decimal comma, as sheets of some languages write it."""
    if not isinstance(given, str) or not _DECIMAL_COMMA.fullmatch(given.strip()):
        return ""
    return f"write a decimal point, such as {given.strip().replace(',', '.')}"


def _more_than(limit: float, given: object) -> str:
    """The bound of a number: that of a quantity is 0 for who states 0 or less."""
    above = isinstance(given, int | float) and given > 0
    return f"more than {limit if above or limit != TINY else 0:g}"


def describe(kind: str, context: Mapping[str, object]) -> str:
    """A bound on length or form, for a message."""
    if kind == "predicate_failed":
        return "lower-case letters, digits and inner hyphens (for a country: two capitals)"
    if "max_length" in context:
        return f"at most {context['max_length']} long"
    return f"at least {context.get('min_length', 1)} long"


def shown(value: object) -> str:
    """A value short enough for one line."""
    if isinstance(value, list | tuple | dict) and len(value) > MOST_SHOWN:
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value):,}"
    return shortened(json.dumps(value, ensure_ascii=False, default=str))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The advice to take the nearest known word, if there is one.

    >>> did_you_mean("huawei-ascend-910d", ["huawei-ascend-910c", "amd-mi300x"])
    "did you mean 'huawei-ascend-910c'?"
    >>> did_you_mean("AMD-MI300X", ["huawei-ascend-910c", "amd-mi300x"])
    "did you mean 'amd-mi300x'?"
    """
    folded: dict[str, str] = {}
    for one in known:
        folded.setdefault(one.casefold(), one)
    matches: Sequence[str] = difflib.get_close_matches(word.casefold(), list(folded), n=2, cutoff=0.6)
    if not matches:
        return ""
    advice = "did you mean " + " or ".join(repr(folded[match]) for match in matches) + "?"
    return f"{advice} {told_of_twins(alike[0])}" if (alike := twins((word, folded[matches[0]]))) else advice


MOST_LISTED = 12
"""Known words that advice lists where none is near; the rest are counted."""


def among(word: str, known: Sequence[str], suggest: Callable[[str, Iterable[str]], str] = did_you_mean) -> str:
    """The advice to take the nearest known word; where none is near, the first of them.

    >>> among("x", [str(number) for number in range(14)]), among("aple", ["apple", "pear"])
    ('there are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more', "did you mean 'apple'?")
    """
    more = f" and {len(known) - MOST_LISTED:,} more" if len(known) > MOST_LISTED else ""
    return suggest(word, known) or f"there are {', '.join(known[:MOST_LISTED])}{more}"


class Suggestions:
    """``did_you_mean`` for many words: once it has compared enough, it advises no more.

    >>> suggest = Suggestions(comparisons=3)
    >>> suggest("racs", ["racks", "pods"]), suggest("pots", ["pods", "racks"])
    ("did you mean 'racks'?", "did you mean 'pods'?")
    >>> suggest("racs", ["racks", "pods"])
    ''
    """

    def __init__(self, comparisons: int = 50_000) -> None:
        self.left = comparisons

    def __call__(self, word: str, known: Iterable[str]) -> str:
        """The advice to take the nearest known word, if there is one."""
        if not self.left:
            return ""
        candidates = list(islice(known, self.left))
        self.left -= len(candidates)
        return did_you_mean(word, candidates)

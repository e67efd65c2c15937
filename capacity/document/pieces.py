"""A large document judged piece by piece, so that the faults of a few rows alone are in memory at one time.

Faults beyond a number are counted and not told: a count takes a tenth of the time.
"""

import dataclasses
import json
from collections.abc import Iterator
from typing import get_args, get_type_hints

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from petaplan.capacity.document.marked import Marked, Path_, Value
from petaplan.capacity.document.strict import FaultTeller, adapter, nouns_in
from petaplan.capacity.errors import Problem
from petaplan.capacity.noun import Noun

ROWS = 1_000
"""Rows that are validated together, and members of a row that is judged by itself."""


def faults_by_piece(kind: type, marked: Marked, most: int) -> Iterator[Problem]:
    """The faults of the values as a noun of that kind: ``most`` of them, then one problem that counts the others."""
    pieces = _Pieces(FaultTeller(kind, marked), most)
    yield from pieces.of_noun(kind, marked.value, ())
    if pieces.untold:
        advice = "mend the others first: these were counted only"
        found = f"{pieces.untold:,} more problems"
        yield Problem(where=marked.file, found=found, expected="a plan", advice=advice, stands_for=pieces.untold)


class _Pieces:
    def __init__(self, teller: FaultTeller, most: int) -> None:
        self.teller = teller
        self.left = most
        """Faults that are still told."""
        self.untold = 0

    def of_noun(self, kind: type, value: Value, path: Path_) -> Iterator[Problem]:
        """The faults of one noun; its long lists are left out, then judged by themselves."""
        if not isinstance(value, dict) or not issubclass(kind, Noun):
            yield from self.validated(kind, value, path)
            return
        fields = {field.name for field in dataclasses.fields(kind) if field.init}
        rest = {name: item for name, item in value.items() if name in fields}
        long = {name: item for name, item in rest.items() if isinstance(item, list) and _is_large(item)}
        yield from self.validated(kind, {**rest, **{name: [] for name in long}}, path, emptied=tuple(long))
        yield from self.unknown([name for name in value if name not in fields], path)
        hints = get_type_hints(kind, include_extras=True)
        for name, items in long.items():
            yield from self.of_list(hints[name], items, (*path, name))

    def of_list(self, hint: object, items: list[Value], path: Path_) -> Iterator[Problem]:
        """The faults of the rows of a list."""
        row = _row_type(hint)
        if row is None:
            yield from self.validated(hint, items, path)
            return
        for start in range(0, len(items), ROWS):
            some = items[start : start + ROWS]
            nouns = list(nouns_in(row))
            if len(nouns) == 1 and any(_is_large(item) for item in some):
                for index, item in enumerate(some, start):
                    yield from self.of_noun(nouns[0], item, (*path, index))
            else:
                yield from self.validated(tuple[row, ...], some, path, shift=start)  # type: ignore[valid-type]

    def validated(
        self, hint: object, value: Value, path: Path_, *, emptied: tuple[str, ...] = (), shift: int = 0
    ) -> Iterator[Problem]:
        """The faults that the validator finds; a list that was emptied is no fault."""
        try:
            adapter(hint).validate_json(json.dumps(value))
        except ValidationError as error:
            if not self.left:
                self.untold += error.error_count() - (_count(error, emptied) if emptied else 0)
                return
            faults = error.errors(include_url=False, include_context=True)
            if emptied:
                faults = [one for one in faults if not _is_emptied(one, emptied)]
            told = self.teller.problems(faults[: self.left], path, shift)
            self.untold += len(faults[self.left :])
            self.left -= len(told)
            yield from told

    def unknown(self, names: list[str], path: Path_) -> Iterator[Problem]:
        """The problems of unknown fields."""
        told = names[: self.left]
        self.left -= len(told)
        self.untold += len(names) - len(told)
        yield from (self.teller.unknown((*path, name)) for name in told)


def _count(error: ValidationError, emptied: tuple[str, ...]) -> int:
    """How many faults are of lists that were emptied."""
    return sum(_is_emptied(one, emptied) for one in error.errors(include_url=False, include_context=False))


def _is_emptied(fault: ErrorDetails, emptied: tuple[str, ...]) -> bool:
    return bool(fault["loc"]) and fault["loc"][0] in emptied


def _is_large(value: Value) -> bool:
    """Whether a value, or a list in it, has many members."""
    if isinstance(value, list):
        return len(value) > ROWS or any(_is_large(item) for item in value if isinstance(item, dict | list))
    if isinstance(value, dict):
        return len(value) > ROWS or any(_is_large(item) for item in value.values() if isinstance(item, dict | list))
    return False


def _row_type(hint: object) -> object | None:
    """The type of the items of a tuple, or of the tuple in an annotated or optional type."""
    for inner in (hint, *get_args(hint)):
        arguments = get_args(inner)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return arguments[0]  # type: ignore[no-any-return]
    return None

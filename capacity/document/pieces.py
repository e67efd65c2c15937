"""A large document judged piece by piece, so that the faults of a few rows alone are in memory at one time."""

import dataclasses
import json
from collections.abc import Iterator
from typing import get_args, get_type_hints

from pydantic import ValidationError

from petaplan.capacity.document.marked import Marked, Path_, Value
from petaplan.capacity.document.strict import FaultTeller, adapter, nouns_in
from petaplan.capacity.errors import Problem
from petaplan.capacity.noun import Noun

ROWS = 1_000
"""Rows that are validated together, and members of a row that is judged by itself."""


def faults_by_piece(kind: type, marked: Marked) -> Iterator[Problem]:
    """Every fault of the values as a noun of that kind."""
    yield from _Pieces(FaultTeller(kind, marked)).of_noun(kind, marked.value, ())


class _Pieces:
    def __init__(self, teller: FaultTeller) -> None:
        self.teller = teller

    def of_noun(self, kind: type, value: Value, path: Path_) -> Iterator[Problem]:
        """The faults of one noun; its long lists are left out, then judged by themselves."""
        if not isinstance(value, dict) or not issubclass(kind, Noun):
            yield from self.validated(kind, value, path)
            return
        fields = {field.name for field in dataclasses.fields(kind) if field.init}
        rest = {name: item for name, item in value.items() if name in fields}
        long = {name: item for name, item in rest.items() if isinstance(item, list) and _is_large(item)}
        yield from self.validated(kind, {**rest, **{name: [] for name in long}}, path, emptied=tuple(long))
        yield from (self.teller.unknown((*path, name)) for name in value if name not in fields)
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
            faults = error.errors(include_url=False, include_context=True)
            if emptied:
                faults = [one for one in faults if one["loc"] and one["loc"][0] not in emptied]
            yield from self.teller.problems(faults, path, shift)


def _is_large(value: Value) -> bool:
    """Whether a value, or a list in it, has many members."""
    if isinstance(value, list):
        return len(value) > ROWS or any(isinstance(item, dict | list) and _is_large(item) for item in value)
    if isinstance(value, dict):
        return len(value) > ROWS or any(_is_large(item) for item in value.values())
    return False


def _row_type(hint: object) -> object | None:
    """The type of the items of a tuple, or of the tuple in an annotated or optional type."""
    for inner in (hint, *get_args(hint)):
        arguments = get_args(inner)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return arguments[0]  # type: ignore[no-any-return]
    return None

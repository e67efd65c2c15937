"""Problems of a plan beside its faulty rows: the rows that can be read are judged as a hub of their own.

A row that cannot be read, such as one with a wrong type, so hides no wrong reference, date or shape of another row.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

from petaplan.capacity.document.declaration import problems_in
from petaplan.capacity.document.marked import Path_, Value
from petaplan.capacity.document.strict import adapter
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hub import Hub, table_names
from petaplan.capacity.noun import Noun

MOST_ROWS = 20_000
"""Rows of the largest plan that is judged so: each faulty plan takes the time of a second reading."""

MOST_FAULTS = 1_000
"""Problems of the most faulty plan whose other rows are judged: reading on takes memory for each of them."""

Placed = Callable[[Noun, Path_], None]
"""Gives an object the line of the value at a path."""


class HubError(PlanError):
    """A hub whose fields are valid, while its names, references, dates or shapes are not.

    It carries the hub, or what of it can be read, so that a caller can add problems of the catalogue
    (capacity/resolving.py).
    """

    def __init__(self, problems: "list[Problem]", hub: Hub) -> None:
        super().__init__(problems)
        self.hub = hub


def error_of(problems: list[Problem], values: Value, placed: Placed) -> PlanError:
    """The error for values with faults: these problems, then those of the rows that have none of them."""
    rest = _Rest(values) if isinstance(values, dict) and len(problems) <= MOST_FAULTS else None
    hub = rest.hub(placed) if rest is not None else None
    if rest is None or hub is None:
        return PlanError(problems)
    told = {problem.where for problem in problems}
    more = [one for one in problems_in(hub) if not rest.explains(one) and one.where not in told]
    if "catalogues" in rest.left_out:
        return PlanError([*problems, *more])
    return HubError([*problems, *more], hub)


@dataclass(slots=True)
class _Rest:
    """What of the values of a hub can be read."""

    values: Mapping[str, Value]
    kept: dict[str, list[int]] = field(default_factory=dict)
    """Rows of each table that can be read."""
    lost: set[str] = field(default_factory=set)
    """Names of the others."""
    left_out: set[str] = field(default_factory=set)
    """Fields that cannot be read, and tables that have lost rows."""

    def hub(self, placed: Placed) -> Hub | None:
        """The hub of the rows that can be read; None where that says nothing about the plan."""
        tables = {name: self.values[name] for name in table_names() if name in self.values}
        rows = {name: some for name, some in tables.items() if isinstance(some, list)}
        if len(rows) < len(tables) or sum(map(len, rows.values())) > MOST_ROWS:
            return None
        for name, some in rows.items():
            if not self._sort(name, some):
                return None
        made = self._built({name: [some[at] for at in self.kept[name]] for name, some in rows.items()})
        if made is not None:
            placed(made, ())
            for name, numbers in self.kept.items():
                for at, noun in zip(numbers, getattr(made, name), strict=True):
                    placed(noun, (name, at))
        return made

    def _sort(self, table: str, rows: list[Value]) -> bool:
        """Note which rows can be read; false where another has no name, so that anything may refer to it."""
        kind = get_args(get_type_hints(Hub)[table])[0]
        kept: list[int] = []
        others: list[Value] = []
        for at, row in enumerate(rows):
            if _faulty(kind, row) is None:
                kept.append(at)
            else:
                others.append(row)
        self.kept[table] = kept
        names = [name for row in others if isinstance(row, dict) and isinstance(name := row.get("name"), str)]
        self.lost |= set(names)
        self.left_out |= {table} if others else set()
        return len(names) == len(others)

    def _built(self, rows: Mapping[str, Value]) -> Hub | None:
        from pydantic import ValidationError

        values = {**self.values, **rows}
        for place in _faulty(Hub, values) or ():
            values.pop(place, None)
            self.left_out.add(place)
        values.setdefault("name", "plan")
        try:
            made: Hub = adapter(Hub).validate_json(json.dumps(values))
        except ValidationError:
            return None
        return made

    def explains(self, problem: Problem) -> bool:
        """Whether a problem is there because a row or a field could not be read."""
        said = f"{problem.found} {problem.expected}"
        return any(repr(name) in said for name in self.lost) or problem.found in {
            f"no {name}" for name in self.left_out
        }


def _faulty(kind: Any, value: object) -> set[str] | None:
    """The fields that make a value no noun of that kind; None where none does."""
    from pydantic import ValidationError

    try:
        adapter(kind).validate_json(json.dumps(value))
    except ValidationError as error:
        return {str(fault["loc"][0]) for fault in error.errors(include_url=False) if fault["loc"]}
    return None

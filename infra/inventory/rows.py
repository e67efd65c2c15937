"""Rows of the tables as objects; a row that is damaged is named."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from petaplan.capacity.errors import Problem
from petaplan.infra.inventory.model import Cabinet, EngineProcess, Entry, Holder, InventoryError, Key, Owner, Update

Row = Sequence[Any]
"""A row of a table; the schema of the file says which type each column has."""

MOST_NAMED = 5
"""Damaged entries that a message names."""


class DamagedRow(Exception):
    """What is wrong with a row, in words."""


def entry_of(key: Key, row: Row, cabinets: Sequence[Cabinet]) -> Entry:
    """The entry in a row of properties, withheld, generation, placed_in, changed_in, token and holders.

    Raises:
        DamagedRow: a column does not hold what it must.
    """
    return Entry(
        key=key,
        properties=_column("properties", row[0], _is_object, "an object"),
        withheld=tuple(_column("withheld", row[1], _are_paths, "a list of paths")),
        cabinets=tuple(cabinets),
        generation=_number("generation", row[2]),
        placed_in=_number("placed_in", row[3]),
        changed_in=_number("changed_in", row[4]),
        token=str(row[5]),
        holders=_holders(row[6]),
    )


def cabinet_of(row: Row) -> Cabinet:
    """The rack in a row.

    Raises:
        DamagedRow: a column does not hold what it must.
    """
    run, number, model, hall, place, slot, placed_in, changed_in = row
    if not (isinstance(run, str) and isinstance(model, str) and isinstance(number, int)):
        raise DamagedRow(f"a rack: found {run!r}, {number!r}, {model!r}; expected a group, a number and a model")
    return Cabinet(
        run=run,
        number=number,
        model=model,
        hall=hall,
        row=place,
        slot=slot,
        placed_in=placed_in,
        changed_in=changed_in,
    )


def update_of(row: Row) -> Update:
    """The update in a row."""
    return Update(
        id=row[0],
        project=row[1],
        stack=row[2],
        started_at=row[3],
        program=row[4],
        engine=EngineProcess(address=row[5], pid=row[6], started=row[7]),
        owner=Owner(token=row[8], confirmed=bool(row[9]), backend=row[10]),
        ended_at=row[11],
    )


def written_holders(holders: Mapping[int, Holder]) -> str:
    """The resources that mean an entry, as its row holds them."""
    return json.dumps({str(generation): asdict(holder) for generation, holder in sorted(holders.items())})


def damaged(where: str, faults: Iterable[tuple[Key, str]]) -> InventoryError:
    """One message for the damaged entries: the first few by name."""
    found = [f"damaged entry {key} ({fault})" for key, fault in faults]
    more = f", and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
    return InventoryError(
        Problem(
            where=f"inventory {where}",
            found=", ".join(found[:MOST_NAMED]) + more,
            expected="entries that petaplan wrote",
            advice="put a backup in its place, or delete those rows and run `pulumi up --refresh`",
        )
    )


def _column(name: str, text: object, holds: Callable[[object], bool], expected: str) -> Any:
    try:
        decoder = _OF_LARGE_NUMBERS if _LARGE.search(str(text)) else _DECODER
        value = decoder.decode(str(text))
    except (ValueError, RecursionError) as error:
        raise DamagedRow(f"{name}: found no JSON that petaplan reads; expected {expected}") from error
    if not holds(value):
        raise DamagedRow(f"{name}: found {_kind(value)}; expected {expected}")
    return value


def _holders(text: object) -> dict[int, Holder]:
    read = _column("holders", text, _is_object, "an object")
    try:
        return {
            int(generation): Holder(resource=str(one["resource"]), update=int(one["update"]))
            for generation, one in read.items()
        }
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedRow("holders: found no resources with their updates; expected them by generation") from error


def _number(name: str, value: object) -> int:
    if not isinstance(value, int):
        raise DamagedRow(f"{name}: found {value!r}; expected a whole number")
    return value


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _are_paths(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and _is_path(one) for one in value)


def _is_path(text: str) -> bool:
    try:
        steps = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(steps, list) and bool(steps) and all(isinstance(step, str | int) for step in steps)


def _kind(value: object) -> str:
    return {list: "a list", dict: "an object", str: "text", type(None): "null"}.get(type(value), repr(value)[:40])


def _refuse(word: str) -> object:
    raise ValueError(word)


def _whole(text: str) -> int:
    number = int(text)
    float(number)
    return number


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


_LARGE = re.compile(r"\d{17}|\d[eE]")
"""Whether a text may hold a number that is too large: only then each number is looked at."""

_DECODER = json.JSONDecoder(parse_constant=_refuse)
_OF_LARGE_NUMBERS = json.JSONDecoder(parse_constant=_refuse, parse_int=_whole, parse_float=_finite)

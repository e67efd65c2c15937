"""The direct form of a hub (PY): where there is one, the strict reader makes the same, for right and wrong values."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import IntEnum
from itertools import cycle, islice
from typing import Any

import pytest

from petaplan.capacity.document.direct import direct_form
from petaplan.capacity.document.verified import strict_form
from petaplan.capacity.errors import PlanError
from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Noun
from petaplan.capacity.site import Hall
from petaplan.infra import hong_kong
from petaplan.infra.hong_kong_work import hub as with_work
from tests.faults.hubs_in_python import types_in

WHOLE = hong_kong.with_h100()
SMALL = WHOLE.replace(**{table: rows[-1:] for table, rows in WHOLE.tables()} | {"phases": with_work().phases[:1]})
"""A row of each table: its names lead nowhere, which no form looks at."""


class Word(str):
    """Text of a class of its own."""

    __slots__ = ()


class Ratio(float):
    """A number of a class of its own."""


class One(IntEnum):
    """A whole number of a class of its own."""

    FIRST = 1


OTHERS: tuple[Any, ...] = (
    0, 1, -1, 3, 10**6, 10**18, 10**400, True, 0.0, -0.0, 0.5, 1e-12, 1e300, float("nan"), float("inf"), Ratio(0.5),
    One.FIRST, None, "", "a", "hall-a", "Hall A", "h\ud800", "é", "x" * 3000, "bf16", Precision.BF16,
    Precision.UNSTATED, "2027-06-30", date(2027, 6, 30), datetime(2027, 6, 30, tzinfo=UTC),
    Word("hall-a"), (), [], ("hall-a",), ["hall-a"], ("a", 1),
    {"a": 1}, 1j, b"a", WHOLE.halls[0], (WHOLE.halls[0],), [WHOLE.phases[0].ramp],
)  # fmt: skip
"""Values that some field takes, and values that none does."""

TRIED = 12
"""Values that each field gets of them; the next field goes on with the next ones."""


def with_other_values(noun: Any) -> Iterator[Any]:
    """A noun with one value replaced, for each of its fields and those of the nouns in it."""
    others = cycle(OTHERS)
    return _changed(noun, others)


def _changed(noun: Any, others: Iterator[Any]) -> Iterator[Any]:
    for field in dataclasses.fields(noun):
        held = getattr(noun, field.name)
        if not field.init:
            continue
        yield from (put(noun, field.name, other) for other in islice(others, TRIED))
        if isinstance(held, Noun):
            yield from (put(noun, field.name, inner) for inner in _changed(held, others))
        if isinstance(held, tuple) and held and isinstance(held[0], Noun):
            yield from (put(noun, field.name, (inner, *held[1:])) for inner in _changed(held[0], others))


def put(noun: Any, name: str, value: Any) -> Any:
    """A copy of a noun with a value that its constructor might refuse."""
    made: Any = object.__new__(type(noun))
    for field in dataclasses.fields(noun):
        object.__setattr__(made, field.name, value if field.name == name else getattr(noun, field.name))
    return made


def test_a_direct_form_is_what_the_strict_reader_makes() -> None:
    direct = refused = 0
    for hub in with_other_values(SMALL):
        form = direct_form(hub)
        if form is None:
            refused += 1
            continue
        direct += 1
        strict = strict_form(hub)
        assert form == strict
        assert types_in(form) == types_in(strict)
        assert repr(form) == repr(strict)
    assert direct > 200
    assert refused > 1_000


@pytest.mark.parametrize("made", [hong_kong.hub, hong_kong.short, hong_kong.with_h100])
def test_the_reference_hubs_have_one(made: Any) -> None:
    hub = made()
    form = direct_form(hub)
    assert form is not None
    assert types_in(form) == types_in(strict_form(hub))
    assert [row.declared_at for _, rows in form.tables() for row in rows] == [
        row.declared_at for _, rows in hub.tables() for row in rows
    ]
    assert direct_form(form) is form


def test_a_figure_has_a_stated_precision() -> None:
    phase = SMALL.phases[0]
    run = put(phase.training_runs[0], "precision", Precision.UNSTATED)
    assert direct_form(SMALL.replace(phases=(put(phase, "training_runs", (run,)),))) is None


def test_a_class_that_is_derived_has_none() -> None:
    @dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
    class Room(Hall):
        pass

    hall = SMALL.halls[0]
    room = Room(**{f.name: getattr(hall, f.name) for f in dataclasses.fields(hall) if f.init})
    assert direct_form(SMALL.replace(halls=(room,))) is None


def test_what_it_has_no_form_for_is_refused_in_words() -> None:
    hub: Hub = put(SMALL, "halls", (put(SMALL.halls[0], "it_power_limit_kw", -1),))
    assert direct_form(hub) is None
    with pytest.raises(PlanError, match="it_power_limit_kw: found -1"):
        strict_form(hub)

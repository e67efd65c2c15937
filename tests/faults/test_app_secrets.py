"""APP-02: a secret at any place of a resource is judged, or nobody can tell; it is never bad input."""

import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from petaplan.capacity.check import check
from petaplan.capacity.errors import PlanError
from petaplan.infra.collect import collect
from petaplan.infra.records import SECRET, Record
from tests.hubs import hub, pod, target
from tests.infra.test_collect import records
from tests.weakenings import priced

PLAN = priced(hub(targets=(target(50, phase="first"),), pods=(pod(),)))


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every property, whole object, list and item."""
    if path:
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in members:
        yield from places(one, (*path, key))


def hidden(record: Record, *paths: tuple[Any, ...]) -> Record:
    made = deepcopy(record.properties)
    for path in paths:
        holder: Any = made
        for step in path[:-1]:
            holder = holder[step] if isinstance(holder, dict | list) else {}
        if isinstance(holder, dict | list):
            holder[path[-1]] = SECRET
    return replace(record, properties=made)


def told(graph: list[Record]) -> list[str]:
    """What is said beside "cannot tell"."""
    try:
        collect(graph)
    except PlanError as error:
        return [str(one) for one in error.problems if "cannot tell" not in one.advice]
    return []


def test_a_secret_at_any_place_is_no_bad_input() -> None:
    graph = [replace(one, properties=plain(dict(one.properties))) for one in records(PLAN)]
    draw, tried = random.Random("secrets"), 0  # noqa: S311 - a sample
    for at, record in enumerate(graph):
        every = list(places(record.properties))
        several = [tuple(draw.sample(every, min(len(every), 3))) for _ in range(2)] if every else []
        for paths in (*((path,) for path in every), *several):
            tried += 1
            assert told([*graph[:at], hidden(record, *paths), *graph[at + 1 :]]) == [], paths
    assert tried >= 10 * len(graph)  # places of a record, on average, and two draws of several


def test_fields_that_must_fit_each_other_are_judged_where_one_is_a_secret() -> None:
    graph = [replace(one, properties=plain(dict(one.properties))) for one in records(PLAN)]
    for field in ("low", "mid", "high"):
        report = check(collect([hidden(graph[0], ("delivery", "availability", field)), *graph[1:]]))
        assert any(finding.rule == "PF-001" for finding in report.findings)

"""A hub becomes resources and a hub again."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest
from hypothesis import HealthCheck, given, settings
from pulumi.runtime import mocks
from pulumi_policy.proxy import unknown_checking_proxy

from petaplan.capacity.errors import PlanError
from petaplan.capacity.hidden import hidden_fields
from petaplan.capacity.hub import Hub
from petaplan.infra import hong_kong
from petaplan.infra.collect import collect, in_order
from petaplan.infra.declare import declare
from petaplan.infra.kinds import BY_TABLE, KINDS, PACKAGE
from petaplan.infra.nouns import properties_of
from petaplan.infra.records import (
    UNKNOWN,
    Record,
    records_of_deployment,
    records_of_policy,
    records_of_program,
)
from tests.infra.conftest import small_hub
from tests.strategies import hubs
from tests.variants import examples


class Engine(mocks.Mocks):
    """Answers as the provider does, and remembers what was registered."""

    def __init__(self) -> None:
        self.registered: list[Record] = []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.registered.append(Record(token=args.typ, name=args.name, properties=args.inputs))
        return args.name, {**args.inputs, "standing": {"placedInUpdate": 1, "generation": 1}}

    def call(self, args: mocks.MockCallArgs) -> Any:
        return {}


run_program: Any = pulumi.runtime.test
"""Runs a function as a Pulumi program, to the end of what it registered."""


def registered(hub: Hub) -> list[Record]:
    """What the engine hears when a hub is declared."""
    engine = Engine()
    mocks.set_mocks(engine, project="petaplan", stack="dev", preview=False)
    run_program(lambda: declare(hub) and None)()
    return engine.registered


def records(hub: Hub) -> list[Record]:
    """A hub as records, without an engine."""
    made = [Record(token=KINDS[0].token, name=hub.name, properties=properties_of(KINDS[0], hub))]
    for table, rows in hub.tables():
        kind = BY_TABLE[table]
        made += [Record(token=kind.token, name=row.name, properties=properties_of(kind, row)) for row in rows]
    return made


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hubs())
def test_what_is_declared_is_collected_again(hub: Hub) -> None:
    assert collect(registered(hub)) == in_order(hub)


@given(hubs())
def test_a_hub_survives_as_records(hub: Hub) -> None:
    assert collect(records(hub)) == in_order(hub)


@pytest.mark.parametrize("plan", [hong_kong.hub, hong_kong.short, hong_kong.with_h100])
def test_a_reference_hub_survives_as_records_with_what_stands_beside_its_tables(plan: Callable[[], Hub]) -> None:
    assert plan().correlation_groups
    assert collect(records(plan())) == in_order(plan())


def test_every_row_is_a_resource_under_its_name() -> None:
    mocks.set_mocks(Engine(), preview=False)
    made: dict[str, Any] = {}
    run_program(lambda: made.update(declare(small_hub())))()
    assert {"small", "site-a", "hall-a", "pod-1", "feed-b"} <= set(made)
    assert len(made) == 1 + sum(len(rows) for _, rows in small_hub().tables())


def test_the_running_program_can_collect_its_own_resources() -> None:
    mocks.set_mocks(Engine(), project="petaplan", stack="dev", preview=False)
    found: list[Hub] = []

    def program() -> pulumi.Output[None]:
        made = records_of_program(declare(small_hub()).values())
        return made.apply(lambda known: found.append(collect(known)))

    run_program(program)()
    assert found == [in_order(small_hub())]


def test_an_exported_stack_is_collected_and_its_sealed_values_are_not_guessed() -> None:
    sealed = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    resources: list[dict[str, Any]] = [
        {"urn": f"urn:pulumi:dev::p::{record.token}::{record.name}", "type": record.token, "inputs": record.properties}
        for record in records(small_hub())
    ]
    site = next(resource for resource in resources if resource["urn"].endswith("::site-a"))
    site["inputs"] = {**site["inputs"], "utility": {**sealed, "plaintext": '"CLP"'}}
    old = {**site, "delete": True}
    export = {"version": 3, "deployment": {"resources": [*resources, old, {"urn": "u::x", "type": "aws:s3:Bucket"}]}}
    assert collect(records_of_deployment(export)).sites[0].utility == "CLP"
    site["inputs"] = {**site["inputs"], "utility": {**sealed, "ciphertext": "v1:x"}}
    hidden = collect(records_of_deployment(export)).sites[0]
    assert (hidden.utility, hidden_fields(hidden)) == (None, {"utility": "resource Site 'site-a': utility"})


class Seen:
    """A resource as the policy SDK shows it: looking at an unknown value raises."""

    def __init__(self, record: Record, changed: Mapping[str, Any]) -> None:
        self.resource_type, self.name = record.token, record.name
        self.props = unknown_checking_proxy({**record.properties, **changed})


def test_a_policy_packs_resources_are_collected_and_unknowns_are_told() -> None:
    seen = [Seen(record, {}) for record in records(small_hub())]
    assert collect(records_of_policy(seen)) == in_order(small_hub())
    seen = [Seen(record, {"hall": UNKNOWN} if record.name == "pod-1" else {}) for record in records(small_hub())]
    with pytest.raises(PlanError, match=r"resource Pod 'pod-1': hall: .*cannot tell"):
        collect(records_of_policy(seen))


def test_everything_that_is_wrong_is_told_at_once() -> None:
    made = records(small_hub())
    made[1] = Record(
        token=made[1].token, name="site-a", properties={**made[1].properties, "cuntry": "HK", "country": 7}
    )
    pod = next(record for record in made if record.name == "pod-1")
    made.append(Record(token=pod.token, name="pod-2", properties={**pod.properties, "name": "pod-2", "racks": UNKNOWN}))
    made.append(Record(token=f"{PACKAGE}:index:Podd", name="x", properties={}))
    with pytest.raises(PlanError) as caught:
        collect(made)
    assert [problem.where for problem in caught.value.problems] == [
        "resource Site 'site-a': cuntry",
        "resource Site 'site-a': country",
        "resource Pod 'pod-2': racks",
        "resource Podd 'x'",
    ]


def test_references_are_checked_over_the_whole_graph() -> None:
    made = [record for record in records(small_hub()) if record.name != "feed-b"]
    with pytest.raises(PlanError, match=r"resource Pod 'pod-1': .*'feed-b'.*did you mean 'feed-a'"):
        collect(made)


@pytest.mark.parametrize(("hubs_in_graph", "found"), [(0, "no hub"), (2, "2 hubs")])
def test_there_is_one_hub_in_a_graph(hubs_in_graph: int, found: str) -> None:
    hub, *rest = records(small_hub())
    with pytest.raises(PlanError, match=found):
        collect([*[hub] * hubs_in_graph, *rest])


def test_destroying_begins_with_what_rests_on_others() -> None:
    depends: dict[str, set[str]] = {}

    class Monitor(mocks.MockMonitor):
        def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - Pulumi's name
            depends[request.name] = {urn.rsplit("::", 1)[-1] for urn in request.dependencies}
            answer: Any = super().RegisterResource(request)  # type: ignore[no-untyped-call]
            return answer

    mocks.set_mocks(Engine(), preview=False, monitor=Monitor(Engine()))
    run_program(lambda: declare(small_hub()) and None)()
    assert depends["pod-1"] == {"feed-a", "feed-b", "air"}, "what those rest on is implied"
    assert depends["feed-a"] == {"busway-a"} and depends["busway-a"] == {"intake", "hall-a"}
    assert depends["hall-a"] == {"phase-1", "site-a"} and depends["site-a"] == set()

"""The ways that a hub takes: built in Python, written and read, declared and collected, shown to the policy pack."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from petaplan.capacity.check import check
from petaplan.capacity.document.marked import read_text
from petaplan.capacity.document.plan import hub_from, write_json, write_yaml
from petaplan.capacity.document.plan_tables import csv_files, hub_of_tables
from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.words import sentence
from petaplan.infra.collect import collect
from petaplan.infra.gate.approval import plan_hash
from petaplan.infra.policy.pack import violations
from tests.faults.hubs_in_python import loosened
from tests.gate.test_policy import graph
from tests.infra.test_collect import registered
from tools.compare.names import Document
from tools.compare.random_plans import changed_plans, from_strategies

WAYS: Mapping[str, Callable[[Hub], Hub]] = {
    "with other types": loosened,
    "written as JSON and read": lambda hub: hub_from(read_text(write_json(loosened(hub)), "plan.json")),
    "written as YAML and read": lambda hub: hub_from(read_text(write_yaml(loosened(hub)), "plan.yaml")),
    "written as tables and read": lambda hub: hub_of_tables(Path(), table_bytes(loosened(hub))),
    "declared and collected": lambda hub: collect(registered(loosened(hub))),
}


def table_bytes(hub: Hub) -> dict[str, bytes]:
    """The tables of a hub by the names of their files."""
    return {name: text.encode() for name, text in csv_files(hub).items()}


def random_hubs(bases: list[Document], seed: str, count: int) -> Iterator[Hub]:
    """So many hubs that petaplan takes: half from the tests' strategies, half from scenarios with changed values."""
    turn, left = 0, count
    while left:
        drawn = [*from_strategies(f"{seed}:{turn}", 2 * left), *changed_plans(bases, f"{seed}:{turn}", 2 * left)]
        for document in drawn[::2]:
            if left and (hub := _accepted(document)) is not None:
                left -= 1
                yield hub
        turn += 1


def _accepted(document: Document) -> Hub | None:
    try:
        hub = hub_from(read_text(json.dumps(document), "random.json"))
        check(hub)
    except PlanError:
        return None
    return hub


def differences(hub: Hub) -> Iterator[str]:
    """What one of the ways makes of the hub that the others don't."""
    findings, identity = _findings(hub), plan_hash(hub)
    for way, take in WAYS.items():
        other = take(hub)
        if plan_hash(other) != identity:
            yield f"{hub.name} {way}: another hash"
        yield from (f"{hub.name} {way}: {one.identity}" for one in {*findings} ^ {*_findings(other)})
    told = {one.message for one in violations(graph(_with_loose_rows(hub)), {})}
    yield from (f"{hub.name} in the policy pack: {message}" for message in told ^ {*policy_messages(hub)})


def _with_loose_rows(hub: Hub) -> Hub:
    return hub.replace(**{table: tuple(loosened(row) for row in rows) for table, rows in hub.tables()})


def policy_messages(hub: Hub) -> Iterator[str]:
    """What the policy pack has to say of a hub, by the findings of the check."""
    for finding in check(hub).findings:
        if finding.verdict not in (Verdict.PASS, Verdict.REVIEW):
            yield f"{finding.rule} {finding.verdict}: {sentence(finding)}"


def _findings(hub: Hub) -> tuple[Finding, ...]:
    """The findings without the places of their declarations, which are another for each way."""
    return tuple(replace(finding, place=None) for finding in check(hub).findings)

"""A row knows where its data stand in the JSON of the same report."""

import json
from collections.abc import Iterator

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.fabrics.bill import bill_of
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.facts.systems import published_systems
from petaplan.capacity.failover.table import failover_tables
from petaplan.capacity.report import kinds
from petaplan.capacity.report.check import CheckResult
from petaplan.capacity.report.compare import CompareReport
from petaplan.capacity.report.gate import GateResult
from petaplan.capacity.report.rule_list import every_rule
from petaplan.capacity.report.waterfall import WaterfallReport
from petaplan.capacity.resolving import resolve
from petaplan.capacity.throughput.beside import beside
from petaplan.capacity.throughput.conventions import conventions
from petaplan.capacity.throughput.factors import plan_waterfalls
from petaplan.capacity.verdict.difference import difference, side
from petaplan.capacity.verdict.judgement import judge_report
from petaplan.infra.hong_kong import hub, short
from petaplan.reporting.document import Row
from petaplan.reporting.registry import AnyKind, Rendering, render
from petaplan.reporting.wording import value_of


def reports() -> Iterator[tuple[AnyKind, object]]:
    """Each kind of report with a report of the Hong Kong hub that is a pod short."""
    design = resolve(short(), load())
    report = check(short())
    change = difference(side("hub", hub()), side("short", short()))
    chains = plan_waterfalls(design)
    yield kinds.CHECK, CheckResult(report=report)
    yield kinds.GATE, GateResult(judgement=judge_report(report), difference=change)
    yield kinds.DIFF, change
    yield kinds.FAILOVER, failover_tables(design)
    yield kinds.FABRIC, bill_of(design)
    yield kinds.WATERFALL, WaterfallReport(hub="hk-hub", chains=chains, evidence=design.evidence)
    phase = design.phases[-1]
    found = beside(design, phase, published_systems())
    yield kinds.COMPARE, CompareReport(beside=found, conventions=conventions(design, phase))
    yield kinds.RULES, every_rule()


REPORTS = {kind.key: (kind, value) for kind, value in reports()}


def rows_of(key: str, everything: bool) -> list[Row]:
    kind, value = REPORTS[key]
    assert kind.view is not None
    document = kind.view(value, Rendering(everything=everything))
    return [row for table in document.tables() for row in table.rows if row.pointer]


def at(values: object, pointer: str) -> object:
    """What stands at a JSON pointer (RFC 6901)."""
    for step in pointer.split("/")[1:]:
        values = values[int(step)] if isinstance(values, list) else values[step]  # type: ignore[index]
    return values


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize("key", REPORTS)
def test_each_row_is_found_in_the_json(key: str, everything: bool) -> None:
    kind, value = REPORTS[key]
    written = json.loads(render(kind, value, "json"))
    rows = rows_of(key, everything)
    assert rows
    for row in rows:
        found = at(written, row.pointer)
        assert isinstance(found, dict)
        names = {field: cell for field, cell in row.cells.items() if field in found and isinstance(found[field], str)}
        assert names, f"nothing in common with {row.pointer}"
        assert {field: value_of(cell) or "" for field, cell in names.items()} == {
            field: found[field] for field in names
        }

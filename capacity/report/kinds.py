"""The kinds of report of capacity, each with its view; loaded quickly, because the options of commands need them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from petaplan.reporting.registry import Rendering, ReportKind

if TYPE_CHECKING:
    from petaplan.capacity.fabrics.bill import Bill
    from petaplan.capacity.failover.table import FailoverTable
    from petaplan.capacity.forecast.forecast import Forecast
    from petaplan.capacity.hub import Hub
    from petaplan.capacity.report.check import CheckResult
    from petaplan.capacity.report.compare import CompareReport
    from petaplan.capacity.report.cost import CostReport
    from petaplan.capacity.report.explanation import Explanation
    from petaplan.capacity.report.gate import GateResult
    from petaplan.capacity.report.listing import Listing
    from petaplan.capacity.report.racks import RackList
    from petaplan.capacity.report.rule_list import RuleText
    from petaplan.capacity.report.waterfall import WaterfallReport
    from petaplan.capacity.report.work import WorkReport
    from petaplan.capacity.scenarios.comparison import Comparison
    from petaplan.capacity.scenarios.grid import Grid
    from petaplan.capacity.verdict.difference import Difference
    from petaplan.reporting.document import Document

OUTPUTS = "petaplan.capacity.report.outputs"


def _check(result: "CheckResult", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.check import check_document

    return check_document(result, rendering)


def _gate(result: "GateResult", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.gate import gate_document

    return gate_document(result, rendering)


def _failover(tables: "Sequence[FailoverTable]", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.failover import failover_document

    return failover_document(tables, rendering)


def _fabric(bill: "Bill", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.fabric import fabric_document

    return fabric_document(bill, rendering)


def _waterfall(report: "WaterfallReport", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.waterfall import waterfall_document

    return waterfall_document(report, rendering)


def _compare(report: "CompareReport", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.compare import compare_document

    return compare_document(report, rendering)


def _forecast(found: "Forecast", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.forecast import forecast_document

    return forecast_document(found, rendering)


def _scenarios(found: "Comparison", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.scenarios import scenarios_document

    return scenarios_document(found, rendering)


def _grid(found: "Grid", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.grid import grid_document

    return grid_document(found, rendering)


def _work(found: "WorkReport", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.work import work_document

    return work_document(found, rendering)


def _cost(found: "CostReport", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.cost import cost_document

    return cost_document(found, rendering)


def _difference(difference: "Difference", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.difference import difference_document

    return difference_document(difference, rendering)


def _racks(found: "RackList", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.racks import racks_document

    return racks_document(found, rendering)


def _rules(rules: "Sequence[RuleText]", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.rule_list import rules_document

    return rules_document(rules, rendering)


def _explanation(found: "Explanation", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.explanation import explanation_document

    return explanation_document(found, rendering)


def _catalogue(found: "Listing", rendering: Rendering) -> "Document":
    from petaplan.capacity.report.listing import catalogue_document

    return catalogue_document(found, rendering)


CHECK = ReportKind(key="check", title="report on a plan", command="petaplan check", outputs=OUTPUTS, view=_check)
GATE = ReportKind(key="gate", title="judgement of a change", command="petaplan gate", outputs=OUTPUTS, view=_gate)
FAILOVER = ReportKind(
    key="failover", title="failover table", command="petaplan failover", outputs=OUTPUTS, view=_failover
)
FABRIC = ReportKind(key="fabric", title="bill of materials", command="petaplan fabric", outputs=OUTPUTS, view=_fabric)
WATERFALL = ReportKind(
    key="waterfall", title="throughput chain", command="petaplan waterfall", outputs=OUTPUTS, view=_waterfall
)
COMPARE = ReportKind(
    key="compare", title="plan beside systems", command="petaplan compare", outputs=OUTPUTS, view=_compare
)
FORECAST = ReportKind(key="forecast", title="forecast", command="petaplan forecast", outputs=OUTPUTS, view=_forecast)
SCENARIOS = ReportKind(
    key="scenarios", title="scenarios", command="petaplan scenarios", outputs=OUTPUTS, view=_scenarios
)
GRID = ReportKind(
    key="grid", title="grid of scenarios", command="petaplan scenarios --grid", outputs=OUTPUTS, view=_grid
)
WORK = ReportKind(key="work", title="declared work", command="petaplan work", outputs=OUTPUTS, view=_work)
COST = ReportKind(key="cost", title="cost", command="petaplan cost", outputs=OUTPUTS, view=_cost)
DIFF = ReportKind(
    key="diff", title="difference of two plans", command="petaplan diff", outputs=OUTPUTS, view=_difference
)
RACKS = ReportKind(key="racks", title="racks of a plan", command="petaplan racks", outputs=OUTPUTS, view=_racks)
RULES = ReportKind(key="rules", title="list of rules", command="petaplan rules", outputs=OUTPUTS, view=_rules)
EXPLAIN = ReportKind(
    key="explain", title="explanation of a rule", command="petaplan explain", outputs=OUTPUTS, view=_explanation
)
CATALOG = ReportKind(
    key="catalog", title="hardware catalogue", command="petaplan catalog", outputs=OUTPUTS, view=_catalogue
)
PLAN: "ReportKind[Hub]" = ReportKind(key="plan", title="plan document", command="petaplan export", outputs=OUTPUTS)

KINDS = tuple(value for value in tuple(globals().values()) if isinstance(value, ReportKind))
"""Every kind of report of capacity: those above."""

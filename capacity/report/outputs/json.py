"""JSON of the reports that have a schema of their own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.fabrics.bill import Bill
    from petaplan.capacity.failover.table import FailoverTable
    from petaplan.capacity.report.check import CheckResult
    from petaplan.capacity.report.compare import CompareReport
    from petaplan.capacity.report.gate import GateResult
    from petaplan.capacity.report.listing import Listing
    from petaplan.capacity.report.racks import RackList
    from petaplan.capacity.report.rule_list import RuleText
    from petaplan.capacity.report.waterfall import WaterfallReport
    from petaplan.capacity.verdict.difference import Difference

HELP, MEDIA_TYPE, SUFFIX = "JSON of a versioned schema", "application/json", ".json"


def _check(result: "CheckResult", _rendering: Rendering) -> str:
    from petaplan.capacity.report.json import write_json

    return write_json(result.report)


def _gate(result: "GateResult", _rendering: Rendering) -> str:
    from petaplan.capacity.report.gate import write_gate_json

    return write_gate_json(result.judgement, result.difference, result.weakening)


def _failover(tables: "Sequence[FailoverTable]", _rendering: Rendering) -> str:
    from petaplan.capacity.report.failover import failover_json

    return failover_json(tables)


def _fabric(bill: "Bill", _rendering: Rendering) -> str:
    from petaplan.capacity.report.fabric import write_bill

    return write_bill(bill)


def _waterfall(report: "WaterfallReport", _rendering: Rendering) -> str:
    from petaplan.capacity.report.waterfall import write_waterfall

    return write_waterfall(report.hub, report.chains, report.evidence)


def _compare(report: "CompareReport", _rendering: Rendering) -> str:
    from petaplan.capacity.report.compare import compare_json

    return compare_json(report)


def _difference(difference: "Difference", _rendering: Rendering) -> str:
    from petaplan.capacity.report.difference import write_difference_json

    return write_difference_json(difference)


def _racks(found: "RackList", _rendering: Rendering) -> str:
    from petaplan.capacity.report.racks import racks_json

    return racks_json(found)


def _rules(rules: "Sequence[RuleText]", _rendering: Rendering) -> str:
    from petaplan.capacity.report.rule_list import rules_json

    return rules_json(rules)


def _catalogue(found: "Listing", _rendering: Rendering) -> str:
    from petaplan.capacity.report.listing import catalogue_json

    return catalogue_json(found)


CHECK = Output(name="json", renders="check", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_check)
GATE = Output(name="json", renders="gate", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_gate)
FAILOVER = Output(name="json", renders="failover", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_failover)
FABRIC = Output(name="json", renders="fabric", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_fabric)
WATERFALL = Output(name="json", renders="waterfall", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_waterfall)
COMPARE = Output(name="json", renders="compare", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_compare)
DIFF = Output(name="json", renders="diff", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_difference)
RACKS = Output(name="json", renders="racks", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_racks)
RULES = Output(name="json", renders="rules", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_rules)
CATALOG = Output(name="json", renders="catalog", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_catalogue)

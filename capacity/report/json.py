"""A report as JSON, versioned: the same report gives the same bytes."""

from typing import Any

from petaplan.capacity.check_report import PhaseSummary, Report
from petaplan.capacity.findings import Finding
from petaplan.capacity.report.layers import layer_values
from petaplan.capacity.report.ratios import capex_per_pflops
from petaplan.reporting.safety import json_text

KEY = "petaplan_report"
"""The field that says a document holds a report, and of which version."""

VERSION = 2


def write_json(report: Report) -> str:
    """The whole report, passes included."""
    return json_text(as_values(report))


def as_values(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        KEY: VERSION,
        "hub": report.hub,
        "verdict": report.verdict,
        "strict": report.strict,
        "phases": [_phase_values(report, phase) for phase in report.phases],
        "findings": [finding_values(finding) for finding in report.findings],
        "silent_rules": list(report.silent_rules),
        "evidence": [
            {
                "target": basis.target,
                "precision": basis.precision,
                "pflops_by_status": {status: round(value, 6) for status, value in basis.shares},
                "pflops_on_assumptions_of_this_plan": round(basis.assumed_fillings, 6),
            }
            for basis in report.bases
        ],
        "measured": [
            {"target": share.target, "precision": share.precision, "fraction": round(share.fraction, 9)}
            for share in report.measured
        ],
        "assumptions": [
            {
                "name": assumption.name,
                "statement": assumption.statement,
                "reason": assumption.reason,
                "source": assumption.source,
                "as_of": assumption.as_of.isoformat(),
                "model": assumption.model,
                "quantity": assumption.quantity,
                "value": assumption.value,
                "unit": assumption.unit,
                "status": assumption.status,
            }
            for assumption in report.assumptions
        ],
        "assumed_figures": [
            {
                "figure": path,
                "value": figure.value,
                "unit": figure.unit,
                "source": figure.source,
                "note": figure.note,
            }
            for path, figure in report.assumed_figures
        ],
        "catalogue": layer_values(report),
    }


def _phase_values(report: Report, phase: PhaseSummary) -> dict[str, object]:
    return {
        "name": phase.name,
        "in_service": phase.in_service.isoformat(),
        "verdict": phase.verdict,
        "pods": phase.pods,
        "racks": phase.racks,
        "accelerators": phase.accelerators,
        "it_power_mw": round(phase.it_power_mw, 6),
        "it_power_known": phase.it_power_known,
        "peak_dense_pflops": {precision: round(value, 6) for precision, value in phase.pflops},
        "added_peak_dense_pflops": {precision: round(value, 6) for precision, value in phase.added_pflops},
        "peak_dense_pflops_per_mw": {one: round(value, 6) for one, value in phase.pflops_per_mw},
        "capex_per_added_pflops": capex_per_pflops(report, phase),
        "targets": list(phase.targets),
    }


def finding_values(finding: Finding) -> dict[str, object]:
    """One finding as plain values; an infinite ratio, which JSON can't say, is null."""
    ratio = finding.ratio
    return {
        "rule": finding.rule,
        "verdict": finding.verdict,
        "kind": finding.kind,
        "subject": finding.subject,
        "phase": finding.phase,
        "demand": finding.demand,
        "capacity": finding.capacity,
        "ratio": None if ratio is None or ratio == float("inf") else round(ratio, 9),
        "unit": finding.unit,
        "formula": finding.formula,
        "inputs": [{"name": i.name, "value": i.value, "unit": i.unit, "source": i.source} for i in finding.inputs],
        "missing": list(finding.missing),
        "hint": finding.hint,
        "note": finding.note,
        "declared_at": str(finding.place) if finding.place and finding.place.is_line else None,
    }

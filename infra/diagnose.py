"""Findings as Pulumi diagnostics, each on the resource that it concerns."""

import pulumi
from pulumi.runtime import settings
from pulumi.runtime.proto import engine_pb2

from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.report.findings import amounts
from petaplan.infra.kinds import KINDS
from petaplan.reporting.safety import visible

_SEVERITY = {
    Verdict.SHORTFALL: engine_pb2.ERROR,
    Verdict.UNKNOWN: engine_pb2.WARNING,
    Verdict.WARNING: engine_pb2.WARNING,
    Verdict.REVIEW: engine_pb2.INFO,
}

_TOKENS = {kind.noun.__name__: kind.token for kind in KINDS}


def report_finding(finding: Finding, *, stops: bool) -> None:
    """Show one finding on its resource; a shortfall that doesn't stop the update is a warning."""
    severity = _SEVERITY.get(finding.verdict)
    engine = settings.get_engine()
    if severity is None or engine is None:
        return
    if severity == engine_pb2.ERROR and not stops:
        severity = engine_pb2.WARNING
    message = visible(told(finding))
    engine.Log(engine_pb2.LogRequest(severity=severity, message=message, urn=urn_of(finding), streamId=0))


def told(finding: Finding) -> str:
    """A finding in two or three lines."""
    lines = [f"{finding.rule} {finding.verdict}: {finding.subject} {amounts(finding)}"]
    if finding.hint:
        lines.append(finding.hint)
    if finding.missing:
        lines.append(f"not known: {', '.join(finding.missing)}")
    if finding.place:
        lines.append(f"declared at {finding.place}")
    return "\n".join(lines)


def urn_of(finding: Finding) -> str:
    """URN that the resource has, or would have; nothing is registered for it."""
    token = _TOKENS[finding.kind]
    name = finding.subject.partition("/")[0]
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{token}::{name}"

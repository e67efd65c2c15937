"""Members of the JSON report that several pages point to."""

from collections import Counter
from collections.abc import Iterable, Mapping

from petaplan.capacity.check_report import Report
from petaplan.capacity.findings import WORST_FIRST, Finding, Verdict
from petaplan.capacity.report.forecast import forecast_document
from petaplan.capacity.report.gate import waivers_of
from petaplan.capacity.report.json import as_values
from petaplan.capacity.report.waterfall import write_waterfall
from petaplan.capacity.verdict.causes import counts as count_causes
from petaplan.capacity.web.study import Study, as_written
from petaplan.reporting.safety import json_text
from petaplan.reporting.values import values_of


def check(study: Study) -> Mapping[str, object]:
    """The report on the plan, as `petaplan check --format json` writes it, and how many findings it has."""
    return {
        "check": as_written(json_text(as_values(study.report))),
        "findings": {str(verdict): count for verdict, count in counts(study.report).items()},
        "counts": {
            **{str(verdict): count for verdict, count in asking(study.report).items()},
            "unverified": unverified(study.report),
        },
        "sums": {
            "holds": sum(one.holds for one in study.report.findings),
            "causes": {str(verdict): count for verdict, count in causes(study.report).items()},
        },
        "rules": rules(study.report),
        "waivers": waivers_of(study.judgement),
    }


def counts(report: Report) -> Mapping[Verdict, int]:
    """How many findings there are of each verdict, worst first."""
    return {verdict: len(report.of(verdict)) for verdict in WORST_FIRST}


def unverified(report: Report) -> int:
    """How many findings hold by unverified figures alone."""
    return sum(finding.holds_unverified for finding in report.findings)


def asking(report: Report) -> Mapping[Verdict, int]:
    """How many findings there are of each verdict besides those that hold by unverified figures, worst first."""
    return {verdict: sum(not one.holds_unverified for one in report.of(verdict)) for verdict in WORST_FIRST}


def causes(report: Report) -> Mapping[Verdict, int]:
    """How many causes the findings of each verdict have that ask for something, worst first."""
    asked = {verdict: [one for one in report.of(verdict) if not one.holds_unverified] for verdict in WORST_FIRST}
    return {verdict: count_causes(found)[0] for verdict, found in asked.items()}


def by_kind(findings: Iterable[Finding]) -> Mapping[str, int]:
    """How many findings hold, hold by unverified figures, and ask for something."""
    found = Counter("others" if not f.holds else "unverified" if f.holds_unverified else "holds" for f in findings)
    return {kind: found[kind] for kind in ("holds", "unverified", "others")}


def rules(report: Report) -> Mapping[str, Mapping[str, int]]:
    """The same by rule."""
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.rule, []).append(finding)
    return {rule: by_kind(findings) for rule, findings in sorted(found.items())}


def forecast(study: Study) -> Mapping[str, object]:
    """The forecast, as `petaplan forecast --format json` writes it; nothing for a plan without targets."""
    found = study.forecast
    return {} if found is None else {"forecast": as_written(json_text(values_of(forecast_document(found))))}


def waterfall(study: Study) -> Mapping[str, object]:
    """The throughput chains, as `petaplan waterfall --format json` writes them."""
    return {"waterfall": as_written(write_waterfall(study.name, study.waterfalls, study.design.evidence))}

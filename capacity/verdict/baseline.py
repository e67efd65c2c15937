"""A baseline: the shortfalls that an earlier report has, so that only new ones fail."""

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.findings import TOLERANCE, Finding, Verdict
from petaplan.capacity.report.json import KEY, VERSION
from petaplan.capacity.verdict.report_versions import in_current_words, is_old
from petaplan.capacity.verdict.rules import GROWN
from petaplan.old_names import OldName
from petaplan.reporting.units import number


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """What fell short, or could not be told, when the baseline was taken."""

    source: str
    hub: str
    ratios: Mapping[str, float | None]
    """Demand over capacity by the identity of the finding; None where it is unknown or endless."""

    def knows(self, finding: Finding) -> bool:
        """Whether the finding was there already."""
        return finding.identity in self.ratios

    def has_grown(self, finding: Finding) -> bool:
        """Whether a known finding is worse than it was."""
        before, now = self.ratios.get(finding.identity), finding.ratio
        if before is None or now is None:
            return False
        return now > before * (1 + TOLERANCE)


def read_baseline(path: Path, hub: str) -> Baseline:
    """The baseline in a JSON report of the same hub.

    Raises:
        PlanError: when the file isn't one.
    """
    try:
        read = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        _refuse(str(path), error.strerror or str(error), "a readable file", "check the path and its rights")
    except UnicodeDecodeError:
        _refuse(str(path), "bytes that are not UTF-8 text", "a JSON report")
    except json.JSONDecodeError as error:
        advice = "the file is cut short or no JSON: write it anew with --json"
        _refuse(f"{path}:{error.lineno}", error.msg, "a JSON report", advice)
    report = _report_in(read, path)
    if report.get("hub") != hub:
        advice = "compare a hub with itself"
        _refuse(str(path), f"a report on the hub {report.get('hub')!r}", f"one on {hub!r}", advice)
    if is_old(report):
        words = f"{path} is a report of version {report[KEY]}; this version reads it, the next one will not: "
        warnings.warn(words + "write it anew with --json", OldName, stacklevel=2)
    try:
        return Baseline(source=str(path), hub=hub, ratios=_ratios(in_current_words(report)))
    except (KeyError, TypeError, AttributeError):
        _refuse(str(path), "findings without rule, subject, phase or verdict", "the findings of a JSON report")


def _report_in(read: Any, path: Path) -> dict[str, Any]:
    """The report in what `petaplan check --format json` or `petaplan gate --json` wrote."""
    report = read.get("report", read) if isinstance(read, dict) else None
    if not isinstance(report, dict) or KEY not in report:
        _refuse(str(path), "no report", f"a JSON report with the field {KEY!r}", "write it with --json")
    version = report[KEY]
    if not isinstance(version, int) or version > VERSION:
        advice = "the report is newer than this petaplan: upgrade"
        _refuse(str(path), f"version {version!r} of a report", f"at most {VERSION}", advice)
    return report


def _ratios(report: Mapping[str, Any]) -> dict[str, float | None]:
    return {
        f"{one['rule']}:{one['subject']}:{one['phase']}": one.get("ratio")
        for one in report["findings"]
        if one["verdict"] in (Verdict.SHORTFALL, Verdict.UNKNOWN)
    }


def grown(baseline: Baseline, finding: Finding) -> Finding:
    """What is said of a known finding that is worse than it was."""
    before = baseline.ratios[finding.identity] or 0.0
    return replace(
        finding,
        rule=GROWN.id,
        verdict=GROWN.severity,
        subject=f"{finding.subject}/{finding.rule}",
        demand=finding.ratio,
        capacity=before,
        unit="of capacity",
        formula=GROWN.formula,
        inputs=(),
        hint=f"The baseline has {number(before)} times the capacity: a waiver can limit it, the baseline cannot",
        note="",
    )


def _refuse(where: str, found: str, expected: str, advice: str = "") -> NoReturn:
    raise PlanError([Problem(where=where, found=found, expected=expected, advice=advice)])

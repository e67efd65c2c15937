"""A baseline: the shortfalls that an earlier report has, so that only new ones fail."""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from petaplan.capacity.claims import Claim
from petaplan.capacity.document.confined import refuse_leaving
from petaplan.capacity.document.marked import Marked, Path_, dotted, read_json
from petaplan.capacity.document.strict import shown
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.findings import TOLERANCE, Finding, Input, Verdict
from petaplan.capacity.report.json import KEY, VERSION
from petaplan.capacity.rule import judge
from petaplan.capacity.verdict.report_versions import in_current_words, is_old
from petaplan.capacity.verdict.rules import GROWN, STALE, amounts
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
        PlanError: when the file isn't one; with every member that is not as a report has it, by its line.
    """
    refuse_leaving(path)
    return baseline_in(read_json(path), hub)


def baseline_in(marked: Marked, hub: str) -> Baseline:
    """The baseline in marked values.

    Raises:
        PlanError: as ``read_baseline``.
    """
    try:
        return _baseline(marked, hub)
    except PlanError:
        return _baseline(marked.with_lines(), hub)  # refuses it again, with lines


def _baseline(marked: Marked, hub: str) -> Baseline:
    if marked.problems:
        advice = "where the file is cut short or no JSON, write it anew with --json"
        raise PlanError(marked.told_as("a JSON report", advice))
    report, place = _report_in(marked)
    if report["hub"] != hub:
        advice = "compare a hub with itself"
        _refuse(marked.where(place), f"a report on the hub {shown(report['hub'])}", f"one on {hub!r}", advice)
    if is_old(report):
        words = f"{marked.file} is a report of version {report[KEY]}; this version reads it, the next one will not: "
        warnings.warn(words + "write it anew with --json", OldName, stacklevel=3)
    marked.problems.extend(_unlike_findings(report.get("findings"), marked, (*place, "findings")))
    if marked.problems:
        raise PlanError(marked.problems)
    return Baseline(source=marked.file, hub=hub, ratios=_ratios(in_current_words(report)))


def _report_in(marked: Marked) -> tuple[dict[str, Any], Path_]:
    """The report in what `petaplan check --format json` or `petaplan gate --json` wrote, and its path there."""
    place: Path_ = () if KEY in marked.members else ("report",)
    report = marked.value if not place else marked.members.get("report")
    if not isinstance(report, dict) or KEY not in report:
        _refuse(marked.where(()), "no report", f"a JSON report with the field {KEY!r}", "write it with --json")
    version = report[KEY]
    if not _is_number(version) or not isinstance(version, int) or not 1 <= version <= VERSION:
        newer = isinstance(version, int) and version > VERSION
        advice = "the report is newer than this petaplan: upgrade" if newer else "write it anew with --json"
        found = f"version {shown(version)} of a report"
        _refuse(marked.where((*place, KEY)), found, f"a version from 1 to {VERSION}", advice)
    report.setdefault("hub", None)
    return report, place


def _unlike_findings(findings: object, marked: Marked, place: Path_) -> Iterator[Problem]:
    """What in the findings of a report no report has."""
    if not isinstance(findings, list):
        yield _unlike(marked, place, findings, "a list")
        return
    for at, one in enumerate(findings):
        if not isinstance(one, dict):
            yield _unlike(marked, (*place, at), one, "an object")
            continue
        for name in ("rule", "subject", "phase", "verdict"):
            if not isinstance(one.get(name), str):
                yield _unlike(marked, (*place, at, name), one.get(name), "a text")
        ratio = one.get("ratio")
        if ratio is not None and not (_is_number(ratio) and ratio >= 0):
            yield _unlike(marked, (*place, at, "ratio"), ratio, "a number of 0 or more, or null")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unlike(marked: Marked, path: Path_, found: object, expected: str) -> Problem:
    where = f"{marked.where(path)}: {dotted(path)}"
    expected = f"{expected}, as in the findings of a JSON report"
    return Problem(where=where, found=shown(found), expected=expected, advice="write it anew with --json")


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
        inputs=(*amounts(finding), Input("ratio in the baseline", before, "of capacity", "baseline")),
        hint=f"The baseline has {number(before)} times the capacity: a waiver can limit it, the baseline cannot",
        note="",
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a baseline, as the subject of a finding."""

    name: str


def stale(baseline: Baseline, findings: Iterable[Finding]) -> Iterator[Finding]:
    """What is said of each entry that no finding needs: it would forgive the same shortfall when it comes back."""
    needed = {one.identity for one in findings if one.verdict is not Verdict.PASS}
    for identity in sorted(baseline.ratios.keys() - needed):
        rule, _, rest = identity.partition(":")
        subject, _, phase = rest.rpartition(":")
        hint = f"No finding needs it: write {baseline.source} anew with --json"
        claim = Claim(
            subject=_Entry(f"{subject}/{rule}"),
            demand=1,
            capacity=0,
            unit="entry without a finding",
            inputs=(Input("findings of the entry", 0, "findings", "this report"),),
            hint=hint,
        )
        yield judge(STALE, claim, phase)


def _refuse(where: str, found: str, expected: str, advice: str = "") -> NoReturn:
    raise PlanError([Problem(where=where, found=found, expected=expected, advice=advice)])

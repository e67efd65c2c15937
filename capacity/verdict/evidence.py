"""Evidence behind a verdict: the files with their hashes, and the measured share that is missing."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from petaplan.capacity.check_report import Report
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.measurement import NONE, Evidence
from petaplan.capacity.verdict.rules import MEASURED
from petaplan.input_files import read_bounded


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceSet:
    """The evidence that a verdict was given with, and how much of it was asked for."""

    files: tuple[tuple[str, str], ...] = ()
    """Each file as it was named, with the SHA-256 of its bytes, in the order of the names."""
    evidence: Evidence = NONE
    required: float | None = None
    """Least part of each target's petaflops that has to be measured, 0 to 1."""

    @property
    def refusals(self) -> tuple[str, ...]:
        """Each row that may not calibrate a plan, and why."""
        return tuple(f"{refusal.file}: {refusal.row}: {refusal.reason}" for refusal in self.evidence.refusals)


NO_EVIDENCE = EvidenceSet()


def evidence_set(paths: Iterable[Path], required: float | None = None, models: Iterable[str] = ()) -> EvidenceSet:
    """The evidence in some files; advice names ``models``, the accelerators of the plan.

    Raises:
        EvidenceError: with every fault of every file.
    """
    given = sorted(str(path) for path in paths)
    if not given:
        return EvidenceSet(required=required)
    from petaplan.capacity.throughput.evidence import read_evidence

    read = read_evidence(given, load(), models)
    return EvidenceSet(
        files=tuple((path, digest(path)) for path in dict.fromkeys(given)), evidence=read, required=required
    )


def digest(path: Path | str) -> str:
    """The SHA-256 of a file's bytes.

    Raises:
        OSError: when it can't be read.
    """
    from petaplan.capacity.throughput.evidence import MOST_BYTES

    return hashlib.sha256(read_bounded(path, MOST_BYTES)).hexdigest()


def measured_findings(report: Report, required: float | None) -> tuple[Finding, ...]:
    """For each target whether as much of it is measured as is required; none where nothing is."""
    if not required:
        return ()
    shares = {share.target: share.fraction for share in report.measured}
    places = {finding.subject: finding.place for finding in report.findings if finding.kind == "Target"}
    phases = {target: phase.name for phase in report.phases for target in phase.targets}
    return tuple(
        Finding(
            rule=MEASURED.id,
            verdict=MEASURED.severity if shares.get(target, 0.0) < required else Verdict.PASS,
            kind="Target",
            subject=target,
            phase=phases.get(target, ""),
            demand=_percent(required),
            capacity=_percent(shares.get(target, 0.0)),
            unit="% measured",
            formula=MEASURED.formula,
            inputs=(),
            hint="Measure its devices with petaplan-bench and give the files with --evidence",
            missing=(),
            note="",
            place=places.get(target),
        )
        for target in (basis.target for basis in report.bases)
    )


def lacking(report: Report, required: float | None) -> tuple[str, ...]:
    """Each target of which less is measured than is required, in words."""
    return tuple(
        f"{one.subject}: {one.capacity:g}% of its petaflops is measured; expected at least {one.demand:g}%. {one.hint}"
        for one in measured_findings(report, required)
        if one.verdict is not Verdict.PASS
    )


def _percent(fraction: float) -> float:
    """A share rounded down, so that just too little never reads like enough.

    >>> _percent(0.5), _percent(0.49996), _percent(0.123)
    (50.0, 49.9, 12.3)
    """
    return int(round(fraction * 1000, 6)) / 10


def percent(fraction: float) -> str:
    """A share in words, rounded down.

    >>> percent(0.49996)
    '49.9 %'
    """
    return f"{_percent(fraction):g} %"

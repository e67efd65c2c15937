"""Evidence behind a verdict: the files with their hashes, and the measured share that is missing."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from petaplan.capacity.check_report import Report
from petaplan.capacity.facts.catalog import Catalogue, load
from petaplan.capacity.findings import Finding, Input, Verdict
from petaplan.capacity.measurement import NONE, Evidence
from petaplan.capacity.verdict.rules import MEASURED

if TYPE_CHECKING:
    from petaplan.capacity.throughput.trusted_keys import TrustedKeys


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceSet:
    """The evidence that a verdict was given with, and how much of it was asked for."""

    evidence: Evidence = NONE
    required: float | None = None
    """Least part of each target's petaflops that has to be measured, 0 to 1."""
    trusted: "TrustedKeys | None" = None
    """Keys of which one had to sign each file."""

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Each file as it was named, with the SHA-256 of its bytes, in the order of the names."""
        return tuple((file.name, file.sha256) for file in self.evidence.files)

    @property
    def keys(self) -> str:
        """The hash of the trusted keys and of who signed each file; `none` where no signature is asked for."""
        return keys_hash({file.sha256: file.key for file in self.evidence.files}, self.trusted)

    @property
    def refusals(self) -> tuple[str, ...]:
        """Each row that may not calibrate a plan, and why."""
        return tuple(f"{refusal.file}: {refusal.row}: {refusal.reason}" for refusal in self.evidence.refusals)


NO_EVIDENCE = EvidenceSet()


def evidence_set(
    paths: Iterable[Path],
    required: float | None = None,
    models: Iterable[str] = (),
    trusted_keys: Path | None = None,
    catalogue: Catalogue | None = None,
) -> EvidenceSet:
    """The evidence in some files and folders; advice names ``models``, the accelerators of the plan.

    The accelerators are those of ``catalogue``, or of the shipped one.

    With ``trusted_keys``, a file of public keys, only files count that one of them signed.

    Raises:
        EvidenceError: with every fault of every file.
    """
    given = sorted(str(path) for path in paths)
    if not given and trusted_keys is None:
        return EvidenceSet(required=required)
    from petaplan.capacity.throughput.evidence import read_evidence
    from petaplan.capacity.throughput.trusted_keys import read_trusted_keys

    trusted = read_trusted_keys(trusted_keys) if trusted_keys is not None else None
    return EvidenceSet(
        evidence=read_evidence(given, catalogue or load(), models, trusted=trusted), required=required, trusted=trusted
    )


def keys_hash(signed: Mapping[str, str], trusted: "TrustedKeys | None") -> str:
    """The hash of some trusted keys and of the ids of the keys that signed files, by the files' SHA-256."""
    if trusted is None:
        return "none"
    spelt = json.dumps([trusted.identity, sorted(signed.items())])
    return hashlib.sha256(spelt.encode()).hexdigest()


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
            inputs=(
                Input("required share", required, "fraction", "--require-evidence"),
                Input("measured share", shares.get(target, 0.0), "fraction", "evidence files"),
            ),
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

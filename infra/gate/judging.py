"""The subject of the gate: a plan that it reads, or the resources in the graph of a stack."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from petaplan.capacity.check import check
from petaplan.capacity.check_report import Report
from petaplan.capacity.document.apart import read_hub_apart
from petaplan.capacity.document.source import is_file_name
from petaplan.capacity.errors import DeclarationError, PlanError
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.facts.layers import catalogue_of, in_project
from petaplan.capacity.findings import Finding
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Location
from petaplan.capacity.report.places import from_root
from petaplan.capacity.resolving import models_told_too
from petaplan.capacity.slice import up_to
from petaplan.capacity.verdict.evidence import NO_EVIDENCE, EvidenceSet
from petaplan.capacity.verdict.judgement import Judgement
from petaplan.infra.collect import collect, in_order
from petaplan.infra.gate.preview import Preview, previewed
from petaplan.infra.stack_settings import stack_catalogues, stack_settings

NOT_KNOWN_YET = "a value that isn't known yet"
"""What ``collect`` finds in place of a value that only the update will know."""


EvidenceOf = Callable[[Catalogue], EvidenceSet]
"""The evidence that was given, of the devices of a catalogue."""


def no_evidence(_catalogue: Catalogue) -> EvidenceSet:
    """No evidence, whatever the catalogue."""
    return NO_EVIDENCE


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedHub:
    """A hub with the report on it; where values aren't known yet, only the reasons why nobody can tell."""

    hub: Hub | None
    report: Report
    policies: tuple[Finding, ...] = ()
    cannot_tell: tuple[str, ...] = ()
    fallback: Location | None = None
    stack: str = ""
    catalogue: Catalogue | None = None
    """The catalogue that it was judged by."""
    evidence: EvidenceSet = NO_EVIDENCE
    """What it was judged with."""

    def apply(self, judgement: Judgement, basis: str) -> Judgement:
        """The judgement with what was judged, on what basis, and what can't be told; its places seen from the root."""
        cannot_tell = (*self.cannot_tell, *judgement.cannot_tell)
        return from_root(replace(judgement, cannot_tell=cannot_tell, stack=self.stack, basis=basis))


def judge_plan(
    plan: str, *, strict: bool, evidence: EvidenceOf = no_evidence, layers: Sequence[Path] = ()
) -> JudgedHub:
    """A plan file, or a plan in a module.

    Raises:
        PlanError: when it isn't a valid plan.
    """
    with models_told_too(layers):
        hub = read_hub_apart(plan)
    catalogue = catalogue_of(hub, layers)
    place = Location(file=plan, line=1) if Path(plan).is_file() else hub.declared_at
    return _judged(hub, catalogue, strict=strict, evidence=evidence, fallback=place)


def project_file(folder: Path) -> Location:
    """Where findings of a graph are shown whose declaration is nobody's line."""
    return Location(file=str(folder / "Pulumi.yaml"), line=1)


def _judged(
    hub: Hub,
    catalogue: Catalogue,
    *,
    strict: bool,
    evidence: EvidenceOf,
    fallback: Location | None,
    stack: str = "",
    policies: tuple[Finding, ...] = (),
) -> JudgedHub:
    given = evidence(catalogue)
    report = check(hub, catalogue, strict=strict, evidence=given.evidence)
    return JudgedHub(
        hub=hub,
        report=report,
        policies=policies,
        fallback=fallback,
        stack=stack,
        catalogue=catalogue,
        evidence=given,
    )


def judge_declared(
    stack: str, folder: Path, *, strict: bool, evidence: EvidenceOf = no_evidence, layers: Sequence[Path] = ()
) -> JudgedHub | None:
    """The plan that the settings of a stack name; None where they name none that can be read.

    A graph that holds just this plan has the same report, and its findings have lines.
    """
    try:
        hub = declared_hub(stack, folder)
        catalogue = catalogue_of(hub, layers, folder)
        return _judged(hub, catalogue, strict=strict, evidence=evidence, fallback=project_file(folder), stack=stack)
    except (DeclarationError, OSError):
        return None


def judge_graph(
    seen: Preview,
    declared: JudgedHub | None,
    folder: Path,
    *,
    strict: bool,
    evidence: EvidenceOf = no_evidence,
    layers: Sequence[Path] = (),
) -> JudgedHub:
    """The hub in the graph of a stack, whoever declared it; ``declared`` itself where the graph holds just that.

    Its catalogues lie below ``folder``, that of the project.

    Raises:
        PlanError: when the graph holds no valid hub.
    """
    nothing = _nothing_known(seen, strict)
    judged = JudgedHub(
        hub=None, report=nothing, policies=seen.policies, fallback=project_file(folder), stack=seen.stack
    )
    try:
        with models_told_too(layers, folder):
            hub = collect(seen.records, folder)
    except PlanError as error:
        if not all(problem.found == NOT_KNOWN_YET for problem in error.problems):
            raise
        reasons = tuple(f"{problem.where} {problem.found}" for problem in error.problems)
        return replace(judged, cannot_tell=reasons)
    if declared is not None and declared.hub is not None and in_order(declared.hub) == hub:
        return replace(declared, policies=seen.policies) if seen.policies else declared
    return _judged(
        hub,
        catalogue_of(hub, layers, folder),
        strict=strict,
        evidence=evidence,
        fallback=project_file(folder),
        stack=seen.stack,
        policies=seen.policies,
    )


def hub_in_graph(stack: str, folder: Path) -> Hub:
    """The hub that an update of the stack would leave.

    Raises:
        PlanError: when the graph holds no valid hub, or not every value is known.
        EngineError: when the preview fails for a reason of its own.
    """
    return collect(previewed(stack, folder).records, folder)


def declared_hub(stack: str, folder: Path) -> Hub:
    """The plan of a stack, as its settings and the project's defaults name it.

    Raises:
        PlanError: when it can't be read.
    """
    settings = stack_settings(stack, folder)
    plan = settings.get("petaplan:hub") or "infra.hong_kong:hub"
    declared = read_hub_apart(os.path.relpath(folder / plan)) if is_file_name(plan) else read_hub_apart(plan, folder)
    hub = in_project(declared, stack_catalogues(stack, folder), folder)
    phase = settings.get("petaplan:phase")
    return up_to(hub, phase) if phase else hub


def _nothing_known(seen: Preview, strict: bool) -> Report:
    """The report on a hub of which too little is known to ask any rule."""
    from petaplan.capacity.findings import Verdict

    names = [record.name for record in seen.records if record.token == "petaplan:index:Hub"]
    return Report(
        hub=names[0] if len(names) == 1 else seen.stack,
        verdict=Verdict.UNKNOWN,
        strict=strict,
        phases=(),
        findings=(),
        bases=(),
        assumptions=(),
        assumed_figures=(),
    )

"""One run of the gate: judge, apply waivers and baseline, write everything or nothing."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from petaplan.capacity.errors import DeclarationError
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.gate import GateResult
from petaplan.capacity.report.kinds import GATE
from petaplan.capacity.verdict.alike import alike_findings
from petaplan.capacity.verdict.baseline import read_baseline
from petaplan.capacity.verdict.evidence import EvidenceSet, evidence_set
from petaplan.capacity.verdict.judgement import Judgement, judge_report
from petaplan.capacity.verdict.policy import NO_POLICY
from petaplan.capacity.verdict.waivers import Waiver, of_plans, read_waivers
from petaplan.infra.gate.approval import Approval, hashes_of, policy_hash, until_day, write_approval
from petaplan.infra.gate.asked_before import named_by_stack
from petaplan.infra.gate.engine import RunningPreview
from petaplan.infra.gate.judging import EvidenceOf, JudgedHub, judge_declared, judge_graph, judge_plan
from petaplan.infra.gate.options import GateOptions
from petaplan.infra.gate.preview import seen_in
from petaplan.infra.stack_settings import stack_settings
from petaplan.reporting.publishing import OutputRequest, Texts, publish_texts, rendered
from petaplan.reporting.registry import Rendering

"""Exit code of a plan that falls short."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GateInputs:
    """What a report is held against besides the rules."""

    waivers: Sequence[Waiver]
    evidence: EvidenceOf


@dataclass(frozen=True, kw_only=True, slots=True)
class GateOutcome:
    """A judgement with its outputs, none of them written yet."""

    judged: JudgedHub
    judgement: Judgement
    texts: Texts


def run(options: GateOptions, requests: Sequence[OutputRequest], running: RunningPreview | None) -> int:
    """The exit code: 0 it may land, 1 it falls short, 4 nobody can tell.

    Raises:
        PlanError: for bad input of any kind; nothing is written then.
        EngineError: when the preview fails for a reason of its own; nothing is written then.
    """
    options = options.with_policy()
    waivers = read_waivers(options.waivers) if options.waivers else ()
    inputs = GateInputs(waivers=waivers, evidence=_evidence_of(options))
    if running is None:
        judged = judge_plan(
            options.plan or "", strict=options.strict, evidence=inputs.evidence, layers=options.catalogues
        )
        outcome = _outcome(options, requests, inputs, judged)
    else:
        outcome = _outcome_of_graph(options, requests, inputs, running)
    approved = []
    if options.save is not None and outcome.judgement.exit_code == 0 and outcome.judged.hub is not None:
        approved = [(options.save, _approval(options, outcome.judged, outcome.judged.hub, outcome.judgement))]
    publish_texts(GATE, outcome.texts, [*approved, *_badge(options, outcome.judgement)])
    if options.save is not None and not approved:
        sys.stderr.write(f"not approved: {options.save} was not written\n")
    return outcome.judgement.process_exit_code


def _badge(options: GateOptions, judgement: Judgement) -> Iterator[tuple[Path, str]]:
    """The file that shows the badge, with its line renewed."""
    if options.badge is not None:
        from petaplan.capacity.report.badge import write_badge
        from petaplan.reporting.marked_lines import renewed

        yield options.badge, renewed(options.badge, write_badge(judgement))


def _evidence_of(options: GateOptions) -> EvidenceOf:
    """The evidence of the options, read once for each catalogue."""
    read: dict[int, tuple[Catalogue, EvidenceSet]] = {}

    def of(catalogue: Catalogue) -> EvidenceSet:
        if id(catalogue) not in read:
            keys = options.trusted_keys
            found = evidence_set(options.evidence, options.required, trusted_keys=keys, catalogue=catalogue)
            read[id(catalogue)] = (catalogue, found)
        return read[id(catalogue)][1]

    return of


def _outcome_of_graph(
    options: GateOptions, requests: Sequence[OutputRequest], inputs: GateInputs, running: RunningPreview
) -> GateOutcome:
    """Judgement of the graph. It is computed on the declared plan while the engine works, because both are mostly
    equal.
    """
    stack = options.stack or ""
    evidence, layers = inputs.evidence, options.catalogues
    declared = judge_declared(stack, options.folder, strict=options.strict, evidence=evidence, layers=layers)
    ready = None
    if declared is not None:
        with contextlib.suppress(DeclarationError):  # told when it is true of the graph too
            ready = _outcome(options, requests, inputs, declared)
    seen = seen_in(running.result(), stack)
    judged = judge_graph(seen, declared, options.folder, strict=options.strict, evidence=evidence, layers=layers)
    return ready if ready is not None and judged is ready.judged else _outcome(options, requests, inputs, judged)


def _outcome(
    options: GateOptions, requests: Sequence[OutputRequest], inputs: GateInputs, judged: JudgedHub
) -> GateOutcome:
    baseline = read_baseline(options.baseline, judged.report.hub) if options.baseline else None
    judgement = judged.apply(
        judge_report(
            judged.report,
            waivers=of_plans(inputs.waivers),
            evidence=judged.evidence,
            today=options.today,
            baseline=baseline,
            others=(*judged.policies, *alike_findings(judged.hub, judged.catalogue)),
            fallback=judged.fallback,
            policy=replace(options.policy or NO_POLICY, soft_fail=options.shows_only),
        ),
        options.basis,
    )
    result = GateResult(judgement=judgement)
    if options.base is not None:
        from petaplan.infra.gate.base import compared

        result = compared(options, judged, judgement, waivers=inputs.waivers, plan=_plan_name(options))
    texts = rendered(GATE, result, requests, Rendering(limit_bytes=options.markdown_limit_bytes))
    return GateOutcome(judged=judged, judgement=result.judgement, texts=texts)


def _approval(options: GateOptions, judged: JudgedHub, hub: Hub, judgement: Judgement) -> str:
    """What `petaplan up --approved` holds the world against; the state is the one before the preview."""
    waivers = str(options.waivers) if options.waivers else None
    baseline = str(options.baseline) if options.baseline else None
    settings = stack_settings(judged.stack, options.folder)
    return write_approval(
        Approval(
            stack=judged.stack,
            hub=hub.name,
            on=options.today.isoformat(),
            until=until_day(waiver.expires for waiver in judgement.waivers.values()),
            waivers=waivers,
            baseline=baseline,
            strict=options.strict,
            evidence=dict(judgement.evidence.files),
            require_evidence=options.required,
            trusted_keys=str(options.trusted_keys) if options.trusted_keys else None,
            catalogues=tuple(str(path) for path in options.catalogues),
            policy=str(options.policy_file) if options.policy_file else None,
            hashes=hashes_of(
                hub,
                settings={**settings, **policy_hash(options.policy_file)},
                state=options.state,
                waivers=waivers,
                baseline=baseline,
                keys=judgement.evidence.keys,
                catalogue=judged.catalogue,
            ),
        )
    )


def _plan_name(options: GateOptions) -> str:
    """The plan as the base revision calls it."""
    if options.plan is not None:
        return options.plan
    return named_by_stack(stack_settings(options.stack or "", options.folder), options.folder)

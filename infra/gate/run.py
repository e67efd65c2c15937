"""One run of the gate: judge, hold against what was accepted, write everything or nothing."""

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from petaplan.capacity.errors import DeclarationError
from petaplan.capacity.hub import Hub
from petaplan.capacity.report.gate import GateResult
from petaplan.capacity.report.kinds import GATE
from petaplan.capacity.verdict.baseline import read_baseline
from petaplan.capacity.verdict.evidence import Used, used
from petaplan.capacity.verdict.judgement import Judgement, judge_report
from petaplan.capacity.verdict.waivers import Waiver, read_waivers
from petaplan.infra.gate.approval import Approval, hashes_of, until_day, write_approval
from petaplan.infra.gate.asked import Asked
from petaplan.infra.gate.engine import Running
from petaplan.infra.gate.judging import Judged, judge_declared, judge_graph, judge_plan
from petaplan.infra.gate.preview import seen_in
from petaplan.infra.stack_settings import stack_settings
from petaplan.reporting.publishing import OutputRequest, Texts, publish_texts, rendered
from petaplan.reporting.registry import Rendering


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What a report is held against besides the rules."""

    waivers: Sequence[Waiver]
    evidence: Used


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A judgement with its outputs, none of them written yet."""

    judged: Judged
    judgement: Judgement
    texts: Texts


def run(asked: Asked, requests: Sequence[OutputRequest], running: Running | None) -> int:
    """The exit code: 0 it may land, 1 it falls short, 4 nobody can tell.

    Raises:
        PlanError: for bad input of any kind; nothing is written then.
        EngineError: when the preview fails for a reason of its own; nothing is written then.
    """
    waivers = read_waivers(asked.waivers) if asked.waivers else ()
    given = Given(waivers=waivers, evidence=used(asked.evidence, asked.required))
    if running is None:
        judged = judge_plan(asked.plan or "", strict=asked.strict, evidence=given.evidence.evidence)
        made = _made(asked, requests, given, judged)
    else:
        made = _made_of_graph(asked, requests, given, running)
    approved = []
    if asked.save is not None and made.judgement.exit_code == 0 and made.judged.hub is not None:
        approved = [(asked.save, _approval(asked, made.judged, made.judged.hub, made.judgement))]
    publish_texts(GATE, made.texts, approved)
    if asked.save is not None and not approved:
        sys.stderr.write(f"not approved: {asked.save} was not written\n")
    return made.judgement.exit_code


def _made_of_graph(asked: Asked, requests: Sequence[OutputRequest], given: Given, running: Running) -> Made:
    """What the graph comes to; worked out on the declared plan while the engine is busy, for it mostly is the same."""
    stack = asked.stack or ""
    evidence = given.evidence.evidence
    declared = judge_declared(stack, asked.folder, strict=asked.strict, evidence=evidence)
    ready = None
    if declared is not None:
        with contextlib.suppress(DeclarationError):  # told when it is true of the graph too
            ready = _made(asked, requests, given, declared)
    judged = judge_graph(seen_in(running.result(), stack), declared, strict=asked.strict, evidence=evidence)
    return ready if ready is not None and judged is ready.judged else _made(asked, requests, given, judged)


def _made(asked: Asked, requests: Sequence[OutputRequest], given: Given, judged: Judged) -> Made:
    baseline = read_baseline(asked.baseline, judged.report.hub) if asked.baseline else None
    judgement = judged.apply(
        judge_report(
            judged.report,
            waivers=given.waivers,
            evidence=given.evidence,
            today=asked.today,
            baseline=baseline,
            others=judged.policies,
            fallback=judged.fallback,
        ),
        asked.basis,
    )
    change = None
    if asked.base is not None and judged.hub is not None:
        from petaplan.capacity.verdict.comparison import against

        change = against(asked.base, _plan_name(asked), judged.hub, given.evidence)
    result = GateResult(judgement=judgement, difference=change)
    texts = rendered(GATE, result, requests, Rendering(limit_bytes=asked.markdown_limit_bytes))
    return Made(judged=judged, judgement=judgement, texts=texts)


def _approval(asked: Asked, judged: Judged, hub: Hub, judgement: Judgement) -> str:
    """What `petaplan up --approved` holds the world against; the state is the one before the preview."""
    waivers = str(asked.waivers) if asked.waivers else None
    baseline = str(asked.baseline) if asked.baseline else None
    settings = stack_settings(judged.stack, asked.folder)
    return write_approval(
        Approval(
            stack=judged.stack,
            hub=hub.name,
            on=asked.today.isoformat(),
            until=until_day(waiver.expires for waiver in judgement.waivers.values()),
            waivers=waivers,
            baseline=baseline,
            strict=asked.strict,
            evidence=dict(judgement.evidence.files),
            require_evidence=asked.required,
            hashes=hashes_of(hub, settings=settings, state=asked.state, waivers=waivers, baseline=baseline),
        )
    )


def _plan_name(asked: Asked) -> str:
    """The plan as the base revision calls it."""
    if asked.plan is not None:
        return asked.plan
    return stack_settings(asked.stack or "", asked.folder).get("petaplan:hub") or "infra.hong_kong:hub"

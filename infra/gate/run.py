"""One run of the gate: judge, hold against what was accepted, write everything or nothing."""

import sys
from collections.abc import Sequence

from capacity.baseline import read_baseline
from capacity.hub import Hub
from capacity.judgement import Judgement, judge_report
from capacity.report.outputs import write_outputs
from capacity.report.wanted import Wanted
from capacity.waivers import read_waivers
from capacity.writing import write_whole
from infra.gate.approval import Approval, hashes_of, until_day, write_approval
from infra.gate.asked import Asked
from infra.gate.engine import Running
from infra.gate.judging import Judged, judge_plan, judge_stack, stack_settings


def run(asked: Asked, wanted: Sequence[Wanted], running: Running | None) -> int:
    """The exit code: 0 it may land, 1 it falls short, 4 nobody can tell.

    Raises:
        PlanError: for bad input of any kind; nothing is written then.
        EngineError: when the preview fails for a reason of its own; nothing is written then.
    """
    waivers = read_waivers(asked.waivers) if asked.waivers else ()
    if running is not None:
        judged = judge_stack(running, asked.stack or "", asked.folder, strict=asked.strict)
    else:
        judged = judge_plan(asked.plan or "", strict=asked.strict)
    baseline = read_baseline(asked.baseline, judged.report.hub) if asked.baseline else None
    judgement = judged.apply(
        judge_report(
            judged.report,
            waivers=waivers,
            today=asked.today,
            baseline=baseline,
            others=judged.policies,
            fallback=judged.fallback,
        )
    )
    change = None
    if asked.base is not None and judged.hub is not None:
        from capacity.comparison import against

        change = against(asked.base, _plan_name(asked), judged.hub)
    write_outputs(wanted, judgement, change, markdown_limit_bytes=asked.markdown_limit_bytes)
    if asked.save is not None and judgement.exit_code == 0 and judged.hub is not None:
        write_whole(asked.save, _approval(asked, judged, judged.hub, judgement))
    elif asked.save is not None:
        sys.stderr.write(f"not approved: {asked.save} was not written\n")
    return judgement.exit_code


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
            hashes=hashes_of(hub, settings=settings, state=asked.state, waivers=waivers, baseline=baseline),
        )
    )


def _plan_name(asked: Asked) -> str:
    """The plan as the base revision calls it."""
    if asked.plan is not None:
        return asked.plan
    return stack_settings(asked.stack or "", asked.folder).get("petaplan:hub") or "infra.hong_kong:hub"

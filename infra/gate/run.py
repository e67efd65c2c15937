"""One run of the gate: judge, hold against what was accepted, write everything or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from capacity.baseline import read_baseline
from capacity.errors import PlanError, Problem
from capacity.hub import Hub
from capacity.judgement import Judgement, judge_report
from capacity.report.outputs import Wanted, write_outputs
from capacity.waivers import read_waivers
from capacity.writing import write_whole
from infra.gate.approval import Approval, hashes_of, until_day, write_approval
from infra.gate.engine import ask
from infra.gate.judging import Judged, judge_plan, judge_stack, stack_settings
from infra.gate.state import exported, state_hash
from infra.project import project_folder


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the gate was asked to judge, and against what."""

    plan: str | None
    stack: str | None
    base: str | None
    waivers: Path | None
    baseline: Path | None
    today: date
    strict: bool
    packs: tuple[Path, ...]
    save: Path | None
    markdown_limit_bytes: int
    folder: Path


def run(asked: Asked, wanted: Sequence[Wanted]) -> int:
    """The exit code: 0 it may land, 1 it falls short, 4 nobody can tell.

    Raises:
        PlanError: for bad input of any kind; nothing is written then.
        EngineError: when the preview fails for a reason of its own; nothing is written then.
    """
    waivers = read_waivers(asked.waivers) if asked.waivers else ()
    if asked.save is not None and asked.plan is not None:
        _refuse("--save", "a plan", "a stack", "an approval binds the state of a stack: leave the plan out")
    judged = _judged(asked)
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

        change = against(asked.base, _plan_name(asked, judged), judged.hub)
    write_outputs(wanted, judgement, change, markdown_limit_bytes=asked.markdown_limit_bytes)
    if asked.save is not None and judgement.exit_code == 0 and judged.hub is not None:
        write_whole(asked.save, _approval(asked, judged, judged.hub, judgement))
    return judgement.exit_code


def _approval(asked: Asked, judged: Judged, hub: Hub, judgement: Judgement) -> str:
    """What `petaplan up --approved` holds the world against; the state is the one before the preview."""
    folder = project_folder(asked.folder)
    waivers, baseline = _path(asked.waivers), _path(asked.baseline)
    settings = stack_settings(judged.stack, folder)
    hashes = hashes_of(hub, settings=settings, state=judged.state, waivers=waivers, baseline=baseline)
    return write_approval(
        Approval(
            stack=judged.stack,
            hub=hub.name,
            on=asked.today.isoformat(),
            until=until_day(waiver.expires for waiver in judgement.waivers.values()),
            waivers=waivers,
            baseline=baseline,
            strict=asked.strict,
            hashes=hashes,
        )
    )


def _path(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _judged(asked: Asked) -> Judged:
    if asked.plan is not None:
        if asked.packs:
            _refuse("--policy-pack", "a plan", "a stack", "policy packs run in the preview of a stack")
        return judge_plan(asked.plan, strict=asked.strict)
    folder = project_folder(asked.folder)
    if not (folder / "Pulumi.yaml").is_file():
        _refuse(str(asked.folder), "no Pulumi.yaml", "a project, or a plan to judge", "name the plan")
    for pack in asked.packs:
        if not pack.exists():
            _refuse(f"--policy-pack {pack}", "nothing", "a folder or an executable", "check the path")
    stack = asked.stack or ask(["stack", "--show-name"], folder).strip()
    state = state_hash(exported(stack, folder)) if asked.save is not None else ""
    return replace(judge_stack(stack, folder, asked.packs, strict=asked.strict), state=state)


def _plan_name(asked: Asked, judged: Judged) -> str:
    """The plan as the base revision calls it."""
    if asked.plan is not None:
        return asked.plan
    return stack_settings(judged.stack, project_folder(asked.folder)).get("petaplan:hub") or "infra.hong_kong:hub"


def _refuse(where: str, found: str, expected: str, advice: str) -> None:
    raise PlanError([Problem(where=where, found=found, expected=expected, advice=advice)])

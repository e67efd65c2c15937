"""A preview of a stack by its events: the resources in the graph, and findings of other policies."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi.automation import EngineEvent  # loaded while the engine works, not when its first event is read

from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.findings import Finding, Verdict
from petaplan.infra.gate.engine import MOST_REASONS, NO_STACK, EngineError, PreviewRun
from petaplan.infra.gate.starting import started_preview
from petaplan.infra.records import SECRET, Record, is_ours, opened

SHOWN = "[secret]"
"""What an event shows in place of a secret, where it does not write the object that stands for one."""

SUMMARY = "preview failed"
"""What the engine adds to any reason."""

INVALID = "the plan is not valid:"
"""How the program of this project begins to say so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a preview would make, and what it runs with."""

    stack: str
    config: Mapping[str, str]
    """Configuration of the stack, with the defaults of the project."""
    records: tuple[Record, ...]
    policies: tuple[Finding, ...]
    """What policy packs said."""
    changes: Mapping[str, int]
    """How many resources would be created, updated, deleted, left alone."""


def previewed(stack: str, folder: Path, packs: Iterable[Path] = ()) -> Preview:
    """The preview of a stack. Shortfalls do not stop it, because it is judged afterwards.

    Raises:
        PlanError: when the program says that its plan is not valid.
        EngineError: when the preview fails for any other reason of its own.
    """
    with started_preview(stack, folder, packs) as running:
        return seen_in(running.result(), stack)


def seen_in(ran: PreviewRun, stack: str) -> Preview:
    """What a preview showed.

    Raises:
        PlanError: when the program says that its plan is not valid.
        EngineError: when the preview failed for any other reason of its own.
    """
    policies = tuple(_policy_findings(ran.events))
    if ran.failure or not any(event.summary_event for event in ran.events):
        _refuse_failure(ran.events, ran.failure, policies)
    return Preview(
        stack=stack,
        config=next((event.prelude_event.config for event in ran.events if event.prelude_event), {}),
        records=tuple(_records(ran.events)),
        policies=policies,
        changes=_changes(ran.events),
    )


def _refuse_failure(events: Iterable[EngineEvent], failure: str, policies: Iterable[Finding]) -> None:
    """The reason of a preview that failed; one that only a policy stopped is judged like any other."""
    reasons = list(_errors(events))
    for reason in reasons:
        if reason.startswith(INVALID):
            lines = reason.removeprefix(INVALID).strip().splitlines()
            raise PlanError(Problem(where="the program", found=line, expected="a valid plan") for line in lines)
    if not reasons and any(finding.verdict is Verdict.SHORTFALL for finding in policies):
        return
    if failure.startswith(NO_STACK):
        found = failure.removesuffix(" found")
        raise PlanError([Problem(where="--stack", found=found, expected="a stack", advice="see `pulumi stack ls`")])
    told = "\n".join(dict.fromkeys(reasons[:MOST_REASONS])) or failure or "it ended before it was through"
    raise EngineError(f"the preview failed for a reason of its own, so the plan was not judged:\n{told}")


def _errors(events: Iterable[EngineEvent]) -> Iterator[str]:
    for event in events:
        said = event.diagnostic_event
        if said is not None and said.severity == "error" and said.message.strip() != SUMMARY:
            subject = f"{said.urn.rsplit('::', 1)[-1]}: " if said.urn and "pulumi:pulumi:Stack" not in said.urn else ""
            yield f"{subject}{_without_trace(said.message.strip())}"


def _without_trace(message: str) -> str:
    """A message without the frames of a program: what was raised, and the last line that raised it."""
    if "Traceback (most recent call last)" not in message:
        return message
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    frames = [line for line in lines if line.startswith("File ")]
    return f"{lines[-1]} ({frames[-1]})" if frames else lines[-1]


def _records(events: Iterable[EngineEvent]) -> Iterator[Record]:
    """The resources as the update would leave them, by what was declared."""
    seen: dict[str, Record] = {}
    for event in events:
        step = event.resource_pre_event.metadata if event.resource_pre_event else None
        if step is None or step.new is None or not is_ours(step.new.type):
            continue
        properties = {key: _known(opened(value)) for key, value in (step.new.inputs or {}).items()}
        seen[step.urn] = Record(token=step.new.type, name=step.urn.rsplit("::", 1)[-1], properties=properties)
    yield from seen.values()


def _known(value: object) -> object:
    """A value, or the mark of a secret: events do not show those."""
    if isinstance(value, dict):
        return {key: _known(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_known(item) for item in value]
    return SECRET if value == SHOWN else value


def _changes(events: Iterable[EngineEvent]) -> dict[str, int]:
    for event in events:
        if event.summary_event:
            return {str(getattr(op, "value", op)): count for op, count in event.summary_event.resource_changes.items()}
    return {}


def _policy_findings(events: Iterable[EngineEvent]) -> Iterator[Finding]:
    for event in events:
        said = event.policy_event
        if said is not None:
            urn = said.resource_urn or ""
            yield Finding(
                rule=f"{said.policy_pack_name}:{said.policy_name}",
                verdict=Verdict.SHORTFALL if said.enforcement_level == "mandatory" else Verdict.WARNING,
                kind=urn.split("::")[2].rsplit(":", 1)[-1] if urn.count("::") >= 3 else "Stack",
                subject=urn.rsplit("::", 1)[-1] or "the stack",
                phase="",
                demand=None,
                capacity=None,
                unit="",
                formula="",
                inputs=(),
                hint="",
                missing=(),
                note=_plain(said.message),
                place=None,
            )


def _plain(message: str) -> str:
    """A message without the colour marks of the engine."""
    import re

    return " ".join(re.sub(r"<\{%[^%]*%\}>|\x1b\[[0-9;]*m", "", message).split())

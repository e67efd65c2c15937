"""One policy collects the hub from the graph and enforces the rules. A second one reports advisory findings.

A policy has one enforcement level, but each rule family has its own. Findings of advisory families are kept for the
second policy, which the engine asks right after the first.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    PolicyResource,
    StackValidationArgs,
    StackValidationPolicy,
)

from petaplan.capacity.check import check
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import DeclarationError, Problem
from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.report.words import sentence
from petaplan.capacity.resolving import models_told_too
from petaplan.capacity.throughput.evidence import read_evidence
from petaplan.capacity.throughput.trusted_keys import read_trusted_keys
from petaplan.capacity.verdict.judgement import FindingStatus, Judgement, judge_report
from petaplan.capacity.verdict.policy import NO_POLICY, Level, Policy, names, policy_from, read_policy
from petaplan.capacity.verdict.waivers import read_waivers
from petaplan.infra.collect import collect
from petaplan.infra.gate.judging import NOT_KNOWN_YET
from petaplan.infra.kinds import KINDS
from petaplan.infra.project import project_folder
from petaplan.infra.records import is_ours, records_of_policy
from petaplan.infra.stack_settings import POLICY, stack_settings
from petaplan.reporting.safety import visible

PACK = "petaplan"
HUB = "hub"
ADVICE = "hub-advice"

Config = Mapping[str, Any]
"""Configuration of the pack, as the engine hands it on: its schema has checked it."""

Report = Callable[..., None]
"""How a policy says what is wrong: a message, and the URN of a resource."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation: at which level, of which resource, in what words."""

    level: Level
    message: str
    urn: str | None = None


class Hub:
    """Both policies, which share what the first one found."""

    def __init__(self) -> None:
        self._advice: list[Violation] = []

    def judge(self, args: StackValidationArgs, report: Report) -> None:
        """Collect, judge, refuse; what is only advice waits for the other policy."""
        self._advice = []
        resources = [resource for resource in args.resources if is_ours(resource.resource_type)]
        if not resources:
            args.not_applicable("the stack has no resource of petaplan")
        said = violations(resources, args.get_config())
        self._advice = [one for one in said if one.level is Level.ADVISORY]
        _tell((one for one in said if one.level is Level.MANDATORY), report)

    def advise(self, _args: StackValidationArgs, report: Report) -> None:
        """What the judgement found and stops nothing."""
        held, self._advice = self._advice, []
        _tell(held, report)


def _tell(said: Iterable[Violation], report: Report) -> None:
    for one in said:
        report(visible(one.message), one.urn)


def violations(resources: Sequence[PolicyResource], config: Config) -> list[Violation]:
    """Everything that the rules say of the hub in these resources."""
    known = schema().properties
    strangers = [key for key in config if key not in known]
    if strangers:
        return [
            Violation(
                Level.MANDATORY,
                f"configuration of the pack: found {key!r}; expected a rule family or an option; "
                + (did_you_mean(key, known) or f"known are {', '.join(known)}"),
            )
            for key in strangers
        ]
    project = project_folder(Path.cwd())
    try:
        policy = policy_from(config, project).over(_policy_of_stack(resources, project))
        waivers = read_waivers(policy.waivers) if policy.waivers else ()
        trusted = read_trusted_keys(policy.trusted_keys) if policy.trusted_keys else None
    except DeclarationError as error:
        return [Violation(Level.MANDATORY, f"configuration of the pack: {problem}") for problem in error.problems]
    try:
        with models_told_too(folder=project):
            hub = collect(records_of_policy(resources), project)
        catalogue = catalogue_of(hub, folder=project)
    except DeclarationError as error:
        return [_about(problem, policy) for problem in error.problems]
    try:
        evidence = read_evidence(policy.evidence, catalogue, trusted=trusted)
    except DeclarationError as error:
        return [Violation(Level.MANDATORY, f"configuration of the pack: {problem}") for problem in error.problems]
    try:
        report = check(hub, catalogue, strict=policy.strict, evidence=evidence)
        today = date.today()  # noqa: DTZ011 - a day of its owners
        judgement = judge_report(report, waivers=waivers, today=today, policy=policy)
    except DeclarationError as error:
        return [_about(problem, policy) for problem in error.problems]
    untold = policy.cannot_tell or Level.ADVISORY
    unseen = [Violation(untold, f"cannot tell: {reason}") for reason in judgement.cannot_tell]
    urns = {(resource.resource_type, resource.name): resource.urn for resource in resources}
    return unseen + [
        Violation(level, f"{finding.rule} {finding.verdict}: {sentence(finding)}", _urn(finding, urns))
        for finding in judgement.of(FindingStatus.OPEN)
        if (level := level_of(finding, judgement)) is not Level.DISABLED
    ]


def _policy_of_stack(resources: Sequence[PolicyResource], project: Path) -> Policy:
    """The policy that the settings of the stack name; the project is that of the folder where the pack runs."""
    stack = resources[0].urn.removeprefix("urn:pulumi:").partition("::")[0]
    named = stack_settings(stack, project).get(POLICY) if (project / "Pulumi.yaml").is_file() else None
    return read_policy(project / named) if named else NO_POLICY


def _about(problem: Problem, policy: Policy) -> Violation:
    """A hub that can't be judged: mandatory, unless it is only that a value isn't known before the update."""
    if problem.found != NOT_KNOWN_YET:
        return Violation(Level.MANDATORY, f"the plan is not valid: {problem}")
    return Violation(policy.cannot_tell or Level.ADVISORY, f"cannot tell: {problem}")


def level_of(finding: Finding, judgement: Judgement) -> Level:
    """What a finding does: only what fails the plan can stop it, and nothing does where a shortfall may pass."""
    if finding.verdict is Verdict.REVIEW:
        return Level.DISABLED
    stops = judgement.fails(finding) and not judgement.policy.soft_fail
    return Level.MANDATORY if stops else Level.ADVISORY


_TOKENS = {kind.noun.__name__: kind.token for kind in KINDS}


def _urn(finding: Finding, urns: Mapping[tuple[str, str], str]) -> str | None:
    return urns.get((_TOKENS.get(finding.kind, ""), finding.subject.partition("/")[0]))


def schema() -> PolicyConfigSchema:
    """What a configuration of the pack may say."""
    levels = {"type": "string", "enum": [str(level) for level in Level]}
    properties: dict[str, dict[str, Any]] = {name: dict(levels) for name in names()}
    properties["cannotTell"] = {"type": "string", "enum": [str(Level.MANDATORY), str(Level.ADVISORY)]}
    properties["strict"] = {"type": "boolean"}
    properties["softFail"] = {"type": "boolean"}
    properties["waivers"] = {"type": "string"}
    properties["evidence"] = {"type": "array", "items": {"type": "string"}}
    properties["trustedKeys"] = {"type": "string"}
    return PolicyConfigSchema(properties=properties)


def policies() -> list[StackValidationPolicy]:
    """The two policies of the pack."""
    both = Hub()
    return [
        StackValidationPolicy(
            name=HUB,
            description="The hub in this stack meets its targets and every rule.",
            validate=both.judge,
            enforcement_level=EnforcementLevel.MANDATORY,
            config_schema=schema(),
        ),
        StackValidationPolicy(
            name=ADVICE,
            description="What the rules found that stops nothing.",
            validate=both.advise,
            enforcement_level=EnforcementLevel.ADVISORY,
        ),
    ]


def serve() -> None:
    """Answer the engine until it ends."""
    PolicyPack(name=PACK, policies=list(policies()), description="Every rule of petaplan, held against the graph")

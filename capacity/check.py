"""check(hub) → Report: every rule on every state of the hub; the worst finding of each subject is kept."""

import gc
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, takewhile

from petaplan.capacity.check_report import Report, assumed_in_use, bases_of, phase_summary
from petaplan.capacity.design import Design
from petaplan.capacity.document.verified import in_order
from petaplan.capacity.errors import PlanError
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.findings import RANK, WORST_FIRST, Finding, Verdict
from petaplan.capacity.hidden import is_noted, noting
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.measurement import NONE, Evidence
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rule import Rule, judge
from petaplan.capacity.rules import all_rules
from petaplan.capacity.state import State, review_states_of, states_of, states_with
from petaplan.capacity.targets import Target
from petaplan.capacity.throughput.measured import measured_shares


def check(hub: Hub, catalogue: Catalogue | None = None, *, evidence: Evidence = NONE, strict: bool = False) -> Report:
    """The report on a hub; evidence calibrates what it delivers, never its peak.

    Without a catalogue it is judged by the shipped one and the layers that the hub names.

    Rules that need a hidden value of the hub are not judged; the report says so.

    Raises:
        PlanError: when the hub is not a valid plan; when a model or an assumed quantity isn't in the catalogue.
        CatalogueError: when a layer that the hub names is not valid.
    """
    whole = catalogue or catalogue_of(hub)
    with noting() as read:
        try:
            report = report_on(resolve(in_order(hub), whole, evidence), strict=strict)
            if not read:
                return report
        except PlanError:
            if not read:
                raise
    from petaplan.capacity.partial_check import check_what_is_seen

    return check_what_is_seen(hub, whole, evidence=evidence, strict=strict)


def report_on(design: Design, *, strict: bool = False, rules: Iterable[Rule] | None = None) -> Report:
    """The report on a resolved hub; only some rules are asked when they are given."""
    asked = all_rules() if rules is None else tuple(rules)
    with _uncollected():
        findings = findings_of(design, asked)
    failing = {Verdict.SHORTFALL, Verdict.UNKNOWN} if strict else {Verdict.SHORTFALL}
    failing_first = takewhile(lambda finding: finding.verdict in failing, findings)
    failed = {finding.phase or _phase_due(design, finding) for finding in failing_first}
    of_targets = [finding for finding in findings if finding.kind == Target.__name__]
    doubted = {finding.phase or _phase_due(design, finding) for finding in of_targets if _is_doubted(design, finding)}
    return Report(
        hub=design.hub.name,
        verdict=Verdict.SHORTFALL if failed else Verdict.PASS,
        strict=strict,
        phases=tuple(phase_summary(design, phase, _verdict(phase, failed, doubted)) for phase in design.phases),
        findings=findings,
        silent_rules=_silent(asked, findings),
        bases=tuple(bases_of(design)),
        measured=measured_shares(design),
        assumptions=design.hub.assumptions,
        assumed_figures=tuple(assumed_in_use(design)),
        layers=design.catalogue.layers,
        overridden=design.catalogue.overridden,
    )


def _phase_due(design: Design, finding: Finding) -> str:
    """The phase in force on the day of a target that names none; empty for everything else of the whole plan."""
    target = design.by_name.get(finding.subject.partition("/")[0])
    return design.phase_on(target.by).name if isinstance(target, Target) else ""


def _is_doubted(design: Design, finding: Finding) -> bool:
    """Whether a target is met only if its unstated precision, or figures that nobody verified, are taken for good."""
    if finding.verdict is not Verdict.REVIEW or finding.capacity is None:
        return False
    target = design.by_name.get(finding.subject.partition("/")[0])
    return isinstance(target, Target) and (target.unstated or finding.holds_unverified)


def _verdict(phase: Phase, failed: Container[str], doubted: Container[str]) -> Verdict:
    """The verdict on a phase: its targets are met for certain only where none of them is doubted."""
    if phase.name in failed:
        return Verdict.SHORTFALL
    return Verdict.REVIEW if phase.name in doubted else Verdict.PASS


def _silent(asked: Iterable[Rule], findings: Iterable[Finding]) -> tuple[str, ...]:
    spoke = {finding.rule for finding in findings}
    return tuple(rule.id for rule in asked if rule.id not in spoke)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No cyclic garbage collection inside the block: findings are many and have no reference cycles.

    At a hundred times the hub this saves a third of the time. The new objects are then moved to the oldest generation;
    otherwise the next collection would examine all of them. That saves a further tenth.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # a caller's frozen objects stay frozen
            gc.freeze()
            gc.unfreeze()
        if running:
            gc.enable()


def findings_of(design: Design, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    """What the rules find: worst first, then by rule, phase and subject."""
    found: dict[Verdict, list[Finding]] = {verdict: [] for verdict in WORST_FIRST}
    for asked in sorted(rules, key=lambda rule: rule.id):
        for finding in sorted(_findings(design, asked), key=_order):
            found[finding.verdict].append(finding)
    whole = tuple(chain.from_iterable(found.values()))
    if is_noted():
        for finding in whole:
            finding.inputs  # noqa: B018 - made now, so that hidden values among them are noted
    return whole


def _order(finding: Finding) -> str:
    """By phase and subject; one string sorts in half the time of two."""
    return f"{finding.phase}\0{finding.subject}"


def _findings(design: Design, asked: Rule) -> Iterable[Finding]:
    if asked.by_state:
        return _worst_by_phase(design, asked)
    return (
        judge(asked, claim, getattr(claim.subject, "phase", None) or _own_phase(claim.subject))
        for claim in asked.ask(design)
    )


def _own_phase(subject: object) -> str:
    return subject.name if isinstance(subject, Phase) else ""


def _worst_by_phase(design: Design, asked: Rule) -> Iterable[Finding]:
    """The worst finding of each subject within a phase, of all days on which the rule is asked."""
    worst: dict[tuple[str, str], Finding] = {}
    for state in _states(design, asked):
        for finding in _judged(asked, state):
            same = (finding.subject, finding.phase)
            known = worst.get(same)
            if known is None or _badness(finding) > _badness(known):
                worst[same] = finding
    return worst.values()


def _states(design: Design, asked: Rule) -> tuple[State, ...]:
    """The states in which a rule is asked: those of the hub, and those of the days that the rule itself names."""
    states = review_states_of(design) if asked.also_on_contract_changes else states_of(design)
    own = set(asked.days(design)) if asked.days is not None else set()
    return states if not own else states_with(design, states, own)


def _judged(asked: Rule, state: State) -> Iterator[Finding]:
    phase = state.phase.name
    return (judge(asked, claim, phase) for claim in asked.ask(state))


def _badness(finding: Finding) -> tuple[int, float]:
    ratio = finding.ratio
    return (-RANK[finding.verdict], ratio if ratio is not None else 0.0)

"""check(hub) → Report: every rule asked of every state, the worst of each kept."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, takewhile

from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design, Placement, State, resolve
from petaplan.capacity.facts.catalog import Catalogue, figures_of, load
from petaplan.capacity.figures import Figure, Precision, Sparsity, Status
from petaplan.capacity.findings import RANK, WORST_FIRST, Finding, Verdict
from petaplan.capacity.hardware import Product
from petaplan.capacity.hub import Assumption, Hub, Phase
from petaplan.capacity.measurement import NONE, Evidence
from petaplan.capacity.rule import Rule, judge
from petaplan.capacity.rules import all_rules
from petaplan.capacity.targets import Target
from petaplan.capacity.throughput.measured import MeasuredShare, measured_shares
from petaplan.capacity.units import KW_PER_MW, TFLOPS_PER_PFLOPS


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseSummary:
    """What stands on the day of a phase, all phases before it included."""

    name: str
    in_service: date
    pods: int
    racks: int
    accelerators: int
    it_power_mw: float
    it_power_known: bool
    """Whether every rack's power is known; otherwise the sum is a lower bound."""
    pflops: tuple[tuple[Precision, float], ...]
    """Dense matrix peak by precision, PFLOP/s (POP/s for int8), where any device has a figure."""
    added_pflops: tuple[tuple[Precision, float], ...]
    targets: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """PFLOP/s of one target by what is known of the figures behind them."""

    target: str
    precision: Precision
    shares: tuple[tuple[Status, float], ...]
    assumed_fillings: float
    """PFLOP/s that rest on an assumption of this very plan."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The verdict on a plan, and everything behind it."""

    hub: str
    verdict: Verdict
    """SHORTFALL, UNKNOWN (strict only) or PASS."""
    strict: bool
    phases: tuple[PhaseSummary, ...]
    findings: tuple[Finding, ...]
    silent_rules: tuple[str, ...] = ()
    """Rules that found nothing in this plan to ask about."""
    bases: tuple[Basis, ...]
    measured: tuple[MeasuredShare, ...] = ()
    """For each target, where evidence was given."""
    assumptions: tuple[Assumption, ...]
    assumed_figures: tuple[tuple[str, Figure], ...]
    """Figures of the catalogue in use that are assumed, with their place."""

    def of(self, *verdicts: Verdict) -> tuple[Finding, ...]:
        """The findings with one of these verdicts."""
        return tuple(finding for finding in self.findings if finding.verdict in verdicts)

    @property
    def exit_code(self) -> int:
        """0 pass, 1 shortfall."""
        return 0 if self.verdict is Verdict.PASS else 1


def check(hub: Hub, catalogue: Catalogue | None = None, *, evidence: Evidence = NONE, strict: bool = False) -> Report:
    """The report on a hub; evidence calibrates what it delivers, never its peak.

    Raises:
        PlanError: when a model or an assumed quantity isn't in the catalogue.
    """
    return report_on(resolve(hub, catalogue or load(), evidence), strict=strict)


def report_on(design: Design, *, strict: bool = False, rules: Iterable[Rule] | None = None) -> Report:
    """The report on a resolved hub; only some rules are asked when they are given."""
    asked = all_rules() if rules is None else tuple(rules)
    with _uncollected():
        findings = _in_order(design, asked)
    failing = {Verdict.SHORTFALL, Verdict.UNKNOWN} if strict else {Verdict.SHORTFALL}
    failed = {finding.phase for finding in takewhile(lambda finding: finding.verdict in failing, findings)}
    return Report(
        hub=design.hub.name,
        verdict=Verdict.SHORTFALL if failed else Verdict.PASS,
        strict=strict,
        phases=tuple(_summary(design, phase, failed=phase.name in failed) for phase in design.phases),
        findings=findings,
        silent_rules=_silent(asked, findings),
        bases=tuple(_bases(design)),
        measured=measured_shares(design),
        assumptions=design.hub.assumptions,
        assumed_figures=tuple(_assumed_in_use(design)),
    )


def _silent(asked: Iterable[Rule], findings: Iterable[Finding]) -> tuple[str, ...]:
    spoke = {finding.rule for finding in findings}
    return tuple(rule.id for rule in asked if rule.id not in spoke)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No cyclic garbage collection meanwhile: findings are many and refer to nothing that refers back.

    What was made is then taken for old, or the next collection would look through all of it as if it were new. A third
    of the time at a hundred times the hub, and a tenth more.
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


def _in_order(design: Design, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    """What the rules find: worst first, then by rule, phase and subject."""
    found: dict[Verdict, list[Finding]] = {verdict: [] for verdict in WORST_FIRST}
    for asked in sorted(rules, key=lambda rule: rule.id):
        for finding in sorted(_findings(design, asked), key=_order):
            found[finding.verdict].append(finding)
    return tuple(chain.from_iterable(found.values()))


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
    """Of all moments within a phase, the one that is worst for each subject."""
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
    states = design.review_states if asked.also_on_contract_changes else design.states
    own = set(asked.days(design)) if asked.days is not None else set()
    return states if not own else design.states_with(states, own)


def _judged(asked: Rule, state: State) -> Iterator[Finding]:
    phase = state.phase.name
    return (judge(asked, claim, phase) for claim in asked.ask(state))


def _badness(finding: Finding) -> tuple[int, float]:
    ratio = finding.ratio
    return (-RANK[finding.verdict], ratio if ratio is not None else 0.0)


def _summary(design: Design, phase: Phase, *, failed: bool) -> PhaseSummary:
    standing = [placement for placement in design.placements if design.stands_on(placement, phase.in_service)]
    added = [placement for placement in standing if placement.phase == phase.name]
    facts = [design.pod(placement) for placement in standing]
    return PhaseSummary(
        name=phase.name,
        in_service=phase.in_service,
        pods=sum(isinstance(placement, Pod) for placement in standing),
        racks=sum(f.rack_count for f in facts),
        accelerators=sum(sum(f.accelerators.values()) for f in facts),
        it_power_mw=sum(f.it_power_kw.value or 0.0 for f in facts) / KW_PER_MW,
        it_power_known=all(f.it_power_kw.value is not None for f in facts),
        pflops=_peaks(design, standing),
        added_pflops=_peaks(design, added),
        targets=tuple(
            target.name
            for target in design.hub.targets
            if (target.phase or design.phase_on(target.by).name) == phase.name
        ),
        verdict=Verdict.SHORTFALL if failed else Verdict.PASS,
    )


def _peaks(design: Design, placement: Iterable[Placement]) -> tuple[tuple[Precision, float], ...]:
    packages = design.packages(placement)
    sums = []
    for precision in Precision:
        figures = [(count, design.accelerator(model).peak(precision)) for model, count in packages.items()]
        known = [count * figure.value for count, figure in figures if figure is not None]
        if known:
            sums.append((precision, sum(known) / TFLOPS_PER_PFLOPS))
    return tuple(sums)


def _bases(design: Design) -> Iterator[Basis]:
    for target in design.hub.targets:
        precision = _counted_at(design, target)
        shares: dict[Status, float] = dict.fromkeys(Status, 0.0)
        fillings = 0.0
        standing = [placement for placement in design.placements if design.stands_on(placement, target.by)]
        for model, count in design.packages(standing).items():
            figure = design.accelerator(model).peak(precision, target.sparsity)
            if figure is not None:
                pflops = count * figure.value / TFLOPS_PER_PFLOPS
                shares[figure.status] += pflops
                fillings += pflops if figure.source == "this plan" else 0.0
        known = tuple((status, value) for status, value in shares.items() if value)
        yield Basis(target=target.name, precision=precision, shares=known, assumed_fillings=fillings)


def _counted_at(design: Design, target: Target) -> Precision:
    standing = [placement for placement in design.placements if design.stands_on(placement, target.by)]
    sums = dict(_peaks(design, standing)) if target.sparsity is Sparsity.DENSE else {}
    return max(target.precisions, key=lambda precision: sums.get(precision, 0.0))


def _assumed_in_use(design: Design) -> Iterator[tuple[str, Figure]]:
    """Assumed catalogue figures of the hardware that the plan places; its own assumptions are listed apart."""
    for product in _in_use(design):
        for path, _, figure in figures_of(product):
            if figure is not None and figure.status is Status.ASSUMED and figure.source != "this plan":
                yield f"{product.model}.{path}", figure


def _in_use(design: Design) -> Iterator[Product]:
    seen: dict[str, Product] = {}
    for placement in design.placements:
        for _, facts in design.pod(placement).runs:
            seen.setdefault(facts.model.model, facts.model)
            for _, product in (*facts.nodes, *facts.switches):
                seen.setdefault(product.model, product)
            for model in facts.accelerators:
                seen.setdefault(model, design.accelerator(model))
    yield from (seen[model] for model in sorted(seen))

"""The change against its base: what it does, what it weakens, and what could not be compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from petaplan.capacity.report.gate import GateResult
from petaplan.capacity.report.places import Checkout, from_root
from petaplan.capacity.verdict.comparison import Base, against
from petaplan.capacity.verdict.evidence import EvidenceSet
from petaplan.capacity.verdict.judgement import Judgement
from petaplan.capacity.verdict.policy import NO_POLICY
from petaplan.capacity.verdict.repository import Revision
from petaplan.capacity.verdict.waivers import Waiver, held_before, of_changes
from petaplan.capacity.verdict.weakening.causes import at_changes
from petaplan.capacity.verdict.weakening.outside import Compared, JudgingFiles, outside_changes
from petaplan.capacity.verdict.weakening.result import Weakening, judged_with, weakening_of
from petaplan.infra.gate.asked_before import AskedBefore, asked_before
from petaplan.infra.gate.judging import JudgedHub
from petaplan.infra.gate.options import NOT_SHOWN_ONLY, SHOWN_ONLY, GateOptions
from petaplan.infra.gate.settings_change import settings_changes


def compared(
    options: GateOptions,
    judged: JudgedHub,
    judgement: Judgement,
    *,
    waivers: Sequence[Waiver],
    plan: str,
) -> GateResult:
    """The judgement with findings about the change, which has a base.

    Raises:
        PlanError: for a base that does not exist.
    """
    assert options.base is not None
    if judged.hub is None:
        reason = "the graph has values that are not known yet"
        return GateResult(
            judgement=judgement, weakening=Weakening(base=options.base, compared=False, not_compared=(reason,))
        )
    asking = _Asking(options, plan)
    base = against(
        options.base,
        plan,
        judged.hub,
        judged.evidence,
        evidence_paths=options.evidence,
        catalogue=judged.catalogue,
        layers=asking.of(None).plan.layers,
        report=None if options.strict else judged.report,
        as_before=lambda revision: asking.of(revision).plan,
        folder=asking.of(None).plan.folder,
    )
    asked = asking.of(base.revision)
    if base.difference is not None:
        judgement = from_root(at_changes(judgement, base.difference, judged.hub))
    outside = _outside(options, judged.hub.name, waivers, judged.evidence, (base, asked))
    if base.plan is None:
        reasons = (*base.not_compared, *outside.not_compared)
        weakening = Weakening(base=base.name, judges=tuple(outside.changes), compared=False, not_compared=reasons)
    else:
        found = weakening_of(
            base.plan,
            judged.hub,
            judgement,
            outside.changes,
            catalogue=judged.catalogue,
            policy=asked.files.policy,
        )
        weakening = replace(found, base=base.name, not_compared=tuple(outside.not_compared))
    weakening = _from_root(weakening, judgement)
    held = held_before(of_changes(waivers), outside.waivers_before)
    refuse = options.no_weakening and base.plan is not None
    policy = asked.files.policy
    if refuse and options.shows_only and not (options.soft_fail or policy.soft_fail):
        judgement = _failing(judgement)
    return GateResult(
        judgement=judged_with(judgement, weakening, refuse=refuse, waivers=held, today=options.today, policy=policy),
        difference=base.difference,
        weakening=weakening,
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    """What revisions asked, each read once."""

    options: GateOptions
    plan: str
    _found: dict[str, AskedBefore] = field(default_factory=dict)

    def of(self, revision: Revision | None) -> AskedBefore:
        """What a revision asked; without one, what the options say."""
        commit = "" if revision is None else revision.commit
        if commit not in self._found:
            self._found[commit] = asked_before(self.options, self.plan, revision)
        return self._found[commit]


def _failing(judgement: Judgement) -> Judgement:
    """The same without the softFail that the change itself brings."""
    basis = judgement.basis.replace(SHOWN_ONLY, NOT_SHOWN_ONLY)
    return replace(judgement, policy=replace(judgement.policy, soft_fail=False), basis=basis)


def _from_root(weakening: Weakening, judgement: Judgement) -> Weakening:
    """The same with the place of each judge by its path from the root of the repository."""
    checkout = Checkout.around(judgement.fallback)
    judges = tuple(replace(one, place=checkout.located(one.place) or one.place) for one in weakening.judges)
    return replace(weakening, judges=judges)


def _outside(
    options: GateOptions, hub: str, waivers: Sequence[Waiver], evidence: EvidenceSet, before: tuple[Base, AskedBefore]
) -> Compared:
    """Judges outside the plan: files beside it, and the settings of the project's stacks."""
    base, asked = before
    files = JudgingFiles(
        hub=hub,
        waivers_file=options.waivers,
        waivers=waivers,
        baseline_file=options.baseline,
        evidence=dict(evidence.files),
        evidence_paths=options.evidence,
        keys_file=options.trusted_keys,
        policy_file=options.policy_file,
        policy=options.policy or NO_POLICY,
    )
    found = outside_changes(files, asked.files, base.revision)
    found.not_compared.extend(asked.not_compared)
    if base.revision is not None and (project := _project(options)) is not None:
        changes, reasons = settings_changes(project, base.revision)
        found.changes.extend(changes)
        found.not_compared.extend(reasons)
    return found


def _project(options: GateOptions) -> Path | None:
    """The folder of the project around the plan; None where there is none."""
    folder = options.folder
    return folder if (folder / "Pulumi.yaml").is_file() else None

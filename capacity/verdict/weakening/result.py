"""What a change weakens: judges, checks that held, and objects that it takes away."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from petaplan.capacity.claims import Claim
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.findings import Finding, Input, Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Location
from petaplan.capacity.rule import Rule, judge
from petaplan.capacity.verdict.difference import ComparedPlan, in_names_of
from petaplan.capacity.verdict.judgement import Judgement, merged
from petaplan.capacity.verdict.policy import NO_POLICY, Policy
from petaplan.capacity.verdict.renamed import Renamed
from petaplan.capacity.verdict.rules import LOST_ACCEPTED, LOST_ASKED, LOST_KNOWN, LOST_VERIFIED, WEAKER_JUDGE
from petaplan.capacity.verdict.waivers import Waiver, waived
from petaplan.capacity.verdict.weakening.facts import fact_changes, facts_from, own_facts
from petaplan.capacity.verdict.weakening.judges import Effect, JudgeChange, Removed, badness, judge_changes
from petaplan.capacity.verdict.weakening.lost import How, LostChecks, lost_checks

MOST_FINDINGS = 50
"""Weaker judges that have a finding each; the rest are counted by kind."""

LOST: dict[How, Rule] = {
    How.UNKNOWN: LOST_KNOWN,
    How.NOT_ASKED: LOST_ASKED,
    How.ACCEPTED: LOST_ACCEPTED,
    How.UNVERIFIED: LOST_VERIFIED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Weakening:
    """What a change does to the judges of a plan, and to the checks that held before it."""

    base: str
    """What it is compared with, as the reader calls it."""
    judges: tuple[JudgeChange, ...] = ()
    removed: tuple[Removed, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    lost: tuple[LostChecks, ...] = ()
    not_compared: tuple[str, ...] = ()
    """What could not be compared, with the reason."""
    compared: bool = True
    """Whether the base has a plan that could be compared."""

    @property
    def asks_for_less(self) -> bool:
        """Whether a check was lost, or any judge is weaker."""
        return bool(self.lost) or any(one.effect is Effect.WEAKER for one in self.judges)

    @property
    def refused(self) -> bool:
        """Whether ``--no-weakening`` refuses the change."""
        return bool(self.lost) or any(one.refused for one in self.judges)


def weakening_of(
    before: ComparedPlan,
    head: Hub,
    judgement: Judgement,
    others: Iterable[JudgeChange] = (),
    *,
    catalogue: Catalogue | None = None,
    policy: Policy = NO_POLICY,
) -> Weakening:
    """What changes from a base to a head that was judged by a catalogue.

    ``others`` are judges outside the plan, such as waivers; ``policy`` is that of the base.
    """
    before = in_names_of(before, head, (one.subject for one in judgement.report.findings))
    changes, removed = judge_changes(before.hub, head)
    of_facts = _fact_changes(before, catalogue)
    untold = {*before.untold_rules, *judgement.report.untold_rules}
    return Weakening(
        base=before.name,
        judges=tuple(sorted((*changes, *others, *of_facts), key=badness)),
        removed=removed,
        renamed=before.renamed,
        lost=lost_checks(before.report["findings"], judgement, untold, policy),
    )


def _fact_changes(before: ComparedPlan, catalogue: Catalogue | None) -> Iterator[JudgeChange]:
    """What differs in rules and figures; nothing where one petaplan judged both by one catalogue."""
    facts = facts_from(before.facts)
    if facts is None and before.catalogue is catalogue:
        return
    yield from fact_changes(facts or own_facts(before.catalogue), own_facts(catalogue))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    """The subject of a finding about a change."""

    name: str
    declared_at: Location | None = None


def judged_with(
    judgement: Judgement,
    weakening: Weakening,
    *,
    refuse: bool,
    waivers: Iterable[Waiver] = (),
    today: date | None = None,
    policy: Policy = NO_POLICY,
) -> Judgement:
    """The judgement with a finding for each loss; they fail it where the change may weaken nothing.

    A waiver of such a finding holds only if the base has it already: no change accepts itself. Levels of these rules
    are those of ``policy``, that of the base.
    """
    judgement = replace(judgement, policy_of_change=policy)
    findings = tuple(_findings(weakening, Verdict.SHORTFALL if refuse else Verdict.WARNING))
    accepted, said = waived(findings, waivers, today) if today is not None else ({}, ())
    known = {one.finding for one in waivers}
    told = [one for one in said if one.subject.partition(":")[0] in known]
    return merged(judgement, (*findings, *told), accepted)


def _findings(weakening: Weakening, verdict: Verdict) -> Iterator[Finding]:
    for one in weakening.lost:
        held = f"{one.held_before} held before, {one.held_after} hold now"
        more = one.count - len(one.subjects)
        which = ", ".join(one.subjects) + (f" and {more} more" if more else "")
        claim = Claim(
            subject=_Judged(name=one.rule),
            demand=one.count,
            capacity=0,
            unit="checks",
            inputs=(Input(f"lost of {one.held_before} that held", one.count, "checks", f"against {weakening.base}"),),
            hint=held,
            note=which,
        )
        yield replace(judge(LOST[one.how], claim, ""), verdict=verdict)
    weaker = [change for change in weakening.judges if change.refused]
    for change in weaker[:MOST_FINDINGS]:
        step = " → ".join(change.sides)
        yield replace(_weaker(change.name, 1, step, change.place), verdict=verdict)
    for judged, count in sorted(Counter(change.judge for change in weaker[MOST_FINDINGS:]).items()):
        yield replace(_weaker(f"further {judged}", count, "the JSON report lists them"), verdict=verdict)


def _weaker(name: str, count: int, step: str, place: Location | None = None) -> Finding:
    """What is said of a judge that asks for less, or of so many more."""
    unit = "weaker judge" if count == 1 else "weaker judges"
    inputs = (Input(name, count, unit, "against the base"),)
    subject = _Judged(name=name, declared_at=place)
    claim = Claim(subject=subject, demand=count, capacity=0, unit=unit, inputs=inputs, hint=step)
    return judge(WEAKER_JUDGE, claim, "")

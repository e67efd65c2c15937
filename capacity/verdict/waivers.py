"""Waivers: shortfalls that an owner accepts until a day, each for a reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from annotated_types import Gt, Len

from petaplan.capacity.claims import Claim, on_day
from petaplan.capacity.document.confined import refuse_leaving
from petaplan.capacity.document.marked import Marked, Value, read_file, shortened
from petaplan.capacity.document.strict import Suggestions, build
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.findings import TOLERANCE, Finding, Input, Verdict
from petaplan.capacity.noun import Declared, Location
from petaplan.capacity.rule import Rule, judge
from petaplan.capacity.rules import all_rules
from petaplan.capacity.units import Text
from petaplan.capacity.verdict.rules import ALIKE, CHANGE_RULES, EXCEEDED, EXPIRED, MEASURED, UNMATCHED, amounts
from petaplan.reporting.units import number

VERSION = 1
"""Version of the file that this program reads."""

FILE, REPORT = "file of waivers", "this report"
"""Sources of the numbers of a finding about a waiver."""

KEY = "petaplan_waivers"
"""The field that says a document holds waivers, and of which version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver(Declared):
    """A finding that its owner accepts until a day."""

    finding: Annotated[str, Len(1, 20)]
    """Rule of the finding, such as ``PWR-011``."""
    subject: Annotated[str, Len(1, 200)]
    """Subject of the finding, spelt as the report spells it."""
    phase: Annotated[str, Len(1, 100)] | None = None
    """Phase of the finding; every phase unless given."""
    owner: Annotated[str, Len(1, 100)]
    """Who answers for it."""
    reason: Text
    expires: date
    """Last day on which it is accepted."""
    limit: Annotated[float, Gt(1)] | None = None
    """Largest demand over capacity that is accepted; without it, any."""

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding; a finding that holds needs no waiver."""
        return (
            finding.verdict is not Verdict.PASS
            and (self.finding, self.subject) == (finding.rule, finding.subject)
            and self.phase in (None, finding.phase)
        )

    def allows(self, finding: Finding) -> bool:
        """Whether the finding is within the limit; what can't be told is not."""
        if self.limit is None:
            return True
        return finding.ratio is not None and finding.ratio <= self.limit * (1 + TOLERANCE)

    @property
    def name(self) -> str:
        """What a finding about the waiver itself calls it."""
        return f"{self.finding}:{self.subject}" + (f":{self.phase}" if self.phase else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Document(Declared):
    waivers: Annotated[tuple[Waiver, ...], Len(0, 10_000)]


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers in a file.

    Raises:
        PlanError: with every problem, by file and line; a rule that doesn't exist is one.
    """
    refuse_leaving(path)
    return waivers_in(read_file(path))


def waivers_in(marked: Marked) -> tuple[Waiver, ...]:
    """The waivers that marked values hold.

    Raises:
        PlanError: as ``read_waivers``.
    """
    if not marked.problems:
        _take_version(marked)
    if marked.problems:
        raise PlanError(marked.problems)
    read = build(_Document, marked)
    marked.problems.extend(_problems(marked))
    if read is None or marked.problems:
        raise PlanError(marked.problems)
    for at, waiver in enumerate(read.waivers):
        waiver.declared_in(Location(file=marked.file, line=marked.lines.get(("waivers", at), 1)))
    return read.waivers


def _take_version(marked: Marked) -> None:
    """Leave only the waivers in the values, or say why the document holds none."""
    if not isinstance(marked.value, dict) or KEY not in marked.value:
        marked.refuse(1, f"no field {KEY!r}", f"`{KEY}: {VERSION}`", "add it as the first line")
        return
    version = marked.value.pop(KEY)
    if version != VERSION or isinstance(version, bool):
        newer = isinstance(version, int) and version > VERSION
        advice = "the file is newer than this petaplan: upgrade" if newer else ""
        marked.refuse(marked.lines.get((KEY,), 1), f"version {version!r}", f"version {VERSION}", advice)


def _problems(marked: Marked) -> Iterator[Problem]:
    """What is wrong with the findings that are waived, also where a waiver lacks something else."""
    known = {rule.id for rule in (MEASURED, ALIKE, *CHANGE_RULES, *all_rules())}
    suggest = Suggestions()
    earlier: dict[tuple[str, str], list[tuple[int, dict[str, Value]]]] = {}
    for at, given in _given(marked.members):
        where = f"{marked.where(('waivers', at, 'finding'))}: waivers[{at}].finding"
        finding = str(given["finding"])
        if finding not in known:
            advice = suggest(finding, known) or "see `petaplan rules`"
            yield Problem(where=where, found=f"the rule {shortened(finding)!r}", expected="a rule's id", advice=advice)
        if "subject" in given:
            others = earlier.setdefault((finding, str(given["subject"])), [])
            yield from _again(where, given, others)
            others.append((at, given))


def _again(
    where: str, given: Mapping[str, Value], earlier: Iterable[tuple[int, Mapping[str, Value]]]
) -> Iterator[Problem]:
    """A finding that is waived twice, or by two owners where one of them means every phase."""
    for at, other in earlier:
        phases = given.get("phase"), other.get("phase")
        owners = [shortened(str(one.get("owner"))) for one in (other, given)]
        if phases[0] == phases[1] or (None in phases and owners[0] != owners[1]):
            both = f", by {owners[0]} and by {owners[1]}" if owners[0] != owners[1] else ""
            yield Problem(
                where=where,
                found=f"the waiver of waivers[{at}] again{both}",
                expected="each finding waived once, by one owner",
                advice="keep one of them, or name a phase in each",
            )
            return


def _given(values: Mapping[str, Value]) -> Iterator[tuple[int, dict[str, Value]]]:
    """Each waiver as it stands in the file, with its place, that names a rule."""
    waivers = values.get("waivers")
    for at, given in enumerate(waivers if isinstance(waivers, list) else ()):
        if isinstance(given, dict) and isinstance(given.get("finding"), str):
            yield at, given


def of_changes(waivers: Iterable[Waiver]) -> tuple[Waiver, ...]:
    """The waivers of findings about a change against its base."""
    return tuple(one for one in waivers if one.finding in _CHANGES)


def held_before(now: Iterable[Waiver], before: Iterable[Waiver]) -> tuple[Waiver, ...]:
    """The waivers that a base has as well, with the earlier end and the smaller limit of both."""
    then = {one.name: one for one in before}
    return tuple(_stricter(one, then[one.name]) for one in now if one.name in then)


def _stricter(one: Waiver, other: Waiver) -> Waiver:
    limits = [waiver.limit for waiver in (one, other) if waiver.limit is not None]
    return one.replace(expires=min(one.expires, other.expires), limit=min(limits, default=None))


def of_plans(waivers: Iterable[Waiver]) -> tuple[Waiver, ...]:
    """All other waivers."""
    return tuple(one for one in waivers if one.finding not in _CHANGES)


_CHANGES = frozenset(rule.id for rule in CHANGE_RULES)


def waived(
    findings: Iterable[Finding], waivers: Iterable[Waiver], today: date
) -> tuple[dict[str, Waiver], tuple[Finding, ...]]:
    """Which findings are accepted, by identity, and what is to be said of the waivers themselves."""
    open_findings = [finding for finding in findings if finding.verdict is not Verdict.PASS]
    by_subject: dict[tuple[str, str], list[Finding]] = {}
    for finding in open_findings:
        by_subject.setdefault((finding.rule, finding.subject), []).append(finding)
    accepted: dict[str, Waiver] = {}
    said: list[Finding] = []
    for waiver in waivers:
        meant = [one for one in by_subject.get((waiver.finding, waiver.subject), ()) if waiver.covers(one)]
        if not meant:
            hint, none = (
                "No finding needs it: remove the waiver",
                Input("findings of the waiver", 0, "findings", REPORT),
            )
            said.append(_about(UNMATCHED, waiver, (1, "waiver without a finding"), hint, none))
        elif today > waiver.expires:
            days = (today - waiver.expires).days
            hint = f"It expired on {waiver.expires}: correct the plan, or ask {waiver.owner} to renew it"
            ends = (on_day("expires", waiver.expires, FILE), on_day("today", today, "clock"))
            said.append(_about(EXPIRED, waiver, (days, "days after its end"), hint, *ends))
        else:
            accepted.update({one.identity: waiver for one in meant if waiver.allows(one)})
            said.extend(_beyond(waiver, one) for one in meant if not waiver.allows(one))
    return accepted, tuple(said)


def _about(rule: Rule, waiver: Waiver, excess: tuple[int, str], hint: str, *inputs: Input) -> Finding:
    demand, unit = excess
    claim = Claim(subject=waiver, demand=demand, capacity=0, unit=unit, inputs=inputs, hint=hint, note=waiver.reason)
    return judge(rule, claim, waiver.phase or "")


def _beyond(waiver: Waiver, finding: Finding) -> Finding:
    limit = waiver.limit or 1.0
    ratio = finding.ratio
    hint = f"{waiver.owner} accepted up to {number(limit)} times the capacity: the finding remains"
    claim = Claim(
        subject=waiver,
        part=finding.phase if waiver.phase is None else "",
        demand=None if ratio is None else min(ratio, 1e9),
        capacity=limit,
        unit="of capacity",
        inputs=(*amounts(finding), Input("limit", limit, "of capacity", FILE)),
        hint=hint,
        missing=finding.missing if ratio is None else (),
        note=waiver.reason,
    )
    return judge(EXCEEDED, claim, finding.phase)

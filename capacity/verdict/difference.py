"""What changes between two plans of one hub: petaflops, megawatts, racks, dates, findings, evidence."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from petaplan.capacity.check import check
from petaplan.capacity.check_report import Report
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.figures import Precision
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.measurement import NONE, Evidence
from petaplan.capacity.report.json import as_values
from petaplan.capacity.units import KW_PER_MW
from petaplan.capacity.verdict.object_changes import ObjectChange, object_changes
from petaplan.capacity.verdict.own_checkout import this_petaplan
from petaplan.capacity.verdict.renamed import Renamed, new_names
from petaplan.reporting.units import number

Values = Mapping[str, Any]


class TwoHubsError(PlanError):
    """Two plans that are not plans of one hub."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparedPlan:
    """One of the two plans: what it declares, and the report on it as plain values."""

    name: str
    """What the reader calls it: a file, a revision, a stack."""
    hub: Hub
    report: Values
    cannot_tell: tuple[str, ...] = ()
    """Hidden values that rules need: those rules were not judged."""
    untold_rules: tuple[str, ...] = ()
    facts: Values | None = None
    """Rules and figures of the petaplan that judged it, where that may be another one than this."""
    catalogue: Catalogue | None = None
    """The catalogue that it was judged by, where this petaplan judged it."""
    judged_by: str = ""
    """Name and version of the petaplan that judged it, where it was read at a revision."""
    renamed: tuple[Renamed, ...] = ()
    """Objects that stand here under the names of a later plan."""

    @property
    def hides_figures(self) -> bool:
        """Whether the figures of its phases rest on a hidden value."""
        return bool(self.cannot_tell) and not self.report["phases"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One quantity before and after; a date is text, what only one side has is None on the other."""

    phase: str
    quantity: str
    unit: str
    before: float | str | None
    after: float | str | None

    @property
    def is_one(self) -> bool:
        """Whether before and after differ by more than the rounding of a report."""
        if isinstance(self.before, str) or isinstance(self.after, str) or None in (self.before, self.after):
            return self.before != self.after
        assert self.before is not None
        assert self.after is not None
        return abs(self.after - self.before) > 1e-6

    @property
    def by(self) -> str:
        """The step in words: ``+576.0``, ``28 days later``, ``new``, ``gone``."""
        if self.before is None or self.after is None:
            return "new" if self.before is None else "gone"
        if isinstance(self.before, str) or isinstance(self.after, str):
            return _days_between(str(self.before), str(self.after))
        if not self.is_one:
            return "no change"
        step = self.after - self.before
        return f"{'+' if step > 0 else '−'}{number(round(abs(step), 2 if abs(step) >= 0.01 else 6))}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """Everything that sets two plans of one hub apart."""

    hub: str
    old: str
    new: str
    verdicts: tuple[str, str]
    changes: tuple[Change, ...]
    """Probabilities of targets, then by phase in the order of their days; only what differs."""
    objects: tuple[ObjectChange, ...]
    evidence: tuple[Change, ...]
    """Share of each target's petaflops by how their figures are known, percent; only what differs.

    Its measured share is stated even if it stays the same.
    """
    appeared: tuple[Values, ...]
    """Findings that the old plan did not have."""
    gone: tuple[Values, ...]
    """Findings that the new plan does not have."""
    cannot_tell: tuple[str, ...] = ()
    """Hidden values of either plan that rules need: those rules were not judged."""
    judged_by: tuple[str, str] = ("", "")
    """Which petaplan judged which side; empty where neither was read at a revision."""

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        evidence = any(change.is_one for change in self.evidence)
        return not (self.changes or self.objects or evidence or self.appeared or self.gone)


def side(
    name: str, hub: Hub, catalogue: Catalogue | None = None, *, evidence: Evidence = NONE, report: Report | None = None
) -> ComparedPlan:
    """A plan with the report of this program's rules and catalogue."""
    report = report or check(hub, catalogue, evidence=evidence)
    return ComparedPlan(
        name=name,
        hub=hub,
        report=as_values(report),
        cannot_tell=report.cannot_tell,
        untold_rules=report.untold_rules,
        catalogue=catalogue,
    )


def difference(old: ComparedPlan, new: ComparedPlan) -> Difference:
    """What changes from old to new.

    Raises:
        TwoHubsError: when they are plans of two hubs.
    """
    if old.hub.name != new.hub.name:
        found, expected = f"the hubs {old.hub.name!r} and {new.hub.name!r}", "two plans of one hub"
        advice = "a hub keeps its name as it grows"
        raise TwoHubsError([Problem(where=f"{old.name} and {new.name}", found=found, expected=expected, advice=advice)])
    old = in_names_of(old, new.hub, (one["subject"] for one in new.report["findings"]))
    untold = {*old.untold_rules, *new.untold_rules}
    before, after = _findings(old, untold), _findings(new, untold)
    hides_figures = old.hides_figures or new.hides_figures
    return Difference(
        hub=new.hub.name,
        old=old.name,
        new=new.name,
        verdicts=(str(old.report["verdict"]), str(new.report["verdict"])),
        changes=() if hides_figures else tuple(change for change in _changes(old, new) if change.is_one),
        objects=tuple(object_changes(old.hub, new.hub, old.renamed)),
        evidence=() if hides_figures else tuple(_evidence_changes(old, new)),
        appeared=tuple(finding for id, finding in after.items() if id not in before),
        gone=tuple(finding for id, finding in before.items() if id not in after),
        cannot_tell=tuple(dict.fromkeys((*old.cannot_tell, *new.cannot_tell))),
        judged_by=_judges(old, new),
    )


def in_names_of(plan: ComparedPlan, later: Hub, subjects: Iterable[str]) -> ComparedPlan:
    """A plan with its findings in the names of a later one, so that what is renamed is compared like any other object.

    ``subjects`` are those of the findings on the later plan. A plan that has these names already is returned as it is.
    """
    names = new_names(plan.hub, later)
    if not names.told:
        return plan
    known = frozenset(subjects)
    report = {
        **plan.report,
        "findings": [
            {
                **one,
                "subject": names.of_subject(one["subject"], known),
                "phase": names.rows.get(one["phase"], one["phase"]),
            }
            for one in plan.report["findings"]
        ],
    }
    for key, member in (("phases", "name"), ("evidence", "target"), ("measured", "target")):
        if key in plan.report:
            report[key] = [{**one, member: names.rows.get(one[member], one[member])} for one in plan.report[key]]
    return replace(plan, hub=names.of_hub(plan.hub), report=report, renamed=(*plan.renamed, *names.told))


def _judges(old: ComparedPlan, new: ComparedPlan) -> tuple[str, str]:
    if not old.judged_by and not new.judged_by:
        return ("", "")
    return (old.judged_by or this_petaplan(), new.judged_by or this_petaplan())


def _evidence_changes(old: ComparedPlan, new: ComparedPlan) -> Iterator[Change]:
    yield from (change for change in _evidence(old, new) if change.is_one)
    yield from _measured(old, new)


def _findings(one: ComparedPlan, untold: Collection[str]) -> dict[str, Values]:
    return {
        f"{finding['verdict']}:{finding['rule']}:{finding['subject']}:{finding['phase']}": finding
        for finding in one.report["findings"]
        if finding["verdict"] != Verdict.PASS and finding["rule"] not in untold
    }


def _phases(one: ComparedPlan) -> dict[str, Values]:
    return {phase["name"]: phase for phase in one.report["phases"]}


def _changes(old: ComparedPlan, new: ComparedPlan) -> Iterator[Change]:
    yield from _chances(old, new)
    before, after = _phases(old), _phases(new)
    phases = sorted({**before, **after}.values(), key=lambda phase: (phase["in_service"], phase["name"]))
    for name in dict.fromkeys(phase["name"] for phase in phases):
        was, now = _quantities(before.get(name)), _quantities(after.get(name))
        for quantity, unit in {**was, **now}:
            key = (quantity, unit)
            yield Change(phase=name, quantity=quantity, unit=unit, before=was.get(key), after=now.get(key))
    yield from _money(old, new)
    yield from _targets(old, new)


MONEY: Mapping[str, str] = {"BUD-001": "capex", "BUD-003": "cost of a year of service"}
"""Rules that compute the cost of a phase; without a budget or a price there is none."""


def _money(old: ComparedPlan, new: ComparedPlan) -> Iterator[Change]:
    before, after = _costs(old), _costs(new)
    for phase, quantity, unit in {**before, **after}:
        key = (phase, quantity, unit)
        yield Change(phase=phase, quantity=quantity, unit=unit, before=before.get(key), after=after.get(key))


def _costs(one: ComparedPlan) -> dict[tuple[str, str, str], float]:
    return {
        (finding["phase"], MONEY[finding["rule"]], finding["unit"]): finding["demand"]
        for finding in one.report["findings"]
        if finding["rule"] in MONEY and finding["demand"] is not None
    }


def _quantities(phase: Values | None) -> dict[tuple[str, str], float | str]:
    """What stands on the day of a phase, by quantity and unit."""
    if phase is None:
        return {}
    made: dict[tuple[str, str], float | str] = {("in service", ""): phase["in_service"]}
    for precision in Precision:
        pflops = phase["peak_dense_pflops"].get(precision)
        if pflops is not None:
            made[f"{precision} dense peak", precision.rate_unit] = pflops
    made["IT power" if phase["it_power_known"] else "IT power, at least", "MW"] = phase["it_power_mw"]
    if phase["racks"]:
        made["IT power per rack, mean", "kW"] = phase["it_power_mw"] * KW_PER_MW / phase["racks"]
    return made | {(what, ""): phase[what] for what in ("pods", "racks", "accelerators")}


def _targets(old: ComparedPlan, new: ComparedPlan) -> Iterator[Change]:
    before = {target.name: target for target in old.hub.targets}
    after = {target.name: target for target in new.hub.targets}
    for name in {**before, **after}:
        was, now = before.get(name), after.get(name)
        unit = (now or was or before[name]).precisions[0].rate_unit
        yield Change(
            phase="",
            quantity=f"target {name}",
            unit=unit,
            before=None if was is None else was.pflops,
            after=None if now is None else now.pflops,
        )
        yield Change(
            phase="",
            quantity=f"day of target {name}",
            unit="",
            before=None if was is None else was.by.isoformat(),
            after=None if now is None else now.by.isoformat(),
        )


def _chances(old: ComparedPlan, new: ComparedPlan) -> Iterator[Change]:
    """The probability of each target that declares a confidence, percent: both of the draws of PF-006.

    A side that an earlier petaplan judged has no figure where its draws could not tell; that target is left out.
    """
    before, after = _probabilities(old), _probabilities(new)
    gone = {target.name for target in old.hub.targets} - {target.name for target in new.hub.targets}
    added = {target.name for target in new.hub.targets} - {target.name for target in old.hub.targets}
    for name in {**before, **after}:
        if (name in before or name in added) and (name in after or name in gone):
            chances = before.get(name), after.get(name)
            yield Change(phase="", quantity=f"probability of {name}", unit="%", before=chances[0], after=chances[1])


def _probabilities(one: ComparedPlan) -> dict[str, float]:
    """Of the inputs, which a verdict that cannot tell has as well."""
    return {
        finding["subject"]: round(100 * given["value"], 2)
        for finding in one.report["findings"]
        if finding["rule"] == "PF-006"
        for given in finding["inputs"]
        if given["name"] == "probability"
    }


def _evidence(old: ComparedPlan, new: ComparedPlan) -> Iterator[Change]:
    before, after = _shares(old), _shares(new)
    for key in {**before, **after}:
        target, status = key
        share = Change(phase=target, quantity=status, unit="%", before=before.get(key, 0.0), after=after.get(key, 0.0))
        yield share


def _measured(old: ComparedPlan, new: ComparedPlan) -> Iterator[Change]:
    """What evidence files measured of each target, percent; nothing where neither side was given any."""
    before, after = _measured_shares(old), _measured_shares(new)
    if not before and not after:
        return
    for target in dict.fromkeys(target.name for target in (*old.hub.targets, *new.hub.targets)):
        shares = before.get(target, 0.0), after.get(target, 0.0)
        yield Change(phase=target, quantity="measured here", unit="%", before=shares[0], after=shares[1])


def _measured_shares(one: ComparedPlan) -> dict[str, float]:
    return {share["target"]: round(100 * share["fraction"], 2) for share in one.report.get("measured", ())}


def _shares(one: ComparedPlan) -> dict[tuple[str, str], float]:
    shares: dict[tuple[str, str], float] = {}
    for basis in one.report["evidence"]:
        parts = basis["pflops_by_status"]
        whole = sum(parts.values())
        shares |= {(basis["target"], status): round(100 * value / whole, 2) for status, value in parts.items() if whole}
    return shares


def _days_between(before: str, after: str) -> str:
    from datetime import date

    days = (date.fromisoformat(after) - date.fromisoformat(before)).days
    return f"{abs(days)} day{'s' * (abs(days) != 1)} {'later' if days > 0 else 'earlier'}"

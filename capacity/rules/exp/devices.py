"""EXP-001, EXP-002: export rules in force that concern the devices of a plan, and listings of their makers.

Each finding gives the facts, the rules with their dates, and refers to counsel. None says what may be done.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from petaplan.capacity.claims import Claim, each_of
from petaplan.capacity.design import Design
from petaplan.capacity.export_facts import (
    ON_DOMESTIC_MAKERS,
    ON_FOREIGN_MAKERS,
    RuleReading,
    destinations,
    measured,
    rule_readings,
    unevaluated,
)
from petaplan.capacity.facts.export_rules import ExportRule, Form, rules_of
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.hub import Phase
from petaplan.capacity.rule import plan_rule

COUNSEL = "Refer to counsel"

Found = tuple[RuleReading, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A device that a phase brings to a country, on the day of the phase."""

    phase: Phase
    country: str
    device: Accelerator
    rules: tuple[ExportRule, ...]
    """Every rule of the catalogue."""

    @property
    def regions(self) -> frozenset[str]:
        """What the destination counts as."""
        return destinations(self.country, self.phase.in_service, self.rules)

    def rule_readings(self, *forms: Form) -> Found:
        """The rules of these forms in force."""
        found = rule_readings(self.device, self.country, self.phase.in_service, *forms, rules=self.rules)
        return tuple(found)


def _cases(design: Design, *forms: Form) -> Iterator[tuple[Case, Found]]:
    """Each device with its rules where a phase first brings it, and again where other rules are in force by then."""
    told: dict[tuple[str, str], tuple[str, ...]] = {}
    for phase in design.phases:
        seen: dict[tuple[str, str], None] = {}
        for placement in design.placements:
            if placement.phase == phase.name:
                country = design.by_name[design.by_name[placement.hall].site].country
                seen.update(dict.fromkeys((country, model) for model in design.pod(placement).accelerators))
        for country, model in sorted(seen):
            case = Case(phase, country, design.accelerator(model), rules_of(design.catalogue))
            found = case.rule_readings(*forms)
            holding = tuple(reading.rule.id for reading in found if reading.holds)
            if told.get((country, model)) != holding:
                told[country, model] = holding
                yield case, found


@plan_rule(
    "EXP-001",
    "Export rules that concern devices of foreign makers are known",
    severity=Verdict.REVIEW,
    formula="rules in force whose condition holds = 0; TPP = max over precisions of dense TOPS x bits, PD = TPP / mm2",
    basis=(
        "EAR 3A090 and the dated rules of capacity/data/export_rules.yaml; facts for counsel; "
        "docs/basis/export.md#performance-and-density, docs/basis/export.md#presumption-of-denial"
    ),
)
def foreign_devices(design: Design) -> Iterator[Claim]:
    """Devices whose maker is in another country than their destination, by phase; Hong Kong counts as China."""
    for case, found in _cases(design, *ON_FOREIGN_MAKERS):
        if case.device.country not in case.regions:
            others = unevaluated(case.phase.in_service, Form.CLASSIFICATION, Form.LICENCE, Form.PARTY, rules=case.rules)
            ids = ", ".join(rule.id for rule in others)
            yield _claim(case, found, f"A plan does not hold the facts for {ids}")


@plan_rule(
    "EXP-002",
    "Guidance and listings that concern devices of domestic makers are known",
    severity=Verdict.REVIEW,
    formula="guidance and listings of makers in force whose condition holds = 0; TPP and PD as in EXP-001",
    basis=(
        "General Prohibition 10 guidance of May 2025, and the Entity List; facts for counsel; "
        "docs/basis/export.md#guidance-on-devices-of-domestic-makers, docs/basis/export.md#listings-of-makers"
    ),
)
def domestic_devices(design: Design) -> Iterator[Claim]:
    """Devices of makers in the destination: guidance may concern those who use them, tenants included."""
    for case, found in _cases(design, *ON_DOMESTIC_MAKERS):
        if found and case.device.country in case.regions:
            yield _claim(case, found, "Tenants from abroad need the same review")


def _claim(case: Case, found: Found, more: str) -> Claim:
    holding = [reading.rule for reading in found if reading.holds]
    missing = () if holding else tuple(dict.fromkeys(name for reading in found for name in reading.missing))
    texts = [f"{rule.id} (from {rule.effective}; {rule.citation}): {rule.text}" for rule in holding]
    return Claim(
        case.phase,
        case.device.model,
        None if missing else float(len(holding)),
        0.0,
        "rule in force concerns it" if len(holding) == 1 else "rules in force concern it",
        inputs=(
            *measured(case.device).inputs,
            each_of((rule.id for rule in holding), "condition holds:", "rules", "rules of the catalogue"),
        ),
        hint=lambda _: f"{' '.join(texts)} {more}. {COUNSEL}.",
        missing=missing,
        note=_note(case, found),
    )


def _note(case: Case, found: Found) -> str:
    counted = ", which counts as CN" if "CN" in case.regions and case.country != "CN" else ""
    read_on = max((reading.rule.as_of for reading in found), default=case.phase.in_service)
    return f"destination {case.country}{counted}; rules as read on {read_on}"

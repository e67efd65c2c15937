"""COOL-002, COOL-007: heat that a rack gives to the air."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim, at_most, planned
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.findings import Input, Verdict, number
from petaplan.capacity.gaps import Gaps, joined
from petaplan.capacity.memo import memoized_by_object
from petaplan.capacity.rack_facts import RackFacts
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.thermal.heat import Heat, heats_in, liquid_share


@plan_rule(
    "COOL-002",
    "Air heat of a rack is within the limit of the site",
    formula="it_power_kw x (1 - liquid_fraction) of one rack <= air_limit_kw",
    basis=(
        "guidance differs from 25 to 40 kW, so the site states its limit; docs/basis/cooling.md#air-limit-of-a-rack"
    ),
)
def air_limit(design: Design) -> Iterator[Claim]:
    """The rack of each pod that gives the most heat to the air."""
    return (_air_claim(design, placement, "air_limit_kw") for placement in design.placements)


@plan_rule(
    "COOL-007",
    "Air heat of a rack is below the warning level of the site",
    severity=Verdict.WARNING,
    formula="it_power_kw x (1 - liquid_fraction) of one rack <= air_warning_kw",
    basis=(
        "guidance differs from 25 to 40 kW, so the site states its limit; docs/basis/cooling.md#air-limit-of-a-rack"
    ),
)
def air_warning(design: Design) -> Iterator[Claim]:
    """The rack of each pod that gives the most heat to the air, against the level from which air needs care."""
    claims = (_air_claim(design, placement, "air_warning_kw") for placement in design.placements)
    return (claim for claim in claims if not claim.missing)


@memoized_by_object
def _liquid_fraction(_: Design, facts: RackFacts) -> tuple[Input, ...]:
    """The liquid fraction of a rack, under the names of the figures that it comes from."""
    share = liquid_share(facts)
    source = "; ".join(f"{given.name}: {given.source}" for given in share.inputs)
    return () if share.value is None else (Input("liquid_fraction", share.value, "fraction", source),)


@memoized_by_object
def _hottest(design: Design, placement: Placement) -> tuple[RackFacts, Heat, Gaps]:
    """The rack of a pod that gives the most heat to the air, and what the heat of all of them lacks."""
    heats, runs = heats_in(design, placement), design.pod(placement).rack_groups
    (_, facts), hottest = max(zip(runs, heats, strict=True), key=lambda run: run[1].air_kw)
    return facts, hottest, joined(heat.missing for heat in heats)


def _air_claim(design: Design, placement: Placement, field: str) -> Claim:
    site = design.by_name[design.by_name[placement.hall].site]
    facts, hottest, missing = _hottest(design, placement)
    return at_most(
        placement,
        hottest.air_kw,
        getattr(site, field),
        "kW",
        inputs=(*facts.it_power_kw.inputs, *_liquid_fraction(design, facts), planned(site, field)),
        hint=lambda over: (
            f"Over by {number(over)} kW per rack of {hottest.rack.name}: use liquid or a rear-door heat exchanger"
        ),
        missing=missing,
        note=f"a rack of {hottest.rack.name}",
    )

"""PWR: can it be powered?"""

from collections.abc import Iterator
from datetime import date

from capacity.chain import SQRT3, chain_of, circuit_kva, input_kw, rated_kva
from capacity.compute import Pod
from capacity.design import State
from capacity.findings import Claim, Input, number, rule
from capacity.power import Busway, Feed, Intake
from capacity.site import Jurisdiction
from capacity.units import W_PER_KW

CONTINUOUS_LOAD_FRACTION = {Jurisdiction.HK: 1.0, Jurisdiction.IEC: 1.0, Jurisdiction.US: 0.8}
"""Share of a breaker's rating that a continuous load may use: all of it where the device is rated for it (IEC 60364
practice, which Hong Kong's Code of Practice follows), 80 % in US practice. Engineering knowledge, not verified
against the texts: see docs/adr/0005."""


@rule(
    "PWR-001",
    "Busways carry the load of their rows",
    formula="P / pf <= units x sqrt(3) x V_LL x I x derating",
    basis="physics; capacity reference 3.1, PWR-001 and PWR-003",
)
def busways(state: State) -> Iterator[Claim]:
    """Apparent power through each busway with everything in order."""
    chain = chain_of(state)
    flow = chain.normal
    for node in state.standing(state.design.hub.busways):
        site = state.design.by_name[state.design.by_name[node.hall].site]
        yield _apparent(node, flow.output_kw[node.name], site, chain.missing)


def _apparent(node: Busway, load_kw: float, site: object, missing: tuple[str, ...]) -> Claim:
    factor: float = site.load_power_factor  # type: ignore[attr-defined]
    derating = CONTINUOUS_LOAD_FRACTION[site.jurisdiction]  # type: ignore[attr-defined]
    demand, capacity = load_kw / factor, rated_kva(node) * derating
    return Claim(
        subject=node,
        demand=None if missing else demand,
        capacity=capacity,
        unit="kVA",
        inputs=(
            Input("P", load_kw, "kW", "racks of this plan"),
            Input("pf", factor, "fraction", "site of this plan"),
            Input("V_LL", node.voltage_ll_v, "V", "this plan"),
            Input("I", node.rated_current_a, "A", "this plan"),
            Input("units", node.units, "busways", "this plan"),
            Input("derating", derating, "fraction", "jurisdiction"),
        ),
        hint=f"move {number((demand - capacity) * factor)} kW of racks to another busway" if demand > capacity else "",
        missing=missing,
    )


@rule(
    "PWR-002",
    "Circuits carry the current of their cabinet",
    formula="P / feeds / (sqrt(3) x V_LL x pf) <= I x derating; one phase: P / feeds / (V_LN x pf)",
    basis="physics; capacity reference 3.1, PWR-002 and PWR-003",
)
def circuits(state: State) -> Iterator[Claim]:
    """The current of each cabinet's circuit, all its feeds being live."""
    for placed in state.placed:
        own = placed.feeds if isinstance(placed, Pod) else ()
        hall = state.design.by_name[placed.hall]
        site = state.design.by_name[hall.site]
        derating = CONTINUOUS_LOAD_FRACTION[site.jurisdiction]
        for rack, facts in state.design.pod(placed).runs:
            feeds = own if rack.feeds is None else rack.feeds
            part = rack.name if isinstance(placed, Pod) else ""
            if not feeds:
                yield Claim(subject=placed, part=part, demand=1.0, capacity=0.0, unit="feeds", hint="name its feeds")
            for name in feeds:
                feed: Feed = state.design.by_name[name]
                factor = site.load_power_factor
                volts = feed.voltage_ll_v * SQRT3 if feed.voltage_ll_v else feed.voltage_ln_v or 0.0
                power = facts.it_power_kw
                limit = feed.rated_current_a * derating
                amps = None if power.value is None else power.value / len(feeds) * W_PER_KW / (volts * factor)
                yield Claim(
                    subject=placed,
                    part=f"{part}@{name}" if part else f"@{name}",
                    demand=amps,
                    capacity=limit,
                    unit="A",
                    inputs=(
                        *power.inputs,
                        Input("feeds", len(feeds), "feeds", "this plan"),
                        Input("V", feed.voltage_ll_v or feed.voltage_ln_v or 0.0, "V", "this plan"),
                        Input("pf", factor, "fraction", "site of this plan"),
                        Input("I", feed.rated_current_a, "A", "this plan"),
                        Input("derating", derating, "fraction", f"jurisdiction {site.jurisdiction}"),
                    ),
                    hint=_circuit_hint(amps, limit, circuit_kva(feed)),
                    missing=power.missing,
                )


def _circuit_hint(amps: float | None, limit: float, kva: float) -> str:
    if amps is None or amps <= limit:
        return ""
    return f"{number(amps - limit)} A too many for a circuit of {number(kva)} kVA: a larger breaker or one more feed"


@rule(
    "PWR-014",
    "Every cabinet has a circuit of its own",
    formula="cabinets that name the feed <= circuits of the feed",
    basis="one circuit serves one cabinet",
)
def circuits_enough(state: State) -> Iterator[Claim]:
    """Cabinets against circuits, feed by feed."""
    wanted: dict[str, int] = {}
    for placed in state.placed:
        own = placed.feeds if isinstance(placed, Pod) else ()
        for rack, _ in state.design.pod(placed).runs:
            for name in own if rack.feeds is None else rack.feeds:
                wanted[name] = wanted.get(name, 0) + rack.count
    for feed in state.standing(state.design.hub.feeds):
        short = wanted.get(feed.name, 0) - feed.units
        yield Claim(
            subject=feed,
            demand=float(wanted.get(feed.name, 0)),
            capacity=float(feed.units),
            unit="circuits",
            hint=f"{short} circuits more, or other feeds for {short} cabinets" if short > 0 else "",
        )


@rule(
    "PWR-013",
    "Halls have the power their racks draw",
    formula="sum of it_power_kw of the racks in the hall <= it_power_limit_kw",
    basis="what the room was built for",
)
def halls(state: State) -> Iterator[Claim]:
    """Nameplate IT power in each hall."""
    for hall in state.standing(state.design.hub.halls):
        demand, missing = 0.0, {}
        for placed in state.placed_by_hall.get(hall.name, ()):
            power = state.design.pod(placed).it_power_kw
            demand += power.value or 0.0
            missing.update(dict.fromkeys(power.missing))
        over = demand - hall.it_power_limit_kw
        yield Claim(
            subject=hall,
            demand=None if missing else demand,
            capacity=hall.it_power_limit_kw,
            unit="kW",
            inputs=(Input("it_power_limit_kw", hall.it_power_limit_kw, "kW", "this plan"),),
            hint=f"{number(over)} kW of racks must stand elsewhere" if over > 0 else "",
            missing=tuple(missing),
        )


@rule(
    "PWR-011",
    "The utility supplies what the site draws",
    formula="(racks + cooling plant + losses of the chain) / pf <= contracted_kva on the day",
    basis="capacity reference 3.1, PWR-011",
)
def intakes(state: State) -> Iterator[Claim]:
    """Apparent power drawn from each intake against what is contracted on that day."""
    chain = chain_of(state)
    flow = chain.normal
    for intake in state.standing(state.design.hub.intakes):
        site = state.design.by_name[intake.site]
        factor = site.load_power_factor
        drawn = input_kw(intake, flow.output_kw[intake.name])
        contracted = supplied_kva(intake, state.day)
        demand, capacity = drawn / factor, min(contracted, rated_kva(intake))
        yield Claim(
            subject=intake,
            demand=None if chain.missing else demand,
            capacity=capacity,
            unit="kVA",
            inputs=(
                Input("P", drawn, "kW", "load flow of this plan"),
                Input("pf", factor, "fraction", "site of this plan"),
                Input("contracted_kva", contracted, "kVA", "this plan"),
                Input("rated_kva", rated_kva(intake), "kVA", "this plan"),
            ),
            hint=f"{number(demand - capacity)} kVA more must be contracted by {state.day}" if demand > capacity else "",
            missing=chain.missing,
        )


def supplied_kva(intake: Intake, day: date) -> float:
    """What the utility has contracted to supply on a day, kVA."""
    steps = [step.contracted_kva for step in intake.supply if step.from_date <= day]
    return steps[-1] if steps else 0.0

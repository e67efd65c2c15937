"""NET-007: power of switches and modules against the racks that hold them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from petaplan.capacity.claims import PLAN, Claim, at_most
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.attachment import Cabinets, cabinets_of
from petaplan.capacity.fabrics.fabric import cages_for
from petaplan.capacity.findings import Input, later, number
from petaplan.capacity.gaps import Gaps
from petaplan.capacity.hardware import Optic, SwitchModel
from petaplan.capacity.network import Fabric, Tier
from petaplan.capacity.quantity import from_catalogue
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.net.parts import fabrics_of, facing, optic_of, switch_of
from petaplan.capacity.state import State
from petaplan.capacity.units import W_PER_KW


@dataclass(slots=True)
class Draw:
    """Power of a fabric, W, with its inputs and with the figures that nobody publishes."""

    watts: float = 0.0
    inputs: list[Input] = field(default_factory=list)
    missing: dict[str, None] = field(default_factory=dict)

    def add(self, count: int, product: SwitchModel | Optic, what: str, unit: str) -> None:
        """So many products of a kind."""
        power = from_catalogue(product, "power_w")
        self.missing.update(dict.fromkeys(power.missing))
        if power.value is not None:
            self.watts += count * power.value
            self.inputs += [Input(what, count, unit, PLAN), *power.inputs]


@rule(
    "NET-007",
    "Rack power includes switches and modules",
    formula="switches x power_w + modules x power_w <= it_power_kw of the racks that name the fabric",
    basis="switches and modules draw power; docs/basis/network.md#power-of-switches-and-modules",
)
def network_power(state: State) -> Iterator[Claim]:
    """Power of switches and of the modules at their end of each link, against the racks that hold them."""
    draws = {fabric.name: _draw(state.design, fabric) for fabric in fabrics_of(state)}
    pools = cabinets_of(state, {name: draw.watts for name, draw in draws.items()})
    for fabric in fabrics_of(state):
        if pools[fabric.name].known:  # SPC-009 reports a fabric without racks
            yield _power_claim(fabric, draws[fabric.name], pools[fabric.name])


def _power_claim(fabric: Fabric, draw: Draw, pool: Cabinets) -> Claim:
    sold_with = all(tier.switch in pool.switches for tier in fabric.tiers)
    included = {f"{tier.switch}.power_w" for tier in fabric.tiers} if sold_with else set()
    return at_most(
        fabric,
        draw.watts / W_PER_KW,
        pool.power_kw or 0.0,
        "kW",
        inputs=(*draw.inputs, later(pool.inputs, "it_power_kw", lambda facts: facts.it_power_kw.value, "kW")),
        hint=lambda over: f"Short by {number(over)} kW in racks of role switch that name the fabric",
        missing=Gaps((*(name for name in draw.missing if name not in included), *pool.missing), pool.unverified),
    )


def _draw(design: Design, fabric: Fabric) -> Draw:
    draw, copies = Draw(), fabric.planes * fabric.domains
    for tier in fabric.tiers:
        switch = switch_of(design, tier)
        draw.add(copies * tier.switches, switch, f"{tier.name} switches", "switches")
        for way, optic, modules in _modules(design, tier, switch):
            draw.add(copies * tier.switches * modules, optic, f"{tier.name} {way} modules", "modules")
    return draw


def _modules(design: Design, tier: Tier, switch: SwitchModel) -> Iterator[tuple[str, Optic, int]]:
    """Modules of one switch by direction."""
    for way, links in facing(tier):
        optic = optic_of(design, links)
        cages = cages_for(switch, optic, links.ports, links.gbps)
        yield way, optic, links.ports if cages is None else cages

"""PWR-030, PWR-031: alternating and direct current."""

from collections.abc import Iterator

from petaplan.capacity.claims import Claim, each_of, must_be_zero, planned
from petaplan.capacity.design import Design
from petaplan.capacity.electric.building import power_order
from petaplan.capacity.electric.graph import sources
from petaplan.capacity.findings import Verdict, number
from petaplan.capacity.power import Battery, Busway, Feed, PowerObject, is_dc
from petaplan.capacity.rule import plan_rule


@plan_rule(
    "PWR-030",
    "Alternating and direct current meet in rectifiers only",
    formula="sources of direct current of what takes alternating current, and the reverse, = 0; a rectifier takes "
    "alternating current and gives direct current",
    basis="no other equipment of a plan converts one into the other; docs/basis/power.md#direct-current",
)
def currents(design: Design) -> Iterator[Claim]:
    """Each object with a source, in hubs that have direct current at all."""
    if not any(is_dc(node) for node in design.hub.power_nodes):
        return
    gives: dict[str, bool] = {}
    for node in power_order(design):
        above = {name: gives[name] for name in sources(node) if name in gives}
        gives[node.name] = is_dc(node) or (isinstance(node, Battery) and any(above.values()))
        if above and not isinstance(node, Battery):
            takes = isinstance(node, Busway | Feed) and is_dc(node)
            yield _current_claim(node, [name for name, dc in above.items() if dc != takes], takes)


def _current_claim(node: PowerObject, others: list[str], takes_dc: bool) -> Claim:
    own, other = ("direct", "alternating") if takes_dc else ("alternating", "direct")
    remedy = "put a rectifier between them" if takes_dc else "set supply: dc, or feed it from alternating current"
    return must_be_zero(
        node,
        len(others),
        "sources of the other current",
        inputs=(each_of(others, f"of {other} current:", "sources of the other current"),),
        hint=lambda _: f"It takes {own} current and {', '.join(others)} gives {other} current: {remedy}",
    )


LOW_VOLTAGE_V = (690.0, 1_000.0)
"""Highest usual voltage line to line of a circuit to a rack, and the next standard one (IEC 60038)."""
CLOSE = 0.05


@plan_rule(
    "PWR-031",
    "Voltages above 690 V between lines are meant",
    severity=Verdict.REVIEW,
    formula="busways and feeds of alternating current with 725 V < voltage_ll_v < 950 V = 0",
    basis="between 690 V and 1,000 V IEC 60038 has no voltage of three-phase systems, and 800 V is a usual one of "
    "direct current; engineering knowledge, unverified; docs/basis/power.md#direct-current",
)
def meant(design: Design) -> Iterator[Claim]:
    """Each busway and feed of alternating current above 690 V."""
    usual, standard = LOW_VOLTAGE_V
    for node in design.hub.power_nodes:
        if not isinstance(node, Busway | Feed) or is_dc(node):
            continue
        volts = node.voltage_ll_v
        if volts is not None and volts > usual * (1 + CLOSE):
            odd = volts < standard * (1 - CLOSE)
            yield must_be_zero(
                node,
                int(odd),
                "unusual voltage",
                inputs=(planned(node, "voltage_ll_v"),),
                hint=f"{number(volts)} V is counted as alternating current between lines: for direct current set "
                "supply: dc and voltage_dc_v",
            )

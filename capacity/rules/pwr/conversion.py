"""PWR-007, PWR-015, PWR-017, PWR-029: transformers, UPSes, rectifiers with nothing lost; units called spare."""

from collections.abc import Iterable, Iterator

from petaplan.capacity.claims import LOAD_FLOW, Claim, at_most, planned
from petaplan.capacity.electric.building import power_graph_of
from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import PowerGraph
from petaplan.capacity.electric.lines import loading_kw
from petaplan.capacity.electric.reserve import limit_without_spares_kw, together
from petaplan.capacity.findings import Given, Input, number
from petaplan.capacity.power import Battery, Generator, Rectifier, Transformer, Ups
from petaplan.capacity.rule import rule
from petaplan.capacity.rules.pwr.terms import limits_of_groups, more_units, power_factor
from petaplan.capacity.state import State


@rule(
    "PWR-007",
    "Transformer input, losses included, is within the rating",
    formula="(P_out / efficiency_fraction + units x no_load_loss_kw) / load_power_factor <= units x unit_rated_kva",
    basis="IEC 60076-1: rated power at the primary side; docs/basis/power.md#losses-and-ratings",
)
def transformers(state: State) -> Iterator[Claim]:
    """Apparent power that each group of transformers draws, with nothing lost."""
    graph = power_graph_of(state)
    flow = normal_flow(graph)
    for place, node in enumerate(graph.nodes):
        if isinstance(node, Transformer):
            factor = graph.terms_of(node).power_factor
            yield at_most(
                node,
                flow.input_kw[place] / factor,
                graph.ratings_kva[place],
                "kVA",
                inputs=(
                    Input("P_out", flow.output_kw[place], "kW", LOAD_FLOW),
                    planned(node, "efficiency_fraction", "no_load_loss_kw", "unit_rated_kva", "units"),
                    power_factor(factor),
                ),
                hint=more_units(node.unit_rated_kva, "kVA"),
                missing=graph.missing_inputs[place],
            )


@rule(
    "PWR-015",
    "UPS load is within the rating in kW and in kVA",
    formula="P_out <= units x min(unit_rated_kw, unit_rated_kva x load_power_factor)",
    basis="IEC 62040-3: a UPS has two ratings, the lower one counts; docs/basis/power.md#losses-and-ratings",
)
def ups_systems(state: State) -> Iterator[Claim]:
    """Output of each group of UPS modules with nothing lost."""
    graph = power_graph_of(state)
    for place, node in enumerate(graph.nodes):
        if isinstance(node, Ups):
            factor = power_factor(graph.terms_of(node).power_factor)
            rating = (planned(node, "unit_rated_kw", "unit_rated_kva", "units"), factor)
            yield _output_claim(graph, place, rating, graph.limits_kw[place] / node.units)


@rule(
    "PWR-029",
    "Rectifier load is within the rating",
    formula="P_out <= units x unit_rated_kw",
    basis="the rating of a rectifier is its output of direct current; docs/basis/power.md#direct-current",
)
def rectifiers(state: State) -> Iterator[Claim]:
    """Output of each group of rectifier modules with nothing lost."""
    graph = power_graph_of(state)
    for place, node in enumerate(graph.nodes):
        if isinstance(node, Rectifier):
            yield _output_claim(graph, place, (planned(node, "unit_rated_kw", "units"),), node.unit_rated_kw)


def _output_claim(graph: PowerGraph, place: int, rating: Iterable[Given], unit_kw: float) -> Claim:
    """The output of a group with nothing lost, against the limit of its modules."""
    output_kw = normal_flow(graph).output_kw[place]
    return at_most(
        graph.nodes[place],
        output_kw,
        graph.limits_kw[place],
        "kW",
        inputs=(Input("P_out", output_kw, "kW", LOAD_FLOW), *rating),
        hint=more_units(unit_kw, "kW"),
        missing=graph.missing_inputs[place],
    )


@rule(
    "PWR-017",
    "Spare units are not needed with nothing lost",
    formula="P_out (of busways: three times the line with the highest load) <= limit of units - spare_units; groups "
    "that feed the same equipment are added",
    basis="a spare unit is not needed while nothing is lost; docs/basis/power.md#spare-units",
)
def spares(state: State) -> Iterator[Claim]:
    """Objects that declare spare units, against the limit of the other units."""
    graph = power_graph_of(state)
    for place, node in enumerate(graph.nodes):
        aside = isinstance(node, Generator) or (isinstance(node, Battery) and not graph.children[place])
        if node.spare_units and not aside and not graph.is_feed[place]:
            yield _spare_claim(graph, place)


def _spare_claim(graph: PowerGraph, place: int) -> Claim:
    node, group = graph.nodes[place], graph.parallel[place]
    flow = normal_flow(graph)
    demand = sum(loading_kw(flow, other) for other in group)
    return at_most(
        node,
        demand,
        sum(limit_without_spares_kw(graph, other) for other in group),
        "kW",
        inputs=(
            Input("P_out", demand, "kW", LOAD_FLOW),
            *limits_of_groups(graph, group),
        ),
        hint=lambda over: f"{number(over)} kW need units that are called spare: add units or move racks",
        missing=graph.missing_inputs[place],
        note=together(graph, place),
    )

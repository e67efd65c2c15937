"""A second opinion on the load flow: everything worked out again for every loss, as simply as it can be said.

It shares no code with capacity.electric: names instead of places, networkx for the order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx  # type: ignore[import-untyped]

from petaplan.capacity.electric.graph import Load
from petaplan.capacity.power import Battery, Busway, Feed, Generator, Intake, PowerObject, Rectifier, Transformer, Ups


@dataclass(frozen=True)
class Answer:
    """What each object gives, which are without power, which loads are dark."""

    output_kw: Mapping[str, float]
    dead: frozenset[str]
    dark: frozenset[str]


def brute_force(nodes: Iterable[PowerObject], loads: Iterable[Load], gone: Mapping[str, int]) -> Answer:
    """The load flow with so many units of some objects gone."""
    table = {node.name: node for node in nodes}
    order = _order(table)
    left = {name: (node.units - min(gone.get(name, 0), node.units)) / node.units for name, node in table.items()}
    powered, drawn_from = _powered(table, order, left)
    output = dict.fromkeys(table, 0.0)
    dark: set[str] = set()
    for load in loads:
        live = {feed for feed in load.feeds if feed in powered}
        if not live:
            dark.add(load.name)
        for feed in live:
            output[feed] += load.power_kw / len(live)
    for name in reversed(order):
        if name in drawn_from:
            node, need = table[name], output[name]
            if isinstance(node, Transformer | Ups | Rectifier):
                need = need / node.efficiency_fraction + node.no_load_loss_kw * node.units * left[name]
            weights = {source: _rating(table[source]) * left[source] for source in drawn_from[name]}
            for source, weight in weights.items():
                output[source] += need * weight / sum(weights.values())
    return Answer({name: output[name] for name in powered}, frozenset(table) - powered, frozenset(dark))


def _order(table: Mapping[str, PowerObject]) -> list[str]:
    graph = nx.DiGraph()
    graph.add_nodes_from(table)
    for name, node in table.items():
        graph.add_edges_from((source, name) for source in _all_sources(node) if source in table)
    return list(nx.topological_sort(graph))


def _powered(
    table: Mapping[str, PowerObject], order: Iterable[str], left: Mapping[str, float]
) -> tuple[set[str], dict[str, list[str]]]:
    """Names of what has power, and where each object draws it from."""
    powered: set[str] = set()
    drawn_from: dict[str, list[str]] = {}
    for name in order:
        node = table[name]
        if left[name] == 0:
            continue
        if isinstance(node, Intake | Generator):
            powered.add(name)
            continue
        choice = [source for source in node.fed_by if source in powered]
        if not choice:
            standing_by = [source for source in getattr(node, "standby_from", ()) if source in powered]
            tied = [source for source in standing_by if not isinstance(table[source], Generator)]
            choice = tied or standing_by
        if choice:
            powered.add(name)
            drawn_from[name] = choice
    return powered, drawn_from


def _all_sources(node: PowerObject) -> tuple[str, ...]:
    if isinstance(node, Intake | Generator):
        return ()
    return (*node.fed_by, *getattr(node, "standby_from", ()))


def _rating(node: PowerObject) -> float:
    if isinstance(node, Busway):
        volts = node.voltage_dc_v or (node.voltage_ll_v or 0.0) * 3**0.5
        return node.units * volts * node.rated_current_a / 1_000
    if isinstance(node, Feed):
        volts = node.voltage_dc_v or node.voltage_ln_v or (node.voltage_ll_v or 0.0) * 3**0.5
        return node.units * volts * node.rated_current_a / 1_000
    if isinstance(node, Battery | Rectifier):
        return node.units * node.unit_rated_kw
    return node.units * node.unit_rated_kva

"""Checks that types cannot express: names, references, dates and shapes of a hub."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import TypeVar, get_args, get_type_hints

from petaplan.capacity.compute import RackGroup, StandAloneRackGroup
from petaplan.capacity.cooling import Coolant
from petaplan.capacity.document.schedule import faults_alone, schedule_faults
from petaplan.capacity.document.strict import Suggestions
from petaplan.capacity.document.workloads import workload_faults
from petaplan.capacity.errors import Problem
from petaplan.capacity.hub import Assumption, Hub
from petaplan.capacity.names import in_words, listed, with_article
from petaplan.capacity.network import Fabric
from petaplan.capacity.noun import Declared, Named
from petaplan.capacity.power import Busway, Feed, Generator, Intake, PowerObject, Supply
from petaplan.capacity.references import POWER, Ref, Reference, names_in, references, referring
from petaplan.capacity.targets import Counting, Target

MOST_RACKS = 500_000
"""Racks of the largest hub that is still taken for a plan."""

K = TypeVar("K", bound=Named)


def problems_in(hub: Hub) -> list[Problem]:
    """Everything that makes the hub no valid declaration, in the order of its tables."""
    problems = [*_names(hub), *_references(hub), *_media(hub), *_routes(hub), *_dates(hub), *_shapes(hub)]
    problems += [_problem(*fault) for fault in (*schedule_faults(hub), *workload_faults(hub))]
    return problems or [*_cycles("power", _power_arcs(hub), hub), *_cycles("phase", _phase_arcs(hub), hub)]


def problems_alone(hub: Hub) -> list[Problem]:
    """What objects break by themselves, whatever else the hub has: names used twice, dates, shapes."""
    return [*_names(hub), *_dates(hub), *_shapes(hub), *_of_phases_alone(hub)]


def _of_phases_alone(hub: Hub) -> Iterator[Problem]:
    yield from (_problem(*fault) for fault in faults_alone(hub))
    yield from (_problem(*fault) for fault in workload_faults(hub))


def _problem(noun: Declared, found: str, expected: str, advice: str = "") -> Problem:
    label = f"{in_words(type(noun).__name__)} {getattr(noun, 'name', '')!r}"
    return Problem(where=f"{noun.declared_at}: {label}", found=found, expected=expected, advice=advice)


def _rows(hub: Hub) -> Iterator[Named]:
    for _, rows in hub.tables():
        yield from rows


def _names(hub: Hub) -> Iterator[Problem]:
    seen: dict[str, Declared] = {}
    for row in _rows(hub):
        first = seen.setdefault(row.name, row)
        if first is not row:
            kind = with_article(type(first).__name__)
            yield _problem(row, f"the name of {kind} at {first.declared_at}", "a name of its own", "rename one")
    for pod in hub.pods:
        runs: dict[str, RackGroup] = {}
        for rack in pod.racks:
            if runs.setdefault(rack.name, rack) is not rack:
                yield _problem(
                    rack, f"the name again in pod {pod.name!r}", "each rack name once in a pod", "rename one"
                )


def _by_name(rows: Iterable[K]) -> dict[str, K]:
    return {row.name: row for row in rows}


def _references(hub: Hub) -> Iterator[Problem]:
    known = cache(lambda table: _by_name(getattr(hub, table)).keys())
    suggest = Suggestions()
    for row in _rows(hub):
        for noun in referring(row):
            for reference in references(noun.__class__) if isinstance(noun, Declared) else ():
                yield from _dangling(noun, reference, known, suggest)


def _dangling(
    noun: Declared, reference: Reference, known: Callable[[str], Collection[str]], suggest: Suggestions
) -> Iterator[Problem]:
    for name in reference.names(noun):
        if not any(name in known(table) for table in reference.ref.tables):
            rows = (row for table in reference.ref.tables for row in known(table))
            expected = f"the name of a declared {what_is_named(reference.ref)}"
            yield _problem(noun, f"{reference.field} {name!r}", expected, suggest(name, rows))


@cache
def what_is_named(ref: Ref) -> str:
    """The kind of object that a reference names, for a message."""
    if ref.tables == (POWER,):
        return "power object"
    hints = get_type_hints(Hub)
    return " or ".join(in_words(get_args(hints[table])[0].__name__) for table in ref.tables)


def _media(hub: Hub) -> Iterator[Problem]:
    """Loops of another medium than the field that names them."""
    loops = _by_name(hub.cooling_loops)
    wanted: list[tuple[Named, str, Coolant]] = [(cdu, "loop", Coolant.LIQUID) for cdu in hub.cdus]
    for placement in (*hub.pods, *hub.racks):
        wanted += [(placement, "liquid_loop", Coolant.LIQUID), (placement, "air_loop", Coolant.AIR)]
    for noun, field, coolant in wanted:
        loop = loops.get(getattr(noun, field) or "")
        if loop is not None and loop.coolant is not coolant:
            yield _problem(noun, f"{field} {loop.name!r}, a loop of {loop.coolant}", f"a loop of {coolant}")


def _routes(hub: Hub) -> Iterator[Problem]:
    sites = _by_name(hub.sites)
    suggest = Suggestions()
    for site in hub.sites:
        for route in site.routes:
            if route.to not in sites or route.to == site.name:
                yield _problem(site, f"a route to {route.to!r}", "the name of another site", suggest(route.to, sites))


def _dates(hub: Hub) -> Iterator[Problem]:
    phases = _by_name(hub.phases)
    for phase in hub.phases:
        if phase.starts > phase.in_service:
            yield _problem(
                phase,
                f"starts {phase.starts} after in_service {phase.in_service}",
                "starts first",
                "swap them",
            )
    for row in _rows(hub):
        retired: date | None = getattr(row, "retired", None)
        own: date | None = getattr(row, "in_service", None)
        begun = phases.get(getattr(row, "phase", None) or "")
        serving = own or (begun.in_service if begun is not None else None)
        if retired is not None and serving is not None and retired <= serving:
            yield _problem(row, f"retired {retired}, in service {serving}", "a later day of retirement")
    for site in hub.sites:
        bases = Counter((factor.basis, factor.from_date) for factor in site.carbon)
        for basis, day in sorted(each for each, times in bases.items() if times > 1):
            yield _problem(site, f"two {basis} carbon factors from {day}", "one a basis and day", "keep one of them")
    for intake in hub.intakes:
        days = [step.from_date for step in intake.supply]
        if days != sorted(set(days)):
            yield _problem(intake, "supply steps out of order", "rising from_date, each day once", "sort them")


def _shapes(hub: Hub) -> Iterator[Problem]:
    for table in ("sites", "phases"):
        if not getattr(hub, table):
            yield _problem(hub, f"no {table}", f"at least one of {table}")
    for feed in hub.feeds:
        yield from _feed_shape(feed)
    for busway in hub.busways:
        yield from _busway_shape(busway)
    yield from _ends(hub)
    for node in hub.power_nodes:
        yield from _supply_shape(node)
    for row in (*hub.power_nodes, *hub.cooling_nodes):
        if row.spare_units >= row.units:
            yield _problem(row, f"{row.spare_units} spare of {row.units} units", "fewer spare units than units")
    racks = sum(rack.count for pod in hub.pods for rack in pod.racks) + sum(rack.count for rack in hub.racks)
    if racks > MOST_RACKS:
        yield _problem(hub, f"{racks:,} racks", f"at most {MOST_RACKS:,}", "split the plan into several hubs")
    for fabric in hub.fabrics:
        yield from _link_shapes(fabric)
    for target in hub.targets:
        yield from _target_shape(target)
    for assumption in hub.assumptions:
        yield from _assumption_shape(assumption)
    yield from _rack_shapes(hub)


def _feed_shape(feed: Feed) -> Iterator[Problem]:
    if feed.supply is Supply.DC:
        yield from _dc_shape(feed, "voltage_ll_v", "voltage_ln_v", "line", "single_phase")
        return
    if feed.voltage_dc_v is not None:
        yield _problem(feed, "voltage_dc_v with supply: ac", "supply: dc, or a voltage of alternating current")
    elif (feed.voltage_ll_v is None) == (feed.voltage_ln_v is None):
        yield _problem(feed, "both or neither voltage", "voltage_ll_v (three-phase) or voltage_ln_v (single-phase)")
    if feed.single_phase and feed.voltage_ll_v is None:
        yield _problem(feed, "single_phase with voltage_ln_v", "voltage_ll_v for circuits between two lines")
    if feed.line is not None and feed.voltage_ln_v is None and not feed.single_phase:
        yield _problem(feed, f"line {feed.line} on a three-phase feed", "a line on single-phase feeds only")


def _busway_shape(busway: Busway) -> Iterator[Problem]:
    if busway.supply is Supply.DC:
        yield from _dc_shape(busway, "voltage_ll_v")
    elif busway.voltage_dc_v is not None:
        yield _problem(busway, "voltage_dc_v with supply: ac", "supply: dc, or voltage_ll_v")
    elif busway.voltage_ll_v is None:
        yield _problem(busway, "no voltage_ll_v", "the nominal voltage line to line")


def _dc_shape(node: Busway | Feed, *of_alternating_current: str) -> Iterator[Problem]:
    """What direct current has no use for, and the voltage that it needs."""
    given = [name for name in of_alternating_current if getattr(node, name) not in (None, False)]
    if given:
        yield _problem(node, f"{listed(given)} with supply: dc", "voltage_dc_v alone: direct current has two poles")
    if node.voltage_dc_v is None:
        yield _problem(node, "supply: dc without voltage_dc_v", "the nominal voltage between the poles")


def _ends(hub: Hub) -> Iterator[Problem]:
    """Feeds end at racks and plant: what feeds power objects is a busway."""
    feeds, power = _by_name(hub.feeds), _by_name(hub.power_nodes)
    for node_name, names in _power_arcs(hub).items():
        for name in names:
            if name in feeds:
                expected = "a busway or what stands above it: a feed is circuits for racks and plant"
                node = power[node_name]
                yield _problem(node, f"the feed {name!r} as its source", expected)


def _supply_shape(node: PowerObject) -> Iterator[Problem]:
    if isinstance(node, Intake | Generator):
        return
    if not node.fed_by:
        yield _problem(node, "no source", "at least one name in fed_by", "name what feeds it")
    both = set(node.fed_by) & set(getattr(node, "standby_from", ()))
    if both:
        yield _problem(node, f"{listed(sorted(both))} in fed_by and standby_from", "each source once")
    if len(set(node.fed_by)) != len(node.fed_by):
        yield _problem(node, "a source twice in fed_by", "each source once")


def _link_shapes(fabric: Fabric) -> Iterator[Problem]:
    """Only the lowest tier has nodes at the other end of its links."""
    for tier in fabric.tiers:
        for way, links in (("down", tier.down), ("up", tier.up)):
            if links is None or links.node_optic is None or (tier is fabric.tiers[0] and way == "down"):
                continue
            where = f"node_optic in the links {way} of tier {tier.name!r}"
            yield _problem(fabric, where, "node_optic in the lowest tier's links down only", "name it in `optic`")


def _target_shape(target: Target) -> Iterator[Problem]:
    if target.counting is Counting.INCREMENTAL and target.phase is None:
        yield _problem(target, "an incremental target without a phase", "the phase that adds it")
    if len(set(target.precisions)) != len(target.precisions):
        yield _problem(target, "a precision twice", "each precision once")
    if target.unstated and len(target.precisions) > 1:
        yield _problem(target, "a precision beside unstated", "the precisions that the statement names, or unstated")


_PART = re.compile(r"[a-z0-9_]+(\[[a-z0-9:, ]+\](\.[a-z0-9_]+)?)?")


def _assumption_shape(assumption: Assumption) -> Iterator[Problem]:
    given = [getattr(assumption, name) is not None for name in ("model", "quantity", "value", "unit")]
    if any(given) and not all(given):
        yield _problem(assumption, "part of a figure", "model, quantity, value and unit together", "or none of them")
    if assumption.quantity is not None and not _PART.fullmatch(assumption.quantity):
        yield _problem(assumption, f"quantity {assumption.quantity!r}", "a field such as power_kw or peaks[0].tflops")


def _rack_shapes(hub: Hub) -> Iterator[Problem]:
    racks: list[tuple[RackGroup | StandAloneRackGroup, str]] = [
        (rack, pod.name) for pod in hub.pods for rack in pod.racks
    ]
    for rack, _ in [*racks, *((rack, rack.name) for rack in hub.racks)]:
        if rack.slot is not None and rack.row is None:
            yield _problem(rack, f"slot {rack.slot} without a row", "row and slot together")
        models = [group.model for group in rack.nodes]
        if len(set(models)) != len(models):
            yield _problem(rack, "a node model twice", "one group a model", "add the counts")


def _power_arcs(hub: Hub) -> dict[str, tuple[str, ...]]:
    return {node.name: names_in(node, POWER) for node in hub.power_nodes}


def _phase_arcs(hub: Hub) -> dict[str, tuple[str, ...]]:
    return {phase.name: names_in(phase, "phases") for phase in hub.phases}


def _cycles(what: str, arcs: Mapping[str, tuple[str, ...]], hub: Hub) -> Iterator[Problem]:
    """One problem for each knot of objects that depend on themselves, however deep the chains are."""
    waiting = {name: len(sources) for name, sources in arcs.items()}
    dependants: dict[str, list[str]] = {name: [] for name in arcs}
    for name, sources in arcs.items():
        for source in sources:
            dependants[source].append(name)
    ready = [name for name, count in waiting.items() if count == 0]
    while ready:
        name = ready.pop()
        del waiting[name]
        for dependant in dependants[name]:
            waiting[dependant] -= 1
            if waiting[dependant] == 0:
                ready.append(dependant)
    if waiting:
        ring = _ring(next(iter(waiting)), arcs, waiting)
        noun = next(row for row in (*hub.power_nodes, *hub.phases) if row.name == ring[0])
        yield _problem(
            noun,
            f"a ring in the {what} graph: {listed(ring, ' ← ')}",
            "no object that depends on itself",
            "open it",
        )


def _ring(start: str, arcs: Mapping[str, tuple[str, ...]], stuck: Mapping[str, int]) -> list[str]:
    seen: dict[str, int] = {}
    name = start
    while name not in seen:
        seen[name] = len(seen)
        name = next(source for source in arcs[name] if source in stuck)
    return [*list(seen)[seen[name] :], name]

"""Whatever stands in a plan that is a declaration, the rules of power and cooling answer: a finding, never a crash."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from petaplan.capacity.check import report_on
from petaplan.capacity.compute import Pod, RackGroup
from petaplan.capacity.cooling import Cdu, Chiller, Coolant, CoolingLoop
from petaplan.capacity.document.declaration import problems_in
from petaplan.capacity.facts.catalog import load as catalogue
from petaplan.capacity.failover.table import failover_tables
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.power import (
    Battery,
    Busway,
    Duty,
    Feed,
    Generator,
    Intake,
    PowerObject,
    Rectifier,
    Transformer,
    Ups,
    is_dc,
)
from petaplan.capacity.report.failover import failover_json
from petaplan.capacity.resolving import resolve
from petaplan.capacity.rules import all_rules
from petaplan.capacity.site import Hall, Jurisdiction, Redundancy, Site
from tests.chains import random_chains
from tests.variants import examples

MODELS = (
    "huawei-cloudmatrix384-compute-rack",
    "baidu-p800-rack",
    "huawei-atlas-950-cabinet",
    "huawei-atlas-900-a2-rack",
    "generic-storage-rack",
)
DAYS = [date(2026, 12, 28) + timedelta(days=400 * n) for n in range(3)]
RULES = tuple(
    rule for rule in all_rules() if rule.family in ("PWR", "COOL") or rule.id in ("REL-002", "REL-003", "PH-005")
)


def _tables(nodes: list[PowerObject]) -> dict[str, Any]:
    kinds = {
        "intakes": Intake,
        "transformers": Transformer,
        "ups_systems": Ups,
        "rectifiers": Rectifier,
        "generators": Generator,
        "batteries": Battery,
        "busways": Busway,
        "feeds": Feed,
    }
    return {name: tuple(node for node in nodes if isinstance(node, kind)) for name, kind in kinds.items()}


@st.composite
def hubs(draw: st.DrawFn) -> Hub:
    """A hub of two halls on a chain of any shape; things come and go, and little of it makes sense."""
    nodes = [_dated(draw, node) for node in draw(random_chains())[0]]
    feeds = [node.name for node in nodes if isinstance(node, Feed)]
    loops = draw(st.lists(st.sampled_from(("liquid", "air")), max_size=2, unique=True))
    return Hub(
        name="wild",
        sites=(_site(draw),),
        halls=tuple(_hall(draw, name) for name in ("hall", "other")),
        phases=tuple(
            Phase(name=name, starts=date(2026, 1, 1), in_service=day)
            for name, day in zip(("first", "second", "third"), DAYS, strict=True)
        ),
        pods=tuple(_pod(draw, number, feeds, loops) for number in range(draw(st.integers(0, 4)))),
        **_plant(draw, loops, [node.name for node in nodes]),
        **_tables(nodes),
    )


def _site(draw: st.DrawFn) -> Site:
    return Site(
        name="site",
        country="HK",
        jurisdiction=draw(st.sampled_from(Jurisdiction)),
        diversity_fraction=draw(st.sampled_from((0.5, 1.0))),
        generator_autonomy_hours=draw(st.sampled_from((None, 12.0))),
        pue_limit=draw(st.sampled_from((None, 1.2))),
        annual_it_load_fraction=draw(st.sampled_from((None, 0.8))),
        annual_cooling_fraction=draw(st.sampled_from((None, 0.8))),
    )


def _hall(draw: st.DrawFn, name: str) -> Hall:
    return Hall(
        name=name,
        site="site",
        phase="first",
        floor_area_m2=100,
        floor_load_kpa=20,
        it_power_limit_kw=500,
        rack_positions=20,
        redundancy=draw(st.sampled_from(Redundancy)),
        concurrently_maintainable=draw(st.booleans()),
        facility_class=draw(st.sampled_from((None, 1, 4))),
    )


def _plant(draw: st.DrawFn, loops: list[str], names: list[str]) -> dict[str, Any]:
    """Loops, CDUs and chillers, each fed from anywhere."""
    chillers = [f"chiller-{number}" for number in range(draw(st.integers(0, 2)))]

    def common() -> dict[str, Any]:
        fed_by = tuple(draw(st.lists(st.sampled_from(names), max_size=2, unique=True)))
        return {"phase": "first", "unit_rated_kw": 50, "unit_electrical_kw": 5.0, "fed_by": fed_by}

    return {
        "cooling_loops": tuple(
            CoolingLoop(
                name=name,
                hall="hall",
                coolant=Coolant(name),
                units=draw(st.integers(1, 3)),
                supply_temperature_c=30,
                return_temperature_c=draw(st.sampled_from((20.0, 30.0, 40.0))),
                chillers=tuple(chillers),
                **common(),
            )
            for name in loops
        ),
        "cdus": (Cdu(name="cdu", loop="liquid", **common()),) if "liquid" in loops else (),
        "chillers": tuple(Chiller(name=name, site="site", supply_temperature_c=20, **common()) for name in chillers),
    }


def _dated(draw: st.DrawFn, node: PowerObject) -> PowerObject:
    changes: dict[str, Any] = {"phase": draw(st.sampled_from(("first", "first", "second")))}
    if draw(st.integers(0, 5)) == 0:
        changes["retired"] = DAYS[2]
    if isinstance(node, Feed) and not is_dc(node) and draw(st.booleans()):
        changes |= draw(
            st.sampled_from(({"single_phase": True, "line": 2}, {"voltage_ll_v": None, "voltage_ln_v": 230.0}))
        )
    if isinstance(node, Battery):
        changes["duties"] = tuple(draw(st.lists(st.sampled_from(Duty), min_size=1, max_size=3, unique=True)))
    changed: PowerObject = node.replace(**changes)
    return changed


def _pod(draw: st.DrawFn, number: int, feeds: list[str], loops: list[str]) -> Pod:
    some = st.lists(st.sampled_from(feeds), max_size=3, unique=True) if feeds else st.just([])
    return Pod(
        name=f"pod-{number}",
        phase=draw(st.sampled_from(("first", "second", "third"))),
        hall=draw(st.sampled_from(("hall", "other"))),
        racks=(RackGroup(name="racks", model=draw(st.sampled_from(MODELS)), count=draw(st.integers(1, 6))),),
        feeds=tuple(draw(some)),
        liquid_loop="liquid" if "liquid" in loops and draw(st.booleans()) else None,
        air_loop="air" if "air" in loops and draw(st.booleans()) else None,
    )


@given(hubs())
@settings(max_examples=examples(150), deadline=None)
def test_every_hub_that_is_a_declaration_is_answered(hub: Hub) -> None:
    assert problems_in(hub) == []
    design = resolve(hub, catalogue())
    for finding in report_on(design, rules=RULES).findings:
        assert (finding.verdict is Verdict.UNKNOWN) == bool(finding.missing), finding
        assert finding.verdict in (Verdict.PASS, Verdict.UNKNOWN) or finding.hint, finding
    assert failover_json(failover_tables(design)).startswith("{")

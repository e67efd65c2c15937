"""A cabinet of two models of server and a switch: power, weight, height, packages and heat, worked out by hand.

Two of the first server (6 kW, 60 kg, 4 U, 80 % to liquid) and three of the second (10 kW, 100 kg, 6 U, 50 % to liquid)
stand with one switch (900 W, 12 kg, 1 U) in a cabinet of 150 kg.
"""

from dataclasses import replace
from datetime import date

import pytest

from petaplan.capacity.compute import NodeGroup, RackGroup
from petaplan.capacity.cooling import Coolant
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.figures import Figure, Status
from petaplan.capacity.hardware import Lifecycle, Node, Part, RackModel, RackRole, SwitchModel
from petaplan.capacity.quantity import Quantity
from petaplan.capacity.rack_facts import RackFacts, pod_facts, rack_facts
from petaplan.capacity.thermal.heat import heats_of, liquid_share

GROUPS = (NodeGroup(model="first", count=2), NodeGroup(model="second", count=3))
POWER_KW = 2 * 6 + 3 * 10 + 0.9


def figure(value: float, unit: str) -> Figure:
    return Figure(value=value, unit=unit, source="a test", as_of=date(2026, 1, 1), status=Status.DATASHEET)


COMMON = {"vendor": "A maker", "country": None, "lifecycle": Lifecycle.SHIPPING}

FIRST = Node(
    model="first",
    name="First",
    accelerators=(Part(model="chip", count=8),),
    cpus=(Part(model="cpu", count=2),),
    height_u=figure(4, "U"),
    weight_kg=figure(60, "kg"),
    power_kw=figure(6, "kW"),
    liquid_fraction=figure(0.8, "fraction"),
    **COMMON,  # type: ignore[arg-type]
)
SECOND = replace(
    FIRST,
    model="second",
    name="Second",
    accelerators=(Part(model="chip", count=4), Part(model="other-chip", count=1)),
    cpus=(Part(model="cpu", count=1),),
    height_u=figure(6, "U"),
    weight_kg=figure(100, "kg"),
    power_kw=figure(10, "kW"),
    liquid_fraction=figure(0.5, "fraction"),
)
SWITCH = SwitchModel(
    model="switch",
    name="Switch",
    ports=figure(64, "ports"),
    port_gbps=figure(400, "Gb/s"),
    height_u=figure(1, "U"),
    weight_kg=figure(12, "kg"),
    power_w=figure(900, "W"),
    **COMMON,  # type: ignore[arg-type]
)
CABINET = RackModel(
    model="cabinet",
    name="Cabinet",
    role=RackRole.COMPUTE,
    nodes=(Part(model="first", count=4),),
    switches=(Part(model="switch", count=1),),
    height_u=figure(42, "U"),
    width_mm=figure(600, "mm"),
    depth_mm=figure(1200, "mm"),
    empty_weight_kg=figure(150, "kg"),
    load_limit_kg=figure(1500, "kg"),
    loaded_weight_kg=figure(444, "kg"),
    power_kw=figure(33, "kW"),
    liquid_fraction=None,
    **COMMON,  # type: ignore[arg-type]
)


def facts(
    *changed: Node | SwitchModel | RackModel,
    groups: tuple[NodeGroup, ...] = GROUPS,
    it_power_kw: float | None = None,
) -> RackFacts:
    products = {product.model: product for product in (FIRST, SECOND, SWITCH, CABINET, *changed)}
    return rack_facts(Catalogue(products=products, sources={}), "cabinet", groups, it_power_kw)


def value(quantity: Quantity) -> float:
    assert quantity.value is not None, quantity.missing
    assert quantity.missing == ()
    return quantity.value


def test_power_weight_and_height_are_the_sums_of_the_parts() -> None:
    made = facts()
    assert value(made.it_power_kw) == pytest.approx(POWER_KW)
    assert value(made.weight_kg) == pytest.approx(150 + 2 * 60 + 3 * 100 + 12)
    assert value(made.used_u) == 2 * 4 + 3 * 6 + 1


def test_packages_are_counted_by_model() -> None:
    made = facts()
    assert made.accelerators == {"chip": 2 * 8 + 3 * 4, "other-chip": 3}
    assert made.cpus == {"cpu": 2 * 2 + 3 * 1}


def test_a_cabinet_as_it_is_sold_has_its_own_power_and_weight() -> None:
    for groups in ((), (NodeGroup(model="first", count=4),)):
        made = facts(groups=groups)
        assert (value(made.it_power_kw), value(made.weight_kg), value(made.used_u)) == (33, 444, 4 * 4 + 1)
    other = facts(groups=(NodeGroup(model="first", count=3),))
    assert value(other.it_power_kw) == pytest.approx(3 * 6 + 0.9)
    assert value(other.weight_kg) == 150 + 3 * 60 + 12


def test_a_power_of_the_plan_stands_above_all_others() -> None:
    assert value(facts(it_power_kw=20.0).it_power_kw) == 20
    assert value(facts(groups=(), it_power_kw=20.0).it_power_kw) == 20


def test_the_heat_of_unlike_nodes_is_shared_by_their_power() -> None:
    without_switch = replace(CABINET, switches=())
    made = facts(without_switch)
    share = (2 * 6 * 0.8 + 3 * 10 * 0.5) / (2 * 6 + 3 * 10)
    assert value(liquid_share(made)) == pytest.approx(share)
    (heat,) = heats_of([(RackGroup(name="run", model="cabinet", count=5), made)])
    assert heat.by(Coolant.LIQUID) == pytest.approx(42 * share)
    assert heat.by(Coolant.AIR) == pytest.approx(42 * (1 - share))


def test_nodes_that_are_alike_need_no_power_for_their_share() -> None:
    silent = replace(SECOND, power_kw=None, liquid_fraction=figure(0.8, "fraction"))
    assert value(liquid_share(facts(replace(CABINET, switches=()), silent))) == 0.8


def test_a_cabinet_with_a_share_of_its_own_keeps_it_whatever_stands_in_it() -> None:
    assert value(liquid_share(facts(replace(CABINET, liquid_fraction=figure(0.25, "fraction"))))) == 0.25


def test_a_cabinet_with_a_switch_and_no_share_of_its_own_has_an_unknown_share() -> None:
    assert liquid_share(facts()).missing == ("cabinet.liquid_fraction",)


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        (replace(SECOND, power_kw=None), "second.power_kw"),
        (replace(SECOND, liquid_fraction=None), "second.liquid_fraction"),
    ],
)
def test_a_figure_that_is_missing_makes_the_share_unknown(changed: Node, missing: str) -> None:
    quantity = liquid_share(facts(replace(CABINET, switches=()), changed))
    assert (quantity.value, quantity.missing) == (None, (missing,))


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        (replace(FIRST, power_kw=None), {"it_power_kw": ("first.power_kw",)}),
        (replace(SWITCH, power_w=None), {"it_power_kw": ("switch.power_w",)}),
        (replace(SECOND, weight_kg=None), {"weight_kg": ("second.weight_kg",)}),
        (replace(CABINET, empty_weight_kg=None), {"weight_kg": ("cabinet.empty_weight_kg",)}),
        (replace(SWITCH, height_u=None), {"used_u": ("switch.height_u",)}),
    ],
)
def test_one_unknown_part_makes_its_sum_unknown_and_no_other(
    changed: Node | SwitchModel | RackModel, missing: dict[str, tuple[str, ...]]
) -> None:
    made = facts(changed)
    for name in ("it_power_kw", "weight_kg", "used_u"):
        quantity: Quantity = getattr(made, name)
        assert quantity.missing == missing.get(name, ())
        assert (quantity.value is None) == (name in missing)


def test_an_empty_cabinet_has_no_power_that_anybody_knows() -> None:
    empty = replace(CABINET, nodes=(), switches=(), power_kw=None, loaded_weight_kg=None)
    made = facts(empty, groups=())
    assert made.it_power_kw.missing == ("cabinet.power_kw",)
    assert value(made.weight_kg) == 150


def test_a_pod_adds_its_rack_groups() -> None:
    made = facts()
    sold = facts(groups=())
    runs = (
        (RackGroup(name="a", model="cabinet", count=5), made),
        (RackGroup(name="b", model="cabinet", count=2), sold),
    )
    pod = pod_facts(runs)
    assert pod.rack_count == 7
    assert value(pod.it_power_kw) == pytest.approx(5 * POWER_KW + 2 * 33)
    assert value(pod.weight_kg) == pytest.approx(5 * 582 + 2 * 444)
    assert pod.accelerators == {"chip": 5 * 28 + 2 * 32, "other-chip": 5 * 3}
    assert pod.cpus == {"cpu": 5 * 7 + 2 * 8}

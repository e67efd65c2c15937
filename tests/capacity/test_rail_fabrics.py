"""A fabric made of building blocks keeps its rails and its bisection, and loses both with one switch less."""

import pytest

from petaplan.capacity.blocks import LeafSpine, leaf_spine, network_racks, rail_only
from petaplan.capacity.check import check
from petaplan.capacity.compute import StandAloneRackGroup
from petaplan.capacity.findings import Verdict
from petaplan.capacity.network import Fabric, Tier
from tests.hubs import hub

SHAPE = LeafSpine(switch="generic-switch-128x400g", gbps=400, optic="lpo-dr4-400g", down=64, up=64)


def verdicts(fabric: Fabric, rule: str) -> set[Verdict]:
    servers = StandAloneRackGroup(
        name="servers",
        phase="first",
        hall="hall",
        model="nvidia-dgx-h100-rack",
        count=16,
        feeds=("feed-a", "feed-b"),
        fabrics=("roce",),
    )
    found = check(hub(pods=(), racks=(servers,), fabrics=(fabric,))).findings
    return {one.verdict for one in found if one.rule == rule and one.subject.startswith("roce")}


def without_one(fabric: Fabric, tier: str) -> Fabric:
    def less(one: Tier) -> Tier:
        return one.replace(switches=one.switches - 1) if one.name == tier else one

    return fabric.replace(tiers=tuple(less(one) for one in fabric.tiers))


def test_the_bisection_survives_any_switch_and_needs_every_spine() -> None:
    fabric = leaf_spine("roce", SHAPE, phase="first", site="site", nodes=64)
    assert verdicts(fabric, "NET-009") == {Verdict.PASS}
    assert verdicts(fabric, "NET-004") == {Verdict.PASS}
    assert Verdict.SHORTFALL in verdicts(without_one(fabric, "spine"), "NET-004")


def test_rails_hold_and_break_with_one_leaf_less() -> None:
    fabric = leaf_spine("roce", SHAPE, phase="first", site="site", nodes=64)
    assert verdicts(fabric, "NET-013") == {Verdict.PASS}
    assert Verdict.SHORTFALL in verdicts(without_one(fabric, "leaf"), "NET-013")


@pytest.mark.parametrize(("nodes", "switches"), [(64, 8), (128, 8), (129, 8 * 19)])
def test_rails_without_a_spine_carry_their_nodes_and_lose_one_rail_with_a_switch(nodes: int, switches: int) -> None:
    fabric = rail_only("roce", SHAPE, phase="first", site="site", nodes=nodes)
    assert fabric.planes * sum(tier.switches for tier in fabric.tiers) == switches
    for rule in ("NET-005", "NET-009", "NET-012", "NET-013"):
        assert verdicts(fabric, rule) == {Verdict.PASS}, rule


def test_a_rail_only_fabric_of_two_leaves_a_rail_joins_nothing_without_spines() -> None:
    fabric = rail_only("roce", SHAPE, phase="first", site="site", nodes=64)
    (tier,) = fabric.tiers
    halves = tier.replace(switches=2, down=tier.down.replace(ports=32))
    assert verdicts(fabric.replace(tiers=(halves,)), "NET-012") == {Verdict.PASS, Verdict.SHORTFALL}
    flat = fabric.replace(tiers=(tier.replace(switches=8),), planes=1)
    assert verdicts(flat, "NET-012") == {Verdict.PASS}, "every node has a port on each of eight switches"
    wide = fabric.replace(tiers=(tier.replace(switches=9),), planes=1, rail_aligned=False)
    assert Verdict.SHORTFALL in verdicts(wide, "NET-012")


def test_a_rail_too_few_or_a_port_too_few_is_told() -> None:
    fabric = rail_only("roce", SHAPE, phase="first", site="site", nodes=64)
    assert Verdict.SHORTFALL in verdicts(fabric.replace(planes=7), "NET-012")
    (tier,) = fabric.tiers
    one_less = tier.replace(down=tier.down.replace(ports=63))
    assert Verdict.SHORTFALL in verdicts(fabric.replace(tiers=(one_less,)), "NET-012")
    assert Verdict.SHORTFALL in verdicts(fabric.replace(tiers=(one_less,)), "NET-013")
    assert Verdict.SHORTFALL in verdicts(fabric.replace(minimum_bisection_fraction=0.9), "NET-009")


def test_racks_of_a_fabric_hold_the_switches_of_all_planes() -> None:
    one = rail_only("roce", SHAPE, phase="first", site="site", nodes=128)
    assert network_racks(one.replace(planes=64)) >= 7 * network_racks(one) / 2 > network_racks(one)

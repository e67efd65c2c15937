"""A fabric made of building blocks keeps its rails and its bisection, and loses both with one switch less."""

from petaplan.capacity.blocks import LeafSpine, leaf_spine
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

"""PHY-01: an uneven plane of more than 3,000 pairs of joined switches is not followed, and passes nothing."""

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.fabrics.fabric import clos_of
from petaplan.capacity.fabrics.wiring import MOST_PAIRS, spread
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from tests.hubs import hub

OPTIC = "lpo-dr4-400g"
SWITCH = "generic-switch-64x400g"


def links(ports: int) -> Links:
    return Links(ports=ports, gbps=400, optic=OPTIC, length_m=20)


def fabric(leaves: int, spines: int, uplinks: int, floor: float) -> Fabric:
    leaf = Tier(name="leaf", switch=SWITCH, switches=leaves, down=links(uplinks), up=links(uplinks))
    spine = Tier(name="spine", switch=SWITCH, switches=spines, down=links(128))
    return Fabric(
        name="plane",
        kind=FabricKind.SCALE_OUT,
        phase="first",
        site="site",
        minimum_bisection_fraction=floor,
        tiers=(leaf, spine),
    )


def findings(one: Fabric) -> list[Finding]:
    return [found for found in check(hub(fabrics=(one,))).findings if found.rule == "NET-009"]


@pytest.mark.parametrize("floor", [0.5, 0.9])
def test_a_large_uneven_plane_is_unknown_where_it_would_hold(floor: float) -> None:
    large = fabric(120, 48, 50, floor)
    assert spread(clos_of(large))
    found = findings(large)
    assert found
    assert {one.verdict for one in found} == {Verdict.UNKNOWN}
    assert all(f"more than {MOST_PAIRS:,} pairs" in " ".join(one.missing) for one in found)


def test_what_is_broken_even_when_it_is_spread_evenly_is_broken() -> None:
    found = findings(fabric(120, 48, 50, 0.9999))
    assert Verdict.SHORTFALL in {one.verdict for one in found}


def test_planes_that_are_followed_are_judged() -> None:
    for one in (fabric(120, 50, 50, 0.5), fabric(20, 7, 10, 0.5)):
        assert not spread(clos_of(one))
        assert Verdict.UNKNOWN not in {found.verdict for found in findings(one)}

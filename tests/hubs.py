"""Small hubs for tests: one hall, two sides, and pods of CloudMatrix384 or of servers."""

from datetime import date
from typing import Any

from petaplan.capacity.compute import Pod, RackGroup
from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.power import Busway, Feed, Intake, Side, SupplyStep, Transformer, Ups
from petaplan.capacity.site import Hall, Jurisdiction, Site
from petaplan.capacity.targets import Target

FIRST = date(2027, 6, 30)
SECOND = date(2028, 6, 30)


def phase(name: str = "first", in_service: date = FIRST, **changes: Any) -> Phase:
    """A phase that starts with the year 2026."""
    return Phase(name=name, starts=date(2026, 1, 1), in_service=in_service).replace(**changes)


def pod(name: str = "pod-1", model: str = "huawei-cloudmatrix384-compute-rack", count: int = 12, **changes: Any) -> Pod:
    """A pod with one run of cabinets on both feeds of the hall."""
    return Pod(
        name=name,
        phase="first",
        hall="hall",
        racks=(RackGroup(name="compute", model=model, count=count),),
        feeds=("feed-a", "feed-b"),
    ).replace(**changes)


def target(pflops: float, name: str = "goal", by: date = FIRST, **changes: Any) -> Target:
    """A cumulative dense BF16 peak target."""
    return Target(name=name, pflops=pflops, precisions=(Precision.BF16,), by=by, source="a test").replace(**changes)


def hub(**changes: Any) -> Hub:
    """One hall with one pod of 12 CloudMatrix384 compute racks, and power for far more."""
    return Hub(
        name="small",
        sites=(Site(name="site", country="HK", jurisdiction=Jurisdiction.HK),),
        halls=(_hall(),),
        phases=(phase(),),
        pods=(pod(),),
        **_supply(),
        **_distribution(),
    ).replace(**changes)


SIDES = ((Side.A, "a"), (Side.B, "b"))


def _hall() -> Hall:
    return Hall(
        name="hall",
        site="site",
        phase="first",
        floor_area_m2=500,
        floor_load_kpa=30,
        it_power_limit_kw=5_000,
        rack_positions=100,
    )


def _supply() -> dict[str, Any]:
    """Intake and transformers of each side."""
    return {
        "intakes": tuple(
            Intake(
                name=f"intake-{letter}",
                phase="first",
                side=side,
                site="site",
                voltage_ll_v=11_000,
                unit_rated_kva=10_000,
                supply=(SupplyStep(from_date=date(2026, 6, 1), contracted_kva=10_000),),
            )
            for side, letter in SIDES
        ),
        "transformers": tuple(
            Transformer(
                name=f"transformer-{letter}",
                phase="first",
                side=side,
                fed_by=(f"intake-{letter}",),
                unit_rated_kva=6_000,
                secondary_voltage_ll_v=400,
                efficiency_fraction=0.99,
                no_load_loss_kw=5,
            )
            for side, letter in SIDES
        ),
    }


def _distribution() -> dict[str, Any]:
    """UPS, busway and feeds of each side."""
    return {
        "ups_systems": tuple(
            Ups(
                name=f"ups-{letter}",
                phase="first",
                side=side,
                fed_by=(f"transformer-{letter}",),
                unit_rated_kva=1_250,
                unit_rated_kw=1_250,
                units=5,
                efficiency_fraction=0.96,
                no_load_loss_kw=5,
                autonomy_minutes=5,
            )
            for side, letter in SIDES
        ),
        "busways": tuple(
            Busway(
                name=f"busway-{letter}",
                phase="first",
                side=side,
                fed_by=(f"ups-{letter}",),
                hall="hall",
                voltage_ll_v=400,
                rated_current_a=5_000,
            )
            for side, letter in SIDES
        ),
        "feeds": tuple(
            Feed(
                name=f"feed-{letter}",
                phase="first",
                side=side,
                fed_by=(f"busway-{letter}",),
                voltage_ll_v=400,
                rated_current_a=125,
                units=100,
            )
            for side, letter in SIDES
        ),
    }

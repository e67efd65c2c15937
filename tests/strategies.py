"""Hypothesis strategies of the domain: small valid hubs with every table filled now and then."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from petaplan.capacity.compute import DeclaredTotals, NodeGroup, Pod, RackGroup, StandAloneRackGroup
from petaplan.capacity.cooling import Cdu, Chiller, Coolant, CoolingLoop
from petaplan.capacity.delivery import Delivery, Expectation
from petaplan.capacity.figures import Engine, Precision, Sparsity
from petaplan.capacity.hub import Assumption, Hub, Phase
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.power import Battery, Busway, Duty, Feed, Generator, Intake, Side, SupplyStep, Transformer, Ups
from petaplan.capacity.site import Hall, Jurisdiction, Redundancy, Site
from petaplan.capacity.supply import Budget, ExchangeRate, Order, Price, Spares
from petaplan.capacity.targets import Counting, Measure, Target

FIRST_DAY = date(2026, 1, 1)

models = st.sampled_from(["huawei-atlas-800t-a2", "huawei-cloudmatrix384", "nvidia-dgx-h100", "yitian-710"])
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
days = st.integers(0, 2_000).map(lambda count: FIRST_DAY + timedelta(days=count))


voltages: SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{"voltage_ll_v": 415.0}, {"voltage_ln_v": 240.0, "line": 2}]
)


def amounts(low: float, high: float) -> SearchStrategy[float]:
    """A number between two bounds, often a whole one."""
    whole = st.integers(max(1, int(low)), int(high)).map(float)
    return st.one_of(whole, st.floats(low, high, allow_nan=False, exclude_min=True))


def maybe(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """A value, or None."""
    return st.none() | strategy


def some(names: Sequence[str], least: int = 0) -> SearchStrategy[tuple[str, ...]]:
    """Some of the names, each once."""
    if not names:
        return st.just(())
    return st.lists(st.sampled_from(names), unique=True, min_size=least, max_size=3).map(tuple)


@st.composite
def labels(draw: DrawFn) -> str:
    """A name as a plan allows it."""
    text: str = draw(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True))
    return text


@st.composite
def node_groups(draw: DrawFn) -> tuple[NodeGroup, ...]:
    """Groups of nodes, one a model."""
    chosen = draw(st.lists(models, unique=True, max_size=2))
    return tuple(NodeGroup(model=model, count=draw(st.integers(1, 64))) for model in chosen)


@st.composite
def run_facts(draw: DrawFn, feeds: Sequence[str]) -> dict[str, Any]:
    """What a run of racks says beside its name."""
    row = draw(maybe(st.integers(1, 40)))
    return {
        "model": draw(models),
        "count": draw(st.integers(1, 20)),
        "nodes": draw(node_groups()),
        "feeds": draw(maybe(some(feeds))),
        "it_power_kw": draw(maybe(amounts(1, 600))),
        "row": row,
        "slot": None if row is None else draw(maybe(st.integers(1, 60))),
    }


@st.composite
def node_facts(draw: DrawFn, phase: str) -> dict[str, Any]:
    """What any piece of the power chain or the cooling plant says."""
    units = draw(st.integers(1, 6))
    serving = draw(maybe(days))
    retired = draw(maybe(st.integers(3_000, 4_000).map(lambda count: FIRST_DAY + timedelta(days=count))))
    return {
        "phase": phase,
        "units": units,
        "spare_units": draw(st.integers(0, units - 1)),
        "in_service": serving,
        "retired": retired,
    }


@st.composite
def power_facts(draw: DrawFn, phase: str) -> dict[str, Any]:
    """What any piece of the power chain says."""
    side = draw(maybe(st.sampled_from(Side)))
    return {**draw(node_facts(phase)), "side": side, "model": draw(maybe(models))}


class _Names:
    """Names that are unique over a hub, each with the word of its kind before a drawn label."""

    def __init__(self, draw: DrawFn) -> None:
        self.draw = draw
        self.used: set[str] = set()

    def __call__(self, kind: str) -> str:
        name = f"{kind}-{self.draw(labels())}"
        while name in self.used:
            name = f"{kind}-{len(self.used)}"
        self.used.add(name)
        return name


@st.composite
def hubs(draw: DrawFn) -> Hub:
    """A hub that is a valid declaration; its parts need not make sense as a plan."""
    name = _Names(draw)
    count = st.integers(0, 2)
    phase_names = [name("phase") for _ in range(draw(st.integers(1, 3)))]
    site_names = [name("site") for _ in range(draw(st.integers(1, 2)))]
    one_phase, one_site = st.sampled_from(phase_names), st.sampled_from(site_names)
    halls = tuple(draw(_hall(name("hall"), draw(one_site), draw(one_phase))) for _ in range(draw(count)))
    hall_names = [hall.name for hall in halls]
    power = draw(_power(name, one_site, one_phase, hall_names))
    power_names = [row.name for rows in power.values() for row in rows]
    cooling = draw(_cooling(name, one_site, one_phase, hall_names, power_names))
    fabrics = draw(_fabrics(name, one_site, one_phase))
    inside = {
        "feeds": [feed.name for feed in power["feeds"]],
        "liquid": [loop.name for loop in cooling["cooling_loops"] if loop.coolant is Coolant.LIQUID],
        "air": [loop.name for loop in cooling["cooling_loops"] if loop.coolant is Coolant.AIR],
        "fabrics": [fabric.name for fabric in fabrics],
    }
    return Hub(
        name=draw(labels()),
        description=draw(maybe(texts)),
        owner=draw(maybe(texts)),
        sites=tuple(draw(_site(site)) for site in site_names),
        halls=halls,
        phases=tuple(draw(_phase(phase, phase_names[:at])) for at, phase in enumerate(phase_names)),
        targets=tuple(draw(_target(name("target"), phase_names)) for _ in range(draw(count))),
        fabrics=fabrics,
        pods=tuple(
            draw(_pod(name("pod"), draw(one_phase), hall, inside)) for hall in hall_names for _ in range(draw(count))
        ),
        racks=tuple(draw(_alone(name("rack"), draw(one_phase), hall, inside)) for hall in hall_names),
        assumptions=tuple(draw(_assumption(name("assumption"))) for _ in range(draw(count))),
        delivery=draw(maybe(_delivery())),
        **power,
        **cooling,
    )


@st.composite
def _delivery(draw: DrawFn) -> Delivery:
    low, mid, high = sorted(draw(st.tuples(*[st.floats(0.1, 1)] * 3)))
    share = Expectation(low=low, mid=mid, high=high, source=draw(texts), as_of=draw(days))
    return Delivery(
        availability=draw(maybe(st.just(share))),
        job_accelerators=draw(maybe(st.integers(1, 9_999))),
        checkpoint_minutes=draw(st.sampled_from([1.0, 2.5])),
    )


@st.composite
def _budget(draw: DrawFn) -> Budget:
    price = Price(
        model=draw(models), unit_price=draw(amounts(1, 9e6)), currency="CNY", vintage=draw(days), source=draw(texts)
    )
    return Budget(
        currency="HKD",
        capex=draw(maybe(amounts(1, 9e9))),
        prices=draw(st.sampled_from([(), (price,)])),
        exchange=(ExchangeRate(currency="CNY", rate=1.08, as_of=draw(days)),),
    )


@st.composite
def _order(draw: DrawFn) -> Order:
    return Order(item=draw(texts), ordered=draw(days), lead_weeks=draw(amounts(1, 99)), source=draw(texts))


@st.composite
def _spares(draw: DrawFn) -> Spares:
    return Spares(model=draw(models), count=draw(st.integers(0, 9)), availability=0.998, source=draw(texts))


@st.composite
def _site(draw: DrawFn, name: str) -> Site:
    return Site(
        name=name,
        country=draw(st.sampled_from(["HK", "CN", "SG"])),
        jurisdiction=draw(st.sampled_from(Jurisdiction)),
        utility=draw(maybe(texts)),
        design_outdoor_c=draw(maybe(st.floats(-10, 45))),
        load_power_factor=draw(st.floats(0.8, 1)),
        description=draw(maybe(texts)),
    )


@st.composite
def _hall(draw: DrawFn, name: str, site: str, phase: str) -> Hall:
    return Hall(
        name=name,
        site=site,
        phase=phase,
        in_service=draw(maybe(days)),
        floor_area_m2=draw(amounts(10, 10_000)),
        floor_load_kpa=draw(amounts(1, 50)),
        it_power_limit_kw=draw(amounts(1, 100_000)),
        rack_positions=draw(st.integers(1, 2_000)),
        redundancy=draw(st.sampled_from(Redundancy)),
        concurrently_maintainable=draw(st.booleans()),
    )


@st.composite
def _phase(draw: DrawFn, name: str, earlier: Sequence[str]) -> Phase:
    starts, in_service = sorted((draw(days), draw(days)))
    declared = DeclaredTotals(racks=draw(maybe(st.integers(1, 99))), it_power_kw=draw(maybe(amounts(1, 9_999))))
    return Phase(
        name=name,
        starts=starts,
        in_service=in_service,
        after=draw(some(earlier)),
        declared=draw(maybe(st.just(declared))),
        spares=tuple(draw(st.lists(_spares(), max_size=1))),
        orders=tuple(draw(st.lists(_order(), max_size=2))),
        budget=draw(maybe(_budget())),
        description=draw(maybe(texts)),
    )


@st.composite
def _target(draw: DrawFn, name: str, phases: Sequence[str]) -> Target:
    counting = draw(st.sampled_from(Counting))
    phase = draw(st.sampled_from(phases))
    return Target(
        name=name,
        pflops=draw(amounts(1, 100_000)),
        precisions=tuple(draw(st.lists(st.sampled_from(Precision), unique=True, min_size=1, max_size=3))),
        sparsity=draw(st.sampled_from(Sparsity)),
        engine=draw(st.sampled_from(Engine)),
        measure=draw(st.sampled_from(Measure)),
        counting=counting,
        by=draw(days),
        phase=phase if counting is Counting.INCREMENTAL else draw(maybe(st.just(phase))),
        source=draw(texts),
    )


@st.composite
def _assumption(draw: DrawFn, name: str) -> Assumption:
    figure: dict[str, Any] = {
        "model": draw(models),
        "quantity": "power_kw",
        "value": draw(amounts(0, 900)),
        "unit": "kW",
    }
    return Assumption(
        name=name,
        statement=draw(texts),
        reason=draw(texts),
        source=draw(maybe(texts)),
        as_of=draw(days),
        **(figure if draw(st.booleans()) else {}),
    )


@st.composite
def _power(
    draw: DrawFn,
    name: _Names,
    one_site: SearchStrategy[str],
    one_phase: SearchStrategy[str],
    halls: Sequence[str],
) -> dict[str, Any]:
    def facts() -> dict[str, Any]:
        return draw(power_facts(draw(one_phase)))

    intake = Intake(
        name=name("intake"),
        site=draw(one_site),
        voltage_ll_v=draw(amounts(400, 132_000)),
        supply=tuple(
            SupplyStep(from_date=day, contracted_kva=draw(amounts(1, 90_000)))
            for day in sorted(draw(st.lists(days, unique=True, min_size=1, max_size=3)))
        ),
        unit_rated_kva=draw(amounts(1, 90_000)),
        minimum_power_factor=draw(maybe(st.floats(0.8, 1))),
        utility_contract=draw(maybe(texts)),
        **facts(),
    )
    generators = tuple(
        Generator(
            name=name("generator"),
            site=draw(one_site),
            unit_rated_kva=draw(amounts(1, 9_000)),
            unit_rated_kw=draw(amounts(1, 9_000)),
            start_seconds=draw(amounts(1, 60)),
            fuel_hours=draw(amounts(1, 72)),
            **facts(),
        )
        for _ in range(draw(st.integers(0, 1)))
    )
    standby = tuple(row.name for row in generators)
    transformer = Transformer(
        name=name("transformer"),
        fed_by=(intake.name,),
        standby_from=draw(some(standby)),
        unit_rated_kva=draw(amounts(1, 9_000)),
        secondary_voltage_ll_v=draw(st.sampled_from([400.0, 415.0, 480.0])),
        efficiency_fraction=draw(st.floats(0.9, 1)),
        no_load_loss_kw=draw(st.sampled_from([0.0, 2.5])),
        **facts(),
    )
    ups = Ups(
        name=name("ups"),
        fed_by=(transformer.name,),
        unit_rated_kva=draw(amounts(1, 9_000)),
        unit_rated_kw=draw(amounts(1, 9_000)),
        efficiency_fraction=draw(st.floats(0.9, 1)),
        autonomy_minutes=draw(st.sampled_from([0.0, 5.0, 7.5])),
        **facts(),
    )
    batteries = tuple(
        Battery(
            name=name("storage"),
            fed_by=(transformer.name,),
            unit_rated_kw=draw(amounts(1, 9_000)),
            unit_energy_kwh=draw(amounts(1, 9_000)),
            usable_fraction=draw(st.floats(0.5, 1)),
            duties=tuple(draw(st.lists(st.sampled_from(Duty), unique=True, min_size=1))),
            **facts(),
        )
        for _ in range(draw(st.integers(0, 1)))
    )
    busways = tuple(
        Busway(
            name=name("busway"),
            fed_by=(ups.name,),
            hall=hall,
            voltage_ll_v=415,
            rated_current_a=draw(amounts(1, 4_000)),
            **facts(),
        )
        for hall in halls
    )
    feeds = tuple(
        Feed(
            name=name("feed"),
            fed_by=(busway.name,),
            rated_current_a=draw(amounts(1, 125)),
            **draw(voltages),
            **facts(),
        )
        for busway in busways
    )
    return {
        "intakes": (intake,),
        "transformers": (transformer,),
        "ups_systems": (ups,),
        "generators": generators,
        "batteries": batteries,
        "busways": busways,
        "feeds": feeds,
    }


@st.composite
def _cooling(  # noqa: PLR0917 - composites take positions
    draw: DrawFn,
    name: _Names,
    one_site: SearchStrategy[str],
    one_phase: SearchStrategy[str],
    halls: Sequence[str],
    power: Sequence[str],
) -> dict[str, Any]:
    def facts() -> dict[str, Any]:
        heat = {"unit_rated_kw": draw(amounts(1, 9_000)), "unit_electrical_kw": draw(amounts(1, 900))}
        return {**draw(node_facts(draw(one_phase))), **heat, "fed_by": draw(some(power))}

    chillers = tuple(
        Chiller(name=name("chiller"), site=draw(one_site), supply_temperature_c=draw(st.floats(5, 40)), **facts())
        for _ in range(draw(st.integers(0, 1)))
    )
    loops = tuple(
        CoolingLoop(
            name=name("loop"),
            hall=hall,
            coolant=draw(st.sampled_from(Coolant)),
            supply_temperature_c=draw(st.floats(5, 40)),
            return_temperature_c=draw(st.floats(40, 60)),
            flow_l_per_min=draw(maybe(amounts(1, 9_000))),
            chillers=draw(some([chiller.name for chiller in chillers])),
            **facts(),
        )
        for hall in halls
    )
    liquid = [loop for loop in loops if loop.coolant is Coolant.LIQUID]
    cdus = tuple(Cdu(name=name("cdu"), loop=loop.name, **facts()) for loop in liquid)
    return {"cooling_loops": loops, "cdus": cdus, "chillers": chillers}


@st.composite
def _fabrics(
    draw: DrawFn, name: _Names, one_site: SearchStrategy[str], one_phase: SearchStrategy[str]
) -> tuple[Fabric, ...]:
    def links() -> Links:
        ports, gbps = draw(st.integers(1, 64)), draw(st.sampled_from([200.0, 400.0]))
        return Links(ports=ports, gbps=gbps, optic="optic-400g-dr4", length_m=draw(amounts(1, 500)))

    made: list[Fabric] = []
    for _ in range(draw(st.integers(0, 2))):
        tiers = tuple(
            Tier(
                name=tier,
                switch="switch-400g",
                switches=draw(st.integers(1, 64)),
                down=links(),
                up=links() if draw(st.booleans()) else None,
            )
            for tier in ("leaf", "spine")[: draw(st.integers(1, 2))]
        )
        made.append(
            Fabric(
                name=name("fabric"),
                phase=draw(one_phase),
                site=draw(one_site),
                kind=draw(st.sampled_from(FabricKind)),
                tiers=tiers,
                planes=draw(st.integers(1, 8)),
                rail_aligned=draw(st.booleans()),
                uplinks=draw(some([fabric.name for fabric in made])),
            )
        )
    return tuple(made)


@st.composite
def _pod(draw: DrawFn, name: str, phase: str, hall: str, inside: dict[str, list[str]]) -> Pod:
    run_names = draw(st.lists(labels(), unique=True, min_size=1, max_size=3))
    return Pod(
        name=name,
        phase=phase,
        hall=hall,
        model=draw(maybe(models)),
        racks=tuple(RackGroup(name=run, **draw(run_facts(inside["feeds"]))) for run in run_names),
        feeds=draw(some(inside["feeds"])),
        liquid_loop=draw(maybe(st.sampled_from(inside["liquid"]))) if inside["liquid"] else None,
        air_loop=draw(maybe(st.sampled_from(inside["air"]))) if inside["air"] else None,
        fabrics=draw(some(inside["fabrics"])),
        in_service=draw(maybe(days)),
        declared=draw(maybe(st.just(DeclaredTotals(racks=3)))),
    )


@st.composite
def _alone(draw: DrawFn, name: str, phase: str, hall: str, inside: dict[str, list[str]]) -> StandAloneRackGroup:
    return StandAloneRackGroup(
        name=name,
        phase=phase,
        hall=hall,
        fabrics=draw(some(inside["fabrics"])),
        air_loop=draw(maybe(st.sampled_from(inside["air"]))) if inside["air"] else None,
        **draw(run_facts(inside["feeds"])),
    )

"""Hypothesis strategies of what serves the racks: power chain, cooling plant, networks."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from petaplan.capacity.cooling import Cdu, Chiller, Coolant, CoolingLoop
from petaplan.capacity.network import Fabric, FabricKind, Links, Tier
from petaplan.capacity.power import (
    Battery,
    Busway,
    Duty,
    Feed,
    Generator,
    Intake,
    Rectifier,
    Supply,
    SupplyStep,
    Transformer,
    Ups,
)
from tests.drawing import Names, amounts, days, maybe, node_facts, power_facts, some, texts, voltages


class _Power:
    """The power chain of a drawn hub, from the intake to the feeds of each hall."""

    def __init__(
        self, draw: DrawFn, name: Names, one_site: SearchStrategy[str], one_phase: SearchStrategy[str]
    ) -> None:
        self.draw, self.name, self.one_site, self.one_phase = draw, name, one_site, one_phase

    def facts(self) -> dict[str, Any]:
        """What any piece of it says."""
        return self.draw(power_facts(self.draw(self.one_phase)))

    def intake(self) -> Intake:
        draw = self.draw
        return Intake(
            name=self.name("intake"),
            site=draw(self.one_site),
            voltage_ll_v=draw(amounts(400, 132_000)),
            supply=tuple(
                SupplyStep(from_date=day, contracted_kva=draw(amounts(1, 90_000)))
                for day in sorted(draw(st.lists(days, unique=True, min_size=1, max_size=3)))
            ),
            unit_rated_kva=draw(amounts(1, 90_000)),
            minimum_power_factor=draw(maybe(st.floats(0.8, 1))),
            utility_contract=draw(maybe(texts)),
            **self.facts(),
        )

    def generator(self) -> Generator:
        draw = self.draw
        return Generator(
            name=self.name("generator"),
            site=draw(self.one_site),
            unit_rated_kva=draw(amounts(1, 9_000)),
            unit_rated_kw=draw(amounts(1, 9_000)),
            start_seconds=draw(amounts(1, 60)),
            fuel_hours=draw(amounts(1, 72)),
            **self.facts(),
        )

    def transformer(self, intake: Intake, standby: Sequence[str]) -> Transformer:
        draw = self.draw
        return Transformer(
            name=self.name("transformer"),
            fed_by=(intake.name,),
            standby_from=draw(some(standby)),
            unit_rated_kva=draw(amounts(1, 9_000)),
            secondary_voltage_ll_v=draw(st.sampled_from([400.0, 415.0, 480.0])),
            efficiency_fraction=draw(st.floats(0.9, 1)),
            no_load_loss_kw=draw(st.sampled_from([0.0, 2.5])),
            **self.facts(),
        )

    def ups(self, transformer: Transformer) -> Ups:
        draw = self.draw
        return Ups(
            name=self.name("ups"),
            fed_by=(transformer.name,),
            unit_rated_kva=draw(amounts(1, 9_000)),
            unit_rated_kw=draw(amounts(1, 9_000)),
            efficiency_fraction=draw(st.floats(0.9, 1)),
            autonomy_minutes=draw(st.sampled_from([0.0, 5.0, 7.5])),
            **self.facts(),
        )

    def rectifier(self, transformer: Transformer) -> Rectifier:
        draw = self.draw
        return Rectifier(
            name=self.name("rectifier"),
            fed_by=(transformer.name,),
            unit_rated_kw=draw(amounts(1, 9_000)),
            output_voltage_dc_v=800.0,
            efficiency_fraction=draw(st.floats(0.9, 1)),
            autonomy_minutes=draw(st.sampled_from([0.0, 5.0])),
            step_load_fraction=draw(maybe(st.floats(0.1, 1))),
            **self.facts(),
        )

    def battery(self, transformer: Transformer) -> Battery:
        draw = self.draw
        return Battery(
            name=self.name("battery"),
            fed_by=(transformer.name,),
            unit_rated_kw=draw(amounts(1, 9_000)),
            unit_energy_kwh=draw(amounts(1, 9_000)),
            usable_fraction=draw(st.floats(0.5, 1)),
            duties=tuple(draw(st.lists(st.sampled_from(Duty), unique=True, min_size=1))),
            **self.facts(),
        )

    def busway(self, hall: str, source: Ups | Rectifier) -> Busway:
        dc = isinstance(source, Rectifier)
        return Busway(
            name=self.name("busway"),
            fed_by=(source.name,),
            hall=hall,
            supply=Supply.DC if dc else Supply.AC,
            voltage_ll_v=None if dc else 415,
            voltage_dc_v=800 if dc else None,
            rated_current_a=self.draw(amounts(1, 4_000)),
            **self.facts(),
        )

    def feed(self, busway: Busway) -> Feed:
        return Feed(
            name=self.name("feed"),
            fed_by=(busway.name,),
            rated_current_a=self.draw(amounts(1, 125)),
            supply=busway.supply,
            **({"voltage_dc_v": 800} if busway.supply is Supply.DC else self.draw(voltages)),
            **self.facts(),
        )


@st.composite
def power(
    draw: DrawFn,
    name: Names,
    one_site: SearchStrategy[str],
    one_phase: SearchStrategy[str],
    halls: Sequence[str],
) -> dict[str, Any]:
    """The tables of the power chain."""
    made = _Power(draw, name, one_site, one_phase)
    intake = made.intake()
    generators = tuple(made.generator() for _ in range(draw(st.integers(0, 1))))
    transformer = made.transformer(intake, [generator.name for generator in generators])
    ups = made.ups(transformer)
    batteries = tuple(made.battery(transformer) for _ in range(draw(st.integers(0, 1))))
    rectifiers = tuple(made.rectifier(transformer) for _ in range(draw(st.integers(0, 1))))
    behind: list[Ups | Rectifier] = [ups, *rectifiers]
    busways = tuple(made.busway(hall, draw(st.sampled_from(behind))) for hall in halls)
    return {
        "intakes": (intake,),
        "transformers": (transformer,),
        "ups_systems": (ups,),
        "rectifiers": rectifiers,
        "generators": generators,
        "batteries": batteries,
        "busways": busways,
        "feeds": tuple(made.feed(busway) for busway in busways),
    }


@st.composite
def cooling(  # noqa: PLR0917 - composites take positions
    draw: DrawFn,
    name: Names,
    one_site: SearchStrategy[str],
    one_phase: SearchStrategy[str],
    halls: Sequence[str],
    power: Sequence[str],
) -> dict[str, Any]:
    """The tables of the cooling plant."""

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
def fabrics(
    draw: DrawFn, name: Names, one_site: SearchStrategy[str], one_phase: SearchStrategy[str]
) -> tuple[Fabric, ...]:
    """The networks."""

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

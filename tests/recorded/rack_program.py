"""A hall of forty racks at rack grain: each rack is a resource of its own, declared with the resource classes."""

from petaplan.infra.resources import (
    Battery,
    Busway,
    Chiller,
    CoolingLoop,
    Feed,
    Hall,
    Hub,
    Intake,
    Phase,
    Rack,
    Side,
    Site,
    Target,
    Transformer,
    Ups,
)

RACKS = 40
SIDES: tuple[Side, ...] = ("A", "B")

Hub("forty", description="Forty racks, each a resource.")
site = Site("harbour", country="HK", jurisdiction="HK", utility="CLP Power")
phase = Phase(
    "first",
    starts="2026-03-01",
    in_service="2026-12-28",
    declared={"racks": RACKS},
    budget={
        "currency": "USD",
        "capex": 60_000_000,
        "prices": [
            {
                "model": "nvidia-dgx-h100",
                "unit_price": 300_000,
                "currency": "USD",
                "vintage": "2026-01-01",
                "source": "quote for tests",
            }
        ],
    },
    orders=[{"item": "transformer", "ordered": "2026-01-05", "lead_weeks": 30, "source": "quote for tests"}],
)
Target(
    "goal",
    pflops=100,
    precisions=["bf16"],
    by="2026-12-31",
    source="the client's letter",
)
hall = Hall(
    "hall",
    site=site.name,
    phase=phase.name,
    floor_area_m2=900,
    floor_load_kpa=20,
    it_power_limit_kw=2_500,
    rack_positions=RACKS,
    meet_me_room_cable_m=60,
    access_route_load_kg=2_000,
)
feeds = []
upses = []
for side in SIDES:
    letter = side.lower()
    intake = Intake(
        f"intake-{letter}",
        site=site.name,
        side=side,
        voltage_ll_v=11_000,
        supply=[{"from_date": "2026-06-01", "contracted_kva": 5_000}],
        unit_rated_kva=6_000,
        phase=phase.name,
    )
    transformer = Transformer(
        f"transformer-{letter}",
        fed_by=[intake.name],
        side=side,
        unit_rated_kva=5_000,
        secondary_voltage_ll_v=415,
        efficiency_fraction=0.99,
        phase=phase.name,
    )
    ups = Ups(
        f"ups-{letter}",
        fed_by=[transformer.name],
        side=side,
        units=4,
        unit_rated_kva=1_000,
        unit_rated_kw=1_000,
        efficiency_fraction=0.97,
        autonomy_minutes=10,
        phase=phase.name,
    )
    Battery(
        f"battery-{letter}",
        fed_by=[transformer.name],
        side=side,
        unit_rated_kw=200,
        unit_energy_kwh=400,
        duties=["peak-shaving"],
        peak_shaving_kw=100,
        peak_shaving_minutes_per_day=60,
        phase=phase.name,
    )
    busway = Busway(
        f"busway-{letter}",
        fed_by=[ups.name],
        side=side,
        hall=hall.name,
        voltage_ll_v=415,
        rated_current_a=4_000,
        phase=phase.name,
    )
    feeds.append(
        Feed(
            f"feed-{letter}",
            fed_by=[busway.name],
            side=side,
            voltage_ll_v=415,
            rated_current_a=80,
            units=RACKS,
            phase=phase.name,
        )
    )
    upses.append(ups)
chiller = Chiller(
    "chiller",
    site=site.name,
    supply_temperature_c=18,
    units=3,
    spare_units=1,
    unit_rated_kw=1_200,
    unit_electrical_kw=240,
    fed_by=[upses[0].name],
    phase=phase.name,
)
air = CoolingLoop(
    "air",
    hall=hall.name,
    coolant="air",
    supply_temperature_c=24,
    return_temperature_c=36,
    units=8,
    spare_units=1,
    unit_rated_kw=350,
    unit_electrical_kw=15,
    chillers=[chiller.name],
    fed_by=[ups.name for ups in upses],
    cooled_equipment=[ups.name for ups in upses],
    phase=phase.name,
)
for number in range(1, RACKS + 1):
    Rack(
        f"rack-{number:02}",
        model="nvidia-dgx-h100-rack",
        hall=hall.name,
        nodes=[{"model": "nvidia-dgx-h100", "count": 4}],
        feeds=[feed.name for feed in feeds],
        air_loop=air.name,
        row=(number - 1) // 10 + 1,
        slot=(number - 1) % 10 + 1,
        phase=phase.name,
    )

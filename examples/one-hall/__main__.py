"""One hall, declared by hand: resource classes and Outputs, no Hub object.

Each reference to another object is an Output, so the engine knows the order. ``pulumi preview`` reports what is wrong,
property by property. The inventory lists the racks after ``pulumi up``:

    petaplan inventory list --racks
"""

import pulumi

from petaplan.infra.resources import (
    Busway,
    Chiller,
    CoolingLoop,
    Feed,
    Hall,
    Hub,
    Intake,
    Phase,
    Pod,
    RackArgs,
    Site,
    Transformer,
)

config = pulumi.Config()
rows = config.get_int("rows") or 2
contract = config.get_secret("contract")

SERVERS_IN_A_RACK = 2
RACKS_IN_A_ROW = 8

Hub("one-hall", description="A hall of NVIDIA DGX H100 servers.")
site = Site("harbour", country="HK", jurisdiction="HK", utility="CLP Power")
phase = Phase("first", starts="2026-03-01", in_service="2026-12-28")
hall = Hall(
    "hall",
    site=site.name,
    phase=phase.name,
    floor_area_m2=400,
    floor_load_kpa=15,
    it_power_limit_kw=1_500,
    rack_positions=RACKS_IN_A_ROW * rows,
    redundancy="2N",
)
intakes = {
    side: Intake(
        f"intake-{side.lower()}",
        site=site.name,
        phase=phase.name,
        side=side,
        voltage_ll_v=11_000,
        supply=[{"from_date": "2026-06-01", "contracted_kva": 2_500}],
        unit_rated_kva=3_000,
        utility_contract=contract,
    )
    for side in ("A", "B")
}
transformers = {
    side: Transformer(
        f"transformer-{side.lower()}",
        phase=phase.name,
        side=side,
        fed_by=[intake.name],
        secondary_voltage_ll_v=415,
        unit_rated_kva=2_500,
        efficiency_fraction=0.99,
        outdoors=True,
    )
    for side, intake in intakes.items()
}


def power_row(number: int) -> list[Feed]:
    """An A and a B busway over the row, with a circuit of each for every cabinet."""
    feeds = []
    for side, transformer in transformers.items():
        busway = Busway(
            f"row-{number}-busway-{side.lower()}",
            phase=phase.name,
            hall=hall.name,
            side=side,
            fed_by=[transformer.name],
            voltage_ll_v=415,
            rated_current_a=800,
        )
        feed = Feed(
            f"row-{number}-feed-{side.lower()}",
            phase=phase.name,
            side=side,
            fed_by=[busway.name],
            voltage_ll_v=415,
            rated_current_a=80,
            units=RACKS_IN_A_ROW,
        )
        feeds.append(feed)
    return feeds


chillers = Chiller(
    "chillers",
    site=site.name,
    phase=phase.name,
    supply_temperature_c=18,
    units=4,
    spare_units=1,
    unit_rated_kw=400,
    unit_electrical_kw=100,
    fed_by=[transformer.name for transformer in transformers.values()],
)
air = CoolingLoop(
    "air",
    hall=hall.name,
    phase=phase.name,
    coolant="air",
    supply_temperature_c=24,
    return_temperature_c=36,
    units=5,
    spare_units=1,
    unit_rated_kw=300,
    unit_electrical_kw=15,
    chillers=[chillers.name],
    fed_by=[transformer.name for transformer in transformers.values()],
)


def pod(number: int) -> Pod:
    """One row of racks, bought and accepted as one."""
    run: RackArgs = {
        "name": "servers",
        "model": "nvidia-dgx-h100-rack",
        "count": RACKS_IN_A_ROW,
        "nodes": [{"model": "nvidia-dgx-h100", "count": SERVERS_IN_A_RACK}],
        "row": number,
        "slot": 1,
    }
    return Pod(
        f"row-{number}",
        phase=phase.name,
        hall=hall.name,
        racks=[run],
        feeds=[feed.name for feed in power_row(number)],
        air_loop=air.name,
    )


pods = [pod(number) for number in range(1, rows + 1)]
pulumi.export(
    "cabinets", pulumi.Output.all(*[made.racks for made in pods]).apply(lambda runs: len(runs) * RACKS_IN_A_ROW)
)

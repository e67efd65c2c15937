"""Assumptions of the Hong Kong hub, each with its reason."""

from datetime import date

from petaplan.capacity.hub import Assumption

AS_OF = date(2026, 11, 22)


def assumed(name: str, statement: str, reason: str) -> Assumption:
    """An assumption of the day of this plan."""
    return Assumption(name=name, statement=statement, reason=reason, as_of=AS_OF)


def _assumed_figure(model: str, quantity: str, value: float, unit: str, reason: str) -> Assumption:
    """A blank of the catalogue, filled for this plan alone."""
    name = f"{model}-{quantity}".replace("_", "-").replace("[", "-").replace("].", "-").rstrip("]")
    statement = f"{quantity} of {model} is {value:g} {unit}"
    return Assumption(
        name=name,
        statement=statement,
        reason=reason,
        as_of=AS_OF,
        model=model,
        quantity=quantity,
        value=value,
        unit=unit,
    )


ASSUMPTIONS = (
    assumed(
        "reading-of-40000",
        "40,000 PFLOPS means FP16 or BF16, dense, matrix peak, cumulative, installed and accepted",
        "Chinese compute statistics count AI compute in FP16; the announcement gives no precision",
    ),
    assumed(
        "phase-split",
        "6,000, 20,000 and 40,000 PFLOP/s at the ends of 2026, 2028 and 2030, cumulative",
        "only the total is public; a first hall that can be filled in a year, then growth as pods can be had",
    ),
    assumed(
        "by-2030-is-end-of-2030",
        "'by 2030' is read as by 31 December 2030",
        "the announcement doesn't say which end of the year; the plan keeps two months of slack",
    ),
    assumed(
        "hardware-split",
        "64 CloudMatrix384, 41 Atlas 950 pods of 1,024, 8 server pods of 910B and P800, 8 Yitian racks",
        "several domestic accelerator types are announced, no vendor is; 910C and 950 are what supply can carry",
    ),
    assumed(
        "site-and-floor",
        "seven halls in Hong Kong Science Park, slabs for 30 kPa, two rows to a busway pair",
        "no address, area or floor is public; full liquid-cooled cabinets weigh 1.4 to 2 t on 0.72 m2, beyond the "
        "7.5 to 10 kPa of industrial buildings, so ground-floor slabs built for the purpose",
    ),
    assumed(
        "utility-supply",
        "two connections at 132 kV, each contracted for 25, 65 and 140 MVA as the phases come",
        "no intake is public; either connection carries the hub alone",
    ),
    assumed(
        "electrical-design",
        "two sides, each sized for the whole hall, one spare unit a side; generators for the whole hall; "
        "batteries for an hour or more",
        "A and B feeds are the practice of the trade; energy storage is announced, its size isn't",
    ),
    assumed(
        "atlas-950-network-ports",
        "a blade of the Atlas 950 has eight ports of 400 Gb/s to the scale-out network, one a device",
        "the maker publishes no network ports; as on the CloudMatrix384 node, which comes before it",
    ),
    assumed(
        "network-cabinets",
        "switches of the scale-out fabrics stand in a row of their own in each hall, 22 kW and 40 U to a cabinet",
        "no fabric is announced; the class of switch and its modules set the power, air carries it away",
    ),
    assumed(
        "atlas-950-scale-up",
        "the scale-up network of an Atlas 950 pod comes with the pod and is not declared switch by switch",
        "what its communication cabinets hold isn't public",
    ),
    _assumed_figure(
        "huawei-atlas-950-cabinet",
        "power_kw",
        75,
        "kW",
        "no vendor figure; 64 packages at about 1 kW with memory and network, processors and pumps on top",
    ),
    assumed(
        "lateness-of-phases",
        "nine of ten phases are late; the median of those is 28 % of their planned time",
        "no record of this builder is public; a survey reports 9 of 10 data-centre projects late, by 34 % on average, "
        "and a log-normal with sigma 0.8 has that mean",
    ),
    assumed(
        "lead-times",
        "long items take as long as trade press reports of others; the median delivery is in time",
        "no order of this hub is public; most reports are of the US market, and their medians are assumed",
    ),
    assumed(
        "ramp-to-acceptance",
        "8 weeks from first power to acceptance of the last pod, 12 at the 95th percentile",
        "trade press gives 6 to 12 weeks for an integrated systems test, which a schedule cannot shorten",
    ),
    assumed(
        "common-causes",
        "half of the variance of slips and ramps is common to all phases; so is half of that of lead times",
        "one builder, one site and one market; nobody measured it, so the forecast shows 0 and 1 beside it",
    ),
    _assumed_figure(
        "huawei-atlas-950-comms-cabinet",
        "power_kw",
        15,
        "kW",
        "no vendor figure; a little above the switch cabinet of the CloudMatrix384",
    ),
    _assumed_figure(
        "huawei-atlas-950-node",
        "height_u",
        5,
        "U",
        "no vendor figure; eight blades fill a cabinet of 47 U and leave room for power shelves",
    ),
    _assumed_figure(
        "huawei-ub-l2-switch",
        "height_u",
        1,
        "U",
        "no vendor figure; 28 switch chips in each of four cabinets of 47 U",
    ),
    _assumed_figure(
        "alibaba-yitian-node",
        "power_kw",
        0.9,
        "kW",
        "no vendor figure; two processors of the 250 W class, memory, disks and network",
    ),
    _assumed_figure(
        "huawei-atlas-900-a2-rack",
        "loaded_weight_kg",
        1_100,
        "kg",
        "no vendor figure; eight servers of about 100 kg, cold plates and manifolds in a cabinet of 180 kg",
    ),
    assumed(
        "energy-of-a-year",
        "a PUE of at most 1.30 over a year, IT at 85 % of nameplate, cooling plant at 75 % of its rating",
        "liquid-cooled AI halls reach 1.15 to 1.3, and the climate leaves few hours of free cooling",
    ),
    assumed(
        "cooling-plant",
        "a chiller of 3,500 kW draws 500 kW, a fan wall of 400 kW 12 kW, a CDU or pump about 1 % of its heat",
        "a coefficient of performance of 7, middling for water chillers with water at 22 C; no plant is public",
    ),
    assumed(
        "losses-of-the-chain",
        "UPS 96.5 %, transformers 99 to 99.5 %, no-load losses of 4 to 20 kW a unit, storage 88 % there and back",
        "the middle of what makers of each class give; no equipment is chosen",
    ),
    assumed(
        "energy-storage-duty",
        "batteries of a hall carry it until its generators do, and take 2 MW off the peak for four hours a day",
        "energy storage is part of the announcement, its size and its duty aren't",
    ),
    assumed(
        "chiller-restart",
        "a chiller cools again 120 s after power returns, and diesel on site lasts 24 hours",
        "no chiller or tank is chosen; quick-restart chillers need one to three minutes",
    ),
    assumed(
        "spare-nodes",
        "a node is up 99 % of the time, and the spares suffice 99 % of it",
        "nobody publishes a rate for domestic nodes; eight devices at 0.3 to 1 times the 50,678 hours between "
        "interruptions of Llama 3's report, and a day to repair, give 98.8 to 99.6 %",
    ),
    _assumed_figure(
        "huawei-atlas-950-comms-cabinet",
        "liquid_fraction",
        0,
        "fraction",
        "no vendor figure; taken as air-cooled like the switch cabinet of the CloudMatrix384",
    ),
    _assumed_figure(
        "huawei-cloudmatrix384-compute-rack",
        "max_coolant_c",
        40,
        "C",
        "no vendor figure; cold plates of this class are built for W40 facility water",
    ),
    _assumed_figure(
        "huawei-atlas-950-cabinet",
        "max_coolant_c",
        40,
        "C",
        "no vendor figure; cold plates of this class are built for W40 facility water",
    ),
    _assumed_figure(
        "huawei-atlas-900-a2-rack",
        "max_coolant_c",
        40,
        "C",
        "no vendor figure; cold plates of this class are built for W40 facility water",
    ),
)

"""The formulas of the rules, written again from what ``petaplan rules`` prints, over the inputs that a finding prints.

Each takes the inputs of one finding by name and gives its demand and its capacity. None shares code with a rule. None
for one of the two says that the number is not made from others: a count of what was found, or a limit of the formula.
"""

import math
from collections.abc import Callable, Mapping, Sequence

from petaplan.capacity.findings import Finding, Input

Numbers = tuple[float | None, float | None]
Given = Mapping[str, float]


def given(finding: Finding) -> dict[str, float]:
    """The inputs by name."""
    return {one.name: one.value for one in finding.inputs}


def of(inputs: Sequence[Input], name: str) -> dict[str, float]:
    """The inputs called ``name of X``, by X."""
    return {one.name[len(name) + 4 :]: one.value for one in inputs if one.name.startswith(f"{name} of ")}


def survivor(finding: Finding) -> Numbers:
    """Racks or plant dark, else the load of a survivor against the limit of its units that are left."""
    one = given(finding)
    if "load" not in one:
        return None, 0.0
    if "contracted_kva" in one:
        kva = min(one["contracted_kva"], one["unit_rated_kva"] * one["units"])
        return one["load"], kva * one["load_power_factor"] / one["diversity_fraction"]
    circuit = one.get("limit of one circuit")
    return one["load"], one["limit of one unit"] * one["units"] if circuit is None else circuit


def groups(finding: Finding) -> Numbers:
    """Output of groups in parallel, against the units of each that are not spare."""
    limits = of(finding.inputs, "limit of one unit")
    units, spares = of(finding.inputs, "units"), of(finding.inputs, "spare_units")
    return given(finding)["P_out"], sum(limits[name] * (units[name] - spares[name]) for name in limits)


def generators(finding: Finding) -> Numbers:
    return survivor(finding) if "/" in finding.subject else groups(finding)


def fuel(finding: Finding) -> Numbers:
    """Each stage lasts until the first group is empty; those that are left burn on in the next."""
    hours = of(finding.inputs, "fuel_hours")
    if not hours:
        return None, 0.0
    units, spares = of(finding.inputs, "units"), of(finding.inputs, "spare_units")
    rated = of(finding.inputs, "unit_rated_kw")
    left = {name: hours[name] * (units[name] - spares[name]) * rated[name] for name in hours}
    stages: dict[int, dict[str, float]] = {}
    for name, kw in of(finding.inputs, "P_out").items():
        group, _, number = name.partition(" in stage ")
        stages.setdefault(int(number or 1), {})[group] = kw
    total = 0.0
    for _, carried in sorted(stages.items()):
        lasts = min(left[name] / kw for name, kw in carried.items())
        total += lasts
        for name, kw in carried.items():
            left[name] -= kw * lasts
    return None, total


def restart(finding: Finding) -> Numbers:
    one = given(finding)
    if "/one-unit" in finding.subject:
        return one["Q that the others on its loops cannot move"], (one["units"] - 1) * one["unit_rated_kw"]
    starts, again = of(finding.inputs, "start"), of(finding.inputs, "restart_seconds")
    waits = {name.removeprefix("the generators for "): seconds for name, seconds in starts.items()}
    if not waits and finding.unit != "s":
        return None, 0.0
    return max((seconds + again.get(name, 0.0) for name, seconds in waits.items()), default=0.0), None


def transformer(finding: Finding) -> Numbers:
    one = given(finding)
    drawn = one["P_out"] / one["efficiency_fraction"] + one["units"] * one["no_load_loss_kw"]
    live = drawn if one["P_out"] else finding.demand and drawn
    return (live or 0.0) / one["load_power_factor"], one["units"] * one["unit_rated_kva"]


def ups(finding: Finding) -> Numbers:
    one = given(finding)
    return one["P_out"], one["units"] * min(one["unit_rated_kw"], one["unit_rated_kva"] * one["load_power_factor"])


def busway(finding: Finding) -> Numbers:
    one = given(finding)
    root = math.sqrt(3) * one["voltage_ll_v"] / 1_000
    return root * one["I_max"], one["units"] * root * one["rated_current_a"] * one["derating"]


def circuit(finding: Finding) -> Numbers:
    one = given(finding)
    volts = one["V of one circuit"] * one["load_power_factor"]
    return one["P of a rack"] * 1_000 / one["feeds"] / volts, one["rated_current_a"]


def breaker(finding: Finding) -> Numbers:
    one = given(finding)
    amps = one["P"] * 1_000 / (one["V of one circuit"] * one["load_power_factor"])
    return amps, one["rated_current_a"] * one["derating"]


def imbalance(finding: Finding) -> Numbers:
    lines = [one.value for one in finding.inputs]
    mean = sum(lines) / len(lines)
    return max(abs(amps - mean) for amps in lines) / mean, None


def step(finding: Finding) -> Numbers:
    one = given(finding)
    return one["P"] * one["training_step_fraction"], one["step_load_fraction"] * one["limit"]


def utility(finding: Finding) -> Numbers:
    one = given(finding)
    drawn = one["P_in"] * one["diversity_fraction"] / one["load_power_factor"]
    return drawn, min(one["contracted_kva"], one["rated_kva"])


def bridge(finding: Finding) -> Numbers:
    one = given(finding)
    if not one["P_out"]:  # without load it lasts as long as is asked
        return one["start_seconds"], one["start_seconds"]
    own = one["autonomy_minutes"] * 60 * one["limit"] / one["P_out"]
    return one["start_seconds"], max(own, one.get("ride-through of a battery above", 0.0))


def shaving(finding: Finding) -> Numbers:
    one = given(finding)
    if "/power" in finding.subject:
        return None, one["units - spare_units"] * one["unit_rated_kw"]
    return one["peak_shaving_kw"] * one["peak_shaving_minutes_per_day"] / 60 + one["reserve"], one["usable energy"]


def battery(finding: Finding) -> Numbers:
    one = given(finding)
    if "/minutes" in finding.subject:
        return None, one["usable energy"] / one["P"] * 60
    if "/passes" in finding.subject:
        return one["P_out"], one["units"] * one["unit_rated_kw"]
    return one["P"], one["units - spare_units"] * one["unit_rated_kw"]


def energy(finding: Finding) -> Numbers:
    one = given(finding)
    return (one["E_IT"] + one["E_losses"] + one["E_cooling"]) / one["E_IT"], None


def capital(finding: Finding) -> Numbers:
    parts = ((one.name.partition(" x ")[0], one.value) for one in finding.inputs if " x " in one.name)
    return (sum(int(count) * price for count, price in parts) + given(finding)["other_capex"]) / 1e6, None


def operation(finding: Finding) -> Numbers:
    tariffs, one = of(finding.inputs, "per_kwh"), given(finding)
    rates = of(finding.inputs, "exchange rate")
    kwh = of(finding.inputs, "energy")
    bill = sum(kwh[site] * tariffs[site] * rates.get(site, 1.0) for site in kwh)
    return (bill + one["maintenance_fraction"] * one["hardware"]) / 1e6, None


def carbon(finding: Finding) -> Numbers:
    one = given(finding)
    (factor,) = (value for name, value in one.items() if name.startswith("kg_per_kwh"))
    return one["energy"] * factor / 1_000, None


def ports(finding: Finding) -> Numbers:
    one = given(finding)
    if "/speed" in finding.subject:
        return next(iter(one.values())), None
    asked = [value for name, value in one.items() if name.startswith("nodes x ports of ")]
    has = one["leaves"] * one["down"] * one["planes"] * one.get("domains", 1.0)
    return (None if "domains" not in one else math.ceil(sum(asked) - 1e-9)), has


def port_budget(finding: Finding) -> Numbers:
    one = given(finding)
    taken = sum(math.ceil(one[f"links {way}"] / one[f"links per port, {way}"]) for way in _ways(one))
    (has,) = (value for name, value in one.items() if name.endswith(".ports"))
    return taken + one["reserved_ports"], has


def _ways(one: Given) -> list[str]:
    return [way for way in ("down", "up") if f"links {way}" in one]


def fabric_loss(finding: Finding) -> Numbers:
    one = given(finding)
    if "bisection" not in one:
        return None, 0.0
    return 1 - one["bisection left"] / one["bisection"], 1 - one["minimum_bisection_fraction"]


def bisection(finding: Finding) -> Numbers:
    one = given(finding)
    return one["bandwidth attached"] / 2 / one["oversubscription of all tiers"] / 1_000, one["maximum flow"] / 1_000


def delay(finding: Finding) -> Numbers:
    one = given(finding)
    return one["fibre"] * one["delay of fibre"] / 1_000 + one["equipment_ms"], None


def chain(finding: Finding) -> Numbers:
    """Petaflops after every factor."""
    return None, math.prod(one.value for one in finding.inputs)


def peak(finding: Finding) -> Numbers:
    packages = of(finding.inputs, "packages")
    one = given(finding)
    peaks = {name.split(" ")[0]: value for name, value in one.items() if name.endswith(" peak")}
    return None, sum(count * peaks[model] for model, count in packages.items()) / 1_000


def spares(finding: Finding) -> Numbers:
    """The fewest spares that are enough, by adding up a binomial distribution."""
    one = given(finding)
    nodes, down = int(one["nodes in service"]), 1 - one["availability"]
    total, spare = (1 - down) ** nodes, 0
    while total < one["confidence"] and spare < nodes:
        spare += 1
        total += math.comb(nodes, spare) * down**spare * (1 - down) ** (nodes - spare)
    return spare, None


def heat(finding: Finding) -> Numbers:
    one = given(finding)
    if "heat load" not in one:
        return None, 0.0
    return one["heat load"], (one["units"] - one["spare_units"]) * one["unit_rated_kw"]


def water(finding: Finding) -> Numbers:
    one = given(finding)
    if "/rise" in finding.subject:
        return None, max(0.0, one["return_temperature_c"] - one["supply_temperature_c"])
    return one["Q"] / (4.18 * one["return_temperature_c - supply_temperature_c"]) * 60, None


FORMULAS: Mapping[str, Callable[[Finding], Numbers]] = {
    "BUD-001": capital,
    "BUD-003": operation,
    "CO2-001": carbon,
    "COOL-001": heat,
    "COOL-003": water,
    "COOL-005": restart,
    "COOL-006": energy,
    "NET-001": port_budget,
    "NET-005": bisection,
    "NET-009": fabric_loss,
    "NET-010": delay,
    "NET-012": ports,
    "PF-001": peak,
    "PF-004": chain,
    "PF-005": chain,
    "PH-005": survivor,
    "PWR-001": busway,
    "PWR-002": circuit,
    "PWR-003": breaker,
    "PWR-004": survivor,
    "PWR-005": survivor,
    "PWR-006": survivor,
    "PWR-007": transformer,
    "PWR-008": imbalance,
    "PWR-010": step,
    "PWR-011": utility,
    "PWR-015": ups,
    "PWR-016": generators,
    "PWR-017": groups,
    "PWR-018": bridge,
    "PWR-019": fuel,
    "PWR-020": shaving,
    "PWR-021": survivor,
    "PWR-025": imbalance,
    "PWR-027": battery,
    "REL-001": spares,
    "REL-004": chain,
}

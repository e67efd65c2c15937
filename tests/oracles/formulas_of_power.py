"""Formulas of the power rules, over what a finding prints."""

import math
from collections.abc import Callable, Mapping

from petaplan.capacity.findings import Finding
from tests.oracles.printed import Given, Numbers, counted, given, limit, none_found, of, summed


def survivor(finding: Finding) -> Numbers:
    """Racks or plant dark, else the load of a survivor against the limit of its units that are left."""
    one = given(finding)
    if "load" not in one:
        return none_found(finding)
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
        return none_found(finding)
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
    return given(finding)["generator_autonomy_hours"], total


def transformer(finding: Finding) -> Numbers:
    one = given(finding)
    drawn = one["P_out"] / one["efficiency_fraction"] + one["units"] * one["no_load_loss_kw"]
    live = drawn if one["P_out"] or finding.demand else 0.0
    return live / one["load_power_factor"], one["units"] * one["unit_rated_kva"]


def ups(finding: Finding) -> Numbers:
    one = given(finding)
    return one["P_out"], one["units"] * min(one["unit_rated_kw"], one["unit_rated_kva"] * one["load_power_factor"])


def busway(finding: Finding) -> Numbers:
    one = given(finding)
    if "voltage_dc_v" in one:
        return one["P"] * 1_000 / one["voltage_dc_v"], one["units"] * one["rated_current_a"] * one["derating"]
    root = math.sqrt(3) * one["voltage_ll_v"] / 1_000
    return root * one["I_max"], one["units"] * root * one["rated_current_a"] * one["derating"]


def watts_per_ampere(one: Given) -> float:
    """U of direct current; U x pf of alternating current, sqrt(3) included where it is three-phase."""
    if "voltage_dc_v" in one:
        return one["voltage_dc_v"]
    return one["V of one circuit"] * one["load_power_factor"]


def circuit(finding: Finding) -> Numbers:
    one = given(finding)
    return one["P of a rack"] * 1_000 / one["feeds"] / watts_per_ampere(one), one["rated_current_a"]


def breaker(finding: Finding) -> Numbers:
    one = given(finding)
    return one["P"] * 1_000 / watts_per_ampere(one), one["rated_current_a"] * one["derating"]


def rectifier(finding: Finding) -> Numbers:
    one = given(finding)
    return one["P_out"], one["units"] * one["unit_rated_kw"]


def unusual(finding: Finding) -> Numbers:
    return float(724.5 < given(finding)["voltage_ll_v"] < 950), 0.0


def imbalance(finding: Finding) -> Numbers:
    lines = [one.value for one in finding.inputs]
    mean = sum(lines) / len(lines)
    return max(abs(amps - mean) for amps in lines) / mean, limit(finding)


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
        return one["peak_shaving_kw"], one["units - spare_units"] * one["unit_rated_kw"]
    return one["peak_shaving_kw"] * one["peak_shaving_minutes_per_day"] / 60 + one["reserve"], one["usable energy"]


def battery(finding: Finding) -> Numbers:
    one = given(finding)
    if "/minutes" in finding.subject:
        asked = max(one["backup_minutes"], one["start of the generators"])
        return asked, one["usable energy"] / one["P"] * 60
    if "/passes" in finding.subject:
        return one["P_out"], one["units"] * one["unit_rated_kw"]
    return one["P"], one["units - spare_units"] * one["unit_rated_kw"]


def diversity(finding: Finding) -> Numbers:
    one = given(finding)
    return 0.0 if one["measured traces"] else 0.9, one["diversity_fraction"]


def estimate(finding: Finding) -> Numbers:
    """Power of a rack against that of its accelerators with the overhead of a server."""
    own = summed([one for one in finding.inputs if one.unit == "kW"], "power_kw")
    guess = summed([one for one in finding.inputs if one.unit == "W"], "power_w") * given(finding)["overhead"]
    return abs(own - guess) / guess, limit(finding)


def hall(finding: Finding) -> Numbers:
    *powers, most = finding.inputs
    return summed(powers, "power_kw", "power_w"), most.value


def circuits(finding: Finding) -> Numbers:
    return sum(of(finding.inputs, "circuits").values()), given(finding)["units"]


def without_source(finding: Finding) -> Numbers:
    one = given(finding)
    if finding.unit == "racks dark":
        return counted(finding), 0.0
    return (one["units"] - one["spare_units"]) * one["unit_electrical_kw"] * (1 - one["has a live source"]), 0.0


def voltage(finding: Finding) -> Numbers:
    own, *sources = (one.value for one in finding.inputs)
    return max(abs(own - volts) / volts for volts in sources), limit(finding)


def power_factor(finding: Finding) -> Numbers:
    one = given(finding)
    return one["minimum_power_factor"], one["load_power_factor"]


POWER: Mapping[str, Callable[[Finding], Numbers]] = {
    "PH-005": survivor,
    "PWR-001": busway,
    "PWR-002": circuit,
    "PWR-003": breaker,
    "PWR-004": survivor,
    "PWR-005": survivor,
    "PWR-006": survivor,
    "PWR-007": transformer,
    "PWR-008": imbalance,
    "PWR-009": diversity,
    "PWR-010": step,
    "PWR-011": utility,
    "PWR-012": estimate,
    "PWR-013": hall,
    "PWR-014": circuits,
    "PWR-015": ups,
    "PWR-016": generators,
    "PWR-017": groups,
    "PWR-018": bridge,
    "PWR-019": fuel,
    "PWR-020": shaving,
    "PWR-021": survivor,
    "PWR-022": none_found,
    "PWR-023": without_source,
    "PWR-024": voltage,
    "PWR-025": imbalance,
    "PWR-026": power_factor,
    "PWR-027": battery,
    "PWR-028": none_found,
    "PWR-029": rectifier,
    "PWR-030": none_found,
    "PWR-031": unusual,
}

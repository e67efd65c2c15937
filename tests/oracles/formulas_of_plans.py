"""Formulas of the rules about phases, money, targets, evidence and reliability, over what a finding prints."""

import math
from collections.abc import Callable, Mapping

from petaplan.capacity.findings import Finding
from tests.oracles.printed import Numbers, day, days_between, given, limit, none_found, of, times

CLASSES = {"N": 1, "N+1": 3, "2N": 4, "3N/2": 4, "4N/3": 4}
"""The class of a redundancy that is concurrently maintainable; 2 at most where it is not."""


def capital(finding: Finding) -> Numbers:
    one = given(finding)
    return (_prices(finding) + one["other_capex"]) / 1e6, one["capex"] / 1e6


def _prices(finding: Finding) -> float:
    return sum(times(one)[0] * one.value for one in finding.inputs if " x " in one.name)


def operation(finding: Finding) -> Numbers:
    tariffs, one = of(finding.inputs, "per_kwh"), given(finding)
    rates = of(finding.inputs, "exchange rate")
    kwh = of(finding.inputs, "energy")
    bill = sum(kwh[site] * tariffs[site] * rates.get(site, 1.0) for site in kwh)
    yearly = sum(one[f"{name}_fraction"] for name in ("maintenance", "spares", "staff"))
    return (bill + yearly * _prices(finding)) / 1e6, one["opex_per_year"] / 1e6


def vintage(finding: Finding) -> Numbers:
    price, start, oldest = finding.inputs
    return max(0.0, days_between(start.value, price.value)), oldest.value


def carbon(finding: Finding) -> Numbers:
    one = given(finding)
    (factor,) = (value for name, value in one.items() if name.startswith("kg_per_kwh"))
    return one["energy"] * factor / 1_000, one["carbon_budget_t_per_year"]


def assumed(finding: Finding) -> Numbers:
    one = given(finding)
    return (one.get("assumed", 0.0) + one.get("unverified", 0.0)) / sum(one.values()), limit(finding)


def measured(finding: Finding) -> Numbers:
    shares = of(finding.inputs, "measured share")
    peaks = {one.name.partition(",")[0]: one.value for one in finding.inputs if ", grade " in one.name}
    has = sum(peaks[model] * shares[model] for model in peaks) / sum(peaks.values())
    return given(finding)["minimum_measured_fraction"], has


def confident(finding: Finding) -> Numbers:
    one = given(finding)
    return one["confidence"], one["probability"]


def training(finding: Finding) -> Numbers:
    one = given(finding)
    flop = 6 * one["active_parameters"] * one["tokens"]
    rate = one["accelerators_in_step"] * one["peak"] * 1e12 * one["mfu_fraction"] * one["goodput"]
    return flop / rate / 86_400, one["days given"]


def worked(finding: Finding) -> Numbers:
    return sum(of(finding.inputs, "accelerators").values()), given(finding)["in service"]


def agreement(finding: Finding) -> Numbers:
    return limit(finding), given(finding)["probability of such measurements by the prior"]


def export(finding: Finding) -> Numbers:
    """Rules whose condition holds; the printed performance density follows from TPP and area."""
    one = given(finding)
    if "performance density" in one:
        assert math.isclose(one["performance density"], one["TPP"] / one["die_area_mm2"])
    return sum(1.0 for name in one if name.startswith("condition holds: ")), 0.0


def peak(finding: Finding) -> Numbers:
    return given(finding)["pflops"], _peak(finding)


def _peak(finding: Finding) -> float:
    packages = of(finding.inputs, "packages")
    peaks = {name.split(" ")[0]: value for name, value in given(finding).items() if name.endswith(" peak")}
    return sum(count * peaks[model] for model, count in packages.items()) / 1_000


def announced(finding: Finding) -> Numbers:
    return _peak(finding), 0.0


def chain(finding: Finding) -> Numbers:
    """Petaflops after every factor."""
    *factors, target = finding.inputs
    return target.value, math.prod(one.value for one in factors)


def order_of_phases(finding: Finding) -> Numbers:
    earlier, later = finding.inputs
    return days_between(earlier.value, later.value), 0.0


def retired(finding: Finding) -> Numbers:
    """Days without what it depends on: until a next source, or from the start of one of the same side."""
    needed, gone, *replacement = (one.value for one in finding.inputs)
    days = days_between(needed, gone)
    if replacement:
        days = min(days, days_between(*replacement))
    return days, 0.0


def rising(finding: Finding) -> Numbers:
    earlier, later = finding.inputs
    return earlier.value, later.value


def spares(finding: Finding) -> Numbers:
    """The fewest spares that are enough, by adding up a binomial distribution."""
    one = given(finding)
    nodes, down = int(one["nodes in service"]), 1 - one["availability"]
    total, spare = (1 - down) ** nodes, 0
    while total < one["confidence"] and spare < nodes:
        spare += 1
        total += math.comb(nodes, spare) * down**spare * (1 - down) ** (nodes - spare)
    return spare, one["count"]


def facility(finding: Finding) -> Numbers:
    one = given(finding)
    (redundancy,) = (name.split(" ")[-1] for name in one if name.startswith("declared: redundancy "))
    reached = CLASSES[redundancy]
    return one["facility_class"], reached if one["concurrently_maintainable"] else min(2, reached)


def single_points(finding: Finding) -> Numbers:
    cooling = sum(one.value for one in finding.inputs if one.name.startswith("heat stays: "))
    return given(finding)["losses of power that the hall does not survive"] + cooling, 0.0


def ordered(finding: Finding) -> Numbers:
    one = given(finding)
    weeks = one["lead_weeks"] + one["commissioning_weeks"]
    (service,) = of(finding.inputs, "in_service").values()
    return round(weeks * 7) - (day(service) - day(one["ordered"])).days, 0.0


PLANS: Mapping[str, Callable[[Finding], Numbers]] = {
    "BUD-001": capital,
    "BUD-002": vintage,
    "BUD-003": operation,
    "BUD-004": none_found,
    "CO2-001": carbon,
    "DATA-001": assumed,
    "DATA-002": measured,
    "DATA-003": agreement,
    "DATA-004": none_found,
    "DATA-005": none_found,
    "DATA-006": none_found,
    "DATA-007": none_found,
    "DATA-008": none_found,
    "DATA-009": none_found,
    "DATA-010": none_found,
    "EXP-001": export,
    "EXP-002": export,
    "EXP-003": export,
    "PF-001": peak,
    "PF-002": announced,
    "PF-003": none_found,
    "PF-004": chain,
    "PF-005": chain,
    "PF-006": confident,
    "PH-001": order_of_phases,
    "PH-002": order_of_phases,
    "PH-003": retired,
    "PH-004": rising,
    "REL-001": spares,
    "REL-002": facility,
    "REL-003": single_points,
    "REL-004": chain,
    "REL-005": ordered,
    "REL-006": none_found,
    "WRK-001": training,
    "WRK-002": worked,
}

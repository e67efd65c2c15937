"""Formulas of the network rules, over what a finding prints."""

import math
from collections.abc import Callable, Mapping

from petaplan.capacity.findings import Finding
from tests.oracles.printed import Given, Numbers, given, none_found, of, summed


def port_budget(finding: Finding) -> Numbers:
    one = given(finding)
    taken = sum(math.ceil(one[f"links {way}"] / one[f"links per port, {way}"]) for way in _ways(one))
    (has,) = (value for name, value in one.items() if name.endswith(".ports"))
    return taken + one["reserved_ports"], has


def _ways(one: Given) -> list[str]:
    return [way for way in ("down", "up") if f"links {way}" in one]


def oversubscription(finding: Finding) -> Numbers:
    one = given(finding)
    return one["down"] / one["up"], one["oversubscription"]


def size(finding: Finding) -> Numbers:
    one, down = given(finding), list(of(finding.inputs, "down").values())
    return one["leaves"] * down[0], math.prod(down) * one["links of a top switch"]


def uplinks(finding: Finding) -> Numbers:
    if not finding.subject.endswith(", evenly"):
        lower, up, upper, down = (one.value for one in finding.inputs)
        return lower * up, upper * down
    up, reached = (one.value for one in finding.inputs)
    if not up:
        return 1.0, 0.0
    return min(up % reached, reached % up), 0.0


def bisection(finding: Finding) -> Numbers:
    one = given(finding)
    return one["bandwidth attached"] / 2 / one["oversubscription of all tiers"] / 1_000, one["maximum flow"] / 1_000


def reach(finding: Finding) -> Numbers:
    one = given(finding)
    if not finding.subject.endswith(", layout"):
        return one["length_m"], summed(finding.inputs, ".reach_m")
    return _run(finding), one["length_m"]


def _run(finding: Finding) -> float:
    """Drops and slack, and the way along and across the rows; between halls, by both meet-me rooms."""
    one = given(finding)
    if "rows apart" in one:
        along = one["rows apart"] * one["row_pitch_m"] + one["positions apart"] * one["rack_pitch_m"]
        return one["drops and slack"] + along
    cables, rows = of(finding.inputs, "meet_me_room_cable_m"), of(finding.inputs, "row")
    positions = of(finding.inputs, "last position")
    row_m, rack_m = of(finding.inputs, "row_pitch_m"), of(finding.inputs, "rack_pitch_m")
    ways = (cables[h] + rows[h] * row_m[h] + positions[h] * rack_m[h] for h in cables)
    return one["drops and slack"] + sum(ways)


def power(finding: Finding) -> Numbers:
    """Each count is followed by the watts of one; then what the racks offer."""
    racks, share = of(finding.inputs, "racks"), of(finding.inputs, "share")
    offered = of(finding.inputs, "it_power_kw")
    draws = [one for one in finding.inputs if one.unit in {"switches", "modules", "W"}]
    watts = sum(count.value * each.value for count, each in zip(draws[::2], draws[1::2], strict=True))
    return watts / 1_000, sum(racks[name] * offered[name] * share[name] for name in racks)


def domains(finding: Finding) -> Numbers:
    one = given(finding)
    if finding.unit == "domains":
        return one["pods attached"], one["domains"]
    return -one["accelerators"] % summed(finding.inputs, ".scale_up_domain"), 0.0


def loss(finding: Finding) -> Numbers:
    one = given(finding)
    if "parts" in one:
        return one["parts"] - 1, 0.0
    return 1 - one["bisection left"] / one["bisection"], 1 - one["minimum_bisection_fraction"]


def delay(finding: Finding) -> Numbers:
    one = given(finding)
    return one["fibre"] * one["delay of fibre"] / 1_000 + one["equipment_ms"], one["limit_ms"]


def speed(finding: Finding) -> Numbers:
    one, port = given(finding), summed(finding.inputs, ".port_gbps")
    module = summed([each for each in finding.inputs if each.name != "gbps"], ".gbps")
    if finding.unit != "Gb/s":
        return none_found(finding)
    return (module, port) if finding.subject.endswith(", module") else (one["gbps"], min(port, module))


def ports(finding: Finding) -> Numbers:
    one = given(finding)
    if "/speed" in finding.subject:
        return next(iter(one.values())), one["gbps"]
    asked = [value for name, value in one.items() if name.startswith("nodes x ports of ")]
    has = one["leaves"] * one["down"] * one["planes"] * one.get("domains", 1.0)
    return math.ceil(sum(asked) - 1e-9), has


def rails(finding: Finding) -> Numbers:
    one = given(finding)
    if finding.unit == "nodes":
        return sum(of(finding.inputs, "nodes").values()), one["groups"] * one["down"] * one["domains"]
    counts = [each.value for each in finding.inputs if each.name == "ports of a node"]
    whole = all(count == int(count) for count in counts)
    return sum(one["leaves"] % count for count in counts) if whole else 1.0, 0.0


def attached(finding: Finding) -> Numbers:
    one = given(finding)
    return 0.0 if one["scale-out fabrics named"] else one["nodes with accelerators"], 0.0


NETWORKS: Mapping[str, Callable[[Finding], Numbers]] = {
    "NET-001": port_budget,
    "NET-002": oversubscription,
    "NET-003": size,
    "NET-004": uplinks,
    "NET-005": bisection,
    "NET-006": reach,
    "NET-007": power,
    "NET-008": domains,
    "NET-009": loss,
    "NET-010": delay,
    "NET-011": speed,
    "NET-012": ports,
    "NET-013": rails,
    "NET-014": attached,
}

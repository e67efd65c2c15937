"""Formulas of the rules about rooms, racks and cooling, over what a finding prints."""

from collections.abc import Callable, Mapping

from petaplan.capacity.findings import Finding
from tests.oracles.printed import Numbers, given, limit, none_found, of, summed, times


def rack_units(finding: Finding) -> Numbers:
    *boxes, rack = finding.inputs
    return summed(boxes, "height_u"), rack.value


def floor(finding: Finding) -> Numbers:
    inputs = finding.inputs
    area_m2 = summed(inputs, ".width_mm") * summed(inputs, ".depth_mm") / 1e6
    return summed(inputs, "weight_kg") * 9.80665 / area_m2 / 1_000, given(finding)["floor_load_kpa"]


def contents(finding: Finding) -> Numbers:
    """Weight of what is in a rack: the rack is not part of it."""
    inputs = finding.inputs
    loaded, empty = summed(inputs, "loaded_weight_kg"), summed(inputs, "empty_weight_kg")
    boxes = summed(inputs, ".weight_kg")
    return loaded - empty if loaded else boxes, summed(inputs, "load_limit_kg")


def positions(finding: Finding) -> Numbers:
    return sum(of(finding.inputs, "racks").values()), given(finding)["rack_positions"]


def meeting(finding: Finding) -> Numbers:
    one = given(finding)
    return one["racks present"] + one["racks arriving"], one["rack_positions"]


def depth(finding: Finding) -> Numbers:
    return summed(finding.inputs, ".depth_mm") / 1_000, given(finding)["row_pitch_m"]


def access(finding: Finding) -> Numbers:
    one = given(finding)
    if finding.subject.endswith("/way in"):
        return summed(finding.inputs, "weight_kg"), one["access_route_load_kg"]
    return one["minimum_aisle_m"], max(0.0, one["row_pitch_m"] - summed(finding.inputs, ".depth_mm") / 1_000)


def footprints(finding: Finding) -> Numbers:
    """Width comes with the number of racks; depth follows it."""
    *sides, floor_area = finding.inputs
    area = 0.0
    for width, long in zip(sides[::2], sides[1::2], strict=True):
        area += times(width)[0] * width.value * long.value / 1e6
    return area, floor_area.value


def switches(finding: Finding) -> Numbers:
    """Height of switches and racks, or switches needed and those that come with the racks."""
    one, inputs = given(finding), finding.inputs
    racks, share = of(inputs, "racks"), of(inputs, "share")
    if finding.unit == "U":
        room = of(inputs, "height_u")
        return summed(inputs, ".height_u"), sum(racks[name] * room[name] * share[name] for name in racks)
    needed = sum(of(inputs, "switches").values()) * one["planes"] * one["domains"]
    sold = {name.partition(" of ")[2]: value for name, value in one.items() if _is_sold(name)}
    return needed, sum(racks[name] * each * share[name] for name, each in sold.items())


def _is_sold(name: str) -> bool:
    return " of " in name and name.partition(" of ")[0] not in {"racks", "share", "switches"}


def difference(finding: Finding) -> Numbers:
    declared, derived = finding.inputs
    return abs(declared.value - derived.value), 0.0


def deviation(finding: Finding) -> Numbers:
    """A published or declared figure against the sum of the parts."""
    figure, *parts = finding.inputs
    derived = summed(parts, "")
    return abs(figure.value - derived) / derived, limit(finding)


def of_pod(finding: Finding) -> Numbers:
    if finding.unit != "fraction":
        return difference(finding)
    return deviation(finding)[0], 0.20


def heat(finding: Finding) -> Numbers:
    one = given(finding)
    if "unit_rated_kw" not in one:
        return summed(finding.inputs, ""), 0.0
    return one["heat load"], (one["units"] - one["spare_units"]) * one["unit_rated_kw"]


def air(finding: Finding) -> Numbers:
    *powers, share, most = finding.inputs
    return summed(powers, "") * (1 - share.value), most.value


def water(finding: Finding) -> Numbers:
    one = given(finding)
    rise = one["return_temperature_c"] - one["supply_temperature_c"]
    if "/rise" in finding.subject:
        assert rise <= 0
        return one["smallest rise"], 0.0
    return one["Q"] / (4.18 * rise) * 60, one["flow_l_per_min"]


def coolant(finding: Finding) -> Numbers:
    part = finding.subject.rpartition("/")[2]
    if part == "cdus":
        units, rated = of(finding.inputs, "units"), of(finding.inputs, "unit_rated_kw")
        largest = max(rated.values(), default=0.0)
        return given(finding)["heat load"], sum(units[name] * rated[name] for name in units) - largest
    supply, *others = (one.value for one in finding.inputs)
    if part == "supply":
        return max(0.0, supply - min(others)), 0.0
    return max(0.0, supply - others[0]), 0.0


def restart(finding: Finding) -> Numbers:
    one = given(finding)
    if "/one-unit" in finding.subject:
        return one["Q that the others on its loops cannot move"], (one["units"] - 1) * one["unit_rated_kw"]
    if finding.unit != "s":
        return none_found(finding)
    starts, again = of(finding.inputs, "start"), of(finding.inputs, "restart_seconds")
    waits = {name.removeprefix("the generators for "): seconds for name, seconds in starts.items()}
    longest = max((seconds + again.get(name, 0.0) for name, seconds in waits.items()), default=0.0)
    return longest, one["ride_through_seconds"]


def energy(finding: Finding) -> Numbers:
    one = given(finding)
    return (one["E_IT"] + one["E_losses"] + one["E_cooling"]) / one["E_IT"], one["pue_limit"]


def losses(finding: Finding) -> Numbers:
    one = given(finding)
    return 0.0 if one["loops that take it"] else one["P_in - P_out"], 0.0


ROOMS: Mapping[str, Callable[[Finding], Numbers]] = {
    "CNT-001": difference,
    "CNT-002": deviation,
    "CNT-003": of_pod,
    "CNT-004": deviation,
    "CNT-005": deviation,
    "COOL-001": heat,
    "COOL-002": air,
    "COOL-003": water,
    "COOL-004": coolant,
    "COOL-005": restart,
    "COOL-006": energy,
    "COOL-007": air,
    "COOL-008": losses,
    "SPC-001": rack_units,
    "SPC-002": floor,
    "SPC-003": positions,
    "SPC-004": contents,
    "SPC-005": none_found,
    "SPC-006": depth,
    "SPC-007": access,
    "SPC-008": meeting,
    "SPC-009": switches,
    "SPC-010": footprints,
    "SPC-011": none_found,
}

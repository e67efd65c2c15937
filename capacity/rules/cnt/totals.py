"""CNT-001, CNT-002: declared totals against the parts."""

from collections.abc import Iterator

from petaplan.capacity.claims import PLAN, Claim, must_be_zero
from petaplan.capacity.compute import DeclaredTotals, Pod
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.fabrics.optics import network_ports, pod_optics
from petaplan.capacity.findings import Input, Verdict
from petaplan.capacity.hub import Phase
from petaplan.capacity.quantity import Quantity, total
from petaplan.capacity.rule import plan_rule

CLOSE = 0.20
"""Deviation of two sources of one figure from which it needs a review: docs/basis/counts.md."""
UNITS = {"it_power_kw": "kW", "weight_kg": "kg", "network_ports": "ports", "optics": "modules"}


@plan_rule(
    "CNT-001",
    "Declared counts equal the parts",
    formula="|declared - derived| = 0",
    basis="declared counts equal the parts; docs/basis/counts.md#totals",
)
def exact_counts(design: Design) -> Iterator[Claim]:
    """Racks, accelerators and CPUs of pods and phases."""
    for noun, declared, placements in _declarations(design):
        for name, derived in _counts(design, placements).items():
            value = getattr(declared, name)
            if value is not None:
                yield count_claim(noun, name, Input("declared", value, name, PLAN), float(derived))


@plan_rule(
    "CNT-002",
    "Declared power, weight, ports and modules are within 20 % of the parts",
    severity=Verdict.REVIEW,
    formula="|declared - derived| / derived <= 0.20",
    basis="a mismatch of more than a fifth is a review; docs/basis/counts.md#deviation-of-one-fifth",
)
def close_totals(design: Design) -> Iterator[Claim]:
    """Power, weight, network ports and modules of pods and phases."""
    for noun, declared, placements in _declarations(design):
        for name, unit in UNITS.items():
            value = getattr(declared, name)
            if value is not None:
                figure = Input("declared", value, unit, PLAN)
                yield deviation_claim(noun, name, figure, [_part(design, name, one) for one in placements])


def _part(design: Design, name: str, placement: Placement) -> Quantity:
    """What one pod or rack group adds to a total."""
    match name:
        case "network_ports":
            ports = network_ports(design, placement)
            counted = Input(f"network_ports of {placement.name}", ports.value or 0.0, UNITS[name], "nodes of this plan")
            return Quantity(ports.value, (counted,), ports.missing)
        case "optics":
            modules, missing = pod_optics(design, placement)
            needed = Input(f"optics of {placement.name}", modules, UNITS[name], "fabrics of this plan")
            return Quantity(None if missing else modules, (needed,), missing)
        case "weight_kg":
            return design.pod(placement).weight_kg
        case _:
            return design.pod(placement).it_power_kw


def _declarations(design: Design) -> Iterator[tuple[Phase | Pod, DeclaredTotals, tuple[Placement, ...]]]:
    for phase in design.hub.phases:
        if phase.declared is not None:
            yield phase, phase.declared, tuple(p for p in design.placements if p.phase == phase.name)
    for pod in design.hub.pods:
        if pod.declared is not None:
            yield pod, pod.declared, (pod,)


def _counts(design: Design, placements: tuple[Placement, ...]) -> dict[str, int]:
    facts = [design.pod(placement) for placement in placements]
    return {
        "racks": sum(f.rack_count for f in facts),
        "accelerators": sum(sum(f.accelerators.values()) for f in facts),
        "cpus": sum(sum(f.cpus.values()) for f in facts),
    }


def count_claim(noun: Phase | Pod, name: str, declared: Input, derived: float) -> Claim:
    """The claim that a count equals that of the parts."""
    return must_be_zero(
        noun,
        abs(declared.value - derived),
        f"{name} too many or too few",
        part=name,
        inputs=(declared, Input(f"{name} of the parts", derived, name, PLAN)),
        hint=lambda _: f"{declared.value:g} {name} are declared and the parts give {derived:g}: correct one of them",
    )


def deviation_claim(noun: Phase | Pod, name: str, figure: Input, parts: list[Quantity]) -> Claim:
    """The claim that a figure is within 20 % of the sum of the parts."""
    whole, unit, declared = total((1, part) for part in parts), UNITS[name], figure.value
    derived, missing = sum(part.value or 0.0 for part in parts), whole.missing
    return Claim(
        noun,
        name,
        abs(declared - derived) / derived if derived and not missing else None,
        CLOSE,
        "fraction",
        inputs=(figure, *whole.inputs),
        hint=lambda _: f"{declared:g} {unit} are declared and the parts give {derived:g} {unit}: check both",
        missing=missing or (() if derived else (f"{name} of the parts of {noun.name}",)),
    )

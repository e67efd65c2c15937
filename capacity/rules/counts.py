"""CNT: do the totals that somebody wrote down agree with the totals that the parts give?"""

from collections.abc import Iterator
from typing import Any

from petaplan.capacity.claims import Claim
from petaplan.capacity.compute import DeclaredTotals
from petaplan.capacity.design import Design, Placement
from petaplan.capacity.fabrics.optics import network_ports, pod_optics
from petaplan.capacity.findings import Input, Verdict
from petaplan.capacity.hardware import Equipment, PodModel
from petaplan.capacity.quantity import Quantity, cited
from petaplan.capacity.rule import plan_rule

CLOSE = 0.20
"""Two sources of one figure may differ by this share before an engineer must review them (docs/basis/counts.md)."""


@plan_rule(
    "CNT-001",
    "Declared totals agree with the parts",
    formula="|declared - derived| = 0 for counts",
    basis="declared counts equal the parts; docs/basis/counts.md#totals",
)
def exact_counts(design: Design) -> Iterator[Claim]:
    """Racks, accelerators and CPUs of pods and phases."""
    for noun, declared, placement in _declarations(design):
        for name, derived in _counts(design, placement).items():
            said = getattr(declared, name)
            if said is not None:
                yield _difference(noun, name, float(said), float(derived))


@plan_rule(
    "CNT-002",
    "Declared power, weight, ports and optics are near what the parts give",
    severity=Verdict.REVIEW,
    formula="|declared - derived| / derived <= 0.20",
    basis="a mismatch of more than a fifth is a review; docs/basis/counts.md#deviation-of-one-fifth",
)
def close_totals(design: Design) -> Iterator[Claim]:
    """Power, weight, network ports and modules of pods and phases."""
    for noun, declared, placement in _declarations(design):
        for name in ("it_power_kw", "weight_kg"):
            said = getattr(declared, name)
            if said is not None:
                parts = [getattr(design.pod(p), name) for p in placement]
                yield _ratio(noun, name, said, parts)
        if declared.network_ports is not None:
            yield _ratio(noun, "network_ports", declared.network_ports, [network_ports(design, p) for p in placement])
        if declared.optics is not None:
            yield _ratio(noun, "optics", declared.optics, [_modules(design, p) for p in placement])


def _modules(design: Design, placement: Placement) -> Quantity:
    modules, missing = pod_optics(design, placement)
    return Quantity(None if missing else modules, missing=missing)


@plan_rule(
    "CNT-003",
    "A pod agrees with its catalogue entry",
    severity=Verdict.REVIEW,
    formula="|catalogue - derived| / derived <= 0.20 for power, = 0 for accelerators",
    basis="the maker's figure against racks, nodes and devices; docs/basis/counts.md#pods-and-the-catalogue",
)
def catalogue_pods(design: Design) -> Iterator[Claim]:
    """Accelerators and power of each pod against its model."""
    for pod in design.hub.pods:
        model = design.catalogue.find(PodModel, pod.model) if pod.model else None
        if model is None:
            continue
        facts = design.pod(pod)
        if model.accelerators is not None:
            derived = float(sum(facts.accelerators.values()))
            yield _difference(pod, "accelerators", model.accelerators.value, derived)
        if model.power_kw is not None:
            published = Input(f"{model.model}.power_kw", model.power_kw.value, "kW", cited(model.power_kw))
            yield _ratio(pod, "it_power_kw", model.power_kw.value, [facts.it_power_kw], published)


@plan_rule(
    "CNT-004",
    "A pod's optics agree with its catalogue entry",
    severity=Verdict.REVIEW,
    formula="|catalogue - derived| / derived <= 0.20; derived = a module at each end of a link, fewer where "
    "ports break out, its share of links above the leaves",
    basis="18 modules for each package of a CloudMatrix384; docs/basis/counts.md#pods-and-the-catalogue",
)
def catalogue_optics(design: Design) -> Iterator[Claim]:
    """Modules that a pod's links take, its own and its part of those between switches."""
    for pod in design.hub.pods:
        model = design.catalogue.find(PodModel, pod.model) if pod.model else None
        if model is None or model.optics is None or not pod.fabrics:
            continue
        derived, missing = pod_optics(design, pod)
        apart = abs(model.optics.value - derived) / derived if derived else None
        hint = f"{model.optics.value:g} modules are published, the links of this plan take {derived:g}"
        yield Claim(
            subject=pod,
            part="optics",
            demand=None if missing else apart,
            capacity=CLOSE,
            unit="fraction",
            inputs=(
                Input("optics", model.optics.value, "modules", cited(model.optics)),
                Input("derived", derived, "modules", "fabrics of this plan"),
            ),
            hint=hint if apart and apart > CLOSE else "",
            missing=missing or (() if derived else (f"links of {pod.name}",)),
        )


RATINGS = {
    "unit_rated_kva": ("rated_kva", "kVA"),
    "unit_rated_kw": ("rated_kw", "kW"),
    "rated_current_a": ("rated_current_a", "A"),
    "unit_energy_kwh": ("energy_kwh", "kWh"),
    "no_load_loss_kw": ("no_load_loss_kw", "kW"),
}
"""What a plan says of one unit, and what the catalogue says of its class."""


@plan_rule(
    "CNT-005",
    "Equipment agrees with its catalogue entry",
    severity=Verdict.REVIEW,
    formula="|declared - catalogue| / catalogue <= 0.20 for each rating of one unit",
    basis="a mismatch of more than a fifth is a review; docs/basis/counts.md#deviation-of-one-fifth",
)
def catalogue_equipment(design: Design) -> Iterator[Claim]:
    """Ratings of one unit of power and cooling equipment against its model; zero is taken for not said."""
    for piece in (*design.hub.power_nodes, *design.hub.cooling_nodes):
        model = design.catalogue.find(Equipment, piece.model) if piece.model else None
        if model is None:
            continue
        for field, (name, unit) in RATINGS.items():
            said, figure = getattr(piece, field, None), getattr(model, name)
            if not said or figure is None:
                continue
            apart = abs(said - figure.value) / figure.value
            yield Claim(
                subject=piece,
                part=field,
                demand=apart,
                capacity=CLOSE,
                unit="fraction",
                inputs=(
                    Input(field, said, unit, "this plan"),
                    Input(f"{model.model}.{name}", figure.value, unit, cited(figure)),
                ),
                hint=f"{said:g} {unit} are declared, {model.model} has {figure.value:g} {unit}"
                if apart > CLOSE
                else "",
            )


def _declarations(design: Design) -> Iterator[tuple[Any, DeclaredTotals, tuple[Placement, ...]]]:
    for phase in design.hub.phases:
        if phase.declared is not None:
            yield phase, phase.declared, tuple(p for p in design.placements if p.phase == phase.name)
    for pod in design.hub.pods:
        if pod.declared is not None:
            yield pod, pod.declared, (pod,)


def _counts(design: Design, placement: tuple[Placement, ...]) -> dict[str, int]:
    facts = [design.pod(p) for p in placement]
    return {
        "racks": sum(f.rack_count for f in facts),
        "accelerators": sum(sum(f.accelerators.values()) for f in facts),
        "cpus": sum(sum(f.cpus.values()) for f in facts),
    }


def _difference(noun: Any, name: str, said: float, derived: float) -> Claim:
    return Claim(
        subject=noun,
        part=name,
        demand=abs(said - derived),
        capacity=0.0,
        unit=f"{name} too many or too few",
        hint=f"{said:g} {name} are declared, the parts give {derived:g}" if said != derived else "",
    )


UNITS = {"it_power_kw": "kW", "weight_kg": "kg", "network_ports": "ports", "optics": "modules"}


def _ratio(noun: Any, name: str, said: float, parts: list[Quantity], *sources: Input) -> Claim:
    missing = tuple(dict.fromkeys(name for part in parts for name in part.missing))
    derived = sum(part.value or 0.0 for part in parts)
    unit = UNITS[name]
    apart = abs(said - derived) / derived if derived else None
    return Claim(
        subject=noun,
        part=name,
        demand=None if missing else apart,
        capacity=CLOSE,
        unit="fraction",
        inputs=(*sources, *(given for part in parts[:1] for given in part.inputs)),
        hint=f"{said:g} {unit} are given, the parts give {derived:g} {unit}" if apart and apart > CLOSE else "",
        missing=missing or (() if derived else (f"{name} of the parts of {noun.name}",)),
    )

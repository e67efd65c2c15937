"""CNT-003, CNT-004, CNT-005: the plan against the catalogue."""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache

from petaplan.capacity.claims import PLAN, Claim, at_most
from petaplan.capacity.compute import Pod
from petaplan.capacity.cooling import CoolingNode
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.optics import pod_optics
from petaplan.capacity.figures import Figure
from petaplan.capacity.findings import Input, Verdict
from petaplan.capacity.hardware import Equipment, PodModel
from petaplan.capacity.power import PowerNode
from petaplan.capacity.quantity import cited, from_catalogue
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.rules.cnt.totals import CLOSE, count_claim, deviation_claim


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
            (published,) = from_catalogue(model, "accelerators").inputs
            yield count_claim(pod, "accelerators", published, float(sum(facts.accelerators.values())))
        if model.power_kw is not None:
            (published,) = from_catalogue(model, "power_kw").inputs
            yield deviation_claim(pod, "it_power_kw", published, [facts.it_power_kw])


@plan_rule(
    "CNT-004",
    "The modules of a pod agree with its catalogue entry",
    severity=Verdict.REVIEW,
    formula="|catalogue - derived| / derived <= 0.20; derived = a module at each end of a link (fewer where ports "
    "break out) and its share of the links above the leaves",
    basis="18 modules for each package of a CloudMatrix384; docs/basis/counts.md#pods-and-the-catalogue",
)
def catalogue_optics(design: Design) -> Iterator[Claim]:
    """Modules that the links of a pod need, its own and its share of those between switches."""
    for pod in design.hub.pods:
        model = design.catalogue.find(PodModel, pod.model) if pod.model else None
        if model is not None and model.optics is not None and pod.fabrics:
            yield _optics_claim(design, pod, model.optics)


def _optics_claim(design: Design, pod: Pod, published: Figure) -> Claim:
    derived, missing = pod_optics(design, pod)
    return Claim(
        pod,
        "optics",
        abs(published.value - derived) / derived if derived and not missing else None,
        CLOSE,
        "fraction",
        inputs=(
            Input("optics", published.value, "modules", cited(published)),
            Input("derived", derived, "modules", "fabrics of this plan"),
        ),
        hint=lambda _: (
            f"{published.value:g} modules are published, the links of this plan need {derived:g}: check both"
        ),
        missing=missing or (() if derived else (f"links of {pod.name}",)),
    )


RATINGS = {
    "unit_rated_kva": ("rated_kva", "kVA"),
    "unit_rated_kw": ("rated_kw", "kW"),
    "rated_current_a": ("rated_current_a", "A"),
    "unit_energy_kwh": ("energy_kwh", "kWh"),
    "no_load_loss_kw": ("no_load_loss_kw", "kW"),
}
"""Field of the plan for one unit; field of the catalogue for its class, and unit."""


@plan_rule(
    "CNT-005",
    "Equipment agrees with its catalogue entry",
    severity=Verdict.REVIEW,
    formula="|declared - catalogue| / catalogue <= 0.20 for each rating of one unit",
    basis="a mismatch of more than a fifth is a review; docs/basis/counts.md#deviation-of-one-fifth",
)
def catalogue_equipment(design: Design) -> Iterator[Claim]:
    """Ratings of one unit of power and cooling equipment against its model; zero counts as not declared."""
    for piece in (*design.hub.power_nodes, *design.hub.cooling_nodes):
        model = design.catalogue.find(Equipment, piece.model) if piece.model else None
        if model is None:
            continue
        for field, name in _ratings(type(piece)):  # type: ignore[arg-type]  # classes are hashable
            declared, figure = getattr(piece, field), getattr(model, name)
            if declared and figure is not None:
                yield _rating_claim(piece, field, declared, model)


@cache
def _ratings(kind: type[PowerNode] | type[CoolingNode]) -> tuple[tuple[str, str], ...]:
    """Ratings that a kind of equipment declares, and their fields in the catalogue."""
    declared = {field.name for field in fields(kind)}
    return tuple((field, name) for field, (name, _) in RATINGS.items() if field in declared)


def _rating_claim(piece: PowerNode | CoolingNode, field: str, declared: float, model: Equipment) -> Claim:
    name, unit = RATINGS[field]
    figure: Figure = getattr(model, name)
    return at_most(
        piece,
        abs(declared - figure.value) / figure.value,
        CLOSE,
        "fraction",
        part=field,
        inputs=(Input(field, declared, unit, PLAN), *from_catalogue(model, name).inputs),
        hint=lambda _: (
            f"{declared:g} {unit} are declared and {model.model} has {figure.value:g} {unit}: correct one of them"
        ),
    )

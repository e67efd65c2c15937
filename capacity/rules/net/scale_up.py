"""NET-008: scale-up domains."""

from collections.abc import Iterator

from petaplan.capacity.claims import PLAN, Claim, at_most, must_be_zero, planned
from petaplan.capacity.compute import Pod
from petaplan.capacity.design import Design
from petaplan.capacity.fabrics.attachment import attached
from petaplan.capacity.findings import Input, count_of
from petaplan.capacity.hardware import PodModel
from petaplan.capacity.network import FabricKind
from petaplan.capacity.quantity import from_catalogue
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.rules.net.parts import fabrics_of
from petaplan.capacity.state import states_of


@plan_rule(
    "NET-008",
    "Scale-up domains are whole",
    formula="accelerators of the pod mod scale_up_domain = 0; pods on a scale-up fabric <= domains",
    basis="a supernode is one system; docs/basis/network.md#whole-supernodes",
)
def whole_domains(design: Design) -> Iterator[Claim]:
    """Each pod holds whole domains, and each has a network of its own."""
    for pod in design.hub.pods:
        model = design.catalogue.find(PodModel, pod.model) if pod.model else None
        if model is not None and model.scale_up_domain is not None:
            yield _domain_claim(design, pod, model, int(model.scale_up_domain.value))
    yield from _own_networks(design)


def _domain_claim(design: Design, pod: Pod, model: PodModel, domain: int) -> Claim:
    held = sum(design.pod(pod).accelerators.values())
    return must_be_zero(
        pod,
        -held % domain,
        "accelerators",
        inputs=(*from_catalogue(model, "scale_up_domain").inputs, Input("accelerators", held, "accelerators", PLAN)),
        hint=lambda short: (
            f"Short by {count_of(short, 'accelerator')} of whole domains of {domain}: keep each in one pod and phase"
        ),
    )


def _own_networks(design: Design) -> Iterator[Claim]:
    """Each scale-up fabric on the day on which most pods are attached to it."""
    most: dict[str, int] = {}
    for state in states_of(design):
        joined = attached(state)
        for fabric in fabrics_of(state):
            if fabric.kind is FabricKind.SCALE_UP:
                most[fabric.name] = max(most.get(fabric.name, 0), len(joined[fabric.name].placement))
    for name, pods in most.items():
        fabric = design.by_name[name]
        inputs = (Input("pods attached", pods, "pods", PLAN), planned(fabric, "domains"))
        yield at_most(fabric, float(pods), float(fabric.domains), "domains", inputs=inputs, hint=_shared)


def _shared(over: float) -> str:
    return f"Short by {count_of(over, 'domain')}: declare as many domains as pods"
